"""Debian's Chromium without a window, for whoever looks at the page as a reader does."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
# A machine that does other things beside takes its time. Milliseconds.
_TO_START = 600_000


@contextmanager
def launched() -> Iterator[Browser]:
    """A Chromium that asks nobody for anything by itself, closed at the end."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=flags, timeout=_TO_START)
        yield opened
        opened.close()
