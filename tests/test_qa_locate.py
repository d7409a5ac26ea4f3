"""Quotes found again: letter by letter, or as they read, with offsets of the text itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.locate import locate

TEXT = "“We’ll open it on 3 May,” said  Ann Lee. The café cost ¥4,800万 – ﬁrst of all.\n河边的\n工厂，１２３人。"


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("The café cost ¥4,800万", "The café cost ¥4,800万"),
        ("the CAFÉ cost", "The café cost"),
        ("The cafe\u0301 cost", "The café cost"),
        ('"We\'ll open it on 3 May," said Ann Lee', "We’ll open it on 3 May,” said  Ann Lee"),
        ("We'll open it on 3 May, said", None),
        ("\u201cWe’ll open it", "“We’ll open it"),
        ("cost ￥4，800万 - first of all...", "cost ¥4,800万 – ﬁrst of all"),
        ("河边的工厂,123人", "河边的\n工厂，１２３人"),
        ("…the café cost…", "The café cost"),
        ("The café cost ¥4,900万", None),
        ("The café costs", None),
        ("", None),
        ("...", None),
        (" \n ", None),
    ],
)
def test_where_a_quote_stands(quote: str, found: str | None) -> None:
    span = locate(quote, TEXT)
    assert (span.of(TEXT) if span else None) == found


def test_the_first_place_counts() -> None:
    assert str(locate("the bridge", "The bridge and the bridge")) == "Span(start=15, end=25)"
    assert str(locate("THE BRIDGE", "The bridge and the bridge")) == "Span(start=0, end=10)"


@given(before=st.text(), quote=st.text(min_size=1), after=st.text())
def test_what_is_copied_is_found(before: str, quote: str, after: str) -> None:
    span = locate(quote, before + quote + after)
    assert span is not None
    assert span.of(before + quote + after) == quote


@given(text=st.text(), quote=st.text())
def test_whatever_is_found_is_a_slice(text: str, quote: str) -> None:
    span = locate(quote, text)
    assert span is None or 0 <= span.start < span.end <= len(text)
