"""Files that people add over the web: kept in a folder beside the library, under names that are safe, and indexed."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from index.embedder import Embedder
from index.errors import LibraryError
from index.intake import IndexReport
from index.library import Library
from index.settle import settle_id
from index.update import index_paths, remove_articles

# File systems take 255 bytes; a character is up to four, and something is added here.
_LONGEST_STEM = 40
_LONGEST_KIND = 12


def uploads_folder(library: Path) -> Path:
    """Where the files added to a library are kept: beside it, so that a library can still be made anew from them."""
    return library.with_name(f"{library.name}.uploads")


def add_file(library: Path, name: str, content: BinaryIO, embedder: Embedder) -> IndexReport:
    """Keep a file and index it; a file of the same name is replaced, and its articles are updated.

    Raises what `index_paths` does, an `UnreadableFile` where nothing of it became an article; then the file that was
    there before is there again. For one thread at a time.
    """
    folder = uploads_folder(library)
    folder.mkdir(exist_ok=True)
    file = folder / safe_name(name)
    with _replaced(file, content):
        return index_paths(library, [file], embedder)


def remove_article(library: Path, article_id: str, embedder: Embedder) -> None:
    """Take an article out, and its file where that was added here and holds nothing else.

    Raises `LibraryError` for an unknown id, and when the library cannot be written. For one thread at a time.
    """
    path = Path(Library.open(library).article(article_id).path)
    remove_articles(library, [article_id], embedder)
    if path.parent == Path(os.path.abspath(uploads_folder(library))):  # noqa: PTH100 (resolve() follows links)
        path.unlink(missing_ok=True)


def safe_name(name: str) -> str:
    """The name without folders, of letters, digits and `-_.`; one that this changes gets a hash, to stay apart."""
    given = PurePosixPath(name.replace("\\", "/"))
    kind = "".join(given.suffixes[-2:] if given.suffix.lower() == ".gz" else given.suffixes[-1:])
    stem = settle_id(given.name.removesuffix(kind))[:_LONGEST_STEM]
    safe_kind = f".{settle_id(kind)[:_LONGEST_KIND]}" if settle_id(kind) else ""
    if stem and f"{stem}{safe_kind}" == name:
        return name
    return f"{stem or 'article'}-{sha256(name.encode('utf-8', 'replace')).hexdigest()[:6]}{safe_kind}"


@contextmanager
def _replaced(file: Path, content: BinaryIO) -> Iterator[None]:
    """Put `content` in the place of `file`; whatever goes wrong inside, the file is as it was."""
    before, beside = (file.with_name(f".{file.name}.{part}") for part in ("before", "new"))
    try:
        with beside.open("wb") as target:
            shutil.copyfileobj(content, target)
        with suppress(FileNotFoundError):
            file.replace(before)
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise LibraryError(f"cannot keep {file.name}: {error}; make room, then send it again") from error
    try:
        yield
    except BaseException:
        file.unlink()
        with suppress(FileNotFoundError):
            before.replace(file)
        raise
    before.unlink(missing_ok=True)
