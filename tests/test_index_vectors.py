"""The vector index: cosines worked out by hand, what is written is what is read, and damage is told."""

import errno
from pathlib import Path

import numpy as np
import pytest

from index.errors import LibraryError
from index.vectors import VectorShelf

# Halves and ones are exact in float32, so the cosines below are too.
QUESTION = np.array([0.5, 0.5, 0.5, 0.5], np.float32)
VECTORS = np.array([[1, 0, 0, 0], [0.5, 0.5, 0.5, 0.5], [-1, 0, 0, 0], [0.5, -0.5, 0.5, -0.5]], np.float32)
ROWS = [3, 40, 7, 11]


@pytest.fixture
def shelf() -> VectorShelf:
    return VectorShelf.build(ROWS, VECTORS)


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
    assert {row: vector.tolist() for row, vector in shelf.by_row().items()} == dict(
        zip(ROWS, VECTORS.tolist(), strict=True)
    )


def test_what_is_saved_is_what_is_opened(shelf: VectorShelf, tmp_path: Path) -> None:
    shelf.save(tmp_path / "vectors.faiss")
    opened = VectorShelf.open(tmp_path / "vectors.faiss")
    assert opened.search(QUESTION, 4) == shelf.search(QUESTION, 4)
    assert opened.search(QUESTION, 4, np.array([3])) == [(3, 0.5)]
    assert opened.vector(11).tolist() == [0.5, -0.5, 0.5, -0.5]
    assert {row: vector.tolist() for row, vector in opened.by_row().items()} == {
        row: vector.tolist() for row, vector in shelf.by_row().items()
    }


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        LibraryError, match=r"^cannot read the vectors in .*/gone\.faiss: .*; index the articles into a new folder$"
    ):
        VectorShelf.open(tmp_path / "gone.faiss")


@pytest.mark.parametrize("kept", [slice(0), slice(20), slice(None, -3), slice(10, None)])
def test_a_damaged_file_is_told(shelf: VectorShelf, tmp_path: Path, kept: slice) -> None:
    file = tmp_path / "vectors.faiss"
    shelf.save(file)
    file.write_bytes(file.read_bytes()[kept])
    with pytest.raises(
        LibraryError, match=r"(?s)^cannot read the vectors in .*; index the articles into a new folder$"
    ):
        VectorShelf.open(file)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_not_passed_over(shelf: VectorShelf) -> None:
    with pytest.raises(OSError, match="No space left on device") as caught:
        shelf.save(Path("/dev/full"))
    assert caught.value.errno == errno.ENOSPC
