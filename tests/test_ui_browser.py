"""The page in a real Chromium: what a reader sees, clicks and hears, and that nothing of it leaves the machine."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.made_saltmarsh import (
    ARTICLES,
    ATTACK,
    BOOKING,
    CRASH,
    HOSTILE,
    KING,
    PRISMS,
    VISITORS,
    FakeAssistant,
)

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from playwright.sync_api import Browser, Route, expect

from eval.chromium import CHROMIUM, launched
from tests.in_browser import BOX, PHONE, WIDE, Watched, is_in_view, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}"),
]


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture(scope="module")
def address(assistant: FakeAssistant) -> Iterator[str]:
    with served(assistant, [VISITORS, PRISMS, BOOKING, KING]) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as opened:
        yield opened


@pytest.fixture
def wide(browser: Browser, address: str) -> Iterator[Watched]:
    watched = Watched(browser, address, WIDE)
    yield watched
    watched.page.context.close()
    assert watched.complaints == []


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Watched]:
    watched = Watched(browser, address, PHONE)
    yield watched
    watched.page.context.close()
    assert watched.complaints == []


def test_an_example_is_answered_with_its_first_source_open(wide: Watched) -> None:
    wide.page.get_by_role("button", name=VISITORS).click()
    expect(wide.page.locator(".qd-prose")).to_have_text(
        "About 350,000 by the first count 1, and 410,000 by a later one 23."
    )
    expect(wide.page.locator(".qd-source h2")).to_have_text(ARTICLES["light"].title)
    expect(wide.page.locator(".qd-card.qd-open .qd-number")).to_have_text("1")
    expect(wide.page.locator(BOX)).to_have_value("")
    assert {urlsplit(url).hostname for url in wide.requests if not url.startswith("data:")} == {"127.0.0.1"}


def test_the_article_is_shown_whole_with_its_quotes_marked(wide: Watched) -> None:
    wide.ask(VISITORS)
    text = wide.page.locator(".qd-text")
    assert text.evaluate("node => node.textContent") == ARTICLES["light"].text
    expect(text.locator("mark")).to_have_count(2)
    expect(text.locator(".qd-boilerplate")).to_have_count(3)
    original = wide.page.get_by_role("link", name="Read the original")
    assert str(original.get_attribute("href")).startswith(f"{ARTICLES['light'].url}#:~:text=About%20350%2C000")
    assert original.get_attribute("rel") == "noopener noreferrer"
    assert original.get_attribute("target") == "_blank"


def test_a_number_opens_its_source_at_the_quote(wide: Watched) -> None:
    answer = wide.ask(VISITORS)
    answer.locator(".qd-prose").get_by_role("button", name="Source 3: A light returns").click()
    chosen = wide.page.locator("mark.qd-chosen")
    expect(chosen).to_have_text("Visitors will be asked to book from the spring.")
    assert is_in_view(chosen)
    wide.page.get_by_role("button", name="Previous quote").click()
    expect(wide.page.locator(".qd-source h2")).to_have_text(ARTICLES["count"].title)
    assert is_in_view(wide.page.locator("mark.qd-chosen"))


def test_a_card_and_a_copy_open_too(wide: Watched) -> None:
    answer = wide.ask(VISITORS)
    answer.locator(".qd-card blockquote").nth(1).click()
    expect(wide.page.locator(".qd-source h2")).to_have_text(ARTICLES["count"].title)
    answer.locator(".qd-also").get_by_role("button", name="reprint.txt").click()
    expect(wide.page.locator(".qd-source h2")).to_have_text(ARTICLES["reprint"].title)
    expect(wide.page.locator(".qd-original")).to_have_count(0)


def test_selecting_the_words_of_a_card_does_not_open_it(wide: Watched) -> None:
    answer = wide.ask(VISITORS)
    quote = answer.locator(".qd-card blockquote").nth(1)
    quote.dblclick(position={"x": 60, "y": 10})
    quote.dblclick(position={"x": 60, "y": 10})
    assert wide.page.evaluate("getSelection().toString().trim().length") > 0


def test_the_keyboard_alone_reaches_a_source_and_comes_back(wide: Watched) -> None:
    answer = wide.ask(VISITORS)
    number = answer.locator(".qd-prose .qd-number").nth(1)
    number.focus()
    wide.page.keyboard.press("Enter")
    expect(wide.page.locator(".qd-source h2")).to_have_text(ARTICLES["count"].title)
    expect(wide.page.locator(".qd-scroll")).to_be_focused()
    wide.page.keyboard.press("Escape")
    expect(number).to_be_focused()


def test_sources_that_differ_stand_side_by_side(wide: Watched) -> None:
    values = wide.ask(VISITORS).locator(".qd-conflict li")
    expect(values.nth(0)).to_contain_text("410,000")
    expect(values.nth(0)).to_contain_text("16 September 2024")
    expect(values.nth(1)).to_contain_text("350,000")
    boxes = [values.nth(place).bounding_box() for place in (0, 1)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["x"] < boxes[1]["x"]


def test_a_decline_offers_the_nearest_passages_as_such(wide: Watched) -> None:
    answer = wide.ask(KING)
    expect(answer).to_contain_text("Nearest passages (not an answer)")
    expect(wide.page.locator(".qd-hint")).to_be_visible()
    answer.get_by_role("button", name="A light returns to Saltmarsh Point").click()
    expect(wide.page.locator(".qd-bar")).to_contain_text("Nearest passage, not an answer")
    expect(wide.page.locator("mark")).to_have_class("qd-near qd-chosen qd-here")
    assert is_in_view(wide.page.locator("mark"))


def test_what_others_wrote_does_not_run(wide: Watched) -> None:
    wide.ask(ATTACK)
    expect(wide.page.locator(".qd-source h2")).to_have_text(HOSTILE)
    expect(wide.page.locator("mark.qd-chosen")).to_have_text(HOSTILE)
    expect(wide.page.locator(".qd-card blockquote")).to_have_text(HOSTILE)
    wide.page.locator(".qd-card").click()
    wide.page.fill(BOX, HOSTILE)
    wide.page.press(BOX, "Enter")
    expect(wide.page.locator(".qd-notice")).to_contain_text("onerror=")
    assert wide.page.evaluate("window.pwned") is None
    expect(wide.page.locator("gradio-app img, .qd-original")).to_have_count(0)


def test_a_refused_question_stays_in_its_box(wide: Watched) -> None:
    wide.ask(PRISMS)
    wide.page.fill(BOX, "??")
    wide.page.press(BOX, "Enter")
    expect(wide.page.get_by_role("alert")).to_contain_text("has no words to search for")
    expect(wide.page.locator(BOX)).to_have_value("??")
    expect(wide.page.locator(".qd-exchange")).to_have_count(1)
    wide.ask(BOOKING)
    expect(wide.page.get_by_role("alert")).to_have_count(0)


def test_a_fault_of_ours_is_told_and_loses_nothing(wide: Watched) -> None:
    wide.ask(PRISMS)
    wide.page.fill(BOX, CRASH)
    wide.page.press(BOX, "Enter")
    expect(wide.page.get_by_role("alert").first).to_contain_text("Something broke inside quotedesk")
    expect(wide.page.locator(BOX)).to_have_value(CRASH)
    expect(wide.page.locator(".qd-exchange")).to_have_count(1)


def test_it_says_at_once_that_it_is_searching(wide: Watched, assistant: FakeAssistant) -> None:
    assistant.seconds = 1.5
    try:
        wide.page.fill(BOX, KING)
        wide.page.press(BOX, "Enter")
        expect(wide.page.locator(".qd-searching")).to_have_text("Searching 6 articles", timeout=1000)
        expect(wide.page.locator(".qd-answer")).to_have_count(1)
    finally:
        assistant.seconds = 0.0


def test_it_says_at_once_that_it_was_asked_also_where_the_server_is_slow(wide: Watched) -> None:
    held: list[Route] = []
    wide.page.route("**/queue/join*", lambda route: held.append(route))  # noqa: PLW0108 (playwright marks what it calls)
    wide.page.fill(BOX, KING)
    wide.page.press(BOX, "Enter")
    expect(wide.page.locator(".qd-sent .qd-question")).to_have_text(KING)
    expect(wide.page.locator(".qd-sent [role=status]")).to_have_text("Asking")
    for route in held:
        route.continue_()
    wide.page.unroute("**/queue/join*")
    expect(wide.page.locator(".qd-answer")).to_have_count(1)
    expect(wide.page.locator(".qd-sent")).to_have_count(0)
    expect(wide.page.locator(".qd-question")).to_have_text([KING])


def test_an_answer_that_nobody_listened_for_is_fetched(wide: Watched) -> None:
    closed = 'data: {"msg": "close_stream"}\n\n'
    wide.page.route(
        "**/queue/data*", lambda route: route.fulfill(body=closed, content_type="text/event-stream"), times=1
    )
    wide.ask(KING)
    expect(wide.page.locator(".qd-sent")).to_have_count(0)
    expect(wide.page.locator(".qd-question")).to_have_text([KING])


def test_a_question_that_is_refused_is_not_left_standing_as_asked(wide: Watched) -> None:
    for _ in range(2):
        wide.page.fill(BOX, "??")
        wide.page.press(BOX, "Enter")
        expect(wide.page.get_by_role("alert")).to_be_visible()
        expect(wide.page.locator(".qd-sent")).to_have_count(0)


def test_the_search_can_be_narrowed(wide: Watched, assistant: FakeAssistant) -> None:
    wide.page.get_by_role("button", name="Search in: everything").click()
    wide.page.get_by_label("日本語").check(force=True)
    wide.page.get_by_label("From").fill("2024-02")
    wide.page.get_by_label("From").blur()
    expect(wide.page.locator("#qd-filters .label-wrap")).to_contain_text("Search in: 日本語 · 2024-02-01 – …")
    wide.ask(BOOKING)
    assert assistant.asked[-1][2].language == "ja"
    wide.page.get_by_label("From").fill("soon")
    wide.page.get_by_label("From").blur()
    expect(wide.page.get_by_role("alert")).to_contain_text("“soon” is not a date")


def test_a_long_conversation_scrolls_in_one_place_only(wide: Watched) -> None:
    for question in (VISITORS, PRISMS, VISITORS, KING):
        wide.ask(question)
    assert wide.page.evaluate("document.scrollingElement.scrollHeight") == WIDE["height"]
    scrolling = wide.page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(node => node.checkVisibility({visibilityProperty: true}))
            .filter(node => node.scrollHeight > node.clientHeight + 1)
            .filter(node => ['auto', 'scroll'].includes(getComputedStyle(node).overflowY))
            .map(node => node.id || node.className)"""
    )
    assert set(scrolling) <= {"qd-log", "qd-scroll"}
    newest = wide.page.locator(".qd-question").last.bounding_box()
    assert newest is not None
    assert newest["y"] < 110


def test_every_reader_has_a_conversation_of_their_own(wide: Watched, browser: Browser, address: str) -> None:
    wide.ask(PRISMS)
    other = Watched(browser, address, WIDE)
    expect(other.page.locator(".qd-exchange")).to_have_count(0)
    other.page.context.close()


def test_a_follow_up_is_asked_with_its_history(wide: Watched, assistant: FakeAssistant) -> None:
    wide.ask(PRISMS)
    wide.ask(BOOKING)
    assert [turn.role for turn in assistant.asked[-1][1]] == ["user", "assistant"]
    assert assistant.asked[-1][1][0].content == PRISMS


def test_a_question_sent_while_another_is_answered_waits_its_turn(wide: Watched, assistant: FakeAssistant) -> None:
    assistant.seconds = 0.8
    try:
        for question in (PRISMS, KING):
            wide.page.fill(BOX, question)
            wide.page.press(BOX, "Enter")
            expect(wide.page.locator(".qd-searching")).to_be_visible()
        expect(wide.page.locator(".qd-answer")).to_have_count(2)
        expect(wide.page.locator(BOX)).to_have_value("")
    finally:
        assistant.seconds = 0.0


def test_on_a_phone_the_source_is_a_sheet(phone: Watched) -> None:
    answer = phone.ask(VISITORS)
    panel = phone.page.locator("#qd-panel")
    expect(panel).to_be_hidden()  # the first source is ready but does not cover the answer
    number = answer.locator(".qd-prose .qd-number").nth(2)
    number.click()
    expect(panel).to_be_visible()
    close = phone.page.get_by_role("button", name="Close the source")
    expect(close).to_be_focused()
    assert is_in_view(phone.page.locator("mark.qd-chosen"))
    assert phone.page.evaluate("document.getElementById('qd-talk').inert")
    phone.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(number).to_be_focused()
    number.click()
    close.click()
    expect(panel).to_be_hidden()


def test_nothing_is_wider_than_a_phone(phone: Watched) -> None:
    phone.ask(ATTACK)
    phone.ask(VISITORS)
    assert phone.page.evaluate("document.scrollingElement.scrollWidth") == PHONE["width"]
    assert phone.page.locator("#qd-log").evaluate("node => node.scrollWidth <= node.clientWidth")


@pytest.mark.parametrize(
    "words",
    [
        ("en-GB", "en", "Ask about your articles", "Ask"),
        ("zh-CN", "zh", "就你的文章提一个问题", "提问"),
        ("ja-JP", "ja", "記事について質問する", "質問する"),
    ],
)
def test_the_page_speaks_the_browsers_language(browser: Browser, address: str, words: tuple[str, ...]) -> None:
    locale, language, placeholder, ask = words
    page = Watched(browser, address, WIDE, locale).page
    expect(page.locator(BOX)).to_have_attribute("placeholder", placeholder)
    expect(page.get_by_role("button", name=ask, exact=True)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.context.close()


def test_quotes_keep_their_own_language(wide: Watched) -> None:
    quotes = wide.ask(PRISMS).locator("blockquote")
    assert [quotes.nth(place).get_attribute("lang") for place in (0, 1)] == ["zh", "ja"]
    fonts = [quotes.nth(place).evaluate("node => getComputedStyle(node).fontFamily") for place in (0, 1)]
    assert "Noto Serif CJK SC" in fonts[0]
    assert "Noto Serif CJK JP" in fonts[1]


def test_the_page_is_ours(wide: Watched) -> None:
    assert wide.page.title() == "quotedesk"
    expect(wide.page.locator(BOX)).to_be_focused()
    expect(wide.page.locator("footer")).to_have_count(0)
    icon = wide.page.request.get(wide.page.url + "favicon.ico")
    assert icon.headers["content-type"].startswith("image/svg+xml")
