"""Text to the tokens that lexical search counts; it knows scripts, not languages.

Spaced scripts give stemmed words. Han and kana give character bigrams, which need no dictionary and lose nothing
against one in retrieval (Nie et al., "On the use of words and n-grams for Chinese information retrieval", 2000).
"""

import re
import unicodedata
from functools import cache

import Stemmer
from opencc import OpenCC

KANA = "\u3040-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
HAN_OR_KANA = rf"{KANA}\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""What a character class of a pattern needs to match one Chinese or Japanese character."""
LETTER = rf"[^\W_{HAN_OR_KANA}]"
"""What a pattern needs to match one letter or digit of a spaced script."""
_RUNS = re.compile(rf"(?P<dense>[{HAN_OR_KANA}]+)|(?P<number>\d+(?:[.,]\d+)+|\d+(?!{LETTER}))|(?P<word>{LETTER}+)")

# The stemmer leaves "gpus" and "h100s" alone, as it must "virus"; capitals tell that the s is a plural.
_PLURAL = re.compile(r"(?<![A-Za-z])([A-Z]{2,}|[A-Z]+\d+)s(?![A-Za-z0-9])")


@cache
def to_simplified() -> OpenCC:
    """What writes Chinese in simplified characters. Lengths may change; loading its tables takes a while."""
    return OpenCC("t2s")


def fold(text: str) -> str:
    """`text` with width, case and the two Chinese scripts made one. Lengths may change."""
    return one_script(text).casefold()


def one_script(text: str) -> str:
    """`text` with width and the two Chinese scripts made one, case kept. Lengths may change, line ends stay."""
    return str(to_simplified().convert(unicodedata.normalize("NFKC", text)))


def tokens(text: str) -> list[str]:
    """The searchable tokens of `text`, in order, repeats kept: "350,000 GPUs" -> ["350000", "gpu"]."""
    # A stemmer must not be shared between threads, and making one takes a few microseconds.
    stem = Stemmer.Stemmer("english", 0).stemWord
    found: list[str] = []
    for run in _RUNS.finditer(fold(_PLURAL.sub(r"\1", text))):
        match run.lastgroup:
            case "dense":
                found += _bigrams(run.group())
            case "number":
                found.append(run.group().replace(",", ""))
            case _:
                found.append(stem(run.group()))
    return found


def _bigrams(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]
