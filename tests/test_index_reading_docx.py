"""Word documents: what is read in which order, where title and days come from, and what is refused."""

from datetime import date, datetime
from io import BytesIO

import pytest
from docx import Document
from docx.oxml import parse_xml

from index.errors import UnreadableFile
from index.reading.docx import read_docx
from index.reading.limits import Limits
from index.types import Draft
from tests.made_files import CHINESE, ENGLISH, JAPANESE, archive, docx

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def read(data: bytes, limits: Limits | None = None) -> Draft:
    (draft,) = read_docx(data, "a.docx", limits or Limits())
    return draft


def with_body(xml: str) -> bytes:
    """A document whose body is this piece of WordprocessingML."""
    document, stream = Document(), BytesIO()
    body = document.element.body
    for place, element in enumerate(parse_xml(f"<w:body {W}>{xml}</w:body>")):
        body.insert(place, element)
    document.save(stream)
    return stream.getvalue()


def test_blocks_in_order() -> None:
    table = [["Crane", "Tonnes"], ["North", "12"], ["南", "18"]]
    draft = read(docx(["# The cranes", ENGLISH, table, CHINESE, JAPANESE], "Old cranes", datetime(2024, 4, 9)))
    assert draft == Draft(
        f"The cranes\n\n{ENGLISH}\n\nCrane\tTonnes\nNorth\t12\n南\t18\n\n{CHINESE}\n\n{JAPANESE}",
        "a.docx",
        title="Old cranes",
        published=date(2024, 4, 9),
        updated=date(2024, 4, 9),
    )


def test_the_first_heading_is_the_title_where_the_document_has_none() -> None:
    assert read(docx([ENGLISH, "# 旧吊车将迁走", "# Other"])).title == "旧吊车将迁走"
    assert read(docx([ENGLISH])).title is None


def test_a_dateline_goes_before_properties_and_a_template_dates_nothing() -> None:
    blocks = ["Old cranes leave", "令和6年4月9日", JAPANESE]
    assert read(docx(blocks, created=datetime(2024, 5, 2))).published == date(2024, 4, 9)
    assert read(docx([ENGLISH])).published is None
    assert read(docx([ENGLISH])).updated is None


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>", "a\tb\nc"),
        ("<w:p><w:hyperlink><w:r><w:t>link</w:t></w:r></w:hyperlink></w:p>", "link"),
        (
            "<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>",
            "new",
        ),
        ("<w:sdt><w:sdtContent><w:p><w:r><w:t>inside</w:t></w:r></w:p></w:sdtContent></w:sdt>", "inside"),
        (
            "<w:p><w:r><w:t>before</w:t></w:r><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p>"
            "</w:txbxContent></w:pict></w:r></w:p>",
            "before\n\nbox",
        ),
        (
            "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p>"
            "</w:tc></w:tr></w:tbl></w:tc><w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
            "a b\tc",
        ),
    ],
)
def test_what_word_shows(xml: str, text: str) -> None:
    assert read(with_body(xml)).text == text


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "damaged"),
        (docx([ENGLISH])[:2000], "damaged"),
        (archive({"a.txt": "no document"}), "no Word document"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600, "protected by a password, or an old .doc; save it anew"),
    ],
)
def test_what_is_no_document(data: bytes, problem: str) -> None:
    with pytest.raises(UnreadableFile, match=rf"^a\.docx: {problem}"):
        read(data)


def test_what_expands_too_far() -> None:
    with pytest.raises(UnreadableFile, match=r"parts that expand to [\d,]+ bytes, more than 1,000; look inside before"):
        read(docx([ENGLISH]), Limits(unpacked_bytes=1000))
