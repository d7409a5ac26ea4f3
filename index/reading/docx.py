"""Read Word documents: paragraphs, headings, tables row by row, notes, title and days. Knows no other kind."""

from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any, TypeAlias
from zipfile import BadZipFile

from docx import Document
from docx.document import Document as OpenDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from index.errors import UnreadableFile
from index.metadata import find_dates, plausible
from index.reading.archive import opened_archive
from index.reading.limits import Limits
from index.settle import settle, settle_line
from index.types import Draft

Element: TypeAlias = Any
"""An element of lxml, which has no types of its own."""

_TEXT, _TAB = qn("w:t"), qn("w:tab")
_SIGNS = {_TAB: "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
# What Word shows in another place, what older programs show instead of it, and what was moved away.
_APART = {
    qn("w:txbxContent"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    qn("w:pPr"),
    qn("w:rPr"),
    qn("w:moveFrom"),
}
_HEADLINES = ("title", "heading 1")
# What python-docx and Word write where nobody gave a title, and the day on which python-docx's template was made.
_NO_TITLES = frozenset({"word document", "document", "untitled"})
_TEMPLATE_DAY = date(2013, 12, 23)


def read_docx(data: bytes, name: str, limits: Limits) -> Iterator[Draft]:
    """The draft of a Word document, without an id.

    A paragraph is a paragraph and a row of a table a line with tabs; text boxes follow the paragraph they hang on,
    notes stand at the end; running heads are left out. The title is the document's property, or its first heading;
    the days are those of a dateline, or else of the properties: created, and last modified.
    Raises `UnreadableFile` for what is damaged, protected by a password, or expands too far.
    """
    with opened_archive(data, name, limits) as archive:
        has_properties = "docProps/core.xml" in archive.namelist()
    try:
        document = Document(BytesIO(data))
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError) as error:
        raise UnreadableFile(f"{name}: no Word document ({error}); save it anew as .docx") from error
    blocks = [*_blocks(document.element.body), *_notes(document)]
    text = settle("\n\n".join(blocks))
    said = find_dates(text)
    made = _property_days(document) if has_properties else (None, None)
    yield Draft(
        text,
        name,
        title=(_property_title(document) if has_properties else None) or _headline(document),
        published=said[0] or made[0],
        updated=said[1] or made[1],
    )


def _blocks(element: Element) -> Iterator[str]:
    """The text of every paragraph and table in order, also inside of content controls."""
    for child in element:
        if child.tag == _PARAGRAPH:
            yield _text(child)
            for box in child.iter(qn("w:txbxContent")):
                if not any(above.tag in _APART for above in _between(box, child)):
                    yield from _blocks(box)
        elif child.tag == _TABLE:
            yield "\n".join(_row(row) for row in child.iter(_ROW) if next(row.iterancestors(_TABLE)) is child)
        elif child.tag not in _APART:
            yield from _blocks(child)


def _between(inner: Element, outer: Element) -> Iterator[Element]:
    above = inner.getparent()
    while above is not outer:
        yield above
        above = above.getparent()


def _row(row: Element) -> str:
    cells = (child for child in row.iter(_CELL) if next(child.iterancestors(_ROW)) is row)
    return "\t".join(" ".join(" ".join(_blocks(cell)).split()) for cell in cells)


def _text(paragraph: Element) -> str:
    """The text of a paragraph with links, fields' results and tracked insertions, without what was deleted."""
    pieces: list[str] = []
    waiting = [paragraph]
    while waiting:
        element = waiting.pop()
        if element.tag == _TEXT:
            pieces.append(element.text or "")
        elif element.tag in _SIGNS:
            pieces.append(_SIGNS[element.tag])
        elif element.tag not in _APART:
            waiting += reversed(element)
    return "".join(pieces)


def _notes(document: OpenDocument) -> Iterator[str]:
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(("/footnotes", "/endnotes")):
            for note in parse_xml(relation.target_part.blob):
                yield " ".join(" ".join(_blocks(note)).split())


def _property_title(document: OpenDocument) -> str | None:
    title = settle_line(document.core_properties.title)
    return title if title.lower() not in _NO_TITLES else None


def _headline(document: OpenDocument) -> str | None:
    """The first paragraph that is styled as the title or a main heading."""
    names = {style.style_id: (style.name or "").lower() for style in document.styles}
    for paragraph in document.element.body.iter(_PARAGRAPH):
        if names.get(paragraph.style or "") in _HEADLINES and (found := settle_line(_text(paragraph))):
            return found
    return None


def _property_days(document: OpenDocument) -> tuple[date | None, date | None]:
    """When the document was begun and last changed, as its properties say, less what a template brings along."""
    created, modified = _day(document.core_properties.created), _day(document.core_properties.modified)
    if created == _TEMPLATE_DAY or (created and modified and created > modified):
        created = None
    return created, modified if modified != _TEMPLATE_DAY else None


def _day(moment: datetime | None) -> date | None:
    return plausible(moment.date()) if moment else None
