"""What a library offers to whoever asks it, wherever it lies: in a folder (`index.library`) or in Milvus."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from index.copies import Copies
from index.embedder import Vectors
from index.library import Manifest
from index.types import Article, Filter, Hit, Listed, Passage


class AnyArticles(Protocol):
    """The articles of one snapshot."""

    def articles(self, where: Filter = Filter(), *, after: str = "", limit: int = -1) -> Iterator[Article]:
        """Every article that `where` admits, by id, one at a time.

        Only those whose ids come after `after`, and `limit` of them if it is not negative.
        """

    def listed(self, *, after: str = "", limit: int = -1) -> Iterator[Listed]:
        """What a list says of every article, by id, one at a time. Bounded as `articles` is."""

    def versions(self) -> dict[str, str]:
        """Article id to version, for every article, by id."""

    def passages_of(self, article_id: str) -> list[Passage]:
        """An article's passages in reading order."""


class AnyLibrary(Protocol):
    """One snapshot, open for reading. Safe to share between threads.

    Any of it may raise `LibraryError` where the library is damaged or cannot be reached.
    """

    @property
    def address(self) -> str:
        """What opens it again."""

    @property
    def folder(self) -> Path:
        """Where it lies, or where on this machine what belongs to it is kept beside."""

    @property
    def manifest(self) -> Manifest:
        """What made it, and how much is in it."""

    @property
    def table(self) -> AnyArticles:
        """Its articles."""

    @property
    def copies(self) -> Copies:
        """Which of its articles are copies of which."""

    @property
    def is_measured(self) -> bool:
        """Whether its searches by vectors are exact, or what they miss stands in the manifest."""

    def is_current(self) -> bool:
        """Whether no newer snapshot has taken over."""

    def size(self) -> int:
        """Number of articles."""

    def article(self, article_id: str) -> Article:
        """The article of that id. Raises `LibraryError` if there is none."""

    def languages(self) -> dict[str, int]:
        """Language to number of articles, most first."""

    def date_range(self) -> tuple[date, date] | None:
        """The earliest and the latest date of publication, if any article has one."""

    def copies_of(self, article_id: str, where: Filter = Filter()) -> list[Article]:
        """The copies of an article that `where` admits, earliest published first, the article itself left out."""

    def rows_admitted(self, where: Filter) -> Any | None:  # noqa: ANN401 - each library's own
        """What its searches take as `only` to give nothing but what `where` admits; None where that is everything."""

    def search_vectors(self, question: Vectors, language: str, k: int, only: Any | None) -> list[Hit]:  # noqa: ANN401
        """The `k` passages of that language nearest to `question`, shape (dimension,); scores are cosines."""

    def search_words(self, tokens: Sequence[str], language: str, k: int, only: Any | None) -> list[Hit]:  # noqa: ANN401
        """The `k` passages of that language that share most with `tokens`; scores are BM25."""

    def cosines(self, question: Vectors, passages: Sequence[Passage]) -> dict[Passage, float]:
        """The cosine of each passage with `question`, shape (dimension,)."""

    def passages_holding(self, tokens: Sequence[str], language: str) -> dict[str, int]:
        """How many passages of that language hold each of `tokens`."""

    def passages_in(self, language: str) -> int:
        """How many passages that language has."""
