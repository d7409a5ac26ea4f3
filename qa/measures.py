"""What a figure measures, told by the word after it, and what a question wants measured.

Where either can't be told nothing is said: a figure before an unknown word may measure anything.
"""

import re
from dataclasses import dataclass

from index.types import Span
from qa.quantities import Quantity, find_quantities

_NUMBER_WORD = (
    r"(?:[一二两兩三四五六七八九十百千万萬亿億半几幾数數]+|(?i:\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|dozens?"
    r"|hundreds?|thousands?|millions?|billions?|half|several|few|couple)(?:\sof)?[-\s]))"
)
_SCALE = r"(?:(?:hundred|thousand|million|billion|trillion) (?:of )?|[千万亿萬億兆])*"
# A question for an amount: not 何年, which asks for a date, nor "these few days", nor "many firms", 很多.
_AMOUNT = re.compile(
    r"\bhow (?:many|much|old|far|tall|heavy|long)\b|\bwhat (?:percent|percentage|proportion|share|is|was|are|were)\b"
    r"|多少|(?<![哪这這那过過去来來近前头頭后後好])[几幾](?![几幾年月号號])|多久|多大年|多[长長][时時]|有多[重远遠]"
    r"|いくら|いくつ|ど[れの](?:くらい|ほど)|何(?!年(?!間)|月|日(?!間)|時(?!間)|人[^ぁ-ん]|人が|人に|人と)",
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
        re.compile(rf"[-\s]?[多余餘]?{unit}"),
        re.compile(rf"(?:\d\s?[多余餘]?|{_NUMBER_WORD}[多余餘]?){unit}|{also}"),
        re.compile(
            rf"{asked}|\b(?:how many|what number of) {_SCALE}(?!pounds){unit}|(?:何|多少|[几幾]){_SCALE}{unit}",
            re.IGNORECASE,
        ),
    )


_MEASURES = {
    "duration": _measure(
        r"(?:second|minute|hour|day|week|month|year|decade)s?(?![-\s](?:old|of\sage))|hrs?|mins?|secs?|秒[间間]?"
        r"|分[钟鐘间間]|[个個]?小[时時]|時間|天|日[间間]|[个個]?星期|[周週][间間]?|[个個]月|[かカヵヶケ箇]月|年[间間]",
        r"\bhow long (?:did|does|do|will|has|have|had) .*\b(?:take|last|stay|serve|wait|spend|live)"
        r"|多久|多[长長][时時][间間]|ど[れの]くらいの[期時]間|[時期]間は(?:どれ|何)",
        # Of four digits it is a year.
        also=r"(?<!\d)\d{1,3}\s?[多余餘]?年(?!代)|[一二两兩三四五六七八九十百半][多余餘]?年|\d日[分で以に続]",
    ),
    "age": _measure(
        r"years?[-\s](?:old|of\sage)|year[-\s]olds?|[岁歲歳]|才(?!能)", r"\bhow old|多大年[纪紀]|年[龄齡齢]是?多"
    ),
    "mass": _measure(
        r"kg|kilo(?:gram)?s?|grams?|tons?|tonnes?|lbs?|pounds?|ounces?|キログラム|グラム|トン|公斤|千克|克|[吨噸]",
        r"\bhow heavy|\bhow much (?:does|did|do) .*\bweigh|有多重|重さは(?:何|いくつ|いくら|ど)",
    ),
    "length": _measure(
        r"km|cm|mm|nm|(?:kilo|centi|milli|nano)?met(?:er|re)s?|miles?|feet|foot|ft|inch(?:es)?|yards?|光年|light.years?"
        r"|(?:キロ|センチ|ミリ|ナノ)(?:メートル)?|メートル|マイル|フィート|公[里尺分釐厘]|千米|[厘毫纳納奈]?米|英[里尺寸]|(?<=\s)m",
        r"\bhow tall\b|\bhow far (?:is|are|away|from)\b|有多[远遠]",
    ),
    "power": _measure(
        r"[kMGT]?Wh?|(?:kilo|mega|giga|tera)?watts?(?:[-\s]hours?)?|(?:キロ|メガ|ギガ|テラ)?ワット(?:時|アワー)?"
        r"|千瓦|[兆吉太]?瓦特?|[千兆吉太]?瓦[时時]",
        r"\bhow much power (?:does|do|did|is)\b|\bpower (?:consumption|draw)\b"
        r"|消費電力は(?:いくつ|いくら|ど)|功耗[是有为為]?多|[用耗]多少[电電](?=[？?]|$)",
    ),
    "frequency": _measure(
        r"[kMG]?Hz|(?:kilo|mega|giga)?hertz|(?:キロ|メガ|ギガ)?ヘルツ|[千兆吉]?赫[兹茲]?",
        r"\bclock (?:speed|rate)\b|周波数は(?:いくつ|ど)|ど[れの]くらいのクロック|[主频頻]率[是有为為]?多",
    ),
    "things": _measure(
        r"people|persons?|employees|users|workers|shares|votes|copies|countries"
        r"|人(?![民口])|名(?!目)|基|枚|台|[块塊颗顆辆輛]|社|校|株|票|冊|[かカヵヶ]国",
        r"\bhow many|\bwhat number of|多少(?:人|个|個|家|名|位|款|项|項|座|台|枚|块(?!钱)|塊|张|張|种|種|[颗顆]|条|條)"
        r"|[几幾](?:人|个|個|家|名|位|款|项|項|座|台|枚|张|張|种|種|[颗顆])"
        r"|何(?:人|個|枚|基|社|件|台|種類|校|軒|本|冊|頭|機|隻|トークン|[かカヵヶ]国)",
    ),
}
# Never told without their unit.
_WITH_THEIR_UNIT = frozenset(("power", "frequency"))
_PERCENT_ASKED = re.compile(
    r"\bwhat (?:percent|proportion|share(?! price))|\bhow many per\s?cent|百分之[几幾多]|何(?:パーセント|[%％]|割)",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"[%％]|per\s?cent|パーセント|割|[一二三四五六七八九\d]成|百分之|百分点|[一半]半|半[数數]|分の|分之"
    r"|\b(?:half|third|quarter|fifth)s?\b|\b(?:in|out of) (?:every )?(?:ten|five|four|three|\d+)\b",
    re.IGNORECASE,
)
_MONEY_ASKED = re.compile(
    rf"\bhow much money|\bhow many {_SCALE}(?:US )?(?:dollars|euros|yen|yuan)"
    rf"|多少[钱錢]|多少{_SCALE}(?:[美日欧歐]?元|英[镑鎊])|何{_SCALE}(?:ドル|円|ユーロ)",
    re.IGNORECASE,
)
_IN_WORDS = re.compile(_NUMBER_WORD)


def measured(question: str) -> str:
    """What the question wants measured: "duration", "mass", "things", "percent", "money"; "" where it can't be told."""
    if not _AMOUNT.search(question):
        return ""
    if _PERCENT_ASKED.search(question):
        return "percent"
    if _MONEY_ASKED.search(question):
        return "money"
    return next((name for name, measure in _MEASURES.items() if measure.asked.search(question)), "")


def with_unit(figure: Quantity, text: str) -> Span:
    """The figure of `text` together with the unit after it."""
    if figure.kind == "date":
        return figure.span
    units = (one.unit.match(text, figure.span.end) for one in _MEASURES.values())
    return Span(figure.span.start, max([figure.span.end, *(unit.end() for unit in units if unit)]))


def measures(figure: Quantity, text: str) -> str:
    """What a figure of `text` measures; "" where the word after it is unknown, and for a year."""
    if figure.kind == "date":
        return ""
    if figure.kind in {"money", "percent"}:
        return figure.kind
    return next((name for name, one in _MEASURES.items() if one.unit.match(text, figure.span.end)), "")


def fits_measure(question: str, text: str) -> int:
    """Whether something in `text` could be what the question wants measured.

    1 when that measure is there. -1 when there are figures and each is known to be of another, and no number stands in
    words; of power and frequency, which are never told without their unit, also when nothing has it. 0 where it can't
    be told.
    """
    wanted = measured(question)
    if not wanted:
        return 0
    found = {measures(figure, text) for figure in find_quantities(text)}
    numbered = _PERCENT if wanted == "percent" else _MEASURES[wanted].numbered if wanted in _MEASURES else None
    if wanted in found or (numbered and numbered.search(text)):
        return 1
    if wanted in _WITH_THEIR_UNIT:
        return -1
    # Days are things too, and so are watts.
    others = found & {"money", "percent"} if wanted == "things" else found
    return -1 if found and others == found and "" not in found and not _IN_WORDS.search(text) else 0
