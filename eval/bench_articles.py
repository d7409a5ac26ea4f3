"""The bench's part that indexes: articles a second and memory, stage by stage, and what their embedding would take.

Everything is done but the embedding: its rate is measured on a few hundred passages, and the hours that it would take
are told beside.
"""

import gzip
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from eval.bench_clock import seconds, seconds_and_memory
from eval.bench_table import Measured, Scale
from eval.sets import SAMPLE_ARTICLES
from index.embedder import SentenceTransformerEmbedder, Vectors
from index.library import Library
from index.update import index_paths

_EMBEDDED = 256
_STAGES = {
    "reading": "read, clean, split",
    "embedding": "note passages, without embedding them",
    "words": "write vectors and words",
    "copies": "fingerprints for copies",
    "": "compare copies, check, settle on the disk",
}


def articles(scale: Scale) -> Iterator[Measured]:
    """Index the articles, index them again unchanged, and embed some of their passages."""
    there = scale.articles is not None and scale.articles.exists()
    skipped = f"{scale.articles} is not there" if scale.articles else "no --articles FILE was given"
    with TemporaryDirectory() as folder:
        pile = _first(scale.articles, scale.number, Path(folder)) if scale.articles and there else SAMPLE_ARTICLES
        embedder, library = _WithoutEmbedding(), Path(folder) / "library"
        embedder.count_tokens("loads the model")
        clock = _StageClock()
        taken, memory = seconds_and_memory(lambda: index_paths(library, [pile], embedder, clock))
        again = seconds(lambda: index_paths(library, [pile], embedder))
        found = Library.open(library)
        number, passages = found.table.counts()
        texts = [one.text for language in found.languages() for one in found.table.passages_in(language)]
        rate = _embedding_rate(texts[:: max(1, len(texts) // _EMBEDDED)][:_EMBEDDED])
    stages = clock.stages(taken)
    lines = [(_STAGES[stage], each) for stage, each in stages.items()]
    lines += [("all of it", taken), ("all of it again, nothing changed", again)]
    rows = tuple((what, f"{each:,.1f}", f"{number / each:,.0f}", f"{each / taken:.0%}") for what, each in lines)
    yield Measured(
        f"Indexing {number:,} articles, {passages:,} passages, without embedding them",
        ("what", "s", "articles a second", "of the first run"),
        rows,
        (
            f"At most {memory / 1e6:,.0f} MB were the process's own, the model among them. Embedding gave "
            f"{rate:.1f} passages a second on {min(len(texts), _EMBEDDED)} of them: all would take "
            f"{passages / rate / 3600:.2f} hours, {passages / rate / taken:.1f} times the rest.",
            *(() if there else (f"A pile of articles was skipped: {skipped}; the sample's stand in.",)),
        ),
    )


def _first(file: Path, number: int, folder: Path) -> Path:
    """The first articles of a file of rows, as a file of their own; a folder, and any other file, as it is."""
    if not file.is_file() or not file.name.endswith((".jsonl", ".jsonl.gz")):
        return file
    chosen = folder / "articles.jsonl"
    with (gzip.open if file.suffix == ".gz" else open)(file, "rb") as rows, chosen.open("wb") as out:
        out.writelines(islice(rows, number))
    return chosen


def _embedding_rate(texts: Sequence[str]) -> float:
    """Passages a second."""
    embedder = SentenceTransformerEmbedder()
    embedder.embed_passages(texts[:8])
    return len(texts) / seconds(lambda: embedder.embed_passages(texts))


class _WithoutEmbedding:
    """Counts tokens as the built-in embedder does, and gives vectors of chance for passages."""

    name = "made up"
    dimension = 384
    max_tokens = 512

    def __init__(self) -> None:
        self._random = np.random.default_rng(0)
        self.count_tokens = SentenceTransformerEmbedder().count_tokens

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = self._random.normal(size=(len(texts), self.dimension))
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def embed_question(self, _text: str) -> Vectors:
        """The same whatever the text: a library asks for one to know its embedder by."""
        return np.full(self.dimension, self.dimension**-0.5, np.float32)


class _StageClock:
    """The seconds that each stage of a run took, told by its progress."""

    def __init__(self) -> None:
        self._last = perf_counter()
        self._taken: dict[str, float] = {}

    def __call__(self, stage: str, _done: int, _total: int | None) -> None:
        now = perf_counter()
        self._taken[stage] = self._taken.get(stage, 0.0) + now - self._last
        self._last = now

    def stages(self, whole: float) -> dict[str, float]:
        """Stage to seconds, in turn; the rest of the `whole` run is the stage without a name."""
        return self._taken | {"": whole - sum(self._taken.values())}
