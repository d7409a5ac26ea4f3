"""Read a web page: its visible text, what of it is not the article, its title, days and address. Knows no files."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import Any, TypeAlias

from lxml.etree import ParserError
from lxml.html import HTMLParser, document_fromstring
from trafilatura import bare_extraction, extract_metadata

from index.errors import UnreadableFile
from index.metadata import find_dates
from index.reading.html_days import declared_days, only_time, saved_copy
from index.settle import settle, settle_line
from index.types import Draft, Span

Element: TypeAlias = Any
"""An element of lxml, which has no types of its own."""

_BLOCK_TAGS = """
    address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table
    tbody td tfoot th thead tr ul
"""
# What a browser doesn't show, what is no text, and the readings above Japanese words, which would tear them apart.
_UNSEEN_TAGS = """
    applet area audio base canvas colgroup datalist embed frame frameset head iframe input link map math meta noembed
    noframes noscript object param rp rt rtc script select style svg template textarea title track video
"""
_BLOCKS, _UNSEEN = frozenset(_BLOCK_TAGS.split()), frozenset(_UNSEEN_TAGS.split())
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Scripts show these when the page has loaded, so that a hidden one is not hidden from a reader.
_LAYERS = frozenset({"html", "body", "main", "article"})
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# With entities of its own, whose end an HTML parser takes for text.
_DOCTYPE = re.compile(r"\A\s*(?:<\?xml[^>]*>\s*)?<!DOCTYPE[^\[>]*\[[^\]]*\]\s*>", re.IGNORECASE)
_XHTML = re.compile(r"<\?xml|http://www\.w3\.org/1999/xhtml")
# XHTML may close an element as it opens it; HTML takes that for an open one, and loses all that follows `<title/>`.
_CLOSED_AT_ONCE = re.compile(
    r"<(title|script|style|iframe|textarea|a|div|span|p|i|b|em|strong|td|th|li|h[1-6]|section|svg)"
    r"((?:\s[^<>]{0,1000})?)/>",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")
_SPACE_IN_A_LINE = re.compile(r"[^\S\n]+")
_SPACES = re.compile(" {2,}| ?\t ?")
_BLANK_LINE = re.compile(r"\n[ \n]*\n")
# Stands where one inline element ends and the next begins, and becomes a space where two words would stick together.
_SEAM = "\x00"
_STICKY_SEAM = re.compile(f"(?<=[a-z0-9\u3040-\u9fff]){_SEAM}(?=[A-Z0-9])|(?<=[0-9]){_SEAM}(?=[\u3040-\u9fff])")
# A row with more text than this is the layout of a page, not a row of data.
_LONGEST_ROW = 400
# Words shorter than this happen to stand in many a paragraph; they are main text only in their very place.
_SHORT = 12
# A line that stands on a page so often ("Reply to this comment") anchors nothing, and makes difflib quadratic.
_MANY = 5


def read_html(page: str, path: str) -> Draft:
    """The draft of a web page, without an id; its text is "" where nothing can be seen.

    The text is all that can be seen, settled, a block of the page a paragraph, a row of a table a line with tabs.
    What trafilatura does not keep as main text is boilerplate, but for the headline; where it keeps nothing, all is
    main text. The days are the ones the page declares, or else of its datelines. Raises `UnreadableFile` for a page
    that is nested too deeply, so that the parser would lose a part of it.
    """
    tree = parsed_page(page, path)
    if tree is None:
        return Draft("", path)
    metadata, declared = extract_metadata(tree, extensive=False), declared_days(tree)
    blocks = visible_blocks(tree)
    title = _headline(settle_line(metadata.title or ""), [settle_line(h1.text_content()) for h1 in tree.iter("h1")])
    kept = _kept_blocks(blocks, _main_lines(tree), title)
    said, (saved_url, fetched) = _datelines(blocks, kept), saved_copy(page)
    return Draft(
        "\n\n".join(blocks),
        path,
        title=title or None,
        url=metadata.url or saved_url,
        published=declared[0] or said[0] or only_time(tree),
        boilerplate=_marked(blocks, kept),
        updated=declared[1] or said[1],
        fetched=fetched,
    )


def parsed_page(page: str, path: str) -> Element | None:
    """The page's tree, with what stands behind its end as well; None for a page without anything.

    Raises `UnreadableFile` for a page that is nested too deeply.
    """
    page = _DOCTYPE.sub("", page, count=1)
    if _XHTML.search(page[:2048]):
        page = _CLOSED_AT_ONCE.sub(r"<\1\2></\1>", page)
    # Without huge_tree libxml2 silently drops all that is more than 256 deep: a page with 256 unclosed tags.
    parser = HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        tree = document_fromstring(_NOT_XML.sub("", page).encode(), parser=parser)
    except ParserError:
        return None
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise UnreadableFile(f"{path}: nested more than 2,048 elements deep; save the page's text as .txt instead")
    for behind in list(tree.itersiblings()):
        tree.append(behind)
    for element in tree.iter("*"):
        _strip_controls(element)
    return tree


def _strip_controls(element: Element) -> None:
    """Take out the characters that lxml reads (`&#1;`) and then refuses to write."""
    if _NOT_XML.search(element.text or ""):
        element.text = _NOT_XML.sub("", element.text)
    if _NOT_XML.search(element.tail or ""):
        element.tail = _NOT_XML.sub("", element.tail)


def visible_blocks(tree: Element) -> list[str]:
    """The settled text of every block that a browser shows, in order. Takes what is hidden out of the tree."""
    _drop_hidden(tree)
    return list(_visible_blocks(tree))


def _drop_hidden(tree: Element) -> None:
    """Take out what a browser doesn't show; the text that follows a dropped element stays."""
    for element in list(tree.iterdescendants("*")):
        hidden = "hidden" in element.attrib or _HIDING_STYLE.search(element.get("style") or "")
        if element.tag in _UNSEEN or (hidden and element.tag not in _LAYERS):
            element.drop_tree()


def _visible_blocks(element: Element) -> Iterator[str]:
    """The settled text of every block of an element in order; a blank line parts blocks as well."""
    pieces: list[str] = []
    for text, opens_block in [*_pieces(element), ("", True)]:
        if opens_block:
            yield from filter(None, map(_settled_block, _BLANK_LINE.split("".join(pieces))))
            pieces.clear()
        pieces.append(text)


def _settled_block(text: str) -> str:
    unstuck = _STICKY_SEAM.sub(" ", text).replace(_SEAM, "")
    lines = (_SPACES.sub(lambda gap: "\t" if "\t" in gap[0] else " ", settle(line)) for line in unstuck.split("\n"))
    return "\n".join(line for line in lines if line)


def _pieces(root: Element) -> Iterator[tuple[str, bool]]:
    """Runs of text in reading order, each with whether a block begins or ends before it."""
    stack = [(root, True, False)]
    while stack:
        element, enters, verbatim = stack.pop()
        if not enters:
            yield _spaced(element.tail, verbatim) if element is not root else "", element.tag in _BLOCKS
        elif element.tag == "tr" and _is_data(element):
            yield _row(element), True
            stack.append((element, False, verbatim))
        else:
            yield _lead(element) + _spaced(element.text, verbatim or element.tag == "pre"), element.tag in _BLOCKS
            stack.append((element, False, verbatim))
            stack += [(child, True, verbatim or element.tag == "pre") for child in reversed(element)]


def _spaced(text: str | None, verbatim: bool) -> str:
    return (_SPACE_IN_A_LINE if verbatim else _SPACE).sub(" ", text or "")


def _lead(element: Element) -> str:
    """What stands between an inline element and the one it follows without a space."""
    if element.tag == "br":
        return "\n"
    before = element.getprevious()
    if before is None or before.tail or element.tag in _BLOCKS:
        return ""
    return " " if element.tag == before.tag == "a" else _SEAM


def _is_data(row: Element) -> bool:
    cells = [cell for cell in row if cell.tag in {"td", "th"}]
    return len(cells) > 1 and next(row.iter("table"), None) is None and len(row.text_content()) <= _LONGEST_ROW


def _row(row: Element) -> str:
    return "\t".join(_SPACE.sub(" ", " ".join(_visible_blocks(cell))) for cell in row if cell.tag in {"td", "th"})


def _main_lines(tree: Element) -> list[str]:
    document: Any = bare_extraction(tree, include_comments=False)
    return (document.text or "").split("\n") if document else []


def _key(text: str) -> str:
    """The letters and digits alone: what stays the same whatever is done to spaces, bullets and table rules."""
    return "".join(filter(str.isalnum, text))


def _headline(title: str, h1s: Sequence[str]) -> str:
    """The page's own headline where the declared title has it and more ("Headline | The Site"), else that title."""
    inside = [h1 for h1 in h1s if 2 * len(_key(h1)) > len(_key(title)) and _key(h1) in _key(title)]
    return max(inside, key=len, default=title)


def _kept_blocks(blocks: Sequence[str], lines: Iterable[str], title: str) -> list[bool]:
    """Which blocks are main text, given the lines that were kept as such, in the same order but cut differently."""
    keys, main = [_key(block) for block in blocks], [key for key in map(_key, lines) if key]
    if not main:
        return [True] * len(blocks)
    kept = [False] * len(blocks)
    matcher = SequenceMatcher(None, _anchors(keys, "block"), _anchors(main, "line"), autojunk=False)
    for kind, first, last, main_first, main_last in matcher.get_opcodes():
        here = slice(first, last)
        kept[here] = [True] * (last - first) if kind == "equal" else _in_order(keys[here], main[main_first:main_last])
    headline = _headline_place(keys, kept, _key(title))
    return [
        keeps or place == headline or (not keys[place] and place > 0 and kept[place - 1])
        for place, keeps in enumerate(kept)
    ]


def _anchors(keys: Sequence[str], side: str) -> list[str]:
    """The keys, with such as match nothing in the place of the short ones and of those that stand there many times."""
    times = Counter(keys)
    return [key if len(key) >= _SHORT and times[key] < _MANY else f"{side} {place}" for place, key in enumerate(keys)]


def _in_order(keys: Sequence[str], main: Sequence[str]) -> list[bool]:
    """Which of the keys stand in the main text, found one after the other, or consist of its lines."""
    text, cursor, kept = "".join(main), 0, []
    for key in keys:
        at = text.find(key, cursor)
        found = bool(key) and (at == cursor or (at > cursor and len(key) >= _SHORT))
        cursor = at + len(key) if found else cursor
        consists = len(key) >= _SHORT and 2 * sum(len(line) for line in main if line in key) > len(key)
        kept.append(found or consists)
    return kept


def _headline_place(keys: Sequence[str], kept: Sequence[bool], title: str) -> int | None:
    """Where the headline stands: the last block with just that text before the second block of main text."""
    main = [place for place, keeps in enumerate(kept) if keeps]
    end = main[1] if len(main) > 1 else len(keys)
    return max((place for place, key in enumerate(keys[:end]) if key and key == title), default=None)


def _marked(blocks: Sequence[str], kept: Sequence[bool]) -> tuple[Span, ...]:
    """The spans of the blocks that are not kept, in the blocks' text; neighbours are one span."""
    spans: list[Span] = []
    start, after_marked = 0, False
    for block, keeps in zip(blocks, kept, strict=True):
        end = start + len(block)
        if not keeps:
            first = spans.pop().start if after_marked else start
            spans.append(Span(first, end))
        start, after_marked = end + 2, not keeps
    return tuple(spans)


def _datelines(blocks: Sequence[str], kept: Sequence[bool]) -> tuple[date | None, date | None]:
    """The days that the article's own lines give: below the headline, at the foot, or right above the headline."""
    main = [place for place, keeps in enumerate(kept) if keeps]
    if not main:
        return None, None
    first, last = main[0], main[-1]
    published, updated = find_dates("\n".join(blocks[first : last + 4]))
    above = find_dates("\n".join(blocks[max(0, first - 3) : first]))
    return published or above[0], updated or above[1]
