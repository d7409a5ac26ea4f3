"""What a click or a link opens, and what is said where the text has changed since."""

from dataclasses import replace

import pytest

from index.types import Span
from tests.made_saltmarsh import ANSWERS, ARTICLES, KING, VISITORS
from ui.chat.exchange import Exchange, Pointer
from ui.chat.opening import named_article, named_span, open_linked, open_source, since_then
from ui.chat.words import ENGLISH

EXCHANGES = [Exchange(ANSWERS[VISITORS], {"reprint": ARTICLES["reprint"]}), Exchange(ANSWERS[KING])]
LIGHT = ARTICLES["light"]


@pytest.mark.parametrize(
    ("pointer", "article"),
    [
        (Pointer(0, "quote", 2), "count"),
        (Pointer(0, "copy", 1), "reprint"),
        (Pointer(1, "near", 1), "deng"),
    ],
)
def test_a_pointer_names_its_article(pointer: Pointer, article: str) -> None:
    assert named_article(EXCHANGES, pointer) == ARTICLES[article]


def test_a_pointer_names_its_span() -> None:
    assert named_span(EXCHANGES, Pointer(0, "quote", 2)) == ANSWERS[VISITORS].citations[1].quote.span
    assert named_span(EXCHANGES, Pointer(1, "near", 0)) == ANSWERS[KING].consulted[0].hit.passage.span


def test_copies_are_listed_with_the_quote() -> None:
    panel = open_source(EXCHANGES, Pointer(0, "quote", 1), ENGLISH)
    assert '<button type="button" class="qd-copy" data-open="0.copy.1.0">Saltmarsh Point to ask for tickets' in panel
    assert "qd-copies" not in open_source(EXCHANGES, Pointer(0, "quote", 2), ENGLISH)


def test_an_unchanged_text_needs_no_word() -> None:
    assert since_then(LIGHT, Span(0, 4), LIGHT, ENGLISH) == ""


def test_a_changed_text_is_told_with_the_way_to_todays() -> None:
    today = replace(LIGHT, version="v2", text="Now: Skip")
    assert 'data-open="/articles/light@v2#5-9"' in since_then(LIGHT, Span(0, 4), today, ENGLISH)
    assert 'data-open="/articles/light@v2">Open today’s text' in since_then(LIGHT, Span(5, 9), today, ENGLISH)
    assert "no longer stand" not in since_then(LIGHT, None, today, ENGLISH)


def test_a_linked_article_is_marked_as_far_as_its_text_goes() -> None:
    assert open_linked(LIGHT, Span(0, 4), ENGLISH).count("<mark") == 1
    assert "<mark" not in open_linked(LIGHT, Span(0, 99_999), ENGLISH)
