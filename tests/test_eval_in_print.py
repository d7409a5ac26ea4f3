"""Numbers, intervals, days and marked quotes as a reader sees them."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.in_print import (
    Whisker,
    change_in_print,
    count_in_print,
    day_in_print,
    duration_in_print,
    interval_in_print,
    languages_in_print,
    marked,
    value_in_print,
    whisker,
)

TIME = "latency p50, ms"


def plain(text: str) -> str:
    return text.replace("\u202f", " ")


def test_a_value_has_its_unit() -> None:
    assert plain(value_in_print("F1", 0.8649)) == "86.5 %"
    assert plain(value_in_print("F1", 1.0)) == "100.0 %"
    assert plain(value_in_print(TIME, 1240.4)) == "1,240 ms"


def test_an_interval_has_a_decimal_where_it_is_narrow() -> None:
    assert interval_in_print("F1", 0.781, 0.932) == "78–93"
    assert interval_in_print("F1", 0.951, 0.999) == "95.1–99.9"
    assert interval_in_print(TIME, 1201.7, 1220.8) == "1,202–1,221"
    assert interval_in_print("F1", None, 0.9) == "–"
    assert interval_in_print("F1", 0.9, None) == "–"


def test_a_change_has_its_sign() -> None:
    assert change_in_print("F1", 0.0312) == "+3.1"
    assert change_in_print("F1", -0.05) == "−5.0"
    assert plain(change_in_print(TIME, -12.0)) == "−12 ms"


def test_a_whisker_lies_where_its_value_does() -> None:
    assert whisker(0.5, 0.25, 1.0, start=0, end=1) == Whisker(25.0, 50.0, 100.0)
    assert whisker(0.0, -0.1, 0.2, start=-0.2, end=0.2) == Whisker(25.0, 50.0, 100.0)
    assert whisker(0.5, None, None, start=0, end=1) == Whisker(50.0, 50.0, 50.0)
    assert whisker(0.0, None, None, start=0, end=0) == Whisker(0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-02", "2 November 2026"),
        ("2026-11-22T09:05:12+00:00", "22 November 2026, 09:05 UTC"),
        ("2026-11-22T09:05", "22 November 2026, 09:05"),
        ("<b>today</b>", "<b>today</b>"),
        ("2026-13-01", "2026-13-01"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_day_is_written_out(text: str | None, day: str) -> None:
    assert day_in_print(text) == day


@pytest.mark.parametrize(
    ("seconds", "printed"),
    [(8.44, "8.4 s"), (59.4, "59.4 s"), (59.96, "1 min 0 s"), (74.2, "1 min 14 s"), (7500, "2 h 5 min")],
)
def test_a_duration_is_written_out(seconds: float, printed: str) -> None:
    assert plain(duration_in_print(seconds)) == printed


def test_languages_have_names() -> None:
    assert languages_in_print("en") == "English"
    assert languages_in_print("en>ja+zh") == "English → Japanese, Chinese"
    assert languages_in_print("not given") == "not given"
    assert languages_in_print("") == ""


def test_one_thing_is_no_things() -> None:
    assert [count_in_print(count, "case") for count in (0, 1, 1204)] == ["0 cases", "1 case", "1,204 cases"]


@pytest.mark.parametrize(
    ("text", "wanted", "shown"),
    [
        ("led by the Fair lab", ["FAIR"], "led by the <mark>Fair</mark> lab"),
        ("it was done fairly", ["fair"], "it was done fairly"),
        ("1.5 of 15", ["5"], "1.5 of 15"),
        ("由马克领导", ["马克"], "由<mark>马克</mark>领导"),
        ("由FAIR领导", ["FAIR"], "由<mark>FAIR</mark>领导"),
        ("共35万人", ["350,000"], "共<mark>35万</mark>人"),
        ("counted 350,000 visitors", ["35万"], "counted <mark>350,000</mark> visitors"),
        ("the new quay", ["new", "new quay"], "the <mark>new quay</mark>"),
        ("<b>A & B</b>", ["A & B"], "&lt;b&gt;<mark>A &amp; B</mark>&lt;/b&gt;"),
        ("nothing", ["", "  "], "nothing"),
        ("", ["x"], ""),
    ],
)
def test_what_was_wanted_is_marked(text: str, wanted: list[str], shown: str) -> None:
    assert marked(text, wanted) == shown


@given(st.text(max_size=60), st.lists(st.text(max_size=4), max_size=4))
def test_marking_changes_nothing_but_adds_marks(text: str, wanted: list[str]) -> None:
    shown = re.sub("</?mark>", "", marked(text, wanted))
    assert "<" not in shown
    assert unescape(shown) == unescape(str(marked(text, []))) == unescape(unescape_free(text))


def unescape_free(text: str) -> str:
    """The text escaped by hand, so that what unescaping does to odd characters is done to both."""
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("'", "&#39;"), ('"', "&#34;")):
        text = text.replace(character, entity)
    return text
