"""The standing measurements: a data set by name, its library made if need be, its report, and its row of RESULTS.md.

    python -m eval.suite ../shared/data NAME... --libraries FOLDER [--split dev] [--sample N]

The library of NAME is made in FOLDER/NAME, or brought up to date there, and the report goes to FOLDER/NAME-report.
Cases that name the articles which answer them are asked once more without these, so that declining is measured on
every set.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from eval.data_files import Dataset, sample
from eval.datasets import READERS, positive
from eval.figures import Figure, figures
from eval.in_print import interval_in_print
from eval.records import Run
from eval.report import write_report
from eval.run import evaluate
from eval.sets import BadSet, with_unanswerable
from index.article import to_article
from index.embedder import Embedder, SentenceTransformerEmbedder
from index.errors import QuotedeskError
from index.last_run import last_run
from index.library import Library
from index.progress import shown_progress
from index.types import Article, Draft
from index.update import index_paths
from qa.assistant import Assistant
from qa.read import PassageReader
from qa.reader import builtin_reader

# The columns of RESULTS.md after date, commit and set.
COLUMNS = (
    *("success@5", "passage success@5", "answered rightly", "F1", "citation precision"),
    *("declined, of the answerable", "declined, of the unanswerable", "AURC", "calibration error"),
    *("conflict recall", "conflict false alarm", "verbatim"),
)


def main() -> None:
    """Measure each set named and print its row."""
    parser = argparse.ArgumentParser(prog="python -m eval.suite", description="Measure standing sets.")
    add_choice(parser, several=True)
    options = parser.parse_args()
    try:
        embedder, reader = SentenceTransformerEmbedder(), builtin_reader()
        for name in options.names:
            dataset = read_set(options.data, name, options.split, options.sample)
            run = measure(dataset, options.libraries, embedder, reader, f"{name} {options.split or ''}".rstrip())
            Console(soft_wrap=True, highlight=False).print(results_row(run), markup=False)
    except QuotedeskError as error:
        sys.exit(f"eval.suite: {error}")


def measure(dataset: Dataset, libraries: Path, embedder: Embedder, reader: PassageReader, name: str) -> Run:
    """The run over a data set, called `name`, with its report beside its library."""
    assistant = assistant_over(dataset, libraries, embedder, reader)
    with shown_progress() as progress:
        run = evaluate(assistant, with_unanswerable(dataset.cases), name, progress)
    run.save(libraries / f"{dataset.name}-report")
    write_report(run, libraries / f"{dataset.name}-report")
    return run


def assistant_over(dataset: Dataset, libraries: Path, embedder: Embedder, reader: PassageReader) -> Assistant:
    """An assistant over the set's library in `libraries`, which is brought up to date."""
    return Assistant(Library.open(make_library(dataset, libraries / dataset.name, embedder)), embedder, reader)


def add_choice(parser: argparse.ArgumentParser, *, several: bool) -> None:
    """The arguments that say which sets are measured, and where their libraries are."""
    parser.add_argument("data", type=Path, help="the folder of the data sets")
    parser.add_argument("names", nargs="+" if several else 1, choices=READERS, metavar="NAME", help=", ".join(READERS))
    parser.add_argument("--libraries", type=Path, required=True, help="where libraries and reports are kept")
    parser.add_argument("--split", choices=("dev", "test"), help="only the questions that may, or may not, be tuned on")
    parser.add_argument("--sample", type=positive, metavar="N", help="only N of the questions, the same each time")


def read_set(data: Path, name: str, split: str | None, number: int | None) -> Dataset:
    """The data set of that name, with the cases of one split or all, and of these `number` or all.

    Raises `BadSet` as its reader does, and where no case is left.
    """
    dataset = READERS[name](data)
    cases = [case for case in dataset.cases if split in (None, case.split)]
    if not cases:
        raise BadSet(f"{name} has no case of the split {split!r}; leave --split out")
    return dataset.with_cases(cases if number is None else sample(cases, number))


def make_library(
    dataset: Dataset, folder: Path, embedder: Embedder, article_of: Callable[[Draft], Article] = to_article
) -> Path:
    """The folder of the set's library, brought up to date: only what changed since is embedded.

    Raises `BadSet` where the library is of articles at another place: with these it would hold each of them twice.
    """
    articles = dataset.write_articles(folder.with_name(f"{folder.name}-articles"))
    before = last_run(folder)
    if before and [Path(path).resolve() for path in before.paths] != [articles.resolve()]:
        held = ", ".join(before.paths)
        raise BadSet(f"{folder} was indexed from {held}, not from {articles}; delete it, or name other --libraries")
    with shown_progress() as progress:
        index_paths(folder, [articles], embedder, progress, article_of)
    return folder


def results_row(run: Run) -> str:
    """The run as a row of RESULTS.md: each share with its interval in per cent, then the seconds of the whole run."""
    found = {figure.measure: figure for figure in figures(run.records)}
    cells = [percent(found[measure]) if measure in found else "-" for measure in COLUMNS]
    latency = " / ".join(f"{found[f'latency {p}, ms'].value:.0f}" for p in ("p50", "p95"))
    cases = len(run.records)
    head = [f"| {run.made_at[:10]}", run.facts["code"].rpartition(" ")[2], f"{run.set_name}, {cases}"]
    return " | ".join([*head, *cells, latency, f"{run.seconds:.0f} |"])


def percent(figure: Figure) -> str:
    """A share with its interval in per cent, such as "86.5 (74–96)"."""
    if figure.value is None:
        return "-"
    return f"{figure.value * 100:.1f} ({interval_in_print(figure.measure, figure.low, figure.high)})"


if __name__ == "__main__":
    main()
