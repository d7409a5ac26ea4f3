"""Dates in running text, as far as they are told: "7 April", "2024年4月", "去年7月" with the day it was written on."""

import re
from dataclasses import dataclass
from datetime import date

from index.date_words import ERAS, MONTHS
from index.tokens import KANA
from index.types import Span
from qa.quantities import COUNTED, same_length_nfkc

_NAME = (
    r"(?P<name>(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_ERA = "|".join(ERAS)
_JAPANESE = re.compile(f"[{KANA}]")
_RELATIVE_YEAR = {
    "前年": -2, "一昨年": -2, "去年": -1, "昨年": -1, "last year": -1, "今年": 0, "本年": 0, "this year": 0,
}  # fmt: skip
_RELATIVE_MONTH = {
    "上个月": -1, "上個月": -1, "上月": -1, "先月": -1, "last month": -1,
    "这个月": 0, "這個月": 0, "本月": 0, "今月": 0, "this month": 0,
}  # fmt: skip
_DATE = re.compile(
    rf"""(?P<iso>(?P<iso_year>(?:19|20)\d\d)-(?P<iso_month>0[1-9]|1[0-2])-(?P<iso_day>0[1-9]|[12]\d|3[01]))(?!\d)
    | (?:(?<![\d.,])(?P<before>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\ (?:of\ )?)?\b{_NAME}
      (?:\ (?P<after>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d|,\d))?
      (?:,?\ (?P<named_year>(?:19|20)\d\d)\b)?
    | (?:(?:(?P<year>(?:19|20)\d\d)\ ?年|(?P<era>{_ERA})\ ?(?P<era_year>\d{{1,3}}|元)\ ?年
        |(?P<relative>一昨年|前年|去年|昨年|今年|本年)の?)\ ?)?
      (?<!\d)(?P<month>1[0-2]|0?[1-9])\ ?月(?:\ ?(?P<day>3[01]|[12]\d|0?[1-9])\ ?[日号號])?
    | (?P<relative_month>上个月|上個月|上月|先月|这个月|這個月|本月|今月|\b(?i:last|this)\ month\b)
    | (?P<lone_era>{_ERA})\ ?(?P<lone_era_year>\d{{1,3}}|元)\ ?年(?!代|间|間)
    | (?P<relative_year>一昨年|前年(?![比同度期])|去年|昨年|今年|本年|\b(?i:last|this)\ year\b)
    | (?<![\d.,$€£¥A-Za-z])(?P<lone_year>(?:19|20)\d\d)(?!\ ?年(?:代|间|間))(?:\ ?年)?
      (?!\d|s\b|\ ?(?:[%万萬亿億兆円元]|美元|米?ドル|dollar|euro|yuan|yen|pound))
      (?!\ ?(?:thousand|[mbtr]+illion|percent|people)|{COUNTED})""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as far as it is told, and where; None for what is not told."""

    span: Span
    year: int | None = None
    month: int | None = None
    day: int | None = None

    def tells_what(self, other: "PartialDate") -> bool:
        """Whether some part, year, month or day, is told by both."""
        return bool(self._told_by_both(other))

    def agrees_with(self, other: "PartialDate") -> bool:
        """Whether both may be one date: they tell something in common, and nothing that differs."""
        told = self._told_by_both(other)
        return bool(told) and all(one == another for one, another in told)

    def _told_by_both(self, other: "PartialDate") -> list[tuple[int, int]]:
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return [(one, another) for one, another in pairs if one is not None and another is not None]


def find_dates(text: str, written: date | None = None) -> list[PartialDate]:
    """The dates in `text`, in order. "Last year" and its like are dates only where it is known when they were written.

    Months without a name need a year, a day or a 月; "may" is a month only with a capital and a number beside it.
    """
    return [found for match in _DATE.finditer(same_length_nfkc(text)) if (found := _read(match, written))]


def _read(match: re.Match[str], written: date | None) -> PartialDate | None:
    span, part = Span(*match.span()), match.groupdict()
    if part["name"]:
        return _with_name(span, part)
    year = part["iso_year"] or part["year"] or part["lone_year"] or _of_era(part)
    month, day = part["iso_month"] or part["month"], part["iso_day"] or part["day"]
    if year or (month and not part["relative"]):
        return PartialDate(span, _number(year), _number(month), _number(day))
    # To a Japanese reader it is the year before the one that is told of, and not the one before last.
    before_another = "前年" in (part["relative"], part["relative_year"]) and _JAPANESE.search(match.string)
    if written and not before_another:
        return _relative(span, part, written)
    return PartialDate(span, None, _number(month), _number(day)) if month else None


def _of_era(part: dict[str, str | None]) -> str | None:
    """The year of our time of a year of an era: 令和6年 is 2024, and 元年 an era's first."""
    era, year = part["era"] or part["lone_era"], part["era_year"] or part["lone_era_year"]
    return str(ERAS[era] + (1 if year == "元" else int(year))) if era and year else None


def _with_name(span: Span, part: dict[str, str | None]) -> PartialDate | None:
    name, day, year = part["name"] or "", part["before"] or part["after"], part["named_year"]
    if name in {"May", "March"} and not (day or year):
        return None
    return PartialDate(span, _number(year), MONTHS.index(name[:3].lower()) + 1, _number(day))


def _relative(span: Span, part: dict[str, str | None], written: date) -> PartialDate:
    if month := part["relative_month"]:
        months = written.year * 12 + written.month - 1 + _RELATIVE_MONTH[month.lower()]
        return PartialDate(span, months // 12, months % 12 + 1)
    year = written.year + _RELATIVE_YEAR[(part["relative_year"] or part["relative"] or "").lower()]
    return PartialDate(span, year, _number(part["month"]), _number(part["day"]))


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None
