"""What a snapshot is checked for: each kind of fault that is put into one is found and named."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.errors import LibraryError
from index.library import Library
from index.vectors import write_vectors
from index.verify import verify
from index.words import WordShelf

FILES = {
    "chips.txt": "The chip factory by the river opened on Monday.",
    "harbour.txt": "The harbour board moved the four old cranes.",
}
# A copy under another headline, which the search leaves out.
COPIED = FILES | {"wharf.txt": f"A board and its cranes\n\n{FILES['harbour.txt']}"}


@pytest.fixture
def snapshot(make_library: Callable[[dict[str, str]], Path]) -> Path:
    return make_library(FILES) / "snapshot-1"


def change(snapshot: Path, statement: str) -> None:
    with sqlite3.connect(snapshot / "articles.sqlite") as database:
        database.execute(statement)


def copies(snapshot: Path, clusters: list[list[str]], echoes: dict[str, list[str]]) -> None:
    (snapshot / "copies.json").write_text(json.dumps({"clusters": clusters, "echoes": echoes}))


def words(snapshot: Path, rows: list[int], texts: list[list[str]]) -> None:
    shutil.rmtree(snapshot / "words-en")
    WordShelf.build(rows, texts).save(snapshot / "words-en")


def test_a_whole_library_passes(snapshot: Path) -> None:
    verify(Library.open(snapshot.parent))


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda at: change(at, "DELETE FROM passages WHERE row = 2"), "other counts"),
        (lambda at: change(at, "UPDATE passages SET row = 3 WHERE row = 2"), "other vectors for 'en'"),
        (lambda at: words(at, [1], [["chip"]]), "other words for 'en'"),
        (lambda at: words(at, [1, 2], [["chip"], ["harbour"]]), "no way to find 'chips' by its words"),
        (lambda at: change(at, "UPDATE articles SET text = 'x' || text WHERE id = 'chips'"), "another text in 'chips'"),
        (lambda at: change(at, "UPDATE passages SET language = 'fr' WHERE row = 2"), "other vectors for 'en'"),
        (
            lambda at: write_vectors(at / "vectors-en.faiss", np.array([1, 2]), 16, [np.full((2, 16), np.nan)]),
            "no way to find 'chips' by its vector",
        ),
    ],
)
def test_each_fault_is_found(snapshot: Path, harm: Callable[[Path], None], told: str) -> None:
    harm(snapshot)
    with pytest.raises(
        LibraryError, match=rf"^the new snapshot was written with {told}, so the library is left as it "
    ):
        verify(Library.open(snapshot.parent))


def test_what_the_search_leaves_out_is_not_missed(make_library: Callable[[dict[str, str]], Path]) -> None:
    library = Library.open(make_library(COPIED))
    assert library.copies.echoes
    verify(library)


@pytest.mark.parametrize(
    ("clusters", "echoes", "told"),
    [
        ([["chips", "gone"]], {}, "other copies"),
        ([["chips", "harbour"], ["harbour", "chips"]], {}, "other copies"),
        ([["chips", "harbour"]], {"1": ["harbour"]}, "copies of other passages"),
        ([["chips", "harbour"]], {"2": []}, "copies of other passages"),
        ([["chips", "harbour"]], {"3": ["chips"]}, "copies of other passages"),
        ([], {"2": ["chips"]}, "copies of other passages"),
    ],
)
def test_copies_that_are_none_are_found(
    snapshot: Path, clusters: list[list[str]], echoes: dict[str, list[str]], told: str
) -> None:
    copies(snapshot, [["chips", "harbour"]], {"2": ["chips"]})
    verify(Library.open(snapshot.parent))
    copies(snapshot, clusters, echoes)
    with pytest.raises(LibraryError, match=rf"^the new snapshot was written with {told}, so"):
        verify(Library.open(snapshot.parent))


def test_other_counts_than_the_manifests_are_found(snapshot: Path) -> None:
    library = Library.open(snapshot.parent)
    library.manifest = replace(library.manifest, articles=3)
    with pytest.raises(LibraryError, match="other counts"):
        verify(library)
