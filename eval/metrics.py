"""The measures, one short function each: a case and what was given in, a number out; None where it does not apply.

A number is 1.0 for yes and 0.0 for no unless said otherwise; averaged over a set they are shares.
"""

from collections.abc import Sequence

from eval.match import holds_any
from eval.sets import Case
from qa.types import Answer, Citation, Found


def recall_at(k: int, case: Case, found: Sequence[Found]) -> float | None:
    """Whether one of the first `k` passages is of an article that holds the answer."""
    if not case.articles:
        return None
    return float(any(one.article.id in case.articles for one in found[:k]))


def reciprocal_rank(case: Case, found: Sequence[Found]) -> float | None:
    """One over the rank of the first passage of an article that holds the answer, 0 without one (averaged: MRR)."""
    if not case.articles:
        return None
    ranks = (rank for rank, one in enumerate(found, 1) if one.article.id in case.articles)
    return 1.0 / next(ranks, float("inf"))


def answered_rightly(case: Case, answer: Answer) -> float | None:
    """Whether the short answer or a quote holds the answer, every part of it, and an article that has it is cited."""
    if not case.answerable:
        return None
    texts = [answer.short_answer, *(citation.quote.text for citation in answer.citations)]
    wanted = case.parts or (case.answers,)
    shown = all(any(holds_any(text, part) for text in texts) for part in wanted)
    return float(shown and any(_articles(citation) & set(case.articles) for citation in answer.citations))


def in_short_answer(case: Case, answer: Answer) -> float | None:
    """Whether the short answer alone holds the answer."""
    return float(holds_any(answer.short_answer, case.answers)) if case.answerable else None


def cited_rightly(case: Case, answer: Answer) -> float | None:
    """Whether a quote from an article that holds the answer holds it itself; asked of answered cases only."""
    if not (case.answerable and answer.citations):
        return None
    right_articles = [citation for citation in answer.citations if _articles(citation) & set(case.articles)]
    return float(any(holds_any(citation.quote.text, case.answers) for citation in right_articles))


def declined(answer: Answer) -> float:
    """Whether the question was declined."""
    return float(answer.status == "abstained")


def verbatim(answer: Answer) -> float | None:
    """The share of the quotes that are slices of their article."""
    if not answer.citations:
        return None
    whole = [c.quote.article.text[c.quote.span.start : c.quote.span.end] == c.quote.text for c in answer.citations]
    return sum(whole) / len(whole)


def _articles(citation: Citation) -> set[str]:
    return {citation.quote.article.id, *citation.also_in}
