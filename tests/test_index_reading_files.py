"""Files and folders: what becomes a draft, what is reported by name, and that neither stops the rest."""

import gzip
import json
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.reading.files import read_paths
from index.settle import settle
from index.types import Draft

PROSE = "The harbour board voted on Monday to move the four old cranes."
UNSURE = "save it as UTF-8 and index it again"


def read(path: Path) -> Draft | UnreadableFile:
    (result,) = read_paths([path])
    return result


def drafts(paths: Sequence[Path]) -> list[Draft]:
    return [result for result in read_paths(paths) if isinstance(result, Draft)]


def errors(paths: Sequence[Path]) -> list[str]:
    return [str(result) for result in read_paths(paths) if isinstance(result, UnreadableFile)]


def write(path: Path, data: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def row(**fields: object) -> bytes:
    return json.dumps({"text": PROSE, **fields}).encode() + b"\n"


@pytest.mark.parametrize(
    "data",
    [
        PROSE.encode(),
        b"\xef\xbb\xbf" + PROSE.encode(),
        PROSE.encode("utf-16"),
        b"\xfe\xff" + PROSE.encode("utf-16-be"),
        PROSE.encode() + b"\r\n\r\n",
    ],
)
@pytest.mark.parametrize("name", ["cranes.txt", "cranes.md", "cranes.markdown", "CRANES.TXT"])
def test_plain_text_in_every_encoding(tmp_path: Path, name: str, data: bytes) -> None:
    path = write(tmp_path / name, data)
    assert read(path) == Draft(PROSE, path.as_posix(), id=name.partition(".")[0])


def test_a_folder_is_walked_in_order_and_says_where_each_draft_lay(tmp_path: Path) -> None:
    for name in ("b.txt", "a/2.txt", "a/10.md", "a/.hidden.txt", ".git/x.txt", "c d/扎克.txt"):
        write(tmp_path / name, PROSE)
    found = drafts([tmp_path])
    assert [draft.path for draft in found] == [
        f"{tmp_path.as_posix()}/{name}" for name in ("a/10.md", "a/2.txt", "b.txt", "c d/扎克.txt")
    ]
    assert [draft.id for draft in found] == ["10", "2", "b", "扎克"]
    assert not any(draft.id_is_given for draft in found)


def test_a_relative_path_stays_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "news/today/cranes.txt", PROSE)
    monkeypatch.chdir(tmp_path)
    assert [draft.path for draft in drafts([Path("news")])] == ["news/today/cranes.txt"]


def test_other_kinds_are_named_and_litter_is_not(tmp_path: Path) -> None:
    for name in ("report.doc", ".DS_Store", "Thumbs.db", "desktop.ini", "notes"):
        write(tmp_path / name, PROSE)
    kinds = ".txt .md .markdown .html .htm .xhtml .mhtml .mht .eml .pdf .docx .epub .csv .tsv .jsonl .jsonl.gz"
    assert errors([tmp_path]) == [
        f"{tmp_path.as_posix()}/{name}: not of a kind that is read; convert it to one of {kinds}"
        for name in ("notes", "report.doc")
    ]


def test_a_path_that_is_not_there_is_told_before_anything_is_read(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", PROSE)
    with pytest.raises(UnreadableFile, match=r"gone\.txt does not exist; check the path$"):
        read_paths([tmp_path, tmp_path / "gone.txt"])


def test_links_are_followed_but_not_in_a_circle(tmp_path: Path) -> None:
    write(tmp_path / "store/a.txt", PROSE)
    (tmp_path / "library").mkdir()
    (tmp_path / "library/store").symlink_to(tmp_path / "store")
    (tmp_path / "library/loop").symlink_to(tmp_path / "library")
    (tmp_path / "library/self").symlink_to("self")
    (tmp_path / "library/gone.txt").symlink_to(tmp_path / "nothing.txt")
    library = tmp_path.as_posix() + "/library"
    assert [draft.path for draft in drafts([tmp_path / "library"])] == [f"{library}/store/a.txt"]
    assert errors([tmp_path / "library"])[0] == (
        f"{library}/gone.txt: cannot be opened (No such file or directory); check its permissions"
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty; check what it should hold, or take it away"),
        (b" \n\t\n", "empty; check what it should hold, or take it away"),
        (b"Please log in.", "hardly any text (11 letters); check what it should hold, or take it away"),
        (b"text\x00more" * 10, "binary, not text (a NUL at byte 4); save its text as UTF-8"),
        (b"\x01\x02\x03text text text text text", "binary, not text (control characters); save its text as UTF-8"),
        (b"\xef\xbb\xbfA caf\xe9 by the harbour", f"not UTF-8 (byte 8 is 0xe9); {UNSURE}"),
        ("河边工厂关闭".encode("gb18030"), f"not UTF-8 (byte 0 is 0xba); {UNSURE}"),
        (b"\xff\xfea\x00b", f"not UTF-16 (byte 4 is 0x62); {UNSURE}"),
    ],
)
def test_a_file_that_cannot_be_read_is_reported_and_the_rest_goes_in(tmp_path: Path, data: bytes, message: str) -> None:
    bad, good = write(tmp_path / "a.txt", data), write(tmp_path / "b.txt", PROSE)
    assert errors([tmp_path]) == [f"{bad.as_posix()}: {message}"]
    assert [draft.path for draft in drafts([tmp_path])] == [good.as_posix()]


def test_a_message_is_one_line(tmp_path: Path) -> None:
    write(tmp_path / "two\nlines.txt", b"")
    assert errors([tmp_path]) == [
        f"{tmp_path.as_posix()}/two lines.txt: empty; check what it should hold, or take it away"
    ]


def test_names_become_ids_that_a_url_can_hold(tmp_path: Path) -> None:
    for name in ("What's new? 50% #1@home.txt", "港の クレーン.v2.txt", "___.txt", "(((.txt"):
        write(tmp_path / name, PROSE)
    assert {draft.id for draft in drafts([tmp_path])} == {
        "What-s-new-50-1-home",
        "港の-クレーン.v2",
        "___",
        "article-938db870",
    }


FRONT = '---\ntitle: "Cranes: the end"\nurl: https://quay.example.com/c\ndate: 2024-04-09\ntags:\n  - quay\n---\n'


def test_markdown_stays_as_it_is_but_for_its_front_matter(tmp_path: Path) -> None:
    body = f"# Cranes\n\n**{PROSE}**\n\n---\n\n- [link](https://quay.example.com)"
    path = write(tmp_path / "cranes.md", FRONT + body)
    assert read(path) == Draft(
        body,
        path.as_posix(),
        id="cranes",
        title="Cranes: the end",
        url="https://quay.example.com/c",
        published=date(2024, 4, 9),
    )


@pytest.mark.parametrize("text", [f"---\n\n{PROSE}\n\nMore of it.\n\n---\n\nEnd.", FRONT[:-4] + PROSE])
def test_a_rule_at_the_head_is_no_front_matter(tmp_path: Path, text: str) -> None:
    draft = read(write(tmp_path / "rule.md", text))
    assert isinstance(draft, Draft)
    assert draft.text == settle(text)
    assert draft.title is None


def test_front_matter_of_plain_text_is_text(tmp_path: Path) -> None:
    draft = read(write(tmp_path / "cranes.txt", FRONT + PROSE))
    assert isinstance(draft, Draft)
    assert draft.text == FRONT + PROSE


PAGE = f"<html><head><title>Cranes</title></head><body><p>{PROSE}</p></body></html>"


@pytest.mark.parametrize("name", ["cranes.html", "cranes.HTM"])
def test_a_web_page(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, PAGE)
    assert read(path) == Draft(PROSE, path.as_posix(), id="cranes", title="Cranes")


@pytest.mark.parametrize(
    ("charset", "codec"), [("gb2312", "gb18030"), ("Shift_JIS", "cp932"), ("utf-8", "utf-8"), ("big5", "big5")]
)
def test_a_web_page_in_the_encoding_it_declares(tmp_path: Path, charset: str, codec: str) -> None:
    page = f'<html><head><meta charset="{charset}"></head><body><p>{"人口三十万人" * 5}</p></body></html>'
    draft = read(write(tmp_path / "page.html", page.encode(codec)))
    assert isinstance(draft, Draft)
    assert draft.text == "人口三十万人" * 5


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "no-such-set", "hex"])
def test_a_web_page_in_another_encoding_than_it_declares(tmp_path: Path, charset: str) -> None:
    path = write(tmp_path / "page.html", f'<meta charset="{charset}"><p>{PROSE}'.encode() + b"\xff\xff")
    assert str(read(path)) == f"{path.as_posix()}: not UTF-8 (byte {path.stat().st_size - 2} is 0xff); " + UNSURE


ADDRESS = "https://q.example/news/%E6%B8%AF?id=2"


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]


@pytest.mark.parametrize("name", ["wire.jsonl", "wire.jsonl.gz", "WIRE.JSONL"])
def test_rows(tmp_path: Path, name: str) -> None:
    data = b"\xef\xbb\xbf" + row(
        id="w/1", title=" Cranes \n leave", url="https://q.example/1", published="2024-04-09", language="en"
    )
    data += b"\n" + row(url=ADDRESS) + row(id=7, source="extra") + row()
    path = write(tmp_path / name, gzip.compress(data) if name.endswith("gz") else data)
    place = path.as_posix()
    assert list(read_paths([path])) == [
        Draft(
            PROSE,
            f"{place}:1",
            id="w/1",
            id_is_given=True,
            title="Cranes leave",
            url="https://q.example/1",
            published=date(2024, 4, 9),
            language="en",
        ),
        Draft(PROSE, f"{place}:3", f"q.example-news-港-id-2-{digest(ADDRESS)}", True, url=ADDRESS),
        Draft(PROSE, f"{place}:4", "7", True),
        Draft(PROSE, f"{place}:5", name.partition(".")[0] + "-938db870"),
    ]


@pytest.mark.parametrize("given", ["w/1", "a@b#1-2", "q: 7?", "../x", "扎克/1", "C++", "A"])
def test_a_given_id_is_kept_as_it_is(tmp_path: Path, given: str) -> None:
    (draft,) = drafts([write(tmp_path / "wire.jsonl", row(id=f" {given}\n", url="https://q.example/1"))])
    assert (draft.id, draft.id_is_given) == (given, True)


def test_addresses_that_make_the_same_name_are_told_apart(tmp_path: Path) -> None:
    addresses = ["https://q.example/C", "https://q.example/C++", "https://q.example/C#", "http://q.example/C"]
    found = drafts([write(tmp_path / "wire.jsonl", b"".join(row(url=address) for address in addresses))])
    assert [draft.id for draft in found] == [f"q.example-C-{digest(address)}" for address in addresses]
    assert all(draft.id_is_given for draft in found)


def test_a_long_address_makes_a_short_id(tmp_path: Path) -> None:
    path = write(
        tmp_path / "wire.jsonl", row(url="https://q.example/" + "a" * 200) + row(url="https://q.example/" + "a" * 201)
    )
    first, second = drafts([path])
    assert first.id == "q.example-" + "a" * 61 + "-866e54a9"
    assert second.id is not None
    assert len(second.id) == 80
    assert first.id != second.id


@pytest.mark.parametrize(
    ("published", "day"),
    [
        ("2024-04-09", date(2024, 4, 9)),
        ("2024-04-09T13:20:41Z", date(2024, 4, 9)),
        ("2024-04-09 13:20:41+08:00", date(2024, 4, 9)),
        ("", None),
        (None, None),
    ],
)
def test_days_of_rows(tmp_path: Path, published: str | None, day: date | None) -> None:
    assert [draft.published for draft in drafts([write(tmp_path / "w.jsonl", row(published=published))])] == [day]


@pytest.mark.parametrize(
    ("given_language", "language"),
    [("en", "en"), ("zh-Hant", "zh"), ("pt_BR", "pt"), ("EN ", "en"), ("Chinese", None), ("jp", None), ("", None)],
)
def test_languages_of_rows(tmp_path: Path, given_language: str, language: str | None) -> None:
    path = write(tmp_path / "w.jsonl", row(language=given_language))
    assert [draft.language for draft in drafts([path])] == [language]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            b'{"text": "cut of',
            "not JSON (Unterminated string starting at: line 1 column 10 (char 9)); mend or drop this line",
        ),
        (b"[" * 100_000, "not JSON (maximum recursion depth exceeded"),
        (b'["text"]', 'no JSON object; a line is {"text": ...}, with "title", "url" and so on at will'),
        (b'{"title": "no text"}', "text: Field required, got \"{'title': 'no text'}\"; mend or drop this line"),
        (b'{"text": 5}', "text: Input should be a valid string, got '5'; mend or drop this line"),
        (row(title=["a"]), "title: Input should be a valid string, got \"['a']\"; mend or drop this line"),
        (row(id=True), "id: Input should be a valid string, got 'True'; mend or drop this line"),
        (row(language=3), "language: Input should be a valid string, got '3'; mend or drop this line"),
        (
            row(published="9 April"),
            "published: not a day such as 2024-04-09, got '9 April'; mend or drop this line",
        ),
        (row(published=20240409), "published: Input should be a valid date, got '20240409'; mend or drop this line"),
        (b'{"text": "' + "河边".encode("gb18030") + b'"}', f"not UTF-8 (byte 10 is 0xba); {UNSURE}"),
        (b'{"text": "short"}', "hardly any text (5 letters); check what it should hold, or take it away"),
    ],
)
def test_a_bad_row_is_reported_by_its_line_and_the_others_go_in(tmp_path: Path, line: bytes, message: str) -> None:
    path = write(tmp_path / "w.jsonl", row() + line.rstrip(b"\n") + b"\n" + row())
    assert [draft.path for draft in drafts([path])] == [f"{path.as_posix()}:1", f"{path.as_posix()}:3"]
    (error,) = errors([path])
    assert error.startswith(f"{path.as_posix()}:2: {message}")


def test_half_a_surrogate_pair_does_not_cost_the_row(tmp_path: Path) -> None:
    path = write(tmp_path / "w.jsonl", b'{"text": "' + PROSE.encode() + b'\\ud83d", "title": "\\ude00"}')
    (draft,) = drafts([path])
    assert (draft.text, draft.title) == (PROSE + "\ufffd", "\ufffd")


def test_rows_in_utf_16(tmp_path: Path) -> None:
    path = write(tmp_path / "w.jsonl", (row() + row()).decode().encode("utf-16"))
    assert [draft.path[-2:] for draft in drafts([path])] == [":1", ":2"]


def test_the_rows_before_the_end_of_a_truncated_archive_go_in(tmp_path: Path) -> None:
    rows = b"".join(row(id=str(number), noise=str(number**40)) for number in range(2000))
    packed = gzip.compress(rows)
    path = write(tmp_path / "w.jsonl.gz", packed[: len(packed) // 2])
    found = drafts([path])
    assert [draft.id for draft in found] == [str(number) for number in range(len(found))]
    assert len(found) > 500
    assert errors([path]) == [
        f"{path.as_posix()}: damaged after line {len(found)} (Compressed file ended before the end-of-stream marker "
        "was reached); fetch or pack it again"
    ]


def test_an_archive_that_is_none(tmp_path: Path) -> None:
    path = write(tmp_path / "w.jsonl.gz", row())
    assert errors([path]) == [
        f"{path.as_posix()}: damaged after line 0 (Not a gzipped file (b'{{\"')); fetch or pack it again"
    ]


@pytest.mark.parametrize("name", ["w.jsonl", "w.jsonl.gz"])
def test_no_rows_at_all(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, gzip.compress(b"") if name.endswith("gz") else b"")
    assert errors([path]) == [f"{path.as_posix()}: empty; check what it should hold, or take it away"]


@given(data=st.binary(max_size=200), kind=st.sampled_from([".txt", ".md", ".csv", ".tsv", ".jsonl", ".jsonl.gz"]))
def test_any_bytes_give_drafts_or_errors(tmp_path_factory: pytest.TempPathFactory, data: bytes, kind: str) -> None:
    path = write(tmp_path_factory.getbasetemp() / f"any{kind}", data)
    for result in read_paths([path]):
        if isinstance(result, Draft):
            assert settle(result.text) == result.text
            assert result.id
        else:
            assert "\n" not in str(result)
            assert str(result).startswith(path.as_posix())
