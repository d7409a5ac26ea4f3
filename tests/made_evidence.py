"""Evidence for tests that look at what is made of it, not at what makes it likely."""

from index.types import Article, Span
from qa.evidence import Evidence, Signs

_NO_SIGNS = Signs._make(0.0 for _ in Signs._fields)


def made_evidence(article: Article, span: Span, answer: Span, probability: float) -> Evidence:
    """The sentence at `span` of an article in the question's language, answering with the words at `answer`."""
    return Evidence(article, 0, span, answer, probability, same_language=True, signs=_NO_SIGNS)
