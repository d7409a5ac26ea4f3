"""Evidence to numbered citations: verbatim, each said once, with every other article that says the same."""

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from index.types import Article, Span
from qa.dates import find_dates
from qa.evidence import Evidence
from qa.findings import ROUNDING, Finding, same_words, undated_figures
from qa.quantities import find_quantities
from qa.types import Citation, Quote

MOST_QUOTES = 3
_REFERENCE_MARK = re.compile(r"\s*\[\d{1,3}\]")
# A further quote has to be at least this likely, relative to the best one, to be worth the reader's time.
WORTH_SHOWING = 0.2
# Of the quotes at most so many for the best answer, so that there is room for the next best.
_FOR_THE_BEST = 2
# Smaller counts stand in many sentences by chance.
_TELLING = 10
# Sentences joined into one quote; more is no longer a quote but a passage.
_MOST_JOINED = 3


def cite(findings: Sequence[Finding], differing: Sequence[Finding] = ()) -> tuple[Citation, ...]:
    """Up to three citations. Evidence next to a quote joins it; a copy of a quote goes to `also_in`.

    `differing` are findings that are to be quoted whatever else is; then come the best ones, the likeliest first.
    """
    if not findings:
        return ()
    likely = [one for one in _in_turn(findings) if one.probability >= WORTH_SHOWING * findings[0].best.probability]
    worth_showing = [*(finding.best for finding in differing), *likely]
    quotes: list[Quote] = []
    for piece in worth_showing:
        if not _absorbed(piece, quotes) and len(quotes) < MOST_QUOTES:
            quotes.append(Quote(piece.article, piece.span))
    return numbered(quotes, worth_showing)


def numbered(quotes: Sequence[Quote], evidence: Iterable[Evidence]) -> tuple[Citation, ...]:
    """The quotes as citations, from 1, each with the other articles among the evidence that say the same."""
    articles = {piece.article.id: piece.article for piece in evidence}
    return tuple(Citation(n, quote, _copies(quote, articles.values())) for n, quote in enumerate(quotes, 1))


def giving(finding: Finding, citations: Sequence[Citation]) -> tuple[int, ...]:
    """The numbers of the citations whose quotes give the finding's answer, or state its figure in whatever script."""
    places = [(one.article.id, one.answer) for one in finding.evidence]
    figures = undated_figures(finding.best.value, find_dates(finding.best.value))

    def gives(quote: Quote) -> bool:
        if any(quote.article.id == article and quote.span.overlaps(at) for article, at in places):
            return True
        stated = find_quantities(quote.text)
        telling = len(figures) == 1 and (figures[0].kind != "count" or figures[0].value >= _TELLING)
        return telling and any(figures[0].agrees_with(one, ROUNDING) for one in stated)

    return tuple(citation.number for citation in citations if gives(citation.quote))


def in_one_line(text: str) -> str:
    """The text without its line ends and without reference marks of its own, which would read as our numbers."""
    return " ".join(_REFERENCE_MARK.sub("", text).split())


def _in_turn(findings: Sequence[Finding]) -> list[Evidence]:
    """The best finding's likeliest evidence, then that of the others, then what is left, each the likeliest first."""
    first, rest = findings[0].evidence[:_FOR_THE_BEST], findings[0].evidence[_FOR_THE_BEST:]
    others = sorted(chain.from_iterable(finding.evidence for finding in findings[1:]), key=lambda e: -e.probability)
    return [*first, *others, *rest]


def _absorbed(piece: Evidence, quotes: list[Quote]) -> bool:
    """Whether `piece` continues one of `quotes`, which is made longer in place, or only says the same again."""
    if any(quote.article.id == piece.article.id and quote.span.covers(piece.span) for quote in quotes):
        return True
    for place, quote in enumerate(quotes):
        if quote.article.id == piece.article.id and (joined := _joined(quote, piece.span)):
            quotes[place] = joined
            return True
        if any(same_words(said, piece.text) for said in _sentences(quote)):
            return True
    return False


def _joined(quote: Quote, span: Span) -> Quote | None:
    """The quote made longer by `span` where nothing but white space lies between them, and it stays short."""
    first, second = sorted((quote.span, span))
    if quote.article.text[first.end : second.start].strip():
        return None
    joined = Quote(quote.article, Span(first.start, max(first.end, second.end)))
    return joined if len(_sentences(joined)) <= _MOST_JOINED else None


def _copies(quote: Quote, articles: Iterable[Article]) -> tuple[str, ...]:
    """The ids of the other articles that hold every sentence of the quote."""
    said = _sentences(quote)
    return tuple(one.id for one in articles if one.id != quote.article.id and all(_holds(one, text) for text in said))


def _holds(article: Article, sentence: str) -> bool:
    return any(same_words(sentence, span.of(article.text)) for span in article.sentences)


def _sentences(quote: Quote) -> list[str]:
    return [span.of(quote.article.text) for span in quote.article.sentences if quote.span.covers(span)]
