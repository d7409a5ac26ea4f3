"""Walk folders and read files into drafts: plain text, Markdown, web pages, rows of JSON. Knows no language."""

import codecs
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from gzip import BadGzipFile, GzipFile
from hashlib import sha256
from io import BufferedReader, BytesIO
from itertools import chain
from os import fsencode
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from index.errors import UnreadableFile
from index.language import LANGUAGES
from index.metadata import find_date
from index.read_html import read_html
from index.settle import settle, settle_id, settle_line
from index.types import Draft

_KINDS = (".txt", ".md", ".markdown", ".html", ".htm", ".jsonl", ".jsonl.gz")
_LITTER = frozenset({"thumbs.db", "desktop.ini", "icon\r", "ehthumbs.db"})
# Fewer letters than this say nothing that could be quoted: a login wall, a 404, an empty export.
_FEWEST_LETTERS = 20
# Browsers read these names as the larger set on the right (WHATWG Encoding Standard, section 4.2).
_LARGER_CHARSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "iso-8859-1": "cp1252",
}
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\n(?P<fields>(?:(?:[\w-]+[ \t]*:.*|[ \t]+.*|- .*|#.*|)\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
_FIELD = re.compile(r"^(title|date|url)[ \t]*:[ \t]*[\"']?(.*?)[\"']?[ \t]*$", re.MULTILINE | re.IGNORECASE)


def read_paths(paths: Sequence[Path]) -> Iterator[Draft | UnreadableFile]:
    """A draft for every article in `paths`, files and folders, and an error with its cure for every one that fails.

    Folders are walked in sorted order, hidden names left out; kinds are .txt .md .markdown .html .htm .jsonl and
    .jsonl.gz. Raises `UnreadableFile` at once, before anything is read, when a path does not exist.
    """
    for path in paths:
        if not path.exists():
            raise UnreadableFile(f"{_name(path)} does not exist; check the path")
    return chain.from_iterable(_read_path(path) for path in paths)


def _read_path(path: Path) -> Iterator[Draft | UnreadableFile]:
    for found in _walk(path, frozenset()) if path.is_dir() else [path]:
        if isinstance(found, UnreadableFile):
            yield found
            continue
        try:
            yield from _read_file(found)
        except UnreadableFile as error:
            yield error
        except OSError as error:
            yield UnreadableFile(f"{_name(found)}: cannot be opened ({error.strerror or error}); check its permissions")


def _walk(folder: Path, above: frozenset[Path]) -> Iterator[Path | UnreadableFile]:
    """The files under `folder` in sorted order; a link to a folder that one is already in is not followed."""
    here = folder.resolve()
    if here in above:
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield UnreadableFile(f"{_name(folder)}: cannot be listed ({error.strerror}); check its permissions")
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name.lower() in _LITTER:
            continue
        if entry.is_dir():
            yield from _walk(entry, above | {here})
        else:
            yield entry


def _read_file(path: Path) -> Iterator[Draft | UnreadableFile]:
    name = _name(path)
    kind = next((kind for kind in reversed(_KINDS) if path.name.lower().endswith(kind)), None)
    if kind is None:
        raise UnreadableFile(f"{name}: not of a kind that is read; convert it to one of {' '.join(_KINDS)}")
    if kind.startswith(".jsonl"):
        yield from _read_rows(path, name, is_packed=kind.endswith(".gz"))
        return
    data = path.read_bytes()
    if kind in {".html", ".htm"}:
        draft = read_html(_decoded(data, name, _CHARSET.search(data[:2048])), name)
    else:
        draft = _read_text(_decoded(data, name), name, is_markdown=kind != ".txt")
    yield _with_id(_checked(draft), path.name[: -len(kind)])


def _decoded(data: bytes, name: str, declared: re.Match[bytes] | None = None) -> str:
    """The text of `data`: UTF-8, UTF-16 with its mark, or, in a web page, the encoding that the page declares."""
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    if encoding != "utf-16" and b"\x00" in data:
        raise UnreadableFile(f"{name}: binary, not text (a NUL at byte {data.index(0):,}); save its text as UTF-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        place = error.start + len(data) - len(error.object)
        text = _in_charset(data, declared[1].decode().lower() if declared else "")
        if not text:
            found = f"not {encoding[:6].upper().rstrip('-')} (byte {place:,} is 0x{data[place]:02x})"
            raise UnreadableFile(f"{name}: {found}; save it as UTF-8 and index it again") from error
    if sum(character < " " and not character.isspace() for character in text) * 100 > len(text):
        raise UnreadableFile(f"{name}: binary, not text (control characters); save its text as UTF-8")
    return text


def _in_charset(data: bytes, charset: str) -> str:
    """The text in a declared character set, "" where it is unknown or doesn't fit."""
    try:
        return data.decode(_LARGER_CHARSETS.get(charset, charset))
    except (LookupError, UnicodeDecodeError):
        return ""


def _read_text(raw: str, name: str, is_markdown: bool) -> Draft:
    text = settle(raw)
    front = _FRONT_MATTER.match(text) if is_markdown else None
    if not front:
        return Draft(text, name)
    fields = {key.lower(): settle_line(value) for key, value in _FIELD.findall(front["fields"])}
    return Draft(
        text[front.end() :].strip(),
        name,
        title=fields.get("title") or None,
        url=fields.get("url") or None,
        published=find_date(fields.get("date", "")),
    )


def _checked(draft: Draft) -> Draft:
    letters = sum(map(str.isalpha, draft.text))
    if letters < _FEWEST_LETTERS:
        found = f"hardly any text ({letters} letters)" if draft.text else "empty"
        raise UnreadableFile(f"{draft.path}: {found}; check what it should hold, or take it away")
    return draft


def _with_id(draft: Draft, stem: str) -> Draft:
    return replace(draft, id=settle_id(stem) or f"article-{_digest(draft.text)}")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]


def _name(path: Path) -> str:
    """The path as it may be shown and stored, on one line even where its name is not text."""
    return fsencode(path.as_posix()).decode("utf-8", "replace").replace("\n", " ")


def _text_or_none(value: object) -> object:
    """A number is an id in many an export; what is blank was not given."""
    value = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return (settle_line(value) or None) if isinstance(value, str) else value


def _day_or_none(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value.strip()).date() if value.strip() else None
    except ValueError as error:
        raise ValueError("not a day such as 2024-04-09") from error


def _language_or_none(value: object) -> object:
    """The code in "zh-Hant" or "en_US"; a language in any other spelling is left to be detected."""
    code = re.split("[-_]", value.strip().lower())[0] if isinstance(value, str) else value
    return None if isinstance(code, str) and code not in LANGUAGES else code


_OneLine = Annotated[str | None, BeforeValidator(_text_or_none)]


class _Row(BaseModel):
    """One line of a .jsonl file. Other people's exports have more columns: keys that are not ours are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore")

    text: Annotated[str, BeforeValidator(lambda value: settle(value) if isinstance(value, str) else value)]
    id: _OneLine = None
    title: _OneLine = None
    url: _OneLine = None
    published: Annotated[date | None, BeforeValidator(_day_or_none)] = None
    language: Annotated[str | None, BeforeValidator(_language_or_none)] = None


def _read_rows(path: Path, name: str, is_packed: bool) -> Iterator[Draft | UnreadableFile]:
    stem, number = path.name.lower().removesuffix(".gz").removesuffix(".jsonl"), 0
    with GzipFile(path) if is_packed else path.open("rb") as stream:
        try:
            for number, line in enumerate(_lines(stream, name), 1):
                if line.strip():
                    yield _row_or_error(line, f"{name}:{number}", path.name[: len(stem)])
        except (EOFError, BadGzipFile, zlib.error) as error:
            raise UnreadableFile(f"{name}: damaged after line {number} ({error}); fetch or pack it again") from error
    if number == 0:
        raise UnreadableFile(f"{name}: empty; check what it should hold, or take it away")


def _lines(stream: GzipFile | BufferedReader, name: str) -> Iterable[bytes]:
    head = stream.peek(2)[:2]
    if head in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return BytesIO(_decoded(stream.read(), name).encode())
    return stream


def _row_or_error(line: bytes, place: str, stem: str) -> Draft | UnreadableFile:
    try:
        return _checked(_read_row(line, place, stem))
    except UnreadableFile as error:
        return error


def _read_row(line: bytes, place: str, stem: str) -> Draft:
    try:
        fields = json.loads(_decoded(line.rstrip(b"\r\n"), place))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"{place}: not JSON ({error}); mend or drop this line") from error
    if not isinstance(fields, dict):
        raise UnreadableFile(
            f'{place}: no JSON object; a line is {{"text": ...}}, with "title", "url" and so on at will'
        )
    try:
        row = _Row.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        problem = f"{first['loc'][0]}: {first['msg'].removeprefix('Value error, ')}, got {str(first['input'])[:40]!r}"
        raise UnreadableFile(f"{place}: {problem}; mend or drop this line") from error
    own_id = settle_line(row.id or "") or _url_id(row.url or "")
    return Draft(
        row.text,
        place,
        id=own_id or f"{settle_id(stem) or 'article'}-{_digest(row.text)}",
        id_is_given=bool(own_id),
        title=row.title,
        url=row.url,
        published=row.published,
        language=row.language,
    )


def _url_id(url: str) -> str:
    """The address without its scheme, made safe and short, and a hash, since "/C" and "/C++" then look alike."""
    name = settle_id(unquote(url).partition("://")[2] or unquote(url))
    return f"{name[:71]}-{_digest(url)}" if name else ""
