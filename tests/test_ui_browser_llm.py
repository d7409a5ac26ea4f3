"""In a real Chromium: an answer that a language model writes grows on the page, and can be stopped."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from index.library import Library
from qa.assistant import Assistant
from qa.endpoint import Endpoint
from tests.fake_embedder import FakeEmbedder
from tests.fake_endpoint import FakeEndpoint, Talk, running
from tests.fake_reader import FakeReader
from tests.test_ui_asking import HARBOUR, LIE, OPENED, QUESTION, VISITORS
from ui.asking import Questions
from ui.live import LiveAssistant
from ui.places import Places

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from playwright.sync_api import expect

from eval.chromium import CHROMIUM, launched
from tests.in_browser import BOX, WIDE, Watched, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}"),
]


@pytest.fixture
def endpoint() -> Iterator[FakeEndpoint]:
    with running() as started:
        yield started


@pytest.fixture
def questions(make_library: Callable[[dict[str, str]], Path], endpoint: FakeEndpoint) -> Questions:
    library = Library.open(make_library({"harbour.txt": HARBOUR}))
    model = Endpoint(endpoint.url, "liar")
    return Questions(LiveAssistant(Assistant(library, FakeEmbedder(), FakeReader(), language_model=model)), Places())


def test_an_answer_grows_by_verified_sentences_and_a_stopped_one_goes_back(
    questions: Questions, endpoint: FakeEndpoint
) -> None:
    go_on, broken_off = Event(), Event()

    def slowly(talk: Talk) -> None:
        talk.say(OPENED + LIE)
        try:
            while not go_on.wait(0.05):
                talk.say(" ")
        except OSError:
            broken_off.set()
            raise
        talk.say(VISITORS)
        talk.done()

    endpoint.script = slowly
    with launched() as browser, served(questions) as address:
        watched = Watched(browser, address, WIDE)
        page = watched.page
        page.fill(BOX, QUESTION)
        page.press(BOX, "Enter")
        growing = page.locator("[aria-busy=true]")
        expect(growing.locator(".qd-prose")).to_have_text("The harbour of Pell was opened in 1987. [1]")
        expect(growing.get_by_role("status")).to_contain_text("liar is writing")
        page.get_by_role("button", name="Stop").click()
        expect(page.locator(BOX)).to_have_value(QUESTION)
        expect(page.locator(".qd-exchange")).to_have_count(0)
        assert broken_off.wait(60)

        go_on.set()
        page.press(BOX, "Enter")
        expect(page.locator(".qd-answer .qd-prose")).to_have_text(
            "The harbour of Pell was opened in 1987. 1 It has 350,000 visitors a year. 2"
        )
        expect(page.locator(".qd-cards .qd-card")).to_have_count(2)
        expect(page.locator("[data-stop]")).to_have_count(0)
        expect(page.locator(".qd-worded")).to_contain_text("liar")
        watched.close()
