"""Books: a chapter an article, ids that stay, title pages that wait for their chapter, and what is refused."""

from datetime import date

import pytest

from index.errors import UnreadableFile
from index.reading.epub import read_epub
from index.reading.limits import Limits
from index.types import Draft
from tests.made_files import CHINESE, CONTAINER, ENGLISH, JAPANESE, archive, epub

FIELDS = (
    "<dc:title>The cranes</dc:title><dc:identifier>urn:isbn:9780000000001</dc:identifier>"
    "<dc:language>en-GB</dc:language><dc:date>2024-04-09</dc:date>"
)


def read(data: bytes, name: str = "shelf/quay.epub") -> list[Draft | str]:
    return [str(one) if isinstance(one, UnreadableFile) else one for one in read_epub(data, name, Limits())]


def test_a_chapter_is_an_article() -> None:
    chapters = {"1.xhtml": f"<h1>The vote</h1><p>{ENGLISH}</p>", "2.xhtml": f"<p>{ENGLISH}<br/>More.</p>"}
    assert read(epub(chapters, FIELDS)) == [
        Draft(
            f"The vote\n\n{ENGLISH}",
            "shelf/quay.epub:1",
            id="quay-7a987dd5-1",
            title="The cranes: The vote",
            published=date(2024, 4, 9),
            language="en",
        ),
        Draft(
            f"{ENGLISH}\nMore.",
            "shelf/quay.epub:2",
            id="quay-7a987dd5-2",
            title="The cranes",
            published=date(2024, 4, 9),
            language="en",
        ),
    ]


def test_books_of_the_same_name_are_told_apart() -> None:
    one, other = (read(epub({"1.xhtml": f"<p>{ENGLISH}</p>"}, f"<dc:title>{title}</dc:title>"))[0] for title in "ab")
    assert isinstance(one, Draft)
    assert isinstance(other, Draft)
    assert one.id != other.id


@pytest.mark.parametrize("text", [CHINESE, JAPANESE])
def test_the_title_page_of_a_part_stands_at_the_head_of_its_first_chapter(text: str) -> None:
    chapters = {"cover.xhtml": "<img src='c.png'/>", "p.xhtml": "<h1>第一部</h1>", "1.xhtml": f"<p>{text}</p>"}
    (draft,) = read(epub(chapters))
    assert isinstance(draft, Draft)
    assert (draft.text, draft.path) == (f"第一部\n\n{text}", "shelf/quay.epub:3")


def test_a_chapter_that_is_missing_costs_no_other() -> None:
    data = epub({"1.xhtml": f"<p>{ENGLISH}</p>", "2.xhtml": f"<p>{CHINESE}</p>"})
    broken = data.replace(b"OEBPS/1.xhtml", b"OEBPS/9.xhtml")
    error, draft = read(broken)
    assert error == ("shelf/quay.epub: no OEBPS/1.xhtml inside; fetch it again, or save it as .html")
    assert isinstance(draft, Draft)
    assert draft.text == CHINESE


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "damaged"),
        (epub({"1.xhtml": f"<p>{ENGLISH}</p>"})[:300], "damaged"),
        (archive({"a.txt": ""}), "no META-INF/container.xml inside; fetch it again"),
        (archive({"META-INF/container.xml": "<container/>"}), "no package file inside; fetch it again"),
        (archive({"META-INF/container.xml": "<"}), "damaged, META-INF/container.xml is no XML"),
        (archive({"META-INF/container.xml": CONTAINER}), "no OEBPS/book.opf inside"),
        (epub({"1.xhtml": "<img src='1.png'/>"}), "hardly any text in 1 chapters; a book of pictures needs OCR"),
    ],
)
def test_what_is_no_book(data: bytes, problem: str) -> None:
    with pytest.raises(UnreadableFile, match=rf"^shelf/quay\.epub: {problem}"):
        read(data)
