"""What the page needs of an assistant, of its library, and of whoever takes in new files."""

from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from index.copies import Copies
from index.intake import IndexReport
from index.progress import Progress
from index.types import Article, Filter, Listed
from qa.period import Times
from qa.types import Answer, Turn
from ui.stages import Stage

AddFiles = Callable[[Sequence[Path], Progress], IndexReport]
"""Adds files to the library that is asked; raises a `QuotedeskError` where nothing of them becomes an article."""


class Table(Protocol):
    """Where the articles stand."""

    def listed(self) -> Iterator[Listed]:
        """What a list says of every article."""


class Shelf(Protocol):
    """What the page needs of a library."""

    @property
    def folder(self) -> Path:
        """Where it lies; what the page keeps is kept beside it."""

    @property
    def table(self) -> Table:
        """Its articles."""

    @property
    def copies(self) -> Copies:
        """Which of them tell the same story."""

    def article(self, article_id: str, /) -> Article:
        """The article of that id; `LibraryError` if there is none."""

    def languages(self) -> dict[str, int]:
        """Language to number of articles."""

    def date_range(self) -> tuple[date, date] | None:
        """The earliest and the latest date of publication."""

    def size(self) -> int:
        """Number of articles."""


class Answerer(Protocol):
    """What the page needs of whoever answers; `ui.asking.Questions` does."""

    @property
    def library(self) -> Shelf:
        """What is asked."""

    def stages(
        self, question: str, *, history: Sequence[Turn] = (), where: Filter = ..., times: Times = ...
    ) -> AsyncGenerator[Stage | Answer, None]:
        """How far the question has come, as it goes, and its answer. Closing it gives the question up.

        Raises a `QuotedeskError` where there can be no answer.
        """
