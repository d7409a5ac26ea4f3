"""What each stage is worth: the same cases asked with one stage switched off at a time.

    python -m eval.ablation ../shared/data NAME --libraries FOLDER [--split dev] [--sample N]

NAME is a data set of `eval.datasets`. Its library is made in FOLDER, or brought up to date there, and a second one
without cleaning when that stage is switched off.
"""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from eval.against import Comparison, compare
from eval.data_files import Dataset
from eval.figures import figures
from eval.records import Run
from eval.run import evaluate
from eval.sets import with_unanswerable
from eval.suite import add_choice, make_library, percent, read_set
from index.any_library import AnyLibrary
from index.article import to_article
from index.embedder import Embedder, SentenceTransformerEmbedder, Vectors
from index.errors import QuotedeskError
from index.library import Library
from index.progress import shown_progress
from index.sentences import split_sentences
from index.types import Article, Draft, Hit
from qa.assistant import Assistant, Steps
from qa.evidence import Evidence
from qa.findings import Finding
from qa.read import PassageReader, choose_passages, read
from qa.reader import Reading, builtin_reader
from qa.retrieve import Candidate, Rarity
from qa.types import Question

_SHOWN = (
    *("passage success@10", "answered rightly", "citation precision", "conflict recall"),
    *("declined, of the answerable", "declined, of the unanswerable", "AURC"),
)


class WithoutWords(Library):
    """Its searches by words find nothing."""

    def search_words(self, *_query: object) -> list[Hit]:
        """No hit."""
        return []


class InOnePool(Library):
    """Its searches by vectors give a passage only if it is among the nearest of all languages together."""

    def search_vectors(self, question: Vectors, language: str, k: int, only: NDArray[np.int64] | None) -> list[Hit]:
        """Those of the `k` nearest passages of all languages that are in `language`; scores are cosines."""
        shelves = (Library.search_vectors(self, question, shelf, k, only) for shelf in self.vectors)
        pool = [hit for hits in shelves for hit in hits]
        nearest = sorted(pool, key=lambda hit: -hit.score)[:k]
        return [hit for hit in nearest if hit.passage.language == language]


def unmarked(draft: Draft) -> Article:
    """The article of a draft without any boilerplate marked."""
    article = to_article(draft)
    return replace(article, boilerplate=(), sentences=split_sentences(article.text, article.language, ()))


def without_shared_words(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates worth reading, ranked and later read without regard to the words that the question shares."""
    blind = [replace(candidate, coverage=0.0, rarity=Rarity({})) for candidate in candidates]
    return choose_passages(sorted(blind, key=lambda candidate: -candidate.probability))


def read_first_sentences(
    question: Question, candidates: Sequence[Candidate], library: AnyLibrary, reader: PassageReader
) -> list[Evidence]:
    """The first sentence of each candidate that could answer, as likely as its passage was before it was read."""
    first: dict[int, Evidence] = {}
    for one in sorted(read(question, candidates, library, reader), key=lambda one: one.span):
        first.setdefault(one.passage, one)
    chosen = [candidate for candidate in candidates if candidate.passage.row in first]
    return [replace(first[one.passage.row], probability=one.probability) for one in chosen]


class _NothingNear:
    """To it all texts are equally near."""

    def nearness(self, _question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """No nearness at all, shape (len(texts),)."""
        return np.zeros(len(texts), np.float32)


class NoReader(_NothingNear):
    """Reads nothing: every passage answers as much as any other, and every word of it."""

    def read(self, _question: str, passages: Sequence[str]) -> list[Reading]:
        """A reading without a preference for each passage; its tokens are the passage's words."""
        words = [[match.span() for match in re.finditer(r"\w+|[^\w\s]", passage)] for passage in passages]
        return [Reading(0.0, np.zeros((len(one), len(one)), np.float32), one) for one in words]


class WithoutSecondModel(_NothingNear):
    """A reader to whom all texts in another language are equally near."""

    def __init__(self, reader: PassageReader) -> None:
        self.read = reader.read


def find_apart(evidence: Sequence[Evidence]) -> list[Finding]:
    """Every sentence as a finding of its own, however many say the same."""
    return [Finding((one,), one.probability) for one in evidence]


def is_likely(findings: Sequence[Finding]) -> bool:
    """Whether the best finding is likelier than not, as its evidence is weighed, without calibration."""
    return bool(findings) and findings[0].probability > 0.5


def _with(steps: Steps) -> Callable[[Path, Embedder, PassageReader], Assistant]:
    return lambda folder, embedder, reader: Assistant(Library.open(folder), embedder, reader, steps)


# Stage to the assistant without it; cleaning, which needs a library of its own, comes apart.
WITHOUT: dict[str, Callable[[Path, Embedder, PassageReader], Assistant]] = {
    "reader": lambda folder, embedder, _reader: Assistant(Library.open(folder), embedder, NoReader()),
    "second model": lambda folder, embedder, reader: Assistant(
        Library.open(folder), embedder, WithoutSecondModel(reader)
    ),
    "candidates by words": lambda folder, embedder, reader: Assistant(WithoutWords.open(folder), embedder, reader),
    "shared words as evidence": _with(Steps(choose=without_shared_words)),
    "candidates per language": lambda folder, embedder, reader: Assistant(
        InOnePool.open(folder), embedder, reader, Steps(choose=partial(choose_passages, of_a_language=0))
    ),
    "copies share a place": _with(Steps(choose=partial(choose_passages, same=lambda passage: passage.row))),
    "joining": _with(Steps(find=find_apart)),
    "calibration": _with(Steps(enough=is_likely)),
    "evidence choice": _with(Steps(read=read_first_sentences)),
    "declining": _with(Steps(enough=bool)),
}
CLEANING = "cleaning"


def main() -> None:
    """Ask the chosen set whole and then with each stage off, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m eval.ablation", description="What each stage is worth.")
    add_choice(parser, several=False)
    parser.add_argument("--stages", nargs="+", choices=(CLEANING, *WITHOUT), default=(CLEANING, *WITHOUT))
    options = parser.parse_args()
    try:
        Console(width=220).print(ablated(options))
    except QuotedeskError as error:
        sys.exit(f"eval.ablation: {error}")


def ablated(options: argparse.Namespace) -> Table:
    """The table: a row for the whole, then one for each stage that was switched off."""
    (name,) = options.names
    dataset = read_set(options.data, name, options.split, options.sample)
    embedder, reader = SentenceTransformerEmbedder(), builtin_reader()
    folder = make_library(dataset, options.libraries / name, embedder)
    whole = _run(Assistant(Library.open(folder), embedder, reader), dataset)
    table = Table("without", *_SHOWN, "right, change", "ms p50", title=f"{name}, {len(whole.records)}")
    _add_row(table, "(whole)", whole, "")
    for stage in options.stages:
        if stage == CLEANING:
            bare = make_library(dataset, options.libraries / f"{name}-uncleaned", embedder, unmarked)
            assistant = Assistant(Library.open(bare), embedder, reader)
        else:
            assistant = WITHOUT[stage](folder, embedder, reader)
        run = _run(assistant, dataset)
        _add_row(table, stage, run, _cost(compare(whole, run)))
    return table


def _run(assistant: Assistant, dataset: Dataset) -> Run:
    with shown_progress() as progress:
        return evaluate(assistant, with_unanswerable(dataset.cases), dataset.name, progress)


def _add_row(table: Table, stage: str, run: Run, cost: str) -> None:
    found = {figure.measure: figure for figure in figures(run.records)}
    shares = [percent(found[measure]) if measure in found else "-" for measure in _SHOWN]
    table.add_row(stage, *shares, cost, f"{found['latency p50, ms'].value:.0f}")


def _cost(comparison: Comparison) -> str:
    """The change in the share of cases treated rightly, in points: "-2.4 (-4.0 to -0.8), p 0.003"."""
    right = comparison.right
    ends = "" if right.low is None or right.high is None else f" ({right.low * 100:+.1f} to {right.high * 100:+.1f})"
    return f"{right.difference * 100:+.1f}{ends}, p {comparison.mcnemar.p_value:.2g}"


if __name__ == "__main__":
    main()
