"""The nouns of an answer: the question as understood, evidence, quotes, citations, and the answer itself."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from urllib.parse import quote

from index.types import Article, Filter, Hit, Span
from qa.period import Period

Status = Literal["answered", "abstained"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of a conversation."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question as asked, the words searched for, its language, the filter it is asked under, the time it names.

    `today` is the day it is asked on, where that is known and counts.
    """

    text: str
    searched_for: str
    language: str
    where: Filter
    period: Period | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim slice of one article. It is built from the article and a span, so it cannot say anything else."""

    article: Article
    span: Span

    def __post_init__(self) -> None:
        if self.span.end > len(self.article.text):
            raise ValueError(f"span {self.span} runs past the {len(self.article.text)} characters of {self.article.id}")

    @property
    def text(self) -> str:
        """The quoted words: `article.text[start:end]`."""
        return self.span.of(self.article.text)

    @property
    def permalink(self) -> str:
        """The quote's address, the same at every door: the article in this version, and the quote's place in it."""
        article = quote(self.article.id, safe="")
        return f"/articles/{article}@{self.article.version}#{self.span.start}-{self.span.end}"


@dataclass(frozen=True, slots=True)
class Citation:
    """A number printed in the answer and the quote it stands for; `also_in` are articles with the same words.

    `first_published` is the id of the one of them that was published before the others, where that is known.
    """

    number: int
    quote: Quote
    also_in: tuple[str, ...] = ()
    first_published: str | None = None


@dataclass(frozen=True, slots=True)
class ConflictValue:
    """One of the values that sources give, and the numbers of the citations that give it."""

    value: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that differ: what kind of value, and each value with its citations."""

    kind: str
    values: tuple[ConflictValue, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a search brought up, with the article it stands in."""

    hit: Hit
    article: Article


@dataclass(frozen=True, slots=True)
class Answer:
    """What every door shows. For each citation `quote.text == quote.article.text[start:end]`.

    `period` is the time that the question names, preferred in what was read.
    `written_by` is the language model that worded `text`, None where the words are the articles' own; `notice` says
    what kept it from doing so, or cut it short.
    """

    question: str
    language: str
    searched_for: str
    status: Status
    short_answer: str
    text: str
    confidence: float
    citations: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    consulted: tuple[Found, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    id: str | None = None
    period: Period | None = None
    written_by: str | None = None
    notice: str | None = None
