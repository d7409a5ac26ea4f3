"""Two runs over the same set, compared case by case, and what may be claimed of the difference in plain words."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.figures import IN_MILLISECONDS, LOWER_IS_BETTER, SET_MEASURES, SetMeasure, score_names
from eval.records import BadRun, Record, Run
from eval.statistics import Limits, McNemar, bootstrap_interval, mcnemar, paired_interval

Pairs = Sequence[tuple[Record, Record]]

RIGHT = "Right"
_TOLD = ("better", "worse")
# Were before and after alike, the sign of each independent difference would be a coin's; five coins fall alike 1 time
# in 16, six 1 time in 32, so with five or fewer no exact test reaches 5 %, whatever a bootstrap of them says.
_FEWEST_THAT_TELL = 6
_SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure in both runs, over the cases that it applies to in both, and the difference with its 95 % interval.

    Shares are numbers from 0 to 1, latencies milliseconds. The ends are None if all cases share one article.
    `changed` is the number of groups (cases that share an article) that differ, None for a measure of a whole set.
    """

    measure: str
    before: float
    after: float
    difference: float
    low: float | None
    high: float | None
    cases: int
    changed: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that is not the same in both runs; None where a run does not state it."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one run to another: how many are right, each measure, which cases, and under which facts."""

    right: Difference
    mcnemar: McNemar
    differences: tuple[Difference, ...]
    became_right: tuple[str, ...]
    became_wrong: tuple[str, ...]
    changed: tuple[Change, ...]


def compare(before: Run, after: Run, *, seed: int = 0) -> Comparison:
    """Pair the cases of two runs by id and compare them. Another library is no hindrance; it is among the facts.

    Raises `BadRun` if the runs are of different sets, of different cases of one set, or of no case at all, and for a
    case that stands twice in a run.
    """
    pairs = _pairs(before, after)
    right = [(old.right, new.right) for old, new in pairs]
    return Comparison(
        right=_difference(RIGHT, pairs, [(float(old), float(new)) for old, new in right], seed),
        mcnemar=mcnemar(*zip(*right, strict=True)),
        differences=(*_of_scores(pairs, seed), *_of_sets(pairs, seed)),
        became_right=tuple(new.id for old, new in pairs if new.right and not old.right),
        became_wrong=tuple(new.id for old, new in pairs if old.right and not new.right),
        changed=tuple(_changes(before, after)),
    )


def claim(comparison: Comparison) -> str:
    """What may be said of the share of questions treated rightly, and a word of caution about the other measures.

    "Better" or "worse" needs both the interval, which minds cases that share an article, and McNemar's exact test,
    which minds how few cases changed.
    """
    p_value = comparison.mcnemar.p_value
    told = verdict(comparison.right)
    if told in _TOLD and p_value >= _SIGNIFICANT:
        told = "no difference can be told, as McNemar's test does not bear the interval out"
    said = _sentence(comparison.right, f", McNemar {_probability(p_value)}", told)
    return f"{said} {_caution(len(comparison.differences))}".rstrip()


def claim_of(difference: Difference) -> str:
    """What may be said of one measure: both values, the change with its interval, and whether it is better or worse."""
    return _sentence(difference, "", verdict(difference))


def verdict(difference: Difference) -> str:
    """Whether the newer run is "better" or "worse" in this measure, or why that cannot be told."""
    low, high = difference.low, difference.high
    if low is None or high is None:
        return "no difference can be told, as all cases share one article"
    if low <= 0 <= high:
        return "no difference can be told"
    if difference.changed is not None and difference.changed < _FEWEST_THAT_TELL:
        return f"no difference can be told, as too few cases changed ({difference.changed})"
    return _TOLD[(low > 0) == (difference.measure in LOWER_IS_BETTER)]


def _pairs(before: Run, after: Run) -> Pairs:
    if before.set_hash != after.set_hash:
        sets = f"{before.set_name} ({before.set_hash}) and {after.set_name} ({after.set_hash})"
        raise BadRun(f"the runs are of different sets, {sets}; run both on the same set")
    old, new = _by_id(before), _by_id(after)
    if single := sorted(old.keys() ^ new.keys()):
        raise BadRun(
            f"{len(single)} of the cases of {before.set_name} are in one of the runs only, such as {single[0]!r}; "
            "run both on the same set"
        )
    if not old:
        raise BadRun(f"the runs of {before.set_name} hold no case; run both again with `quotedesk eval --report`")
    return [(record, new[id_]) for id_, record in old.items()]


def _by_id(run: Run) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for record in run.records:
        if record.id in found:
            raise BadRun(f"{run.set_name} has the case {record.id!r} twice in one run; give each case its own id")
        found[record.id] = record
    return found


def _of_scores(pairs: Pairs, seed: int) -> Iterator[Difference]:
    for measure in score_names([old for old, _ in pairs]):
        scored = [(old, new) for old, new in pairs if measure in old.scores and measure in new.scores]
        if scored:
            scores = [(old.scores[measure], new.scores[measure]) for old, new in scored]
            yield _difference(measure, scored, scores, seed)


def _difference(measure: str, pairs: Pairs, scores: Sequence[tuple[float, float]], seed: int) -> Difference:
    before, after = zip(*scores, strict=True)
    groups = [old.group for old, _ in pairs]
    difference, low, high = paired_interval(before, after, groups, seed=seed)
    old, new = float(np.mean(before)), float(np.mean(after))
    return Difference(measure, old, new, difference, low, high, len(scores), _changed(scores, groups))


def _changed(scores: Sequence[tuple[float, float]], groups: Sequence[str]) -> int:
    """The number of groups whose sum differs; gains that cancel leave a rest of about 1e-17."""
    gains: defaultdict[str, float] = defaultdict(float)
    for (old, new), group in zip(scores, groups, strict=True):
        gains[group] += new - old
    return sum(abs(gain) > 1e-12 for gain in gains.values())


def _of_sets(pairs: Pairs, seed: int) -> Iterator[Difference]:
    for measure in SET_MEASURES:
        counted = [(old, new) for old, new in pairs if measure.applies(old) or measure.applies(new)]
        if counted and (difference := _of_set(measure, counted, seed)):
            yield difference


def _of_set(measure: SetMeasure, pairs: Pairs, seed: int) -> Difference | None:
    """None where the measure cannot be told of one of the runs."""
    runs = list(zip(*pairs, strict=True))
    before, after = (measure.statistic(run) for run in runs)

    def gain(cases: NDArray[np.int64]) -> float | None:
        old, new = before(cases), after(cases)
        return None if old is None or new is None else new - old

    every = np.arange(len(pairs))
    old, new = before(every), after(every)
    if old is None or new is None:
        return None
    limits = Limits(-1, 1, min(map(measure.decided_by, runs))) if measure.is_share else None
    low, high = bootstrap_interval(gain, [record.group for record in runs[0]], seed=seed, limits=limits) or (None, None)
    return Difference(measure.name, old, new, new - old, low, high, len(pairs))


def _changes(before: Run, after: Run) -> Iterator[Change]:
    facts = [run.facts | {"library hash": run.library_hash} for run in (before, after)]
    for name in dict.fromkeys([*facts[0], *facts[1]]):
        old, new = (one.get(name) for one in facts)
        if old != new:
            yield Change(name, old, new)


def _sentence(difference: Difference, test: str, told: str) -> str:
    cases = f"{difference.cases:,} case{'' if difference.cases == 1 else 's'}"
    interval = _interval(difference)
    return f"{difference.measure}: {_change(difference)} ({interval}, {cases}{test}): {told}."


def _change(difference: Difference) -> str:
    before, after, by = difference.before, difference.after, difference.difference
    if difference.measure not in IN_MILLISECONDS:
        return f"{before:.1%} -> {after:.1%}, a change of {_signed(100 * by)} points".replace("%", " %")
    share = f" or {_signed(100 * by / before)} %" if before else ""
    return f"{before:,.0f} ms -> {after:,.0f} ms, a change of {by:+,.0f} ms{share}"


def _interval(difference: Difference) -> str:
    if difference.low is None or difference.high is None:
        return "no interval"
    if difference.measure in IN_MILLISECONDS:
        return f"95 % interval {difference.low:+,.0f} to {difference.high:+,.0f} ms"
    return f"95 % interval {_signed(100 * difference.low)} to {_signed(100 * difference.high)}"


def _signed(number: float) -> str:
    """One decimal, or one digit that is not 0, so that an end which is not 0 never reads as 0."""
    return f"{number:+.1f}" if abs(number) >= 0.05 or number == 0 else f"{number:+.1g}"


def _probability(p_value: float) -> str:
    return f"p = {p_value:.3f}" if p_value >= 0.001 else "p < 0.001"


def _caution(measures: int) -> str:
    if measures < 2:
        return ""
    return (
        f"The intervals of the other {measures} measures are not corrected for their number: "
        "even if nothing had changed, about 1 in 20 would leave out 0."
    )
