"""Character sets: what is told by a mark, by the bytes, by the page, and what is too little to tell."""

import codecs
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.reading.charset import declared_charset, decoded
from tests.made_files import CHINESE, ENGLISH, JAPANESE

TRADITIONAL = "港務局週一投票決定遷走那些閒置了近三十年的舊吊車。這些吊車造於1931年，曾經用來吊煤，後來改吊木材。"
KOREAN = "항만 이사회는 월요일에 거의 삼십 년 동안 사용되지 않은 낡은 크레인 네 대를 옮기고 나무를 심기로 결정했다. "
FRENCH = "Le conseil du port a décidé lundi de déplacer les vieilles grues ; l’été dernier, rien n’était sûr. "
RUSSIAN = "Совет порта решил в понедельник перенести четыре старых крана и посадить на их месте деревья. "


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (CHINESE * 4, "gb18030"),
        (CHINESE * 4, "gbk"),
        (TRADITIONAL * 3, "big5"),
        (TRADITIONAL * 3, "gb18030"),
        (JAPANESE * 4, "shift_jis"),
        (JAPANESE * 4, "euc_jp"),
        (KOREAN * 3, "cp949"),
        (RUSSIAN * 3, "cp1251"),
        (FRENCH * 40, "cp1252"),
        (FRENCH, "cp1252"),
        ("A café by the harbour", "latin-1"),
        *((f"{text}\n" * 4, f"utf-16-{end}") for text in (CHINESE, JAPANESE, ENGLISH) for end in ("le", "be")),
    ],
)
def test_a_set_that_nobody_names(text: str, charset: str) -> None:
    assert decoded(text.encode(charset), "a.txt") == text


@pytest.mark.parametrize("text", [CHINESE, JAPANESE, ENGLISH, ""])
@pytest.mark.parametrize(
    ("mark", "charset"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (b"", "utf-8"),
    ],
)
def test_a_mark_tells(text: str, mark: bytes, charset: str) -> None:
    assert decoded(mark + text.encode(charset), "a.txt") == text


@pytest.mark.parametrize(
    ("declared", "charset"),
    [("gb2312", "gb18030"), ("GBK", "gb18030"), ("Shift_JIS", "cp932"), ("big5", "big5hkscs"), ("euc-jp", "euc_jp")],
)
def test_a_few_bytes_in_a_declared_set(declared: str, charset: str) -> None:
    assert decoded("港口".encode(charset), "a.html", declared) == "港口"


@pytest.mark.parametrize("charset", ["gb18030", "big5", "euc_jp", "shift_jis"])
def test_a_few_bytes_are_not_guessed_at(charset: str) -> None:
    with pytest.raises(UnreadableFile, match=r"^a\.txt: not UTF-8 \(byte 0 is 0x..\); save it"):
        decoded("港口年".encode(charset), "a.txt")


def test_a_wrong_declaration_is_no_obstacle() -> None:
    assert decoded((CHINESE * 4).encode("gb18030"), "a.html", "euc-kr") in {
        CHINESE * 4,
        (CHINESE * 4).encode("gb18030").decode("cp949", "ignore"),
    }
    assert decoded((JAPANESE * 4).encode("cp932"), "a.html", "no-such-set") == JAPANESE * 4
    assert decoded(CHINESE.encode(), "a.html", "gb2312") == CHINESE


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"text\x00more" * 10, r"binary, not text \(a NUL at byte 4\)"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 20, r"binary, not text \(a NUL at byte 8\)"),
        (b"\x01\x02\x03text" * 10, r"binary, not text \(control characters\)"),
        (b"\xff\xfea\x00b", r"not UTF-16 \(byte 4 is 0x62\)"),
    ],
)
def test_what_is_no_text(data: bytes, problem: str) -> None:
    with pytest.raises(UnreadableFile, match=problem):
        decoded(data, "a.txt")


@pytest.mark.parametrize(
    ("page", "charset"),
    [
        (b'<html><meta charset="GB2312">', "GB2312"),
        (b"<meta http-equiv=Content-Type content='text/html; charset=euc-jp'>", "euc-jp"),
        (b'<?xml version="1.0" encoding="Shift_JIS"?>', "Shift_JIS"),
        (b"<p>charset=big5</p>", ""),
        (b"", ""),
    ],
)
def test_declared_charset(page: bytes, charset: str) -> None:
    assert declared_charset(page) == charset


@given(st.binary(max_size=400), st.sampled_from(["", "gb2312", "utf-7", "hex", "punycode", "\x00", "idna"]))
def test_any_bytes_are_text_or_our_error(data: bytes, declared: str) -> None:
    with suppress(UnreadableFile):
        assert isinstance(decoded(data, "any.txt", declared), str)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff")))
def test_utf_8_is_always_read_as_such(text: str) -> None:
    assert decoded(text.encode(), "any.txt") == text
