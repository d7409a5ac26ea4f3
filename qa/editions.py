"""Which one of a numbered kind a text tells of: the fourth term, the season 2019-20, the Mix 2, the third quarter.

Texts that number the same kind otherwise are about other things, however alike they sound.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)
_DIGITS = "一二三四五六七八九"
_NUMBERED = (
    re.compile(rf"第\s?(?P<number>\d{{1,3}}|[{_DIGITS}十]{{1,3}})(?P<kind>[届屆任代季期次集話话章版回])"),
    re.compile(rf"\b(?P<number>\d{{1,3}}(?=(?:st|nd|rd|th)\b)|{'|'.join(_ORDINALS)})(?:st|nd|rd|th)? (?P<kind>[a-z]+)"),
    # Of a name with a number; not of one with decimals, or one that counts something.
    re.compile(
        r"(?P<kind>(?<![A-Za-z])[A-Z][A-Za-z]*|[ァ-ヶー]{2,})[- ]?(?P<number>\d{1,3})(?![A-Za-z\d%％千万萬亿億]|[.,]\d)"
    ),
)
_SEASON = re.compile(r"(?<!\d)(?P<from>(?:19|20)\d\d)\s?[-–—―/至]\s?(?P<to>(?:19|20)?\d\d)(?![\d年]|[-/.]\d)")


def of_another_edition(question: str, text: str) -> bool:
    """Whether both number the same kind of thing and share no number of it: 第四任 and 第五任, "Mix 1" and "Mix 2"."""
    if not (asked := _editions(question)):
        return False
    told = _editions(text)
    return any(not asked[kind] & told[kind] for kind in asked.keys() & told.keys())


def _editions(text: str) -> dict[str, set[int]]:
    """Kind to the numbers of it that the text names."""
    found = defaultdict[str, set[int]](set)
    for kind, number in _numbered(text):
        found[kind].add(number)
    return found


def _numbered(text: str) -> Iterator[tuple[str, int]]:
    for pattern in _NUMBERED:
        for match in pattern.finditer(text):
            yield match["kind"].casefold(), _number(match["number"])
    for match in _SEASON.finditer(text):
        if (int(match["from"]) + 1) % 100 == int(match["to"]) % 100:
            yield "season", int(match["from"])


def _number(said: str) -> int:
    """The value of digits, of an English ordinal, or of a Chinese numeral below a hundred."""
    if said.isdecimal():
        return int(said)
    if said in _ORDINALS:
        return _ORDINALS.index(said) + 1
    tens, ten, ones = said.rpartition("十")
    return 10 * (_digit(tens) if tens else len(ten)) + (_digit(ones) if ones else 0)


def _digit(said: str) -> int:
    return _DIGITS.find(said) + 1
