"""Dates in running text: as far as they are told, in three languages, and nothing that only looks like one."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Span
from qa.dates import PartialDate, find_dates

# What dates are made of, so that arbitrary text often holds some.
PIECES = st.sampled_from([
    "0", "4", "7", "12", "99", "2024", "1987", "４", "２０２４", "٣", "²", "-", ",", ".", "$", "%",
    "st", "th", "of", "May", "Apr.", "April", "December", "last", "this", "month", "year",
    "年", "月", "日", "号", "號", "の", "万", "億", "代", "间", "去年", "前年", "一昨年", "今年", "上个月", "先月",
])  # fmt: skip
TEXTS = st.text() | st.lists(PIECES).map("".join) | st.lists(PIECES).map(" ".join)

Told = tuple[str, int | None, int | None, int | None]


def told(text: str, written: date | None = None) -> list[Told]:
    """Each date with the words that tell it, its year, month and day."""
    return [(found.span.of(text), found.year, found.month, found.day) for found in find_dates(text, written)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("On 2024-04-07 it opened.", ("2024-04-07", 2024, 4, 7)),
        ("It opened on 7 April 2024.", ("7 April 2024", 2024, 4, 7)),
        ("It opened on April 7, 2024.", ("April 7, 2024", 2024, 4, 7)),
        ("the 7th of April, 2024", ("7th of April, 2024", 2024, 4, 7)),
        ("It opened on April 22nd.", ("April 22nd", None, 4, 22)),
        ("It opened on Sept. 5, 2023.", ("Sept. 5, 2023", 2023, 9, 5)),
        ("Since 1 Mar it is open.", ("1 Mar", None, 3, 1)),
        ("It opened in April 2024.", ("April 2024", 2024, 4, None)),
        ("It opened in Dec. 1999.", ("Dec. 1999", 1999, 12, None)),
        ("It opened in June.", ("June", None, 6, None)),
        ("It opened in 1987.", ("1987", 1987, None, None)),
        ("a mid-2023 start", ("2023", 2023, None, None)),
        ("港口于2024年4月7日开放。", ("2024年4月7日", 2024, 4, 7)),
        ("港口于 2024 年 4 月 7 日开放。", ("2024 年 4 月 7 日", 2024, 4, 7)),
        ("4月7号开放。", ("4月7号", None, 4, 7)),
        ("4月7號開放。", ("4月7號", None, 4, 7)),
        ("2024年4月开放。", ("2024年4月", 2024, 4, None)),
        ("12月开放。", ("12月", None, 12, None)),
        ("1987年开放。", ("1987年", 1987, None, None)),
        ("2024年4月7日に開いた。", ("2024年4月7日", 2024, 4, 7)),
        ("1987年に開いた。", ("1987年", 1987, None, None)),
        ("４月７日に開いた。", ("４月７日", None, 4, 7)),
    ],
)
def test_a_date_as_far_as_it_is_told(text: str, found: Told) -> None:
    assert told(text) == [found]
    assert told(text, date(2020, 2, 29)) == [found]


def test_dates_come_in_the_order_of_the_text() -> None:
    text = "Opened 1987, closed 5 May 2001, 2024年4月7日重新开放。"
    assert find_dates(text) == [
        PartialDate(Span(7, 11), 1987),
        PartialDate(Span(20, 30), 2001, 5, 5),
        PartialDate(Span(32, 41), 2024, 4, 7),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It grew last year.", ("last year", 2023, None, None)),
        ("Last year it grew.", ("Last year", 2023, None, None)),
        ("It grew this year.", ("this year", 2024, None, None)),
        ("It grew last month.", ("last month", 2023, 12, None)),
        ("It grew this month.", ("this month", 2024, 1, None)),
        ("去年增长。", ("去年", 2023, None, None)),
        ("前年增长。", ("前年", 2022, None, None)),
        ("今年增长。", ("今年", 2024, None, None)),
        ("上个月增长。", ("上个月", 2023, 12, None)),
        ("上個月增長。", ("上個月", 2023, 12, None)),
        ("本月增长。", ("本月", 2024, 1, None)),
        ("昨年増えた。", ("昨年", 2023, None, None)),
        ("一昨年増えた。", ("一昨年", 2022, None, None)),
        ("先月増えた。", ("先月", 2023, 12, None)),
        ("今月増えた。", ("今月", 2024, 1, None)),
    ],
)
def test_relative_words_need_the_day_they_were_written(text: str, found: Told) -> None:
    assert told(text, date(2024, 1, 15)) == [found]
    assert told(text) == []


@pytest.mark.parametrize(
    ("written", "month"),
    [(date(2024, 1, 31), (2023, 12)), (date(2024, 3, 31), (2024, 2)), (date(2024, 12, 1), (2024, 11))],
)
def test_last_month_counts_in_months(written: date, month: tuple[int, int]) -> None:
    assert told("last month", written) == [("last month", *month, None)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("去年7月增长。", "去年7月"),
        ("昨年7月に増えた。", "昨年7月"),
        ("昨年の7月に増えた。", "昨年の7月"),
    ],
)
def test_a_month_of_a_relative_year(text: str, words: str) -> None:
    assert told(text, date(2024, 1, 15)) == [(words, 2023, 7, None)]
    assert told(text) == [(words, None, 7, None)]


@pytest.mark.parametrize(
    ("text", "words"), [("去年7月5日开放。", "去年7月5日"), ("昨年の7月5日に開いた。", "昨年の7月5日")]
)
def test_a_day_of_a_relative_year(text: str, words: str) -> None:
    assert told(text, date(2024, 1, 15)) == [(words, 2023, 7, 5)]
    assert told(text) == [(words, None, 7, 5)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It may open.", []),
        ("It may 5 times a day open.", []),
        ("May I ask?", []),
        ("Theresa May spoke.", []),
        ("They march on.", []),
        ("The March was long.", []),
        ("May 5", [("May 5", None, 5, 5)]),
        ("5 May", [("5 May", None, 5, 5)]),
        ("May 2024", [("May 2024", 2024, 5, None)]),
        ("March 2024", [("March 2024", 2024, 3, None)]),
        ("It may open in May 2024.", [("May 2024", 2024, 5, None)]),
    ],
)
def test_may_the_verb_and_march_the_walk_are_no_months(text: str, found: list[Told]) -> None:
    assert told(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "It paid $2023.",
        "It paid €1999 and £2001.",
        "It has 2,023 cranes.",
        "It has 12,023 cranes.",
        "It has 20231 cranes.",
        "It measures 3.2000 metres.",
        "It grew by 2023%.",
        "一天涨了2045亿美元。",
        "一天漲了2045億美元。",
        "有2000万人。",
        "It has 2000 people, 2000 million dollars and 1987 dollars.",
        "有2000人，花了2000元。",
        "2000人が2000円を払った。",
        "In 1850, in 2100 and in the 2020s.",
        "用了20年，停了3个月。",
        "3か月かかった。",
        "40 cranes, 7 ports",
        "Decimal 5, Sector 7, Juno 4",
        "",
    ],
)
def test_numbers_that_are_no_dates(text: str) -> None:
    assert told(text, date(2024, 1, 15)) == []


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("2024-04-07", "7 April 2024", True),
        ("2024-04-07", "2024年4月7日", True),
        ("2024年4月", "April 2024", True),
        ("4月7日", "April 7, 2024", True),
        ("2024", "April 2024", True),
        ("2024年4月", "4月7日", True),
        ("April 7", "April 9", False),
        ("April 7, 2023", "April 7, 2024", False),
        ("4月", "5月", False),
        ("1987", "1990年", False),
        # Nothing in common is told, so nothing speaks for one date.
        ("April", "2024", False),
    ],
)
def test_agrees_with(one: str, other: str, *, agree: bool) -> None:
    (left,), (right,) = find_dates(one), find_dates(other)
    assert left.agrees_with(right) is agree
    assert right.agrees_with(left) is agree


def test_last_year_is_the_year_before() -> None:
    (relative,) = find_dates("last year", date(2024, 6, 1))
    assert relative.agrees_with(PartialDate(Span(0, 4), 2023))
    assert not relative.agrees_with(PartialDate(Span(0, 4), 2024))


@given(TEXTS, st.none() | st.dates(date(1900, 1, 1)))
def test_any_text_is_read_and_dates_lie_in_it_apart_and_in_order(text: str, written: date | None) -> None:
    found = find_dates(text, written)
    assert all(one.span.end <= len(text) for one in found)
    assert all(one.span.end <= other.span.start for one, other in pairwise(found))
    assert all((one.year, one.month, one.day) != (None, None, None) for one in found)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_whole_date_is_read_back_from_every_way_of_writing(day: date) -> None:
    ways = [
        day.isoformat(),
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%b} {day.year}",
        f"{day.year}年{day.month}月{day.day}日",
    ]
    assert [told(way) for way in ways] == [[(way, day.year, day.month, day.day)] for way in ways]


@pytest.mark.parametrize("text", ["前年に増えた。", "前年比10％増", "前年同期比", "前年度"])
def test_the_year_before_another_is_no_year_by_itself(text: str) -> None:
    assert told(text, date(2024, 1, 15)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("令和6年4月1日", ("令和6年4月1日", 2024, 4, 1)),
        ("令和元年", ("令和元年", 2019, None, None)),
        ("平成30年度の予算", ("平成30年", 2018, None, None)),
        ("民國113年5月", ("民國113年5月", 2024, 5, None)),
    ],
)
def test_years_of_eras(text: str, found: Told) -> None:
    assert told(text) == [found]


@pytest.mark.parametrize("text", ["2000 tonnes of steel", "2000公里", "2000台"])
def test_four_digits_that_count_something_are_no_date(text: str) -> None:
    assert told(text) == []
