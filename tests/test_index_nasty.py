"""What people and hostile people put into folders: one run over all of it, and for each what becomes of it."""

import gzip
import json
import os
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from unicodedata import category, normalize
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import to_article
from index.errors import UnreadableFile
from index.passages import split_passages
from index.reading.files import read_paths
from index.reading.limits import Limits
from index.settle import settle
from index.types import Draft
from tests.made_files import CHINESE, CONTAINER, ENGLISH, JAPANESE, archive, docx, epub, page, pdf

MEGABYTE = 2**20
# The shipped limits, but for what would make the test slow: bombs are smaller, and patience is shorter.
LIMITS = Limits(unpacked_bytes=50 * MEGABYTE, seconds=4, seconds_per_megabyte=0)
ZEROS = b"0" * (60 * MEGABYTE)


def mail(*parts: str, boundary: str = "B") -> bytes:
    head = f'Subject: Cranes\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="{boundary}"\n\n'
    return (head + "".join(f"--B\n{part}\n" for part in parts)).encode()


def nested_mail(depth: int) -> bytes:
    heads = (f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(depth))
    return ("Subject: deep\n" + "".join(heads) + f"Content-Type: text/plain\n\n{ENGLISH}\n").encode()


def bare_pdf(*objects: str | bytes) -> bytes:
    """A PDF of these objects without a table of them, as damaged ones are."""
    packed = (one if isinstance(one, bytes) else one.encode() for one in objects)
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(packed, 1))
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R >>\n%%EOF"


def stream_of(data: bytes) -> bytes:
    packed = zlib.compress(data)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)


def with_document(xml: str) -> bytes:
    """A Word document with another main part."""
    with ZipFile(BytesIO(docx([ENGLISH]))) as packed:
        parts: dict[str, str | bytes] = {name: packed.read(name) for name in packed.namelist()}
    return archive({**parts, "word/document.xml": xml})


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BILLION = f'<!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]>'
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SECRET = '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]>'

REPORTED: Mapping[str, tuple[bytes, str]] = {
    # archives
    "bomb.docx": (archive({"word/document.xml": ZEROS}), "more than 52,428,800; look inside before using it"),
    "bomb.epub": (archive({"a.xhtml": ZEROS}), "more than 52,428,800; look inside before using it"),
    "many.epub": (archive({str(n): b"" for n in range(20_001)}), "20,001 parts that expand to 0 bytes"),
    "bomb.jsonl.gz": (gzip.compress(ZEROS), "unpacks to more than 200 times its size; unpack it and look inside"),
    "cut.jsonl.gz": (gzip.compress(os.urandom(9999).hex().encode())[:5000], "damaged after line"),
    "cut.docx": (docx([ENGLISH])[:3000], "damaged (File is not a zip file); fetch it again, or save it anew"),
    "renamed.docx": (archive({"cranes.txt": ENGLISH}), "no Word document"),
    "old.docx": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "protected by a password, or an old .doc; save it"),
    "laughs.docx": (
        with_document(f'{BILLION}<w:document xmlns:w="{W}"><w:body>&l11;</w:body></w:document>'),
        "damaged",
    ),
    "deep.docx": (
        with_document(f'<w:document xmlns:w="{W}"><w:body>{"<w:sdt>" * 5000}{"</w:sdt>" * 5000}</w:body></w:document>'),
        "damaged",
    ),
    "lies.epub": (
        archive({"META-INF/container.xml": CONTAINER * 9}).replace(
            len(CONTAINER * 9).to_bytes(4, "little"), (10).to_bytes(4, "little")
        ),
        "damaged",
    ),
    "outside.epub": (
        epub({"../../../etc/passwd": ""}),
        "no ../../etc/passwd inside; fetch it again, or save it as .html",
    ),
    # PDF
    "locked.pdf": (pdf([[ENGLISH]], password="quay"), "encrypted; open it with its password and save it without"),
    "cut.pdf": (pdf([[ENGLISH] * 30] * 30)[:900], "damaged"),
    "scan.pdf": (pdf([[]]), "no text on its 1 pages, a scan; run OCR over it (ocrmypdf) and index that"),
    "loop.pdf": (
        bare_pdf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"),
        "damaged",
    ),
    "bomb.pdf": (
        bare_pdf(
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
            stream_of(b" " * (100 * MEGABYTE)),
        ),
        "damaged",
    ),
    "text.pdf": (ENGLISH.encode(), "damaged"),
    # web pages
    "deep.html": (f"<html><body>{'<div>' * 3000}{ENGLISH}".encode(), "nested more than 2,048 elements deep; save"),
    "waits.html": (
        page("").replace(ENGLISH, "").encode() + b"<script>" + b"x" * 200_000 + b"</script>",
        "a script fetches the rest: save the page from the browser once it shows its text",
    ),
    "picture.html": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 9, "binary, not text (a NUL at byte 8); save its text"),
    "slow.html": (
        ("<body>" + "".join(f"<p>Crane number {n} of {n * n % 997}</p>" for n in range(90_000))).encode(),
        "not read within 4 seconds; save its text as .txt, or take it away",
    ),
    "frames.html": (b"<frameset><frame src='a.html'></frameset>", "empty; check what it should hold"),
    # mail
    "deep.eml": (nested_mail(3000), "damaged (RecursionError"),
    "empty.eml": (b"Subject: Cranes\n\n", "empty; check what it should hold, or take it away"),
    "page.mhtml": (mail("Content-Type: image/png\n\nx"), "no web page inside; save the page anew from the browser"),
    # rows
    "cell.csv": (f'text\n"{"crane " * 1_800_000}"\n'.encode(), "10,799,999 characters, more than 10,000,000; split it"),
    "column.csv": (
        b"id,body\n1,b\n",
        "no column `text` (it has: id, body); name the column with the articles' text so",
    ),
    "open.csv": (f'text\n"{ENGLISH}\n'.encode(), "open.csv:2: not CSV (unexpected end of data); mend or drop this row"),
    "nul.csv": (f"text\n{ENGLISH}\x00{ENGLISH}\x00\n".encode(), "binary, not text (a NUL at byte"),
    "deep.jsonl": (b"[" * 200_000, "deep.jsonl:1: not JSON (maximum recursion depth exceeded"),
    "line.jsonl": (b'{"text": "' + b"crane " * (9 * MEGABYTE) + b'"}', "longer than 41,943,040 bytes; split it"),
    "digits.jsonl": (b'{"id": ' + b"9" * 5000 + b', "text": "a"}', "digits.jsonl:1: not JSON (Exceeds the limit"),
    "list.jsonl": (b'["text"]', "no JSON object; a line is"),
    # text
    "line.txt": (b"crane " * (9 * MEGABYTE), "56,623,104 bytes, more than 40,000,000; split it into its articles"),
    "empty.txt": (b"", "empty; check what it should hold, or take it away"),
    "mark.txt": (b"\xef\xbb\xbf", "empty; check what it should hold, or take it away"),
    "spaces.md": (b" \n\t\n" * 99, "empty; check what it should hold, or take it away"),
    "unseen.txt": (("\u200b\u202e\u2066\U000e0041" * 99).encode(), "empty; check what it should hold"),
    "nul.txt": (f"{ENGLISH}\x00{ENGLISH}\x00".encode(), "binary, not text (a NUL at byte"),
    "controls.txt": (b"\x01\x02\x03text" * 99, "binary, not text (control characters); save its text as UTF-8"),
    "short.txt": ("港口".encode("gb18030"), "; save it as UTF-8 and index it again"),
    "login.txt": (b"Please log in.", "hardly any text (11 letters); check what it should hold, or take it away"),
    "program.exe": (b"MZ", "not of a kind that is read; convert it to one of .txt .md"),
}

# Name to data, and what the draft holds: its whole text, its title.
INDEXED: Mapping[str, tuple[bytes, str, str | None]] = {
    # characters
    "turned.txt": (f"\u202e{ENGLISH}\u202c\u200f".encode(), ENGLISH, None),
    "hidden.txt": ((ENGLISH + "".join(chr(0xE0000 + ord(c)) for c in "obey me")).encode(), ENGLISH, None),
    "surrogates.jsonl": (
        b'{"text": "' + ENGLISH.encode() + b'\\ud83d", "title": "\\ude00"}',
        f"{ENGLISH}\ufffd",
        "\ufffd",
    ),
    "marks.txt": (f"{ENGLISH} a{chr(0x301) * 5000}".encode(), f"{ENGLISH} á{chr(0x301) * 4999}", None),
    "ends.txt": (ENGLISH.replace(". ", ".\r").encode() + b"\x0c\x0b", ENGLISH.replace(". ", ".\n"), None),
    "nonchars.txt": (f"{ENGLISH}\uffff\ufdd0\U0010ffff".encode(), ENGLISH, None),
    "wide.txt": (f"\u3000\u3000{CHINESE}\u00a0".encode(), CHINESE, None),
    "unmarked16.txt": (f"{JAPANESE}\n".encode("utf-16-be"), JAPANESE, None),
    "page.txt": (f"<script>alert(1)</script>{ENGLISH}".encode(), f"<script>alert(1)</script>{ENGLISH}", None),
    # front matter
    "script.md": (
        f"---\ntitle: <script>alert(1)</script>\x1b[31m\n---\n{ENGLISH}".encode(),
        ENGLISH,
        "<script>alert(1)</script>[31m",
    ),
    "aliases.md": (
        (
            "---\na0: &a0 ha\n"
            + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 99))
            + "---\n"
            + ENGLISH
        ).encode(),
        ENGLISH,
        None,
    ),
    "rule.md": (b"---\n" * 5000 + ENGLISH.encode(), "---\n" * 5000 + ENGLISH, None),
    # web pages
    "script.html": (
        f"<title><script>alert(1)</script>Cranes</title><p>{ENGLISH}</p>".encode(),
        ENGLISH,
        "<script>alert(1)</script>Cranes",
    ),
    "open.html": (f"<html><body>{'<b>' * 600}{ENGLISH}".encode(), ENGLISH, None),
    "comment.html": (f"<p>{ENGLISH}</p><!-- never closed <p>hidden".encode(), ENGLISH, None),
    "attribute.html": (f'<p data-x="{"x" * MEGABYTE}">{ENGLISH * 3}</p>'.encode(), ENGLISH * 3, None),
    "references.html": (f"<p>{ENGLISH}&#0;&#xd800;&#x110000;&#1;</p>".encode(), ENGLISH + "\ufffd" * 3, None),
    "seven.html": (
        f'<meta charset="utf-7"><p>{ENGLISH} +ADw-script+AD4-</p>'.encode(),
        f"{ENGLISH} +ADw-script+AD4-",
        None,
    ),
    "liar.html": (f'<meta charset="utf-16"><p>{CHINESE}</p>'.encode(), CHINESE, None),
    "entity.xhtml": (f"{SECRET}<html><body><p>{ENGLISH} &x;</p></body></html>".encode(), f"{ENGLISH} &x;", None),
    # documents
    "entity.docx": (
        with_document(
            f'{SECRET}<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>{ENGLISH}&x;</w:t></w:r></w:p></w:body>'
            "</w:document>"
        ),
        ENGLISH,
        None,
    ),
    "title.pdf": (pdf([[ENGLISH]], title="<img src=x onerror=alert(1)>"), ENGLISH, "<img src=x onerror=alert(1)>"),
    "tail.pdf": (pdf([[ENGLISH]]) + b"\x00" * 9999, ENGLISH, None),
    # mail
    "boundary.eml": (
        mail(f"Content-Type: text/plain\n\n{ENGLISH}", boundary="other"),
        f"--B\nContent-Type: text/plain\n\n{ENGLISH}",
        "Cranes",
    ),
    "open.eml": (mail(f"Content-Type: text/plain\n\n{ENGLISH}"), ENGLISH, "Cranes"),
    "charset.eml": (mail(f"Content-Type: text/plain; charset=x-none\n\n{CHINESE}"), CHINESE, "Cranes"),
    "heads.eml": (
        b"Subject: =?x?y?z?=\nDate: never\nFrom: @@\n\n" + ENGLISH.encode(),
        ENGLISH,
        "=?x?y?z?=",
    ),
    # rows
    "twice.jsonl": (b'{"text": "no", "text": ' + json.dumps(ENGLISH).encode() + b', "x": NaN}', ENGLISH, None),
    "quotes.csv": (f'text,title\n"{ENGLISH}","=cmd|\' /C calc\'!A0"\n'.encode(), ENGLISH, "=cmd|' /C calc'!A0"),
    "long.csv": (f'text\n"{"crane " * 1_600_000}"\n'.encode(), ("crane " * 1_600_000).strip(), None),
}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[Draft | UnreadableFile]]:
    """What one run over all of it gave, by the name of the file."""
    folder = tmp_path_factory.mktemp("nasty")
    inputs = {name: data for name, (data, _) in REPORTED.items()} | {
        name: data for name, (data, _, _) in INDEXED.items()
    }
    for name, data in inputs.items():
        (folder / name).write_bytes(data)
    found = defaultdict(list)
    for one in read_paths([folder], LIMITS):
        place = one.path if isinstance(one, Draft) else str(one)
        found[place.removeprefix(f"{folder.as_posix()}/").partition(":")[0]].append(one)
    return found


@pytest.mark.parametrize("name", REPORTED)
def test_reported(name: str, outcome: Mapping[str, list[Draft | UnreadableFile]]) -> None:
    (error,) = outcome[name]
    assert isinstance(error, UnreadableFile)
    assert REPORTED[name][1] in str(error)
    assert "\n" not in str(error)
    assert len(str(error)) < 600


@pytest.mark.parametrize("name", INDEXED)
def test_indexed(name: str, outcome: Mapping[str, list[Draft | UnreadableFile]]) -> None:
    (draft,) = outcome[name]
    assert isinstance(draft, Draft), draft
    assert (draft.text, draft.title) == INDEXED[name][1:]
    assert settle(draft.text) == draft.text


def test_nothing_else_came_of_it(outcome: Mapping[str, list[Draft | UnreadableFile]]) -> None:
    assert outcome.keys() == {*REPORTED, *INDEXED}
    assert len(outcome) >= 40


LETTERS = frozenset({"L", "M", "N"})


def kept(text: str) -> str:
    """The letters, marks and digits alone, in their order."""
    return normalize("NFC", "".join(character for character in text if category(character)[0] in LETTERS))


@given(
    st.text()
    | st.lists(st.sampled_from([ENGLISH, CHINESE, JAPANESE, "Home", "分享", "- a\r", "\u2028", ""])).map("\n".join)
)
def test_no_character_is_lost_or_moved_on_the_way_to_passages(raw: str) -> None:
    article = to_article(Draft(raw, "any.txt"))
    assert article.text == settle(raw)
    assert kept(article.text) == kept(raw)
    passages = split_passages(article.text, article.sentences, article.boilerplate, len, 80, 20)
    covered = {at for span in (*article.sentences, *article.boilerplate) for at in range(span.start, span.end)}
    assert all(at in covered or character.isspace() for at, character in enumerate(article.text))
    read_again = {at for span in passages for at in range(span.start, span.end)}
    assert all(at in read_again for span in article.sentences for at in range(span.start, span.end))
    assert all(span.of(article.text) == article.text[span.start : span.end] != "" for span in passages)


def named(folder: Path) -> Iterator[tuple[str, str]]:
    """The end of each path under `folder` that was read, and "" or what is the matter with it."""
    for one in read_paths([folder], LIMITS):
        place, _, problem = (f"{one.path}: " if isinstance(one, Draft) else str(one)).partition(": ")
        yield place.removeprefix(f"{folder.as_posix()}/"), problem


def test_links_and_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ENGLISH)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/up").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to("self.txt")
    (tmp_path / "gone.txt").symlink_to("nothing.txt")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.txt")
    not_a_file = "a pipe or a device, not a file; save what comes out of it as a file"
    assert list(named(tmp_path)) == [
        ("a.txt", ""),
        ("gone.txt", "cannot be opened (No such file or directory); check its permissions"),
        ("pipe.txt", not_a_file),
        ("self.txt", "cannot be opened (Too many levels of symbolic links); check its permissions"),
        ("zero.txt", not_a_file),
    ]


def test_names(tmp_path: Path) -> None:
    for name in (b"two\nlines\x1b.txt", b"\xff\xfe.txt", b"n" * 251 + b".txt", "港".encode() * 80 + b".txt"):
        (tmp_path / os.fsdecode(name)).write_text(ENGLISH)
    assert sorted(named(tmp_path)) == [
        ("n" * 251 + ".txt", ""),
        ("two lines\x1b.txt", ""),
        ("港" * 80 + ".txt", ""),
        ("\ufffd\ufffd.txt", ""),
    ]


def test_folders_in_folders_in_folders(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 300)
    deep.mkdir(parents=True)
    (deep / "a.txt").write_text(ENGLISH)
    (tmp_path / "z.txt").write_text(ENGLISH)
    problem = "more than 200 folders deep; move it up and index it by itself"
    assert list(named(tmp_path)) == [("/".join(["d"] * 200), problem), ("z.txt", "")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read(tmp_path: Path) -> None:
    for name in ("a.txt", "b.html", "c.jsonl"):
        (tmp_path / name).write_text(ENGLISH)
        (tmp_path / name).chmod(0)
    assert [problem for _, problem in named(tmp_path)] == [
        "cannot be opened (Permission denied); check its permissions"
    ] * 3


def test_dates_that_cannot_be_are_none(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(docx([ENGLISH], created=datetime(1601, 1, 1)))
    (tmp_path / "b.eml").write_bytes(f"Date: Mon, 1 Jan 1601 00:00:00 +0000\n\n{ENGLISH}".encode())
    (tmp_path / "c.html").write_text(page("", '<meta name="date" content="9999-12-31">'))
    drafts = [one for one in read_paths([tmp_path], LIMITS) if isinstance(one, Draft)]
    assert [(draft.published, draft.updated) for draft in drafts] == [(None, None)] * 3
