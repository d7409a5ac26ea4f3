"""Vectors of one language's passages in a FAISS index; it knows rows and similarities, not what they mean."""

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

# What faiss writes before an index: its kind, dimension, number of vectors, two numbers without a use, whether it is
# trained, and the metric (faiss/impl/index_write.cpp, write_index_header).
_HEADER = struct.Struct("<4siqqq?i")
_UNUSED = 1 << 20


class VectorShelf:
    """An exact inner-product index over unit vectors, so scores are cosines in [-1, 1]. It stays on the disk."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def open(cls, file: Path) -> "VectorShelf":
        """Memory-map an index. Raises `LibraryError` when the file is missing or damaged."""
        try:
            _check_size(file)
            return cls(faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC))
        except (RuntimeError, OSError, struct.error) as error:
            raise LibraryError(
                f"cannot read the vectors in {file}: {error}; index the articles into a new folder"
            ) from error

    def rows(self) -> NDArray[np.int64]:
        """The passage numbers, in the order of their vectors."""
        index = cast("faiss.IndexIDMap2", faiss.downcast_index(self._index))
        return np.asarray(faiss.vector_to_array(index.id_map), np.int64)

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

        With `only`, no other rows are looked at.
        """
        allowed = None if only is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(only))  # type: ignore[call-arg]
        scores, rows = self._index.search(question[None], min(k, self._index.ntotal), params=allowed)
        return [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True) if row >= 0]


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


def _check_size(file: Path) -> None:
    """Raises `OSError` or `struct.error` for a file that is not as long as it says: faiss maps it without looking."""
    with file.open("rb") as opened:
        _, dimension, number, *_ = _HEADER.unpack(opened.read(_HEADER.size))
        length = opened.seek(0, os.SEEK_END)
    expected = 2 * _HEADER.size + 16 + number * (4 * dimension + 8)
    if length != expected:
        raise OSError(f"{length:,} bytes, not {expected:,}")
