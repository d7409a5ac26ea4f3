"""Vectors of one language's passages in a FAISS index; it knows rows and similarities, not what they mean."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import faiss
import numpy as np
from numpy.typing import NDArray

from index.embedder import Vectors
from index.errors import LibraryError


class VectorShelf:
    """An exact inner-product index over unit vectors, so scores are cosines in [-1, 1]."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, rows: Sequence[int], vectors: Vectors) -> "VectorShelf":
        """An index of `vectors`, shape (n, dimension), that answers with the passage numbers in `rows`."""
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        index.add_with_ids(vectors, np.asarray(rows, np.int64))
        return cls(index)

    @classmethod
    def open(cls, file: Path) -> "VectorShelf":
        """Raises `LibraryError` when the file is missing or damaged."""
        try:
            return cls(faiss.read_index(str(file)))
        except RuntimeError as error:
            raise LibraryError(
                f"cannot read the vectors in {file}: {error}; index the articles into a new folder"
            ) from error

    def save(self, file: Path) -> None:
        """Write the index to `file`. Raises `OSError` when it cannot be written whole."""
        # faiss's own `write_index` says nothing when the disk is full.
        file.write_bytes(faiss.serialize_index(self._index).data)

    def by_row(self) -> dict[int, Vectors]:
        """Passage number to its vector, float32, shape (dimension,)."""
        index = cast("faiss.IndexIDMap2", faiss.downcast_index(self._index))
        vectors = index.index.reconstruct_n(0, index.ntotal)
        return dict(zip(faiss.vector_to_array(index.id_map).tolist(), vectors, strict=True))

    def vector(self, row: int) -> Vectors:
        """The vector of that passage, float32, shape (dimension,)."""
        return np.asarray(self._index.reconstruct(row), np.float32)

    def search(self, question: Vectors, k: int, only: NDArray[np.int64] | None = None) -> list[tuple[int, float]]:
        """The `k` nearest passages of `question`, shape (dimension,), as (row, cosine), best first.

        With `only`, no other rows are looked at.
        """
        allowed = None if only is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(only))  # type: ignore[call-arg]
        scores, rows = self._index.search(question[None], min(k, self._index.ntotal), params=allowed)
        return [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True) if row >= 0]
