"""The vector index: cosines worked out by hand, what is written is what is read, and damage is told."""

import errno
from pathlib import Path

import faiss
import numpy as np
import pytest

from index import vectors
from index.embedder import Vectors
from index.errors import LibraryError
from index.vectors import VectorShelf, lists_file, write_lists, write_vectors

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


def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_exact: int) -> tuple[Path, Vectors]:
    """A file of 400 vectors in eight numbers, written where so many are searched exactly; their rows are 10, 12, ..."""
    monkeypatch.setattr(vectors, "MOST_EXACT", most_exact)
    made = np.random.default_rng(0).normal(size=(400, 8))
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    write_vectors(tmp_path / "vectors-en.faiss", np.arange(10, 810, 2), 8, [made.astype(np.float32)])
    return tmp_path / "vectors-en.faiss", made.astype(np.float32)


def test_few_need_no_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, _ = many(tmp_path, monkeypatch, 400)
    assert write_lists(file) is None
    assert not lists_file(file).exists()


def test_many_are_found_by_lists_and_by_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, made = many(tmp_path, monkeypatch, 100)
    exact = VectorShelf.open(file)
    recall = write_lists(file)
    assert recall is not None
    assert recall >= 0.98
    shelf = VectorShelf.open(file)
    found = shelf.search(made[3], 4)
    assert [row for row, _ in found] == [row for row, _ in exact.search(made[3], 4)]
    assert (found[0][0], round(found[0][1], 6)) == (16, 1)
    assert shelf.rows().tolist() == exact.rows().tolist()
    assert shelf.vector(16).tolist() == made[3].tolist()
    assert shelf.vectors([18, 10]).tolist() == made[[4, 0]].tolist()


@pytest.mark.parametrize("number", [0, 1, 99, 101, 300])
def test_what_is_admitted_is_found_whichever_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    file, made = many(tmp_path, monkeypatch, 100)
    exact = VectorShelf.open(file)
    write_lists(file)
    only = np.random.default_rng(number).permutation(exact.rows())[:number]
    wanted = exact.search(made[0], 1000, only)
    found = VectorShelf.open(file).search(made[0], 1000, only)
    assert [row for row, _ in wanted] == [row for row, _ in found]
    assert {row for row, _ in found} == set(only.tolist())


def test_all_are_given_to_whoever_asks_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, made = many(tmp_path, monkeypatch, 100)
    write_lists(file)
    assert {row for row, _ in VectorShelf.open(file).search(made[0], 400)} == set(range(10, 810, 2))


def test_damaged_lists_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, _ = many(tmp_path, monkeypatch, 100)
    write_lists(file)
    lists_file(file).write_bytes(lists_file(file).read_bytes()[:-1])
    with pytest.raises(
        LibraryError, match=r"(?s)^cannot read the vectors in .*\.ivf: .*; index the articles into a new"
    ):
        VectorShelf.open(file)
