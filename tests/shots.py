"""The README's pictures of the page: `python -m tests.shots LIBRARY FOLDER` asks the sample library in a Chromium."""

import sys
from pathlib import Path

from playwright.sync_api import Browser

from eval.chromium import launched
from qa.assistant import Assistant
from tests.in_browser import PHONE, WIDE, Watched, served
from ui.asking import Questions
from ui.live import LiveAssistant
from ui.places import Places

MANY = "What was the price of Oculus when Facebook bought it?"
OTHERS = ("Susan Li今年多少岁？", "メタの第1世代MTIAの消費電力は？")


def take(browser: Browser, address: str, folder: Path) -> None:
    """An answer with its source, the list of conversations, the library, and a source on a phone."""
    wide = Watched(browser, address, WIDE)
    for question in OTHERS:
        wide.ask(question)
        wide.page.locator("[data-new].qd-name").click()
        wide.page.wait_for_selector(".qd-welcome")
    wide.ask(MANY)
    shoot(wide, folder / "chat.png")
    wide.page.locator("[data-drawer]").click()
    shoot(wide, folder / "list.png")
    wide.page.keyboard.press("Escape")
    wide.page.locator("[data-library]").click()
    wide.page.wait_for_selector(".qd-listed")
    shoot(wide, folder / "library.png")
    wide.close()
    phone = Watched(browser, address, PHONE, "zh-CN", color_scheme="dark")
    phone.ask(OTHERS[0])
    phone.page.locator(".qd-prose .qd-number").first.click()
    shoot(phone, folder / "phone.png")
    phone.close()


def shoot(watched: Watched, file: Path) -> None:
    """A picture once nothing moves any more."""
    watched.page.wait_for_timeout(800)
    watched.page.screenshot(path=file)


def main() -> None:
    """Take the pictures of the library in the first argument into the folder in the second."""
    library, folder = map(Path, sys.argv[1:])
    with (
        served(Questions(LiveAssistant(Assistant.open(library)), Places()), [MANY, *OTHERS]) as address,
        launched() as browser,
    ):
        take(browser, address, folder)


if __name__ == "__main__":
    main()
