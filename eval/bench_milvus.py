"""A library's vectors in Milvus beside the same vectors in a folder, searched in one run: speed as ratios, and recall.

    python -m eval.bench_milvus milvus://127.0.0.1:19530/bench [--passages 100000]

The vectors are made up, in clusters, as those of an embedder are. The library of that name is made anew and dropped.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from rich.console import Console
from rich.table import Table

from index.embedder import Vectors
from index.errors import LibraryError, QuotedeskError
from index.milvus.address import milvus_address
from index.milvus.store import MilvusStore, Row
from index.vectors import VectorShelf, write_vectors

_DIMENSION = 384
_QUESTIONS = 50
_NEAREST = 10
_AT_ONCE = 10_000


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench_milvus", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("address", help="milvus://HOST:19530/NAME or milvus:///PATH/FILE.db/NAME")
    parser.add_argument("--passages", type=int, default=100_000, help="how many vectors")
    options = parser.parse_args()
    try:
        measure(options.address, options.passages)
    except QuotedeskError as error:
        sys.exit(f"eval.bench_milvus: {error}")


def measure(where: str, passages: int) -> None:
    """Measure and print."""
    address = milvus_address(where)
    if address is None:
        raise LibraryError(f"{where!r} is a folder; give milvus://HOST:19530/NAME")
    store = MilvusStore(address)
    if store.alias(address.name):
        raise LibraryError(f"there is a library at {address}; give a name that is not taken")
    try:
        with TemporaryDirectory() as folder:
            _print(passages, *_searched(store, Path(folder) / "vectors.faiss", passages))
    finally:
        for name in (store.passages, store.articles, store.words):
            store.call("drop_collection", name)


def _searched(store: MilvusStore, file: Path, passages: int) -> tuple[float, float, float, float]:
    """Seconds of writing to Milvus, median seconds of a search in the folder and in Milvus, and its recall@10."""
    write_vectors(file, np.arange(passages, dtype=np.int64), _DIMENSION, _made_up(passages))
    store.make(_DIMENSION)
    wrote = _seconds(lambda: sum(store.insert(store.passages, _rows(passages))))
    # It answers once it has taken in everything, and a server indexes in the meantime.
    store.call("flush", store.passages)
    shelf, condition = VectorShelf.open(file), 'language == "en" and born <= 1'
    questions = next(_made_up(_QUESTIONS, seed=1))
    exact = [shelf.search(question, _NEAREST) for question in questions]
    found = [store.nearest(question, _NEAREST, condition) for question in questions]
    shared = (len({row for row, _ in one} & {row for row, _ in other}) for one, other in zip(exact, found, strict=True))
    recall = sum(shared) / (_NEAREST * _QUESTIONS)
    here = _median(questions, lambda question: shelf.search(question, _NEAREST))
    there = _median(questions, lambda question: store.nearest(question, _NEAREST, condition))
    return wrote, here, there, recall


def _made_up(number: int, seed: int = 0) -> Iterator[Vectors]:
    """Unit vectors around 1,000 centres that do not depend on `seed`, float32, shape (up to 10,000, 384)."""
    centres = np.random.default_rng(1_000).normal(size=(1_000, _DIMENSION))
    noise = np.random.default_rng(seed)
    for start in range(0, number, _AT_ONCE):
        size = min(_AT_ONCE, number - start)
        vectors = centres[noise.integers(0, len(centres), size)] + noise.normal(size=(size, _DIMENSION))
        yield np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _rows(passages: int) -> Iterator[Row]:
    vectors = (vector for batch in _made_up(passages) for vector in batch)
    for row, vector in enumerate(vectors):
        facts = {"row": row, "article": str(row), "language": "en", "start": 0, "end": 1}
        yield facts | {"published": 0, "born": 1, "vector": vector}


def _print(passages: int, wrote: float, here: float, there: float, recall: float) -> None:
    table = Table(
        "passages", "written to Milvus a second", "search in a folder, ms", "in Milvus, ms", "ratio", "recall@10"
    )
    row = (f"{here * 1000:.1f}", f"{there * 1000:.1f}", f"{there / here:.2f}", f"{recall:.3f}")
    table.add_row(f"{passages:,}", f"{passages / wrote:,.0f}", *row)
    Console().print(table)


def _seconds(run: Callable[[], object]) -> float:
    start = perf_counter()
    run()
    return perf_counter() - start


def _median(questions: Vectors, run: Callable[[Vectors], object]) -> float:
    return median(_seconds(lambda question=question: run(question)) for question in questions)  # type: ignore[misc]


if __name__ == "__main__":
    main()
