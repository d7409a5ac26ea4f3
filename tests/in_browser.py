"""What browser tests share: a Chromium, a served page, and a page that is watched for complaints and requests."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from ui import server
from ui.access.door import Access
from ui.access.settings import AccessSettings
from ui.chat.shelf import AddFiles, Answerer

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
BOX = "#qd-box textarea"
# A machine that does other things beside takes its time.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)


class Watched:
    """A page with what it asked the network for and what its console complained of."""

    def __init__(
        self, browser: Browser, address: str, size: dict[str, int], locale: str = "en-GB", **more: Any
    ) -> None:
        viewport: Any = {"width": size["width"], "height": size["height"]}
        context = browser.new_context(viewport=viewport, locale=locale, reduced_motion="reduce", **more)
        context.set_default_timeout(PATIENCE)
        self.page: Page = context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda told: self.complaints.append(told.text) if told.type in {"error", "warning"} else None,
        )
        self.page.goto(address)
        self.page.wait_for_selector(".qd-masthead")

    def ask(self, question: str) -> Locator:
        """The answer, once its cards are there."""
        before = self.page.locator(".qd-answer").count()
        self.page.fill(BOX, question)
        self.page.press(BOX, "Enter")
        expect(self.page.locator(".qd-answer")).to_have_count(before + 1)
        answer = self.page.locator(".qd-answer").last
        expect(answer.locator(".qd-cards").first).to_be_attached()
        return answer

    def close(self) -> None:
        """Close the page. Its console must not have complained of anything."""
        self.page.context.close()
        assert self.complaints == []


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def served(
    assistant: Answerer, examples: Sequence[str] = (), *, port: int = 0, add: AddFiles | None = None
) -> Iterator[str]:
    """The address of the page over `assistant`, served from this process."""
    page = server.page_app(assistant, examples=examples, add=add)
    running = server.start(Access(page, AccessSettings()), port=port)
    try:
        yield f"http://127.0.0.1:{running.port}/"
    finally:
        running.close()


def is_in_view(mark: Locator) -> bool:
    """Whether the mark lies inside the visible part of the panel, and the window itself has not scrolled."""
    return bool(
        mark.evaluate(
            """node => {
                const box = node.closest('.qd-scroll').getBoundingClientRect(), here = node.getBoundingClientRect();
                return here.top >= box.top && here.bottom <= Math.min(box.bottom, innerHeight) && scrollY === 0;
            }"""
        )
    )
