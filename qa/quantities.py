"""Figures in running text: value and unit, made comparable across English, Chinese and Japanese.

2045亿美元, $204.5 billion and 2,045億ドル are one quantity. It reads numerals, not number words.
"""

import re
import unicodedata
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from index.types import Span

Kind = Literal["money", "percent", "date", "count"]

_SCALES = {
    "千": 1e3, "仟": 1e3, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8, "兆": 1e12,
    "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6,
    "billion": 1e9, "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12,
}  # fmt: skip
# What ¥ may be of.
_YEN_OR_YUAN = frozenset(("JPY", "CNY"))
_CURRENCIES = {
    "HKD": r"HK\$|HKD|Hong\ Kong\ dollars?|港元|港[币幣]|香港ドル",
    "TWD": r"NT\$|TWD|新?[台臺][币幣]|台湾ドル",
    "CAD": r"CA?\$|CAD|Canadian\ dollars?|加元|加[币幣]|カナダ・?ドル",
    "AUD": r"AU?\$|AUD|Australian\ dollars?|澳元|澳[币幣]|豪ドル",
    "SGD": r"S\$|SGD|Singapore\ dollars?|新加坡元|シンガポール・?ドル",
    "USD": r"US\$|\$|(?:US\ |U\.S\.\ )?dollars?|USD|美元|美金|米?ドル",
    "CNY": r"(?:RMB|CN)\ ?¥|RMB|CNY|元人民币|元人民幣|人民币|人民幣|yuan|元",
    "JPY": r"JP¥|JPY|yen|日元|日圆|日圓|円",
    "EUR": r"€|euros?|EUR|欧元|歐元|ユーロ",
    "GBP": r"£|pounds?|GBP|英镑|英鎊|ポンド",
    "KRW": r"₩|KRW|(?:South\ )?Korean\ won|[韩韓][元圜]|ウォン",
    "INR": r"₹|INR|rupees?|[卢盧]比|ルピー",
    "CHF": r"CHF|Swiss\ francs?|瑞士法郎|瑞郎|スイス・?フラン",
    "RUB": r"₽|RUB|rou?bles?|[卢盧]布|ルーブル",
    "¥": r"¥",
}
_MONEY = "|".join(_CURRENCIES.values())
_SIGN_BEFORE = r"[A-Z]{0,3}\$|[€£¥₩₹₽]"
# A hyphen between two figures is a range, and one after a word ties a name together.
_MINUS = r"(?<![^\s(（:：,，、为為达達])(?<![\d%]\s)[-−]|minus\ |マイナス|[负負]"
# After four digits such a word tells that they are no year.
COUNTED = (
    r"\ ?(?:[人名个個家台枚座件社辆輛块塊吨噸]|公[里斤吨噸]|トン|キロ|メートル"
    r"|(?:tonnes?|tons?|miles?|km|kg|(?:kilo)?met(?:re|er)s|feet|hours|days)\b)"
)
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_QUANTITY = re.compile(
    rf"""(?<![\d.A-Za-z])(?<!\d,)(?<![A-Za-z]-)
    (?P<minus>{_MINUS})?
    (?P<before>(?:{_MONEY})\ ?)?
    (?P<number>(?:{_DIGITS})(?:[兆億亿万萬千](?:{_DIGITS}))*)
    (?:
        [-\ ]?(?P<scale>[兆億亿万萬千]+|(?:thousand|million|billion|trillion|bn|mn|tn)(?![A-Za-z\d]))
        # "300 m" are metres, as "300m tall" is.
      | (?(before)[-\ ]?)(?P<letter>[kmb])(?![A-Za-z\d]|\ (?:tall|high|long|wide|deep)\b)
    )?
    (?:
        \ ?(?P<percent>%|percent|per\ cent|パーセント|個百分點|个百分点)
      | [-\ ]?(?!{_SIGN_BEFORE})(?P<after>{_MONEY})(?![A-Za-z])
      | (?P<year>\ ?年(?!代|间|間|以上|ぶり|来|來|前|后|後|度?の?間))
      | (?P<stuck>[A-Za-z])
    )?""",
    # ASCII, as the dotless "ı" would count as an "i" and "mıllion" has no row in the table of scales.
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_COUNTED = re.compile(COUNTED, re.IGNORECASE)
_PART = re.compile(rf"({_DIGITS})([兆億亿万萬千]*)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure and where it stands. `value` is in plain units (2045亿 is 2.045e11).

    `unit` is a currency's ISO 4217 code, "¥" where that sign leaves open which, or "".
    """

    span: Span
    value: float
    kind: Kind
    unit: str = ""

    def agrees_with(self, other: "Quantity", tolerance: float = 1e-9) -> bool:
        """Whether both state one value; a missing currency agrees with any. `tolerance` is relative."""
        if self.kind != other.kind and {self.kind, other.kind} != {"money", "count"}:
            return False
        if self.unit and other.unit and not _may_be_one(self.unit, other.unit):
            return False
        return abs(self.value - other.value) <= tolerance * max(abs(self.value), abs(other.value))

    def states(self, said: "Quantity") -> bool:
        """Whether it says what `said` does; it may say more, such as a currency, or what ¥ is of."""
        named = said.unit in {"", self.unit} or (said.unit == "¥" and self.unit in _YEN_OR_YUAN)
        return named and self.agrees_with(said)


def _may_be_one(unit: str, other: str) -> bool:
    return unit == other or ("¥" in {unit, other} and not _YEN_OR_YUAN.isdisjoint((unit, other)))


def find_quantities(text: str) -> list[Quantity]:
    """The quantities in `text`, in order. Spans are code points of `text` itself; names such as H100 are none.

    Nor is a row of digits too long for a finite number.
    """
    found = (_quantity(match) for match in _QUANTITY.finditer(same_length_nfkc(text)) if not match["stuck"])
    return [quantity for quantity in found if isfinite(quantity.value)]


def _quantity(match: re.Match[str]) -> Quantity:
    span = Span(*match.span())
    value = _value(match["number"] + (match["scale"] or match["letter"] or "")) * (-1 if match["minus"] else 1)
    if match["percent"]:
        return Quantity(span, value, "percent")
    if currency := match["after"] or match["before"]:
        return Quantity(span, value, "money", _code(currency))
    is_year = re.fullmatch(r"(?:19|20)\d\d", match[0].removesuffix("年").rstrip())
    return Quantity(span, value, "date" if is_year and not _COUNTED.match(match.string, match.end()) else "count")


def _value(literal: str) -> float:
    """The value of a numeral with its scales: "1兆2000億" -> 1.2e12, "204.5 billion" is given as "204.5billion"."""
    if word := re.search(r"[A-Za-z]+$", literal):
        return _value(literal[: word.start()]) * _SCALES[word.group().lower()]
    total = 0.0
    for digits, scales in _PART.findall(literal):
        part = float(digits.replace(",", ""))
        for scale in scales:
            part *= _SCALES[scale]
        total += part
    return total


def _code(currency: str) -> str:
    return next(code for code, pattern in _CURRENCIES.items() if re.fullmatch(pattern, currency.strip(), re.IGNORECASE))


def same_length_nfkc(text: str) -> str:
    """`text` with full-width characters made plain where that keeps every offset."""
    if unicodedata.is_normalized("NFKC", text):
        return text
    plain = (unicodedata.normalize("NFKC", character) for character in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, plain, strict=True))
