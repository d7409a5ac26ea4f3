"""A process that has everything imported and forks one that changes a library, to be killed or starved at any moment.

It reads a line of JSON for each: {"folder", "first", "seconds"} takes the steps from number `first` on until it is
killed after so many seconds, {"folder", "first", "steps"} so many of them, and {"folder", "first", "bytes"} takes one
and may write no file longer than that. It answers with {"done": steps ended, "said": the error's message}. With "where"
the library is at that address instead of in the folder.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from index.article import to_article
from index.errors import QuotedeskError
from index.libraries import index_paths, remove_articles
from index.milvus import turn
from index.tokens import tokens
from index.types import Draft
from tests.fake_embedder import FakeEmbedder

# `order(first=0, seconds=0.1)` gives the answer to that order.
Order = Callable[..., dict[str, Any]]


@contextmanager
def nursery(folder: Path) -> Iterator[Order]:
    """Such a process; its orders are about `folder` where they name no other."""
    command = [sys.executable, "-m", "tests.nursery"]
    root = Path(__file__).parent.parent
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, told = process.stdin, process.stdout

        def give(**fields: Any) -> dict[str, Any]:
            asked.write(json.dumps({"folder": str(folder), **fields}) + "\n")
            asked.flush()
            return dict(json.loads(told.readline()))

        yield give
        asked.close()


def text_of(name: str, edition: int) -> str:
    """What the article `name` says in that edition."""
    return f"The board of {name} met on day {edition}.\n\nIt bought {edition + 7} cranes for the port of {name}."


ADDED = {name: text_of(name, 1) for name in ("abel", "berg", "caen", "dover", "ebro")}
CHANGED = {
    "berg": text_of("berg", 2),
    "caen": text_of("caen", 1),
    "faro": "港口的起重机在周一抵达，河边的新工厂在周二正式开业。",
}
REMOVED = ("abel", "faro")
# The texts that a library holds after each of the three steps, which come round and round.
STATES = (ADDED, ADDED | CHANGED, {name: text for name, text in (ADDED | CHANGED).items() if name not in REMOVED})


def take_step(number: int, folder: Path, where: str | None = None) -> None:
    """Add, update or remove in `folder/library`, or in the library at `where`, in turn."""
    library = where or folder / "library"
    if number % 3 == 2:
        remove_articles(library, REMOVED, FakeEmbedder())
        return
    rows = folder / f"{number % 3}.jsonl"
    index_paths(library, [rows], FakeEmbedder())


def write_articles(folder: Path) -> None:
    """The files that the steps index."""
    for number, texts in enumerate((ADDED, CHANGED)):
        rows = [json.dumps({"id": name, "title": name, "text": text}) for name, text in texts.items()]
        (folder / f"{number}.jsonl").write_text("\n".join(rows), "utf-8")


def _child(order: dict[str, Any], told: int) -> None:
    if "bytes" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["bytes"], order["bytes"]))
    if "where" in order:
        # Who is killed while it is its turn is taken for dead sooner, or the next one waits a minute.
        turn._DEAD_SECONDS = 2.0
    for number in count(order["first"]):
        try:
            take_step(number, Path(order["folder"]), order.get("where"))
        except QuotedeskError as error:
            os.write(told, str(error).encode())
            return
        os.write(told, b"\n")
        if "bytes" in order or order.get("steps") == number + 1 - order["first"]:
            return


def _run(order: dict[str, Any]) -> dict[str, Any]:
    hears, tells = os.pipe()
    child = os.fork()
    if not child:
        try:
            _child(order, tells)
        finally:
            os._exit(0)
    os.close(tells)
    if "seconds" in order:
        time.sleep(order["seconds"])
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(hears, "rb") as heard:
        said = heard.read()
    return {"done": said.count(b"\n"), "said": said.replace(b"\n", b"").decode()}


def warm_up() -> None:
    """Load what is loaded at the first use, so that no child spends its life on that. Nothing here starts a thread."""
    for text in (*ADDED.values(), *CHANGED.values()):
        tokens(to_article(Draft(text, "warm.txt")).text)


if __name__ == "__main__":
    warm_up()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_run(json.loads(line))) + "\n")
        sys.stdout.flush()
