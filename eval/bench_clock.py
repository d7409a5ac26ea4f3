"""Seconds and memory of a piece of work; it knows nothing of what is measured."""

import resource
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

_STATUS = Path("/proc/self/status")
_SECONDS_BETWEEN_LOOKS = 0.05


def seconds(run: Callable[[], object]) -> float:
    """The seconds that `run` takes."""
    start = perf_counter()
    run()
    return perf_counter() - start


def seconds_and_memory(run: Callable[[], object]) -> tuple[float, int]:
    """The seconds that `run` takes, and the most memory in bytes that this process has of its own meanwhile.

    Mapped files are not counted where the system tells them apart, as Linux does.
    """
    peak, done = [own_memory()], Event()

    def look() -> None:
        while not done.wait(_SECONDS_BETWEEN_LOOKS):
            peak.append(max(peak.pop(), own_memory()))

    looking = Thread(target=look, daemon=True)
    looking.start()
    try:
        taken = seconds(run)
    finally:
        done.set()
        looking.join()
    return taken, max(peak[0], own_memory())


def own_memory() -> int:
    """The bytes of this process that no file stands behind; elsewhere than on Linux the most it ever had."""
    if _STATUS.exists():
        lines = _STATUS.read_text("ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
