"""What a part of the bench was asked to measure, and the table that it gives back; it measures nothing itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: `number` of the articles in a file or folder, and libraries of so many `passages`.

    `articles` is None where none were named: the sample's stand in. `like` is the library whose vectors those of
    made-up passages resemble, None for the sample's.
    """

    articles: Path | None
    number: int
    passages: tuple[int, ...]
    like: Path | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A table: what it is of, its columns' heads, its rows in print, and what a reader has to know beside them."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


Part = Callable[[Scale], Iterator[Measured]]
"""A part of the bench: it measures as it is asked for the next table."""


def show(measured: Measured) -> None:
    """Print it for a terminal."""
    table = Table(*measured.head, title=measured.title, title_justify="left", title_style="bold")
    for row in measured.rows:
        table.add_row(*row)
    console = Console(highlight=False)
    console.print(table, *measured.notes, sep="\n", markup=False)


def show_markdown(measured: Measured) -> None:
    """Print it as RESULTS.md has it."""
    lines = [f"### {measured.title}", "", _line(measured.head), _line(["---"] * len(measured.head))]
    lines += [*map(_line, measured.rows), "", *measured.notes]
    Console(soft_wrap=True, highlight=False).print("\n".join(lines).strip() + "\n", markup=False)


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"
