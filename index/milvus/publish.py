"""Writing a new snapshot of a library in Milvus: what changed is added to what is there, checked, then an alias moves.

Whatever happens on the way, readers see the old snapshot or the new one, whole: rows of a snapshot that was never
published are of no reader, and the next run takes them away.
"""

import random
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from time import time
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from index.article_writer import ArticleWriter
from index.articles import ArticleTable
from index.copies import Copies, find_copies
from index.embedder import Embedder, Vectors
from index.embedding import KEPT, PassageVectors, passage_vectors
from index.errors import LibraryError
from index.library import ARTICLES, Manifest, snapshot_folder
from index.milvus.articles import article_rows, day_number
from index.milvus.copy import COLUMNS_KEPT, STORED, note_head, probe_in
from index.milvus.head import Head, LanguageFacts
from index.milvus.library import MilvusLibrary
from index.milvus.store import LONGEST, MilvusStore, Row, in_batches, quoted
from index.milvus.turn import Turn
from index.milvus.words import word_rows
from index.progress import Progress
from index.snapshot import drop_older, take_over
from index.tokens import tokens
from index.types import Passage

# How long a reader may go on with a snapshot that has been replaced: far longer than a question takes.
GRACE_SECONDS = 600.0
# A turn's collection that is a day old belongs to a process that was killed.
_LEFTOVER_SECONDS = 86_400.0
# The words of a language are written anew when more than this share of its passages, and this many, have gone since, or
# when so many runs have each added blocks.
_GONE_SHARE, _GONE_LEAST, _RUNS_MOST = 0.05, 100, 100
_READ_AT_ONCE = 1_000
_SAMPLE = 16
# Two roundings of one product in float32, here and in Milvus.
_ROUNDING = 1e-3
_DATED = re.compile(r"_(?P<of>at|turn)_(?P<at>\d+)_[0-9a-f]+")
# What tells an article's row from an older one; its version is a hash of its text.
_COMPARED = [column for column in COLUMNS_KEPT.split(", ") if column != "text"]
_GONE_PASSAGES = """
SELECT p.language, p.row, substr(a.text, p.start + 1, p.end - p.start)
FROM old.passages p JOIN old.articles a ON a.id = p.article WHERE p.row NOT IN (SELECT row FROM main.passages)
"""


class Overtaken(Exception):
    """Another process has published since this one began; what it began with is not the newest snapshot any more."""


class StoredShelf:
    """The vectors of one language's passages in Milvus."""

    def __init__(self, store: MilvusStore, rows: NDArray[np.int64]) -> None:
        self._store = store
        self._rows = rows

    def rows(self) -> NDArray[np.int64]:
        """The passage numbers, in order."""
        return self._rows

    def vectors(self, rows: Sequence[int] | NDArray[np.int64]) -> Vectors:
        """The vectors of those passages, float32, shape (len(rows), dimension)."""
        return self._store.vectors([int(row) for row in rows])


@dataclass(frozen=True, slots=True)
class StoredVectors:
    """A copy's articles, and their vectors in Milvus."""

    folder: Path
    manifest: Manifest
    vectors: Mapping[str, StoredShelf]


@dataclass(frozen=True, slots=True)
class _Change:
    """What a run changed: ids of articles to put in, numbers of those that have gone, rows of passages by language."""

    put: list[str]
    gone_articles: list[int]
    new_rows: dict[str, NDArray[np.int64]]
    gone_rows: dict[str, dict[int, str]]


@dataclass(frozen=True, slots=True)
class Run:
    """A run of indexing, and the snapshot that it began with: its collection and head, None where there was none."""

    store: MilvusStore
    turn: Turn
    collection: str | None
    head: Head | None

    @classmethod
    def begin(cls, store: MilvusStore, turn: Turn) -> "Run":
        """A run that begins with the current snapshot."""
        collection = store.alias(store.address.name)
        return cls(store, turn, collection, Head.read(store, collection) if collection else None)

    def publish(
        self,
        folder: Path,
        manifest: Manifest,
        writer: ArticleWriter,
        embedder: Embedder | None,
        progress: Progress,
    ) -> Copies:
        """Embed what is new, wait for our turn, write what changed, and let it take over. Gives the copies.

        `folder` is this machine's copy. Raises `Overtaken` where another process has published meanwhile; the turn is
        ours then, and what was embedded is kept.
        """
        writer.commit()
        older, newer = (snapshot_folder(folder, manifest.snapshot + step) for step in (0, 1))
        with passage_vectors(folder, manifest, self._stored(folder, manifest)) as vectors:
            if embedder:
                vectors.embed_missing(embedder, progress)
            table = ArticleTable(newer / ARTICLES)
            copies = find_copies(table, newer, older, progress)
            copies.save(newer)
            self.turn.take()
            if self.store.alias(self.store.address.name) != self.collection:
                raise Overtaken
            head = _Writing(self.store, self.turn, self.head, manifest, table, vectors).write(newer, older, copies)
        self._switch(head)
        take_over(folder, head.manifest)
        drop_older(folder, head.manifest)
        (folder / KEPT).unlink(missing_ok=True)
        return copies

    def _stored(self, folder: Path, manifest: Manifest) -> StoredVectors | None:
        if self.head is None:
            return None
        table = ArticleTable(snapshot_folder(folder, manifest.snapshot) / ARTICLES)
        shelves = {name: StoredShelf(self.store, table.rows_in(name)) for name in table.languages()}
        return StoredVectors(folder, manifest, shelves)

    def _switch(self, head: Head) -> None:
        """Write the head, look at the snapshot as a reader would, and name it the current one in one step."""
        name = self.store.address.name
        collection = f"{name}_at_{int(time())}_{uuid4().hex[:8]}"
        self.store.make_collection(collection, "part", (), {"body": LONGEST})
        for _ in self.store.insert(collection, head.rows()):
            self.turn.beat()
        _check(MilvusLibrary(self.store, collection))
        self.turn.check()
        self.store.call("alter_alias" if self.collection else "create_alias", collection, name)


@dataclass(frozen=True, slots=True)
class _Writing:
    """The rows of a new snapshot on their way; `head` is that of the snapshot before it."""

    store: MilvusStore
    turn: Turn
    head: Head | None
    manifest: Manifest
    table: ArticleTable
    vectors: PassageVectors

    def write(self, newer: Path, older: Path, copies: Copies) -> Head:
        """Write what differs between two copies; gives the head of the new snapshot."""
        now = time()
        if self.head is None:
            self.store.make(self.manifest.dimension)
        else:
            _sweep(self.store, self.head, now)
        old = self.head or Head(uuid4().hex, self.manifest)
        with closing(sqlite3.connect((newer / ARTICLES).resolve().as_uri(), uri=True)) as database, database:
            change = _changes(database, older / ARTICLES, self.table)
            last_article = self._write_articles(database, change.put, old.last_article)
            probe = probe_in(database)
        gone = _gone(old, change, now)
        languages, last_word = {}, old.last_word
        for name in self.table.languages():
            self._write_passages(name, change.new_rows[name])
            languages[name], last_word = self._write_words(name, old, change, gone.get(name, {}), last_word)
        if (dates := self.table.date_range()) is not None:
            first, last = dates
        articles, passages = self.table.counts()
        went = {number: when for number, when in old.gone_articles.items() if now - when < GRACE_SECONDS}
        head = Head(
            library=old.library,
            manifest=replace(self.manifest, snapshot=self._born, articles=articles, passages=passages),
            languages=languages,
            dates=(first.isoformat(), last.isoformat()) if dates else None,
            copies=copies,
            gone_rows={name: _kept_gone(rows, languages.get(name), self._born) for name, rows in gone.items()},
            gone_articles=went | dict.fromkeys(change.gone_articles, now),
            last_row=max([old.last_row, *(int(rows[-1]) for rows in change.new_rows.values() if len(rows))]),
            last_article=last_article,
            last_word=last_word,
            probe=probe,
        )
        with closing(sqlite3.connect(newer / ARTICLES)) as database, database:
            note_head(database, head)
        return head

    @property
    def _born(self) -> int:
        return self.manifest.snapshot + 1

    def _insert(self, stage: str, collection: str, rows: Iterator[Row], total: int | None = None) -> int:
        done = 0
        for written in self.store.insert(collection, rows):
            done += written
            self.turn.progress(stage, done, total)
        return done

    def _write_articles(self, database: sqlite3.Connection, ids: Sequence[str], last: int) -> int:
        """Write articles under new numbers, which the copy notes; gives the last number."""
        numbered = list(enumerate(ids, last + 1))

        def rows() -> Iterator[Row]:
            for number, id_ in numbered:
                columns = database.execute(f"SELECT {COLUMNS_KEPT} FROM main.articles WHERE id = ?", (id_,)).fetchone()
                yield from article_rows(columns, number, self._born)

        self._insert("articles", self.store.articles, rows())
        database.executemany("INSERT INTO stored VALUES (?, ?)", numbered)
        return last + len(numbered)

    def _write_passages(self, language: str, rows: NDArray[np.int64]) -> None:
        """Write new passages with their vectors."""

        def made() -> Iterator[Row]:
            left = iter(rows.tolist())
            for vectors in self.vectors.in_order(language, rows):
                some = list(islice(left, len(vectors)))
                passages = self.table.passages(some)
                days = self.table.days({passage.article for passage in passages.values()})
                for row, vector in zip(some, vectors, strict=True):
                    passage = passages[row]
                    facts = {"row": row, "article": passage.article, "language": language, "vector": vector}
                    spans = {"start": passage.span.start, "end": passage.span.end}
                    yield facts | spans | {"published": day_number(days[passage.article]), "born": self._born}

        self._insert("passages", self.store.passages, made(), len(rows))

    def _write_words(
        self, language: str, old: Head, change: _Change, gone: Mapping[int, float], last_word: int
    ) -> tuple[LanguageFacts, int]:
        """Write the words of new passages, or all of the language anew; gives its facts and the last key."""
        passages = len(self.table.rows_in(language))
        before = old.languages.get(language)
        too_many = len(gone) > max(_GONE_LEAST, _GONE_SHARE * passages)
        if before is None or too_many or before.words_runs >= _RUNS_MOST:
            found: Iterator[Passage] = self.table.passages_in(language)
            total, since, runs, at = 0, self._born, 0, time()
        else:
            new_rows = change.new_rows[language]
            found = self._passages(new_rows)
            lost = sum(len(tokens(text)) for text in change.gone_rows.get(language, {}).values())
            total, since, at = before.tokens - lost, before.words_since, before.words_at
            runs = before.words_runs + bool(len(new_rows))
        counted = 0

        def tokenised() -> Iterator[tuple[int, list[str]]]:
            nonlocal counted
            for passage in found:
                made = tokens(passage.text)
                counted += len(made)
                yield passage.row, made

        rows = word_rows(tokenised(), language, self._born, last_word + 1)
        written = self._insert("words", self.store.words, rows)
        articles = self.table.languages()[language]
        return LanguageFacts(articles, passages, total + counted, since, at, runs), last_word + written

    def _passages(self, rows: NDArray[np.int64]) -> Iterator[Passage]:
        for some in in_batches(rows.tolist(), _READ_AT_ONCE):
            passages = self.table.passages(some)
            yield from (passages[row] for row in some)


def _changes(database: sqlite3.Connection, older: Path, table: ArticleTable) -> _Change:
    """How the copy differs from the one before it. Forgets the numbers of articles that have gone or changed."""
    database.execute(STORED)
    if not older.exists():
        ids = [id_ for (id_,) in database.execute("SELECT id FROM main.articles ORDER BY id")]
        return _Change(ids, [], {name: table.rows_in(name) for name in table.languages()}, {})
    database.execute("ATTACH ? AS old", (f"{older.resolve().as_uri()}?mode=ro&immutable=1",))
    ours, theirs = (", ".join(f"{table}.{column}" for column in _COMPARED) for table in ("n", "o"))
    put = database.execute(
        "SELECT n.id FROM main.articles n LEFT JOIN old.articles o ON o.id = n.id "
        f"WHERE o.id IS NULL OR ({ours}) IS NOT ({theirs}) ORDER BY n.id"
    )
    ids = [id_ for (id_,) in put]
    database.execute("CREATE TEMP TABLE put (id TEXT PRIMARY KEY)")
    database.executemany("INSERT INTO put VALUES (?)", ((id_,) for id_ in ids))
    stale = "id IN (SELECT id FROM put) OR id NOT IN (SELECT id FROM main.articles)"
    numbers = [number for (number,) in database.execute(f"SELECT number FROM stored WHERE {stale}")]
    database.execute(f"DELETE FROM stored WHERE {stale}")
    gone: dict[str, dict[int, str]] = {}
    for language, row, text in database.execute(_GONE_PASSAGES):
        gone.setdefault(language, {})[row] = text
    known = {row for (row,) in database.execute("SELECT row FROM old.passages")}
    new = {
        name: np.array([row for row in table.rows_in(name) if row not in known], np.int64) for name in table.languages()
    }
    return _Change(ids, numbers, new, gone)


def _gone(old: Head, change: _Change, now: float) -> dict[str, dict[int, float]]:
    """Every passage that has gone but may still be met, with the time when it went; 0 once it is deleted."""
    earlier = {
        name: {row: went if now - went < GRACE_SECONDS else 0.0 for row, went in rows.items()}
        for name, rows in old.gone_rows.items()
    }
    names = {*earlier, *change.gone_rows}
    return {name: earlier.get(name, {}) | dict.fromkeys(change.gone_rows.get(name, ()), now) for name in names}


def _kept_gone(rows: Mapping[int, float], facts: LanguageFacts | None, born: int) -> dict[int, float]:
    """Less those that are deleted, where the words have now been written anew without them."""
    anew = facts is None or facts.words_since == born
    return {row: went for row, went in rows.items() if went or not anew}


def _sweep(store: MilvusStore, head: Head, now: float) -> None:
    """Take away what a run left that was killed, and what has been gone for long enough."""
    unpublished = f"born > {head.manifest.snapshot}"
    for collection, key in ((store.passages, "row"), (store.articles, "key"), (store.words, "key")):
        store.delete(collection, key, [row[key] for row in store.scan(collection, unpublished, [key])])
    gone = [row for rows in head.gone_rows.values() for row, went in rows.items() if 0 < went < now - GRACE_SECONDS]
    store.delete(store.passages, "row", gone)
    numbers = [number for number, went in head.gone_articles.items() if went < now - GRACE_SECONDS]
    parts = store.rows_in(store.articles, "number", numbers, ["key"])
    store.delete(store.articles, "key", [row["key"] for row in parts])
    for name, facts in head.languages.items():
        if facts.words_at < now - GRACE_SECONDS:
            older = f"language == {quoted(name)} and born < {facts.words_since}"
            store.delete(store.words, "key", [row["key"] for row in store.scan(store.words, older, ["key"])])
    current = store.alias(store.address.name)
    for collection in store.call("list_collections"):
        if collection != current and _is_old(collection.removeprefix(store.address.name), now):
            store.call("drop_collection", collection)


def _is_old(name: str, now: float) -> bool:
    """Whether a collection is a head that was replaced long ago, or the place of a process that was killed."""
    found = _DATED.fullmatch(name)
    return found is not None and now - int(found["at"]) > (GRACE_SECONDS if found["of"] == "at" else _LEFTOVER_SECONDS)


def _check(library: MilvusLibrary) -> None:
    """Raises `LibraryError` when the snapshot does not hold what its head says, or does not give it back."""
    store, head = library.store, library.head
    born = f"born <= {head.manifest.snapshot}"
    there = sum(went > 0 for rows in head.gone_rows.values() for went in rows.values())
    _hold(store.count(store.passages, born) - there == head.manifest.passages, "other passages")
    articles = store.count(store.articles, f"part == 0 and {born}") - len(head.gone_articles)
    _hold(articles == head.manifest.articles, "other articles")
    for language in head.languages:
        condition = f"language == {quoted(language)} and {born}"
        rows = [hit.passage.row for hit in library.search_vectors(_any_vector(head), language, 4 * _SAMPLE, None)]
        sample = random.Random(0).sample(rows, min(_SAMPLE, len(rows)))  # noqa: S311 (nothing secret)
        passages = list(library.table.passages(sample).values())
        for passage, vector in zip(passages, store.vectors([one.row for one in passages]), strict=True):
            nearest = store.nearest(vector, 2, condition)
            is_found = bool(nearest) and nearest[0][1] >= float(vector @ vector) - _ROUNDING
            _hold(is_found, f"no way to find {passage.article!r} by its vector")
            _check_passage(library, passage)


def _check_passage(library: MilvusLibrary, passage: Passage) -> None:
    article = library.article(passage.article)
    intact = sha256(article.text.encode()).hexdigest().startswith(article.version)
    _hold(intact and passage.span.of(article.text) == passage.text, f"another text in {article.id!r}")
    held = library.words.postings(tokens(passage.text), passage.language)
    _hold(all(passage.row in one.rows for one in held.values()), f"no way to find {article.id!r} by its words")


def _any_vector(head: Head) -> Vectors:
    return np.full(head.manifest.dimension, head.manifest.dimension**-0.5, np.float32)


def _hold(holds: bool, what: str) -> None:
    if not holds:
        raise LibraryError(
            f"the new snapshot was written with {what}, so the library is left as it was; index again, and report this "
            "if it happens again"
        )
