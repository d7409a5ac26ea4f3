"""How much runs at once: a few places, a short queue before them, and a clear word when both are full."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from time import perf_counter
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from ui.api.problem import Busy

# A model uses every core for one question already; a second one fills the gaps between its stages.
QUESTIONS_AT_ONCE = max(2, os.cpu_count() or 1)
# As many more as are through in about ten seconds on a laptop; who comes later is better off told so.
QUESTIONS_WAITING = 16
# Kept for people beyond these: programs that ask again at once would fill every place before a reader comes by.
_FOR_PEOPLE = 16
# How much of the mean the last one makes up.
_WEIGHT = 0.2
Made = TypeVar("Made")


class Places:
    """Work runs in threads, `at_once` pieces of it, while `waiting` more wait in turn. For one event loop."""

    def __init__(self, at_once: int = QUESTIONS_AT_ONCE, waiting: int = QUESTIONS_WAITING) -> None:
        self._limiter = CapacityLimiter(at_once)
        self._at_once = at_once
        self._most = at_once + waiting
        # Who is admitted never waits for a thread to wait in.
        self._beside = CapacityLimiter(self._most + _FOR_PEOPLE)
        self._seconds = 1.0
        self.taken = 0

    @contextmanager
    def admitted(self, *, person: bool = False) -> Iterator[None]:
        """For as long as a piece of work takes, whatever it is doing. Raises `Busy` when the queue is full.

        For a person it is full later than for a program.
        """
        if self.taken >= self._most + (_FOR_PEOPLE if person else 0):
            told = f"{self._at_once} are under way and {self.taken - self._at_once} are waiting"
            raise Busy(told, ceil(self._seconds * self.taken / self._at_once))
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1

    async def run(self, work: Callable[[], Made]) -> Made:
        """What `work` makes, admitted and seated. Raises `Busy` when the queue is full."""
        with self.admitted():
            return await self.seated(work)

    async def seated(self, work: Callable[[], Made]) -> Made:
        """What `work`, which was admitted, makes once it is its turn.

        Cancelled while it waits, it leaves at once. Cancelled while it runs, it keeps its seat until `work` comes back;
        `work` should look out for that with `anyio.from_thread.check_cancelled`.
        """
        return await to_thread.run_sync(lambda: self._timed(work), limiter=self._limiter)

    async def beside(self, work: Callable[[], Made]) -> Made:
        """What `work`, which was admitted, makes without a seat, as it waits for others more than it works."""
        return await to_thread.run_sync(work, limiter=self._beside)

    def _timed(self, work: Callable[[], Made]) -> Made:
        began = perf_counter()
        try:
            return work()
        finally:
            self._seconds += _WEIGHT * (perf_counter() - began - self._seconds)
