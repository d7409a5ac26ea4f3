"""How long work tells how far it has come: a callback, and two ways to show it on standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.text import Text

Progress = Callable[[str, int, int | None], None]
"""Called with the stage, such as "reading" or "embedding", how many are done, and of how many, None where unknown."""

# Often enough to see that it goes on, seldom enough for the log of a night.
_SECONDS_BETWEEN_LINES = 5.0


def no_progress(_stage: str, _done: int, _total: int | None) -> None:
    """Tells nobody."""


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """A bar for each stage with its rate and the time left; a line every few seconds where there is no terminal."""
    console = Console(stderr=True, highlight=False, emoji=False)
    if not console.is_terminal:
        yield _Lines(console)
        return
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Bars(*columns, console=console, transient=True) as bars:
        tasks = {}

        def report(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        """How many a second, over the last while."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="progress.data.speed")


class _Lines:
    """Reports as lines, the first after a few seconds and then no more than one in as many."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._stage = ""
        self._began = self._told = monotonic()

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        now = monotonic()
        if stage != self._stage:
            self._stage, self._began = stage, now
        if now - self._told < _SECONDS_BETWEEN_LINES:
            return
        self._told = now
        self._console.print(_line(stage, done, total, now - self._began), soft_wrap=True)


def _line(stage: str, done: int, total: int | None, seconds: float) -> str:
    """Such as "embedding 1,280 of 72,090, 31/s, 38:04 left"."""
    rate = done / seconds if seconds else 0.0
    facts = [f"{stage} {done:,}" if total is None else f"{stage} {done:,} of {total:,}"]
    if rate:
        facts.append(f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s")
    if rate and total is not None:
        minutes, left = divmod(round((total - done) / rate), 60)
        facts.append(f"{minutes}:{left:02} left")
    return ", ".join(facts)
