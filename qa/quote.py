"""Evidence to numbered citations: verbatim, each said once, with every other article that says the same."""

from collections.abc import Sequence
from dataclasses import replace

from index.tokens import tokens
from index.types import Article, Span
from qa.evidence import Evidence
from qa.quantities import find_quantities
from qa.types import Citation, Quote

MOST_QUOTES = 3
# A further quote has to be at least this likely, relative to the best one, to be worth the reader's time.
_WORTH_SHOWING = 0.2
# Share of common tokens from which two sentences with the same figures are one sentence that travelled.
_SAME_SENTENCE = 0.85


def cite(evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
    """Up to three citations, best first. Evidence next to a quote joins it; a copy of a quote goes to `also_in`."""
    citations: list[Citation] = []
    for piece in evidence:
        if piece.probability < _WORTH_SHOWING * evidence[0].probability:
            break
        if not _absorbed(piece, citations) and len(citations) < MOST_QUOTES:
            citations.append(Citation(len(citations) + 1, Quote(piece.article, piece.span)))
    return tuple(citations)


def _absorbed(piece: Evidence, citations: list[Citation]) -> bool:
    """Whether `piece` was taken up by one of `citations`, which is changed in place."""
    for place, citation in enumerate(citations):
        quote = citation.quote
        if quote.article.id == piece.article.id and (joined := _joined(quote, piece.span)):
            citations[place] = replace(citation, quote=joined)
            return True
        if _says(quote, piece.text):
            citations[place] = _with_copy(citation, piece.article)
            return True
    return False


def _joined(quote: Quote, span: Span) -> Quote | None:
    """The quote made longer by `span` where nothing but white space lies between them."""
    first, second = sorted((quote.span, span))
    if quote.article.text[first.end : second.start].strip():
        return None
    return Quote(quote.article, Span(first.start, max(first.end, second.end)))


def _says(quote: Quote, sentence: str) -> bool:
    """Whether `sentence` is a copy of the quote, or of one of the sentences that were joined in it."""
    joined = [span.of(quote.article.text) for span in quote.article.sentences if quote.span.covers(span)]
    return any(same_sentence(one, sentence) for one in (quote.text, *joined))


def _with_copy(citation: Citation, article: Article) -> Citation:
    if article.id in (citation.quote.article.id, *citation.also_in):
        return citation
    return replace(citation, also_in=(*citation.also_in, article.id))


def same_sentence(one: str, other: str) -> bool:
    """Whether two sentences are copies: nearly the same tokens, and exactly the same figures."""
    left, right = set(tokens(one)), set(tokens(other))
    if len(left & right) < _SAME_SENTENCE * len(left | right):
        return False
    return {q.value for q in find_quantities(one)} == {q.value for q in find_quantities(other)}
