"""Folders of the user's cache that appear whole or not at all; it knows nothing of what is in them."""

import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

_BESIDE = ".unpacking-"
# Writing takes seconds, so what lies beside for an hour belongs to a process that was killed.
_LEFTOVER_SECONDS = 3600


def make_whole(folder: Path, write: Callable[[Path], None]) -> None:
    """Have `write` make a folder beside, and rename it to `folder`; any number of processes may do so at once.

    Raises OSError where it can't be written, and what `write` raises; nothing is left then.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(folder.parent)
    with TemporaryDirectory(prefix=_BESIDE, dir=folder.parent) as beside:
        fresh = Path(beside) / folder.name
        write(fresh)
        _flush(fresh)
        try:
            fresh.rename(folder)
        except OSError:
            # Another process was first; its folder is as good as ours.
            if not folder.is_dir():
                raise


def _remove_leftovers(cache: Path) -> None:
    for beside in cache.glob(f"{_BESIDE}*"):
        with suppress(FileNotFoundError):
            if time.time() - beside.stat().st_mtime > _LEFTOVER_SECONDS:
                shutil.rmtree(beside, ignore_errors=True)


def _flush(folder: Path) -> None:
    # Without this a power cut after the rename may leave a whole folder of empty files.
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("rb+") as opened:
                os.fsync(opened.fileno())
