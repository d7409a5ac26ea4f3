"""Running an eval set: every question searched and asked, every measure taken and averaged."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from eval import metrics
from eval.sets import BadSet, Case, load_set
from index.update import Progress
from qa.assistant import Assistant
from qa.types import Answer, Found

_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Row:
    """A measure, its value (None where it applies to no case), and over how many cases it was averaged."""

    measure: str
    value: float | None
    cases: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case with what was found and answered."""

    case: Case
    found: tuple[Found, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The measures of one run over one set."""

    rows: tuple[Row, ...]
    outcomes: tuple[Outcome, ...]

    def as_json(self) -> dict[str, Any]:
        """The measures, and for each case whether it was right."""
        cases = [
            {"id": one.case.id, "right": metrics.answered_rightly(one.case, one.answer), "status": one.answer.status}
            for one in self.outcomes
        ]
        return {"measures": [asdict(row) for row in self.rows], "cases": cases}


def evaluate(assistant: Assistant, file: Path, split: str | None, progress: Progress) -> Evaluation:
    """Search for and ask every question of the set in `file`, or of one split of it.

    Raises `BadSet`, also for a split that has no case.
    """
    cases = [case for case in load_set(file) if split in (None, case.split)]
    if not cases:
        raise BadSet(f"{file} has no case of the split {split!r}; give dev, test, or leave it out for all")
    outcomes = []
    for number, case in enumerate(cases, 1):
        found = assistant.search(case.question, k=_DEPTH)
        outcomes.append(Outcome(case, tuple(found), assistant.ask(case.question)))
        progress("asking", number, len(cases))
    return Evaluation(tuple(_measure(outcomes)), tuple(outcomes))


def _measure(outcomes: Sequence[Outcome]) -> list[Row]:
    answerable = [one for one in outcomes if one.case.answerable]
    unanswerable = [one for one in outcomes if not one.case.answerable]
    latencies = [one.answer.timings_ms["total"] for one in outcomes]
    return [
        *(_mean(f"recall@{k}", outcomes, partial(_recall, k)) for k in (1, 5, 10)),
        _mean("MRR@10", outcomes, lambda o: metrics.reciprocal_rank(o.case, o.found)),
        _mean("answered rightly", outcomes, lambda o: metrics.answered_rightly(o.case, o.answer)),
        _mean("in the short answer", outcomes, lambda o: metrics.in_short_answer(o.case, o.answer)),
        _mean("cited rightly, of those answered", outcomes, lambda o: metrics.cited_rightly(o.case, o.answer)),
        _mean("declined, of the answerable", answerable, lambda o: metrics.declined(o.answer)),
        _mean("declined, of the unanswerable", unanswerable, lambda o: metrics.declined(o.answer)),
        _mean("verbatim", outcomes, lambda o: metrics.verbatim(o.answer)),
        Row("latency p50, ms", float(np.percentile(latencies, 50)), len(latencies)),
        Row("latency p95, ms", float(np.percentile(latencies, 95)), len(latencies)),
    ]


def _recall(k: int, outcome: Outcome) -> float | None:
    return metrics.recall_at(k, outcome.case, outcome.found)


def _mean(measure: str, outcomes: Sequence[Outcome], of: Callable[[Outcome], float | None]) -> Row:
    values = [value for one in outcomes if (value := of(one)) is not None]
    return Row(measure, sum(values) / len(values) if values else None, len(values))
