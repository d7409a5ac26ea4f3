"""How well the reader tells whether two sentences tell of the same, on our own accounts that it is not trained on.

    python -m eval.sameness [--weights FILE]

Pairs of accounts of a group that tell of the same are to be above pairs of which one tells of something else. The
reader is the shipped one as it runs here, or by torch the one in FILE; beside it stand the second model's cosines.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from eval.accounts import Account, AccountGroup, read_accounts
from eval.declining import auroc
from eval.gap import sameness
from eval.in_print import interval_in_print
from eval.statistics import mean_interval
from index.builtin_model import builtin_model_folder
from index.errors import QuotedeskError
from qa.read import PassageReader
from qa.reader import builtin_reader, torch_reader

# From these log odds on a pair counts as taken for the same.
THE_SAME = 1.0


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair of accounts, whether they tell of the same, and how surely they do: the reader's log odds and a cosine."""

    group: str
    across: bool
    same: bool
    sureness: float
    cosine: float


def main() -> None:
    """Judge all pairs of what is held out and print how well they are told apart."""
    parser = argparse.ArgumentParser(prog="python -m eval.sameness", description="Do two sentences tell of the same?")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="a reader that is not the shipped one")
    options = parser.parse_args()
    try:
        reader = torch_reader(builtin_model_folder(), options.weights) if options.weights else builtin_reader()
        groups = [group for group in read_accounts() if group.held_out]
        judged = [one for group in track(groups, console=Console(stderr=True)) for one in judge(group, reader)]
        Console(width=160).print(table(judged))
    except QuotedeskError as error:
        sys.exit(f"eval.sameness: {error}")


def judge(group: AccountGroup, reader: PassageReader) -> list[Judged]:
    """Every pair of the group but those of two accounts that tell of something else."""
    pairs = [(True, pair) for pair in combinations(group.same, 2)]
    pairs += [(False, pair) for pair in product(group.same, group.other)]
    return [
        Judged(group.name, one.language != other.language, same, *_told(one, other, reader))
        for same, (one, other) in pairs
    ]


def _told(one: Account, other: Account, reader: PassageReader) -> tuple[float, float]:
    (sureness,) = sameness(one.statement, [other.statement], reader.read)
    (cosine,) = reader.nearness(one.statement.text, [other.statement.text])
    return sureness, float(cosine)


def table(judged: Sequence[Judged]) -> Table:
    """A row for pairs in one language, one for pairs in two: AUROCs, and what is taken for the same."""
    printed = Table("accounts", "of the same", "of others", "AUROC, reader", "AUROC, cosine")
    printed.add_column(f"taken for the same, rightly (log odds from {THE_SAME})")
    printed.add_column("and wrongly")
    for name, across in (("in one language", False), ("in two", True)):
        rows = [one for one in judged if one.across is across]
        same, others = ([one for one in rows if one.same is kind] for kind in (True, False))
        told = [_told_apart(rows, key) for key in (lambda one: one.sureness, lambda one: one.cosine)]
        printed.add_row(name, str(len(same)), str(len(others)), *told, _taken(same), _taken(others))
    return printed


def _told_apart(rows: Sequence[Judged], key: Callable[[Judged], float]) -> str:
    told = auroc(np.array([key(one) for one in rows]), np.array([one.same for one in rows]))
    return "-" if told is None else f"{told:.3f}"


def _taken(rows: Sequence[Judged]) -> str:
    taken = [float(one.sureness >= THE_SAME) for one in rows]
    low, high = mean_interval(taken, [one.group for one in rows]) or (None, None)
    return f"{100 * float(np.mean(taken)):.1f} ({interval_in_print('', low, high)})"


if __name__ == "__main__":
    main()
