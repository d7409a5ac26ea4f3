"""Bytes to text: the character set that a mark, the bytes themselves or the page name. Knows no file kinds."""

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

from index.errors import UnreadableFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Browsers read these names as the larger set on the right (WHATWG Encoding Standard, section 4.2).
_LARGER_CHARSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "iso-8859-1": "cp1252",
    "us-ascii": "cp1252",
}
# What is guessed among. With every set that Python knows, charset-normalizer takes French for cp1250.
_GUESSED = ["gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "cp1252", "cp1251", "utf_16_le", "utf_16_be"]
# Of 750 pieces of the sample articles in six sets, guesses went wrong up to 80 characters, and none from 160 on.
_ENOUGH_FOREIGN_BYTES = 200
# A guess on more bytes is no better, only slower.
_GUESSED_ON = 65_536
# Letters with accents, and quotation marks, dashes and signs; the lead bytes of kana are not among them.
_WESTERN = re.compile(rb"[\x85\x91-\x97]?[\xc0-\xff]|[\x80\x85\x91-\x97\xa0\xa3\xa7\xa9\xab\xae\xb0\xb7\xbb\xbf]")
_FOREIGN_RUN = re.compile(rb"[\x80-\xff]+")
_COMMON = re.compile("[\t\n\r -~\u2010-\u2027\u3000-\u303f\uff00-\uff65]")
_ESCAPE_TO_KANJI = b"\x1b$B"
_FOREIGN = bytes(range(0x80, 0x100))
# Controls that are no white space; a search for them takes a fraction of the time of asking each character.
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1b]")
_HTML_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)


def decoded(data: bytes, name: str, declared: str = "") -> str:
    """The text of `data`: by its byte order mark, as UTF-8, in the `declared` set, or in the one it looks like.

    `name` is what messages call the file. Raises `UnreadableFile` for what is binary or fits no set for certain.
    """
    text = _text(data, name, declared.strip().lower())
    if len(_NOT_TEXT.findall(text)) * 100 > len(text):
        raise UnreadableFile(f"{name}: binary, not text (control characters); save its text as UTF-8")
    return text


def declared_charset(page: bytes) -> str:
    """The character set that the head of a web page or XML file names, "" where it names none."""
    found = _HTML_CHARSET.search(page[:4096])
    return found[1].decode() if found else ""


def _text(data: bytes, name: str, declared: str) -> str:
    marked = next((charset for mark, charset in _MARKS if data.startswith(mark)), None)
    if marked is None and b"\x00" in data:
        text = _bare_utf_16(data)
        if not text:
            raise UnreadableFile(f"{name}: binary, not text (a NUL at byte {data.index(0):,}); save its text as UTF-8")
        return text
    # Japanese mail: seven bits, so that it passes for UTF-8.
    if _ESCAPE_TO_KANJI in data and (text := _in_charset(data, "iso2022_jp_2")):
        return text
    try:
        return data.decode(marked or "utf-8")
    except UnicodeDecodeError as error:
        text = "" if marked else _in_charset(data, declared) or _guessed(data)
        if not text:
            place = error.start + len(data) - len(error.object)
            shown = (marked or "utf-8").upper().removesuffix("-SIG")
            found = f"not {shown} (byte {place:,} is 0x{data[place]:02x})"
            raise UnreadableFile(f"{name}: {found}; save it as UTF-8 and index it again") from error
        return text


def _bare_utf_16(data: bytes) -> str:
    """The text of UTF-16 without a mark, "" where it is none.

    Read the wrong way round, its spaces, line ends, digits and full stops are other characters.
    """
    nuls, plain = data.count(0), len(data.translate(None, _FOREIGN))
    if plain * 10 > len(data) * 9 and nuls * 5 < len(data) * 2:
        return ""
    text = max((_in_charset(data, charset) for charset in ("utf-16-le", "utf-16-be")), key=_common)
    strange = sum(unicodedata.category(character) in {"Cn", "Co", "Cc"} for character in text)
    lines = sum(map(text.count, "\r\n\t"))
    return text if _common(text) * 50 >= len(text) and (strange - lines) * 100 <= len(text) else ""


def _common(text: str) -> int:
    return len(_COMMON.findall(text[:_GUESSED_ON]))


def _in_charset(data: bytes, charset: str) -> str:
    """The text in that character set, "" where the set is unknown or doesn't fit."""
    try:
        return data.decode(_LARGER_CHARSETS.get(charset, charset))
    except (LookupError, UnicodeDecodeError, ValueError):
        return ""


def _guessed(data: bytes) -> str:
    """The text in the set that the bytes look like, "" where they are too few to tell."""
    foreign = len(data) - len(data.translate(None, _FOREIGN))
    if foreign < _ENOUGH_FOREIGN_BYTES:
        # Here and there an accent between plain letters; what comes in pairs could be any of the eastern sets.
        is_western = foreign * 8 <= len(data) and all(map(_WESTERN.fullmatch, _FOREIGN_RUN.findall(data)))
        return _in_charset(data, "cp1252") if is_western else ""
    best = from_bytes(data[:_GUESSED_ON], cp_isolation=_GUESSED, enable_fallback=False).best()
    return _in_charset(data, best.encoding) if best else ""
