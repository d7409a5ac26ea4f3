"""The vector index: cosines worked out by hand, what is written is what is read, and damage is told."""

import errno
from pathlib import Path

import faiss
import numpy as np
import pytest

from index.embedder import Vectors
from index.errors import LibraryError
from index.vectors import VectorShelf, write_vectors

# Halves and ones are exact in float32, so the cosines below are too.
QUESTION = np.array([0.5, 0.5, 0.5, 0.5], np.float32)
VECTORS = np.array([[1, 0, 0, 0], [0.5, 0.5, 0.5, 0.5], [-1, 0, 0, 0], [0.5, -0.5, 0.5, -0.5]], np.float32)
ROWS = np.array([3, 40, 7, 11])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The vectors above, written in two batches."""
    write_vectors(tmp_path / "vectors.faiss", ROWS, 4, [VECTORS[:3], VECTORS[3:]])
    return tmp_path / "vectors.faiss"


@pytest.fixture
def shelf(file: Path) -> VectorShelf:
    return VectorShelf.open(file)


def test_the_nearest_come_first_with_their_cosine(shelf: VectorShelf) -> None:
    assert shelf.search(QUESTION, 4) == [(40, 1.0), (3, 0.5), (11, 0.0), (7, -0.5)]
    assert shelf.search(QUESTION, 2) == [(40, 1.0), (3, 0.5)]


def test_more_than_there_are_gives_all(shelf: VectorShelf) -> None:
    assert shelf.search(QUESTION, 100) == shelf.search(QUESTION, 4)


@pytest.mark.parametrize(
    ("only", "found"),
    [
        ([3, 7], [(3, 0.5), (7, -0.5)]),
        ([7, 999], [(7, -0.5)]),
        ([999], []),
        ([], []),
    ],
)
def test_only_the_admitted_rows_are_looked_at(
    shelf: VectorShelf, only: list[int], found: list[tuple[int, float]]
) -> None:
    assert shelf.search(QUESTION, 4, np.asarray(only, np.int64)) == found


def test_a_filter_does_not_take_places(shelf: VectorShelf) -> None:
    assert shelf.search(QUESTION, 1, np.array([7, 11])) == [(11, 0.0)]


def test_vectors_come_back_as_they_were_given(shelf: VectorShelf) -> None:
    assert shelf.vector(7).tolist() == [-1, 0, 0, 0]
    assert shelf.rows().tolist() == ROWS.tolist()
    assert shelf.vectors([11, 3]).tolist() == VECTORS[[3, 0]].tolist()
    assert shelf.vectors([]).shape == (0, 4)


@pytest.mark.parametrize("number", [0, 1, 4])
def test_the_file_is_the_one_that_faiss_writes(tmp_path: Path, number: int) -> None:
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(4))
    index.add_with_ids(VECTORS[:number], ROWS[:number])
    write_vectors(tmp_path / "ours.faiss", ROWS[:number], 4, [VECTORS[:number]])
    assert (tmp_path / "ours.faiss").read_bytes() == faiss.serialize_index(index).tobytes()


def test_an_open_file_may_be_taken_away(file: Path, shelf: VectorShelf) -> None:
    file.unlink()
    assert shelf.search(QUESTION, 1) == [(40, 1.0)]


@pytest.mark.parametrize("batches", [[], [VECTORS, VECTORS], [VECTORS[:3]]])
def test_more_or_fewer_vectors_than_rows_are_a_mistake(tmp_path: Path, batches: list[Vectors]) -> None:
    with pytest.raises(ValueError, match=rf"^4 rows need as many vectors, got {sum(map(len, batches))}$"):
        write_vectors(tmp_path / "vectors.faiss", ROWS, 4, batches)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        LibraryError, match=r"^cannot read the vectors in .*/gone\.faiss: .*; index the articles into a new folder$"
    ):
        VectorShelf.open(tmp_path / "gone.faiss")


@pytest.mark.parametrize("kept", [slice(0), slice(20), slice(None, -3), slice(10, None)])
def test_a_damaged_file_is_told(file: Path, kept: slice) -> None:
    file.write_bytes(file.read_bytes()[kept])
    with pytest.raises(
        LibraryError, match=r"(?s)^cannot read the vectors in .*; index the articles into a new folder$"
    ):
        VectorShelf.open(file)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_not_passed_over() -> None:
    with pytest.raises(OSError, match="No space left on device") as caught:
        write_vectors(Path("/dev/full"), ROWS, 4, [VECTORS])
    assert caught.value.errno == errno.ENOSPC
