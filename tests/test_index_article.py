"""Drafts become articles: what is filled in, what is kept, and that every span is a slice of the settled text."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import merged, to_article, without
from index.settle import settle
from index.types import Draft, Span

ENGLISH = "The harbour board voted on Monday to move the four old cranes. They were built in 1931 and lifted coal."
CHINESE = "港务局周一投票决定迁走那些闲置了近三十年的旧吊车。这些吊车造于1931年，曾经用来吊煤。"
JAPANESE = "港の理事会は月曜日、三十年近く使われていない古いクレーンを移すことを決めました。採決は僅差でした。"


def test_what_a_draft_does_not_say_is_found_in_its_text() -> None:
    article = to_article(
        Draft(f"Old cranes leave the harbour\r\nPosted on April 9, 2024\r\n\r\n\r\n{ENGLISH}", "news/cranes.txt")
    )
    assert article.text == f"Old cranes leave the harbour\nPosted on April 9, 2024\n\n{ENGLISH}"
    assert (article.id, article.title, article.path) == ("cranes", "Old cranes leave the harbour", "news/cranes.txt")
    assert (article.published, article.language, article.url) == (date(2024, 4, 9), "en", None)
    assert article.version == "86d358566fd5"
    assert [span.of(article.text) for span in article.sentences] == [
        "Old cranes leave the harbour",
        "The harbour board voted on Monday to move the four old cranes.",
        "They were built in 1931 and lifted coal.",
    ]


def test_what_a_draft_says_is_kept() -> None:
    draft = Draft(
        f"Other title of the harbour\n2020-01-01 10:00\n{ENGLISH}",
        "wire.jsonl:3",
        id="w-3",
        title="Cranes",
        url="https://q.example/3",
        published=date(2024, 4, 9),
        language="fr",
        updated=date(2024, 4, 11),
        fetched=date(2024, 5, 2),
    )
    article = to_article(draft)
    assert (article.updated, article.fetched) == (date(2024, 4, 11), date(2024, 5, 2))
    assert (article.id, article.title, article.url) == ("w-3", "Cranes", "https://q.example/3")
    assert (article.published, article.language, article.path) == (date(2024, 4, 9), "fr", "wire.jsonl:3")
    assert to_article(draft, article_id="w-3-b").id == "w-3-b"


def test_a_day_of_change_is_no_day_of_publication() -> None:
    article = to_article(Draft(f"Old cranes leave the harbour\nUpdated April 9, 2024\n\n{ENGLISH}", "cranes.txt"))
    assert (article.published, article.updated, article.fetched) == (None, date(2024, 4, 9), None)


def test_the_version_is_that_of_the_settled_text() -> None:
    assert to_article(Draft(ENGLISH, "a.txt")).version == to_article(Draft(f"\ufeff{ENGLISH} \r\n", "b.txt")).version
    assert to_article(Draft(ENGLISH, "a.txt")).version != to_article(Draft(CHINESE, "a.txt")).version


@pytest.mark.parametrize(("own", "language"), [(ENGLISH, "en"), (CHINESE, "zh"), (JAPANESE, "ja")])
@pytest.mark.parametrize("menu", [ENGLISH * 3, CHINESE * 6, JAPANESE * 6])
def test_the_language_is_that_of_the_article_not_of_the_menu(own: str, language: str, menu: str) -> None:
    text = f"{menu}\n\n{own}"
    article = to_article(Draft(text, "page.html", boilerplate=(Span(0, len(menu)),)))
    assert article.language == language
    assert {span.of(text) for span in article.sentences} <= set(
        own.replace(". ", ".\n").replace("。", "。\n").split("\n")
    )


def test_a_page_with_marks_is_not_searched_for_a_date_again() -> None:
    text = f"Friday, February 2, 2024\n\n{ENGLISH}"
    assert to_article(Draft(text, "page.html", boilerplate=(Span(0, 24),))).published is None
    assert to_article(Draft(text, "page.txt")).published == date(2024, 2, 2)


def test_the_marks_of_the_draft_and_of_its_lines_are_joined() -> None:
    text = f"Home World Sport\n\n{ENGLISH}\n\nAdvertisement\n\n{ENGLISH.replace('harbour', 'river')}\n\n正在阅读：河边"
    article = to_article(Draft(text, "page.html", boilerplate=(Span(0, 16),)))
    assert [span.of(text) for span in article.boilerplate][:2] == ["Home World Sport", "Advertisement"]
    assert article.title == ENGLISH


def test_a_text_that_would_be_boilerplate_altogether_is_kept() -> None:
    article = to_article(Draft(ENGLISH, "page.html", boilerplate=(Span(0, len(ENGLISH)),)))
    assert article.boilerplate == ()
    assert len(article.sentences) == 2


@pytest.mark.parametrize(
    ("spans", "union"),
    [
        ([], ()),
        ([Span(5, 9), Span(0, 3)], (Span(0, 3), Span(5, 9))),
        ([Span(0, 5), Span(3, 9)], (Span(0, 9),)),
        ([Span(0, 9), Span(3, 5)], (Span(0, 9),)),
        ([Span(0, 5), Span(5, 9)], (Span(0, 9),)),
    ],
)
def test_merged(spans: list[Span], union: tuple[Span, ...]) -> None:
    assert merged(spans) == union


def test_without() -> None:
    assert without("0123456789", ()) == "0123456789"
    assert without("0123456789", (Span(0, 2), Span(4, 6))) == "\n23\n6789"


LINES = st.sampled_from(
    ["Home", "图片", "发表于 2024-4-9 13:20", ENGLISH, CHINESE, JAPANESE, "- Ferry fares rise", "Share", "", "235"]
)
TEXTS = st.text() | st.lists(LINES, max_size=12).map("\n".join)


@given(TEXTS)
def test_any_text_becomes_a_whole_article(raw: str) -> None:
    article = to_article(Draft(raw, "any.txt"))
    assert article.text == settle(raw)
    assert article.title != ""
    for spans in (article.boilerplate, article.sentences):
        assert all(span.end <= len(article.text) for span in spans)
        assert all(left.end <= right.start for left, right in pairwise(spans))
    assert not any(sentence.overlaps(mark) for sentence in article.sentences for mark in article.boilerplate)
    assert to_article(Draft(article.text, "any.txt")) == article
