"""Writing a library: one writer at a time, a new snapshot beside the old one, checked, then in its place in one step.

Whatever happens on the way, a kill, a full disk, a power cut, the library is the old one or the new one, whole: the
manifest alone says which snapshot counts, it is replaced atomically, and only when all that it names is on the disk.
"""

import json
import os
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import LibraryError
from index.library import ARTICLES, MANIFEST, Library, Manifest, hold, read_manifest, snapshot_folder
from index.verify import verify

_LOCK = ".lock"
_WRITER = ".writer"


@contextmanager
def sole_writer(folder: Path, keep: str) -> Iterator[None]:
    """Hold the library for writing, and leave no folder behind that was made for nothing.

    A new folder without a library in it stays when it holds the file `keep`. Raises `LibraryError` when another process
    is writing, naming it, and for whatever the disk refuses.
    """
    made = False
    try:
        with suppress(FileExistsError):
            folder.mkdir(parents=True)
            made = True
        with FileLock(folder / _LOCK, timeout=0):
            try:
                (folder / _WRITER).write_text(_this_process(), "utf-8")
                yield
            finally:
                (folder / _WRITER).unlink(missing_ok=True)
                # Under the lock: of two processes that start together, the one that gives way takes nothing away.
                if made and read_manifest(folder) is None and not (folder / keep).exists():
                    shutil.rmtree(folder, ignore_errors=True)
    except Timeout as error:
        raise LibraryError(
            f"another quotedesk is writing to {folder}{_other_process(folder)}; wait until it has ended"
        ) from error
    except (OSError, sqlite3.Error) as error:
        raise LibraryError(
            f"cannot write to {folder}: {error}; the library is as it was, index again when this is mended"
        ) from error


def _this_process() -> str:
    return f"process {os.getpid()} on {socket.gethostname()}, since {datetime.now():%H:%M:%S}"


def _other_process(folder: Path) -> str:
    try:
        found = (folder / _WRITER).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    return f" ({found})" if found else ""


@contextmanager
def new_snapshot(folder: Path, manifest: Manifest) -> Iterator[Path]:
    """A folder for the next snapshot, holding a copy of the current articles; dropped unless it took over."""
    snapshot = snapshot_folder(folder, manifest.snapshot + 1)
    shutil.rmtree(snapshot, ignore_errors=True)
    current = snapshot_folder(folder, manifest.snapshot) / ARTICLES
    try:
        snapshot.mkdir()
        if current.exists():
            shutil.copyfile(current, snapshot / ARTICLES)
        yield snapshot
    finally:
        taken_over = read_manifest(folder)
        if taken_over is None or taken_over.snapshot <= manifest.snapshot:
            shutil.rmtree(snapshot, ignore_errors=True)


def publish(folder: Path, manifest: Manifest, articles: int, passages: int) -> None:
    """Check the snapshot after `manifest`'s, settle it on the disk, and make it the library's current one.

    Raises `LibraryError` when it does not hold what it should, `OSError` when the disk refuses; the old one stays then.
    """
    newer = replace(manifest, snapshot=manifest.snapshot + 1, articles=articles, passages=passages)
    verify(Library(folder, newer))
    _settle(snapshot_folder(folder, newer.snapshot))
    take_over(folder, newer)
    drop_older(folder, newer)


def take_over(folder: Path, manifest: Manifest) -> None:
    """Make `manifest` the library's current one, in one step that is on the disk when this returns."""
    facts = asdict(manifest)
    if not manifest.recall:
        # What an older quotedesk does not know is not told where it needs no telling: it goes on reading the library.
        del facts["recall"]
    write_whole(folder / MANIFEST, json.dumps(facts, indent=2) + "\n")


def write_whole(file: Path, text: str) -> None:
    """Write a small file so that it is never seen half: beside, settled on the disk, then in its place."""
    beside = file.with_name(f"{file.name}.new")
    beside.write_text(text, "utf-8")
    _sync(beside)
    beside.replace(file)
    _sync(file.parent)


def drop_older(folder: Path, manifest: Manifest) -> None:
    """Take away every snapshot but `manifest`'s that nobody holds; the others go at the end of a later run."""
    for stale in set(folder.glob("snapshot-*")) - {snapshot_folder(folder, manifest.snapshot)}:
        with suppress(OSError):
            held = hold(stale, alone=True)
            shutil.rmtree(stale, ignore_errors=True)
            if held is not None:
                os.close(held)


def _settle(snapshot: Path) -> None:
    for path in sorted(snapshot.rglob("*")):
        _sync(path)
    _sync(snapshot)
    _sync(snapshot.parent)


def _sync(path: Path) -> None:
    # Windows opens no folder, and has no need to: its file system writes names as it changes them.
    if os.name == "nt" and path.is_dir():
        return
    number = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(number)
    finally:
        os.close(number)
