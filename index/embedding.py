"""A vector for every passage of a new snapshot: the old one's, an interrupted run's, and only the rest is embedded.

A vector is known by the content of its passage, which is the text it was made of (`article_writer.content_hash`), so it
serves wherever that text stands. Those of finished batches are kept beside the snapshots until one of these holds them.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.embedder import Embedder, Vectors, in_context
from index.errors import LibraryError
from index.library import ARTICLES, Manifest, snapshot_folder
from index.progress import Progress

KEPT = "embedded.sqlite"
_AT_ONCE = 128
# Vectors that are in memory at a time while a file of them is written: 6 MB of 384 numbers.
_WRITTEN_AT_ONCE = 4096
# An embedder that is itself again gives 1, in another arithmetic (bfloat16, int8) over .98, another model far less.
_SAME_EMBEDDER = 0.97
_PROBE = "Is this the embedder that made these vectors? 这些向量是它做的吗？"

_TABLES = """
CREATE TABLE IF NOT EXISTS kept.embedder (name TEXT NOT NULL, probe BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS kept.vectors (content BLOB PRIMARY KEY, vector BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TEMP TABLE missing (row INTEGER PRIMARY KEY, content BLOB NOT NULL);
"""
_OLD = "SELECT row, language, content FROM old.passages"
# A first run has no old snapshot, and one made before contents were noted gives its vectors by their rows alone.
_NO_OLD = "SELECT NULL AS row, NULL AS language, NULL AS content WHERE 0"
_FIND_MISSING = """
INSERT INTO missing SELECT min(p.row), p.content FROM main.passages p
WHERE p.row > ? AND NOT EXISTS (SELECT 1 FROM old_passages o WHERE o.content = p.content)
AND NOT EXISTS (SELECT 1 FROM kept.vectors v WHERE v.content = p.content) GROUP BY p.content
"""
_MISSING_TEXTS = """
SELECT m.row, m.content, a.title, substr(a.text, p.start + 1, p.end - p.start)
FROM missing m JOIN main.passages p ON p.row = m.row JOIN main.articles a ON a.id = p.article
WHERE m.row > ? ORDER BY m.row LIMIT ?
"""
_NEW_VECTORS = """
SELECT v.vector,
    (SELECT o.row FROM old_passages o WHERE o.content = p.content ORDER BY o.row LIMIT 1),
    (SELECT o.language FROM old_passages o WHERE o.content = p.content ORDER BY o.row LIMIT 1)
FROM main.passages p LEFT JOIN kept.vectors v ON v.content = p.content
WHERE p.language = ? AND p.row > ? ORDER BY p.row
"""


class OldShelf(Protocol):
    """The vectors of one language's passages; `index.vectors.VectorShelf` has them."""

    def rows(self) -> NDArray[np.int64]:
        """The passage numbers, in order."""

    def vectors(self, rows: Sequence[int] | NDArray[np.int64]) -> Vectors:
        """The vectors of those passages, float32, shape (len(rows), dimension)."""


class OldVectors(Protocol):
    """The library as it is: its articles lie in its folder; `index.library.Library` is one."""

    @property
    def folder(self) -> Path:
        """Where its articles lie."""

    @property
    def manifest(self) -> Manifest:
        """Which snapshot it is."""

    @property
    def vectors(self) -> Mapping[str, OldShelf]:
        """Language to its vectors."""


class PassageVectors:
    """The vectors of a snapshot that is being made. For one thread."""

    def __init__(self, database: sqlite3.Connection, old: OldVectors | None, dimension: int) -> None:
        self.dimension = dimension
        self._database = database
        self._old = old
        rows = [shelf.rows() for shelf in old.vectors.values()] if old else []
        # Numbers of passages are never used twice: up to this one a passage is the same as in the old snapshot.
        self._last_old = max((int(some[-1]) for some in rows if len(some)), default=0)

    def embed_missing(self, embedder: Embedder, progress: Progress) -> None:
        """Embed what neither the old snapshot nor an interrupted run has, each text once, and keep it batch by batch.

        Raises `LibraryError` when the embedder's vectors are not like those of the library.
        """
        if self._value("SELECT EXISTS (SELECT 1 FROM kept.vectors)"):
            self._forget_another_embedders(embedder)
        self._database.execute(_FIND_MISSING, (self._last_old,))
        # Nobody else could write to the articles while this is under way.
        self._database.commit()
        total, done, last = self._value("SELECT count(*) FROM missing"), 0, 0
        if total:
            self._recognise(embedder)
        while batch := self._database.execute(_MISSING_TEXTS, (last, _AT_ONCE)).fetchall():
            vectors = embedder.embed_passages([in_context(title, text) for _, _, title, text in batch])
            self._keep([content for _, content, _, _ in batch], vectors)
            done, last = done + len(batch), batch[-1][0]
            progress("embedding", done, total)

    def in_order(self, language: str, rows: NDArray[np.int64]) -> Iterator[Vectors]:
        """The vectors of `rows`, a batch at a time: all that language's passages in order, or all that are new."""
        shelf = self._old.vectors.get(language) if self._old else None
        if shelf:
            before = rows[: np.searchsorted(rows, self._last_old, "right")]
            for start in range(0, len(before), _WRITTEN_AT_ONCE):
                yield shelf.vectors(before[start : start + _WRITTEN_AT_ONCE])
        found = self._database.execute(_NEW_VECTORS, (language, self._last_old))
        while batch := found.fetchmany(_WRITTEN_AT_ONCE):
            old = self._old_vectors({(language, row) for kept, row, language in batch if kept is None})
            yield np.stack(
                [old[name, row] if kept is None else np.frombuffer(kept, np.float32) for kept, row, name in batch]
            )

    def _old_vectors(self, wanted: AbstractSet[tuple[str, int]]) -> dict[tuple[str, int], Vectors]:
        found: dict[tuple[str, int], Vectors] = {}
        for name in {name for name, _ in wanted}:
            assert self._old is not None
            rows = sorted(row for language, row in wanted if language == name)
            found |= zip(((name, row) for row in rows), self._old.vectors[name].vectors(rows), strict=True)
        return found

    def _keep(self, contents: Sequence[bytes], vectors: Vectors) -> None:
        rows = zip(contents, (vector.tobytes() for vector in np.asarray(vectors, np.float32)), strict=True)
        self._database.executemany("INSERT OR REPLACE INTO kept.vectors VALUES (?, ?)", rows)
        self._database.commit()

    def _forget_another_embedders(self, embedder: Embedder) -> None:
        """Drop what an interrupted run kept, unless it was made by this embedder."""
        name, probe = self._database.execute("SELECT name, probe FROM kept.embedder").fetchone()
        if name != embedder.name or not _alike(probe, _probed(embedder)):
            self._database.execute("DELETE FROM kept.vectors")

    def _recognise(self, embedder: Embedder) -> None:
        """Compare the embedder with the one that made the library, and note which makes what is kept from here on."""
        probe = _probed(embedder)
        if len(probe) != self.dimension:
            raise LibraryError(
                f"the library holds vectors of dimension {self.dimension}, the embedder {embedder.name!r} now makes "
                f"{len(probe)}; index into a new folder"
            )
        known = self._database.execute("SELECT value FROM main.facts WHERE name = 'probe'").fetchone()
        if known and not _alike(known[0], probe):
            raise LibraryError(
                f"the embedder {embedder.name!r} gives other vectors now than when the library was made; "
                "index into a new folder, or bring the older model back"
            )
        self._database.execute("INSERT OR REPLACE INTO main.facts VALUES ('probe', ?)", (probe.tobytes(),))
        self._database.execute("DELETE FROM kept.embedder")
        self._database.execute("INSERT INTO kept.embedder VALUES (?, ?)", (embedder.name, probe.tobytes()))
        self._database.commit()

    def _value(self, query: str) -> int:
        return int(self._database.execute(query).fetchone()[0])


@contextmanager
def passage_vectors(folder: Path, manifest: Manifest, old: OldVectors | None) -> Iterator[PassageVectors]:
    """The vectors for the snapshot after `manifest`'s, whose articles are written; `old` is the library as it is."""
    file = folder / KEPT
    _drop_unless_useful(file)
    articles = snapshot_folder(folder, manifest.snapshot + 1) / ARTICLES
    try:
        with closing(sqlite3.connect(articles.resolve().as_uri(), uri=True)) as database:
            # The snapshot is settled on the disk as a whole; what is kept has to be there after each batch.
            database.execute("PRAGMA main.synchronous = OFF")
            database.execute("ATTACH ? AS kept", (str(file),))
            for statement in filter(str.strip, _TABLES.split(";")):
                database.execute(statement)
            database.execute(f"CREATE TEMP VIEW old_passages AS {_attach_old(database, old)}")
            database.commit()
            yield PassageVectors(database, old, manifest.dimension)
    finally:
        _drop_unless_useful(file)


def _attach_old(database: sqlite3.Connection, old: OldVectors | None) -> str:
    if old is None:
        return _NO_OLD
    file = snapshot_folder(old.folder, old.manifest.snapshot) / ARTICLES
    database.execute("ATTACH ? AS old", (f"{file.resolve().as_uri()}?mode=ro&immutable=1",))
    columns = {name for _, name, *_ in database.execute("PRAGMA old.table_info(passages)")}
    return _OLD if "content" in columns else _NO_OLD


def _drop_unless_useful(file: Path) -> None:
    """One without vectors is litter, and one that a power cut has torn would stand in the way of every later run."""
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file)) as database:
            whole = database.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
            useful = whole and database.execute("SELECT EXISTS (SELECT 1 FROM vectors)").fetchone()[0]
    except sqlite3.DatabaseError:
        useful = False
    if not useful:
        file.unlink(missing_ok=True)


def _probed(embedder: Embedder) -> Vectors:
    return np.asarray(embedder.embed_question(_PROBE), np.float32)


def _alike(known: bytes, probe: Vectors) -> bool:
    vector = np.frombuffer(known, np.float32)
    return vector.shape == probe.shape and float(vector @ probe) >= _SAME_EMBEDDER
