"""Read rows that are an article each, by names that are the same everywhere, and files with one JSON object a line."""

import codecs
import json
import zlib
from collections.abc import Iterator
from datetime import date
from gzip import BadGzipFile, GzipFile
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Annotated, cast
from urllib.parse import unquote

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from index.errors import UnreadableFile
from index.metadata import parse_day
from index.reading.charset import decoded
from index.reading.draft import checked, digest, known_code
from index.reading.limits import Limits
from index.settle import settle, settle_id, settle_line
from index.types import Draft

# Text packs three to ten times smaller, rows that are all alike perhaps fifty; only a bomb packs better.
_BOMB_RATIO = 200


def _text_or_none(value: object) -> object:
    """A number is an id in many an export; what is blank was not given."""
    value = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return (settle_line(value) or None) if isinstance(value, str) else value


def _day_or_none(value: object) -> object:
    if not isinstance(value, str) or not value.strip():
        return None if isinstance(value, str) else value
    day = parse_day(value)
    if day is None:
        raise ValueError("not a day such as 2024-04-09")
    return day


def _language_or_none(value: object) -> object:
    return known_code(value) if isinstance(value, str) else value


_OneLine = Annotated[str | None, BeforeValidator(_text_or_none)]
_Day = Annotated[date | None, BeforeValidator(_day_or_none)]


class _Row(BaseModel):
    """One row. Other people's exports have more columns: keys that are not ours are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore")

    text: Annotated[str, BeforeValidator(lambda value: settle(value) if isinstance(value, str) else value)]
    id: _OneLine = None
    title: _OneLine = None
    url: _OneLine = None
    published: _Day = None
    updated: _Day = None
    fetched: _Day = None
    language: Annotated[str | None, BeforeValidator(_language_or_none)] = None


def read_json_rows(path: Path, name: str, limits: Limits) -> Iterator[Draft | UnreadableFile]:
    """A draft for every line of a .jsonl or .jsonl.gz file, an error for every line that is none.

    The file is read by the line, so that its size doesn't matter. Raises `UnreadableFile` where the file ends as a
    whole: empty, or a damaged archive.
    """
    stem, number = path.name.lower().removesuffix(".gz").removesuffix(".jsonl"), 0
    is_packed = path.name.lower().endswith(".gz")
    with GzipFile(path) if is_packed else path.open("rb") as stream:
        try:
            for number, line in enumerate(_lines(stream, path.stat().st_size, name, limits), 1):
                place = f"{name}:{number}"
                if isinstance(line, UnreadableFile):
                    yield line
                elif line.strip():
                    yield _row_or_error(line, place, path.name[: len(stem)], limits)
        except (EOFError, BadGzipFile, zlib.error) as error:
            raise UnreadableFile(f"{name}: damaged after line {number} ({error}); fetch or pack it again") from error
    if number == 0:
        raise UnreadableFile(f"{name}: empty; check what it should hold, or take it away")


def _lines(
    stream: GzipFile | BufferedReader, packed_bytes: int, name: str, limits: Limits
) -> Iterator[bytes | UnreadableFile]:
    """The lines of a stream; one that is too long is passed over and reported."""
    whole: GzipFile | BufferedReader | BytesIO = stream
    if stream.peek(2)[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        whole = BytesIO(decoded(stream.read(limits.file_bytes), name).encode())
    number, read = 0, 0
    while line := whole.readline(limits.line_bytes + 1):
        number, is_long = number + 1, len(line) > limits.line_bytes
        read += len(line)
        while is_long and line and not line.endswith(b"\n"):
            line = whole.readline(limits.line_bytes)
            read += len(line)
            _refuse_bomb(read, packed_bytes, name, limits)
        _refuse_bomb(read, packed_bytes, name, limits)
        if is_long:
            yield UnreadableFile(
                f"{name}:{number}: longer than {limits.line_bytes:,} bytes; split it into its articles"
            )
        else:
            yield line


def _refuse_bomb(read: int, packed_bytes: int, name: str, limits: Limits) -> None:
    if read > max(limits.unpacked_bytes, packed_bytes * _BOMB_RATIO):
        raise UnreadableFile(f"{name}: unpacks to more than {_BOMB_RATIO} times its size; unpack it and look inside")


def _row_or_error(line: bytes, place: str, stem: str, limits: Limits) -> Draft | UnreadableFile:
    try:
        fields = _json_fields(line, place)
    except UnreadableFile as error:
        return error
    return row_draft(fields, place, stem, limits)


def _json_fields(line: bytes, place: str) -> dict[str, object]:
    try:
        fields = json.loads(decoded(line.rstrip(b"\r\n"), place))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"{place}: not JSON ({error}); mend or drop this line") from error
    if not isinstance(fields, dict):
        raise UnreadableFile(
            f'{place}: no JSON object; a line is {{"text": ...}}, with "title", "url" and so on at will'
        )
    return cast("dict[str, object]", fields)


def row_draft(fields: dict[str, object], place: str, stem: str, limits: Limits) -> Draft | UnreadableFile:
    """The draft of a row by the contract's names, or what is the matter with it.

    `place` is its file and line; `stem`, its file's name, makes its id where it gives neither id nor url.
    """
    try:
        return checked(_draft(fields, place, stem), limits)
    except UnreadableFile as error:
        return error


def _draft(fields: dict[str, object], place: str, stem: str) -> Draft:
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
        id=own_id or f"{settle_id(stem) or 'article'}-{digest(row.text)}",
        id_is_given=bool(own_id),
        title=row.title,
        url=row.url,
        published=row.published,
        language=row.language,
        updated=row.updated,
        fetched=row.fetched,
    )


def _url_id(url: str) -> str:
    """The address without its scheme, made safe and short, and a hash, since "/C" and "/C++" then look alike."""
    name = settle_id(unquote(url).partition("://")[2] or unquote(url))
    return f"{name[:71]}-{digest(url)}" if name else ""
