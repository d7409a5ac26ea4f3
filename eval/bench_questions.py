"""The bench's part that asks: each step of a question over the sample, against the embedding of one question."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from eval.bench_clock import seconds
from eval.bench_table import Measured, Scale
from eval.own_command import own_command
from eval.sets import SAMPLE_ARTICLES, SAMPLE_QUESTIONS, load_set
from index.embedder import SentenceTransformerEmbedder
from index.update import index_paths
from qa.assistant import Assistant

_QUESTIONS = 20


def questions(_scale: Scale) -> Iterator[Measured]:
    """Milliseconds, and how many times the embedding of one question that is."""
    asked = [case.question for case in load_set(SAMPLE_QUESTIONS)[:_QUESTIONS]]
    embedder = SentenceTransformerEmbedder()
    with TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        embedder.embed_question(asked[0])
        first_run = seconds(lambda: index_paths(library, [SAMPLE_ARTICLES], embedder))
        again = seconds(lambda: index_paths(library, [SAMPLE_ARTICLES], embedder))
        assistant = Assistant.open(library)
        unit = _median(asked, embedder.embed_question)
        taken = {
            "embed a question": unit,
            "search": _median(asked, assistant.search),
            "ask": _median(asked, assistant.ask),
            "index a passage": first_run / assistant.library.manifest.passages,
            "index the unchanged sample again": again,
            "cold `search` from the command line": seconds(lambda: _cold_search(library, asked[0])),
        }
    rows = tuple((what, f"{each * 1000:.1f}", f"{each / unit:.1f}") for what, each in taken.items())
    yield Measured("Questions, on the sample", ("what", "ms", "times a question's embedding"), rows)


def _median(asked: list[str], run: Callable[[str], object]) -> float:
    return median(seconds(lambda question=question: run(question)) for question in asked)  # type: ignore[misc]


def _cold_search(library: Path, question: str) -> None:
    subprocess.run(own_command("search", question, "--library", str(library)), check=True, capture_output=True)
