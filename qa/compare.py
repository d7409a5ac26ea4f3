"""Do the sources agree? Quotes that give different figures for one question become conflicts, without a verdict."""

from collections.abc import Sequence
from datetime import date
from itertools import combinations

from qa.figures import answering_span, asked_for
from qa.quantities import find_quantities
from qa.types import Citation, Conflict, ConflictValue, Question

# Figures this near are one figure, rounded: "nearly 600,000" and "598,000".
_ROUNDING = 0.015


def conflicts(question: Question, citations: Sequence[Citation]) -> tuple[Conflict, ...]:
    """At most one conflict: the values that the citations give, the newest source first, if they are not all one."""
    figures = {c.number: asked_for(question.searched_for, c.quote.text) for c in citations}
    rivals = [
        (one, other)
        for one, other in combinations(citations, 2)
        if figures[one.number] and figures[other.number] and _differ(question.searched_for, one, other)
    ]
    if not rivals:
        return ()
    at_odds = {citation.number: citation for pair in rivals for citation in pair}
    newest_first = sorted(at_odds.values(), key=lambda c: c.quote.article.published or date.min, reverse=True)
    return (Conflict("number", _values(question.searched_for, newest_first)),)


def _differ(question: str, one: Citation, other: Citation) -> bool:
    if one.quote.article.id == other.quote.article.id or _other_times(one, other):
        return False
    left, right = asked_for(question, one.quote.text), asked_for(question, other.quote.text)
    comparable = [(a, b) for a in left for b in right if a.kind == b.kind and a.unit == b.unit]
    return bool(comparable) and not any(a.agrees_with(b, _ROUNDING) for a, b in comparable)


def _other_times(one: Citation, other: Citation) -> bool:
    """Whether both quotes name years and no year in common: then they speak of different things."""
    years = [{q.value for q in find_quantities(c.quote.text) if q.kind == "date"} for c in (one, other)]
    return bool(years[0] and years[1] and not years[0] & years[1])


def _values(question: str, citations: Sequence[Citation]) -> tuple[ConflictValue, ...]:
    """Each value as its first source words it, with the numbers of all citations that give it."""
    groups: list[list[Citation]] = []
    for citation in citations:
        agreeing = next((group for group in groups if not _differ(question, group[0], citation)), None)
        if agreeing is None:
            groups.append([citation])
        else:
            agreeing.append(citation)
    return tuple(ConflictValue(_worded(question, group[0]), tuple(c.number for c in group)) for group in groups)


def _worded(question: str, citation: Citation) -> str:
    span = answering_span(question, citation.quote.text)
    return span.of(citation.quote.text) if span else ""
