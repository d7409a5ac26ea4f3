"""The page's times, on a small library: what is timed, and that the page asks nobody but its server."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from eval.chromium import CHROMIUM
from index.library import Library
from qa.assistant import Assistant
from tests.fake_embedder import FakeEmbedder
from tests.fake_reader import FakeReader
from tests.test_ui_http import BRIDGE
from ui import server
from ui.access.door import Access
from ui.access.settings import AccessSettings
from ui.live import LiveAssistant

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}")]


def test_each_question_is_timed_to_its_sign_and_its_answer(make_library: Callable[[dict[str, str]], Path]) -> None:
    assistant = Assistant(Library.open(make_library({"bridge.txt": BRIDGE})), FakeEmbedder(), FakeReader())
    running = server.start(Access(server.whole_app(LiveAssistant(assistant)), AccessSettings()))
    url = f"http://127.0.0.1:{running.port}"
    # In a process of its own, as the browser's loop can't be another's.
    command = [sys.executable, "-m", "eval.page_times", url, "--questions", "2"]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1], check=False)
    running.close()
    assert ran.returncode == 0, ran.stderr
    rows = {line.split("│")[1].strip(): line.split("│")[2:-1] for line in ran.stdout.splitlines() if "│" in line}
    assert rows.keys() == {"from a question to its sign", "from a question to its answer"}
    for times, middle, longest in rows.values():
        assert int(times) == 2
        assert 0 <= float(middle) <= float(longest) < 600
    assert ran.stdout.splitlines()[-1] == f"asked by the page: 127.0.0.1:{running.port}"
