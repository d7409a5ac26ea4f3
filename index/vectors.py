"""Vectors of one language's passages in FAISS indexes; it knows rows and similarities, not what they mean.

A file holds the exact vectors. Where they are many, a second one beside it, with inverted lists, tells which of them to
look at.
"""

import os
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import cast

import faiss
import numpy as np
from numpy.typing import NDArray

from index.embedder import Vectors
from index.errors import LibraryError
from index.inverted_lists import InvertedLists, only_those, write_inverted_lists

# Up to so many vectors are looked at one by one: on one core some 20 ms, about what embedding the question takes.
MOST_EXACT = 300_000

# What faiss writes before an index: its kind, dimension, number of vectors, two numbers without a use, whether it is
# trained, and the metric (faiss/impl/index_write.cpp, write_index_header).
_HEADER = struct.Struct("<4siqqq?i")
_UNUSED = 1 << 20


class VectorShelf:
    """Unit vectors by their rows, so that inner products are cosines in [-1, 1]. They stay on the disk."""

    def __init__(self, index: faiss.IndexIDMap2, lists: InvertedLists | None = None) -> None:
        self._index = index
        self._exact = faiss.downcast_index(index.index)
        self._rows = np.asarray(faiss.vector_to_array(index.id_map), np.int64)
        self._lists = lists

    @classmethod
    def open(cls, file: Path) -> "VectorShelf":
        """Memory-map the vectors and, where there are any, their lists.

        Raises `LibraryError` when a file is missing or damaged.
        """
        try:
            _check_size(file)
            index = _mapped(file)
        except (RuntimeError, OSError, struct.error) as error:
            raise LibraryError(
                f"cannot read the vectors in {file}: {error}; index the articles into a new folder"
            ) from error
        lists = lists_file(file)
        return cls(index, InvertedLists.open(lists, faiss.downcast_index(index.index)) if lists.exists() else None)

    def rows(self) -> NDArray[np.int64]:
        """The passage numbers, in the order of their vectors."""
        return self._rows

    def vector(self, row: int) -> Vectors:
        """The vector of that passage, float32, shape (dimension,)."""
        return np.asarray(self._index.reconstruct(row), np.float32)

    def vectors(self, rows: Sequence[int] | NDArray[np.int64]) -> Vectors:
        """The vectors of those passages, float32, shape (len(rows), dimension)."""
        if not len(rows):
            return np.empty((0, self._index.d), np.float32)
        return np.asarray(self._index.reconstruct_batch(np.asarray(rows, np.int64)), np.float32)

    def search(self, question: Vectors, k: int, only: NDArray[np.int64] | None = None) -> list[tuple[int, float]]:
        """The `k` nearest passages of `question`, shape (dimension,), as (row, cosine), best first.

        With `only`, no other rows are looked at. Where more than `MOST_EXACT` are, one of the nearest may be missing.
        """
        allowed = None if only is None else np.isin(self._rows, only)
        number = len(self._rows) if allowed is None else int(np.count_nonzero(allowed))
        wanted = min(k, number)
        found: list[tuple[int, float]] = []
        if self._lists and number > MOST_EXACT:
            found = self._lists.search(question, wanted, allowed)
        if len(found) < wanted:
            found = self._search_exactly(question, wanted, allowed)
        return [(int(self._rows[position]), score) for position, score in found]

    def _search_exactly(self, question: Vectors, k: int, allowed: NDArray[np.bool_] | None) -> list[tuple[int, float]]:
        settings = None if allowed is None else faiss.SearchParameters(sel=only_those(allowed))  # type: ignore[call-arg]
        (scores,), (positions,) = self._exact.search(question[None], k, params=settings)
        found = zip(positions.tolist(), scores.tolist(), strict=True)
        return [(position, score) for position, score in found if position >= 0]


def lists_file(file: Path) -> Path:
    """Where the inverted lists of the vectors in `file` lie, if there are any."""
    return file.with_suffix(".ivf")


def write_vectors(file: Path, rows: NDArray[np.int64], dimension: int, batches: Iterable[Vectors]) -> None:
    """Write the index that `VectorShelf.open` reads, a batch at a time, so that no more than one is in memory.

    `batches` are the vectors of `rows`, in their order, each float32 of shape (any, dimension). The file is the one
    that `faiss.write_index` makes of an `IndexIDMap2` over an `IndexFlatIP`, which would have to hold them all.
    Raises `OSError` when it cannot be written whole.
    """
    facts = (dimension, len(rows), _UNUSED, _UNUSED, True, faiss.METRIC_INNER_PRODUCT)
    with file.open("wb") as out:
        out.write(_HEADER.pack(b"IxM2", *facts) + _HEADER.pack(b"IxFI", *facts))
        out.write(struct.pack("<Q", len(rows) * dimension))
        written = 0
        for batch in batches:
            out.write(np.ascontiguousarray(batch, "<f4").data)
            written += len(batch)
        if written != len(rows):
            raise ValueError(f"{len(rows)} rows need as many vectors, got {written}")
        out.write(struct.pack("<Q", len(rows)))
        out.write(np.ascontiguousarray(rows, "<i8").data)


def write_lists(file: Path) -> float | None:
    """Write the inverted lists of the vectors in `file` beside it; gives recall@10, measured on these vectors.

    None where they are so few that they need no lists. Raises `OSError` when these cannot be written whole.
    """
    index = _mapped(file)
    if index.ntotal <= MOST_EXACT:
        return None
    return write_inverted_lists(lists_file(file), faiss.downcast_index(index.index))


def _mapped(file: Path) -> faiss.IndexIDMap2:
    return cast("faiss.IndexIDMap2", faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC))


def _check_size(file: Path) -> None:
    """Raises `OSError` or `struct.error` for a file that is not as long as it says: faiss maps it without looking."""
    with file.open("rb") as opened:
        _, dimension, number, *_ = _HEADER.unpack(opened.read(_HEADER.size))
        length = opened.seek(0, os.SEEK_END)
    expected = 2 * _HEADER.size + 16 + number * (4 * dimension + 8)
    if length != expected:
        raise OSError(f"{length:,} bytes, not {expected:,}")
