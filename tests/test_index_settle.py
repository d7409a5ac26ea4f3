"""Settled text: what becomes of each troublesome character, and that settling twice changes nothing."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.settle import settle, settle_id, settle_line

# Characters that meet in scraped pages and interact: joiners, marks, line ends, half surrogates, odd spaces.
AWKWARD = st.text(
    st.sampled_from(
        "ae\u0301\u0338=<\u1100\u1161\u11a8\uac00\u0915\u093c\u200c\u200d\u200b\ufeff\u00ad\u3000\u00a0 \t\n\r"
        "\x85\u2028\x00\x0b\x0c\ud83d\ude00\u2329\ufe0f\U0001f468\U0001f3f4\U000e0067\U000e007f\ufffe\u202e中カ\u3099"
    )
)
ANY_TEXT = st.text(st.characters(codec=None)) | AWKWARD


@pytest.mark.parametrize(
    ("raw", "settled"),
    [
        ("", ""),
        (" \n\t\u3000 ", ""),
        ("cafe\u0301", "café"),
        ("カ\u3099", "ガ"),
        ("a\r\nb\rc\x85d\u2028e\u2029f\x0cg\x0bh", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("a\r\r\n\r\nb", "a\n\nb"),
        ("one\n\n\n\n\ntwo", "one\n\ntwo"),
        ("one \t \n \n \n two", "one\n\n two"),
        ("\ufeffHead\ufeffline", "Headline"),
        ("nul\x00 bell\x07 esc\x1b del\x7f apc\x9f", "nul bell esc del apc"),
        ("soft\u00adhyphen zero\u200bwidth word\u2060joiner", "softhyphen zerowidth wordjoiner"),
        ("\u202ertl\u202c \u2066iso\u2069 \u200emark", "rtl iso mark"),
        ("no\u00a0break thin\u2009space narrow\u202fgap", "no break thin space narrow gap"),
        ("\u3000\u3000小札说\u3000好", "小札说 好"),
        ("tab\tstays", "tab\tstays"),
        ("lone \ud83d half", "lone \ufffd half"),
        ("pair \ud83d\ude00 joined", "pair 😀 joined"),
        ("\udfff", "\ufffd"),
        ("non\ufdd0char\uffff\U0010ffff", "nonchar"),
        ("joiner\u200d between\u200c Latin 中\u200d文", "joiner between Latin 中文"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥", "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\U000e0041\U000e0042b", "ab"),
        (
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        ),
    ],
)
def test_settle(raw: str, settled: str) -> None:
    assert settle(raw) == settled


@given(ANY_TEXT)
def test_settle_is_idempotent_and_clean(raw: str) -> None:
    text = settle(raw)
    assert settle(text) == text
    assert text == text.strip()
    assert unicodedata.is_normalized("NFC", text)
    assert "\n\n\n" not in text
    assert not any(line.endswith((" ", "\t")) for line in text.split("\n"))
    assert not {unicodedata.category(c) for c in text} & {"Cs", "Zl", "Zp"}
    assert {c for c in text if unicodedata.category(c) == "Cc"} <= {"\n", "\t"}
    assert text.encode().decode() == text


def test_a_long_run_of_spaces_takes_linear_time() -> None:
    assert settle("a" + " " * 2_000_000 + "b") == "a" + " " * 2_000_000 + "b"


def test_settle_line() -> None:
    assert settle_line(" Chips,\r\n\tand\u3000more\u200b ") == "Chips, and more"


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("2024-04-09_report.v2", "2024-04-09_report.v2"),
        ("扎克伯格 力压(盖茨)", "扎克伯格-力压-盖茨"),
        ("ガーデン", "ガーデン"),
        ("a/b@c#d?e%f g", "a-b-c-d-e-f-g"),
        ("../..", ""),
        ("???", ""),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_settle_id(raw: str, name: str) -> None:
    assert settle_id(raw) == name


@given(ANY_TEXT)
def test_settle_id_is_idempotent_and_safe(raw: str) -> None:
    name = settle_id(raw)
    assert settle_id(name) == name
    assert not set(name) & set("/@#?% \n\\:\"'<>&")
