"""Files that people add over the web: kept in a folder beside the library, under names that are safe, and indexed."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import BinaryIO

from index.embedder import Embedder
from index.errors import LibraryError
from index.intake import IndexReport
from index.libraries import folder_of, index_paths, open_library, remove_articles
from index.progress import Progress, no_progress
from index.settle import settle_id

# File systems take 255 bytes; a character is up to four, and something is added here.
_LONGEST_STEM = 40
_LONGEST_KIND = 12


def uploads_folder(library: Path) -> Path:
    """Where the files added to a library are kept: beside it, so that a library can still be made anew from them."""
    return library.with_name(f"{library.name}.uploads")


def add_file(library: Path | str, name: str, content: BinaryIO, embedder: Embedder) -> IndexReport:
    """Keep what a program sends under a safe name, and index it. Raises what `add_files` does."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / safe_name(name)
        with file.open("wb") as target:
            shutil.copyfileobj(content, target)
        return add_files(library, embedder, [file])


def add_files(
    library: Path | str, embedder: Embedder, files: Sequence[Path], progress: Progress = no_progress
) -> IndexReport:
    """Keep copies of `files` under safe names and index them in one run; of one name the newer one is kept.

    Raises what `index_paths` does, such as `UnreadableFile` where nothing of them became an article; what was kept
    there before is there again then. For one thread at a time.
    """
    folder = uploads_folder(folder_of(library))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _put(folder, files) as kept:
            return index_paths(library, kept, embedder, progress)
    except OSError as error:
        raise LibraryError(f"cannot keep files in {folder}: {error}; make room there, and add them again") from error


def remove_article(library: Path | str, article_id: str, embedder: Embedder) -> None:
    """Take an article out, and its file where that was added here and holds nothing else.

    Raises `LibraryError` for an unknown id, and when the library cannot be written. For one thread at a time.
    """
    path = Path(open_library(library).article(article_id).path)
    remove_articles(library, [article_id], embedder)
    if path.parent == Path(os.path.abspath(uploads_folder(folder_of(library)))):  # noqa: PTH100 (resolve() follows links)
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
def _put(folder: Path, files: Sequence[Path]) -> Iterator[list[Path]]:
    """Copies of `files` in `folder`; whatever goes wrong inside, the folder is as it was."""
    with TemporaryDirectory(dir=folder, prefix=".before-") as aside:
        kept: dict[Path, Path] = {}
        try:
            for number, file in enumerate(files):
                target = folder / safe_name(file.name)
                if target not in kept:
                    kept[target] = Path(aside) / f"{number}.before"
                    if target.exists():
                        target.replace(kept[target])
                shutil.copyfile(file, target)
            yield list(kept)
        except BaseException:
            for target, before in kept.items():
                target.unlink(missing_ok=True)
                if before.exists():
                    before.replace(target)
            raise
