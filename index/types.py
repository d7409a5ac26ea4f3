"""The nouns of the library: articles, spans of them, passages, hits, and the filter every door takes."""

from dataclasses import dataclass
from datetime import date

from index.errors import BadQuestion


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points `[start, end)` in one article's settled text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, got [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def covers(self, other: "Span") -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        """Whether the two spans share at least one code point."""
        return self.start < other.end and other.start < self.end

    def of(self, text: str) -> str:
        """The slice of `text` that this span stands for."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader took from a file before it is settled: `None` or `()` where the file does not say.

    `id_is_given` tells an id that the source itself gives from one made of a file's name.
    `published`, `updated` and `fetched` are what the source says of itself, never a time of the file system.
    `text` is already settled when `boilerplate` is given, so that its spans hold.
    """

    text: str
    path: str
    id: str | None = None
    id_is_given: bool = False
    title: str | None = None
    url: str | None = None
    published: date | None = None
    language: str | None = None
    boilerplate: tuple[Span, ...] = ()
    updated: date | None = None
    fetched: date | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One article as the library keeps it; every offset anywhere refers to `text`.

    `text` is settled (see `index.settle`), `version` is a hash of it, `language` an ISO 639-1 code or "und",
    `boilerplate` and `sentences` are sorted, non-overlapping spans. `published`, `updated` and `fetched` are days that
    the source itself gives; none stands in for another.
    """

    id: str
    version: str
    title: str
    text: str
    language: str
    url: str | None
    published: date | None
    path: str
    boilerplate: tuple[Span, ...] = ()
    sentences: tuple[Span, ...] = ()
    updated: date | None = None
    fetched: date | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list says of an article: all but its text, and what depends on that."""

    id: str
    version: str
    title: str
    language: str
    url: str | None
    published: date | None
    path: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of one article that is embedded and searched. `row` is its place in the vector index."""

    row: int
    article: str
    language: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search brought up. Scores are higher-is-better; `found_by` says what gave the score."""

    passage: Passage
    score: float
    found_by: str


@dataclass(frozen=True, slots=True)
class Filter:
    """What a question may be asked of: every condition that is set must hold. Dates are inclusive."""

    language: str | None = None
    since: date | None = None
    until: date | None = None
    source: str | None = None
    articles: frozenset[str] | None = None
    exclude_articles: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise BadQuestion(f"since {self.since} lies after until {self.until}; swap them or drop one")

    @property
    def is_open(self) -> bool:
        """Whether nothing is filtered out."""
        return self == Filter()
