"""An article as HTML, with the cited spans marked in their place and boilerplate greyed.
It knows articles and spans; it does not know questions, sessions or Gradio. Everything it prints is escaped.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import urlsplit

from markupsafe import Markup

from index.types import Article, Listed, Span
from ui.chat.links import permalink, to_words
from ui.chat.words import Words


@dataclass(frozen=True, slots=True)
class Mark:
    """A span to mark in an article. `number` is its citation's; `None` for a passage that is near but no quote."""

    span: Span
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Steps:
    """What the panel shows, in an address and in words, and what the previous and next buttons open.

    `copies` are the articles with the same words, each with what opens it there.
    """

    at: str
    label: str
    previous: str | None = None
    following: str | None = None
    copies: tuple[tuple[str, Article], ...] = ()


def outlet(article: Article | Listed) -> str:
    """Who published the article: the host of its url, else the name of its file."""
    host = _host(article.url) if article.url else None
    return host.removeprefix("www.") if host else PurePath(article.path).name


def web_address(article: Article) -> str | None:
    """The article's url if it is one that a browser may follow: http or https with a host."""
    return article.url if article.url and _host(article.url) else None


def byline(article: Article | Listed, words: Words) -> Markup:
    """Outlet and date on one line, for a whole article also when it was updated."""
    return Markup('<p class="qd-byline"><span class="qd-outlet">{}</span> {}{}</p>').format(
        outlet(article), date_html(article, words), _updated(article, words) if isinstance(article, Article) else ""
    )


def date_html(article: Article | Listed, words: Words) -> Markup:
    """The date of publication, readable by people and by machines."""
    shown = words.date(article.published)
    if article.published is None:
        return Markup('<span class="qd-date">{}</span>').format(shown)
    return Markup('<time class="qd-date" datetime="{}">{}</time>').format(article.published.isoformat(), shown)


def _updated(article: Article, words: Words) -> Markup:
    if article.updated in {None, article.published}:
        return Markup("")
    return Markup(' <span class="qd-date">{}</span>').format(words.updated_on.format(words.date(article.updated)))


def lang(code: str) -> Markup:
    """A `lang` attribute, empty for an unknown language: Chinese and Japanese share code points, not glyphs."""
    return Markup("") if code == "und" else Markup(' lang="{}"').format(code)


def empty_panel(words: Words, warning: Markup | str = "") -> Markup:
    """What stands in the panel before a source is opened, or where `warning` says why none is."""
    return Markup('<div class="qd-hint">{}<h2>{}</h2><p>{}</p></div>').format(
        warning, words.panel_title, words.panel_hint
    )


def source_panel(  # noqa: PLR0913 (the article, what is marked in it, and what stands around it)
    article: Article,
    marks: Sequence[Mark],
    chosen: Mark | None,
    words: Words,
    steps: Steps,
    *,
    warning: Markup | str = "",
) -> Markup:
    """The whole panel: a bar to step and close, and the article with `marks` in it, `chosen` emphasised.

    `warning` stands before the article, such as that its text has changed since.
    """
    return Markup(
        '<section class="qd-source" data-at="{}" data-shown="{}" aria-label="{}">{}'
        '<div class="qd-scroll" tabindex="0" role="region" aria-label="{}">{}{}'
        '<div class="qd-text"{}>{}</div>{}</div></section>'
    ).format(
        steps.at,
        permalink(article, chosen.span if chosen else None),
        words.source_panel,
        _bar(words, steps),
        article.title or outlet(article),
        warning,
        _heading(article, chosen, steps.copies, words),
        lang(article.language),
        article_text(article, marks, chosen),
        Markup('<p class="qd-legend">{}</p>').format(words.greyed) if article.boilerplate else "",
    )


def article_text(article: Article, marks: Sequence[Mark], chosen: Mark | None) -> Markup:
    """The article's text in paragraphs. The text content of the result is `article.text`, code point for code point."""
    edges = sorted({edge for span in _spans(article, marks) for edge in (span.start, span.end)})
    html: list[Markup] = []
    for start, end, is_paragraph in _paragraphs(article.text):
        if is_paragraph:
            pieces = [_piece(article, piece, marks, chosen) for piece in _cut(start, end, edges)]
            html.append(Markup("<p>{}</p>").format(Markup("").join(pieces)))
        else:
            html.append(Markup("{}").format(article.text[start:end]))
    return Markup("").join(html)


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        return parts.hostname if parts.scheme in {"http", "https"} else None
    except ValueError:  # such as an unclosed bracket where an IPv6 address should be
        return None


def _bar(words: Words, steps: Steps) -> Markup:
    return Markup(
        '<header class="qd-bar"><span class="qd-step">{}</span>{}{}'
        '<button type="button" class="qd-close" data-close aria-label="{}">×</button></header>'
    ).format(
        steps.label,
        _step_button("‹", words.previous, steps.previous) if steps.previous or steps.following else "",
        _step_button("›", words.following, steps.following) if steps.previous or steps.following else "",
        words.close,
    )


def _step_button(sign: str, label: str, opens: str | None) -> Markup:
    target = Markup('data-open="{}"').format(opens) if opens else Markup("disabled")
    return Markup('<button type="button" class="qd-turn" aria-label="{}" {}>{}</button>').format(label, target, sign)


def _heading(article: Article, chosen: Mark | None, copies: Sequence[tuple[str, Article]], words: Words) -> Markup:
    return Markup('{}<h2{}>{}</h2><p class="qd-actions">{}{}</p>{}').format(
        byline(article, words),
        lang(article.language),
        article.title or outlet(article),
        _original(article, chosen, words),
        _copy_button(article, chosen, words) if chosen else "",
        _copies(copies, words),
    )


def _original(article: Article, chosen: Mark | None, words: Words) -> Markup:
    address = web_address(article)
    if address is None:
        return Markup("")
    return Markup('<a class="qd-original" href="{}" target="_blank" rel="noopener noreferrer">{} ↗</a>').format(
        to_words(address, chosen.span.of(article.text)) if chosen else address, words.original
    )


def _copy_button(article: Article, chosen: Mark, words: Words) -> Markup:
    """Copies quote, title, outlet and date, with a link that the browser makes whole."""
    source = ", ".join(filter(None, (article.title, outlet(article), words.date(article.published))))
    return Markup(
        '<button type="button" class="qd-quiet" data-copy="{}" data-link="{}" data-copied="{}">{}</button>'
    ).format(
        f"“{chosen.span.of(article.text)}”\n{source}", permalink(article, chosen.span), words.copied, words.copy_quote
    )


def _copies(copies: Sequence[tuple[str, Article]], words: Words) -> Markup:
    if not copies:
        return Markup("")
    items = [
        Markup('<li><button type="button" class="qd-copy" data-open="{}">{}</button> {}</li>').format(
            opens, copy.title or outlet(copy), byline(copy, words)
        )
        for opens, copy in copies
    ]
    return Markup('<div class="qd-copies"><h3>{}</h3><ul>{}</ul></div>').format(words.also_in, Markup("").join(items))


def _spans(article: Article, marks: Sequence[Mark]) -> Iterator[Span]:
    yield from article.boilerplate
    yield from (mark.span for mark in marks)


def _paragraphs(text: str) -> Iterator[tuple[int, int, bool]]:
    """`(start, end, is_paragraph)` over the whole text; parted at blank lines, or else at every line end."""
    parting = re.compile(r"\n\s*\n\s*" if re.search(r"\n\s*\n", text) else r"\n")
    at = 0
    for gap in parting.finditer(text):
        if gap.start() > at:
            yield at, gap.start(), True
        yield gap.start(), gap.end(), False
        at = gap.end()
    if at < len(text):
        yield at, len(text), True


def _cut(start: int, end: int, edges: Sequence[int]) -> Iterator[Span]:
    inner = [edge for edge in edges if start < edge < end]
    for left, right in zip([start, *inner], [*inner, end], strict=True):
        yield Span(left, right)


def _piece(article: Article, piece: Span, marks: Sequence[Mark], chosen: Mark | None) -> Markup:
    html = Markup("{}").format(piece.of(article.text))
    if any(span.covers(piece) for span in article.boilerplate):
        html = Markup('<span class="qd-boilerplate">{}</span>').format(html)
    covering = [mark for mark in marks if mark.span.covers(piece)]
    return _mark(html, piece, covering, chosen) if covering else html


def _mark(html: Markup, piece: Span, covering: Sequence[Mark], chosen: Mark | None) -> Markup:
    classes = ["qd-quote" if any(mark.number is not None for mark in covering) else "qd-near"]
    if chosen in covering:
        classes.append("qd-chosen")
    if chosen and piece.start == chosen.span.start:
        classes.append("qd-here")
    begun = [str(mark.number) for mark in covering if mark.number is not None and mark.span.start == piece.start]
    return Markup('<mark class="{}"{}>{}</mark>').format(
        " ".join(classes), Markup(' data-label="{}"').format(" ".join(begun)) if begun else "", html
    )
