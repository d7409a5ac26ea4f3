"""From sentences to answers: the same answer from several places is one finding, and how sure the best one is.

Independent sources raise its probability; copies of one story count once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log1p
from typing import NamedTuple

from index.tokens import tokens
from qa.dates import PartialDate, find_dates
from qa.denial import denies
from qa.evidence import Evidence
from qa.logistic import Weights, log_odds, logistic
from qa.quantities import Quantity, find_quantities

# Figures this near are one figure, rounded: "nearly 600,000" and "598,000".
ROUNDING = 0.015
# Evidence looked at; what is further down is too unlikely to say anything.
_EVIDENCE = 40

_ARTICLES = frozenset(("a", "an", "the"))

# What the best sentence and the others with the same answer weigh.
_JOINED = Weights(-1.42, (0.813, 1.09))
_CONFIDENCE = Weights(-4.45, (0.199, 0.347, -0.424, 0.375, 0.034, 0.53, 0.119, -0.197, 37.9, 3.09, 0.226, 1.21))
# Below this confidence the articles are taken not to answer. Cross-validated on news in the question's language, 0.25
# answers 70 % of the answerable rightly and declines 19 % of them and 67 % of the unanswerable; 0.20 answers 71 % and
# declines 16 and 60, 0.30 67, 24 and 74. `python -m eval.fit --keep-sentences` shows such curves.
_ANSWER_FROM = 0.26


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer, the evidence that gives it, likeliest first, and the probability in [0, 1] that it is right."""

    evidence: tuple[Evidence, ...]
    probability: float

    @property
    def best(self) -> Evidence:
        """The likeliest evidence for it."""
        return self.evidence[0]


class Grounds(NamedTuple):
    """What speaks for the question's being answered by the best finding, in the order of the weights.

    `finding` and `ahead` are log odds: of the finding, and how far it is ahead of the next one. The rest are signs of
    its likeliest evidence; `support` is what other sources add.
    """

    finding: float
    ahead: float
    support: float
    relevance: float
    certainty: float
    coverage: float
    in_sentence: float
    answer_fits: float
    lead: float
    background: float
    across: float
    recent: float


def find(evidence: Sequence[Evidence], weights: Weights = _JOINED) -> list[Finding]:
    """The answers that the evidence, likeliest first, gives; the likeliest first."""
    groups: list[list[Evidence]] = []
    for one in evidence[:_EVIDENCE]:
        group = next((group for group in groups if same_answer(group[0], one)), None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    findings = [Finding(tuple(group), logistic(weights.log_odds(joined_signs(group)))) for group in groups]
    return sorted(findings, key=lambda finding: -finding.probability)


def joined_signs(evidence: Sequence[Evidence]) -> tuple[float, float]:
    """The log odds of the likeliest evidence for an answer, and what other sources add to it."""
    return log_odds(evidence[0].probability), support(evidence)


def support(evidence: Sequence[Evidence]) -> float:
    """The logarithm of 1 plus the summed probability of other articles that say it in words of their own."""
    counted = [evidence[0]]
    for one in evidence[1:]:
        if not any(one.article.id == other.article.id or same_words(one.text, other.text) for other in counted):
            counted.append(one)
    return log1p(sum(one.probability for one in counted[1:]))


def confidence(findings: Sequence[Finding]) -> float:
    """The probability in [0, 1] that the findings, likeliest first, answer the question; 0 without any."""
    return logistic(_CONFIDENCE.log_odds(grounds(findings))) if findings else 0.0


def is_enough(findings: Sequence[Finding]) -> bool:
    """Whether the findings, likeliest first, are sure enough to answer with."""
    return bool(findings) and confidence(findings) >= _ANSWER_FROM


def grounds(findings: Sequence[Finding]) -> Grounds:
    """What speaks for the first of the findings."""
    best, signs = findings[0], findings[0].best.signs
    own = log_odds(best.probability)
    return Grounds(
        finding=own,
        ahead=own - log_odds(findings[1].probability) if findings[1:] else 0.0,
        support=support(best.evidence),
        relevance=signs.relevance,
        certainty=signs.certainty,
        coverage=signs.coverage,
        in_sentence=signs.in_sentence,
        answer_fits=signs.answer_fits,
        lead=signs.lead,
        background=signs.background,
        across=float(not best.best.same_language),
        recent=signs.recent,
    )


def same_answer(one: Evidence, other: Evidence) -> bool:
    """Whether two answers may be the same: dates or figures that agree, or the words of one within the other's.

    Figures agree within rounding; "last year" is the year before its article's.
    """
    dates, others = (find_dates(evidence.value, evidence.article.published) for evidence in (one, other))
    left, right = undated_figures(one.value, dates), undated_figures(other.value, others)
    if dates and others and not _agree(dates, others):
        return False
    if left and right:
        return len(left) == len(right) and all(a.agrees_with(b, ROUNDING) for a, b in zip(left, right, strict=True))
    if left or right:
        return False
    if dates and others:
        return True
    said, also = _said(one.value), _said(other.value)
    within = bool(said and also) and (said <= also or also <= said)
    return within and denies(one.value) == denies(other.value)


def undated_figures(answer: str, dates: Sequence[PartialDate]) -> list[Quantity]:
    """The quantities of an answer that are not part of its dates."""
    return [one for one in find_quantities(answer) if not any(one.span.overlaps(date.span) for date in dates)]


def _agree(dates: Sequence[PartialDate], others: Sequence[PartialDate]) -> bool:
    """Whether each date of the shorter list may be one of the longer."""
    fewer, more = sorted((dates, others), key=len)
    return all(any(one.agrees_with(other) for other in more) for one in fewer)


def _said(answer: str) -> set[str]:
    found = set(tokens(answer))
    return found - _ARTICLES or found


def same_words(one: str, other: str) -> bool:
    """Whether two sentences are copies: the same words in the same order, and the same figures with their units."""
    if tokens(one) != tokens(other):
        return False
    left, right = find_quantities(one), find_quantities(other)
    return len(left) == len(right) and all(a.agrees_with(b) for a, b in zip(left, right, strict=True))
