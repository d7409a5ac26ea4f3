"""The source panel: the whole text, marked exactly, greyed in its place, and nothing in it that runs."""

from collections.abc import Sequence
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Article, Span
from ui.chat.source_panel import Mark, Steps, article_text, outlet, source_panel, web_address
from ui.chat.words import CHINESE, ENGLISH, Words

TEXT = "Menu | Login\n\nThe lamp was lit at <six>.\nIt burned & burned.\n\nNobody slept."


def article(text: str = TEXT, **more: Any) -> Article:
    given = {"url": "https://www.gazette.example/lamp", "published": date(2024, 3, 2), "title": "The lamp", **more}
    return Article(id="a", version="v", text=text, path="in/lamp.txt", **{"language": "en", **given})


def mark(words: str, number: int | None = 1, text: str = TEXT) -> Mark:
    return Mark(Span(text.index(words), text.index(words) + len(words)), number)


class Reading(HTMLParser):
    """What a browser would make of the HTML: its text, its tags, and the text inside each kind of element."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.within: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        self._open.append(f"{tag}.{found['class']}" if found.get("class") else tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().split(".")[0] == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        for name in self._open:
            self.within[name] = self.within.get(name, "") + data


def test_paragraphs_are_kept_and_a_line_end_inside_one_stays() -> None:
    html = article_text(article(), [], None)
    assert html.split("\n\n") == [
        "<p>Menu | Login</p>",
        "<p>The lamp was lit at &lt;six&gt;.\nIt burned &amp; burned.</p>",
        "<p>Nobody slept.</p>",
    ]


def test_lines_are_paragraphs_where_no_line_is_blank() -> None:
    assert article_text(article("One.\nTwo."), [], None) == "<p>One.</p>\n<p>Two.</p>"


def test_a_quote_over_two_paragraphs_is_marked_in_both() -> None:
    chosen = mark("burned.\n\nNobody")
    html = article_text(article(), [chosen], chosen)
    assert '<mark class="qd-quote qd-chosen qd-here" data-label="1">burned.</mark></p>' in html
    assert '<p><mark class="qd-quote qd-chosen">Nobody</mark> slept.</p>' in html


def test_the_chosen_mark_stands_out_and_the_others_are_only_marked() -> None:
    first, second = mark("The lamp", 1), mark("Nobody", 2)
    html = article_text(article(), [first, second], second)
    assert '<mark class="qd-quote" data-label="1">The lamp</mark>' in html
    assert '<mark class="qd-quote qd-chosen qd-here" data-label="2">Nobody</mark>' in html


def test_overlapping_quotes_are_cut_at_their_edges() -> None:
    outer, inner = mark("It burned & burned", 1), mark("burned &", 2)
    html = article_text(article(), [outer, inner], inner)
    assert (
        '<mark class="qd-quote" data-label="1">It </mark>'
        '<mark class="qd-quote qd-chosen qd-here" data-label="2">burned &amp;</mark>'
        '<mark class="qd-quote"> burned</mark>'
    ) in html


def test_a_near_passage_is_marked_as_no_quote() -> None:
    near = mark("Nobody slept", None)
    assert '<mark class="qd-near qd-chosen qd-here">Nobody slept</mark>' in article_text(article(), [near], near)


def test_boilerplate_is_greyed_in_its_place_and_explained() -> None:
    greyed = article(boilerplate=(Span(0, 12),))
    html = source_panel(greyed, [], None, ENGLISH, Steps("0.quote.1.0", "Quote 1 of 1"))
    assert '<p><span class="qd-boilerplate">Menu | Login</span></p>' in html
    assert "is never searched or quoted" in html
    assert "is never searched" not in source_panel(article(), [], None, ENGLISH, Steps("0.quote.1.0", ""))


def test_the_heading_names_outlet_date_and_original() -> None:
    html = source_panel(article(), [], None, ENGLISH, Steps("0.quote.1.0", "Quote 1 of 2", None, "0.quote.2.0"))
    assert (
        '<span class="qd-outlet">gazette.example</span> <time class="qd-date" datetime="2024-03-02">2 March 2024'
        in html
    )
    assert (
        '<a class="qd-original" href="https://www.gazette.example/lamp" target="_blank" rel="noopener noreferrer">'
        in html
    )
    assert 'aria-label="Previous quote" disabled' in html
    assert 'aria-label="Next quote" data-open="0.quote.2.0"' in html


@pytest.mark.parametrize(
    ("words", "told"), [(ENGLISH, " (updated 4 March 2024)"), (CHINESE, " （2024年3月4日更新）")], ids=["en", "zh"]
)
def test_the_heading_tells_when_an_article_was_updated_after_it_was_published(words: Words, told: str) -> None:
    days = (date(2024, 3, 4), date(2024, 3, 2), None)
    shown = [Reading(source_panel(article(updated=day), [], None, words, Steps("", ""))).text for day in days]
    assert [told in text for text in shown] == [True, False, False]


def test_the_original_opens_at_the_quoted_words() -> None:
    chosen = mark("It burned & burned.")
    html = source_panel(article(), [chosen], chosen, ENGLISH, Steps("0.quote.1.0", ""))
    assert 'href="https://www.gazette.example/lamp#:~:text=It%20burned%20%26%20burned."' in html


def test_a_quote_is_copied_with_where_it_stands() -> None:
    chosen = mark("It burned & burned.")
    (copy,) = [attrs for _, attrs in Reading(source_panel(article(), [chosen], chosen, ENGLISH, Steps("", ""))).tags
               if "data-copy" in attrs]  # fmt: skip
    assert copy["data-copy"] == "“It burned & burned.”\nThe lamp, gazette.example, 2 March 2024"
    assert copy["data-link"] == f"/articles/a@v#{chosen.span.start}-{chosen.span.end}"
    assert "data-copy" not in source_panel(article(), [], None, ENGLISH, Steps("", ""))


def test_a_warning_stands_before_the_article() -> None:
    html = source_panel(article(), [], None, ENGLISH, Steps("", ""), warning="It has changed.")
    assert html.index("It has changed.") < html.index("<h2")


def test_the_article_keeps_its_own_language_on_a_page_in_another() -> None:
    html = source_panel(article(language="ja"), [], None, CHINESE, Steps("0.quote.1.0", ""))
    assert '<h2 lang="ja">' in html
    assert '<div class="qd-text" lang="ja">' in html
    assert "lang=" not in source_panel(article(language="und"), [], None, CHINESE, Steps("0.quote.1.0", ""))


@pytest.mark.parametrize(
    ("url", "named", "linked"),
    [
        ("https://www.gazette.example/a?b=1", "gazette.example", True),
        ("http://localhost:8000/a", "localhost", True),
        ("javascript:alert(1)", "lamp.txt", False),
        (" javascript:alert(1)", "lamp.txt", False),
        ("data:text/html,<script>", "lamp.txt", False),
        ("file:///etc/passwd", "lamp.txt", False),
        ("//gazette.example/a", "lamp.txt", False),
        ("http://[broken", "lamp.txt", False),
        ("https:///nowhere", "lamp.txt", False),
        (None, "lamp.txt", False),
    ],
)
def test_only_web_addresses_are_linked(url: str | None, named: str, linked: bool) -> None:
    assert outlet(article(url=url)) == named
    assert (web_address(article(url=url)) is not None) == linked


def test_hostile_words_stay_words() -> None:
    hostile = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    url = 'https://gazette.example/"onmouseover="alert(1)'
    html = source_panel(article(hostile, title=hostile, url=url), [], None, ENGLISH, Steps('"><b>', hostile))
    reading = Reading(html)
    assert {tag for tag, _ in reading.tags} <= {"section", "header", "span", "button", "div", "p", "time", "h2", "a"}
    assert not [name for _, attrs in reading.tags for name in attrs if name.startswith("on")]
    assert reading.within["h2"] == hostile


TEXTS = st.text(alphabet=st.sampled_from("ab <>&\"'\n\n灯台🎏é{}$`"), min_size=1, max_size=60)


def spans(text: str) -> st.SearchStrategy[Span]:
    ends = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).filter(lambda pair: pair[0] != pair[1])
    return ends.map(lambda pair: Span(min(pair), max(pair)))


@st.composite
def marked(draw: st.DrawFn) -> tuple[Article, Sequence[Mark]]:
    text = draw(TEXTS)
    grey = draw(st.lists(spans(text), max_size=2))
    found = draw(st.lists(spans(text), min_size=1, max_size=3))
    return article(text, boilerplate=tuple(grey)), [Mark(span, number) for number, span in enumerate(found, 1)]


@given(marked())
def test_whatever_the_text_it_is_shown_whole_and_marked_exactly(case: tuple[Article, Sequence[Mark]]) -> None:
    shown, marks = case
    html = article_text(shown, marks, marks[0])
    reading = Reading(html)
    assert reading.text == shown.text
    assert {tag for tag, _ in reading.tags} <= {"p", "mark", "span"}
    chosen = "".join(words for name, words in reading.within.items() if name.startswith("mark") and "qd-chosen" in name)
    assert sorted(_inked(chosen)) == sorted(_inked(marks[0].span.of(shown.text)))


def _inked(text: str) -> str:
    """Without white space: what parts two paragraphs is in the page but not inside a mark."""
    return "".join(text.split())
