"""Tell which language a text is written in. Knows the scripts of East Asia; leaves every spaced one to py3langid."""

import re
from collections import Counter
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

# Languages with newspapers of their own. py3langid also knows dead, tiny and sister languages (Latin, Occitan,
# Wu, ...), and short questions fall to those: 5 of the 10 surest mistakes on 3,100 English keywords were "la".
_CODES = """
    af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk km kn
    ko ky lo lt lv mk ml mn mr ms mt my ne nl no pa pl ps pt ro ru si sk sl so sq sr sv sw ta te th tl tr uk ur uz
    vi zh zu
"""
LANGUAGES = frozenset(_CODES.split())
"""The codes that `detect_language` gives, "und" aside."""
_HAN = re.compile("[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile("[\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_HIRAGANA = re.compile("[\u3041-\u309f]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_EAST = re.compile(f"{_HAN.pattern}|{_KANA.pattern}")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
# Words that hold a sentence together; a name seldom has one of them, so they tell the language around the name.
_ENGLISH_WORDS = re.compile(
    r"\b(?:[Ww]h(?:o|at|en|ere|ich|y|ose)|[Hh]ow|[Ii]s|[Aa]re|[Ww]as|[Ww]ere|[Dd]o|[Dd]oes|[Dd]id|[Hh]as|[Hh]ave|of|in|on"
    r"|at|for|to|by|with|and|from|about|[Tt]he|an?|that|its?|his|her|their|will|would|said|as)\b"
)
_CHINESE_WORDS = re.compile("[的是了吗嗎呢谁哪几么麼什怎这這们們多在与與]")
_EITHER_WORDS = re.compile("[誰何]")
# Asides are a phrase long; without a limit a line of opening brackets would take quadratic time.
_ASIDE = re.compile(
    '（[^）]{0,99}）|\\([^)]{0,99}\\)|《[^》]{0,99}》|〈[^〉]{0,99}〉|「[^」]{0,99}」|『[^』]{0,99}』|“[^”]{0,99}”|"[^"]{0,99}"'
)
# As many Han may be a term: 従業員数 is Japanese without any kana.
_TERM = 12
# A Chinese character says as much as about three letters (parallel question sets of XQuAD: 3.1).
_LETTERS_A_CHARACTER = 3


def detect_language(text: str) -> str:
    """The ISO 639-1 code of the language most of the text is in, "und" when it has no letters.

    Every line votes with its length, so that a list of links in another language does not carry the page. The
    first text in a spaced script loads the model of py3langid (about half a second, once a process).
    """
    votes: Counter[str] = Counter()
    spaced = []
    for line in text.split("\n"):
        language, weight = _vote(line)
        votes[language] += weight
        if language == "spaced":
            spaced.append(_EAST.sub("", line))
    if not votes.total():
        return "und"
    winner = max(votes, key=lambda language: votes[language])
    return _of_spaced("\n".join(spaced)) if winner == "spaced" else winner


def _vote(line: str) -> tuple[str, int]:
    letters = sum(map(str.isalpha, line))
    east = len(_EAST.findall(line))
    if east and not _is_spaced(line, east, letters - east):
        return ("ja" if _is_japanese(line) else "zh"), east * _LETTERS_A_CHARACTER
    return "spaced", letters


def _is_spaced(line: str, east: int, west: int) -> bool:
    """Whether a line with `east` Han and kana and `west` other letters is a spaced language that quotes a name."""
    if 2 * west < east:
        return False
    if len(_HANGUL.findall(line)) > east or west > 20 * east:
        return True
    outside = _ASIDE.sub(" ", line)
    english = len(_ENGLISH_WORDS.findall(outside))
    eastern = len(_CHINESE_WORDS.findall(outside)) + len(_EITHER_WORDS.findall(outside))
    eastern += len(_HIRAGANA.findall(outside))
    return english > eastern or (english == eastern and west > 10 * east)


def _is_japanese(line: str) -> bool:
    """Whether kana have a fair share of the line outside quoted names, and Chinese grammar does not outweigh it."""
    outside = _ASIDE.sub("", line)
    line = outside if _EAST.search(outside) else line
    kana, han = len(_KANA.findall(line)), len(_HAN.findall(line))
    if not kana and han <= _TERM:
        return any(map(_is_only_japanese, line)) and not _CHINESE_WORDS.search(line)
    # Japanese prose is a third kana and more; a headline or a question of ten characters may have one.
    fair = 0.2 if kana + han > 50 else 0.1
    return kana >= fair * (kana + han) > 0 and len(_HIRAGANA.findall(line)) >= len(_CHINESE_WORDS.findall(line))


def _is_only_japanese(character: str) -> bool:
    """Whether it is of Japan's own writing, as 従 and 円 are: common there, and in neither set of Chinese."""
    if not _HAN.match(character):
        return False
    return _is_in(character, "shift_jis") and not (_is_in(character, "gb2312") or _is_in(character, "big5"))


def _is_in(character: str, encoding: str) -> bool:
    return bool(character.encode(encoding, "ignore"))


def _of_spaced(text: str) -> str:
    ranked: dict[str, float] = dict(_identifier().rank(text))
    best = max(ranked, key=lambda language: ranked[language])
    if len(_LATIN.findall(text)) * 2 < sum(map(str.isalpha, text)):
        return best
    # Latin letters are English unless another language is likely and English is not: of 3,100 English keyword
    # questions (SQuAD, NQ, RealTimeQA) 6 are taken for another language by this rule, 323 by the best score alone.
    return best if ranked[best] >= 0.3 and ranked["en"] < 0.05 * ranked[best] else "en"


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier
