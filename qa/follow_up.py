"""A follow-up made whole from the questions before it; a question that stands alone is left alone.

It is words for words: "And in 2022?" changes the year, "WhatsApp呢？" the name of the question before. Where nothing
tells what to change, the question before is put after the follow-up.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from itertools import islice

from index.settle import settle_line
from index.tokens import KANA
from qa.question import LONGEST, asks_itself, content_tokens, wanted
from qa.types import Turn

_HE = rf"他(?![国國山乡鄉社者县縣県{KANA}])"
_OPENS_LIKE_ONE = re.compile(
    r"^\W*(?:and|or|but|what about|how about|then)\b|^\W*since when\W*$"
    # 那不勒斯, 那覇, 彼得 and そのまんま東 are names; 他国 and 他社 are of others.
    rf"|^(?:那(?!不勒斯|斯[达達]克|波利|[霸覇曲須须]|[达達]慕)|还有|還有|[她它]|{_HE}|[这這该該](?:个|個|家|位|款|公司))"
    # "2022年呢？" and "2022年は？" name a new thing only; "CEO是谁呢？" and "メタの社員数は？" ask in full.
    r"|^(?!.*(?:谁|誰|什|甚|多少|哪|几|幾|怎|如何|何))[^\n]*呢[？?]?$"
    r"|^(?:では|じゃあ|それ(?!ぞれ)|その(?!まんま)|この|そこ|彼(?![岸得此方]))|^[^のがをに]{1,8}は[？?]$|場合は[？?]$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    rf"\b(?:he|she|they|him|her|them|its|his|their)\b|(?<![其吉]){_HE}|[她它]"
    # "IT" is a trade, and the "it" of "How long does it take to train one?" stands for nothing said before.
    r"|\b(?-i:[Ii]t)\b(?! (?:takes?|costs?)\b.* to\b)",
    re.IGNORECASE,
)
# Such a pronoun may be of a name before it, "Did Meta raise its forecast?"; the one of "Did Meta buy it?" is not.
_OF_A_NAME = re.compile(
    r"(?:its|his|their|her)\b (?!(?:in|at|for|to|on|from|as|by|with)\b)\w|(?:he|she|they)\b|[他她它]的"
    r"|it (?:would|will|is|was|has|had|did|does|can|could|may|might|plans?|expects?|paid|spent|sold|bought|made|lost"
    r"|[a-z]+ed)\b",
    re.IGNORECASE,
)
# The first word is large whatever it is.
_LARGE_WORD = re.compile(r"(?<!^)\b[A-Z]\w*")
# More words of its own than this, and a pronoun has its noun in the question itself.
_FEW_WORDS = 4

# What a follow-up names, without the words that only tie it to what was said.
_NAMED = re.compile(
    r"^\W*(?:(?:and|or|but|then|what about|how about|in|at|for|by|with|of|the year)\b\s*"
    r"|那[么麼]?|[还還]有|では|じゃあ|[、，])*"
    r"(?P<named>.+?)\s*(?:の場合は|は|呢)?\s*[?？。.]*$",
    re.IGNORECASE,
)
_STANDS_FOR = re.compile(r"^(?:それ|その|そこ|彼|这|這|此)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NEXT_YEAR = re.compile(
    r"\b(?:a year later|(?:next|following) year|year after)\b|次年|第二年|翌年|一年[后後]", re.IGNORECASE
)
_YEAR_BEFORE = re.compile(
    r"\b(?:a year (?:earlier|before)|(?:previous|prior|preceding) year|year before)\b|前一年|上一年|前年|一年前|前の年",
    re.IGNORECASE,
)
_LAST_OR_THIS_YEAR = re.compile(
    r"(?P<in>\b(?:in|of|for|during|from|since|than) )?\b(?:last|this) year\b(?P<s>['’]s)?"
    r"|一昨年|前年|去年|昨年|今年|本年",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z0-9.&'-]*(?: [A-Z0-9][A-Za-z0-9.&'-]*)*")
_POST = re.compile(r"\b(?:C[A-Z]O|chief executive(?: officer)?|chief [a-z]+ officer)\b")
_EAST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_JAPANESE = re.compile(f"[{KANA}]")
# A title in Chinese or Japanese takes another's place when they begin and end alike.
_ALIKE, _LEAST_ALIKE = 0.5, 2


def complete(question: str, history: Sequence[Turn]) -> str:
    """A follow-up made whole from the user's questions before it; a question that stands alone as it is.

    It is taken for a follow-up when it opens like one ("And in 2022?", "他呢？"), or has few words of its own and a
    pronoun in place of the rest.
    """
    if not is_follow_up(question):
        return question
    before = _topic(turn.content for turn in history if turn.role == "user" and len(turn.content) <= LONGEST)
    # A reader answers the first of two questions.
    return exchanged(question, before) or f"{question} {before}".strip()


def is_follow_up(question: str) -> bool:
    """Whether a question leans on the one before it."""
    said = settle_line(question)
    if _OPENS_LIKE_ONE.search(said):
        return True
    words = [token for token in content_tokens(said) if not token.isdigit()]
    leans = _points_back(said) or _NEXT_YEAR.search(said) or _YEAR_BEFORE.search(said)
    return not words or (len(words) <= _FEW_WORDS and bool(leans))


def _points_back(said: str) -> bool:
    """Whether a pronoun of a question stands for something that it does not name before it."""
    words = (word for word in _LARGE_WORD.finditer(said) if content_tokens(word[0]))
    named = next((word.start() for word in words if not _POST.match(word[0])), len(said))
    return any(one.start() < named or not _OF_A_NAME.match(said, one.start()) for one in _PRONOUN.finditer(said))


def exchanged(question: str, before: str) -> str | None:
    """The question before with what the follow-up names in the place of its like; None where that is not plain."""
    said = settle_line(question)
    one_script = bool(_EAST.search(said)) == bool(_EAST.search(before))
    if not before or not one_script or wanted(said) != "other" or asks_itself(said):
        return None
    if _NEXT_YEAR.search(said):
        return _one_exchanged(_YEAR, before, lambda year: str(int(year[0]) + 1))
    if _YEAR_BEFORE.search(said):
        return _one_exchanged(_YEAR, before, lambda year: str(int(year[0]) - 1))
    found = _NAMED.match(said)
    if not found or _STANDS_FOR.match(found["named"]):
        return None
    return _like_for_like(found["named"], before)


def _topic(questions: Iterable[str]) -> str:
    """The last question that stood alone, with what follow-ups have changed in it."""
    topic = ""
    for said in questions:
        topic = (exchanged(said, topic) or topic or said) if is_follow_up(said) else said
    return topic


def _like_for_like(named: str, before: str) -> str | None:
    """A year for a year or beside none, a post for a post, a name for a name, a title for one that is worded alike."""
    if year := re.fullmatch(rf"({_YEAR.pattern})\s*年?", named):
        return (
            _one_exchanged(_YEAR, before, lambda _: year[1])
            or _one_exchanged(_LAST_OR_THIS_YEAR, before, lambda words: _stated(year[1], words))
            or _in_year(year[1], before)
        )
    if _POST.fullmatch(named.removeprefix("the ")):
        return _one_exchanged(_POST, before, lambda _: named.removeprefix("the "))
    if _NAME.fullmatch(named):
        # The first word of an English question is large whatever it is, and who holds a post is no other name.
        inner = re.compile(rf"(?<!^)(?!{_POST.pattern}){_NAME.pattern}")
        return _one_exchanged(inner, before, lambda _: named)
    return _alike_exchanged(named, before) if _EAST.search(named) else None


def _in_year(year: str, before: str) -> str | None:
    """A question that names no year, asked about one."""
    if _YEAR.search(before) or _LAST_OR_THIS_YEAR.search(before):
        return None
    if _EAST.search(before):
        return f"{year}年{'の' if _JAPANESE.search(before) else ''}{before}"
    return f"{before.rstrip(' ?？')} in {year}?"


def _stated(year: str, words: re.Match[str]) -> str:
    """What a year is in the place of "last year": "in 2022", "of 2022", "2022's", 2022年."""
    if _EAST.search(words[0]):
        return f"{year}年"
    return f"{words['in'] or ('' if words['s'] else 'in ')}{year}{words['s'] or ''}"


def _one_exchanged(pattern: re.Pattern[str], before: str, new: Callable[[re.Match[str]], str]) -> str | None:
    places = list(islice(pattern.finditer(before), 2))
    if len(places) != 1:
        return None
    start, end = places[0].span()
    return before[:start] + new(places[0]) + before[end:]


def _alike_exchanged(named: str, before: str) -> str | None:
    """首席财务官 in the place of 首席运营官."""
    blocks = [one for one in SequenceMatcher(None, before, named, autojunk=False).get_matching_blocks() if one.size]
    if not blocks or sum(one.size for one in blocks) < max(_LEAST_ALIKE, _ALIKE * len(named)):
        return None
    if blocks[0].b or blocks[-1].b + blocks[-1].size != len(named):
        return None
    return before[: blocks[0].a] + named + before[blocks[-1].a + blocks[-1].size :]
