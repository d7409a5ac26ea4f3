"""The time that a question names, and how sentences stand to it."""

from datetime import date, timedelta
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import BadQuestion
from index.types import Article, Span
from qa.period import Period, Times, asked_period, is_recent, newness, recency, timeliness

TODAY = date(2024, 6, 11)
IN_2022 = Period("2022", date(2022, 1, 1), date(2022, 12, 31))


def article_of(text: str, published: date | None) -> Article:
    return Article("a", "v", "", text, "en", None, published, "a.txt")


@pytest.mark.parametrize(
    ("question", "words", "since", "until"),
    [
        ("How many people worked there in 2022?", "2022", "2022-01-01", "2022-12-31"),
        ("What was shown in April 2024?", "April 2024", "2024-04-01", "2024-04-30"),
        ("What was shown on 9 April 2024?", "9 April 2024", "2024-04-09", "2024-04-09"),
        ("How did it change from 2021 to 2023?", "2021 to 2023", "2021-01-01", "2023-12-31"),
        ("What did it earn last year?", "last year", "2023-01-01", "2023-12-31"),
        ("What was said last month?", "last month", "2024-05-01", "2024-05-31"),
        ("2022年有多少员工？", "2022年", "2022-01-01", "2022-12-31"),
        ("上个月卖了多少？", "上个月", "2024-05-01", "2024-05-31"),
        ("去年7月发生了什么？", "去年7月", "2023-07-01", "2023-07-31"),
        ("昨年の売上は？", "昨年", "2023-01-01", "2023-12-31"),
        ("2024年2月の売上は？", "2024年2月", "2024-02-01", "2024-02-29"),
    ],
)
def test_the_time_asked_about(question: str, words: str, since: str, until: str) -> None:
    assert asked_period(question, TODAY) == Period(words, date.fromisoformat(since), date.fromisoformat(until))


@pytest.mark.parametrize(
    ("question", "words", "days"),
    [
        ("Who won this week?", "this week", 8),
        ("Which bridge recently closed?", "recently", 31),
        ("Who was named yesterday?", "yesterday", 2),
        ("What is the latest count?", "latest", 31),
        ("本周谁当选？", "本周", 8),
        ("先週閉まった橋は？", "先週", 15),
    ],
)
def test_what_is_new_is_asked_for(question: str, words: str, days: int) -> None:
    since = TODAY - timedelta(days)
    assert asked_period(question, TODAY) == Period(words, since, TODAY, recent=True)
    assert asked_period(question) is None


@pytest.mark.parametrize("question", ["Who owns USA Today?", "今日头条的创始人是谁？", "会議の3日前に何があった？"])
def test_names_and_spans_ask_for_nothing_new(question: str) -> None:
    assert asked_period(question, TODAY) is None


def test_a_date_counts_more_than_a_word_for_what_is_new() -> None:
    found = asked_period("What was the latest count in 2022?", TODAY)
    assert found is not None
    assert (found.words, found.recent) == ("2022", False)


@pytest.mark.parametrize(
    ("published", "recent"),
    [
        (date(2024, 6, 3), True),
        (date(2024, 6, 11), True),
        (date(2024, 6, 2), False),
        (date(2024, 6, 12), False),
        (None, False),
    ],
)
def test_which_articles_are_recent(published: date | None, *, recent: bool) -> None:
    this_week = asked_period("Who won this week?", TODAY)
    one = article_of("It won in 2019.", published)
    assert is_recent(this_week, one) is recent
    assert recency(this_week, one) == (1.0 if recent else -1.0)
    assert recency(IN_2022, one) == recency(None, one) == 0.0
    assert timeliness(this_week, Span(0, 15), one) == 0
    assert not is_recent(IN_2022, one)
    assert not is_recent(None, one)


@pytest.mark.parametrize(
    ("published", "new"),
    [
        (date(2024, 6, 12), 1.0),
        (date(2024, 6, 11), 1.0),
        (date(2024, 6, 10), 1 - log(2) / log(3651)),
        (date(2023, 6, 12), 1 - log(366) / log(3651)),
        (date(2014, 6, 11), 0.0),
        (date(1990, 1, 1), 0.0),
        (None, 0.0),
    ],
)
def test_how_new_an_article_is(published: date | None, new: float) -> None:
    one = article_of("It won.", published)
    assert newness(TODAY, None, one) == pytest.approx(new, abs=2e-4)
    assert newness(TODAY, asked_period("Who won this week?", TODAY), one) == newness(TODAY, None, one)
    assert newness(TODAY, IN_2022, one) == 0
    assert newness(None, None, one) == 0


@pytest.mark.parametrize("question", ["Who runs WhatsApp?", "What happened on 9 April?", "How many H100s are 2,022?"])
def test_no_time_is_asked_about(question: str) -> None:
    assert asked_period(question, TODAY) is None


def test_words_seen_from_today_say_nothing_where_today_is_not_known() -> None:
    assert asked_period("What did it earn last year?") is None


@pytest.mark.parametrize(
    ("sentence", "published", "stands"),
    [
        ("It had 86,482 people at the end of 2022.", None, 1.0),
        ("It had 67,317 people at the end of 2023.", date(2024, 2, 1), -1.0),
        ("It grew from 2019 to 2022.", None, 1.0),
        ("It lost a tenth of them last year.", date(2023, 2, 1), 1.0),
        ("It lost a tenth of them last year.", date(2022, 2, 1), -1.0),
        ("It has 87,314 people.", date(2022, 10, 26), 0.5),
        ("It has 87,314 people.", date(2023, 4, 30), 0.5),
        ("It has 87,314 people.", date(2023, 5, 1), 0.0),
        ("It has 71,970 people.", date(2021, 12, 31), -0.5),
        ("It has 71,970 people.", None, 0.0),
    ],
)
def test_how_a_sentence_stands_to_the_time(sentence: str, published: date | None, stands: float) -> None:
    assert timeliness(IN_2022, Span(0, len(sentence)), article_of(sentence, published)) == stands


def test_every_sentence_will_do_where_no_time_is_asked_about() -> None:
    assert timeliness(None, Span(0, 8), article_of("In 2023.", None)) == 0.0


@given(st.text(max_size=60), st.dates(min_value=date(2, 1, 1)))
def test_a_period_is_named_by_words_of_the_question_and_runs_forward(question: str, today: date) -> None:
    if period := asked_period(question, today):
        assert period.words in question
        assert period.since <= period.until


def test_a_day_that_there_is_not() -> None:
    assert asked_period("What happened on 31 April 2024?", TODAY) is None


@pytest.mark.parametrize("today", [date(1, 1, 1), date(1899, 12, 31), date(2100, 1, 1), date.max])
def test_a_today_that_nobody_asks_on_is_refused(today: date) -> None:
    with pytest.raises(BadQuestion, match=f"today is {today}, which lies outside 1900 to 2099; give another day"):
        Times(today)


@pytest.mark.parametrize("today", [date(1900, 1, 1), date(2099, 12, 31)])
def test_from_the_first_and_the_last_day_every_word_can_be_seen(today: date) -> None:
    for words in ("last year", "last month", "前年", "this week", "recently"):
        assert asked_period(f"What happened {words}?", Times(today).today) is not None
