"""Putting articles into a library in Milvus and taking them out: as in a folder, over this machine's copy of them.

Any number of processes, on any machines, may feed one library: each reads and embeds by itself, and publishes in turn.
One that finds the library newer than what it began with brings its copy up to date and goes over its articles again,
with the vectors that it has made by then.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from index import update
from index.article import to_article
from index.embedder import Embedder
from index.errors import LibraryError
from index.intake import IndexReport
from index.library import Manifest
from index.milvus.address import MilvusAddress
from index.milvus.copy import bring_up_to_date, own_copy
from index.milvus.head import Head
from index.milvus.publish import Overtaken, Run
from index.milvus.store import MilvusStore
from index.milvus.turn import Turn
from index.progress import Progress, no_progress
from index.types import Article, Draft
from index.update import Publish

Made = TypeVar("Made")


def read_manifest(address: MilvusAddress) -> Manifest | None:
    """The manifest of the library at `address`, None where there is none. Raises `LibraryError`."""
    if address.is_file and not Path(address.uri).exists():
        return None
    store = MilvusStore(address)
    collection = store.alias(address.name)
    return Head.read(store, collection).manifest if collection else None


def index_paths(  # noqa: PLR0913 - as in a folder
    address: MilvusAddress,
    paths: Sequence[Path],
    embedder: Embedder,
    progress: Progress = no_progress,
    article_of: Callable[[Draft], Article] = to_article,
    *,
    prune: bool = False,
) -> IndexReport:
    """Add or update the articles in `paths` in the library at `address`, made if it isn't there.

    Takes and raises what `index.update.index_paths` does.
    """

    def once(folder: Path, publish: Publish, told: Progress) -> IndexReport:
        return update.index_paths(folder, paths, embedder, told, article_of, prune=prune, publish=publish)

    return _run(address, embedder, progress, once)


def remove_articles(address: MilvusAddress, article_ids: Sequence[str], embedder: Embedder) -> None:
    """Take articles out of the library at `address`. Takes and raises what `index.update.remove_articles` does."""
    if read_manifest(address) is None:
        raise LibraryError(f"there is no library at {address}; make one with `quotedesk index PATH...`")

    def once(folder: Path, publish: Publish, _told: Progress) -> None:
        update.take_out(folder, article_ids, embedder, publish)

    _run(address, embedder, no_progress, once)


def _run(
    address: MilvusAddress, embedder: Embedder, progress: Progress, once: Callable[[Path, Publish, Progress], Made]
) -> Made:
    store = MilvusStore(address)
    with own_copy(address) as folder, Turn(store, progress) as turn:
        while True:
            run = Run.begin(store, turn)
            if run.head and run.head.manifest.embedder != embedder.name:
                raise LibraryError(
                    f"{address} was made with the embedder {run.head.manifest.embedder!r}, not {embedder.name!r}; "
                    f"use --embedder {run.head.manifest.embedder} or index into a new name"
                )
            bring_up_to_date(folder, store, run.head)
            try:
                return once(folder, run.publish, turn.progress)
            except Overtaken:
                # The turn is ours now, so that nobody can be faster again.
                continue
