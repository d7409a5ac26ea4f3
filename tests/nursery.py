"""A process that has everything imported and forks one that changes a library, to be killed or starved at any moment.

It reads a line of JSON for each: {"folder", "first", "seconds"} takes the steps from number `first` on until it is
killed after so many seconds, {"folder", "first", "steps"} so many of them, and {"folder", "first", "bytes"} takes one
and may write no file longer than that. It answers with {"done": steps ended, "said": the error's message}.
"""

import json
import os
import resource
import signal
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

from index.article import to_article
from index.errors import QuotedeskError
from index.tokens import tokens
from index.types import Draft
from index.update import index_paths, remove_articles
from tests.fake_embedder import FakeEmbedder


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


def take_step(number: int, folder: Path) -> None:
    """Add, update or remove in `folder/library`, in turn."""
    library = folder / "library"
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
    for number in count(order["first"]):
        try:
            take_step(number, Path(order["folder"]))
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
