"""An approximate index over many vectors: inverted lists of 8-bit codes (IVF). It knows positions, not rows.

Vectors are put into lists by their nearest centre, and a search looks into the lists whose centres are nearest to the
question; what it finds there is scored again with the exact vectors. Source: Jégou, Douze, Schmid, "Product
quantization for nearest neighbor search", 2011; the codes are those of a scalar quantiser, a byte for each number.
"""

import os
import struct
from collections.abc import Iterator
from math import ceil, isqrt
from pathlib import Path
from typing import cast

import faiss
import numpy as np
from numpy.typing import NDArray

from index.embedder import Vectors
from index.errors import LibraryError

# For each list: enough to place its centre. faiss asks for 39 at least and takes 256 at most.
_TRAINED_ON = 64
_ROUNDS = 10
# Vectors that are in memory at a time, beside those the centres are trained on: 25 MB of 384 numbers.
_AT_ONCE = 16_384
# As many lists are looked into as find this share of what an exact search finds.
_RECALL = 0.98
_FEWEST_LISTS = 16
_QUESTIONS, _NEAREST = 200, 10
# Scored again beyond the number asked for: what the codes' rounding may have put a little too far down.
_MORE = 64
# Two roundings of one product in float32.
_ROUNDING = 1e-5
# What faiss writes first (write_index_header, write_ivf_header): the kind, dimension, number of vectors, two numbers
# without a use, whether it is trained, the metric, how many lists. All that is of one length whatever the vectors has
# 152 bytes; besides it the head holds the centres, and the least and the range of each number.
_BEGINNING = struct.Struct("<4siqqq?iQ")
_FIXED = 152
# What faiss writes last of an index without vectors (faiss/impl/index_write.cpp, write_InvertedLists).
_NO_LISTS = struct.Struct("<4sQQ4sQ")


class InvertedLists:
    """Such an index, memory-mapped. `exact` is the flat index of the same vectors in the same order."""

    def __init__(self, index: faiss.IndexIVF, exact: faiss.Index) -> None:
        self._index = index
        self._exact = exact

    @classmethod
    def open(cls, file: Path, exact: faiss.Index) -> "InvertedLists":
        """Memory-map an index. Raises `LibraryError` when the file is damaged, or of other vectors."""
        try:
            _check(file, exact)
            return cls(cast("faiss.IndexIVF", faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)), exact)
        except (RuntimeError, OSError) as error:
            raise LibraryError(
                f"cannot read the vectors in {file}: {error}; index the articles into a new folder"
            ) from error

    def search(self, question: Vectors, k: int, allowed: NDArray[np.bool_] | None = None) -> list[tuple[int, float]]:
        """About the `k` nearest of `question`, shape (dimension,), as (position, cosine), best first.

        `allowed`, shape (vectors,), tells which are looked at: the fewer they are, the more lists. Fewer than `k` are
        found where these lists hold no more.
        """
        return self._search(question, k, self._index.nprobe, allowed)

    def fewest_lists(self) -> tuple[int, float]:
        """In how many lists .98 of the exact ten nearest are found, and how many that is: recall@10.

        Measured on vectors of its own, each without itself.
        """
        chosen = np.random.default_rng(0).choice(self._exact.ntotal, _QUESTIONS)
        vectors = np.asarray(self._exact.reconstruct_batch(chosen), np.float32)
        exact, _ = self._exact.search(vectors, _NEAREST + 1)
        lists = _FEWEST_LISTS
        while (recall := self._recall(vectors, exact[:, -1], lists)) < _RECALL and lists < self._index.nlist:
            lists *= 2
        return lists, recall

    def _recall(self, vectors: Vectors, farthest: Vectors, lists: int) -> float:
        """By cosines, since of verbatim copies any one will do; `farthest` is the exact cosine of the tenth."""
        found = (self._search(vector, _NEAREST + 1, lists) for vector in vectors)
        near = [sum(cosine >= last - _ROUNDING for _, cosine in one) for one, last in zip(found, farthest, strict=True)]
        return float(np.mean([max(number - 1, 0) / _NEAREST for number in near]))

    def _search(
        self, question: Vectors, k: int, lists: int, allowed: NDArray[np.bool_] | None = None
    ) -> list[tuple[int, float]]:
        share = 1.0 if allowed is None else max(float(allowed.mean()), 1 / self._index.nlist)
        settings = faiss.SearchParametersIVF(  # type: ignore[call-arg]
            nprobe=min(ceil(lists / share), self._index.nlist), sel=None if allowed is None else only_those(allowed)
        )
        _, (positions,) = self._index.search(question[None], min(k + _MORE, self._index.ntotal), params=settings)
        found = positions[positions >= 0]
        if not len(found):
            return []
        cosines = np.asarray(self._exact.reconstruct_batch(found), np.float32) @ question
        best = np.argsort(-cosines, kind="stable")[:k]
        return [(int(found[place]), float(cosines[place])) for place in best]


def write_inverted_lists(file: Path, exact: faiss.Index) -> float:
    """Write the index that `InvertedLists.open` reads over the vectors of a flat index; gives its recall@10.

    What is in memory are the vectors that the centres are trained on (about a hundred times the square root of all) and
    a batch, whatever the number. The file is the one that faiss writes of an `IndexIVFScalarQuantizer`, which would
    have to hold all codes. Raises `OSError` when it cannot be written whole.
    """
    index = _trained(exact)
    lists = np.concatenate([index.quantizer.assign(batch, 1).ravel() for batch in _batches(exact)]).astype(np.int32)
    with file.open("wb") as out:
        out.write(_head(index, exact.ntotal))
        sizes = np.bincount(lists, minlength=index.nlist)
        out.write(_NO_LISTS.pack(b"ilar", index.nlist, index.code_size, b"full", index.nlist))
        out.write(sizes.astype("<u8").data)
        for positions in np.split(np.argsort(lists, kind="stable"), np.cumsum(sizes)[:-1]):
            for start in range(0, len(positions), _AT_ONCE):
                vectors = exact.reconstruct_batch(positions[start : start + _AT_ONCE])
                out.write(index.sq.compute_codes(vectors).data)
            out.write(positions.astype("<i8").data)
    index.nprobe, recall = InvertedLists.open(file, exact).fewest_lists()
    with file.open("r+b") as out:
        out.write(_head(index, exact.ntotal))
    return recall


def only_those(allowed: NDArray[np.bool_]) -> faiss.IDSelector:
    """What makes faiss look at those positions alone."""
    return faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))  # type: ignore[call-arg,arg-type]


def _check(file: Path, exact: faiss.Index) -> None:
    """Raises `OSError` for what cannot be lists of these vectors, or not all of them: faiss maps it all the same."""
    with file.open("rb") as opened:
        begun = opened.read(_BEGINNING.size)
        length = opened.seek(0, os.SEEK_END)
    if len(begun) < _BEGINNING.size or _BEGINNING.unpack(begun)[:3] != (b"IwSq", exact.d, exact.ntotal):
        raise OSError(f"it does not hold {exact.ntotal:,} vectors of {exact.d} numbers")
    lists = _BEGINNING.unpack(begun)[-1]
    expected = _FIXED + 4 * exact.d * (lists + 2) + _NO_LISTS.size + 8 * lists + exact.ntotal * (exact.d + 8)
    if length != expected:
        raise OSError(f"{length:,} bytes, not {expected:,}")


def _trained(exact: faiss.Index) -> faiss.IndexIVFScalarQuantizer:
    """Centres and the ranges of the codes, without a vector; about as many lists as vectors in a list."""
    lists = 1 << (isqrt(exact.ntotal).bit_length() - 1)
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(exact.d),
        exact.d,
        lists,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
        False,  # codes of the vectors themselves, not of what is left from their centre
    )
    index.cp.niter, index.cp.max_points_per_centroid = _ROUNDS, _TRAINED_ON
    chosen = np.random.default_rng(0).choice(exact.ntotal, min(exact.ntotal, _TRAINED_ON * lists), replace=False)
    index.train(exact.reconstruct_batch(np.sort(chosen)))
    return index


def _batches(exact: faiss.Index) -> Iterator[Vectors]:
    for start in range(0, exact.ntotal, _AT_ONCE):
        yield np.asarray(exact.reconstruct_n(start, min(_AT_ONCE, exact.ntotal - start)), np.float32)


def _head(index: faiss.IndexIVF, total: int) -> bytes:
    """All that stands before the lists in the file of an index of so many vectors."""
    index.ntotal = total
    head = faiss.serialize_index(index).tobytes()
    index.ntotal = 0
    return head[: -_NO_LISTS.size]
