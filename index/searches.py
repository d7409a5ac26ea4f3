"""What a snapshot is searched by: for each language a file of vectors and a folder of words."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from index.articles import ArticleTable
from index.embedding import PassageVectors
from index.library import vectors_file, words_folder
from index.progress import Progress
from index.tokens import tokens
from index.vectors import write_vectors
from index.words import WordShelf


def write_searches(
    snapshot: Path, table: ArticleTable, language: str, vectors: PassageVectors, progress: Progress
) -> None:
    """Write the vectors and words of that language's passages. Raises `OSError` when they cannot be written whole."""
    rows = table.rows_in(language)
    write_vectors(vectors_file(snapshot, language), rows, vectors.dimension, vectors.in_order(language, rows))
    found = _tokens(table, language, len(rows), progress)
    WordShelf.build(rows, found, snapshot).save(words_folder(snapshot, language))


def keep_searches(older: Path, snapshot: Path, language: str) -> None:
    """Give `snapshot` the files of `older` for a language in which nothing changed, without copying if possible."""
    _keep(vectors_file(older, language), vectors_file(snapshot, language))
    words_folder(snapshot, language).mkdir()
    for file in words_folder(older, language).iterdir():
        _keep(file, words_folder(snapshot, language) / file.name)


def _keep(file: Path, place: Path) -> None:
    try:
        # A file of a snapshot is never written again, so that two of them may share it.
        os.link(file, place)
    except OSError:
        shutil.copyfile(file, place)


def _tokens(table: ArticleTable, language: str, total: int, progress: Progress) -> Iterator[list[str]]:
    for number, passage in enumerate(table.passages_in(language), 1):
        yield tokens(passage.text)
        progress("words", number, total)
