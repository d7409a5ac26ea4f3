"""What a reader types as dates, what is searched then, and how that reads."""

from datetime import date

import pytest

from index.errors import QuotedeskError
from index.types import Filter
from ui.chat.filters import filter_words, read_date, read_filter
from ui.chat.words import CHINESE, ENGLISH, JAPANESE


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        (" 2024/2/3 ", date(2024, 2, 3), date(2024, 2, 3)),
        ("２０２４年２月３日", date(2024, 2, 3), date(2024, 2, 3)),
        ("2024年", date(2024, 1, 1), date(2024, 12, 31)),
        ("", None, None),
    ],
)
def test_a_date_is_a_year_a_month_or_a_day(typed: str, first: date | None, last: date | None) -> None:
    assert read_date(typed, ENGLISH, last=False) == first
    assert read_date(typed, ENGLISH, last=True) == last


@pytest.mark.parametrize("typed", ["2024-13", "2024-02-30", "yesterday", "0000", "24", "2024-5-1-1", "<b>"])
def test_what_is_no_date_is_refused_with_what_to_write(typed: str) -> None:
    with pytest.raises(QuotedeskError, match=r"is not a date\. Write a year, a month or a day"):
        read_date(typed, ENGLISH, last=False)


def test_a_filter_is_a_language_and_the_days_between() -> None:
    assert read_filter("zh", "2024", "2024-02", ENGLISH) == Filter("zh", date(2024, 1, 1), date(2024, 2, 29))
    assert read_filter("", "", "", ENGLISH).is_open


def test_swapped_dates_are_told_in_the_pages_language() -> None:
    with pytest.raises(QuotedeskError, match="would start on 1 January 2024 and end before that, on 31 December 2023"):
        read_filter("", "2024", "2023", ENGLISH)
    with pytest.raises(QuotedeskError, match="请对调两个日期"):
        read_filter("", "2024", "2023", CHINESE)


def test_a_filter_reads_as_language_and_dates() -> None:
    assert filter_words(Filter(), ENGLISH) == "everything"
    assert filter_words(Filter("ja"), ENGLISH) == "日本語"
    assert filter_words(Filter(until=date(2024, 5, 31)), JAPANESE) == "すべての言語 · … – 2024-05-31"
