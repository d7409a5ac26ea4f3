"""Work that takes a while, told about while it runs in a thread of its own."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from index.intake import IndexReport
from index.progress import Progress

Step = tuple[str, int, int | None]

# Steps closer together than this are not read, only counted.
_SECONDS_BETWEEN = 0.15


def steps_of(work: Callable[[Progress], IndexReport]) -> Iterator[Step | IndexReport]:
    """The steps of `work` while it runs in a thread, then its report. Raises what `work` does, at the end.

    Whoever stops listening does not stop the work: it is waited for.
    """
    steps: SimpleQueue[Step | None] = SimpleQueue()
    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(work, lambda *step: steps.put(step))
        done.add_done_callback(lambda _: steps.put(None))
        ended = False
        while not ended:
            step, ended = _latest(steps)
            if step is not None:
                yield step
            if not ended:
                time.sleep(_SECONDS_BETWEEN)
        yield done.result()


def _latest(steps: SimpleQueue[Step | None]) -> tuple[Step | None, bool]:
    """The last step told since, waited for if there is none yet, and whether it is the last of all."""
    step = None
    while (told := steps.get()) is not None:
        step = told
        if steps.empty():
            return step, False
    return step, True
