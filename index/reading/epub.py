"""Read EPUB books, a chapter an article: an answer opens beside its source, and a whole book would drown it there.

Chapters are the files of the book's spine; what is on a part's title page is kept at the head of the next one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any, TypeAlias
from urllib.parse import unquote
from zipfile import ZipFile

from lxml.etree import XMLParser, XMLSyntaxError, fromstring

from index.errors import UnreadableFile
from index.metadata import parse_day, plausible
from index.reading.archive import opened_archive
from index.reading.charset import declared_charset, decoded
from index.reading.draft import FEWEST_LETTERS, digest, known_code, letters
from index.reading.html import parsed_page, visible_blocks
from index.reading.limits import Limits
from index.settle import settle_id, settle_line
from index.types import Draft

Element: TypeAlias = Any
"""An element of lxml, which has no types of its own."""

_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})


@dataclass(frozen=True, slots=True)
class _Book:
    """What the package file says: Dublin Core fields by name, and the archive's names of the chapters in order."""

    fields: dict[str, str]
    chapters: tuple[str, ...]


def read_epub(data: bytes, name: str, limits: Limits) -> Iterator[Draft | UnreadableFile]:
    """A draft for every chapter of a book, with an id that is made of the file's name and the book's own id.

    The title is the book's and the chapter's; published is the book's date. A chapter that can't be read is an
    error, and the rest goes in. Raises `UnreadableFile` for what is damaged, protected, or has no text at all.
    """
    with opened_archive(data, name, limits) as archive:
        book = _book(archive, name)
        waiting, number, failed = "", 0, 0
        for place, part in enumerate(book.chapters, 1):
            try:
                blocks, headline = _chapter(archive, part, name)
            except UnreadableFile as error:
                failed += 1
                yield error
                continue
            text = "\n\n".join(filter(None, [waiting, *blocks]))
            # "Part One" alone is no article, but the head of the chapter behind it.
            if letters(text, FEWEST_LETTERS) < FEWEST_LETTERS:
                waiting = text
                continue
            waiting, number = "", number + 1
            yield _draft(book, text, f"{name}:{place}", headline, name)
    if number == failed == 0:
        raise UnreadableFile(
            f"{name}: hardly any text in {len(book.chapters)} chapters; a book of pictures needs OCR (ocrmypdf) first"
        )


def _draft(book: _Book, text: str, place: str, headline: str, name: str) -> Draft:
    title, stem = book.fields.get("title", ""), settle_id(PurePosixPath(name).stem) or "book"
    own = digest(book.fields.get("identifier", "") + title)
    return Draft(
        text,
        place,
        id=f"{stem}-{own}-{place.rpartition(':')[2]}",
        title=": ".join(dict.fromkeys(filter(None, [title, headline]))) or None,
        published=plausible(parse_day(book.fields.get("date", ""))),
        language=known_code(book.fields.get("language", "")),
    )


def _book(archive: ZipFile, name: str) -> _Book:
    files = (element.get("full-path") for element in _xml(archive, "META-INF/container.xml", name).iter("{*}rootfile"))
    package_file = next(filter(None, files), "")
    package = _xml(archive, package_file, name)
    items = {item.get("id"): item for item in package.iter("{*}item")}
    here = PurePosixPath(package_file).parent
    spine = [items.get(entry.get("idref")) for entry in package.iter("{*}itemref")]
    return _Book(_fields(package), tuple(_place(here, item) for item in spine if _is_chapter(item)))


def _fields(package: Element) -> dict[str, str]:
    """The first Dublin Core element of each name, but the one of several dates that is called the publication's."""
    fields: dict[str, str] = {}
    for element in package.iter("{http://purl.org/dc/elements/1.1/}*"):
        name, event = element.tag.rpartition("}")[2], element.get("{http://www.idpf.org/2007/opf}event")
        if name == "date" and event == "modification":
            continue
        if name not in fields or event == "publication":
            fields[name] = settle_line(element.text or "")
    return fields


def _is_chapter(item: Element | None) -> bool:
    return item is not None and item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "").split()


def _place(folder: PurePosixPath, item: Element) -> str:
    return normpath(str(folder / unquote(item.get("href") or "")))


def _chapter(archive: ZipFile, part: str, name: str) -> tuple[list[str], str]:
    """The settled blocks of a chapter, and its first heading."""
    data = _part(archive, part, name)
    tree = parsed_page(decoded(data, f"{name}:{part}", declared_charset(data)), f"{name}:{part}")
    if tree is None:
        return [], ""
    headings = (settle_line(heading.text_content()) for heading in tree.iter("h1", "h2", "h3"))
    headline = next(filter(None, headings), "")
    return visible_blocks(tree), headline


def _xml(archive: ZipFile, part: str, name: str) -> Element:
    parser = XMLParser(resolve_entities=False, no_network=True, recover=False)
    try:
        return fromstring(_part(archive, part, name), parser=parser)
    except XMLSyntaxError as error:
        raise UnreadableFile(f"{name}: damaged, {part} is no XML ({error}); fetch it again") from error


def _part(archive: ZipFile, part: str, name: str) -> bytes:
    try:
        return archive.read(part)
    except KeyError as error:
        raise UnreadableFile(
            f"{name}: no {part or 'package file'} inside; fetch it again, or save it as .html"
        ) from error
    except RuntimeError as error:
        raise UnreadableFile(f"{name}: protected ({error}); take the protection off first") from error
