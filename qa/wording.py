"""Does a sentence say only what its quotes say? Figures, dates, names, denials, directions and words are compared.

It reads words, not meaning: what it lets through still stands beside its quotes, for a reader to check.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from index.language import detect_language
from index.tokens import fold, tokens
from qa.dates import PartialDate, find_dates
from qa.denial import denies
from qa.findings import undated_figures
from qa.quantities import Quantity, find_quantities, same_length_nfkc
from qa.question import content_tokens
from qa.types import Quote

Fault = Literal["link", "date", "figure", "name", "denial", "direction", "other words"]

_LINK = re.compile(r"://|\bwww\.|\]\(|<[a-z/!]|\w@\w", re.IGNORECASE)
_DOMAIN = re.compile(r"\b[a-z0-9][a-z0-9-]+\.[a-z]{2,}\b", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
# "One" is a pronoun too, and 一 stands in many a word; a row of Chinese numerals or one that counts is a figure.
_NUMBER_WORD = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w{3,5}teen|twenty|thirty|forty|fifty|sixty|seventy"
    r"|eighty|ninety|hundred|thousand|million|billion|trillion|dozen|half|third|quarter|twice|double|triple)s?\b"
    r"|[零〇一二两兩三四五六七八九十百千万萬亿億兆]{2,}"
    r"|[二两兩三四五六七八九十百千半](?=[个個人名位家年月日号號次倍成岁歲座台枚块塊件社割歳回])",
    re.IGNORECASE,
)
_SPACED_WORD = re.compile(r"(?:(?![\u3005-\u3007\u3040-\u30ff\u3400-\u9fff])[^\W_])+")
_KATAKANA = re.compile(r"[\u30a1-\u30fa\u30fc]{3,}")
_BEGINS = re.compile(r"(?:^|[.!?:;]\s)[\s\"'“‘(]*")
# The ways that a thing can go, and the opposite ones: a sentence with one and a quote with the other alone differ.
_WAYS = [
    (re.compile(up, re.IGNORECASE), re.compile(down, re.IGNORECASE))
    for up, down in (
        (
            r"\b(?:r[io]s(?:es?|en|ing)|rose|grew|grow(?:n|s|th|ing)?|increas\w+|gain(?:s|ed)?|up|higher|climb\w*|soar\w*)\b"
            r"|[增涨漲升]|上[升昇]|増",
            r"\b(?:f[ae]ll(?:s|en|ing)?|dropp?(?:s|ed|ing)?|decreas\w+|declin\w+|los[et]s?|down|lower|shr[aiu]nk\w*"
            r"|plung\w+|reduc\w+)\b|[减減跌降]|下[降落]",
        ),
        (r"\bmore\b|超[过過え]|以上|多于", r"\b(?:less|fewer)\b|不到|不足|以下|未満|少于"),
        (r"\bbefore\b|之前|以前|[る]前", r"\bafter\b|之后|之後|以后|以後|[た]後"),
        (
            r"\b(?:buy(?:s|ing)?|bought|acquir\w+)\b|[买買]|[收买買][购購]|買収",
            r"\b(?:sell(?:s|ing)?|sold)\b|[卖賣]|出售|売",
        ),
        (r"\b(?:won|wins?|winning)\b|[赢贏]|[获獲][胜勝]|勝", r"\b(?:lost|loses?|losing)\b|[输輸]|[败敗]"),
        (
            r"\b(?:accept\w*|approv\w+|allow\w*|support\w*)\b|同意|批准|支持|承認|賛成",
            r"\b(?:reject\w*|refus\w+|ban(?:s|ned)?|block\w*|oppos\w+)\b|拒[绝絕否]|禁止|反[对對]",
        ),
        (
            r"\b(?:open(?:s|ed|ing)?|start(?:s|ed)?|beg[aiu]n\w*|hir\w+|join\w*)\b|开|開|加入",
            r"\b(?:clos(?:es?|ed|ing)|stop(?:s|ped)?|end(?:s|ed)?|fir(?:ed|ing)|le(?:ft|aves?))\b|关|關|閉|离|離",
        ),
    )
]


def fault(sentence: str, quotes: Sequence[Quote], question: str) -> Fault | None:
    """What `sentence` says that `quotes` do not, the first kind of it; None where they bear it out.

    In another language than all of its quotes, where words cannot be compared, it has to say a figure, a date or a
    name that stands in them and is not the question's own.
    """
    said = _Said(sentence, quotes, question)
    return next((kind for kind, stands in _CHECKS.items() if not stands(said)), None)


class _Said:
    """A sentence, what can be compared of it, and what it is compared with."""

    def __init__(self, text: str, quotes: Sequence[Quote], question: str) -> None:
        self.text = text
        self.quotes = quotes
        self.quoted = "\n".join(quote.text for quote in quotes)
        self.question = question
        self.dates = find_dates(text)
        self.figures = undated_figures(text, self.dates)
        self.counted: list[Quantity | PartialDate] = [*self.figures, *self.dates]
        self.names = [token for name in self._names() for token in tokens(name)]

    def without_figures(self) -> str:
        """The sentence with its figures and dates, which are compared by value, left out."""
        kept = list(self.text)
        for one in self.counted:
            kept[one.span.start : one.span.end] = " " * len(one.span)
        return "".join(kept)

    def _names(self) -> Iterator[str]:
        """The words with a capital, but for one that begins a sentence and is no name for certain."""
        begins = {found.end() for found in _BEGINS.finditer(self.text)}
        for word in _SPACED_WORD.finditer(self.text):
            in_a_date = any(date.span.start <= word.start() < date.span.end for date in self.dates)
            capital = any(map(str.isupper, word[0]))
            if capital and not in_a_date and not (word.start() in begins and _is_common(word[0])):
                yield word[0]


def _links_stand(said: _Said) -> bool:
    """Whether there is no link; a name such as booking.com may stand where a quote has it."""
    quoted = said.quoted.casefold()
    return not _LINK.search(said.text) and all(name.casefold() in quoted for name in _DOMAIN.findall(said.text))


def _dates_stand(said: _Said) -> bool:
    """Whether a quote tells every part of each date that the sentence tells; "last year" by its article's date."""
    quoted = [date for quote in said.quotes for date in find_dates(quote.text, quote.article.published)]
    return all(any(_tells_all(one, of) for one in quoted) for of in said.dates)


def _tells_all(one: PartialDate, of: PartialDate) -> bool:
    parts = ((of.year, one.year), (of.month, one.month), (of.day, one.day))
    return all(wanted in (None, told) for wanted, told in parts)


def _figures_stand(said: _Said) -> bool:
    """Whether each figure is a quote's, whatever the script; what is no figure but has digits, letter by letter."""
    stated = find_quantities(said.quoted)
    quoted, plain = fold(said.quoted), same_length_nfkc(said.text)
    runs = set(_DIGITS.findall(same_length_nfkc(said.quoted)))
    loose = [run for run in _DIGITS.finditer(plain) if not _inside(run.start(), said.counted)]
    words = [word for word in _NUMBER_WORD.finditer(said.text) if not _inside(word.start(), said.counted)]
    return (
        all(any(one.states(figure) for one in stated) for figure in said.figures)
        and all(run[0] in runs for run in loose)
        and all(_holds_word(quoted, fold(word[0])) for word in words)
    )


def _inside(place: int, counted: Sequence[Quantity | PartialDate]) -> bool:
    return any(one.span.start <= place < one.span.end for one in counted)


def _holds_word(text: str, word: str) -> bool:
    return re.search(rf"\b{word}\b" if word.isascii() else word, text) is not None


def _names_stand(said: _Said) -> bool:
    """Whether each name is a quote's; in Japanese quotes also words in katakana, most of which are names."""
    japanese = "\n".join(fold(quote.text) for quote in said.quotes if quote.article.language == "ja")
    katakana = _KATAKANA.findall(fold(said.text)) if japanese else []
    return set(said.names) <= set(tokens(said.quoted)) and all(word in japanese for word in katakana)


def _is_common(word: str) -> bool:
    return word.istitle() and (not content_tokens(word) or word.endswith("ly") or word == "According")


def _denial_stands(said: _Said) -> bool:
    """Whether a sentence that denies has a quote that does, and one that does not has a quote that does not."""
    denying = [denies(quote.text) for quote in said.quotes]
    return any(denying) if denies(said.text) else not all(denying)


def _direction_stands(said: _Said) -> bool:
    """Whether the sentence does not go one way alone where its quotes go the other way alone."""
    return not any(_turned(said, *ways) or _turned(said, *reversed(ways)) for ways in _WAYS)


def _turned(said: _Said, way: re.Pattern[str], other: re.Pattern[str]) -> bool:
    here, there = said.text, said.quoted
    return bool(way.search(here) and not other.search(here) and other.search(there) and not way.search(there))


def _words_stand(said: _Said) -> bool:
    """Whether more than three quarters of the words that say something, figures aside, are the quotes' own."""
    if _writing(detect_language(said.text)) not in {_writing(quote.article.language) for quote in said.quotes}:
        return _adds(said)
    words, known = content_tokens(said.without_figures()), {*tokens(said.quoted), *fold(said.quoted)}
    if not words:
        return bool(said.figures or said.dates)
    return 4 * sum(word not in known for word in words) < len(words)


def _writing(language: str) -> str:
    return language if language in {"zh", "ja"} else "spaced"


def _adds(said: _Said) -> bool:
    """Whether the sentence has a figure, a date or a name that the question does not have."""
    figures, dates = find_quantities(said.question), find_dates(said.question)
    return (
        any(not any(one.agrees_with(figure) for one in figures) for figure in said.figures)
        or any(not any(one.agrees_with(date) for one in dates) for date in said.dates)
        or not set(said.names) <= set(tokens(said.question))
    )


_CHECKS: dict[Fault, Callable[[_Said], bool]] = {
    "link": _links_stand,
    "date": _dates_stand,
    "figure": _figures_stand,
    "name": _names_stand,
    "denial": _denial_stands,
    "direction": _direction_stands,
    "other words": _words_stand,
}
