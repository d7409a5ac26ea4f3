"""Libraries by their addresses: the one place that tells a folder from Milvus."""

from collections.abc import Sequence
from pathlib import Path

from index import update
from index.any_library import AnyLibrary
from index.embedder import Embedder
from index.intake import IndexReport
from index.last_run import LastRun
from index.last_run import last_run as last_run_in
from index.library import Library, Manifest, read_manifest
from index.milvus import update as milvus_update
from index.milvus.address import milvus_address
from index.milvus.copy import newest_copy
from index.milvus.library import MilvusLibrary
from index.progress import Progress, no_progress


def open_library(where: Path | str) -> AnyLibrary:
    """The newest snapshot of the library at a folder or a `milvus://` address.

    Raises `LibraryError` when there is none, when it is damaged, or when Milvus cannot be had.
    """
    address = milvus_address(str(where))
    return Library.open(where) if address is None else MilvusLibrary.open(address)


def manifest_of(where: Path | str) -> Manifest | None:
    """The manifest of the library at `where`, None where there is no library. Raises `LibraryError`."""
    address = milvus_address(str(where))
    return read_manifest(Path(where)) if address is None else milvus_update.read_manifest(address)


def index_paths(
    where: Path | str,
    paths: Sequence[Path],
    embedder: Embedder,
    progress: Progress = no_progress,
    *,
    prune: bool = False,
) -> IndexReport:
    """Add or update the articles in `paths` in the library at `where`; see `index.update.index_paths`."""
    address = milvus_address(str(where))
    if address is None:
        return update.index_paths(Path(where), paths, embedder, progress, prune=prune)
    return milvus_update.index_paths(address, paths, embedder, progress, prune=prune)


def remove_articles(where: Path | str, article_ids: Sequence[str], embedder: Embedder) -> None:
    """Take articles out of the library at `where`; see `index.update.remove_articles`."""
    address = milvus_address(str(where))
    if address is None:
        update.remove_articles(Path(where), article_ids, embedder)
    else:
        milvus_update.remove_articles(address, article_ids, embedder)


def folder_of(where: Path | str) -> Path:
    """Where the library at `where` lies, or where on this machine what belongs to it is kept beside."""
    address = milvus_address(str(where))
    return Path(where) if address is None else address.data


def last_run(where: Path | str) -> LastRun | None:
    """What the last run noted; of a library in Milvus, the last run on this machine. Raises `LibraryError`."""
    address = milvus_address(str(where))
    folder = Path(where) if address is None else newest_copy(address)
    return last_run_in(folder) if folder else None
