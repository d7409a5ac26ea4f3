"""Declining and confidence, worked out by hand, by brute force, and as scikit-learn and torchmetrics have it."""

from itertools import permutations, product
from random import Random

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from torchmetrics.functional.classification import binary_calibration_error

from eval.declining import (
    Bin,
    Flags,
    Floats,
    area_under_risk_coverage,
    auroc,
    calibration,
    expected_calibration_error,
    precision_recall,
    risk_coverage,
)

# Confidence in tenths, so that ties abound, and whether the answer was right.
CASES = st.lists(st.tuples(st.integers(0, 10), st.booleans()), min_size=1, max_size=12)


def flags(text: str) -> Flags:
    """One flag for each letter: y for yes."""
    return np.array([letter == "y" for letter in text], dtype=bool)


def floats(*values: float) -> Floats:
    return np.array(values, dtype=np.float64)


def arrays(cases: list[tuple[int, bool]]) -> tuple[Floats, Flags]:
    return floats(*(tenths / 10 for tenths, _ in cases)), np.array([right for _, right in cases], dtype=bool)


@pytest.mark.parametrize(
    ("declined", "answerable", "precision", "recall"),
    [
        ("ynyn", "nyyn", 1 / 2, 1 / 2),
        ("yynn", "nnyy", 1.0, 1.0),
        ("yyyy", "nyyy", 1 / 4, 1.0),  # always declines
        ("nnnn", "nyyy", None, 0.0),  # never declines
        ("yn", "yy", 0.0, None),
        ("nn", "yy", None, None),
        ("", "", None, None),
    ],
)
def test_precision_recall(declined: str, answerable: str, precision: float | None, recall: float | None) -> None:
    assert precision_recall(flags(declined), flags(answerable)) == (precision, recall)


@pytest.mark.parametrize(
    ("confidence", "right", "coverage", "risk"),
    [
        ([0.9, 0.1, 0.5, 0.3], "ynny", [1 / 4, 2 / 4, 3 / 4, 1], [0, 1 / 2, 1 / 3, 2 / 4]),
        ([0.9, 0.5, 0.5, 0.1], "ynyn", [1 / 4, 3 / 4, 1], [0, 1 / 3, 2 / 4]),
        ([0.9, 0.5, 0.5, 0.1], "yynn", [1 / 4, 3 / 4, 1], [0, 1 / 3, 2 / 4]),
        ([0.5, 0.5, 0.5], "nyn", [1], [2 / 3]),
        ([0.2], "y", [1], [0]),
        ([], "", [], []),
    ],
)
def test_risk_coverage(confidence: list[float], right: str, coverage: list[float], risk: list[float]) -> None:
    coverages, risks = risk_coverage(floats(*confidence), flags(right))
    assert coverages.tolist() == pytest.approx(coverage, abs=1e-12)
    assert risks.tolist() == pytest.approx(risk, abs=1e-12)


@pytest.mark.parametrize(
    ("confidence", "right", "area"),
    [
        ([0.9, 0.1, 0.5, 0.3], "ynny", (0 + 1 / 2 + 1 / 3 + 2 / 4) / 4),
        ([0.9, 0.8, 0.2, 0.1], "yynn", (0 + 0 + 1 / 3 + 2 / 4) / 4),  # as good as it gets with two wrong of four
        ([0.9, 0.8, 0.2, 0.1], "nnyy", (1 + 1 + 2 / 3 + 2 / 4) / 4),  # as bad
        ([0.9, 0.5, 0.5, 0.1], "ynyn", (0 + 0.5 / 2 + 1 / 3 + 2 / 4) / 4),  # of the tied two, one half is wrong
        ([0.5, 0.5, 0.5], "nyn", 2 / 3),
        ([0.1, 0.2], "yy", 0.0),
        ([0.2], "n", 1.0),
    ],
)
def test_area_under_risk_coverage(confidence: list[float], right: str, area: float) -> None:
    assert area_under_risk_coverage(floats(*confidence), flags(right)) == pytest.approx(area, abs=1e-12)


@given(CASES)
def test_the_curve_is_what_every_threshold_gives(cases: list[tuple[int, bool]]) -> None:
    thresholds = sorted({tenths for tenths, _ in cases}, reverse=True)
    answered = [[right for tenths, right in cases if tenths >= threshold] for threshold in thresholds]
    coverage, risk = risk_coverage(*arrays(cases))
    assert coverage.tolist() == pytest.approx([len(some) / len(cases) for some in answered], abs=1e-12)
    assert risk.tolist() == pytest.approx([some.count(False) / len(some) for some in answered], abs=1e-12)


def area_by_ranks(right: list[bool]) -> float:
    """AURC of cases in a given order, most confident first."""
    return sum(right[:k].count(False) / k for k in range(1, len(right) + 1)) / len(right)


@given(st.lists(st.booleans(), min_size=1, max_size=15))
def test_without_ties_the_area_is_the_mean_over_every_threshold(right: list[bool]) -> None:
    confidence = np.linspace(1, 0, len(right))
    assert area_under_risk_coverage(confidence, np.array(right)) == pytest.approx(area_by_ranks(right), abs=1e-9)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=1, max_size=6))
def test_with_ties_it_is_the_mean_over_every_way_to_break_them(cases: list[tuple[int, bool]]) -> None:
    levels = [[right for level, right in cases if level == wanted] for wanted in (2, 1, 0)]
    orders = list(product(*map(permutations, levels)))
    mean = sum(area_by_ranks([right for level in order for right in level]) for order in orders) / len(orders)
    assert area_under_risk_coverage(*arrays(cases)) == pytest.approx(mean, abs=1e-9)


@given(CASES, st.randoms())
def test_the_order_of_the_cases_makes_no_difference(cases: list[tuple[int, bool]], random: Random) -> None:
    shuffled = cases.copy()
    random.shuffle(shuffled)
    area = area_under_risk_coverage(*arrays(cases))
    assert area_under_risk_coverage(*arrays(shuffled)) == pytest.approx(area, abs=1e-12)


@given(CASES)
def test_auroc_counts_pairs(cases: list[tuple[int, bool]]) -> None:
    pairs = [(r, w) for r, is_right in cases if is_right for w, also_right in cases if not also_right]
    won = sum((r > w) + (r == w) / 2 for r, w in pairs)
    assert auroc(*arrays(cases)) == (pytest.approx(won / len(pairs), abs=1e-9) if pairs else None)


@pytest.mark.parametrize(
    ("confidence", "right", "area"),
    [
        ([0.9, 0.8, 0.2, 0.1], "yynn", 1.0),
        ([0.9, 0.8, 0.2, 0.1], "nnyy", 0.0),
        ([0.9, 0.1, 0.5, 0.3], "ynny", 3 / 4),
        ([0.5, 0.5, 0.5], "nyn", 1 / 2),
        ([0.5, 0.4], "yy", None),
        ([0.5, 0.4], "nn", None),
        ([], "", None),
    ],
)
def test_auroc(confidence: list[float], right: str, area: float | None) -> None:
    assert auroc(floats(*confidence), flags(right)) == area


def test_calibration() -> None:
    confidence = floats(0.0, 0.5, 0.75, 1.0, 0.625)
    assert calibration(confidence, flags("nyyyn"), bins=2) == [Bin(0.25, 0.5, 2), Bin(2.375 / 3, 2 / 3, 3)]
    assert calibration(confidence, flags("nyyyn"), bins=4) == [
        Bin(0.0, 0.0, 1),
        Bin(0.5, 1.0, 1),
        Bin(0.6875, 0.5, 2),
        Bin(1.0, 1.0, 1),
    ]
    assert calibration(floats(), flags("")) == []


def test_expected_calibration_error() -> None:
    # Bins (0, 0.5] and (0.5, 1]: 2/5 of the cases |0.25 - 0.5| apart, 3/5 of them |0.791667 - 0.666667|.
    confidence = floats(0.0, 0.5, 0.75, 1.0, 0.625)
    assert expected_calibration_error(confidence, flags("nyyyn"), bins=2) == pytest.approx(0.175, abs=1e-12)
    assert expected_calibration_error(floats(0.75, 0.75, 0.75, 0.75), flags("yyyn")) == 0.0
    assert expected_calibration_error(floats(1.0, 1.0), flags("nn")) == 1.0


@given(CASES, st.integers(1, 15))
def test_the_bins_are_those_of_scikit_learn(cases: list[tuple[int, bool]], bins: int) -> None:
    confidence, right = arrays(cases)
    share_right, mean_confidence = calibration_curve(right.astype(int), confidence, n_bins=bins)
    ours = calibration(confidence, right, bins)
    assert [one.right for one in ours] == pytest.approx(share_right.tolist(), abs=1e-9)
    assert [one.confidence for one in ours] == pytest.approx(mean_confidence.tolist(), abs=1e-9)
    assert sum(one.count for one in ours) == len(cases)


@given(st.lists(st.tuples(st.integers(0, 999), st.booleans()), min_size=1, max_size=50), st.integers(1, 15))
def test_the_error_is_that_of_torchmetrics(cases: list[tuple[int, bool]], bins: int) -> None:
    # Its "binary" error takes the confidence as it is, as ours does. It gives a bin its lower end, and 1.0 a bin of its
    # own, so no confidence here lies at an end: (2i + 1) / 2000 is no multiple of a 15th or more.
    confidence = np.array([(2 * i + 1) / 2000 for i, _ in cases])
    right = np.array([right for _, right in cases])
    reference = binary_calibration_error(torch.tensor(confidence), torch.tensor(right).int(), n_bins=bins, norm="l1")
    assert expected_calibration_error(confidence, right, bins) == pytest.approx(float(reference), abs=1e-6)


@pytest.mark.parametrize("confidence", [[-0.1, 0.5], [0.5, 1.1], [0.5, float("nan")]])
def test_a_confidence_that_is_none(confidence: list[float]) -> None:
    with pytest.raises(ValueError, match=r"a confidence lies in 0\.\.1, got"):
        calibration(floats(*confidence), flags("yn"))
    with pytest.raises(ValueError, match=r"a confidence lies in 0\.\.1, got"):
        expected_calibration_error(floats(*confidence), flags("yn"))


def test_arrays_that_do_not_belong_together() -> None:
    message = r"give both a value for every case, got the shapes \(2,\) and \(3,\)"
    for measure in (risk_coverage, area_under_risk_coverage, auroc, calibration, expected_calibration_error):
        with pytest.raises(ValueError, match=message):
            measure(floats(0.1, 0.2), flags("yny"))
    with pytest.raises(ValueError, match=message):
        precision_recall(flags("yn"), flags("yny"))


def test_no_case() -> None:
    for measure in (area_under_risk_coverage, expected_calibration_error):
        with pytest.raises(ValueError, match="there is no case to measure; give one or more"):
            measure(floats(), flags(""))


def test_a_confidence_that_knows_is_told_from_a_random_one() -> None:
    knowing, random, right = floats(0.9, 0.4, 0.9, 0.4), floats(0.9, 0.9, 0.4, 0.4), flags("ynyn")
    assert auroc(knowing, right) == 1.0
    assert auroc(random, right) == 0.5
    assert area_under_risk_coverage(knowing, right) == pytest.approx((1 / 3 + 2 / 4) / 4, abs=1e-12)
    assert area_under_risk_coverage(random, right) == pytest.approx(1 / 2, abs=1e-12)
    # Calibration alone does not tell them apart: right as often as its mean, a confidence may still know nothing.
    assert expected_calibration_error(knowing, right) == pytest.approx(0.25, abs=1e-12)
    assert expected_calibration_error(random, right) == pytest.approx(0.25, abs=1e-12)


def test_over_every_random_confidence_the_area_is_the_share_wrong() -> None:
    right = flags("yynyn")
    orders = [floats(*order) for order in permutations([0.1, 0.3, 0.5, 0.7, 0.9])]
    areas = [area_under_risk_coverage(order, right) for order in orders]
    assert np.mean(areas) == pytest.approx(2 / 5, abs=1e-12)
    assert np.mean([auroc(order, right) or 0.0 for order in orders]) == pytest.approx(1 / 2, abs=1e-12)


def test_one_that_is_always_sure_is_exposed() -> None:
    sure, right = floats(1.0, 1.0, 1.0, 1.0), flags("ynyn")
    assert expected_calibration_error(sure, right) == 0.5
    assert auroc(sure, right) == 0.5
    assert area_under_risk_coverage(sure, right) == 0.5
