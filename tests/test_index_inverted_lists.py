"""The approximate index: the file that faiss writes, recall against an exact search, filters, and damage told."""

from pathlib import Path

import faiss
import numpy as np
import pytest

from index.embedder import Vectors
from index.errors import LibraryError
from index.inverted_lists import InvertedLists, only_those, write_inverted_lists

DIMENSION = 24


def clustered(number: int, seed: int = 0) -> Vectors:
    """Unit vectors around fifty centres, some of them twice, as passages of news lie."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(50, DIMENSION))
    vectors = centres[random.integers(0, 50, number)] + random.normal(size=(number, DIMENSION)) * 0.7
    vectors[1::40] = vectors[::40][: len(vectors[1::40])]
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


VECTORS = clustered(6000)


@pytest.fixture(scope="module")
def exact() -> faiss.Index:
    index = faiss.IndexFlatIP(DIMENSION)
    index.add(VECTORS)
    return index


@pytest.fixture(scope="module")
def file(exact: faiss.Index, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("lists") / "vectors-en.ivf"
    assert write_inverted_lists(place, exact) >= 0.98
    return place


def nearest(exact: faiss.Index, question: Vectors, k: int, allowed: np.ndarray | None = None) -> list[float]:
    settings = faiss.SearchParameters(sel=only_those(allowed)) if allowed is not None else None  # type: ignore[call-arg]
    return [float(score) for score in exact.search(question[None], k, params=settings)[0][0] if score > -2]


def test_the_file_is_the_one_that_faiss_writes(exact: faiss.Index, file: Path) -> None:
    written = faiss.read_index(str(file))
    again = faiss.clone_index(written)
    again.reset()
    again.add(VECTORS)
    assert faiss.serialize_index(again).tobytes() == file.read_bytes()


def test_it_finds_what_an_exact_search_finds(exact: faiss.Index, file: Path) -> None:
    lists = InvertedLists.open(file, exact)
    found = 0
    for question in clustered(100, seed=1):
        wanted = nearest(exact, question, 10)
        found += sum(cosine >= wanted[-1] - 1e-5 for _, cosine in lists.search(question, 10))
    assert found >= 970


def test_scores_are_cosines_and_the_best_comes_first(exact: faiss.Index, file: Path) -> None:
    found = InvertedLists.open(file, exact).search(VECTORS[7], 5)
    assert (found[0][0], round(found[0][1], 6)) == (7, 1)
    for position, cosine in found:
        assert cosine == pytest.approx(float(VECTORS[position] @ VECTORS[7]), abs=1e-6)
    assert [cosine for _, cosine in found] == sorted((cosine for _, cosine in found), reverse=True)


@pytest.mark.parametrize("one_in", [2, 20, 600])
def test_under_a_filter_no_less_is_found(exact: faiss.Index, file: Path, one_in: int) -> None:
    lists = InvertedLists.open(file, exact)
    allowed = np.random.default_rng(one_in).permutation(len(VECTORS)) % one_in == 0
    missed = 0
    for question in clustered(50, seed=2):
        found = lists.search(question, 10, allowed)
        assert all(allowed[position] for position, _ in found)
        wanted = nearest(exact, question, 10, allowed)
        missed += sum(cosine < wanted[-1] - 1e-5 for _, cosine in found) + len(wanted) - len(found)
    assert missed <= 15


def test_nothing_allowed_is_nothing_found(exact: faiss.Index, file: Path) -> None:
    assert InvertedLists.open(file, exact).search(VECTORS[0], 10, np.zeros(len(VECTORS), np.bool_)) == []


@pytest.mark.parametrize("kept", [slice(0), slice(30), slice(None, -8), slice(10, None)])
def test_a_damaged_file_is_told(exact: faiss.Index, file: Path, tmp_path: Path, kept: slice) -> None:
    damaged = tmp_path / "vectors-en.ivf"
    damaged.write_bytes(file.read_bytes()[kept])
    with pytest.raises(
        LibraryError, match=r"(?s)^cannot read the vectors in .*; index the articles into a new folder$"
    ):
        InvertedLists.open(damaged, exact)


def test_lists_of_other_vectors_are_told(exact: faiss.Index, file: Path) -> None:
    fewer = faiss.IndexFlatIP(DIMENSION)
    fewer.add(VECTORS[:10])
    with pytest.raises(LibraryError, match="it does not hold 10 vectors of 24 numbers; index"):
        InvertedLists.open(file, fewer)
    exact_ones = file.with_name("exact.faiss")
    faiss.write_index(exact, str(exact_ones))
    with pytest.raises(LibraryError, match="it does not hold 6,000 vectors of 24 numbers; index"):
        InvertedLists.open(exact_ones, exact)
