"""Figures in running text: one value whatever the language writes it, names are none, spans slice back."""

from itertools import pairwise
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Span
from qa.quantities import Kind, Quantity, find_quantities

# What figures are made of, so that arbitrary text often holds some.
PIECES = st.sampled_from(
    [
        "1",
        "23",
        "2024",
        "４５",
        ",",
        ".",
        "-",
        "$",
        "US$",
        "€",
        "%",
        "％",
        "percent",
        "million",
        "mıllion",
        "bn",
        "k",
        "万",
        "億",
        "兆",
        "千",
        "年",
        "円",
        "美元",
        "ドル",
        "dollars",
        "H",
        "nm",
        "²",
        "½",
        "٣",
        "ſ",
        "\u212a",
    ]
)
TEXTS = st.text() | st.lists(PIECES).map("".join) | st.lists(PIECES).map(" ".join)


@pytest.mark.parametrize(
    ("text", "value", "kind", "unit"),
    [
        ("2045亿美元", 204.5e9, "money", "USD"),
        ("2045億美元", 204.5e9, "money", "USD"),
        ("$204.5 billion", 204.5e9, "money", "USD"),
        ("204.5 billion dollars", 204.5e9, "money", "USD"),
        ("204.5 billion US dollars", 204.5e9, "money", "USD"),
        ("204.5 billion U.S. dollars", 204.5e9, "money", "USD"),
        ("2,045億ドル", 204.5e9, "money", "USD"),
        ("２０４５億ドル", 204.5e9, "money", "USD"),
        ("US$5 million", 5e6, "money", "USD"),
        ("$500m", 500e6, "money", "USD"),
        ("5億米ドル", 500e6, "money", "USD"),
        ("0.5美元", 0.5, "money", "USD"),
        ("€3bn", 3e9, "money", "EUR"),
        ("£2.5m", 2.5e6, "money", "GBP"),
        ("12万元", 120_000, "money", "CNY"),
        ("RMB 30 million", 30e6, "money", "CNY"),
        ("¥100 million", 100e6, "money", "¥"),
        ("￥100", 100, "money", "¥"),
        ("RMB¥100", 100, "money", "CNY"),
        ("¥100万円", 1e6, "money", "JPY"),
        ("HK$100 million", 100e6, "money", "HKD"),
        ("100港元", 100, "money", "HKD"),
        ("NT$30", 30, "money", "TWD"),
        ("C$5bn", 5e9, "money", "CAD"),
        ("A$5bn", 5e9, "money", "AUD"),
        ("₩3 trillion", 3e12, "money", "KRW"),
        ("100万韩元", 1e6, "money", "KRW"),
        ("₹50", 50, "money", "INR"),
        ("-5%", -5, "percent", ""),
        ("−5％", -5, "percent", ""),
        ("マイナス5%", -5, "percent", ""),
        ("负5%", -5, "percent", ""),
        ("-$5 million", -5e6, "money", "USD"),
        ("$5 m", 5e6, "money", "USD"),
        ("1兆2000億円", 1.2e12, "money", "JPY"),
        ("１，０００円", 1000, "money", "JPY"),
        ("1億2345万6789円", 123_456_789, "money", "JPY"),
        ("4亿4千万美元", 440e6, "money", "USD"),
        ("2.5万美元", 25_000, "money", "USD"),
        ("35万", 350_000, "count", ""),
        ("35萬", 350_000, "count", ""),
        ("350,000", 350_000, "count", ""),
        ("350k", 350_000, "count", ""),
        ("6万7317", 67_317, "count", ""),
        ("3万5千", 35_000, "count", ""),
        ("7 billion", 7e9, "count", ""),
        ("10.19", 10.19, "count", ""),
        ("25%", 25, "percent", ""),
        ("25 percent", 25, "percent", ""),
        ("25 per cent", 25, "percent", ""),
        ("25％", 25, "percent", ""),
        ("25パーセント", 25, "percent", ""),
        ("25個百分點", 25, "percent", ""),
        ("2024", 2024, "date", ""),
        ("2024年", 2024, "date", ""),
        ("1987", 1987, "date", ""),
        ("2024 dollars", 2024, "money", "USD"),
        ("2024万", 20_240_000, "count", ""),
        ("2,024", 2024, "count", ""),
    ],
)
def test_one_figure(text: str, value: float, kind: Kind, unit: str) -> None:
    (found,) = find_quantities(text)
    assert (found.span, found.kind, found.unit) == (Span(0, len(text)), kind, unit)
    assert found.value == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("It costs $25,000-$30,000 a piece.", [("$25,000", 25_000), ("$30,000", 30_000)]),
        ("$30 billion to $37 billion", [("$30 billion", 30e9), ("$37 billion", 37e9)]),
        ("2023年10〜12月", [("2023年", 2023), ("10", 10), ("12", 12)]),
        ("从86,482人减到67,317人", [("86,482", 86_482), ("67,317", 67_317)]),
        ("3年間で2万1000人", [("3", 3), ("2万1000", 21_000)]),
        ("300 m and 300m tall", [("300", 300)]),
        ("from 3-5% to 5 -7", [("3", 3), ("5%", 5), ("5", 5), ("7", 7)]),
        ("A room of 100 m² for 20 people", [("100", 100), ("20", 20)]),
    ],
)
def test_several_figures(text: str, figures: list[tuple[str, float]]) -> None:
    assert [(one.span.of(text), one.value) for one in find_quantities(text)] == figures


@pytest.mark.parametrize(
    "text",
    [
        "H100",
        "A100s",
        "GPT-4",
        "800MHz",
        "7nm",
        "iPhone15",
        "5G",
        "3D",
        "COVID-19",
        "v1.2.3",
        "二十万",
        "亿",
        "two trillion",
        "",
    ],
)
def test_names_and_number_words_are_none(text: str) -> None:
    assert find_quantities(text) == []


def test_digits_beyond_a_finite_number_are_none() -> None:
    assert find_quantities("9" * 400 + " and 7") == [Quantity(Span(405, 406), 7, "count")]


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("2045亿美元", "$204.5 billion", True),
        ("$204.5 billion", "2,045億ドル", True),
        ("35万", "350,000", True),
        ("$204.5 billion", "204.5 billion", True),
        ("$5", "€5", False),
        ("¥5", "5円", True),
        ("¥5", "5元", True),
        ("¥5", "$5", False),
        ("-5%", "5%", False),
        ("300 m", "300 metres", True),
        ("25%", "25", False),
        ("2024", "2,024", False),
        ("25%", "25パーセント", True),
        ("598,000", "600,000", False),
    ],
)
def test_agreement(one: str, other: str, *, agree: bool) -> None:
    (left,), (right,) = find_quantities(one), find_quantities(other)
    assert left.agrees_with(right) is agree
    assert right.agrees_with(left) is agree


@pytest.mark.parametrize("text", ["2000人", "2000名", "2000 tonnes", "2000トン", "2000公里"])
def test_four_digits_that_count_something_are_no_year(text: str) -> None:
    (found,) = find_quantities(text)
    assert (found.value, found.kind) == (2000, "count")


@pytest.mark.parametrize(
    ("quoted", "said", "states"),
    [
        ("$5", "5", True),
        ("5", "$5", False),
        ("100円", "¥100", True),
        ("100元", "¥100", True),
        ("¥100", "100円", False),
        ("$100", "¥100", False),
        ("100", "¥100", False),
        ("-5%", "5%", False),
        ("HK$100", "$100", False),
    ],
)
def test_a_figure_states_what_says_no_more(quoted: str, said: str, *, states: bool) -> None:
    (left,), (right,) = find_quantities(quoted), find_quantities(said)
    assert left.states(right) is states


def test_agreement_within_a_tolerance() -> None:
    exact, rounded = find_quantities("598,000 or 600,000")
    assert exact.agrees_with(rounded, 0.0034)
    assert not exact.agrees_with(rounded, 0.0033)


@given(TEXTS)
def test_spans_are_sorted_disjoint_slices_and_values_finite(text: str) -> None:
    found = find_quantities(text)
    assert all(left.span.end <= right.span.start for left, right in pairwise(found))
    for one in found:
        assert one.span.end <= len(text)
        assert isfinite(one.value)
        assert any(character.isdigit() for character in one.span.of(text))
        assert one.span.of(text) == one.span.of(text).strip()


@given(st.integers(1, 10**9))
def test_grouped_digits_are_the_number(number: int) -> None:
    assert [one.value for one in find_quantities(f"{number:,} units")] == [number]
