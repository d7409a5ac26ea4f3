"""How much runs at once: a few places, a short queue before them, and a clear word when both are full."""

import os
from collections.abc import Callable
from math import ceil
from time import perf_counter
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from ui.problem import Busy

# Of programs; the page's own questions wait in Gradio's queue.
# A model uses every core for one question already; a second one fills the gaps between its stages.
QUESTIONS_AT_ONCE = max(2, os.cpu_count() or 1)
# As many more as are through in about ten seconds on a laptop; who comes later is better off told so.
QUESTIONS_WAITING = 16
# How much of the mean the last one makes up.
_WEIGHT = 0.2
Made = TypeVar("Made")


class Places:
    """Work runs in threads, `at_once` pieces of it, while `waiting` more wait in turn. For one event loop."""

    def __init__(self, at_once: int = QUESTIONS_AT_ONCE, waiting: int = QUESTIONS_WAITING) -> None:
        self._limiter = CapacityLimiter(at_once)
        self._at_once = at_once
        self._most = at_once + waiting
        self._seconds = 1.0
        self.taken = 0

    async def run(self, work: Callable[[], Made]) -> Made:
        """What `work` makes, once it is its turn. Raises `Busy` when the queue is full.

        Cancelled while it waits, it leaves at once. Cancelled while it runs, it keeps its place until `work` comes
        back; `work` should look out for that with `anyio.from_thread.check_cancelled`.
        """
        if self.taken >= self._most:
            told = f"{self._at_once} are under way and {self._most - self._at_once} are waiting"
            raise Busy(told, ceil(self._seconds * self.taken / self._at_once))
        self.taken += 1
        try:
            return await to_thread.run_sync(lambda: self._timed(work), limiter=self._limiter)
        finally:
            self.taken -= 1

    def _timed(self, work: Callable[[], Made]) -> Made:
        began = perf_counter()
        try:
            return work()
        finally:
            self._seconds += _WEIGHT * (perf_counter() - began - self._seconds)
