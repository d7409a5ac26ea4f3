"""Exact match and F1 of two answer texts, as the usual data set of each language counts them.

English, and every language not named below: SQuAD v1.1 (Rajpurkar et al. 2016, `evaluate-v1.1.py`). Case, ASCII
punctuation and the articles a, an, the are dropped; F1 is over the bag of words.

Chinese: CMRC 2018 (Cui et al. 2019, `cmrc2018_evaluate.py`). Case and a fixed list of punctuation are dropped;
each Chinese character is a token, what stands between them is split into words and figures; F1 is over the longest
run of tokens that both share. Simplified and traditional characters differ, as do the widths of a letter.

Japanese: JSQuAD (Kurihara et al. 2022, the patch of `squad_metrics.py` in the JGLUE repository). Case and a closing
「。」 are dropped and spaces made one, other punctuation stays; F1 is over the bag of characters.
"""

import re
import string
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

_ENGLISH_ARTICLES = re.compile(r"\b(a|an|the)\b")
_WITHOUT_ASCII_PUNCTUATION = str.maketrans("", "", string.punctuation)
# CMRC's own list. It leaves in "…", ASCII commas, periods, brackets and quotation marks, and so do we.
_WITHOUT_CHINESE_PUNCTUATION = str.maketrans("", "", "-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
# CMRC hands what isn't Chinese to NLTK's word tokenizer, whose rules matter to short answers in this much: a figure
# keeps its commas and a word its inner periods and apostrophes; a possessive and every other mark stand alone.
_CHINESE_TOKENS = re.compile(
    r"""[\u4e00-\u9fa5]
      | (?:[^\s\u4e00-\u9fa5,.';@#$%&?!()\[\]{}<>"–—]
         | ,(?=\d)
         | \.(?!$|[\u4e00-\u9fa5])
         | (?<=\w)'(?=[a-z]{2})
        )+
      | 's(?![a-z])
      | \S""",
    re.VERBOSE,
)


def normalised(text: str, language: str) -> str:
    """`text` as exact match compares it; `language` is the ISO 639-1 code of the answers."""
    match language:
        case "zh":
            return text.lower().strip().translate(_WITHOUT_CHINESE_PUNCTUATION)
        case "ja":
            return " ".join(text.lower().rstrip("。").split())
        case _:
            words = _ENGLISH_ARTICLES.sub(" ", text.lower().translate(_WITHOUT_ASCII_PUNCTUATION))
            return " ".join(words.split())


def answer_tokens(text: str, language: str) -> list[str]:
    """The tokens that F1 counts, in order."""
    plain = normalised(text, language)
    match language:
        case "zh":
            return _CHINESE_TOKENS.findall(plain)
        case "ja":
            return list(plain)
        case _:
            return plain.split()


def exactly(given: str, answer: str, language: str) -> float:
    """1.0 if both texts are the same once normalised, else 0.0."""
    return float(normalised(given, language) == normalised(answer, language))


def token_f1(given: str, answer: str, language: str) -> float:
    """Harmonic mean of the shares of each text's tokens that the other has, in 0..1.

    Of two texts without a token JSQuAD says 1.0, SQuAD v1.1 and CMRC 2018 say 0.0.
    """
    ours, theirs = answer_tokens(given, language), answer_tokens(answer, language)
    if language == "ja" and not (ours and theirs):
        return float(ours == theirs)
    shared = _longest_run(ours, theirs) if language == "zh" else (Counter(ours) & Counter(theirs)).total()
    return 2 * shared / (len(ours) + len(theirs)) if shared else 0.0


def _longest_run(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """How many tokens the longest run has that stands in both."""
    return SequenceMatcher(None, ours, theirs, autojunk=False).find_longest_match().size
