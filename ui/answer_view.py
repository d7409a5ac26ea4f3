"""The conversation as HTML: answers with numbered citations, quotes as cards, and the source that each of them opens.
It knows answers and words; it does not know sessions or Gradio. Everything it prints is escaped.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from markupsafe import Markup

from index.types import Article, Span
from qa.notices import signature
from qa.types import Answer, Citation, Conflict, ConflictValue, Found, Turn
from ui.source_panel import Mark, Steps, byline, date_html, empty_panel, lang, outlet, source_panel
from ui.words import Words

NEAREST_SHOWN = 4
NEAREST_LENGTH = 220


@dataclass(frozen=True, slots=True)
class Exchange:
    """An answered question, and the articles that its citations are also in, by id."""

    answer: Answer
    copies: Mapping[str, Article] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a click opens: the quote of that number, the nearest passage at that place, or a quote's n-th copy."""

    turn: int
    kind: Literal["quote", "near", "copy"]
    number: int
    copy: int = 0

    def __str__(self) -> str:
        return f"{self.turn}.{self.kind}.{self.number}.{self.copy}"

    @classmethod
    def parse(cls, text: str) -> "Pointer":
        """The pointer that prints as `text`. Raises `ValueError` for any other text: it comes from a browser."""
        found = re.fullmatch(r"(\d{1,6})\.(quote|near|copy)\.(\d{1,6})\.(\d{1,6})", text, re.ASCII)
        if found is None:
            raise ValueError(f"not a pointer to a source: {text[:80]!r}")
        turn, kind, number, copy = found.groups()
        return cls(int(turn), _kind(kind), int(number), int(copy))


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
    return Markup('<article class="qd-exchange">{}<div class="qd-answer qd-{}">{}{}{}</div></article>').format(
        _question(answer.question, answer.language),
        answer.status,
        prose(answer, turn, words),
        worded_html(answer),
        _evidence(exchange, turn, words) if with_evidence else "",
    )


def searching_html(question: str, where: str, words: Words) -> Markup:
    """A question whose answer is on its way, and what is being searched for it."""
    return Markup(
        '<article class="qd-exchange" aria-busy="true">{}<p class="qd-searching" role="status">{}</p></article>'
    ).format(_question(question, "und"), words.searching.format(where))


def open_source(exchanges: Sequence[Exchange], pointer: Pointer, words: Words) -> Markup:
    """The panel for what `pointer` names. Raises `LookupError` where there is no such turn, citation or passage."""
    exchange = exchanges[pointer.turn]
    if pointer.kind == "near":
        found = exchange.answer.consulted[pointer.number]
        near = Mark(found.hit.passage.span)
        return source_panel(found.article, [near], near, words, Steps(str(pointer), words.near_passage))
    cited = {citation.number: citation for citation in exchange.answer.citations}
    quote = cited[pointer.number].quote
    if pointer.kind == "copy":
        copy = exchange.copies[cited[pointer.number].also_in[pointer.copy]]
        return _open_copy(copy, quote.text, pointer, words)
    chosen = Mark(quote.span, pointer.number)
    marks = [Mark(other.quote.span, number) for number, other in cited.items() if other.quote.article == quote.article]
    return source_panel(quote.article, marks, chosen, words, _steps(pointer, list(cited), words))


def first_source(exchanges: Sequence[Exchange], words: Words) -> Markup:
    """The panel at the first quote of the last answer, or empty where that quotes nothing."""
    citations = exchanges[-1].answer.citations
    if not citations:
        return empty_panel(words)
    return open_source(exchanges, Pointer(len(exchanges) - 1, "quote", citations[0].number), words)


def history(exchanges: Sequence[Exchange]) -> list[Turn]:
    """Earlier questions and answers as the turns that a follow-up is understood by."""
    turns = []
    for exchange in exchanges:
        turns += [Turn("user", exchange.answer.question), Turn("assistant", exchange.answer.text)]
    return turns


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
    told = [signature(answer.language, answer.written_by)] if answer.written_by else []
    told += [answer.notice] if answer.notice else []
    return Markup("").join(Markup('<p class="qd-worded"{}>{}</p>').format(lang(answer.language), text) for text in told)


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


def _evidence(exchange: Exchange, turn: int, words: Words) -> Markup:
    answer = exchange.answer
    if answer.status == "abstained":
        return _rewritten(answer, words) + _nearest(answer.consulted, turn, words)
    conflicts = [conflict_html(conflict, answer, turn, words) for conflict in answer.conflicts]
    return Markup("").join([*conflicts, _quotes(exchange, turn, words), _rewritten(answer, words)])


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
    return Markup(
        '<button type="button" class="qd-number" data-open="{}" aria-label="{}" title="{}">{}</button>'
    ).format(Pointer(turn, "quote", citation.number), spoken, citation.quote.text, citation.number)


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
    shown = list(consulted)[:NEAREST_SHOWN]
    items = [_near(found, Pointer(turn, "near", place), words) for place, found in enumerate(shown)]
    if not items:
        return Markup("")
    return Markup('<h3 class="qd-label">{}</h3><ul class="qd-cards qd-nearest">{}</ul>').format(
        words.nearest, Markup("").join(items)
    )


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


def _rewritten(answer: Answer, words: Words) -> Markup:
    if answer.searched_for.strip() in {"", answer.question.strip()}:
        return Markup("")
    return Markup('<p class="qd-rewritten">{}</p>').format(words.searched_for.format(answer.searched_for))


def _kind(name: str) -> Literal["quote", "near", "copy"]:
    if name == "near":
        return "near"
    return "copy" if name == "copy" else "quote"


def _steps(pointer: Pointer, numbers: Sequence[int], words: Words) -> Steps:
    place = numbers.index(pointer.number)
    around = [numbers[at] if 0 <= at < len(numbers) else None for at in (place - 1, place + 1)]
    previous, following = (str(Pointer(pointer.turn, "quote", number)) if number else None for number in around)
    return Steps(str(pointer), words.step.format(place + 1, len(numbers)), previous, following)


def _open_copy(copy: Article, quoted: str, pointer: Pointer, words: Words) -> Markup:
    steps = Steps(str(pointer), words.also_in)
    at = copy.text.find(quoted)
    if at < 0:  # a copy may differ in a space or a comma: then it is shown without a mark rather than with a wrong one
        return source_panel(copy, [], None, words, steps)
    mark = Mark(Span(at, at + len(quoted)), pointer.number)
    return source_panel(copy, [mark], mark, words, steps)
