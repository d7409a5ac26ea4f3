"""Intervals worked out by hand and by taking every possible draw; McNemar's test by hand and against SciPy's."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binomtest  # type: ignore[import-untyped]

from eval.statistics import (
    DIFFERENCE_OF_SHARES,
    Limits,
    McNemar,
    Statistic,
    bootstrap_interval,
    mcnemar,
    mean_interval,
    paired_interval,
)

# Wilson's bound for none of ten: z² / (10 + z²) with z = 1.96, that is 3.8415 / 13.8415.
NONE_OF_TEN = 0.27753276
TEN = list("abcdefghij")

# Groups of one to three cases, each with a value.
GROUPED = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 4).map(lambda quarters: quarters / 4)), min_size=2, max_size=12
).filter(lambda cases: len({group for group, _ in cases}) > 1)


def mean_of(values: list[float]) -> Statistic:
    array = np.array(values)
    return lambda cases: float(array[cases].mean())


def of_every_draw(values: list[float]) -> tuple[float, float]:
    """The same interval from all n**n ways to draw n cases, each its own group."""
    means = [sum(drawn) / len(drawn) for drawn in product(values, repeat=len(values))]
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


@pytest.mark.parametrize(
    ("values", "interval"),
    [
        (
            [0.0, 0.0, 0.0, 1.0],
            (0.0, 0.75),
        ),  # three or more of four draws hit the 1 in 5.1 % of the ways, all four in 0.4 %
        ([0.0, 1.0, 1.0, 1.0], (0.25, 1.0)),
        ([0.0, 0.0, 1.0, 1.0], (0.0, 1.0)),
        ([0.0, 0.0, 0.0, 0.0, 1.0, 1.0], (0.0, 4 / 6)),
    ],
)
def test_an_interval_is_that_of_every_possible_draw(values: list[float], interval: tuple[float, float]) -> None:
    assert of_every_draw(values) == pytest.approx(interval)
    groups = [str(number) for number in range(len(values))]
    assert mean_interval(values, groups, draws=4000) == pytest.approx(interval)


def test_whole_groups_are_drawn() -> None:
    seen = set()

    def statistic(cases: NDArray[np.int64]) -> float:
        seen.add(tuple(cases.tolist()))
        return 0.5

    bootstrap_interval(statistic, ["a", "b", "a"], draws=50)
    assert seen == {(0, 1, 2), (0, 0, 2, 2), (1, 1)}


def test_a_large_group_does_not_hide_that_it_is_one() -> None:
    values, groups = [1.0] * 98 + [0.0] * 2, ["one article"] * 98 + ["another"] * 2
    assert mean_interval(values, groups) == (0.0, 1.0)
    assert mean_interval(values, [str(number) for number in range(100)]) == pytest.approx((0.95, 1.0))


def test_draws_that_cannot_be_told_are_left_out() -> None:
    def share_of_the_first(cases: NDArray[np.int64]) -> float | None:
        return float((cases == 0).mean()) if 0 in cases else None

    assert bootstrap_interval(share_of_the_first, ["a", "b"]) == (0.5, 1.0)
    assert bootstrap_interval(lambda cases: 0.5 if len(set(cases.tolist())) == 10 else None, TEN) is None


@pytest.mark.parametrize("groups", [[], ["a"], ["a", "a", "a"]])
def test_fewer_than_two_groups_have_no_interval(groups: list[str]) -> None:
    values = [1.0, 0.0, 1.0][: len(groups)]
    assert bootstrap_interval(mean_of(values), groups) is None
    assert mean_interval(values, groups) is None


def test_a_value_that_cannot_be_told_has_no_interval() -> None:
    assert bootstrap_interval(lambda _: None, TEN) is None


def test_a_biased_statistic_still_lies_in_its_interval() -> None:
    # No draw with repeats has as many different cases as the set itself, save 4 in 10,000.
    low, high = bootstrap_interval(lambda cases: len(set(cases.tolist())) / 10, TEN, seed=1) or (0.0, 0.0)
    assert (low, high) == (0.5, 1.0)


@pytest.mark.parametrize(
    ("value", "limits", "interval"),
    [
        (1.0, Limits(0, 1), (1 - NONE_OF_TEN, 1.0)),
        (0.0, Limits(0, 1), (0.0, NONE_OF_TEN)),
        (0.5, Limits(0, 1), (0.5 - NONE_OF_TEN / 2, 0.5 + NONE_OF_TEN / 2)),
        (0.0, DIFFERENCE_OF_SHARES, (-NONE_OF_TEN, NONE_OF_TEN)),
        (1.0, DIFFERENCE_OF_SHARES, (1 - 2 * NONE_OF_TEN, 1.0)),
        (240.0, None, (240.0, 240.0)),
        (240.0, Limits(0, 1), (240.0, 240.0)),
    ],
)
def test_what_never_varied_is_not_certain(value: float, limits: Limits | None, interval: tuple[float, float]) -> None:
    values, groups = [value] * 20, TEN * 2
    assert mean_interval(values, groups, limits=limits) == pytest.approx(interval)
    assert bootstrap_interval(mean_of(values), groups, limits=limits) == pytest.approx(interval)


def test_the_bound_of_a_share_of_one_is_wilsons() -> None:
    wilson = binomtest(10, 10).proportion_ci(method="wilson")
    assert mean_interval([1.0] * 10, TEN) == pytest.approx((wilson.low, wilson.high))


def test_few_deciding_groups_widen_the_bound() -> None:
    assert bootstrap_interval(lambda _: 1.0, TEN, limits=Limits(0, 1, decided_by=1)) == pytest.approx(
        (binomtest(1, 1).proportion_ci(method="wilson").low, 1.0)
    )


def test_the_same_seed_gives_the_same_interval() -> None:
    values = [number / 10 for number in range(10)]
    first = mean_interval(values, TEN, seed=1)
    second = mean_interval(values, TEN, seed=2)
    assert first != second
    assert mean_interval(values, TEN, seed=1) == first
    assert bootstrap_interval(mean_of(values), TEN, seed=2) == pytest.approx(second)


@given(GROUPED, st.integers(0, 3))
def test_an_interval_holds_the_mean_whichever_way_it_is_worked_out(cases: list[tuple[str, float]], seed: int) -> None:
    groups, values = [group for group, _ in cases], [value for _, value in cases]
    low, high = mean_interval(values, groups, seed=seed, draws=200) or (2.0, -2.0)
    assert low <= np.mean(values) <= high
    assert bootstrap_interval(mean_of(values), groups, seed=seed, draws=200) == pytest.approx((low, high))
    assert mean_interval(values[::-1], groups[::-1], seed=seed, draws=200) == pytest.approx((low, high))


def in_turn(both: int, only_before: int, only_after: int, neither: int) -> tuple[list[bool], list[bool]]:
    before = [True] * (both + only_before) + [False] * (only_after + neither)
    after = [True] * both + [False] * only_before + [True] * only_after + [False] * neither
    return before, after


@pytest.mark.parametrize(
    ("counts", "p_value"),
    [
        ((5, 2, 8, 3), 2 * (1 + 10 + 45) / 1024),
        ((0, 7, 1, 0), 2 * (1 + 8) / 256),
        ((0, 0, 5, 0), 2 / 32),
        ((0, 0, 6, 0), 2 / 64),
        ((9, 1, 1, 9), 1.0),
        ((4, 0, 0, 4), 1.0),
        ((0, 0, 0, 0), 1.0),
    ],
)
def test_mcnemar(counts: tuple[int, int, int, int], p_value: float) -> None:
    assert mcnemar(*in_turn(*counts)) == McNemar(*counts, p_value)


@given(st.integers(0, 1500), st.integers(0, 1500))
def test_mcnemar_is_the_exact_binomial_test(only_before: int, only_after: int) -> None:
    result = mcnemar(*in_turn(1, only_before, only_after, 1))
    expected = binomtest(only_before, only_before + only_after).pvalue if only_before + only_after else 1.0
    assert result.p_value == pytest.approx(expected, rel=1e-9)


def test_pairs_need_a_partner() -> None:
    with pytest.raises(ValueError, match=r"zip\(\) argument 2 is shorter"):
        mcnemar([True, False], [True])
    with pytest.raises(ValueError, match=r"zip\(\) argument 2 is longer"):
        paired_interval([1.0], [1.0, 0.0], ["a", "b"])
    with pytest.raises(ValueError, match="a mean difference needs at least one pair of values"):
        paired_interval([], [], [])


def test_a_paired_interval_sees_past_what_both_runs_share() -> None:
    before, after = [0.0, 1.0] * 50, [0.0, 1.0] * 49 + [0.5, 1.0]
    groups = [str(number) for number in range(100)]
    difference, low, high = paired_interval(before, after, groups)
    # The case that rose is drawn 0 to 3 times of 100, while either mean alone may be off by 10 points.
    assert (difference, low, high) == pytest.approx((0.005, 0.0, 0.015))
    assert mean_interval(before, groups) == pytest.approx((0.4, 0.6), abs=0.02)


def test_a_paired_interval_by_every_possible_draw() -> None:
    assert paired_interval([0.0] * 4, [0.0, 0.0, 0.0, 1.0], list("abcd"), draws=4000) == (0.25, 0.0, 0.75)


def test_identical_runs_leave_room_for_what_was_not_seen() -> None:
    assert paired_interval([1.0] * 10, [1.0] * 10, TEN) == pytest.approx((0.0, -NONE_OF_TEN, NONE_OF_TEN))


def test_a_difference_within_one_article_has_no_interval() -> None:
    assert paired_interval([0.0, 0.0], [0.0, 1.0], ["a", "a"]) == (0.5, None, None)


def test_gains_that_cancel_are_no_gain() -> None:
    thirds = [0.1, 0.2, 0.3]
    _, low, high = paired_interval([*thirds, 0.0], [0.2, 0.1, 0.3, 0.0], ["a", "a", "b", "c"])
    assert low is not None
    assert high is not None
    assert low <= 0 <= high


@given(GROUPED)
def test_swapping_the_runs_turns_the_interval_round(cases: list[tuple[str, float]]) -> None:
    groups, before = [group for group, _ in cases], [value for _, value in cases]
    after = before[1:] + before[:1]
    difference, low, high = paired_interval(before, after, groups, draws=200)
    assert low is not None
    assert high is not None
    assert low <= difference <= high
    assert paired_interval(after, before, groups, draws=200) == pytest.approx((-difference, -high, -low))
