"""CSV and TSV: rows that become drafts, and each way in which one does not."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.reading.csv import read_csv
from index.reading.limits import Limits
from index.settle import settle
from index.types import Draft
from tests.made_files import CHINESE, ENGLISH, JAPANESE

ROW = f'w-1,"{ENGLISH}",Cranes'


def read(data: str | bytes, file: str = "wire.csv", limits: Limits | None = None) -> list[Draft | str]:
    raw = data if isinstance(data, bytes) else data.encode()
    found = read_csv(raw, Path(file), file, limits or Limits())
    return [str(one) if isinstance(one, UnreadableFile) else one for one in found]


def test_every_column() -> None:
    head = "id,title,url,published,updated,fetched,language,text,section"
    row = f'w-1,Cranes,https://q.example/1,2024年4月9日,2024-04-11,"May 2, 2024",zh-Hant,"{CHINESE}\n\nmore",quay'
    assert read(f"{head}\r\n{row}\r\n") == [
        Draft(
            f"{CHINESE}\n\nmore",
            "wire.csv:2",
            id="w-1",
            id_is_given=True,
            title="Cranes",
            url="https://q.example/1",
            published=date(2024, 4, 9),
            language="zh",
            updated=date(2024, 4, 11),
            fetched=date(2024, 5, 2),
        )
    ]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("head", ["id{0}text{0}title", '\ufeff"ID"{0}" Text"{0}"TITLE"'])
def test_delimiters_and_heads(sign: str, head: str) -> None:
    row = ROW.replace('",', f'"{sign}').replace("w-1,", f"w-1{sign}")
    assert read(f"{head.format(sign)}\n\n{row}\n") == [
        Draft(ENGLISH, "wire.csv:3", id="w-1", id_is_given=True, title="Cranes")
    ]


def test_tabs_part_the_cells_of_a_tsv_even_where_its_head_has_commas() -> None:
    (draft,) = read(f"text\ttitle, short\n{ENGLISH}\tCranes\n", "wire.tsv")
    assert isinstance(draft, Draft)
    assert (draft.text, draft.path) == (ENGLISH, "wire.tsv:2")


@pytest.mark.parametrize(
    ("charset", "text"),
    [("gb18030", CHINESE * 4), ("shift_jis", JAPANESE * 4), ("utf-16", CHINESE), ("cp1252", ENGLISH)],
)
def test_encodings(charset: str, text: str) -> None:
    (draft,) = read(f"text\n{text}\n".encode(charset))
    assert isinstance(draft, Draft)
    assert draft.text == text


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("", "empty; check what it should hold, or take it away"),
        (
            "id,body,title\n1,b,c\n",
            "no column `text` (it has: id, body, title); name the column with the articles' text so",
        ),
        (
            "text,Text\na,b\n",
            "more than one column `text` (it has: text, text); name the column with the articles' text so",
        ),
    ],
)
def test_a_file_without_articles(data: str, problem: str) -> None:
    with pytest.raises(UnreadableFile) as raised:
        read(data)
    assert str(raised.value) == f"wire.csv: {problem}"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("w-2,two cells", "2 cells under 3 columns; quote the cells that hold a delimiter or a line end"),
        ("a,b,c,d", "4 cells under 3 columns; quote the cells that hold a delimiter or a line end"),
        ("w-2,short,c", "hardly any text (5 letters); check what it should hold, or take it away"),
        ("w-2,,c", "empty; check what it should hold, or take it away"),
        ('w-2,"a"b,c', "not CSV (',' expected after '\"'); mend or drop this row"),
    ],
)
def test_a_bad_row_costs_no_other(row: str, problem: str) -> None:
    found = read(f"id,text,title\n{ROW}\n{row}\n{ROW}\n")
    assert found[1] == f"wire.csv:3: {problem}"
    assert [one.path for one in found if isinstance(one, Draft)] == ["wire.csv:2", "wire.csv:4"]


def test_a_quote_that_is_never_closed() -> None:
    found = read(f'id,text,title\n{ROW}\nw-2,"never closed\n{ROW.replace(chr(34), "")}\n')
    assert found[1] == "wire.csv:3: not CSV (unexpected end of data); mend or drop this row"


def test_a_cell_may_be_long_but_no_longer_than_an_article() -> None:
    long = "crane " * 50_000
    (draft, error) = read(f'text\n"{long}"\n"{long}{long}"\n', limits=Limits(characters=500_000))
    assert isinstance(draft, Draft)
    assert len(draft.text) == 299_999
    assert error == "wire.csv:3: 599,999 characters, more than 500,000; split it into its articles"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), max_size=6))
def test_any_cells_come_back_settled(cells: list[str]) -> None:
    quoted = "".join('"{}"\n'.format(cell.replace('"', '""')) for cell in cells)
    try:
        found = read(f"text\n{quoted}")
    except UnreadableFile:
        return
    drafts = [one.text for one in found if isinstance(one, Draft)]
    assert drafts == [text for text in map(settle, cells) if sum(map(str.isalpha, text)) >= 20]
