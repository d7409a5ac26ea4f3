"""How long the page takes in Chromium: from `quotedesk serve` to the page, and from a question to its sign and answer.

    python -m eval.page_times         a server of its own, on the sample
    python -m eval.page_times URL     one that runs, as while `python -m eval.load URL` asks it too

The sign is the page's own word that it was asked. Told too is which hosts the page asked for anything.
"""

import argparse
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from urllib.parse import urlsplit

import requests
from playwright.sync_api import Page
from rich.console import Console
from rich.table import Table

from eval.chromium import launched
from eval.datasets import positive
from eval.own_command import own_command
from eval.sets import SAMPLE_ARTICLES, SAMPLE_QUESTIONS, load_set
from index.embedder import SentenceTransformerEmbedder
from index.update import index_paths

_BOX = "#qd-box textarea"
_PATIENCE = 600_000
# Milliseconds from the key to the first frame with the sign, or with what has taken its place, as the page counts them.
_TIMED = """() => {
    const exchanges = () => document.querySelectorAll(".qd-exchange").length, before = exchanges();
    window.qdSign = new Promise((told) => {
        document.querySelector("#qd-box textarea").addEventListener("keydown", () => {
            const began = performance.now();
            const look = () => exchanges() > before
                ? told(performance.now() - began) : requestAnimationFrame(look);
            requestAnimationFrame(look);
        }, { capture: true, once: true });
    });
}"""


@dataclass(slots=True)
class Times:
    """Seconds of each thing that was timed, and the hosts that the page asked."""

    taken: dict[str, list[float]] = field(default_factory=dict)
    hosts: set[str] = field(default_factory=set)

    def note(self, what: str, seconds: float) -> None:
        """Keep one time."""
        self.taken.setdefault(what, []).append(seconds)


def main() -> None:
    """Time it, and print the table."""
    parser = argparse.ArgumentParser("python -m eval.page_times", description="How long the page takes.")
    parser.add_argument("url", nargs="?", help="where a server listens; without it one is started on the sample")
    parser.add_argument("--questions", type=positive, default=10, metavar="N", help="how many are asked")
    options = parser.parse_args()
    times = Times()
    if options.url:
        _look(options.url, options.questions, times)
    else:
        with TemporaryDirectory() as folder:
            library = Path(folder) / "library"
            index_paths(library, [SAMPLE_ARTICLES], SentenceTransformerEmbedder())
            with _served(library, times) as (url, began):
                _look(url, options.questions, times, began)
    table = Table("what", "times", "median, s", "longest, s")
    for what, seconds in times.taken.items():
        table.add_row(what, str(len(seconds)), f"{median(seconds):.2f}", f"{max(seconds):.2f}")
    console = Console(width=120, highlight=False)
    console.print(table)
    console.print("asked by the page:", ", ".join(sorted(times.hosts)))


@contextmanager
def _served(library: Path, times: Times) -> Iterator[tuple[str, float]]:
    """The address of a server of its own, once it answers, and when it was started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    began = perf_counter()
    command = own_command("serve", "--library", str(library), "--port", port)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:  # noqa: S603 (our own)
        try:
            while not _answers(f"http://127.0.0.1:{port}"):
                if server.poll() is not None:
                    sys.exit(f"eval.page_times: `quotedesk serve` ended with {server.returncode}; try it by itself")
                sleep(0.05)
            times.note("from `quotedesk serve` to a page that is served", perf_counter() - began)
            yield f"http://127.0.0.1:{port}", began
        finally:
            server.terminate()


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=60).ok
    except requests.ConnectionError:
        return False


def _look(url: str, number: int, times: Times, began: float | None = None) -> None:
    """Open the page and ask on it; with `began`, when the server was started, the first times are told from there."""
    with launched() as browser:
        page = browser.new_page()
        page.set_default_timeout(_PATIENCE)
        page.on("request", lambda asked: times.hosts.add(urlsplit(asked.url).netloc))
        page.goto(url)
        # Drawn by the page's first event: before it a question typed by a machine may find nobody listening.
        page.wait_for_selector(".qd-masthead")
        if began is not None:
            times.note("to a page that is drawn", perf_counter() - began)
        for place, case in enumerate(load_set(SAMPLE_QUESTIONS)[:number]):
            sign, answer = _asked(page, case.question, place)
            times.note("from a question to its sign", sign)
            if place == 0 and began is not None:
                times.note("to the first answer", perf_counter() - began)
            else:
                times.note("from a question to its answer", answer)


def _asked(page: Page, question: str, answered: int) -> tuple[float, float]:
    """Seconds until the page says that it was asked, and until it shows one answer more than were `answered`."""
    page.fill(_BOX, question)
    page.evaluate(_TIMED)
    began = perf_counter()
    page.press(_BOX, "Enter")
    sign = page.evaluate("window.qdSign") / 1000
    page.wait_for_function("(least) => document.querySelectorAll('.qd-answer').length > least", arg=answered)
    return sign, perf_counter() - began


if __name__ == "__main__":
    main()
