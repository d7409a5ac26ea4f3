"""The bench's part about size: how libraries of made-up passages are made, lie on the disk and are searched.

Nothing is embedded. What a question takes besides, its embedding, is in the part "questions".
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
from numpy.typing import NDArray

from eval.bench_clock import seconds
from eval.bench_library import LANGUAGE, ONE_DAY_OF_A_HUNDRED, made_up_text, make_library
from eval.bench_table import Measured, Scale
from eval.bench_vectors import like
from eval.sets import SAMPLE_ARTICLES
from index.embedder import SentenceTransformerEmbedder, Vectors
from index.library import Library
from index.types import Filter
from index.update import index_paths
from qa.question import understand
from qa.retrieve import retrieve

_COLD, _WARM = 10, 50
_WORDS_OF_A_QUESTION = 6
_NEAREST = 10
# Two roundings of one product in float32.
_ROUNDING = 1e-5
_MADE = (
    *("passages", "articles, MB", "vectors, MB", "lists, MB", "words, MB"),
    *("vectors written, s", "lists made, s", "words made, s", "memory, MB"),
)
_SEARCHED = (
    *("passages", "cold ms, p50 / p95", "warm ms, p50 / p95", "of it processor", "times the smallest"),
    *("one day of a hundred, ms", "recall@10", "of one day", "own recall@10"),
)


def search(scale: Scale) -> Iterator[Measured]:
    """A library of each number of passages: how it is made, and how it is searched."""
    made: list[tuple[str, ...]] = []
    searched: list[tuple[str, ...]] = []
    unit = 0.0
    with TemporaryDirectory() as folder:
        real, name = _real_vectors(scale.like, Path(folder) / "real")
        for number in sorted(scale.passages):
            place = Path(folder) / str(number)
            steps, memory = make_library(place, number, real)
            sizes = [_size(place, kind) for kind in ("*.sqlite", "*.faiss", "*.ivf", "words-*/*")]
            cells = [*(f"{size / 1e6:,.1f}" for size in sizes), *(f"{taken:,.1f}" for taken in steps.values())]
            made.append((f"{number:,}", *cells, f"{memory / 1e6:,.0f}"))
            _cold(place, *next(_questions(real, 1)))  # what the first question of a process loads besides
            cold = [_cold(place, vector, text) for vector, text in _questions(real, _COLD)]
            library = Library.open(place)
            warm, busy = _warm(library, real, Filter())
            narrow, _ = _warm(library, real, ONE_DAY_OF_A_HUNDRED)
            unit = unit or float(np.median(warm))
            recalls = (_recall(library, real, where) for where in (Filter(), ONE_DAY_OF_A_HUNDRED))
            searched.append(
                (
                    *(f"{number:,}", _percentiles(cold), _percentiles(warm), f"{np.median(busy) * 1000:.1f}"),
                    *(f"{np.median(warm) / unit:.1f}", _percentiles(narrow), *(f"{recall:.3f}" for recall in recalls)),
                    *(f"{share:.3f}" for share in library.manifest.recall.values() or [1.0]),
                )
            )
    yield Measured(
        "Size, and what making it takes",
        _MADE,
        tuple(made),
        (
            f"Vectors are made up, like those of {name}; passages are of 40 words. Memory is the most that was the "
            "process's own meanwhile; files that are mapped are not counted.",
        ),
    )
    yield Measured(
        "Search, without the embedding of the question",
        _SEARCHED,
        tuple(searched),
        (
            "Cold: the library is opened anew, and its files are not in the system's cache where it lets go of them. "
            f"Recall is counted over {_WARM} questions, own recall over vectors of the library when it was made.",
        ),
    )


def _real_vectors(library: Path | None, place: Path) -> tuple[Vectors, str]:
    """What made-up vectors are like: those of a library, else of the sample; and what it is called."""
    if library is None:
        index_paths(place, [SAMPLE_ARTICLES], SentenceTransformerEmbedder())
    opened = Library.open(library or place)
    shelf = opened.vectors[next(iter(opened.languages()))]
    return shelf.vectors(shelf.rows()), library.name if library else "the sample"


def _questions(real: Vectors, number: int) -> Iterator[tuple[Vectors, str]]:
    (vectors,) = like(real, number, seed=1)
    for place, vector in enumerate(vectors):
        yield vector, made_up_text(_WORDS_OF_A_QUESTION, -1 - place)


def _ask(library: Library, vector: Vectors, text: str, where: Filter) -> None:
    asked = understand(text, text, where)
    retrieve(asked, vector, library, depth=_NEAREST)


def _cold(folder: Path, vector: Vectors, text: str) -> float:
    _let_go(folder)
    return seconds(lambda: _ask(Library.open(folder), vector, text, Filter()))


def _let_go(folder: Path) -> None:
    """Ask the system to drop the files from its cache; there are systems without such a thing."""
    if not hasattr(os, "posix_fadvise"):
        return
    for file in filter(Path.is_file, folder.rglob("*")):
        number = os.open(file, os.O_RDONLY)
        os.posix_fadvise(number, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(number)


def _warm(library: Library, real: Vectors, where: Filter) -> tuple[list[float], list[float]]:
    """Seconds of each question, and how many of them a processor was busy."""
    taken, busy = [], []
    for vector, text in _questions(real, _WARM):
        start = process_time()
        taken.append(seconds(_asking(library, vector, text, where)))
        busy.append(process_time() - start)
    return taken, busy


def _asking(library: Library, vector: Vectors, text: str, where: Filter) -> Callable[[], None]:
    return lambda: _ask(library, vector, text, where)


def _recall(library: Library, real: Vectors, where: Filter) -> float:
    """The share of the exact ten nearest that is found. By cosines, since of equal ones any will do."""
    shelf, only = library.vectors[LANGUAGE], library.rows_admitted(where)
    rows = shelf.rows() if only is None else only
    questions = np.stack([vector for vector, _ in _questions(real, _WARM)])
    exact = _nearest_cosines(shelf.vectors, rows, questions)
    found = (shelf.search(question, _NEAREST, only) for question in questions)
    near = [sum(cosine >= last - _ROUNDING for _, cosine in one) for one, last in zip(found, exact, strict=True)]
    return float(np.mean(near)) / _NEAREST


def _nearest_cosines(
    vectors: Callable[[NDArray[np.int64]], Vectors], rows: NDArray[np.int64], questions: Vectors
) -> Vectors:
    """The cosine of the tenth nearest of each question, with all of `rows` looked at."""
    best = np.full((len(questions), _NEAREST), -1, np.float32)
    for start in range(0, len(rows), 16_384):
        cosines = questions @ vectors(rows[start : start + 16_384]).T
        best = np.sort(np.hstack([best, cosines]), axis=1)[:, -_NEAREST:]
    return best[:, 0]


def _percentiles(taken: list[float]) -> str:
    middle, slow = np.percentile(np.array(taken) * 1000, [50, 95])
    return f"{middle:.1f} / {slow:.1f}"


def _size(folder: Path, kind: str) -> int:
    return sum(file.stat().st_size for file in folder.glob(f"snapshot-*/{kind}"))
