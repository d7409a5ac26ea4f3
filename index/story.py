"""An article as it is compared with others: its own sentences, word by word, and which words must not differ.

It knows what of an article is the story and what is its outlet's dress; the comparison is `index.same_story`'s.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from index.chrome import WEAK_KINDS, kind_of
from index.metadata import find_date
from index.tokens import HAN_OR_KANA, one_script
from index.types import Article, Span

_LETTER = rf"[^\W\d_{HAN_OR_KANA}]"
_WORD = re.compile(
    rf"(?P<figure>(?<![\w)])[-−+]?\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*)|(?P<dense>[{HAN_OR_KANA}])"
    rf"|(?P<word>{_LETTER}+(?:['’]{_LETTER}+)*)|(?P<unit>[%‰$€£¥₩°])"
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?:\D|\Z))")
_PERCENT = re.compile(r"\bper ?cent\b", re.IGNORECASE)
# Words whose capital is no name's: they begin sentences.
_OPENERS = """
    the a an and but or so yet also however meanwhile still then he she it they we this that these those
    in on at of for to by with from as
"""
_PLAIN = frozenset(_OPENERS.split())
# Small words that turn what a sentence says, or belong to a figure, a date or a name.
_SMALL_BUT_TELLING = """
    not no never none nobody nothing neither nor without cannot hardly barely unlike except only
    one two three four five six seven eight nine ten eleven twelve dozen hundred thousand million billion trillion
    first second third last next half quarter twice double triple once single both
    more less fewer most least over under above below up down nearly almost about around roughly before after
    today yesterday tomorrow tonight weekly monthly yearly annually daily year years month months week weeks day days
    hour hours ago former vice deputy acting ex alleged allegedly reportedly may might could if
"""
_TURNING = frozenset(_SMALL_BUT_TELLING.split())
# Chinese particles that an editor adds or drops without changing what is said.
_PARTICLES = frozenset("的了")

# An outlet's opening of the first sentence: a place, a day and an agency before a dash, or the like in brackets.
_OPENINGS = re.compile(
    r"\A(?:(?:[A-Z][A-Z.'’-]+,? ?){1,4}(?:, ?[A-Z][\w. ]{2,20})?(?:,? ?[A-Z][a-z]{2,8}\.? \d{1,2})?\s?"
    r"(?:\([^)]{2,30}\))?\s?[-–—]{1,2}\s|\([A-Z][^)]{1,30}\)\s?[-–—]{1,2}\s"
    r"|【[^】]{2,30}[电電讯訊]】|【[^】]{1,20}[=＝][^】]{1,16}】|[^\s，。]{0,10}(?:社|\d日)[^\s，。]{0,10}[电電](?=[\s（(])"
    r"|[^\s，。]{2,10}[讯訊](?=[\s（(]))\s?(?:[（(]记?記?者[^）)]{1,20}[）)])?\s?"
)
_OPENING_SENTENCES = 4
_ENDS = re.compile(r"[.。!?！？…][\"'”’」』）)]*\Z")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The folded words of a sentence, which of them are `telling`, and whether it ends like a headline: with no stop.

    A telling word may not be added or dropped: a figure, a name, a date, a denial, nearly every Chinese character.
    """

    words: tuple[str, ...]
    telling: tuple[bool, ...]
    open_ended: bool

    @property
    def weight(self) -> int:
        """UTF-8 bytes: a Han character says about as much as three Latin letters."""
        return len("".join(self.words).encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Story:
    """What two articles are compared by. `published` is None where it is not known."""

    id: str
    published: date | None
    sentences: tuple[Sentence, ...]

    @classmethod
    def of(cls, article: Article) -> "Story":
        """The unmarked sentences of an article, less bylines, datelines, and what an outlet puts before the first."""
        return cls(article.id, article.published, tuple(sentence for _, sentence in sentences_of(article)))

    @property
    def words(self) -> tuple[str, ...]:
        """All its words in order."""
        return tuple(word for sentence in self.sentences for word in sentence.words)


def sentences_of(article: Article) -> list[tuple[Span, Sentence]]:
    """The sentences of an article that are part of its story, and where each stands in the text."""
    texts = [(span, span.of(article.text).replace("\n", " ")) for span in article.sentences]
    kept = [(span, text) for span, text in texts if not _is_dress(text, article.published)]
    # Folded at once: it is a call into a library, and line ends stay where they are.
    folded = one_script("\n".join(text for _, text in kept)).split("\n")
    bare = (_bare(text) if n < _OPENING_SENTENCES else text for n, text in enumerate(folded))
    placed = zip((span for span, _ in kept), map(_sentence, bare), strict=False)
    return [(span, sentence) for span, sentence in placed if sentence.words]


def _is_dress(text: str, published: date | None) -> bool:
    """Whether a sentence is a byline, a credit, a share button; a date only where it is the day of publication."""
    kind = kind_of(text.strip())
    if kind in {"date", "header", "dateline"}:
        return published is not None and find_date(text) == published
    return kind in {"signature", "network", "ago"} or kind not in {"", "number", *WEAK_KINDS}


def _bare(text: str) -> str:
    return text[match.end() :] if (match := _OPENINGS.match(text)) else text


def _sentence(text: str) -> Sentence:
    found = list(_words(_PERCENT.sub("%", text)))
    return Sentence(
        tuple(word for word, _ in found), tuple(telling for _, telling in found), _ENDS.search(text.strip()) is None
    )


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Each word folded, and whether it is telling."""
    for match in _WORD.finditer(text):
        raw = match.group()
        match match.lastgroup:
            case "figure":
                yield _THOUSANDS.sub("", raw).replace("−", "-"), True
            case "dense":
                yield raw, raw not in _PARTICLES
            case "unit":
                yield raw, True
            case _:
                word = raw.replace("’", "'").casefold()
                yield word, word in _TURNING or not (raw.islower() or word in _PLAIN)


def words_in(sentences: Sequence[Sentence]) -> list[str]:
    """The words of some sentences, one after the other."""
    return [word for sentence in sentences for word in sentence.words]


def tellings_in(sentences: Sequence[Sentence]) -> list[bool]:
    """For each of `words_in`, whether it is telling."""
    return [telling for sentence in sentences for telling in sentence.telling]
