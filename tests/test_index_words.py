"""The word index: BM25 scores worked out by hand, what is written is what is read, and damage is told."""

from math import log
from pathlib import Path

import numpy as np
import pytest

from index.errors import LibraryError
from index.words import WordShelf

ROWS = [7, 9, 12]
TEXTS = [["chip", "chip", "factori"], ["chip"], ["port", "harbour"]]


@pytest.fixture
def shelf() -> WordShelf:
    return WordShelf.build(ROWS, TEXTS)


def bm25(holding: int, count: int, length: int) -> float:
    """Lucene's BM25 of one token over the 3 texts above, 2 tokens long on average, with k1 1.5 and b 0.75."""
    rarity = log(1 + (3 - holding + 0.5) / (holding + 0.5))
    return rarity * count / (count + 1.5 * (1 - 0.75 + 0.75 * length / 2))


CHIP_IN_7 = bm25(holding=2, count=2, length=3)
CHIP_IN_9 = bm25(holding=2, count=1, length=1)
PORT_IN_12 = bm25(holding=1, count=1, length=2)


def test_the_formula_above_is_right() -> None:
    found = [CHIP_IN_7, CHIP_IN_9, PORT_IN_12]
    assert found == pytest.approx([0.2313864, 0.2425825, 0.3923317], abs=1e-7)


@pytest.mark.parametrize(
    ("tokens", "found"),
    [
        (["chip"], [(9, CHIP_IN_9), (7, CHIP_IN_7)]),
        (["port"], [(12, PORT_IN_12)]),
        (["chip", "port"], [(12, PORT_IN_12), (9, CHIP_IN_9), (7, CHIP_IN_7)]),
        (["chip", "factori"], [(7, CHIP_IN_7 + bm25(holding=1, count=1, length=3)), (9, CHIP_IN_9)]),
        (["chip", "chip"], [(9, 2 * CHIP_IN_9), (7, 2 * CHIP_IN_7)]),
        (["port", "unheard"], [(12, PORT_IN_12)]),
        (["unheard"], []),
        ([], []),
    ],
)
def test_scores(shelf: WordShelf, tokens: list[str], found: list[tuple[int, float]]) -> None:
    hits = shelf.search(tokens, 5)
    assert [row for row, _ in hits] == [row for row, _ in found]
    assert [score for _, score in hits] == pytest.approx([score for _, score in found], rel=1e-6)


def test_the_best_k(shelf: WordShelf) -> None:
    assert [row for row, _ in shelf.search(["chip", "port"], 2)] == [12, 9]


def test_equal_scores_stay_in_the_order_of_the_texts() -> None:
    rows = list(range(200, 0, -1))
    shelf = WordShelf.build(rows, [["chip"], ["chip", "port"]] * 100)
    assert [row for row, _ in shelf.search(["chip"], 200)] == [*rows[::2], *rows[1::2]]


@pytest.mark.parametrize(("only", "found"), [([7, 12], [7]), ([12], []), ([], []), ([999, 9], [9])])
def test_only_the_admitted_rows_are_found(shelf: WordShelf, only: list[int], found: list[int]) -> None:
    assert [row for row, _ in shelf.search(["chip"], 3, np.asarray(only, np.int64))] == found


def test_a_filter_takes_no_places_and_leaves_scores_alone(shelf: WordShelf) -> None:
    ((row, score),) = shelf.search(["chip"], 1, np.array([7]))
    assert row == 7
    assert score == pytest.approx(CHIP_IN_7, rel=1e-6)


def test_knows(shelf: WordShelf) -> None:
    assert [shelf.knows(token) for token in ("chip", "harbour", "unheard")] == [True, True, False]


def test_inverse_frequency(shelf: WordShelf) -> None:
    found = [shelf.inverse_frequency(token) for token in ("chip", "port", "unheard")]
    assert found == pytest.approx([log(1 + 3 / 2), log(1 + 3 / 1), log(1 + 3 / 0.5)], rel=1e-12)


@pytest.mark.parametrize("texts", [TEXTS, [["chip"], [], ["chip", "port"]], [[], [], []]])
def test_what_is_saved_is_what_is_opened(tmp_path: Path, texts: list[list[str]]) -> None:
    shelf = WordShelf.build(ROWS, texts)
    shelf.save(tmp_path / "words")
    opened = WordShelf.open(tmp_path / "words")
    for token in ("chip", "port", "unheard"):
        assert opened.search([token], 5) == shelf.search([token], 5)
        assert opened.inverse_frequency(token) == shelf.inverse_frequency(token)
    assert opened.search(["chip"], 5, np.array([12])) == shelf.search(["chip"], 5, np.array([12]))


def test_texts_without_any_token_are_found_by_none() -> None:
    shelf = WordShelf.build([1, 2], [[], []])
    assert shelf.search(["chip"], 5) == []
    assert shelf.inverse_frequency("chip") == pytest.approx(log(1 + 2 / 0.5), rel=1e-12)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        LibraryError, match=r"^cannot read the words in .*/gone: .*; index the articles into a new folder$"
    ):
        WordShelf.open(tmp_path / "gone")


@pytest.mark.parametrize("damage", ["missing", "empty", "half", "other"])
@pytest.mark.parametrize(
    "name",
    [
        "data.csc.index.npy",
        "indices.csc.index.npy",
        "indptr.csc.index.npy",
        "params.index.json",
        "rows.npy",
        "vocab.index.json",
    ],
)
def test_a_damaged_file_is_told(shelf: WordShelf, tmp_path: Path, name: str, damage: str) -> None:
    shelf.save(tmp_path)
    file = tmp_path / name
    data = file.read_bytes()
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes({"empty": b"", "half": data[: len(data) // 2], "other": b"not an index"}[damage])
    with pytest.raises(LibraryError, match=r"(?s)^cannot read the words in .*; index the articles into a new folder$"):
        WordShelf.open(tmp_path)
