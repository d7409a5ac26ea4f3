"""Settle text once at the door, so that every offset afterwards means the same. Knows characters, not articles."""

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# NUL to US without tab and line ends, DEL to APC without NEL, and the noncharacters of every plane.
_CONTROLS = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef"
    + "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
# Soft hyphen, zero-width space, word joiner, byte order mark, bidi and annotation controls, and tag characters
# (they can hide whole sentences) outside the flags that are spelled with them.
_UNSEEN = re.compile(
    "(\U0001f3f4[\U000e0061-\U000e007a]{2,6}\U000e007f)"
    "|[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# A joiner shapes what you see only after letters that join (Arabic to Sinhala, Khmer, Mongolian) and after emoji.
_IDLE_JOINERS = re.compile(
    "(?<![\u0600-\u0dff\u1780-\u18ff\u2190-\u2328\u232b-\u2bff\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
)
# U+3000 becomes a plain space too: it is layout (an indent, a gap), and one kind of space serves search and quotes.
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_BLANK_LINES = re.compile("\n{3,}")
_NOT_IN_AN_ID = re.compile("-{2,}")


def settle(raw: str) -> str:
    """The text as the library keeps it; settling it again changes nothing. Never raises.

    Unicode NFC (Unicode Standard Annex 15); every line end is a newline and at most two follow each other; every
    space is U+0020 and none ends a line; what nobody can see is gone; half a surrogate pair reads U+FFFD.
    """
    text = _CONTROLS.sub("", _paired(raw))
    text = _LINE_ENDS.sub("\n", _SPACES.sub(" ", _UNSEEN.sub(r"\1", text)))
    text = _IDLE_JOINERS.sub("", unicodedata.normalize("NFC", text))
    text = unicodedata.normalize("NFC", text)
    lines = (line.rstrip(" \t") for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def settle_line(raw: str) -> str:
    """The settled text on one line, every run of white space a single space: for titles and blocks of a page."""
    return " ".join(settle(raw).split())


def settle_id(raw: str) -> str:
    """The name made safe for a URL: letters and digits of any script and `-_.` stay, anything else becomes `-`.

    Empty where nothing of the name can stay.
    """
    kept = (c if c in "-_." or unicodedata.category(c)[0] in "LMN" else "-" for c in settle(raw))
    return _NOT_IN_AN_ID.sub("-", "".join(kept)).strip("-.")


def _paired(raw: str) -> str:
    try:
        raw.encode()
    except UnicodeEncodeError:
        return raw.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return raw
