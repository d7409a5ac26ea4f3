"""Speed over the sample articles, as ratios within one run: machines differ, and this one differs from hour to hour."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from rich.console import Console
from rich.table import Table

from eval.sets import SAMPLE_ARTICLES, SAMPLE_QUESTIONS, load_set
from index.embedder import SentenceTransformerEmbedder
from index.update import index_paths
from qa.assistant import Assistant

_QUESTIONS = 20


def main() -> None:
    """Measure and print: milliseconds, and how many times the embedding of one question that is."""
    questions = [case.question for case in load_set(SAMPLE_QUESTIONS)[:_QUESTIONS]]
    embedder = SentenceTransformerEmbedder()
    with TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        embedder.embed_question(questions[0])
        first_run = _seconds(lambda: index_paths(library, [SAMPLE_ARTICLES], embedder))
        again = _seconds(lambda: index_paths(library, [SAMPLE_ARTICLES], embedder))
        assistant = Assistant.open(library)
        passages = assistant.library.manifest.passages
        unit = _median(questions, embedder.embed_question)
        _print(
            unit,
            {
                "embed a question": unit,
                "search": _median(questions, assistant.search),
                "ask": _median(questions, assistant.ask),
                "index a passage": first_run / passages,
                "index the unchanged sample again": again,
                "cold `search` from the command line": _seconds(lambda: _cold_search(library, questions[0])),
            },
        )


def _print(unit: float, seconds: dict[str, float]) -> None:
    table = Table("what", "ms", "times a question's embedding")
    for what, taken in seconds.items():
        table.add_row(what, f"{taken * 1000:.1f}", f"{taken / unit:.1f}")
    Console().print(table)


def _seconds(run: Callable[[], object]) -> float:
    start = perf_counter()
    run()
    return perf_counter() - start


def _median(questions: list[str], run: Callable[[str], object]) -> float:
    return median(_seconds(lambda question=question: run(question)) for question in questions)  # type: ignore[misc]


def _cold_search(library: Path, question: str) -> None:
    command = "import sys; from ui.cli import main; sys.argv[0] = 'quotedesk'; main()"
    subprocess.run(
        [sys.executable, "-c", command, "search", question, "--library", str(library)], check=True, capture_output=True
    )


if __name__ == "__main__":
    main()
