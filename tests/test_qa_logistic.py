"""Logistic regression by hand: log odds of signs, and the way to a probability and back."""

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.logistic import Weights, log_odds, logistic


def test_log_odds_by_hand() -> None:
    assert Weights(0.5, (2.0, -1.0)).log_odds((3.0, 4.0)) == 2.5


def test_without_signs_the_bias_is_left() -> None:
    assert Weights(-1.5, ()).log_odds(()) == -1.5


@pytest.mark.parametrize("signs", [(1.0,), (1.0, 1.0, 1.0)])
def test_a_sign_too_few_or_too_many_is_refused(signs: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"argument 2 is (shorter|longer)"):
        Weights(0.0, (1.0, 1.0)).log_odds(signs)


@pytest.mark.parametrize(
    ("x", "probability"), [(0.0, 0.5), (log(3), 0.75), (-log(3), 0.25), (1e4, 1.0), (-1e4, 0.0), (-700.5, 0.0)]
)
def test_log_odds_to_a_probability(x: float, probability: float) -> None:
    assert logistic(x) == pytest.approx(probability)


def test_very_unlikely_is_not_impossible() -> None:
    assert logistic(-699.0) == pytest.approx(exp(-699.0), rel=1e-9, abs=0)


@pytest.mark.parametrize(("probability", "x"), [(0.5, 0.0), (0.75, log(3)), (0.25, -log(3))])
def test_a_probability_to_log_odds(probability: float, x: float) -> None:
    assert log_odds(probability) == pytest.approx(x)


@pytest.mark.parametrize(("probability", "x"), [(1.0, log(1e12)), (0.0, -log(1e12))])
def test_certainty_has_log_odds_too(probability: float, x: float) -> None:
    assert log_odds(probability) == pytest.approx(x, rel=1e-4)


@given(st.floats(-20, 20))
def test_there_and_back(x: float) -> None:
    assert log_odds(logistic(x)) == pytest.approx(x, abs=1e-6)


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_the_higher_the_odds_the_higher_the_probability(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= logistic(low) <= logistic(high) <= 1
