"""Evidence to numbered citations: verbatim, each said once, with every other article that says the same."""

from collections.abc import Iterable, Sequence

from index.tokens import tokens
from index.types import Article, Span
from qa.evidence import Evidence
from qa.quantities import find_quantities
from qa.types import Citation, Quote

MOST_QUOTES = 3
# A further quote has to be at least this likely, relative to the best one, to be worth the reader's time.
_WORTH_SHOWING = 0.2
# Sentences joined into one quote; more is no longer a quote but a passage.
_MOST_JOINED = 3


def cite(evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
    """Up to three citations, best first. Evidence next to a quote joins it; a copy of a quote goes to `also_in`."""
    if not evidence:
        return ()
    worth_showing = [e for e in evidence if e.probability >= _WORTH_SHOWING * evidence[0].probability]
    quotes: list[Quote] = []
    for piece in worth_showing:
        if not _absorbed(piece, quotes) and len(quotes) < MOST_QUOTES:
            quotes.append(Quote(piece.article, piece.span))
    articles = {piece.article.id: piece.article for piece in worth_showing}
    return tuple(Citation(n, quote, _copies(quote, articles.values())) for n, quote in enumerate(quotes, 1))


def same_words(one: str, other: str) -> bool:
    """Whether two sentences are copies: the same words in the same order, and the same figures with their units."""
    left, right = find_quantities(one), find_quantities(other)
    return (
        tokens(one) == tokens(other)
        and len(left) == len(right)
        and all(a.agrees_with(b) for a, b in zip(left, right, strict=True))
    )


def _absorbed(piece: Evidence, quotes: list[Quote]) -> bool:
    """Whether `piece` continues one of `quotes`, which is made longer in place, or only says the same again."""
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
