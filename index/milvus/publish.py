"""Writing a new snapshot of a library in Milvus: what changed is added to what is there, checked, then an alias moves.

Whatever happens on the way, readers see the old snapshot or the new one, whole: rows of a snapshot that was never
published are of no reader, and the next run takes them away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import time
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from index.article_writer import ArticleWriter
from index.articles import ArticleTable
from index.copies import Copies, find_copies
from index.embedder import Embedder, Vectors
from index.embedding import KEPT, passage_vectors
from index.library import ARTICLES, Manifest, snapshot_folder
from index.milvus.head import Head
from index.milvus.library import MilvusLibrary
from index.milvus.store import LONGEST, MilvusStore
from index.milvus.turn import Turn
from index.milvus.verify import check_snapshot
from index.milvus.write import Writing
from index.progress import Progress
from index.snapshot import drop_older, take_over


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
            head = Writing(self.store, self.turn, self.head, manifest, table, vectors).write(newer, older, copies)
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
        check_snapshot(MilvusLibrary(self.store, collection))
        self.turn.check()
        self.store.call("alter_alias" if self.collection else "create_alias", collection, name)
