"""Do the sources agree? Quotes that give different figures for one question become conflicts, without a verdict."""

from collections.abc import Sequence
from datetime import date
from itertools import combinations

from qa.figures import answering_span, asked_for, of_other_years
from qa.quantities import Quantity
from qa.question import deciding_words
from qa.types import Citation, Conflict, ConflictValue, Question

# Figures this near are one figure, rounded: "nearly 600,000" and "598,000".
_ROUNDING = 0.015


def conflicts(question: Question, citations: Sequence[Citation]) -> tuple[Conflict, ...]:
    """At most one conflict: the values that the citations give, the newest source first, if they are not all one."""
    rivals = [pair for pair in combinations(citations, 2) if _differ(deciding_words(question), *pair)]
    if not rivals:
        return ()
    at_odds = {citation.number: citation for pair in rivals for citation in pair}
    newest_first = sorted(at_odds.values(), key=lambda c: c.quote.article.published or date.min, reverse=True)
    return (Conflict("number", _values(deciding_words(question), newest_first)),)


def _differ(question: str, one: Citation, other: Citation) -> bool:
    """Whether two citations of different articles, each with a single figure to offer, offer different ones.

    Of a sentence with several figures it is not known which one answers, and a false alarm is worse than a miss.
    """
    if one.quote.article.id == other.quote.article.id or of_other_years(one.quote.text, other.quote.text):
        return False
    left, right = asked_for(question, one.quote.text), asked_for(question, other.quote.text)
    if len(left) != 1 or len(right) != 1:
        return False
    return _comparable(left[0], right[0]) and not left[0].agrees_with(right[0], _ROUNDING)


def _same_value(question: str, one: Citation, other: Citation) -> bool:
    """Whether two citations with a single figure each offer the same; two that merely cannot differ need not."""
    (left,), (right,) = asked_for(question, one.quote.text), asked_for(question, other.quote.text)
    return _comparable(left, right) and left.agrees_with(right, _ROUNDING)


def _comparable(one: Quantity, other: Quantity) -> bool:
    return one.kind == other.kind and one.unit == other.unit


def _values(question: str, citations: Sequence[Citation]) -> tuple[ConflictValue, ...]:
    """Each value as its first source words it, with the numbers of all citations that give it."""
    groups: list[list[Citation]] = []
    for citation in citations:
        agreeing = (group for group in groups if _same_value(question, group[0], citation))
        group = next(agreeing, None)
        if group is None:
            groups.append([citation])
        else:
            group.append(citation)
    return tuple(ConflictValue(_worded(question, group[0]), tuple(c.number for c in group)) for group in groups)


def _worded(question: str, citation: Citation) -> str:
    span = answering_span(question, citation.quote.text)
    return span.of(citation.quote.text) if span else ""
