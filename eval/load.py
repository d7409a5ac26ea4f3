"""Many users at once: 32 of them ask a running server, by HTTP and on its page, and what they meet with is told.

    quotedesk serve --library LIBRARY                                          in one terminal; LIBRARY is of the sample
    python -m eval.load [http://127.0.0.1:7860] [--users 32] [--seconds 180]   in another

Half of the users are programs, half sit at the page; each asks again as soon as it has its answer. Who is told that the
server is busy waits for as long as it says. The exit code is 1 where anything but that went wrong.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from random import Random
from time import perf_counter
from typing import Any
from uuid import uuid4

# locust comes before what makes connections: it makes the standard library wait in turns.
from gevent import sleep
from locust import User, task
from locust.env import Environment
from requests import Session, get
from rich.console import Console
from rich.table import Table

from eval.datasets import positive
from eval.sets import SAMPLE_QUESTIONS, load_set

_ROWS = ("program: answered", "program: busy", "page: says that it is working", "page: answered", "page: busy")
_BUSY_ON_THE_PAGE = re.compile(r"Ask again in (\d+) seconds")
# Long enough for sixteen that wait before one on a slow machine.
_PATIENCE = 300


class _Asker(User):
    """Asks the shipped questions, in an order of its own."""

    abstract = True

    def on_start(self) -> None:
        self.session = Session()
        self.questions = [case.question for case in load_set(SAMPLE_QUESTIONS)]
        Random(id(self)).shuffle(self.questions)  # noqa: S311 (no secret)

    def question(self) -> str:
        self.questions.append(self.questions.pop(0))
        return self.questions[-1]

    def note(self, row: str, began: float, wrong: Exception | None = None) -> None:
        taken = (perf_counter() - began) * 1000
        kept = {"request_type": "", "name": row, "response_time": taken, "response_length": 0}
        self.environment.events.request.fire(**kept, exception=wrong, context={})


class Program(_Asker):
    """Asks by `/api/ask`."""

    @task
    def ask(self) -> None:
        """One question, and the pause that the server asks for."""
        began = perf_counter()
        asked = {"question": self.question()}
        response = self.session.post(f"{self.host}/api/ask", json=asked, timeout=_PATIENCE)
        if response.status_code == 503 and response.headers.get("Retry-After", "").isdecimal():
            self.note("program: busy", began)
            sleep(int(response.headers["Retry-After"]))
        else:
            wrong = None if response.status_code == 200 else ValueError(response.text[:200])
            self.note("program: answered", began, wrong)


class Reader(_Asker):
    """Asks on one page, as the browser does: puts events into the queue, and listens to what comes of them."""

    def on_start(self) -> None:
        """Look up which event asks, and keep the page's session alive until the end."""
        super().on_start()
        events = self.session.get(f"{self.host}/config", timeout=_PATIENCE).json()["dependencies"]
        self.asks = next(event["id"] for event in events if [on for _, on in event["targets"]] == ["submit"])
        self.page = uuid4().hex
        self.alive = get(f"{self.host}/gradio_api/heartbeat/{self.page}", stream=True, timeout=_PATIENCE)

    def on_stop(self) -> None:
        """Close the page."""
        self.alive.close()

    @task
    def ask(self) -> None:
        """One question, until the page has its answer or is told that the server is busy; each a new conversation."""
        began, acknowledged, pause = perf_counter(), False, 0
        event = {"data": [self.question(), "", "", "", ""], "fn_index": self.asks, "session_hash": self.page}
        self.session.post(f"{self.host}/gradio_api/queue/join", json=event, timeout=_PATIENCE).raise_for_status()
        for message in self._messages():
            shown = json.dumps(message.get("output") or {})
            if not acknowledged and "qd-under-way" in shown:
                acknowledged = True
                self.note("page: says that it is working", began)
            if busy := _BUSY_ON_THE_PAGE.search(shown):
                pause = int(busy.group(1))
            if message["msg"] == "process_completed":
                wrong = None if message["success"] and acknowledged else ValueError(shown[:200])
                self.note("page: busy" if pause else "page: answered", began, wrong)
        sleep(pause)

    def _messages(self) -> Iterator[dict[str, Any]]:
        address, which = f"{self.host}/gradio_api/queue/data", {"session_hash": self.page}
        with self.session.get(address, params=which, stream=True, timeout=_PATIENCE) as stream:
            # None is taken, as it arrives, where requests tells of whole numbers alone.
            for line in stream.iter_lines(chunk_size=None):  # type: ignore[call-overload]
                if line.startswith(b"data: "):
                    yield json.loads(line.removeprefix(b"data: "))


def main() -> None:
    """Let them ask, and print what they met with."""
    parser = argparse.ArgumentParser(prog="python -m eval.load", description="Many users at once.")
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:7860", help="where the server listens")
    parser.add_argument("--users", type=positive, default=32, metavar="N", help="how many ask at once")
    parser.add_argument("--seconds", type=positive, default=180, metavar="N", help="for how long")
    options = parser.parse_args()
    environment = Environment(user_classes=[Program, Reader], host=options.url)
    runner = environment.create_local_runner()
    megabytes = [_memory(options.url)]
    runner.start(options.users, spawn_rate=options.users)
    for _ in range(3):
        sleep(options.seconds / 3)
        megabytes.append(_memory(options.url))
    runner.quit()
    Console(width=120).print(_table(environment, options.seconds))
    print("the server's memory, at the start and after each third:", *(f"{one:,.0f} MB" for one in megabytes))  # noqa: T201
    for error in environment.stats.errors.values():
        print(f"{error.name}: {error.occurrences} x {error.error}", file=sys.stderr)  # noqa: T201
    sys.exit(1 if environment.stats.total.num_failures else 0)


def _memory(url: str) -> float:
    """What the server holds in memory by its own account, in MB."""
    text = get(f"{url}/metrics", timeout=_PATIENCE).text
    found = re.search(r"^process_resident_memory_bytes (\S+)", text, re.MULTILINE)
    return float(found.group(1)) / 1e6 if found else float("nan")


def _table(environment: Environment, seconds: int) -> Table:
    table = Table("what", "times", "wrong", "a second", "p50 ms", "p95 ms", "longest ms")
    for name in _ROWS:
        entry = environment.stats.get(name, "")
        times = [entry.get_response_time_percentile(share) for share in (0.5, 0.95)]
        shown = [f"{one:,.0f}" for one in (*times, entry.max_response_time)]
        counted = [str(entry.num_requests), str(entry.num_failures), f"{entry.num_requests / seconds:.2f}"]
        table.add_row(name, *counted, *(shown if entry.num_requests else ["-"] * 3))
    return table


if __name__ == "__main__":
    main()
