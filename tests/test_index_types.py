"""Spans and filters: what they refuse, and what they say of each other."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import BadQuestion
from index.types import Filter, Span

SPANS = st.tuples(st.integers(0, 30), st.integers(1, 30)).map(lambda pair: Span(pair[0], sum(pair)))


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 3), (0, 0)])
def test_a_span_holds_something(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=rf"^a span needs 0 <= start < end, got \[{start}, {end}\)$"):
        Span(start, end)


@pytest.mark.parametrize(
    ("other", "covers", "overlaps"),
    [
        (Span(3, 7), True, True),
        (Span(3, 4), True, True),
        (Span(6, 7), True, True),
        (Span(2, 7), False, True),
        (Span(3, 8), False, True),
        (Span(0, 20), False, True),
        (Span(0, 4), False, True),
        (Span(0, 3), False, False),
        (Span(7, 9), False, False),
    ],
)
def test_covers_and_overlaps(other: Span, covers: bool, overlaps: bool) -> None:
    assert (Span(3, 7).covers(other), Span(3, 7).overlaps(other)) == (covers, overlaps)


@given(SPANS, SPANS)
def test_covers_and_overlaps_are_about_code_points(one: Span, other: Span) -> None:
    mine, others = set(range(one.start, one.end)), set(range(other.start, other.end))
    assert len(one) == len(mine)
    assert one.covers(other) == (others <= mine)
    assert one.overlaps(other) == other.overlaps(one) == bool(mine & others)


def test_a_span_counts_code_points() -> None:
    assert Span(1, 4).of("a😀芯ガb") == "😀芯ガ"
    assert len(Span(1, 4)) == 3


def test_spans_sort_by_start_then_end() -> None:
    assert sorted([Span(2, 3), Span(0, 9), Span(0, 2)]) == [Span(0, 2), Span(0, 9), Span(2, 3)]


def test_a_filter_that_no_day_meets_is_refused() -> None:
    with pytest.raises(BadQuestion, match=r"^since 2024-05-02 lies after until 2024-05-01; swap them or drop one$"):
        Filter(since=date(2024, 5, 2), until=date(2024, 5, 1))


def test_a_filter_of_one_day_is_not_refused() -> None:
    day = date(2024, 5, 1)
    assert Filter(since=day, until=day).since == day


@pytest.mark.parametrize(
    ("where", "is_open"),
    [
        (Filter(), True),
        (Filter(language="zh"), False),
        (Filter(source=""), False),
        (Filter(articles=frozenset()), False),
        (Filter(exclude_articles=frozenset({"a"})), False),
    ],
)
def test_is_open(where: Filter, is_open: bool) -> None:
    assert where.is_open is is_open
