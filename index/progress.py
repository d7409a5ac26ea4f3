"""How long work tells how far it has come: a callback, and a bar on the terminal that is one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

Progress = Callable[[str, int, int | None], None]
"""Called with the stage, such as "reading" or "embedding", how many are done, and of how many, None where unknown."""


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """A bar for each stage on standard error; nothing where that is no terminal."""
    console = Console(stderr=True, highlight=False, emoji=False)
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks = {}

        def report(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report
