"""Many users at once, a few of them for a moment: programs and readers are answered or told to wait, and counted."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from index.library import Library
from qa.assistant import Assistant
from tests.fake_embedder import FakeEmbedder
from tests.fake_reader import FakeReader
from tests.test_ui_http import BRIDGE
from ui import server
from ui.access.door import Access
from ui.access.settings import AccessSettings
from ui.live import LiveAssistant


def test_whoever_asks_is_answered_and_counted(make_library: Callable[[dict[str, str]], Path]) -> None:
    assistant = Assistant(Library.open(make_library({"bridge.txt": BRIDGE})), FakeEmbedder(), FakeReader())
    running = server.start(Access(server.whole_app(LiveAssistant(assistant)), AccessSettings()))
    # In a process of its own: locust makes the standard library wait in turns.
    command = [sys.executable, "-m", "eval.load", f"http://127.0.0.1:{running.port}", "--users", "2", "--seconds", "6"]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1], check=False)
    running.close()
    assert ran.returncode == 0, ran.stderr
    rows = {line.split("│")[1].strip(): line.split("│")[2:4] for line in ran.stdout.splitlines() if line.count("│") > 3}
    for row in ("program: answered", "page: says that it is working", "page: answered"):
        times, wrong = (int(one) for one in rows[row])
        assert (times > 0, wrong) == (True, 0)
    assert "the server's memory, at the start and after each third: " in ran.stdout
