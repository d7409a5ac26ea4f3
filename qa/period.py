"""The time that a question names ("in 2022", "last month", 上个月), and how an article's sentence stands to it.

It is a preference and not a filter: an article may tell in May what happened in March.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from math import log

from index.errors import BadQuestion
from index.types import Article, Span
from qa.dates import PartialDate, find_dates

# A figure for a year is often told some months after it, what happened in a month or on a day within weeks.
_TOLD_WITHIN = timedelta(days=120)
# An article of so many days is no newer than a still older one.
_OLD = 3650

# Days that a question can be asked on.
_YEARS = range(1900, 2100)

# What is asked of as news, with how many days before today it may be of.
_RECENT = (
    (
        2,
        re.compile(
            r"(?<!USA )\b(?:today|tonight|yesterday)\b|今天|今日(?!头条|頭條)|昨天|昨日|きょう|きのう", re.IGNORECASE
        ),
    ),
    (8, re.compile(r"\bthis (?:past )?week(?:end)?\b|\bthese days\b|本周|本週|这周|這週|这个星期|今週", re.IGNORECASE)),
    (15, re.compile(r"\b(?:last|past) week(?:end)?\b|上周|上週|上个星期|先週", re.IGNORECASE)),
    (31, re.compile(r"\b(?:recent(?:ly)?|latest)\b|最近|近日|近期|刚刚|剛剛|このほど|最新", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `since` to `until`, both included, and the words of the question that name them.

    `recent` where these words ask for what is new and name no date.
    """

    words: str
    since: date
    until: date
    recent: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """What becomes of a question's date words: whether the time they name is preferred, and what day is today.

    Without `today`, "last year" and its like are words as others are.
    """

    today: date | None = None
    prefer: bool = True

    def __post_init__(self) -> None:
        """Raises `BadQuestion` for a day that no one can ask on, so far off that "last year" may not be a year."""
        if self.today and self.today.year not in _YEARS:
            raise BadQuestion(
                f"today is {self.today.isoformat()}, which lies outside {_YEARS[0]} to {_YEARS[-1]}; give another day"
            )


def asked_period(question: str, today: date | None = None) -> Period | None:
    """The time from the first to the last date that the question names with its year, or "this week" and its like.

    "Last year", and what is recent, count where it is known what day is `today`. None where no time is named.
    """
    named = [(found.span, days) for found in find_dates(question, today) if (days := days_of(found))]
    if not named:
        return _recent(question, today) if today else None
    words = question[min(span.start for span, _ in named) : max(span.end for span, _ in named)]
    return Period(words, min(first for _, (first, _) in named), max(last for _, (_, last) in named))


def _recent(question: str, today: date) -> Period | None:
    asked = ((days, words.search(question)) for days, words in _RECENT)
    return next((Period(words[0], today - timedelta(days), today, recent=True) for days, words in asked if words), None)


def is_recent(period: Period | None, article: Article) -> bool:
    """Whether something recent is asked for, and the article is of these days."""
    if period is None or not period.recent or article.published is None:
        return False
    return period.since <= article.published <= period.until


def recency(period: Period | None, article: Article) -> float:
    """1 for an article of the days asked about, -1 for another, 0 where nothing recent is asked for."""
    if period is None or not period.recent:
        return 0.0
    return 1.0 if is_recent(period, article) else -1.0


def newness(today: date | None, period: Period | None, article: Article) -> float:
    """How new an article is, in [0, 1]: 1 of `today` or later, by the logarithm of its days down to 0 at ten years.

    0 where its day or `today` is not known, and where another time is asked about.
    """
    if today is None or article.published is None or (period and not period.recent):
        return 0.0
    return max(0.0, 1 - log(1 + max(0, (today - article.published).days)) / log(1 + _OLD))


def timeliness(period: Period | None, sentence: Span, article: Article) -> float:
    """How a sentence stands to the time asked about, in [-1, 1].

    1 when it names a date within it, -1 when it names dates and none of them is; else, by the article's date, 0.5 for
    within it or soon after, -0.5 for before it. 0 where nothing tells, or no time is asked about.
    """
    if period is None or period.recent:
        return 0.0
    named = [days for found in find_dates(sentence.of(article.text), article.published) if (days := days_of(found))]
    if named:
        return 1.0 if any(first <= period.until and last >= period.since for first, last in named) else -1.0
    if article.published is None or article.published > period.until + _TOLD_WITHIN:
        return 0.0
    return 0.5 if article.published >= period.since else -0.5


def days_of(told: PartialDate) -> tuple[date, date] | None:
    """The first and the last day that a date may mean; None without its year, or for a day that there is not."""
    if told.year is None:
        return None
    first_month, last_month = (told.month, told.month) if told.month else (1, 12)
    last_day = monthrange(told.year, last_month)[1]
    if told.day and told.month and told.day > last_day:
        return None
    day = told.day if told.month else None
    return date(told.year, first_month, day or 1), date(told.year, last_month, day or last_day)
