"""Names of files that strangers choose: whatever they are, the file lies in its folder and keeps its kind."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import LibraryError, UnreadableFile
from index.library import Library
from tests.fake_embedder import FakeEmbedder
from ui.chat.upload import add_files, safe_name, uploads_folder

MakeLibrary = Callable[[dict[str, str]], Path]
LAMP = "The lamp at the harbour was lit again on Friday evening after eleven years."
PIER = "The pier was closed on Monday after a storm had torn away forty of its planks."


@pytest.fixture
def library(make_library: MakeLibrary) -> Path:
    return make_library({"lamp.txt": LAMP})


def handed(folder: Path, name: str, text: str) -> Path:
    file = folder / "handed" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def test_files_are_kept_and_indexed(library: Path, tmp_path: Path, embedder: FakeEmbedder) -> None:
    steps: list[str] = []
    files = [handed(tmp_path, "pier.txt", PIER), handed(tmp_path, "empty.txt", "")]
    report = add_files(library, embedder, files, lambda stage, *_: steps.append(stage))
    assert report.added == ["pier"]
    assert len(report.failed) == 1
    assert Library.open(library).article("pier").text == PIER
    assert (uploads_folder(library) / "pier.txt").read_text("utf-8") == PIER
    assert set(steps) == {"reading", "embedding", "copies", "words"}


def test_a_file_of_the_same_name_takes_the_others_place(library: Path, tmp_path: Path, embedder: FakeEmbedder) -> None:
    add_files(library, embedder, [handed(tmp_path, "pier.txt", PIER)])
    report = add_files(library, embedder, [handed(tmp_path, "pier.txt", f"{PIER} It opens in May.")])
    assert report.updated == ["pier"]
    assert Library.open(library).size() == 2


def test_what_cannot_be_indexed_leaves_what_was_there(library: Path, tmp_path: Path, embedder: FakeEmbedder) -> None:
    add_files(library, embedder, [handed(tmp_path, "pier.txt", PIER)])
    with pytest.raises(UnreadableFile, match="empty"):
        add_files(library, embedder, [handed(tmp_path, "pier.txt", ""), handed(tmp_path, "new.txt", "")])
    assert [file.name for file in uploads_folder(library).iterdir()] == ["pier.txt"]
    assert (uploads_folder(library) / "pier.txt").read_text("utf-8") == PIER
    assert Library.open(library).article("pier").text == PIER


def test_two_files_of_one_name_that_cannot_be_indexed_leave_none(
    library: Path, tmp_path: Path, embedder: FakeEmbedder
) -> None:
    empty = handed(tmp_path, "new.txt", "")
    with pytest.raises(UnreadableFile, match="empty"):
        add_files(library, embedder, [empty, empty])
    assert list(uploads_folder(library).iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(library: Path, tmp_path: Path, embedder: FakeEmbedder) -> None:
    uploads_folder(library).write_text("in the way")
    with pytest.raises(LibraryError, match=r"cannot keep files in .*make room there, and add them again"):
        add_files(library, embedder, [handed(tmp_path, "pier.txt", PIER)])


@pytest.mark.parametrize("name", ["report.txt", "2024-05.report.html", "芯片.md", "wire.jsonl.gz", "a_b-c.jsonl"])
def test_a_safe_name_stays_as_it_is(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("../../etc/passwd.txt", r"passwd-[0-9a-f]{6}\.txt"),
        (r"C:\articles\bridge.html", r"bridge-[0-9a-f]{6}\.html"),
        ("a b.txt", r"a-b-[0-9a-f]{6}\.txt"),
        (".htaccess", r"htaccess-[0-9a-f]{6}"),
        ("..", r"article-[0-9a-f]{6}"),
        ("", r"article-[0-9a-f]{6}"),
        ("\x00.txt", r"article-[0-9a-f]{6}\.txt"),
        ("a" * 300 + ".jsonl.gz", r"a{40}-[0-9a-f]{6}\.jsonl\.gz"),
    ],
)
def test_any_other_name_is_made_safe_and_stays_apart(name: str, pattern: str) -> None:
    assert re.fullmatch(pattern, safe_name(name))


@given(st.text())
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    safe = safe_name(name)
    assert Path(safe).name == safe
    assert not safe.startswith(".")
    assert len(safe.encode()) <= 255


def test_the_folder_lies_beside_the_library() -> None:
    assert uploads_folder(Path("a/b.library")) == Path("a/b.library.uploads")
