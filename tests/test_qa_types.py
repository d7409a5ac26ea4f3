"""The nouns of an answer: a quote is a slice and nothing else."""

from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Article, Span
from qa.types import Answer, Citation, Quote, Turn


def article(text: str) -> Article:
    return Article("harbour", "abc123", "Harbour", text, "en", None, None, "harbour.txt")


def test_a_quote_is_the_slice_and_its_permalink_says_where() -> None:
    quote = Quote(article("Port and harbour."), Span(9, 16))
    assert quote.text == "harbour"
    assert quote.permalink == "/articles/harbour@abc123#9-16"


def test_a_quote_past_the_end_cannot_be_built() -> None:
    assert Quote(article("Port"), Span(0, 4)).text == "Port"
    with pytest.raises(ValueError, match="runs past the 4 characters of harbour"):
        Quote(article("Port"), Span(0, 5))


def test_a_quote_cannot_be_changed() -> None:
    quote = Quote(article("Port"), Span(0, 4))
    with pytest.raises(FrozenInstanceError, match="span"):
        quote.span = Span(0, 1)  # type: ignore[misc]


def test_defaults() -> None:
    citation = Citation(1, Quote(article("Port"), Span(0, 4)))
    assert citation.also_in == ()
    answer = Answer("Where?", "en", "Where?", "abstained", "", "No.", 0.1)
    assert (answer.citations, answer.conflicts, answer.consulted, answer.timings_ms, answer.id) == (
        (),
        (),
        (),
        {},
        None,
    )
    assert Turn("user", "Where?") == Turn(role="user", content="Where?")


@given(st.text(min_size=1), st.integers(0, 40), st.integers(1, 40))
def test_every_quote_that_can_be_built_is_a_slice(text: str, start: int, length: int) -> None:
    span = Span(start, start + length)
    if span.end > len(text):
        with pytest.raises(ValueError, match="runs past"):
            Quote(article(text), span)
    else:
        assert Quote(article(text), span).text == text[start : start + length]


@pytest.mark.parametrize(
    ("id", "encoded"),
    [
        ("w/1", "w%2F1"),
        ("a@b#1-2", "a%40b%231-2"),
        ("扎克 1", "%E6%89%8E%E5%85%8B%201"),
        ("q.example-C-0a1b2c3d", "q.example-C-0a1b2c3d"),
    ],
)
def test_a_permalink_percent_encodes_the_articles_id(id: str, encoded: str) -> None:
    quote = Quote(replace(article("Port and harbour."), id=id), Span(9, 16))
    assert quote.permalink == f"/articles/{encoded}@abc123#9-16"
