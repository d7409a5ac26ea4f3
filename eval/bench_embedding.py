"""The bench's part that embeds: each way to run the built-in model, its speed against torch float32, and what is lost.

    python -m eval.bench_embedding ../shared/data

does the same over XQuAD, of which the folder of the data sets holds both languages, and tells the recall: how often the
nearest of 240 paragraphs is the question's own.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from time import process_time

import numpy as np

from eval.bench_clock import seconds
from eval.bench_table import Measured, Scale, show_markdown
from eval.data_files import SpanRow, read_rows
from eval.sample_passages import sample_passages
from eval.sets import SAMPLE_QUESTIONS, load_set
from index.builtin_model import NAME
from index.e5_int8 import Int8E5
from index.embedder import Engine, TorchEngine, Vectors, torch_way
from index.int8 import int8_runs

_PASSAGES = 48
_ROUNDS = 3
_LANGUAGES = ("en", "zh")
_HEAD = ("way", "passages/s", "times float32", "the same by processor time", "question ms", "mean cosine to float32")
_NOTE = "Best of three rounds, each way in turn. Processor time is not disturbed by what else runs."


@dataclass(slots=True)
class _Timed:
    """The least seconds and processor seconds that the passages took."""

    wall: float = np.inf
    processor: float = np.inf

    def run(self, work: Callable[[], object]) -> None:
        before = process_time()
        self.wall = min(self.wall, seconds(work))
        self.processor = min(self.processor, process_time() - before)


def embedding(_scale: Scale) -> Iterator[Measured]:
    """Passages a second over the sample, for each way that runs here."""
    question = load_set(SAMPLE_QUESTIONS)[0].question
    engines = ways()
    yield Measured(
        "Embedding, passages of the sample", _HEAD, _rows(engines, sample_passages()[:_PASSAGES], question), (_NOTE,)
    )


def ways() -> dict[str, Engine]:
    """Each way by its name, torch float32 first; the default is one of them."""
    found: dict[str, Engine] = {"torch float32": TorchEngine(NAME, float32=True)}
    if int8_runs():
        found["OpenVINO int8"] = Int8E5()
    if (usual := torch_way()) not in found:
        found[usual] = TorchEngine(NAME)
    return found


def _rows(engines: Mapping[str, Engine], passages: Sequence[str], question: str) -> tuple[tuple[str, ...], ...]:
    timed = {name: _Timed() for name in engines}
    asked = {name: _Timed() for name in engines}
    vectors = {name: _unit(engine.encode_passages(passages)) for name, engine in engines.items()}
    for _ in range(_ROUNDS):
        for name, engine in engines.items():
            timed[name].run(lambda engine=engine: engine.encode_passages(passages))  # type: ignore[misc]
            asked[name].run(lambda engine=engine: engine.encode_question(question))  # type: ignore[misc]
    whole = timed["torch float32"]
    return tuple(
        (
            name,
            f"{len(passages) / one.wall:.1f}",
            f"{whole.wall / one.wall:.1f}",
            f"{whole.processor / one.processor:.1f}",
            f"{asked[name].wall * 1000:.0f}",
            f"{np.sum(vectors[name] * vectors['torch float32'], axis=1).mean():.4f}",
        )
        for name, one in timed.items()
    )


def recalls(data: Path) -> Iterator[Measured]:
    """Recall at 1 over XQuAD, from questions of either language to paragraphs of either, for each way."""
    sets = {language: _paragraphs(data, language) for language in _LANGUAGES}
    pairs = list(product(_LANGUAGES, repeat=2))
    rows = []
    for name, engine in ways().items():
        passages = {language: _unit(engine.encode_passages(texts)) for language, (texts, _, _) in sets.items()}
        asked = {
            language: np.concatenate([_unit(engine.encode_question(text)) for text in questions])
            for language, (_, questions, _) in sets.items()
        }
        # The paragraphs stand in the same order in both languages.
        right = [(asked[a] @ passages[b].T).argmax(axis=1) == sets[a][2] for a, b in pairs]
        rows.append((name, *(f"{100 * hits.mean():.1f}" for hits in right)))
    yield Measured("XQuAD, recall at 1 of 240", ("way", *(f"{a} > {b}" for a, b in pairs)), tuple(rows))


def _paragraphs(data: Path, language: str) -> tuple[list[str], list[str], np.ndarray]:
    rows = sorted(read_rows(data / "xquad" / f"{language}.spans.jsonl.gz", SpanRow), key=lambda row: row.id)
    texts = list(dict.fromkeys(row.context for row in rows))
    place = {text: number for number, text in enumerate(texts)}
    return texts, [row.question for row in rows], np.array([place[row.context] for row in rows])


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def main() -> None:
    """Tell the recall of each way."""
    parser = argparse.ArgumentParser("python -m eval.bench_embedding", description="Recall of each way to embed.")
    parser.add_argument("data", type=Path, help="the folder of the data sets")
    for measured in recalls(parser.parse_args().data):
        show_markdown(measured)


if __name__ == "__main__":
    main()
