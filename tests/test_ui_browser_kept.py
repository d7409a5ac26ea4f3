"""In a real Chromium: conversations that outlive the server, permalinks, the list, thumbs, files, the keyboard, axe."""

import json
import shutil
import subprocess
import tarfile
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from index.intake import IndexReport
from index.library import Library
from index.progress import Progress
from index.types import Filter
from index.update import index_paths
from qa.assistant import Assistant
from qa.period import Times
from qa.types import Answer, Turn
from tests.fake_embedder import FakeEmbedder
from tests.fake_reader import FakeReader
from tests.made_saltmarsh import ARTICLES, BOOKING, KING, PRISMS, VISITORS, FakeAssistant, FakeLibrary
from ui.chat.upload import add_files
from ui.stages import Stage

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from playwright.sync_api import Browser, Page, expect

from eval.chromium import CHROMIUM, launched
from tests.in_browser import BOX, PHONE, WIDE, Watched, free_port, is_in_view, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}"),
]

EVERYTHING = Filter()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as opened:
        yield opened


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture(scope="module")
def address(assistant: FakeAssistant) -> Iterator[str]:
    with served(assistant, [VISITORS, PRISMS, BOOKING, KING]) as address:
        yield address


@pytest.fixture
def wide(browser: Browser, address: str) -> Iterator[Watched]:
    watched = Watched(browser, address, WIDE)
    yield watched
    watched.close()


def test_a_conversation_is_there_again_after_the_server_was_started_anew(browser: Browser, tmp_path: Path) -> None:
    port, library = free_port(), FakeLibrary(tmp_path / "library")
    with served(FakeAssistant(library), port=port) as address:
        watched = Watched(browser, address, WIDE)
        watched.ask(VISITORS)
        watched.ask(PRISMS)
        kept = watched.page.url
        assert "?c=" in kept
        watched.page.context.close()
    with served(FakeAssistant(library), port=port):
        again = Watched(browser, kept, WIDE)
        expect(again.page.locator(".qd-question")).to_have_text([VISITORS, PRISMS])
        number = again.page.locator(".qd-prose").first.get_by_role("button", name="Source 3: A light returns")
        number.click()
        chosen = again.page.locator("mark.qd-chosen")
        expect(chosen).to_have_text("Visitors will be asked to book from the spring.")
        assert is_in_view(chosen)
        again.ask(BOOKING)
        assert again.complaints == []
        again.page.reload()  # what is still under way then is cut short, and Chromium says so
        expect(again.page.locator(".qd-question")).to_have_text([VISITORS, PRISMS, BOOKING])
        again.page.context.close()


def test_an_open_page_goes_on_with_a_server_started_anew(browser: Browser, tmp_path: Path) -> None:
    port, library = free_port(), FakeLibrary(tmp_path / "library")
    with served(FakeAssistant(library), port=port) as address:
        watched = Watched(browser, address, WIDE)
        watched.ask(PRISMS)
    assistant = FakeAssistant(library)
    with served(assistant, port=port):
        watched.page.reload()
        expect(watched.page.locator(".qd-question")).to_have_text([PRISMS])
        watched.ask(VISITORS)
        assert assistant.asked[0][1][0] == Turn("user", PRISMS)
        watched.page.context.close()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_permalink_opens_at_its_words(browser: Browser, address: str, size: dict[str, int]) -> None:
    words = "The lens, a second-order Fresnel cut in 1871"
    start = ARTICLES["light"].text.index(words)
    watched = Watched(browser, f"{address}?article=light@v1#{start}-{start + len(words)}", size)
    chosen = watched.page.locator("mark.qd-chosen")
    expect(chosen).to_be_visible()
    expect(chosen).to_have_text(words)
    assert is_in_view(chosen)
    watched.close()


def test_a_permalink_to_nothing_says_so(browser: Browser, address: str) -> None:
    watched = Watched(browser, f"{address}?article=nobody@v1#1-2", WIDE)
    expect(watched.page.locator(".qd-warning")).to_contain_text("There is no article at this address")
    watched.close()


def test_a_quote_is_copied_with_its_permalink(browser: Browser, address: str) -> None:
    watched = Watched(browser, address, WIDE, permissions=["clipboard-read", "clipboard-write"])
    watched.ask(VISITORS)
    watched.page.get_by_role("button", name="Copy quote with link").click()
    watched.page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('/articles/'))")
    text = str(watched.page.evaluate("navigator.clipboard.readText()"))
    quoted, source, link = text.split("\n")
    assert quoted.startswith("“About 350,000 people")
    assert source == "A light returns to Saltmarsh Point, tidegazette.example, 2 March 2024"
    assert link.startswith(f"{address}articles/light@v1#")
    watched.close()


def the_list(page: Page) -> Any:
    page.get_by_role("button", name="Conversations", exact=True).click()
    return page.get_by_role("navigation", name="Conversations")


def test_conversations_are_listed_opened_and_left(wide: Watched) -> None:
    wide.ask(PRISMS)
    first = wide.page.url
    the_list(wide.page).get_by_role("link", name="New conversation").click()
    expect(wide.page.locator(".qd-welcome")).to_be_visible()
    expect(wide.page).not_to_have_url(first)
    wide.ask(KING)
    the_list(wide.page).get_by_role("link", name=PRISMS).first.click()
    expect(wide.page.locator(".qd-question")).to_have_text([PRISMS])
    expect(wide.page).to_have_url(first)
    wide.page.go_back()
    expect(wide.page.locator(".qd-question")).to_have_text([KING])


def test_a_conversation_is_renamed_and_deleted(wide: Watched, address: str) -> None:
    wide.ask(BOOKING)
    listed = the_list(wide.page)
    more = listed.get_by_role("button", name=f"Rename, export or delete: {BOOKING}").first
    more.click()
    listed.get_by_label("Title").first.fill("About <b>booking</b>")
    wide.page.keyboard.press("Enter")
    renamed = listed.get_by_role("link", name="About <b>booking</b>")
    expect(renamed).to_be_visible()
    listed.get_by_role("button", name="Rename, export or delete: About").click()
    listed.get_by_role("button", name="Delete", exact=True).first.click()
    expect(listed.get_by_role("button", name="Keep it")).to_be_focused()
    listed.locator(".qd-sure:visible").get_by_role("button", name="Delete").click()
    expect(renamed).to_have_count(0)
    expect(wide.page.locator(".qd-welcome")).to_be_visible()
    expect(wide.page).to_have_url(address)


def test_a_conversation_is_exported(wide: Watched) -> None:
    wide.ask(VISITORS)
    listed = the_list(wide.page)
    listed.get_by_role("button", name=f"Rename, export or delete: {VISITORS}").first.click()
    with wide.page.expect_download() as downloading:
        listed.get_by_role("button", name="Export as Markdown").first.click()
    assert downloading.value.suggested_filename == "How-many-people-visited-Saltmarsh-Point-in-2023.md"
    text = Path(downloading.value.path()).read_text("utf-8")
    assert text.startswith(f"# {VISITORS}\n")
    assert "/articles/count@v1#" in text


def test_a_thumb_down_leaves_a_draft_with_what_was_right(wide: Watched, assistant: FakeAssistant) -> None:
    answer = wide.ask(VISITORS)
    answer.get_by_role("button", name="Not a good answer").click()
    note = answer.get_by_label("What would have been right?")
    expect(note).to_be_focused()
    note.fill("410,000 only")
    wide.page.keyboard.press("Enter")
    expect(answer.get_by_role("button", name="Noted.")).to_be_visible()
    folder = assistant.library.folder
    drafts = folder.with_name(f"{folder.name}.desk") / "drafts.jsonl"
    expect(answer.get_by_role("button", name="Not a good answer")).to_have_attribute("aria-pressed", "true")
    wide.page.wait_for_timeout(500)
    assert [json.loads(line)["note"] for line in drafts.read_text("utf-8").splitlines()] == ["410,000 only"]
    wide.page.reload()
    thumb = wide.page.get_by_role("button", name="Not a good answer").last
    expect(thumb).to_have_attribute("aria-pressed", "true")


def test_a_filter_is_told_and_taken_away(wide: Watched, assistant: FakeAssistant) -> None:
    wide.page.get_by_role("button", name="Search in: everything").click()
    wide.page.get_by_label("日本語").check(force=True)
    expect(wide.page.locator("#qd-filters .label-wrap")).to_contain_text("Search in: 日本語")
    wide.ask(BOOKING)
    expect(wide.page.locator(".qd-how")).to_contain_text("Only in: 日本語")
    wide.page.get_by_role("button", name="Ask it of everything").click()
    expect(wide.page.locator(".qd-answer")).to_have_count(2)
    expect(wide.page.locator(".qd-how")).to_have_count(1)
    assert assistant.asked[-1][2].is_open


def test_a_number_shows_its_quote_to_pointer_and_keyboard(wide: Watched) -> None:
    answer = wide.ask(VISITORS)
    card = wide.page.get_by_role("tooltip")
    answer.locator(".qd-prose .qd-number").nth(1).hover()
    expect(card).to_contain_text("A new counter at the causeway gate recorded 410,000 visitors")
    expect(card).to_contain_text("coastnews.example")
    expect(card).to_contain_text("16 September 2024")
    wide.page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    answer.locator(".qd-prose .qd-number").first.focus()
    wide.page.keyboard.press("Tab")
    expect(card).to_contain_text("A new counter at the causeway gate")


def test_everything_is_done_with_the_keyboard_alone(wide: Watched) -> None:
    keys = wide.page.keyboard
    expect(wide.page.locator(BOX)).to_be_focused()
    keys.type(VISITORS)
    keys.press("Enter")
    expect(wide.page.locator(".qd-cards").first).to_be_visible()
    reach(wide.page, "Source 1: A light returns to Saltmarsh Point, 2 March 2024", "Shift+Tab")
    keys.press("Enter")
    expect(wide.page.locator(".qd-scroll")).to_be_focused()
    reach(wide.page, "Next quote", "Shift+Tab")
    keys.press("Enter")
    expect(wide.page.locator(".qd-source h2")).to_have_text(ARTICLES["count"].title)
    keys.press("Escape")
    reach(wide.page, "Conversations", "Shift+Tab")
    keys.press("Enter")
    expect(wide.page.get_by_role("link", name="New conversation")).to_be_focused()
    keys.press("Escape")
    expect(wide.page.get_by_role("button", name="Conversations", exact=True)).to_be_focused()
    reach(wide.page, "Library", "Tab")
    keys.press("Enter")
    expect(wide.page.get_by_role("heading", name="Library")).to_be_focused()
    reach(wide.page, ARTICLES["deng"].title, "Tab")
    keys.press("Enter")
    expect(wide.page.locator(".qd-source h2")).to_have_text(ARTICLES["deng"].title)
    keys.press("/")
    expect(wide.page.locator(BOX)).to_be_focused()


def reach(page: Page, name: str, key: str) -> None:
    """Press `key` until what is called `name` has the focus."""
    for _ in range(60):
        page.keyboard.press(key)
        if page.evaluate(
            "name => [document.activeElement.ariaLabel, document.activeElement.textContent.trim()].includes(name)", name
        ):
            return
    raise AssertionError(f"{key} does not lead to {name!r}")


@dataclass
class Following:
    """The assistant over the library as it is now, for a small library whose models cost nothing."""

    folder: Path

    @property
    def library(self) -> Library:
        return Library.open(self.folder)

    async def stages(
        self, question: str, *, history: Sequence[Turn] = (), where: Filter = EVERYTHING, times: Times = Times()
    ) -> AsyncGenerator[Stage | Answer, None]:
        assistant = Assistant(self.library, FakeEmbedder(), FakeReader())
        yield assistant.ask(question, history=history, where=where, times=times)

    def add(self, paths: Sequence[Path], progress: Progress) -> IndexReport:
        return add_files(self.folder, FakeEmbedder(), paths, progress)


@pytest.fixture
def following(tmp_path: Path) -> Following:
    (tmp_path / "lamp.txt").write_text("The lamp at the harbour was lit again on Friday after eleven years.", "utf-8")
    index_paths(tmp_path / "library", [tmp_path / "lamp.txt"], FakeEmbedder())
    return Following(tmp_path / "library")


PIER = "The pier was closed on Monday after a storm had torn away forty of its planks."


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_file_is_added_and_asked_about(
    browser: Browser, following: Following, tmp_path: Path, size: dict[str, int]
) -> None:
    (tmp_path / "pier.txt").write_text(PIER, "utf-8")
    (tmp_path / "empty.txt").write_text("", "utf-8")
    with served(following, add=following.add) as address:
        watched = Watched(browser, address, size)
        watched.page.get_by_role("button", name="Library").click()
        with watched.page.expect_file_chooser() as choosing:
            watched.page.get_by_role("button", name="Add articles").click()
        choosing.value.set_files([tmp_path / "pier.txt", tmp_path / "empty.txt"])
        report = watched.page.locator(".qd-report")
        expect(report).to_contain_text("1 added · 1 failed")
        expect(report).to_contain_text("empty.txt: empty")
        expect(report).not_to_contain_text(str(tmp_path))
        expect(watched.page.locator(".qd-listed-title")).to_have_count(2)
        watched.page.get_by_role("button", name="Back to the desk").click()
        watched.page.fill(BOX, "How many planks of the pier had a storm torn away?")
        watched.page.press(BOX, "Enter")
        expect(watched.page.locator(".qd-answer")).to_contain_text(PIER)
        watched.close()


def test_a_file_is_added_by_dropping_it(browser: Browser, following: Following) -> None:
    with served(following, add=following.add) as address:
        watched = Watched(browser, address, WIDE)
        expect(watched.page.locator("[data-drop]")).to_have_count(1)
        dropped = watched.page.evaluate_handle(
            "text => { const held = new DataTransfer();"
            " held.items.add(new File([text], 'pier.txt', {type: 'text/plain'})); return held; }",
            PIER,
        )
        watched.page.dispatch_event("#qd-room", "dragenter", {"dataTransfer": dropped})
        expect(watched.page.locator("body.qd-dropping")).to_have_count(1)
        watched.page.dispatch_event("#qd-room", "drop", {"dataTransfer": dropped})
        expect(watched.page.locator(".qd-report")).to_contain_text("1 added")
        watched.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, as npm has it."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("there is no npm to fetch axe-core with")
    folder = tmp_path_factory.mktemp("axe")
    try:
        subprocess.run(
            [npm, "pack", "axe-core@4", "--silent"], cwd=folder, check=True, timeout=300, capture_output=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"npm cannot fetch axe-core: {error}")
    with tarfile.open(next(folder.glob("axe-core-*.tgz"))) as packed:
        script = packed.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode("utf-8")


def serious(page: Page, axe: str) -> list[str]:
    """What axe-core finds serious or critical, with the first place of each."""
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]} {one['nodes'][0]['failureSummary'][:300]}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing_serious(browser: Browser, address: str, axe: str, size: dict[str, int], scheme: str) -> None:
    watched = Watched(browser, address, size, color_scheme=scheme)
    assert serious(watched.page, axe) == []
    watched.ask(VISITORS)
    assert serious(watched.page, axe) == []
    watched.page.locator(".qd-prose .qd-number").first.click()
    expect(watched.page.locator("mark.qd-chosen")).to_be_visible()
    assert serious(watched.page, axe) == []
    watched.page.keyboard.press("Escape")
    the_list(watched.page)
    watched.page.locator(".qd-more").first.click()
    assert serious(watched.page, axe) == []
    watched.page.keyboard.press("Escape")
    watched.page.get_by_role("button", name="Library").click()
    expect(watched.page.locator(".qd-listed-title").first).to_be_visible()
    assert serious(watched.page, axe) == []
    watched.page.context.close()


def test_the_dark_page_is_dark(browser: Browser, address: str) -> None:
    watched = Watched(browser, address, WIDE, color_scheme="dark")
    watched.ask(VISITORS)
    paper = watched.page.evaluate("getComputedStyle(document.querySelector('.gradio-container')).backgroundColor")
    ink = watched.page.evaluate("getComputedStyle(document.querySelector('.qd-prose p')).color")
    assert (paper, ink) == ("rgb(19, 23, 22)", "rgb(227, 231, 225)")
    watched.close()
