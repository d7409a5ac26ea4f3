"""Seconds, and memory of a process of its own; it knows nothing of what is measured."""

from collections.abc import Callable
from time import perf_counter


def seconds(run: Callable[[], object]) -> float:
    """The seconds that `run` takes."""
    start = perf_counter()
    run()
    return perf_counter() - start
