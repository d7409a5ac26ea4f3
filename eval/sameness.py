"""How well the reader tells whether two sentences tell of the same, on our own accounts that it is not trained on.

    python -m eval.sameness [--weights FILE]

Pairs of accounts of a group that tell of the same are to be above pairs of which one tells of something else. The
reader is the shipped one as it runs here, or by torch the one in FILE; beside it stand the second model's cosines.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from eval.accounts import Account, AccountGroup, read_accounts
from eval.gap import sameness
from eval.in_print import auroc_in_print, share_in_print
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
    alike = [(one, group.same[place:], True) for place, one in enumerate(group.same[:-1], 1)]
    unlike = [(one, group.other, False) for one in group.same]
    return [
        Judged(group.name, one.language != other.language, same, sureness, cosine)
        for one, others, same in (*alike, *unlike)
        for other, sureness, cosine in _judged(one, others, reader)
    ]


def _judged(one: Account, others: Sequence[Account], reader: PassageReader) -> Iterator[tuple[Account, float, float]]:
    """Each of the others with how surely it tells of the same, and how near it is."""
    told = [other.statement for other in others]
    surenesses = sameness(one.statement, told, reader.read)
    cosines = reader.nearness(one.statement.text, [statement.text for statement in told])
    yield from zip(others, surenesses, cosines.tolist(), strict=True)


def table(judged: Sequence[Judged]) -> Table:
    """A row for pairs in one language, one for pairs in two: AUROCs, and what is taken for the same."""
    printed = Table("accounts", "of the same", "of others", "AUROC, reader", "AUROC, cosine")
    printed.add_column(f"taken for the same, rightly (log odds from {THE_SAME})")
    printed.add_column("and wrongly")
    for name, across in (("in one language", False), ("in two", True)):
        rows = [one for one in judged if one.across is across]
        same, others = ([one for one in rows if one.same is kind] for kind in (True, False))
        by_reader = auroc_in_print([one.sureness for one in same], [one.sureness for one in others])
        by_cosine = auroc_in_print([one.cosine for one in same], [one.cosine for one in others])
        printed.add_row(name, str(len(same)), str(len(others)), by_reader, by_cosine, _taken(same), _taken(others))
    return printed


def _taken(rows: Sequence[Judged]) -> str:
    return share_in_print([one.sureness >= THE_SAME for one in rows], [one.group for one in rows])


if __name__ == "__main__":
    main()
