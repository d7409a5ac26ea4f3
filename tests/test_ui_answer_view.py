"""The conversation's HTML: numbers that are buttons, quotes as cards, differing values by date, declines as such."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from index.types import Article, Filter, Hit, Passage, Span
from qa.types import Answer, Citation, Conflict, ConflictValue, Found, Quote
from ui.chat.answer_view import conflict_html, exchange_html, notice_html, prose, under_way_html, welcome, worded_html
from ui.chat.exchange import Exchange
from ui.chat.words import CHINESE, ENGLISH, JAPANESE

TEXT = "Some 350 boats came. A later count has 410 boats."


def article(name: str = "a", published: date | None = date(2024, 3, 2), **more: Any) -> Article:
    given = {"title": f"The boats of {name}", "url": f"https://www.{name}.example/", "language": "en", **more}
    return Article(id=name, version="v", text=TEXT, published=published, path=f"in/{name}.txt", **given)


def citation(number: int, words: str = "Some 350 boats came.", *also: str, source: Article | None = None) -> Citation:
    start = TEXT.index(words)
    return Citation(number, Quote(source or article(), Span(start, start + len(words))), also)


def answer(text: str, *citations: Citation, **more: Any) -> Answer:
    given = {"question": "How many?", "language": "en", "searched_for": "How many?", "status": "answered", **more}
    return Answer(short_answer="350", text=text, confidence=0.9, citations=citations, **given)


def test_a_number_is_a_button_with_a_spoken_label() -> None:
    assert prose(answer("350 [1].", citation(1)), 4, ENGLISH) == (
        '<div class="qd-prose" lang="en"><p>350 <span class="qd-numbers"><button type="button" class="qd-number" '
        'data-open="4.quote.1.0" aria-label="Source 1: The boats of a, 2 March 2024">1'
        "</button>.</span></p></div>"
    )


@pytest.mark.parametrize(
    ("words", "label"),
    [(CHINESE, "来源 1：The boats of a，2024年3月2日"), (JAPANESE, "出典 1：The boats of a、2024年3月2日")],
)
def test_the_label_is_spoken_in_the_pages_language(words: Any, label: str) -> None:
    assert f'aria-label="{label}"' in prose(answer("350 [1]", citation(1)), 0, words)


def test_numbers_in_a_run_are_buttons_each() -> None:
    html = prose(answer("350[1][2]，410", citation(1), citation(2)), 0, ENGLISH)
    assert html.count("<button") == 2
    assert html.endswith(">2</button>，</span>410</p></div>")


@pytest.mark.parametrize("text", ["As [7] says", "See [1234567890]", "a[] [x] [1", "[0]"])
def test_brackets_that_cite_nothing_stay_text(text: str) -> None:
    html = prose(answer(text, citation(1)), 0, ENGLISH)
    assert "<button" not in html
    assert html.striptags() == text


def test_each_line_is_a_paragraph() -> None:
    assert prose(answer("One.\n\nTwo."), 0, ENGLISH).count("<p>") == 2


def test_a_card_holds_quote_title_outlet_date_and_copies() -> None:
    source = article(language="zh")
    shown = Exchange(
        answer("350 [1]", citation(1, "Some 350 boats came.", "b", "gone", source=source)), {"b": article("b")}
    )
    html = exchange_html(shown, 0, ENGLISH)
    assert (
        '<blockquote lang="zh">Some 350 boats came.</blockquote><p class="qd-title" lang="zh">The boats of a</p>'
        in html
    )
    assert (
        '<span class="qd-outlet">a.example</span> <time class="qd-date" datetime="2024-03-02">2 March 2024</time>'
        in html
    )
    assert (
        'Also in <button type="button" class="qd-copy" data-open="0.copy.1.0" title="The boats of b">b.example</button>'
    ) in html
    assert "gone" not in html


def test_the_prose_comes_before_the_evidence() -> None:
    html = exchange_html(Exchange(answer("350 [1]", citation(1))), 0, ENGLISH, with_evidence=False)
    assert "350" in html
    assert "qd-card" not in html


def test_who_worded_an_answer_and_what_kept_it() -> None:
    plain = answer("350 [1].", citation(1))
    assert worded_html(plain) == ""
    told = worded_html(replace(plain, written_by="<gpt>", notice="It took <long>."))
    assert "Worded by the language model &lt;gpt&gt;; each sentence was checked against its quotes.</p>" in told
    assert ">It took &lt;long&gt;.</p>" in told
    assert told in exchange_html(Exchange(replace(plain, written_by="<gpt>", notice="It took <long>.")), 0, ENGLISH)


def test_sources_that_differ_stand_newest_first_and_undated_last() -> None:
    old, new, undated = article("old", date(2020, 1, 1)), article("new", date(2024, 1, 1)), article("none", None)
    cited = (citation(1, source=old), citation(2, source=undated), citation(3, source=new))
    values = (ConflictValue("350", (1,)), ConflictValue("380", (2,)), ConflictValue("410", (3, 9)))
    html = conflict_html(Conflict("number", values), answer("", *cited), 0, ENGLISH)
    assert [html.index(f'<p class="qd-value">{value}') for value in ("410", "350", "380")] == sorted(
        html.index(f'<p class="qd-value">{value}') for value in ("350", "380", "410")
    )
    assert "Sources differ" in html
    assert (
        '<span class="qd-outlet">new.example</span> <time class="qd-date" datetime="2024-01-01">1 January 2024' in html
    )
    assert '<span class="qd-date">undated</span>' in html


def test_an_article_that_gives_a_value_twice_is_named_once() -> None:
    cited = (citation(1), citation(2), citation(3, source=article("b")))
    html = conflict_html(Conflict("number", (ConflictValue("350", (1, 3, 2)),)), answer("", *cited), 0, ENGLISH)
    assert html.count("qd-outlet") == 2
    assert [html.index(f">{number}</button>") for number in (1, 2, 3)] == sorted(
        html.index(f">{number}</button>") for number in (1, 2, 3)
    )


def test_a_decline_shows_the_nearest_passages_as_no_answer() -> None:
    found = Found(Hit(Passage(0, "a", "en", Span(0, 20), TEXT[:20]), 0.4, "fused"), article())
    declined = answer("The articles don't hold an answer to this.", status="abstained", consulted=(found,) * 6)
    html = exchange_html(Exchange(declined), 2, ENGLISH)
    assert "The articles don&#39;t hold an answer to this." in html
    assert "Nearest passages (not an answer)" in html
    assert html.count("qd-near-title") == 4
    assert 'data-open="2.near.3.0"' in html
    assert '<p class="qd-snippet" lang="en">Some 350 boats came.</p>' in html
    assert "<blockquote" not in html


def test_what_was_only_read_is_folded_away_and_apart() -> None:
    quoted = Found(Hit(Passage(0, "a", "en", Span(0, 20), TEXT[:20]), 0.4, "fused"), article())
    read = Found(Hit(Passage(1, "b", "en", Span(0, 20), TEXT[:20]), 0.4, "fused"), article("b"))
    html = exchange_html(Exchange(answer("350 [1]", citation(1), consulted=(quoted, read))), 0, ENGLISH)
    assert "<summary>Also read, not quoted (1)</summary>" in html
    assert 'data-open="0.near.1.0"' in html
    assert 'data-open="0.near.0.0"' not in html
    assert html.index("qd-read-too") < html.index("b.example")


def test_a_follow_up_says_what_was_searched_for() -> None:
    rewritten = Exchange(answer("350", question="And then?", searched_for="How many boats came then?"))
    html = exchange_html(rewritten, 0, ENGLISH)
    assert "Searched for: How many boats came then?" in html
    assert 'data-again="typed" data-turn="0">Ask it as typed</button>' in html
    assert "Searched for" not in exchange_html(Exchange(answer("350")), 0, ENGLISH)


def test_everything_that_others_wrote_is_escaped() -> None:
    hostile = '"><script>alert(1)</script>'
    source = article(title=hostile, url=f"https://a.example/{hostile}")
    shown = Exchange(answer(f"{hostile} [1]", citation(1, source=source), question=hostile, searched_for=f"{hostile}!"))
    pages = [
        exchange_html(shown, 0, ENGLISH),
        conflict_html(Conflict("number", (ConflictValue(hostile, (1,)),)), shown.answer, 0, ENGLISH),
        under_way_html(hostile, hostile, ENGLISH, shown.answer),
        notice_html(hostile),
        welcome(ENGLISH, [hostile], is_empty=False),
    ]
    assert all("&lt;script&gt;" in page and "<script" not in page for page in pages)


def test_no_message_is_no_notice() -> None:
    assert notice_html("") == ""


def test_what_was_searched_in_can_be_taken_away() -> None:
    html = exchange_html(Exchange(answer("350"), where=Filter("zh")), 3, ENGLISH)
    assert "Only in: 中文" in html
    assert 'data-again="everything" data-turn="3">Ask it of everything</button>' in html
    assert "data-again" not in exchange_html(Exchange(answer("350")), 3, ENGLISH)


def test_the_thumb_that_was_given_is_pressed() -> None:
    html = exchange_html(Exchange(answer("350"), vote="down"), 1, ENGLISH)
    assert 'data-vote="up" data-turn="1" aria-pressed="false" aria-label="A good answer"' in html
    assert 'data-vote="down" data-turn="1" aria-pressed="true" aria-label="Not a good answer"' in html
