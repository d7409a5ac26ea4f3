"""Does reading put the right passage first? The passages read, in the embedder's order, retrieval's and the reader's.

    python -m eval.order ../shared/data NAME --libraries FOLDER [--split test] [--sample N]

NAME is a data set of `eval.datasets` whose answers are known. Every change is against the embedder's order, question by
question.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.progress import track
from rich.table import Table

from eval.in_print import interval_in_print
from eval.match import holds_any
from eval.metrics import success_at
from eval.run import studied
from eval.sets import Case, group_of
from eval.statistics import paired_interval
from eval.suite import add_choice, assistant_over, read_set
from index.embedder import SentenceTransformerEmbedder
from index.errors import QuotedeskError
from qa.assistant import Assistant, Study
from qa.reader import builtin_reader
from qa.retrieve import Candidate

_DEPTHS = (1, 3, 5)


@dataclass(frozen=True, slots=True)
class Ordered:
    """A case, and for each order whether the passages hold the answer, the first passage first."""

    case: Case
    holding: dict[str, list[bool]]


def main() -> None:
    """Ask the chosen set and print a row for each order."""
    parser = argparse.ArgumentParser(prog="python -m eval.order", description="Does reading put the right one first?")
    add_choice(parser, several=False)
    options = parser.parse_args()
    (name,) = options.names
    try:
        dataset = read_set(options.data, name, options.split, options.sample)
        assistant = assistant_over(dataset, options.libraries, SentenceTransformerEmbedder(), builtin_reader())
        cases = [case for case in dataset.cases if case.synonyms]
        found = [ordered(case, assistant) for case in track(cases, name, console=Console(stderr=True))]
        Console(width=160).print(table(found))
    except QuotedeskError as error:
        sys.exit(f"eval.order: {error}")


def ordered(case: Case, assistant: Assistant) -> Ordered:
    """The passages that are read for a case, in each order."""
    study = studied(case, assistant)
    return Ordered(case, {name: _holding(case, by(study)) for name, by in ORDERS.items()})


def _by_vectors(study: Study) -> list[Candidate]:
    return sorted(study.candidates, key=lambda candidate: -candidate.cosine)


def _by_retrieval(study: Study) -> list[Candidate]:
    return study.candidates


def _by_reading(study: Study) -> list[Candidate]:
    """By the likeliest sentence in each; passages without one that could answer come last."""
    best: dict[int, float] = {}
    for one in study.evidence:
        best[one.passage] = max(one.probability, best.get(one.passage, 0.0))
    return sorted(study.candidates, key=lambda candidate: -best.get(candidate.passage.row, 0.0))


ORDERS: dict[str, Callable[[Study], list[Candidate]]] = {
    "vectors": _by_vectors,
    "retrieval": _by_retrieval,
    "reader": _by_reading,
}


def _holding(case: Case, candidates: Sequence[Candidate]) -> list[bool]:
    return [one.passage.article in case.articles and holds_any(one.passage.text, case.synonyms) for one in candidates]


def table(found: Sequence[Ordered]) -> Table:
    """A row an order: how often an answering passage is among the first; the change is against the embedder's order."""
    heads = (f"among {depth}" for depth in _DEPTHS)
    shown = Table("order", *heads, "first, against vectors", title=f"{len(found)} questions")
    groups = [group_of(one.case) for one in found]
    before = [success_at(1, one.holding["vectors"]) for one in found]
    for name in ORDERS:
        shares = [sum(success_at(depth, one.holding[name]) for one in found) / len(found) for depth in _DEPTHS]
        after = [success_at(1, one.holding[name]) for one in found]
        rise, low, high = paired_interval(before, after, groups)
        change = f"{rise * 100:+.1f} ({interval_in_print('', low, high)})" if after != before else ""
        shown.add_row(name, *(f"{share * 100:.1f}" for share in shares), change)
    return shown


if __name__ == "__main__":
    main()
