"""The conversation as HTML: answers with numbered citations, quotes as cards, and what was asked of which articles.
It knows answers and words; it does not know sessions or Gradio. Everything it prints is escaped.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from markupsafe import Markup

from index.types import Article
from qa.types import Answer, Citation, Conflict, ConflictValue, Found
from ui.chat.exchange import Exchange, Pointer, asked_how, worded_how
from ui.chat.source_panel import byline, date_html, lang, outlet
from ui.chat.words import Words

NEAREST_SHOWN = 4
NEAREST_LENGTH = 220
_THUMB = Markup(
    '<svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true"><path d="M6 9.2 9.3 2.6c1.4 0 2.2 1 1.9 2.4'
    'L10.6 8h5c1 0 1.7 1 1.4 2l-1.6 5.6c-.2.8-.9 1.4-1.8 1.4H6m0-7.8V17H3.2V9.2H6Z"/></svg>'
)


def welcome(words: Words, examples: Sequence[str], *, is_empty: bool) -> Markup:
    """What stands in an empty conversation: what this is, and questions to click."""
    buttons = [
        Markup('<li><button type="button" class="qd-example" data-example="{}" dir="auto">{}</button></li>').format(
            *item
        )
        for item in enumerate(examples)
    ]
    offer = Markup("<h2>{}</h2><ul>{}</ul>").format(words.you_might_ask, Markup("").join(buttons)) if buttons else ""
    empty = Markup('<p class="qd-empty-library">{}</p>').format(words.no_articles)
    return Markup('<div class="qd-welcome"><h1>{}</h1><p class="qd-motto">{}</p>{}</div>').format(
        words.ask_your_articles, words.motto, empty if is_empty else offer
    )


def exchange_html(exchange: Exchange, turn: int, words: Words, *, with_evidence: bool = True) -> Markup:
    """One question and its answer; without evidence only the prose, for the moment before the quotes follow."""
    answer = exchange.answer
    return Markup('<article class="qd-exchange">{}{}<div class="qd-answer qd-{}">{}{}{}</div></article>').format(
        _question(answer.question, answer.language),
        _asked_how(exchange, turn, words),
        answer.status,
        prose(answer, turn, words),
        worded_html(answer),
        _evidence(exchange, turn, words) + _verdict(exchange, turn, words) if with_evidence else "",
    )


def under_way_html(question: str, doing: str, words: Words, so_far: Answer | None = None) -> Markup:
    """A question whose answer is on its way: what is being done for it, what of it stands already, a way to stop it."""
    status = Markup(
        '<div class="qd-under-way"><p class="qd-searching" role="status">{}</p>'
        '<button type="button" class="qd-quiet" data-stop>{}</button></div>'
    ).format(doing, words.stop)
    # Its numbers are mere numbers before the answer is kept, and can be opened.
    growing = prose(replace(so_far, citations=()), 0, words) if so_far else ""
    return Markup('<article class="qd-exchange" aria-busy="true">{}{}{}</article>').format(
        _question(question, so_far.language if so_far else "und"), growing, status
    )


def notice_html(message: str) -> Markup:
    """A message that the reader can act on; nothing at all for an empty one."""
    return Markup('<p class="qd-notice" role="alert">{}</p>').format(message) if message else Markup("")


def prose(answer: Answer, turn: int, words: Words) -> Markup:
    """The answer's text in paragraphs, with a button for each `[n]` that stands for a citation."""
    cited = {citation.number: citation for citation in answer.citations}
    paragraphs = [line for line in answer.text.splitlines() if line.strip()]
    return Markup('<div class="qd-prose"{}>{}</div>').format(
        lang(answer.language),
        Markup("").join(Markup("<p>{}</p>").format(_with_numbers(line, cited, turn, words)) for line in paragraphs),
    )


def worded_html(answer: Answer) -> Markup:
    """Which language model worded the answer, and what kept it from it; nothing where the words are the articles'."""
    lines = worded_how(answer)
    return Markup("").join(Markup('<p class="qd-worded"{}>{}</p>').format(lang(answer.language), one) for one in lines)


def conflict_html(conflict: Conflict, answer: Answer, turn: int, words: Words) -> Markup:
    """The values that sources give, side by side, newest first, each with its sources and their dates."""
    cited = {citation.number: citation for citation in answer.citations}
    newest_first = sorted(conflict.values, key=lambda value: _newest(value, cited), reverse=True)
    values = [_value(value, cited, turn, words) for value in newest_first]
    return Markup('<section class="qd-conflict"><h3>{}</h3><ul>{}</ul></section>').format(
        words.differ, Markup("").join(values)
    )


def _question(question: str, language: str) -> Markup:
    return Markup('<h2 class="qd-question" dir="auto"{}>{}</h2>').format(lang(language), question)


def _asked_how(exchange: Exchange, turn: int, words: Words) -> Markup:
    """How it was asked where that is not as it was typed, each with a way back."""
    ways_back = {"typed": words.ask_as_typed, "everything": words.ask_everything, "any-time": words.ask_any_time}
    return Markup("").join(
        Markup(
            '<p class="qd-how"><span>{}</span> '
            '<button type="button" class="qd-quiet" data-again="{}" data-turn="{}">{}</button></p>'
        ).format(said, how, turn, ways_back[how])
        for how, said in asked_how(exchange, words)
    )


def _evidence(exchange: Exchange, turn: int, words: Words) -> Markup:
    answer = exchange.answer
    if answer.status == "abstained":
        return _nearest(answer.consulted, turn, words)
    conflicts = [conflict_html(conflict, answer, turn, words) for conflict in answer.conflicts]
    return Markup("").join([*conflicts, _quotes(exchange, turn, words), _read_too(answer, turn, words)])


def _verdict(exchange: Exchange, turn: int, words: Words) -> Markup:
    """Thumbs up and down, and a line for what would have been right, which the page shows after a thumb down."""
    thumbs = [
        Markup(
            '<button type="button" class="qd-thumb" data-vote="{}" data-turn="{}" aria-pressed="{}" aria-label="{}" '
            'title="{}">{}</button>'
        ).format(vote, turn, "true" if exchange.vote == vote else "false", label, label, _THUMB)
        for vote, label in (("up", words.good_answer), ("down", words.bad_answer))
    ]
    note = Markup(
        '<form class="qd-note" data-note data-turn="{}" data-kept="{}" aria-live="polite" hidden><label>{} '
        '<input type="text" name="note" maxlength="500" autocomplete="off"></label>'
        '<button type="submit" class="qd-quiet">{}</button></form>'
    ).format(turn, words.note_kept, words.draft_kept, words.save)
    return Markup('<div class="qd-verdict">{}{}</div>').format(Markup("").join(thumbs), note)


def _with_numbers(line: str, cited: Mapping[int, Citation], turn: int, words: Words) -> Markup:
    parts = re.split(r"((?:\[\d{1,4}\])+[^\w\s\[]?)", line)
    return Markup("").join(
        _numbers(part, cited, turn, words) if place % 2 else Markup("{}").format(part)
        for place, part in enumerate(parts)
    )


def _numbers(run: str, cited: Mapping[int, Citation], turn: int, words: Words) -> Markup:
    """`[1][2].` as buttons that stay on one line with the stop behind them; a number that cites nothing stays text."""
    html = [
        part if place % 2 == 0 else _number(cited[int(part)], turn, words) if int(part) in cited else f"[{part}]"
        for place, part in enumerate(re.split(r"\[(\d+)\]", run))
    ]
    return Markup('<span class="qd-numbers">{}</span>').format(Markup("").join(html))


def _number(citation: Citation, turn: int, words: Words) -> Markup:
    article = citation.quote.article
    spoken = words.source.format(citation.number, article.title or outlet(article), words.date(article.published))
    return Markup('<button type="button" class="qd-number" data-open="{}" aria-label="{}">{}</button>').format(
        Pointer(turn, "quote", citation.number), spoken, citation.number
    )


def _quotes(exchange: Exchange, turn: int, words: Words) -> Markup:
    cards = [_card(citation, exchange.copies, turn, words) for citation in exchange.answer.citations]
    if not cards:
        return Markup("")
    return Markup('<h3 class="qd-label">{}</h3><ol class="qd-cards">{}</ol>').format(
        words.quotes, Markup("").join(cards)
    )


def _card(citation: Citation, copies: Mapping[str, Article], turn: int, words: Words) -> Markup:
    quote = citation.quote
    return Markup(
        '<li class="qd-card" data-open="{}">{}<div><blockquote{}>{}</blockquote>'
        '<p class="qd-title"{}>{}</p>{}{}</div></li>'
    ).format(
        Pointer(turn, "quote", citation.number),
        _number(citation, turn, words),
        lang(quote.article.language),
        quote.text,
        lang(quote.article.language),
        quote.article.title,
        byline(quote.article, words),
        _also_in(citation, copies, turn, words),
    )


def _also_in(citation: Citation, copies: Mapping[str, Article], turn: int, words: Words) -> Markup:
    found = [(place, copies[copy]) for place, copy in enumerate(citation.also_in) if copy in copies]
    if not found:
        return Markup("")
    buttons = [
        Markup('<button type="button" class="qd-copy" data-open="{}" title="{}">{}</button>').format(
            Pointer(turn, "copy", citation.number, place), article.title, outlet(article)
        )
        for place, article in found
    ]
    parts = [words.also_in, *buttons, _first_published(citation, copies, words)]
    return Markup('<p class="qd-also">{}</p>').format(Markup(" ").join(part for part in parts if part))


def _first_published(citation: Citation, copies: Mapping[str, Article], words: Words) -> str:
    first = {citation.quote.article.id: citation.quote.article, **copies}.get(citation.first_published or "")
    return words.first_published.format(outlet(first), words.date(first.published)) if first else ""


def _newest(value: ConflictValue, cited: Mapping[int, Citation]) -> date:
    dates = [cited[number].quote.article.published for number in value.citations if number in cited]
    return max((day for day in dates if day), default=date.min)


def _value(value: ConflictValue, cited: Mapping[int, Citation], turn: int, words: Words) -> Markup:
    sources: dict[str, list[Citation]] = {}
    for number in value.citations:
        if number in cited:
            sources.setdefault(cited[number].quote.article.id, []).append(cited[number])
    lines = [
        Markup('<p class="qd-byline"><span class="qd-outlet">{}</span> {} {}</p>').format(
            outlet(same[0].quote.article),
            date_html(same[0].quote.article, words),
            Markup("").join(_number(citation, turn, words) for citation in same),
        )
        for same in sources.values()
    ]
    return Markup('<li><p class="qd-value">{}</p>{}</li>').format(value.value, Markup("").join(lines))


def _nearest(consulted: Iterable[Found], turn: int, words: Words) -> Markup:
    items = [
        _near(found, Pointer(turn, "near", place), words)
        for place, found in islice(enumerate(consulted), NEAREST_SHOWN)
    ]
    if not items:
        return Markup("")
    return Markup('<h3 class="qd-label">{}</h3><ul class="qd-cards qd-nearest">{}</ul>').format(
        words.nearest, Markup("").join(items)
    )


def _read_too(answer: Answer, turn: int, words: Words) -> Markup:
    """The passages that were read and that no quote lies in, folded away."""
    spans = [(citation.quote.article.id, citation.quote.span) for citation in answer.citations]
    unquoted = [
        (place, found)
        for place, found in enumerate(answer.consulted)
        if not any(found.article.id == id_ and found.hit.passage.span.overlaps(span) for id_, span in spans)
    ]
    if not unquoted:
        return Markup("")
    items = [_near(found, Pointer(turn, "near", place), words) for place, found in unquoted]
    return Markup(
        '<details class="qd-read-too"><summary>{}</summary><ul class="qd-cards qd-nearest">{}</ul></details>'
    ).format(words.read_too.format(len(unquoted)), Markup("").join(items))


def _near(found: Found, pointer: Pointer, words: Words) -> Markup:
    article, text = found.article, found.hit.passage.span.of(found.article.text)
    return Markup(
        '<li class="qd-card" data-open="{}"><div>'
        '<button type="button" class="qd-near-title" data-open="{}"{}>{}</button>'
        '<p class="qd-snippet"{}>{}</p>{}</div></li>'
    ).format(
        pointer,
        pointer,
        lang(article.language),
        article.title or outlet(article),
        lang(article.language),
        text if len(text) <= NEAREST_LENGTH else text[:NEAREST_LENGTH].rstrip() + "…",
        byline(article, words),
    )
