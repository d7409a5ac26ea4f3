"""Read CSV and TSV: a row an article, its columns named like the keys of a line of JSON."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from index.errors import UnreadableFile
from index.reading.charset import decoded
from index.reading.limits import Limits
from index.reading.rows import row_draft
from index.settle import settle_line
from index.types import Draft

_DELIMITERS = ",;\t|"


def read_csv(data: bytes, path: Path, name: str, limits: Limits) -> Iterator[Draft | UnreadableFile]:
    """A draft for every row, an error for every row that is none.

    Tabs part the cells of .tsv, those of .csv whatever parts `text` from the other columns. Raises `UnreadableFile`
    for what is empty, in no sure encoding, or without a column `text`.
    """
    # A cell may be as long as the file: which one is too long for an article is told by its row.
    csv.field_size_limit(max(limits.file_bytes, csv.field_size_limit()))
    text = decoded(data, name)
    is_tabbed = path.suffix.lower() == ".tsv"
    records = _records(text, "\t" if is_tabbed else _delimiter(text[: text.find("\n") + 1] or text), name)
    columns = _columns(next(records, (1, []))[1], name)
    for line, cells in records:
        row = _row(cells, columns, f"{name}:{line}")
        yield row if isinstance(row, UnreadableFile) else row_draft(row, f"{name}:{line}", path.stem, limits)


def _records(text: str, delimiter: str, name: str) -> Iterator[tuple[int, list[str] | UnreadableFile]]:
    """The line that each record begins on, and its cells; blank lines are left out."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, UnreadableFile(f"{name}:{line}: not CSV ({error}); mend or drop this row")
        else:
            if cells:
                yield line, cells


def _delimiter(head: str) -> str:
    """The delimiter that parts a column `text` from the others; a comma where there is nothing to part."""
    cells = {sign: [_column(cell) for cell in head.split(sign)] for sign in _DELIMITERS}
    return next((sign for sign in _DELIMITERS if len(cells[sign]) > 1 and "text" in cells[sign]), ",")


def _column(cell: str) -> str:
    return settle_line(cell).strip("\"' ").lower()


def _columns(head: list[str] | UnreadableFile, name: str) -> list[str]:
    if isinstance(head, UnreadableFile):
        raise head
    if not head:
        raise UnreadableFile(f"{name}: empty; check what it should hold, or take it away")
    columns = [_column(cell) for cell in head]
    if columns.count("text") != 1:
        problem = "more than one column `text`" if "text" in columns else "no column `text`"
        found = ", ".join(columns)
        found = f"{found[:200]}…" if len(found) > 200 else found
        raise UnreadableFile(f"{name}: {problem} (it has: {found}); name the column with the articles' text so")
    return columns


def _row(cells: list[str] | UnreadableFile, columns: list[str], place: str) -> dict[str, object] | UnreadableFile:
    if isinstance(cells, UnreadableFile):
        return cells
    if len(cells) != len(columns):
        found = f"{len(cells)} cells under {len(columns)} columns"
        return UnreadableFile(f"{place}: {found}; quote the cells that hold a delimiter or a line end")
    return dict(zip(columns, cells, strict=True))
