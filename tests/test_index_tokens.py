"""Tokens of each script, and that the spellings of one thing give the same ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.tokens import fold, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n—…!？。", []),
        ("350,000 GPUs", ["350000", "gpu"]),
        ("running factories, RUNS and ran", ["run", "factori", "run", "and", "ran"]),
        ("the H100 and H100s", ["the", "h100", "and", "h100"]),
        ("CEOs of the 1990s: VIRUS and LEDs", ["ceo", "of", "the", "1990s", "virus", "and", "led"]),
        ("Mark's foo_bar C++", ["mark", "s", "foo", "bar", "c"]),
        ("Café Straße", ["café", "strass"]),
        ("2024-04-09 at 7.30", ["2024", "04", "09", "at", "7.30"]),
        ("1,234,567.89 km", ["1234567.89", "km"]),
        ("350,000GPUs for $1.5bn, 100km", ["350000", "gpu", "for", "1.5", "bn", "100km"]),
        ("芯", ["芯"]),
        ("芯片工厂", ["芯片", "片工", "工厂"]),
        ("港口，工厂", ["港口", "工厂"]),
        ("中国A股", ["中国", "a", "股"]),
        ("買了350,000塊H100", ["买了", "350000", "块", "h100"]),
        ("半導体の工場", ["半导", "导体", "体の", "の工", "工场"]),
        ("データ", ["デー", "ータ"]),
        ("マーク・ザッカ", ["マー", "ーク", "ザッ", "ッカ"]),
        ("時々", ["时々"]),
        ("𠮷野家", ["𠮷野", "野家"]),
        ("하버드 대학", ["하버드", "대학"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ｈ１００ ３５０，０００", "H100 350,000"),
        ("ﾃﾞｰﾀ", "データ"),
        ("臺灣的半導體工廠", "台湾的半导体工厂"),
        ("FACTORIES", "factory"),
        ("ﬁle", "file"),
        ("cafe\u0301", "café"),
    ],
)
def test_spellings_of_one_thing_are_one(one: str, other: str) -> None:
    assert tokens(one) == tokens(other) != []


def test_fold_makes_width_case_and_script_one() -> None:
    assert fold("ＧＰＵ 機器學習 Straße") == "gpu 机器学习 strasse"


@given(st.text() | st.text("aZ09,.é 芯機データ・ﾃﾞ한😀_'"))
def test_any_text_gives_tokens_and_always_the_same(text: str) -> None:
    found = tokens(text)
    assert tokens(text) == found
    assert all(found)
    assert not any(character.isspace() for token in found for character in token)
