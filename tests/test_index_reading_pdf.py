"""PDF documents: text in three languages, furniture, dates, and each reason for which one is not read."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from index.errors import UnreadableFile
from index.reading.limits import Limits
from index.reading.pdf import read_pdf
from index.settle import settle
from index.types import Draft
from tests.made_files import CHINESE, ENGLISH, JAPANESE, pdf


def read(data: bytes) -> list[Draft | str]:
    return [str(one) if isinstance(one, UnreadableFile) else one for one in read_pdf(data, "a.pdf", Limits())]


def draft_of(data: bytes) -> Draft:
    (draft,) = read(data)
    assert isinstance(draft, Draft)
    return draft


@pytest.mark.parametrize(("language", "text"), [("en", ENGLISH), ("zh", CHINESE), ("ja", JAPANESE)])
def test_text_in_each_language(language: str, text: str) -> None:
    half = text.find(" ", len(text) // 2) + 1 or len(text) // 2
    draft = draft_of(pdf([[text[:half].strip(), text[half:]]], language, title="The cranes"))
    assert draft == Draft(text, "a.pdf", title="The cranes", updated=date(2000, 1, 1))


def test_furniture_is_marked_and_the_text_is_settled() -> None:
    other = ENGLISH.replace("harbour", "river")
    draft = draft_of(pdf([["The Quay", ENGLISH, "1"], ["The Quay", other, "2"]]))
    assert settle(draft.text) == draft.text
    assert [span.of(draft.text) for span in draft.boilerplate] == ["The Quay", "1", "The Quay", "2"]


def test_a_dateline_dates_the_publication_and_the_file_only_its_last_change() -> None:
    draft = draft_of(pdf([["Old cranes leave the harbour", "April 9, 2024", ENGLISH]]))
    assert (draft.published, draft.updated) == (date(2024, 4, 9), date(2000, 1, 1))
    draft = draft_of(pdf([["旧吊车将迁走", "2024年4月9日", CHINESE]], "zh"))
    assert draft.published == date(2024, 4, 9)


@pytest.mark.parametrize("title", ["", "untitled", "report-final.docx", "Microsoft Word - report", "42"])
def test_the_name_of_a_file_is_no_title(title: str) -> None:
    assert draft_of(pdf([[ENGLISH]], title=title)).title is None


def test_a_scan_is_reported_as_one() -> None:
    with pytest.raises(UnreadableFile, match=r"^a\.pdf: no text on its 2 pages, a scan; run OCR over it \(ocrmypdf\)"):
        read(pdf([[], ["1"]]))


def test_pages_that_are_scans_are_named_and_the_others_go_in() -> None:
    draft, note = read(pdf([[ENGLISH], [], [ENGLISH.replace("harbour", "river")], ["3"]]))
    assert isinstance(draft, Draft)
    assert note == "a.pdf: no text on 2 of its 4 pages (2, 4); run OCR over scans (ocrmypdf)"


def test_what_needs_a_password_and_what_does_not() -> None:
    with pytest.raises(UnreadableFile, match=r"^a\.pdf: encrypted; open it with its password and save it without"):
        read(pdf([[ENGLISH]], password="quay"))
    writer, stream = PdfWriter(PdfReader(BytesIO(pdf([[ENGLISH]])))), BytesIO()
    writer.encrypt("", "owner", algorithm="RC4-128")
    writer.write(stream)
    assert draft_of(stream.getvalue()).text == ENGLISH


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"no PDF at all", pdf([[ENGLISH]])[:400]])
def test_a_damaged_one(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match=r"^a\.pdf: (damaged|no text)"):
        read(data)
