"""What a snapshot is searched by: for each language a file of vectors, lists where they are many, a folder of words."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from index.articles import ArticleTable
from index.embedding import PassageVectors
from index.library import vectors_file, words_folder
from index.progress import Progress
from index.tokens import tokens
from index.vectors import lists_file, write_lists, write_vectors
from index.words import WordShelf


def write_searches(
    snapshot: Path, table: ArticleTable, language: str, vectors: PassageVectors, progress: Progress
) -> float | None:
    """Write the vectors and words of that language's passages; gives recall@10 where vectors are searched by lists.

    Raises `OSError` when they cannot be written whole.
    """
    rows = table.rows_in(language)
    file = vectors_file(snapshot, language)
    write_vectors(file, rows, vectors.dimension, vectors.in_order(language, rows))
    recall = write_lists(file)
    found = _tokens(table, language, len(rows), progress)
    WordShelf.build(rows, found, snapshot).save(words_folder(snapshot, language))
    return recall


def keep_searches(older: Path, snapshot: Path, language: str) -> None:
    """Give `snapshot` the files of `older` for a language in which nothing changed, without copying if possible."""
    file, place = (vectors_file(folder, language) for folder in (older, snapshot))
    _keep(file, place)
    if lists_file(file).exists():
        _keep(lists_file(file), lists_file(place))
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
