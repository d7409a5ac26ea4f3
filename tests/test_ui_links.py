"""Addresses of the page, and links into an original that mark the quoted words there."""

from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Article, Span
from qa.types import Quote
from ui.chat.links import Address, permalink, read_address, to_words

TEXT = "The lamp was lit on Friday."


def article(article_id: str = "a") -> Article:
    return Article(article_id, "0123456789ab", "The lamp", TEXT, "en", None, None, "lamp.txt")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("", Address()),
        ("?", Address()),
        ("?c=AbC-_9", Address(conversation="AbC-_9")),
        ("?article=lamp%402024@v1#4-8", Address(article="lamp@2024", version="v1", span=Span(4, 8))),
        ("?article=a@v1", Address(article="a", version="v1")),
        ("/articles/a%20b+c@v1#4-8", Address(article="a b+c", version="v1", span=Span(4, 8))),
        ("?article=a@v1#8-4", Address(article="a", version="v1")),
        ("?article=a@v1#x", Address(article="a", version="v1")),
        ("?theme=dark", Address()),
        ("//[", Address()),
    ],
)
def test_an_address_is_read(text: str, address: Address) -> None:
    assert read_address(text) == address


def test_an_article_may_be_named_without_a_version() -> None:
    assert read_address("?article=a#1-2") == Address(article="a", span=Span(1, 2))


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_a_permalink_leads_back_to_its_article(name: Any) -> None:
    quoted = Quote(article(name), Span(4, 8))
    assert permalink(article(name), Span(4, 8)) == quoted.permalink
    assert read_address(quoted.permalink) == Address(article=name, version="0123456789ab", span=Span(4, 8))


@pytest.mark.parametrize(
    ("words", "directive"),
    [
        ("The lamp was lit.", "The%20lamp%20was%20lit."),
        ("A well-kept, old lamp & its glass", "A%20well%2Dkept%2C%20old%20lamp%20%26%20its%20glass"),
        ("One two three four five " * 5 + "end.", "One%20two%20three%20four%20five,two%20three%20four%20five%20end."),
        ("First line.\nSecond line.", "First%20line.,Second%20line."),
        (
            "灯台は金曜日の夕方、" + "長い文" * 40 + "、十一年ぶりに点灯した。",
            "灯台は金曜日の夕方,十一年ぶりに点灯した",
        ),
    ],
)
def test_a_link_marks_the_quoted_words(words: str, directive: str) -> None:
    expected = quote(directive, safe="%,")
    assert to_words("https://gazette.example/lamp", words) == f"https://gazette.example/lamp#:~:text={expected}"


def test_edges_that_are_the_same_say_nothing() -> None:
    assert unquote(to_words("https://gazette.example/", "二百十二枚、" * 20)).endswith("=" + "二百十二枚、" * 20)


def test_a_fragment_of_its_own_stays() -> None:
    assert to_words("https://gazette.example/lamp#top", "lit") == "https://gazette.example/lamp#top:~:text=lit"
