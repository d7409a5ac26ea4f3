"""Files of every kind that is read, made for tests: documents, books, mails, pages, in English, Chinese, Japanese."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document
from reportlab.lib.pagesizes import A5
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

ENGLISH = "The harbour board voted on Monday to move the four old cranes. They were built in 1931 and lifted coal."
CHINESE = "港务局周一投票决定迁走那些闲置了近三十年的旧吊车。这些吊车造于1931年，曾经用来吊煤。"
JAPANESE = "港の理事会は月曜日、三十年近く使われていない古いクレーンを移すことを決めました。採決は僅差でした。"
FONTS = {"en": "Helvetica", "zh": "STSong-Light", "ja": "HeiseiMin-W3"}


def pdf(pages: Sequence[Sequence[str]], language: str = "en", title: str = "", password: str | None = None) -> bytes:
    """A PDF with these lines on its pages; it says of itself that it was made on 1 January 2000."""
    stream = BytesIO()
    if language != "en":
        registerFont(UnicodeCIDFont(FONTS[language]))
    canvas = Canvas(stream, A5, invariant=True, encrypt=password)
    canvas.setTitle(title)
    for page in pages:
        canvas.setFont(FONTS[language], 9)
        for number, line in enumerate(page):
            canvas.drawString(40, 560 - 14 * number, line)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def docx(blocks: Iterable[str | Sequence[Sequence[str]]], title: str = "", created: datetime | None = None) -> bytes:
    """A Word document of paragraphs, headings ("# ...") and tables (rows of cells)."""
    document, stream = Document(), BytesIO()
    for block in blocks:
        if not isinstance(block, str):
            table = document.add_table(0, len(block[0]))
            for row in block:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
        elif block.startswith("# "):
            document.add_heading(block[2:], 1)
        else:
            document.add_paragraph(block)
    document.core_properties.title = title
    if created:
        document.core_properties.created = document.core_properties.modified = created
    document.save(stream)
    return stream.getvalue()


CONTAINER = """<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""


def epub(chapters: Mapping[str, str], fields: str = "<dc:title>The cranes</dc:title>") -> bytes:
    """A book of these chapters, file name to the XHTML of its body."""
    items = "".join(f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in chapters)
    spine = "".join(f'<itemref idref="{name}"/>' for name in chapters)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{fields}</metadata>'
        f'<manifest><item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>{items}'
        f'</manifest><spine><itemref idref="nav"/>{spine}</spine></package>'
    )
    pages = {f"OEBPS/{name}": xhtml(body) for name, body in {"nav.xhtml": "<p>Contents</p>", **chapters}.items()}
    return archive({"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": package, **pages})


def xhtml(body: str) -> str:
    """A page as books have them, with the empty title that HTML parsers fall over."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title/></head><body>{body}</body></html>"
    )


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip archive of these parts."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return stream.getvalue()


def page(body: str, head: str = "") -> str:
    """A web page with a story in it."""
    story = f"<article><h1>Old cranes leave the harbour</h1><p>{ENGLISH} {ENGLISH}</p><p>{ENGLISH}</p>{body}</article>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{story}</body></html>"
