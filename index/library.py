"""A library folder, to read: its manifest and its current snapshot.

    library/manifest.json      which snapshot is current, which embedder and splitter made it
    library/snapshot-N/        articles.sqlite, copies.json, fingerprints.npz, and for each language vectors-LL.faiss,
                               vectors-LL.ivf where they are many, and words-LL/
    library/last-run.json      what could not be indexed the last time, and why
    library/embedded.sqlite    only while a run is under way or was interrupted: the vectors it has come to

A snapshot is never changed once the manifest names it (`index.snapshot` writes them). Who reads one holds it: it stays
where it is until the last reader has closed it, also when a newer one has taken over meanwhile.
"""

import json
import os
import sys
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.articles import ArticleTable
from index.copies import Copies
from index.embedder import Vectors
from index.errors import LibraryError
from index.types import Article, Filter, Hit, Passage
from index.vectors import VectorShelf
from index.words import WordShelf

# On Windows a file that is open cannot be taken away anyhow.
if sys.platform != "win32":
    import fcntl

FORMAT = 1
MANIFEST = "manifest.json"
ARTICLES = "articles.sqlite"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What made a library. `passage_size` and `passage_overlap` are in the embedder's tokens.

    `recall` has the languages whose vectors are so many that the search is approximate, and what share of the exact ten
    nearest it finds, measured when it was made.
    """

    embedder: str
    dimension: int
    passage_size: int
    passage_overlap: int
    snapshot: int = 0
    articles: int = 0
    passages: int = 0
    format: int = FORMAT
    recall: Mapping[str, float] = field(default_factory=dict)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of the library at `folder`, None where there is no library.

    Raises `LibraryError` for a damaged manifest or one of another format.
    """
    try:
        fields = json.loads((folder / MANIFEST).read_text("utf-8"))
        if fields.get("format") != FORMAT:
            raise LibraryError(
                f"{folder} is a library of format {fields.get('format')}, this quotedesk reads format {FORMAT}; "
                "index the articles into a new folder"
            )
        return Manifest(**fields)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise LibraryError(f"{folder / MANIFEST} is damaged ({error}); index the articles into a new folder") from error


def snapshot_folder(folder: Path, number: int) -> Path:
    """Where snapshot `number` of the library at `folder` lies."""
    return folder / f"snapshot-{number}"


def vectors_file(snapshot: Path, language: str) -> Path:
    """Where the vectors of that language's passages lie."""
    return snapshot / f"vectors-{language}.faiss"


def words_folder(snapshot: Path, language: str) -> Path:
    """Where the words of that language's passages lie."""
    return snapshot / f"words-{language}"


def hold(snapshot: Path, *, alone: bool = False) -> int | None:
    """A shared hold on a snapshot's folder, to be closed by `os.close`; None where the system has no such thing.

    With `alone` nobody else may hold it. Raises `OSError` where the folder is gone, `BlockingIOError` with `alone` when
    somebody holds it. The hold ends with the process, however that ends.
    """
    if sys.platform == "win32":
        return None
    number = os.open(snapshot, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)
    except OSError:
        os.close(number)
        raise
    return number


class Library:
    """One snapshot, open for reading. It stays whole while a newer one is being made. Safe to share between threads."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        here = snapshot_folder(folder, manifest.snapshot)
        self.folder = folder
        self.address = str(folder)
        self.manifest = manifest
        try:
            held = hold(here)
        except OSError:
            held = None  # the folder is gone, or lies on a disk that knows no locks
        if held is not None:
            weakref.finalize(self, os.close, held)
        if not (here / ARTICLES).is_file():
            raise LibraryError(f"{here} is missing its articles; index the articles into a new folder")
        self.table = ArticleTable(here / ARTICLES)
        # A snapshot never changes, and every question asks for them.
        self._languages = self.table.languages()
        self.vectors = {name: VectorShelf.open(vectors_file(here, name)) for name in self._languages}
        self.words = {name: WordShelf.open(words_folder(here, name)) for name in self._languages}
        self.copies = Copies.open(here)

    @classmethod
    def open(cls, folder: Path | str) -> "Library":
        """The newest snapshot. Raises `LibraryError` when there is no library at `folder`, or when it is damaged."""
        folder = Path(folder)
        manifest = read_manifest(folder)
        while manifest is not None:
            try:
                return cls(folder, manifest)
            except LibraryError:
                # A newer one may have taken over between reading the manifest and holding the snapshot it names.
                newer = read_manifest(folder)
                if newer == manifest:
                    raise
                manifest = newer
        raise LibraryError(
            f"there is no library at {folder}; make one with `quotedesk index PATH... --library {folder}`"
        )

    @property
    def is_measured(self) -> bool:
        """Whether its searches by vectors are exact, or what they miss stands in the manifest."""
        return True

    def is_current(self) -> bool:
        """Whether no newer snapshot has taken over. Raises `LibraryError` for a damaged manifest."""
        return read_manifest(self.folder) == self.manifest

    def size(self) -> int:
        """Number of articles."""
        return self.manifest.articles

    def article(self, article_id: str) -> Article:
        """The article of that id. Raises `LibraryError` if there is none."""
        return self.table.article(article_id)

    def languages(self) -> dict[str, int]:
        """Language to number of articles, most first."""
        return dict(self._languages)

    def date_range(self) -> tuple[date, date] | None:
        """The earliest and the latest date of publication, if any article has one."""
        return self.table.date_range()

    def rows_admitted(self, where: Filter) -> NDArray[np.int64] | None:
        """The rows of the passages that `where` admits, None for every row.

        Of copies one is searched: what an earlier admitted one holds too is left out.
        """
        if where.is_open:
            return None
        admitted = self.table.articles_admitted(where) if self.copies.echoes else frozenset()
        rows = self.table.rows_admitted(where)
        return np.asarray([row for row in rows if admitted.isdisjoint(self.copies.echoes.get(row, ()))], np.int64)

    def copies_of(self, article_id: str, where: Filter = Filter()) -> list[Article]:
        """The copies of an article that `where` admits, earliest published first, the article itself left out."""
        others = frozenset(self.copies.cluster(article_id)) - {article_id}
        if not others:
            return []
        admitted = others if where.is_open else others & self.table.articles_admitted(where)
        return [self.article(one) for one in self.copies.cluster(article_id) if one in admitted]

    def search_vectors(self, question: Vectors, language: str, k: int, only: NDArray[np.int64] | None) -> list[Hit]:
        """The `k` passages of that language nearest to `question`, shape (dimension,); scores are cosines."""
        return self._hits(self._once(lambda n: self.vectors[language].search(question, n, only), k, only), "vectors")

    def search_words(self, tokens: Sequence[str], language: str, k: int, only: NDArray[np.int64] | None) -> list[Hit]:
        """The `k` passages of that language that share most with `tokens`; scores are BM25."""
        return self._hits(self._once(lambda n: self.words[language].search(tokens, n, only), k, only), "words")

    def cosines(self, question: Vectors, passages: Sequence[Passage]) -> dict[Passage, float]:
        """The cosine of each passage with `question`, shape (dimension,)."""
        return {one: float(self.vectors[one.language].vector(one.row) @ question) for one in passages}

    def passages_holding(self, tokens: Sequence[str], language: str) -> dict[str, int]:
        """How many passages of that language hold each of `tokens`."""
        return {token: self.words[language].holding(token) for token in tokens}

    def passages_in(self, language: str) -> int:
        """How many passages that language has."""
        return len(self.words[language].rows())

    def _once(
        self, search: Callable[[int], list[tuple[int, float]]], k: int, only: NDArray[np.int64] | None
    ) -> list[tuple[int, float]]:
        """The `k` best that `search` finds, less what an earlier copy holds; `only` has left that out already."""
        wanted = k
        while True:
            found = search(wanted)
            kept = found if only is not None else [one for one in found if one[0] not in self.copies.echoes]
            if len(kept) >= k or len(found) < wanted:
                return kept[:k]
            wanted *= 2

    def _hits(self, found: list[tuple[int, float]], found_by: str) -> list[Hit]:
        passages = self.table.passages([row for row, _ in found])
        return [Hit(passages[row], score, found_by) for row, score in found]
