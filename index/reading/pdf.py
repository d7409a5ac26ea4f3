"""Read PDF documents: the text of their pages as paragraphs, running heads and page numbers marked."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import DependencyError, PdfReadError, PyPdfError

from index.errors import UnreadableFile
from index.metadata import find_dates, plausible
from index.reading.draft import letters
from index.reading.limits import Limits
from index.reading.pages import paragraphs
from index.settle import settle, settle_line
from index.types import Draft, Span

# Scans carry at most a stamp or a page number; the sparsest page of slides has more.
_LETTERS_ON_A_PAGE = 20
_PAGES_NAMED = 8
# What programs write for a title: the file's name, or the name of what it was printed from.
_FILE_ENDS = (
    ".doc",
    ".docx",
    ".pdf",
    ".indd",
    ".qxd",
    ".ppt",
    ".pptx",
    ".xls",
    ".xlsx",
    ".dvi",
    ".tex",
    ".html",
    ".txt",
)


def read_pdf(data: bytes, name: str, _limits: Limits) -> Iterator[Draft | UnreadableFile]:
    """The draft of a PDF, without an id, and an error that names the pages without text, if some are.

    Lines are joined to paragraphs and words that were parted at a line's end made whole; page furniture is marked.
    Published is what a dateline says; the document's own dates tell when this file was made, and stand as updated.
    Raises `UnreadableFile` for a scan, what needs a password, and what is damaged.
    """
    try:
        reader = _opened(data, name)
        pages = [page.extract_text() for page in reader.pages]
        title, made = _title(reader), _made(reader)
    except DependencyError as error:
        raise UnreadableFile(
            f"{name}: encrypted with AES; pip install 'quotedesk[crypto]' and index it again"
        ) from error
    except PyPdfError as error:
        what = " ".join(str(error).split())[:200]
        raise UnreadableFile(f"{name}: damaged ({what}); fetch it again, or print it to a new PDF") from error
    bare = [n for n, page in enumerate(pages, 1) if letters(page, _LETTERS_ON_A_PAGE) < _LETTERS_ON_A_PAGE]
    if len(bare) == len(pages):
        raise UnreadableFile(
            f"{name}: no text on its {len(pages)} pages, a scan; run OCR over it (ocrmypdf) and index that"
        )
    yield _draft(pages, name, title, made)
    if bare:
        numbers = ", ".join(map(str, bare[:_PAGES_NAMED])) + (", …" if len(bare) > _PAGES_NAMED else "")
        yield UnreadableFile(
            f"{name}: no text on {len(bare)} of its {len(pages)} pages ({numbers}); run OCR over scans (ocrmypdf)"
        )


def _opened(data: bytes, name: str) -> PdfReader:
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableFile(f"{name}: encrypted; open it with its password and save it without")
    if not reader.pages:
        raise PdfReadError("it has no pages")
    return reader


def _draft(pages: list[str], name: str, title: str | None, made: date | None) -> Draft:
    blocks = [(settled, is_furniture) for block, is_furniture in paragraphs(pages) if (settled := settle(block))]
    spans, at = [], 0
    for block, is_furniture in blocks:
        if is_furniture:
            spans.append(Span(at, at + len(block)))
        at += len(block) + 2
    published, updated = find_dates("\n".join(block for block, is_furniture in blocks if not is_furniture))
    return Draft(
        "\n\n".join(block for block, _ in blocks),
        name,
        title=title,
        published=published,
        updated=updated or made,
        boilerplate=tuple(spans),
    )


def _title(reader: PdfReader) -> str | None:
    """The document's own title, None where it is the name of a file."""
    title = settle_line(str((reader.metadata and reader.metadata.title) or ""))
    is_file = title.lower().endswith(_FILE_ENDS) or title.startswith("Microsoft Word - ")
    return title if letters(title) > 3 and title.lower() != "untitled" and not is_file else None


def _made(reader: PdfReader) -> date | None:
    """When this file was last written, as it says itself."""
    try:
        moment = reader.metadata and (reader.metadata.modification_date or reader.metadata.creation_date)
    except ValueError:
        return None
    return plausible(moment.date()) if moment else None
