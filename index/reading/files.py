"""Walk folders and read files into drafts, whatever their kind; what can't be read is an error that names its file."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from stat import S_ISREG

from index.errors import UnreadableFile
from index.reading.csv import read_csv
from index.reading.draft import checked, named_after, shown
from index.reading.limits import Limits
from index.reading.process import PARSED_KINDS, ReadingProcess
from index.reading.rows import read_json_rows
from index.reading.text import read_markdown, read_text
from index.types import Draft

_TEXTS = (".txt", ".md", ".markdown")
KINDS = (*_TEXTS, *PARSED_KINDS, ".csv", ".tsv", ".jsonl", ".jsonl.gz")
"""The ends of file names that are read."""
_LITTER = frozenset({"thumbs.db", "desktop.ini", "icon\r", "ehthumbs.db"})
# Every level is a call inside the last one; no archive of people is half as deep.
_DEEPEST = 200


def read_paths(paths: Sequence[Path], limits: Limits | None = None) -> Iterator[Draft | UnreadableFile]:
    """A draft for every article in `paths`, files and folders, and an error with its cure for every one that fails.

    Folders are walked in sorted order, hidden names left out. Web pages, PDF and other kinds that need a parser are
    read in a process of their own, which is stopped where one takes longer than `limits` allow. Raises
    `UnreadableFile` at once, before anything is read, when a path does not exist.
    """
    for path in paths:
        if not path.exists():
            raise UnreadableFile(f"{shown(path)} does not exist; check the path")
    return _read_all(paths, limits or Limits())


def _read_all(paths: Sequence[Path], limits: Limits) -> Iterator[Draft | UnreadableFile]:
    with closing(ReadingProcess(limits)) as process:
        for found in chain.from_iterable(map(_files, paths)):
            if isinstance(found, UnreadableFile):
                yield found
                continue
            try:
                yield from _read_file(found, limits, process)
            except UnreadableFile as error:
                yield error
            except OSError as error:
                reason = error.strerror or error
                yield UnreadableFile(f"{shown(found)}: cannot be opened ({reason}); check its permissions")


def _files(path: Path) -> Iterator[Path | UnreadableFile]:
    return _walk(path, ()) if path.is_dir() else iter([path])


def _walk(folder: Path, above: tuple[Path, ...]) -> Iterator[Path | UnreadableFile]:
    """The files under `folder` in sorted order; a link to a folder that one is already in is not followed."""
    here = folder.resolve()
    if here in above:
        return
    if len(above) >= _DEEPEST:
        yield UnreadableFile(f"{shown(folder)}: more than {_DEEPEST} folders deep; move it up and index it by itself")
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield UnreadableFile(f"{shown(folder)}: cannot be listed ({error.strerror}); check its permissions")
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name.lower() in _LITTER:
            continue
        if entry.is_dir():
            yield from _walk(entry, (*above, here))
        else:
            yield entry


def _read_file(path: Path, limits: Limits, process: ReadingProcess) -> Iterator[Draft | UnreadableFile]:
    name, kind = shown(path), _kind(path)
    size = _size(path, name)
    if kind.startswith(".jsonl"):
        yield from read_json_rows(path, name, limits)
        return
    # A character takes up to four bytes: a text that is longer for certain need not be read to be refused.
    most = 4 * limits.characters if kind in _TEXTS else limits.file_bytes
    if size > most:
        raise UnreadableFile(f"{name}: {size:,} bytes, more than {most:,}; split it into its articles")
    if kind in PARSED_KINDS:
        yield from process.read(path, kind, size)
    elif kind in {".csv", ".tsv"}:
        yield from read_csv(path.read_bytes(), path, name, limits)
    else:
        draft = (read_text if kind == ".txt" else read_markdown)(path.read_bytes(), name)
        yield named_after(checked(draft, limits), path.name[: -len(kind)])


def _kind(path: Path) -> str:
    kind = next((kind for kind in reversed(KINDS) if path.name.lower().endswith(kind)), None)
    if kind is None:
        raise UnreadableFile(f"{shown(path)}: not of a kind that is read; convert it to one of {' '.join(KINDS)}")
    return kind


def _size(path: Path, name: str) -> int:
    """The file's size in bytes. Reading from a pipe or a device could wait, or go on, forever."""
    status = path.stat()
    if not S_ISREG(status.st_mode):
        raise UnreadableFile(f"{name}: a pipe or a device, not a file; save what comes out of it as a file")
    return status.st_size
