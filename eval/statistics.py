"""How far a figure can be trusted: bootstrap intervals over groups of cases, and two runs compared case by case.

Cases that share an article stand or fall together, so whole groups are resampled, never single cases.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import comb

import numpy as np
from numpy.typing import NDArray

# What a figure of the cases with these indices is; a case drawn twice has its index twice. None: cannot be told.
Statistic = Callable[[NDArray[np.int64]], float | None]
DRAWS = 1000
_TAILS = (0.025, 0.975)
# The normal quantile of a two-sided 95 % interval, squared.
_Z2 = 1.959963984540054**2
# Sums that cancel leave a rest of about 1e-17, which must not pass for a difference.
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Limits:
    """The least and the greatest value a statistic can take, and how many groups decide it where not all of them do."""

    least: float
    greatest: float
    decided_by: int | None = None


SHARE = Limits(0.0, 1.0)
DIFFERENCE_OF_SHARES = Limits(-1.0, 1.0)


@dataclass(frozen=True, slots=True)
class McNemar:
    """Cases by whether they were right in both runs, only in the one before, only in the one after, or in neither."""

    both: int
    only_before: int
    only_after: int
    neither: int
    p_value: float


def bootstrap_interval(
    statistic: Statistic,
    groups: Sequence[str],
    *,
    seed: int = 0,
    draws: int = DRAWS,
    limits: Limits | None = SHARE,
) -> tuple[float, float] | None:
    """The 95 % interval of a statistic, by the percentile bootstrap over whole groups; `groups` has one name a case.

    Each draw takes as many groups as there are, with repeats, and hands `statistic` the indices of their cases
    (Efron & Tibshirani 1993, chapter 13; for groups Field & Welsh 2007). The same seed draws the same groups,
    whatever was worked out before and however the cases are ordered. Draws whose statistic is None are left out. The
    interval is widened to the value itself where that lies outside, as can be for a biased statistic.

    A bootstrap never sees what did not happen: if every case is right, it says [1, 1]. Where all draws agree, the
    share of groups unlike those seen may still be as large as Wilson's bound for none of n, z²/(n + z²) (Wilson 1927),
    and the interval is what the value would become if they all had the least, or the greatest, of `limits`. For a
    share of 1 that is Wilson's interval [n/(n + z²), 1]. n is the number of groups, or `limits.decided_by`. Without
    limits, or outside them, such an interval has no width.

    None for fewer than two groups, and where the statistic of all cases is None.
    """
    members = _members(groups)
    if members.max(initial=0) < 1 or (value := statistic(np.arange(len(groups)))) is None:
        return None
    weights = _weights(int(members.max()) + 1, draws, seed)
    drawn = (statistic(np.repeat(np.arange(len(groups)), weight[members])) for weight in weights)
    values = np.array([one for one in drawn if one is not None])
    return _interval(values, value, weights.shape[1], limits)


def mean_interval(
    values: Sequence[float],
    groups: Sequence[str],
    *,
    seed: int = 0,
    draws: int = DRAWS,
    limits: Limits | None = SHARE,
) -> tuple[float, float] | None:
    """The same as `bootstrap_interval` of the mean of `values`, one a case, but without a loop over the draws."""
    members = _members(groups)
    if members.max(initial=0) < 1:
        return None
    weights = _weights(int(members.max()) + 1, draws, seed)
    sums_and_counts = np.stack([np.bincount(members, values), np.bincount(members)], axis=1)
    drawn = weights @ sums_and_counts
    return _interval(drawn[:, 0] / drawn[:, 1], float(np.mean(values)), weights.shape[1], limits)


def mcnemar(right_before: Sequence[bool], right_after: Sequence[bool]) -> McNemar:
    """Whether two runs over the same cases differ in how many are right: McNemar's test, exact and two-sided.

    Of the cases that are right in one run only, either run should have half (McNemar 1947); the p-value is the
    binomial probability of a split at least as uneven, 1.0 if there is no such case. Raises `ValueError` for
    sequences of different length.
    """
    pairs = [(bool(before), bool(after)) for before, after in zip(right_before, right_after, strict=True)]
    only_before, only_after = pairs.count((True, False)), pairs.count((False, True))
    p_value = _two_sided(min(only_before, only_after), only_before + only_after)
    return McNemar(pairs.count((True, True)), only_before, only_after, pairs.count((False, False)), p_value)


def paired_interval(
    before: Sequence[float],
    after: Sequence[float],
    groups: Sequence[str],
    *,
    seed: int = 0,
    draws: int = DRAWS,
) -> tuple[float, float | None, float | None]:
    """By how much the mean rose from `before` to `after`, case by case, and the low and high end of its 95 % interval.

    Both runs are drawn together, so what makes a case hard for both does not blur the difference. The ends are None
    for fewer than two groups. Raises `ValueError` for sequences of different length or none at all.
    """
    gains = [new - old for old, new in zip(before, after, strict=True)]
    if not gains:
        raise ValueError("a mean difference needs at least one pair of values")
    low, high = mean_interval(gains, groups, seed=seed, draws=draws, limits=DIFFERENCE_OF_SHARES) or (None, None)
    return float(np.mean(gains)), low, high


def _members(groups: Sequence[str]) -> NDArray[np.int64]:
    """The number of each case's group. Numbered by name, so that the order of the cases does not matter."""
    numbers = {name: number for number, name in enumerate(sorted(set(groups)))}
    return np.array([numbers[name] for name in groups], np.int64)


# Measures of one set apply to a few different selections of its cases; each selection's draws are made once.
@lru_cache(maxsize=4)
def _weights(groups: int, draws: int, seed: int) -> NDArray[np.int32]:
    """How often each group is drawn, in `draws` rows of `groups` columns; every row sums to `groups`."""
    random = np.random.default_rng(seed)
    rows = [np.bincount(random.integers(0, groups, groups), minlength=groups) for _ in range(draws)]
    weights = np.array(rows, np.int32)
    weights.flags.writeable = False
    return weights


def _interval(
    values: NDArray[np.float64], value: float, groups: int, limits: Limits | None
) -> tuple[float, float] | None:
    if not len(values):
        return None
    low, high = (round(float(end), _DIGITS) for end in np.quantile(values, _TAILS))
    if low == high and limits and limits.least <= value <= limits.greatest:
        unseen = _Z2 / ((limits.decided_by or groups) + _Z2)
        return value + unseen * (limits.least - value), value + unseen * (limits.greatest - value)
    return min(low, value), max(high, value)


def _two_sided(fewer: int, of: int) -> float:
    """How likely `of` fair coins show one of their sides at most `fewer` times."""
    at_most: int = sum(comb(of, heads) for heads in range(fewer + 1))
    return min(1.0, float(Fraction(2 * at_most, 2**of)))
