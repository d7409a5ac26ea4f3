"""What a click or a link opens: the panel for a quote, a nearest passage, a copy, or an article at an address.
It compares the text that was quoted with the library's text of today; it does not know sessions or Gradio.
"""

from collections.abc import Sequence

from markupsafe import Markup

from index.types import Article, Span
from ui.chat.exchange import Exchange, Pointer
from ui.chat.links import permalink
from ui.chat.source_panel import Mark, Steps, source_panel
from ui.chat.words import Words


def open_source(exchanges: Sequence[Exchange], pointer: Pointer, words: Words, warning: Markup | str = "") -> Markup:
    """The panel for what `pointer` names. Raises `LookupError` where there is no such turn, citation or passage."""
    exchange = exchanges[pointer.turn]
    if pointer.kind == "near":
        found = exchange.answer.consulted[pointer.number]
        near = Mark(found.hit.passage.span)
        steps = Steps(str(pointer), words.near_passage)
        return source_panel(found.article, [near], near, words, steps, warning=warning)
    cited = {citation.number: citation for citation in exchange.answer.citations}
    quote = cited[pointer.number].quote
    if pointer.kind == "copy":
        return _open_copy(named_article(exchanges, pointer), quote.text, pointer, words, warning)
    chosen = Mark(quote.span, pointer.number)
    marks = [Mark(other.quote.span, number) for number, other in cited.items() if other.quote.article == quote.article]
    return source_panel(quote.article, marks, chosen, words, _steps(exchange, pointer, words), warning=warning)


def named_article(exchanges: Sequence[Exchange], pointer: Pointer) -> Article:
    """The article that `pointer` opens. Raises `LookupError` as `open_source` does."""
    exchange = exchanges[pointer.turn]
    if pointer.kind == "near":
        return exchange.answer.consulted[pointer.number].article
    citation = next((one for one in exchange.answer.citations if one.number == pointer.number), None)
    if citation is None:
        raise LookupError(f"no citation {pointer.number} in turn {pointer.turn}")
    return exchange.copies[citation.also_in[pointer.copy]] if pointer.kind == "copy" else citation.quote.article


def named_span(exchanges: Sequence[Exchange], pointer: Pointer) -> Span:
    """The span that `pointer` opens its article at, a copy's own left aside. Raises `LookupError` likewise."""
    answer = exchanges[pointer.turn].answer
    if pointer.kind == "near":
        return answer.consulted[pointer.number].hit.passage.span
    return next(one.quote.span for one in answer.citations if one.number == pointer.number)


def open_linked(article: Article, span: Span | None, words: Words, warning: Markup | str = "") -> Markup:
    """The panel for an article at an address, marked at `span` if its text goes that far."""
    if span is None or span.end > len(article.text):
        return source_panel(article, [], None, words, Steps(permalink(article), words.whole_article), warning=warning)
    chosen = Mark(span)
    steps = Steps(permalink(article, span), words.linked)
    return source_panel(article, [chosen], chosen, words, steps, warning=warning)


def since_then(shown: Article, span: Span | None, today: Article | None, words: Words) -> Markup:
    """What became of the article since it read as `shown`; nothing where it reads the same in the library `today`."""
    if today is None:
        return warning_html(words.taken_out)
    if today.version == shown.version:
        return Markup("")
    at = today.text.find(span.of(shown.text)) if span else -1
    if span and at >= 0:
        now = permalink(today, Span(at, at + len(span)))
        return warning_html(words.text_changed, now, words.see_now)
    said = f"{words.text_changed} {words.words_gone}" if span else words.text_changed
    return warning_html(said, permalink(today), words.open_now)


def warning_html(said: str, opens: str = "", button: str = "") -> Markup:
    """A word before an article, with a button to open something else instead."""
    choice = Markup('<button type="button" class="qd-quiet" data-open="{}">{}</button>').format(opens, button)
    return Markup('<div class="qd-warning" role="status"><p>{}</p>{}</div>').format(said, choice if opens else "")


def _steps(exchange: Exchange, pointer: Pointer, words: Words) -> Steps:
    numbers = [citation.number for citation in exchange.answer.citations]
    place = numbers.index(pointer.number)
    around = [numbers[at] if 0 <= at < len(numbers) else None for at in (place - 1, place + 1)]
    previous, following = (str(Pointer(pointer.turn, "quote", number)) if number else None for number in around)
    copies = tuple(
        (str(Pointer(pointer.turn, "copy", pointer.number, at)), exchange.copies[copy])
        for at, copy in enumerate(exchange.answer.citations[place].also_in)
        if copy in exchange.copies
    )
    return Steps(str(pointer), words.step.format(place + 1, len(numbers)), previous, following, copies)


def _open_copy(copy: Article, quoted: str, pointer: Pointer, words: Words, warning: Markup | str) -> Markup:
    steps = Steps(str(pointer), words.also_in)
    at = copy.text.find(quoted)
    if at < 0:  # a copy may differ in a space or a comma: then it is shown without a mark rather than with a wrong one
        return source_panel(copy, [], None, words, steps, warning=warning)
    mark = Mark(Span(at, at + len(quoted)), pointer.number)
    return source_panel(copy, [mark], mark, words, steps, warning=warning)
