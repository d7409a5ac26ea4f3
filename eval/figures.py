"""The figures of a run: what each measure means, its value with a 95 % interval, for the whole set and by slice."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.declining import area_under_risk_coverage, auroc, expected_calibration_error, precision_recall
from eval.records import Record
from eval.statistics import Limits, Statistic, bootstrap_interval, mean_interval

MEANING = {
    "success@1": "How often the first article found is one that holds the answer.",
    "success@5": "How often one of the first 5 articles found holds the answer.",
    "success@10": "How often one of the first 10 articles found holds the answer.",
    "recall@5": "The share of the articles that hold the answer which are among the first 5 found.",
    "recall@10": "The share of the articles that hold the answer which are among the first 10 found.",
    "MRR@10": "One over the rank of the first article that holds the answer, 0 if it is not among the first 10.",
    "nDCG@10": "How near the top the articles that hold the answer are among the first 10; 100 % if all come first.",
    "passage success@5": "How often one of the first 5 passages found holds the answer in its words.",
    "passage success@10": "How often one of the first 10 passages found holds the answer in its words.",
    "passage recall@5": "The share of the passages that hold the answer which are among the first 5 found.",
    "passage recall@10": "The share of the passages that hold the answer which are among the first 10 found.",
    "passage MRR@10": "One over the rank of the first passage that holds the answer, 0 if not among the first 10.",
    "passage nDCG@10": "How near the top the passages that hold the answer are among the first 10.",
    "answered rightly": "How often an answerable question got all of its answer, with an article cited that has it.",
    "exact match": "How often the short answer is the wanted answer and nothing else.",
    "F1": "How far the words of the short answer and of the wanted answer are the same, from 0 to 100 %.",
    "in the short answer": "How often all that was asked for stands in the short answer.",
    "in the quotes": "How often all that was asked for stands in the quotes.",
    "citation precision": "The share of the quotes that hold some of the answer and are of an article that has it.",
    "citation recall": "The share of what was asked for that stands in a quote of an article that has it.",
    "verbatim": "The share of the quotes that are, letter for letter, a slice of their article; promised to be 100 %.",
    "conflict recall": "How often a difference between the sources was shown, where they do differ.",
    "conflict false alarm": "How often a difference was shown where the sources do not differ.",
    "declined, of the answerable": "How often a question was declined though the articles hold an answer.",
    "declined, of the unanswerable": "How often a question was declined of which the articles hold no answer.",
    "declined, where nothing read answers": "The same without those where what was read holds the answer after all, "
    "in another article than those excluded.",
    "declining precision": "Of the questions declined, the share that the articles indeed hold no answer to.",
    "declining recall": "Of the questions that the articles hold no answer to, the share that was declined.",
    "AURC": "The share of wrong answers if only the surest were given, averaged over how many are given.",
    "AUROC of the confidence": "How often a right answer is surer of itself than a wrong one; 50 % is mere luck.",
    "calibration error": "How far the confidence lies from the share that is right, on average.",
    "latency p50, ms": "The time that half of the questions were answered within, in milliseconds.",
    "latency p95, ms": "The time that 95 of 100 questions were answered within, in milliseconds.",
}
LOWER_IS_BETTER = frozenset(
    {
        "conflict false alarm",
        "declined, of the answerable",
        "AURC",
        "calibration error",
        "latency p50, ms",
        "latency p95, ms",
    }
)
IN_MILLISECONDS = frozenset({"latency p50, ms", "latency p95, ms"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure's value with the ends of its 95 % interval, and how many cases it is of.

    A share is a number from 0 to 1, a latency is in milliseconds. `value` is None where it cannot be told, the ends
    also where all cases share one article.
    """

    measure: str
    value: float | None
    low: float | None
    high: float | None
    cases: int


@dataclass(frozen=True, slots=True)
class Slice:
    """The figures of the cases that have the same `value` of one attribute, `by`."""

    by: str
    value: str
    cases: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class SetMeasure:
    """A measure that belongs to a set, not to a case.

    `applies` says whether a record counts, `statistic` makes of records what is worked out on a draw of them,
    `is_share` tells a number from 0 to 1 from milliseconds, `decided_by` counts the groups that decide the value.
    """

    name: str
    applies: Callable[[Record], bool]
    statistic: Callable[[Sequence[Record]], Statistic]
    is_share: bool
    decided_by: Callable[[Sequence[Record]], int]


def figures(records: Sequence[Record], *, seed: int = 0) -> list[Figure]:
    """Every measure that applies to a case of the set, then those of the set as a whole, always in the same order.

    Intervals are bootstrapped over `Record.group`, see `eval.statistics`.
    """
    return [*_means(records, seed), *(_of_set(measure, records, seed) for measure in SET_MEASURES)]


def slices(records: Sequence[Record], *, seed: int = 0) -> list[Slice]:
    """The measures that apply to a case, for each language, direction, kind, either answerability, and each month.

    Only where there are two or more to compare; the largest slice first, those of the same size by name.
    """
    found = []
    for by, value_of in _ATTRIBUTES.items():
        sizes = Counter(map(value_of, records))
        for value in sorted(sizes, key=lambda value: (-sizes[value], value)) if len(sizes) > 1 else ():
            inside = [record for record in records if value_of(record) == value]
            found.append(Slice(by, value, len(inside), tuple(_means(inside, seed))))
    return found


def _means(records: Sequence[Record], seed: int) -> list[Figure]:
    return [_mean(measure, records, seed) for measure in score_names(records)]


def score_names(records: Sequence[Record]) -> list[str]:
    """The measures that apply to a case: in the order of `MEASURES`, unknown ones after them as they come."""
    present = dict.fromkeys(measure for record in records for measure in record.scores)
    known = [measure for measure in MEASURES if measure in present]
    return [*known, *(measure for measure in present if measure not in MEASURES)]


def _mean(measure: str, records: Sequence[Record], seed: int) -> Figure:
    scored = [record for record in records if measure in record.scores]
    scores = [record.scores[measure] for record in scored]
    low, high = mean_interval(scores, [record.group for record in scored], seed=seed) or (None, None)
    return Figure(measure, float(np.mean(scores)), low, high, len(scores))


def _of_set(measure: SetMeasure, records: Sequence[Record], seed: int) -> Figure:
    counted = [record for record in records if measure.applies(record)]
    if not counted:
        return Figure(measure.name, None, None, None, 0)
    statistic, groups = measure.statistic(counted), [record.group for record in counted]
    limits = Limits(0, 1, measure.decided_by(counted)) if measure.is_share else None
    low, high = bootstrap_interval(statistic, groups, seed=seed, limits=limits) or (None, None)
    return Figure(measure.name, statistic(np.arange(len(counted))), low, high, len(counted))


def _declining(which: int) -> Callable[[Sequence[Record]], Statistic]:
    """Declining's precision for 0, its recall for 1."""

    def statistic_of(records: Sequence[Record]) -> Statistic:
        declined = np.array([not record.answered for record in records])
        answerable = np.array([record.answerable for record in records])
        return lambda cases: precision_recall(declined[cases], answerable[cases])[which]

    return statistic_of


def _confidence(
    of: Callable[[NDArray[np.float64], NDArray[np.bool_]], float | None],
) -> Callable[[Sequence[Record]], Statistic]:
    """A measure of how well the confidence tells right answers from wrong ones, had every question been answered."""

    def statistic_of(records: Sequence[Record]) -> Statistic:
        confidence = np.array([record.confidence for record in records])
        right = np.array([record.right_if_answered for record in records])
        return lambda cases: of(confidence[cases], right[cases])

    return statistic_of


def _latency(percent: float) -> Callable[[Sequence[Record]], Statistic]:
    """The time in ms that `percent` of the questions were answered within; a case without one is passed over."""

    def statistic_of(records: Sequence[Record]) -> Statistic:
        times = np.array([record.timings_ms.get("total", np.nan) for record in records])

        def percentile(cases: NDArray[np.int64]) -> float | None:
            taken = times[cases]
            taken = taken[~np.isnan(taken)]
            return float(np.percentile(taken, percent)) if len(taken) else None

        return percentile

    return statistic_of


def _every(_: Record) -> bool:
    return True


def _is_timed(record: Record) -> bool:
    return "total" in record.timings_ms


def _groups(records: Sequence[Record]) -> int:
    return len({record.group for record in records})


def _rarer_groups(records: Sequence[Record]) -> int:
    """How many groups the rarer of right and wrong answers come from: one wrong answer of 100 says little of a rank."""
    return min(_groups([record for record in records if record.right_if_answered is right]) for right in (True, False))


SET_MEASURES = (
    SetMeasure("declining precision", lambda record: not record.answered, _declining(0), True, _groups),
    SetMeasure("declining recall", lambda record: not record.answerable, _declining(1), True, _groups),
    SetMeasure("AURC", _every, _confidence(area_under_risk_coverage), True, _groups),
    SetMeasure("AUROC of the confidence", _every, _confidence(auroc), True, _rarer_groups),
    SetMeasure("calibration error", _every, _confidence(expected_calibration_error), True, _groups),
    SetMeasure("latency p50, ms", _is_timed, _latency(50), False, _groups),
    SetMeasure("latency p95, ms", _is_timed, _latency(95), False, _groups),
)
MEASURES = tuple(measure for measure in MEANING if measure not in {one.name for one in SET_MEASURES})

_ATTRIBUTES: dict[str, Callable[[Record], str]] = {
    "language": lambda record: record.language or "not given",
    "languages": lambda record: record.languages or "not given",
    "kind": lambda record: record.kind or "not given",
    "answerable": lambda record: "yes" if record.answerable else "no",
    "date": lambda record: record.date[: len("2023-01")] if record.date else "undated",
}
