"""What a figure measures, told by the word after it, and what a question wants measured.

Where either can't be told nothing is said: a figure before an unknown word may measure anything.
"""

import re
from dataclasses import dataclass

from index.types import Span
from qa.quantities import Quantity, find_quantities

_NUMBER = (
    r"(?:\d\s?|[一二两兩三四五六七八九十百千半几幾数數]+|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven"
    r"|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousands?|half|several|few"
    r"|couple(?: of)?)[-\s])"
)
_SCALE = r"(?:(?:hundred|thousand|million|billion|trillion) (?:of )?|[千万亿萬億兆])*"
# A question for an amount; 何年 asks for a date, and without kana 何人 asks who.
_AMOUNT = re.compile(
    r"\bhow (?:many|much|old|far|tall|deep|wide|heavy|long)\b|\bwhat (?:is|was|are|were|'s)\b|\bwhat number of"
    r"|多少|[几幾](?![几幾年月号號])|(?<![许許])多[久重长長远遠高深宽寬大]|いくら|いくつ|ど[れの](?:くらい|ほど)|何(?!年(?!間)|月|日(?!間)|人[^ぁ-ん]|人が|人に|人と)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Measure:
    """Its units as they stand after a figure, after any number, and what in a question asks for it."""

    unit: re.Pattern[str]
    numbered: re.Pattern[str]
    asked: re.Pattern[str]


def _measure(units: str, asked: str, also: str = "(?!)") -> _Measure:
    """`also` are ways to tell the measure that are no figure and a unit."""
    unit = rf"(?:{units})(?![A-Za-z\d²])"
    return _Measure(
        re.compile(rf"[-\s]?{unit}"),
        re.compile(rf"{_NUMBER}{unit}|{also}", re.IGNORECASE),
        re.compile(
            rf"{asked}|\b(?:how many|what number of) {_SCALE}{unit}|(?:何|多少|[几幾]){_SCALE}{unit}", re.IGNORECASE
        ),
    )


_MEASURES = {
    "duration": _measure(
        r"(?:second|minute|hour|day|week|month|year|decade)s?(?![-\s](?:old|of\sage))|hrs?|mins?|secs?|秒[间間]?"
        r"|分[钟鐘间間]|[个個]?小[时時]|時間|天|日[間间]|[个個]?星期|[周週][間间]?|[个個]月|[かカヶケ箇]月|年[間间]",
        r"\bhow long (?:did|does|do|will|has|have|had) .*\b(?:take|last|stay|serve|wait|spend|live)"
        r"|多久|多[长長][时時][間间]|ど[れの]くらいの[期時]間|[時期]間は(?:どれ|何)",
        # Of four digits it is a year.
        also=r"(?<!\d)\d{1,3}\s?年(?!代)|[一二两兩三四五六七八九十百]年|\d日[分で以]",
    ),
    "age": _measure(
        r"years?[-\s](?:old|of\sage)|year[-\s]olds?|[岁歲歳]|才(?!能)", r"\bhow old|多大年[纪紀]|年[龄齡齢]是?多"
    ),
    "mass": _measure(
        r"kg|g|t|kilo(?:gram)?s?|grams?|tons?|tonnes?|lbs?|pounds?|ounces?|キロ(?:グラム)?|グラム|トン|公斤|千克|克|[吨噸]",
        r"\bhow heavy|\bhow much (?:does|did|do) .*\bweigh|多重|重さは",
    ),
    "length": _measure(
        r"km|cm|mm|nm|m|(?:kilo|centi|milli|nano)?met(?:er|re)s?|miles?|feet|foot|ft|inch(?:es)?|yards?|光年|light.years?"
        r"|(?:キロ|センチ|ミリ|ナノ)(?:メートル)?|メートル|マイル|フィート|公[里尺分釐厘]|千米|[厘毫纳納奈]?米|英[里尺寸]",
        r"\bhow (?:far|tall|deep|wide)\b|(?<![许許])多[远遠高深宽寬]|高さは|深さは|幅は",
    ),
    "power": _measure(
        r"[kMG]?W|(?:kilo|mega|giga)?watts?|(?:キロ|メガ|ギガ)?ワット|千瓦|[兆吉]?瓦特?",
        r"\bhow much (?:power|electricity)|\bpower (?:consumption|draw)|消費電力は|功耗是?多|多少[电電]",
    ),
    "frequency": _measure(
        r"[kMG]?Hz|(?:kilo|mega|giga)?hertz|(?:キロ|メガ|ギガ)?ヘルツ|[千兆吉]?赫[兹茲]?",
        r"\bclock (?:speed|rate)|\bfrequency|周波数は|クロックで|[主频頻]率是?多",
    ),
    "things": _measure(
        r"people|persons?|employees|users|workers|shares|votes|copies|countries|人(?![民口])|名(?!目)|基|枚|台|[块塊颗顆辆輛]|社|校|株|票|冊|か国|カ国",
        r"\bhow many|\bwhat number of|多少(?:人|个|個|家|名|位|款|项|項|座|台|枚|块(?!钱)|塊|张|張|种|種|[颗顆]|条|條)"
        r"|[几幾](?:人|个|個|家|名|位|款|项|項|座|台|枚|张|張|种|種|[颗顆])|何(?:人|個|枚|基|社|件|台|種類|校|軒|本|冊|頭|機|隻|トークン|[かカヶ]国)",
    ),
}  # fmt: skip
# What is told without its unit is told of something else; ages, numbers of things and money may stand bare.
_WITH_THEIR_UNIT = frozenset(("duration", "mass", "length", "power", "frequency", "percent"))
_PERCENT_ASKED = re.compile(
    r"\bwhat (?:percent|proportion|share)|\bpercentage|\bhow many per\s?cent|百分之[几幾多]|百分比"
    r"|何(?:パーセント|[%％]|割)"
)
_PERCENT = re.compile(
    r"[%％]|per\s?cent|パーセント|割|[一二三四五六七八九\d]成|百分之|百分点|一半|分の|分之"
    r"|\b(?:half|third|quarter|fifth)s?\b|\bin (?:ten|five|four)\b"
)
_MONEY_ASKED = re.compile(
    rf"\bhow much money|\bhow many {_SCALE}(?:US )?(?:dollars|euros|yen|yuan)"
    rf"|多少[钱錢]|多少{_SCALE}(?:[美日欧歐]?元|英[镑鎊])|何{_SCALE}(?:ドル|円|ユーロ)",
    re.IGNORECASE,
)


def measured(question: str) -> str:
    """What the question wants measured: "duration", "mass", "things", "percent", "money"; "" where it can't be told."""
    if _PERCENT_ASKED.search(question):
        return "percent"
    if _MONEY_ASKED.search(question):
        return "money"
    if not _AMOUNT.search(question):
        return ""
    return next((name for name, measure in _MEASURES.items() if measure.asked.search(question)), "")


def with_unit(figure: Quantity, text: str) -> Span:
    """The figure of `text` together with the unit after it."""
    units = (one.unit.match(text, figure.span.end) for one in _MEASURES.values())
    return Span(figure.span.start, max([figure.span.end, *(unit.end() for unit in units if unit)]))


def measures(figure: Quantity, text: str) -> str:
    """What a figure of `text` measures; "" where the word after it is unknown, and for a year."""
    if figure.kind in {"money", "percent"}:
        return figure.kind
    return next((name for name, one in _MEASURES.items() if one.unit.match(text, figure.span.end)), "")


def fits_measure(question: str, text: str) -> int:
    """Whether something in `text` could be what the question wants measured.

    1 when a figure of that measure is there, -1 when all figures are of other ones, 0 where it can't be told.
    """
    wanted = measured(question)
    if not wanted:
        return 0
    figures = find_quantities(text)
    found = {measures(figure, text) for figure in figures}
    numbered = _PERCENT if wanted == "percent" else _MEASURES[wanted].numbered if wanted in _MEASURES else None
    if wanted in found or (numbered and numbered.search(text)):
        return 1
    if wanted in _WITH_THEIR_UNIT:
        return -1
    if wanted == "things":  # which may be days or watts
        return -1 if found and found <= {"money", "percent"} else 0
    bare = "" in found and (wanted == "age" or any(one.kind == "count" for one in figures))
    return 0 if not figures or bare else -1
