"""Exact match and F1 in three languages, by hand from each data set's own rules, and English as torchmetrics has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torchmetrics.functional.text.squad import squad

from eval.answer_text import answer_tokens, exactly, normalised, token_f1

# given, answer, exact match, F1
ENGLISH = [
    ("The Facility!", "facility", 1.0, 1.0),
    ("48 million dollars", "$48 million", 0.0, 4 / 5),
    ("350,000 GPUs", "350000 gpus", 1.0, 1.0),
    ("million 48", "48 million", 0.0, 1.0),
    ("New York, New York", "New York", 0.0, 4 / 6),
    ("a U.S.-based firm", "US based", 0.0, 0.0),
    ("theatre", "atre", 0.0, 0.0),
    ("“Zuckerberg”", "Zuckerberg", 0.0, 0.0),
    ("５７", "57", 0.0, 0.0),
    ("", "Zuckerberg", 0.0, 0.0),
    ("Zuckerberg", "The", 0.0, 0.0),
    ("", "", 1.0, 0.0),
    ("a", "The!", 1.0, 0.0),
]
CHINESE = [
    ("扎克伯格", "马克·扎克伯格", 0.0, 8 / 10),
    ("马克扎克伯格", "马克·扎克伯格", 1.0, 1.0),
    ("《三体》。", "三体", 1.0, 1.0),
    ("“三体’", "三体", 1.0, 1.0),
    ("‘三体", "三体", 0.0, 4 / 5),
    ("结束…", "结束", 0.0, 4 / 5),
    ("北京和上海", "上海和北京", 0.0, 4 / 10),
    ("馬克", "马克", 0.0, 2 / 4),
    ("35万块H100", "35万块", 0.0, 6 / 7),
    ("约35万块", "35万", 0.0, 4 / 6),
    ("35万", "350000", 0.0, 0.0),
    ("350,000块", "350000块", 0.0, 2 / 4),
    ("3.5 亿", "3.5亿", 0.0, 1.0),
    ("57%", "57", 0.0, 2 / 3),
    ("１０", "10", 0.0, 0.0),
    ("GPT-4", "gpt4", 1.0, 1.0),
    ("Meta Inc.", "meta inc", 0.0, 4 / 5),
    ("AT&T公司", "AT&T", 0.0, 6 / 8),
    ("McDonald's的", "McDonald's", 0.0, 4 / 5),
    ("Connor O'Brien", "O'Brien", 0.0, 2 / 3),
    ("吧" + "三体" * 150, "三体" * 100, 0.0, 400 / 501),  # no token is too common to count
    ("", "三体", 0.0, 0.0),
    ("三体", "。", 0.0, 0.0),
    ("。", "，", 1.0, 0.0),
    ("", "", 1.0, 0.0),
]
JAPANESE = [
    ("東京。", "東京", 1.0, 1.0),
    ("東京都", "東京", 0.0, 4 / 5),
    ("京東", "東京", 0.0, 1.0),
    ("東京、大阪", "大阪、東京", 0.0, 1.0),
    ("「東京」", "東京", 0.0, 4 / 6),
    ("東京。 ", "東京", 0.0, 4 / 5),
    ("ああ", "あ", 0.0, 2 / 3),
    ("H100を35万個", "35万個", 0.0, 8 / 13),
    ("META", "meta", 1.0, 1.0),
    ("ﾒﾀ", "メタ", 0.0, 0.0),
    ("57%", "57", 0.0, 4 / 5),
    ("35万 個", "35万個", 0.0, 8 / 9),
    ("35万\u3000\n個", " 35万 個", 1.0, 1.0),
    ("", "東京", 0.0, 0.0),
    ("東京", "。", 0.0, 0.0),
    ("。", "", 1.0, 1.0),
]


@pytest.mark.parametrize(
    ("language", "given_", "answer", "exact", "f1"),
    [(language, *row) for language, rows in (("en", ENGLISH), ("zh", CHINESE), ("ja", JAPANESE)) for row in rows],
)
def test_worked_out_by_hand(language: str, given_: str, answer: str, exact: float, f1: float) -> None:
    assert exactly(given_, answer, language) == exact
    assert exactly(answer, given_, language) == exact
    assert token_f1(given_, answer, language) == pytest.approx(f1, abs=1e-12)
    assert token_f1(answer, given_, language) == pytest.approx(f1, abs=1e-12)


@pytest.mark.parametrize("language", ["en", "de", "und", ""])
def test_other_languages_go_by_the_english_rules(language: str) -> None:
    assert normalised("The Würste,  a Brot!", language) == "würste brot"
    assert token_f1("Der Mann", "mann", language) == pytest.approx(2 / 3, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("到2024年底，将有35万块H100。", ["到", "2024", "年", "底", "将", "有", "35", "万", "块", "h100"]),
        ("约$1,500.50 （3.5%）", ["约", "$", "1,500.50", "3.5", "%"]),
        ("50（3.5%）", ["503.5", "%"]),  # as in the script, what a dropped mark parted grows together
        ("U.S. dollars, 美元", ["u.s.", "dollars", ",", "美", "元"]),
        ("Meta's A.I. 实验室", ["meta", "'s", "a.i.", "实", "验", "室"]),
        ("2020–2024年", ["2020", "–", "2024", "年"]),
        ("(Llama 3.1)!", ["(", "llama", "3.1", ")", "!"]),
        ("カタカナ文", ["カタカナ", "文"]),
        ("·-。", []),
    ],
)
def test_chinese_tokens(text: str, tokens: list[str]) -> None:
    assert answer_tokens(text, "zh") == tokens


@pytest.mark.parametrize("language", ["en", "zh", "ja"])
@given(one=st.text(max_size=12), other=st.text(max_size=12))
def test_both_are_shares_and_take_no_side(language: str, one: str, other: str) -> None:
    f1 = token_f1(one, other, language)
    assert 0 <= f1 <= 1
    assert f1 == token_f1(other, one, language)
    if answer_tokens(one, language):
        assert token_f1(one, one, language) == exactly(one, one, language) == 1.0


VOCABULARY = ["The", "the", "a", "48", "million,", "U.S.", "dollars!", "An", "x-ray", "「十」", "café"]
WORDS = st.lists(st.sampled_from(VOCABULARY), max_size=6).map(" ".join)


@given(given_=WORDS, answer=WORDS)
def test_english_agrees_with_torchmetrics(given_: str, answer: str) -> None:
    reference = squad(
        [{"prediction_text": given_, "id": "1"}], [{"answers": {"text": [answer], "answer_start": [0]}, "id": "1"}]
    )
    assert exactly(given_, answer, "en") == pytest.approx(float(reference["exact_match"]) / 100, abs=1e-6)
    # For two texts without a word torchmetrics takes SQuAD v2's answer, 1; v1.1 has no such question and says 0.
    if answer_tokens(given_, "en") or answer_tokens(answer, "en"):
        assert token_f1(given_, answer, "en") == pytest.approx(float(reference["f1"]) / 100, abs=1e-6)
