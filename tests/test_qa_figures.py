"""Which figure of a quote answers: the kind that is asked for, not the one that the question states."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.figures import answering_span, asked_for, fits, names_a_number, years

MIXED = "In 2023 Meta paid $28.1 billion for 150,000 chips, 12% more."
MIXED_ZH = "2023年Meta花281亿美元买了15万块芯片，多了12%。"
MIXED_JA = "2023年、メタは281億ドルで15万個の半導体を買い、12％増えた。"


@pytest.mark.parametrize(
    ("question", "quote", "figures"),
    [
        ("How much money did Meta spend?", MIXED, ["$28.1 billion"]),
        ("How many chips did Meta buy?", MIXED, ["150,000"]),
        ("By what percentage did it grow?", MIXED, ["12%"]),
        ("When did Meta buy chips?", MIXED, ["2023"]),
        ("Who bought chips?", MIXED, []),
        ("Meta花了多少钱？", MIXED_ZH, ["281亿美元"]),
        ("Meta买了多少块芯片？", MIXED_ZH, ["15万"]),
        ("增加了百分之几？", MIXED_ZH, ["12%"]),
        ("Meta是哪一年買的？", MIXED_ZH, ["2023年"]),
        ("メタの費用はいくらですか？", MIXED_JA, ["281億ドル"]),
        ("半導体を何個買いましたか？", MIXED_JA, ["15万"]),
        ("何パーセント増えましたか？", MIXED_JA, ["12％"]),
        ("いつ買いましたか？", MIXED_JA, ["2023年"]),
        ("How many people work there?", "Staff grew by 5%.", ["5%"]),
        ("By what percentage did it grow?", "It grew by 5 people.", []),
        ("How many of the 600 people left?", "Of 600 people 45 left.", ["45"]),
        ("2045亿美元里有多少是现金？", "Of $204.5 billion, $3 billion was cash.", ["$3 billion"]),
    ],
)
def test_asked_for(question: str, quote: str, figures: list[str]) -> None:
    assert [one.span.of(quote) for one in asked_for(question, quote)] == figures


@pytest.mark.parametrize(
    ("question", "quote", "answer"),
    [
        ("How much does a chip cost?", "A chip costs $25,000 to $30,000.", "$25,000 to $30,000"),
        ("How much does a chip cost?", "Between $25,000 and $30,000 each.", "$25,000 and $30,000"),
        ("How much does a chip cost?", "It costs $25,000-$30,000.", "$25,000-$30,000"),
        ("一块多少钱？", "一块卖2.5万美元至3万美元。", "2.5万美元至3万美元"),
        ("費用はいくらですか？", "費用は3億ドルから4億ドルです。", "3億ドルから4億ドル"),
        ("What was the price?", "They paid $3 billion.", "$3 billion"),
    ],
)
def test_a_range_is_one_span(question: str, quote: str, answer: str) -> None:
    span = answering_span(question, quote)
    assert span
    assert span.of(quote) == answer


def test_of_several_figures_none_is_picked() -> None:
    assert answering_span("How much does a chip cost?", "It was $25,000, now it costs $30,000.") is None


def test_no_figure_no_span() -> None:
    assert answering_span("Who runs WhatsApp?", "Will, for 3 years.") is None
    assert answering_span("How many?", "Nobody knows.") is None


@pytest.mark.parametrize(
    ("question", "sentence", "fit"),
    [
        ("How many chips?", "Meta bought 40 chips.", 1),
        ("How many chips?", "Meta bought chips in 2023.", -1),
        ("When was it?", "It was in 1987.", 1),
        ("When was it?", "It was on March 26.", 1),
        ("いつですか？", "3月26日です。", 1),
        ("When was it?", "It was long ago.", -1),
        ("Who runs it?", "Will runs it.", 0),
        ("How many chips in 2022?", "In 2023 Meta bought 40 chips.", -1),
        ("How many chips in 2022?", "In 2022 and 2023 Meta bought 40 chips.", 1),
        ("How many chips in 2022?", "Meta bought 40 chips.", 1),
        ("How many chips in 2023? And in 2022?", "In 2023 Meta bought 40 chips.", 1),
        ("Who ran it in 2022?", "Will ran it in 2023.", 0),
        ("Who ran it in 2022?", "Will ran it in 2022.", 0),
        ("2022年买了多少块芯片？", "2023年买了40块芯片。", -1),
        ("2022年は何個買いましたか？", "2022年、40個買った。", 1),
    ],
)
def test_fits(question: str, sentence: str, fit: int) -> None:
    assert fits(question, sentence) == fit


@given(st.sampled_from(["How many?", "How much does it cost?", "When?", "几个？", "いくらですか？"]), st.text())
def test_the_span_lies_in_the_quote(question: str, quote: str) -> None:
    span = answering_span(question, quote)
    assert span is None or span.end <= len(quote)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("From 2022 to 2023 it grew 12%.", {2022, 2023}),
        ("2023年、メタは1987年より大きい。", {2023, 1987}),
        ("It paid $2023 for 2,022 chips and 1850 cranes.", set()),
        ("", set()),
    ],
)
def test_years(text: str, found: set[float]) -> None:
    assert years(text) == found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("No more than ten people report to one manager.", True),
        ("It paid $40 billion.", True),
        ("She works in tenacious teams.", False),
        ("团队有三百人。", True),
        ("一名经理最多管十个人。", True),
        ("张一鸣有没有机会？", False),
        ("従業員は半分に減った。", True),
        ("社長は語らなかった。", False),
    ],
)
def test_a_number_is_named(text: str, number: bool) -> None:
    assert names_a_number(text) is number
