"""The figures of four cases worked out by hand, their order, their slices, and what their intervals promise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.declining import auroc, precision_recall
from eval.figures import (
    IN_MILLISECONDS,
    LOWER_IS_BETTER,
    MEANING,
    MEASURES,
    SET_MEASURES,
    Figure,
    Slice,
    figures,
    score_names,
    slices,
)
from eval.records import Record

WILSON_LOW_OF_ONE = 1 / (1 + 1.959963984540054**2)


def record(id_: str, **changed: object) -> Record:
    """A case answered rightly in 100 ms, in a group of its own, with whatever is `changed`."""
    plain: dict[str, object] = {
        "id": id_,
        "question": "How much?",
        "searched_for": "How much?",
        "language": "en",
        "languages": "en",
        "kind": "",
        "date": None,
        "group": id_,
        "answerable": True,
        "conflicting": False,
        "wanted": (("48",),),
        "answered": True,
        "short_answer": "48",
        "text": "48 [1].",
        "confidence": 0.9,
        "quotes": (),
        "conflict_raised": False,
        "right": True,
        "right_if_answered": True,
        "lost": "",
        "scores": {},
        "timings_ms": {"total": 100.0},
    }
    return Record.model_validate(plain | changed)


FOUR = [
    record("1", scores={"F1": 0.5, "success@1": 1.0, "of our own": 0.25}),
    record(
        "2",
        answered=False,
        confidence=0.6,
        right_if_answered=False,
        scores={"F1": 0.0, "success@1": 0.0},
        timings_ms={"total": 200.0},
    ),
    record(
        "3", answerable=False, answered=False, confidence=0.4, scores={"success@1": 1.0}, timings_ms={"total": 300.0}
    ),
    record("4", answerable=False, confidence=0.1, right_if_answered=False, timings_ms={"total": 400.0}),
]


def by_name(found: list[Figure]) -> dict[str, Figure]:
    return {figure.measure: figure for figure in found}


def test_figures_come_in_a_fixed_order() -> None:
    assert [figure.measure for figure in figures(FOUR)] == [
        "success@1",
        "F1",
        "of our own",
        "declining precision",
        "declining recall",
        "AURC",
        "AUROC of the confidence",
        "calibration error",
        "latency p50, ms",
        "latency p95, ms",
    ]


@pytest.mark.parametrize(
    ("measure", "value", "cases"),
    [
        ("success@1", 2 / 3, 3),
        ("F1", 0.25, 2),
        ("of our own", 0.25, 1),
        ("declining precision", 0.5, 2),  # 2 and 3 were declined, 3 is unanswerable
        ("declining recall", 0.5, 2),  # 3 and 4 are unanswerable, 3 was declined
        ("AURC", (0 + 1 / 2 + 1 / 3 + 2 / 4) / 4, 4),  # right, wrong, right, wrong, the surest first
        ("AUROC of the confidence", 3 / 4, 4),  # of the four pairs only .4 right, .6 wrong stand the wrong way round
        ("calibration error", (0.1 + 0.6 + 0.6 + 0.1) / 4, 4),
        ("latency p50, ms", 250.0, 4),
        ("latency p95, ms", 385.0, 4),  # 0.85 of the way from 300 to 400
    ],
)
def test_a_figure_by_hand(measure: str, value: float, cases: int) -> None:
    figure = by_name(figures(FOUR))[measure]
    assert figure.value == pytest.approx(value)
    assert figure.cases == cases


def test_a_figure_of_one_case_has_no_interval() -> None:
    assert by_name(figures(FOUR))["of our own"] == Figure("of our own", 0.25, None, None, 1)


def test_intervals_are_bootstrapped() -> None:
    found = by_name(figures(FOUR))
    assert (found["declining recall"].low, found["declining recall"].high) == (0.0, 1.0)
    assert (found["latency p50, ms"].low, found["latency p50, ms"].high) == (100.0, 400.0)


def test_cases_of_one_article_are_drawn_together() -> None:
    scores = [1.0, 1.0, 1.0, 0.0]
    spread = [record(str(n), scores={"F1": score}) for n, score in enumerate(scores)]
    lumped = [one.model_copy(update={"group": "yes" if one.scores["F1"] else "no"}) for one in spread]
    assert (by_name(figures(spread))["F1"].low, by_name(figures(lumped))["F1"].low) == (0.25, 0.0)


def test_what_cannot_be_told_is_none() -> None:
    found = by_name(figures([record("1"), record("2")]))
    assert found["declining precision"] == Figure("declining precision", None, None, None, 0)
    assert found["declining recall"] == Figure("declining recall", None, None, None, 0)
    assert found["AUROC of the confidence"] == Figure("AUROC of the confidence", None, None, None, 2)


def test_no_record_has_figures_without_a_value() -> None:
    assert figures([]) == [Figure(measure.name, None, None, None, 0) for measure in SET_MEASURES]
    assert slices([]) == []


def test_one_wrong_case_says_little_of_the_ranks() -> None:
    nine_right = [record(str(number)) for number in range(9)]
    one_wrong = record("wrong", confidence=0.1, right_if_answered=False)
    figure = by_name(figures([*nine_right, one_wrong]))["AUROC of the confidence"]
    assert (figure.value, figure.low, figure.high) == pytest.approx((1.0, WILSON_LOW_OF_ONE, 1.0))


def test_a_case_without_a_time_is_passed_over() -> None:
    found = by_name(figures([*FOUR, record("5", timings_ms={})]))
    assert (found["latency p50, ms"].value, found["latency p50, ms"].cases) == (250.0, 4)


def test_declining_recall_is_the_mean_of_declining_the_unanswerable() -> None:
    measure = "declined, of the unanswerable"
    scored = [
        one.model_copy(update={"scores": {} if one.answerable else {measure: float(not one.answered)}})
        for one in FOUR * 3
    ]
    found = by_name(figures([one.model_copy(update={"group": str(n)}) for n, one in enumerate(scored)]))
    mean, recall = found[measure], found["declining recall"]
    assert (mean.value, mean.low, mean.high, mean.cases) == (recall.value, recall.low, recall.high, recall.cases)


def test_every_measure_is_explained_in_one_sentence() -> None:
    assert [*MEASURES, *(measure.name for measure in SET_MEASURES)] == list(MEANING)
    assert [said for said in MEANING.values() if not said.endswith(".") or ". " in said] == []
    assert LOWER_IS_BETTER.issubset(MEANING)
    assert {measure.name for measure in SET_MEASURES if not measure.is_share} == IN_MILLISECONDS


def test_score_names_keep_their_order_and_unknown_ones_follow() -> None:
    records = [record("1", scores={"zeal": 1.0, "F1": 1.0}), record("2", scores={"awe": 1.0, "success@5": 1.0})]
    assert score_names(records) == ["success@5", "F1", "zeal", "awe"]


def of_cases(records: list[Record]) -> tuple[Figure, ...]:
    """The figures less those of a whole set."""
    return tuple(figure for figure in figures(records) if figure.measure in MEASURES)


def test_slices() -> None:
    records = [
        record("1", language="en", date="2023-01-31"),
        record("2", language="zh", date="2023-02-01", answerable=False),
        record("3", language="zh", date="2023-02-28"),
        record("4", language="en"),
        record("5", language="zh"),
    ]
    found = slices(records)
    assert [(one.by, one.value) for one in found] == [
        ("language", "zh"),
        ("language", "en"),
        ("answerable", "yes"),
        ("answerable", "no"),
        ("date", "2023-02"),
        ("date", "undated"),
        ("date", "2023-01"),
    ]
    assert found[1] == Slice("language", "en", 2, of_cases([records[0], records[3]]))
    assert found[3] == Slice("answerable", "no", 1, of_cases([records[1]]))


def test_a_kind_that_is_not_given_is_a_slice_too() -> None:
    found = slices([record("1", kind="count"), record("2", languages="zh>en")])
    assert [(one.by, one.value) for one in found] == [
        ("languages", "en"),
        ("languages", "zh>en"),
        ("kind", "count"),
        ("kind", "not given"),
    ]


RECORDS = st.lists(
    st.builds(
        lambda group, answerable, answered, confidence, right, score, time: record(
            group,
            answerable=answerable,
            answered=answered,
            confidence=confidence / 8,
            right_if_answered=right,
            scores={"F1": score / 4},
            timings_ms={"total": float(time)},
        ),
        st.sampled_from("abcdef"),
        st.booleans(),
        st.booleans(),
        st.integers(0, 8),
        st.booleans(),
        st.integers(0, 4),
        st.integers(1, 500),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=6)
@given(RECORDS)
def test_an_interval_holds_its_figure_and_is_the_same_each_time(records: list[Record]) -> None:
    found = figures(records, seed=3)
    assert [one for one in found if one.low is not None and not one.low <= (one.value or 0) <= (one.high or 0)] == []
    assert figures(records, seed=3) == found


@given(RECORDS)
def test_statistics_of_the_set_are_those_of_declining(records: list[Record]) -> None:
    every = np.arange(len(records))
    given = {measure.name: measure.statistic(records)(every) for measure in SET_MEASURES}
    confidence = np.array([one.confidence for one in records])
    right = np.array([one.right_if_answered for one in records])
    declined = np.array([not one.answered for one in records])
    answerable = np.array([one.answerable for one in records])
    assert given["AUROC of the confidence"] == pytest.approx(auroc(confidence, right))
    assert (given["declining precision"], given["declining recall"]) == precision_recall(declined, answerable)
