"""Files that are handed in: kept under their names, indexed in one run, and nothing lost when that fails."""

from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import LibraryError, UnreadableFile
from index.library import Library
from index.progress import Progress
from index.update import IndexReport
from tests.fake_embedder import FakeEmbedder
from ui.intake import add_files, steps_of, uploads_folder

MakeLibrary = Callable[[dict[str, str]], Path]
LAMP = "The lamp at the harbour was lit again on Friday evening after eleven years."
PIER = "The pier was closed on Monday after a storm had torn away forty of its planks."


def nothing(_stage: str, _done: int, _total: int | None) -> None:
    """For who does not watch."""


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
    assert set(steps) == {"reading", "embedding"}


def test_a_file_of_the_same_name_takes_the_others_place(library: Path, tmp_path: Path, embedder: FakeEmbedder) -> None:
    add_files(library, embedder, [handed(tmp_path, "pier.txt", PIER)], nothing)
    report = add_files(library, embedder, [handed(tmp_path, "pier.txt", f"{PIER} It opens in May.")], nothing)
    assert report.updated == ["pier"]
    assert Library.open(library).size() == 2


def test_what_cannot_be_indexed_leaves_what_was_there(library: Path, tmp_path: Path, embedder: FakeEmbedder) -> None:
    add_files(library, embedder, [handed(tmp_path, "pier.txt", PIER)], nothing)
    with pytest.raises(UnreadableFile, match="empty"):
        add_files(library, embedder, [handed(tmp_path, "pier.txt", ""), handed(tmp_path, "new.txt", "")], nothing)
    assert [file.name for file in uploads_folder(library).iterdir()] == ["pier.txt"]
    assert (uploads_folder(library) / "pier.txt").read_text("utf-8") == PIER
    assert Library.open(library).article("pier").text == PIER


def test_a_folder_that_cannot_be_made_is_told(library: Path, tmp_path: Path, embedder: FakeEmbedder) -> None:
    uploads_folder(library).write_text("in the way")
    with pytest.raises(LibraryError, match=r"cannot keep files in .*make room there, and add them again"):
        add_files(library, embedder, [handed(tmp_path, "pier.txt", PIER)], nothing)


def test_steps_are_told_before_the_report() -> None:
    report = IndexReport(added=["a"])

    def work(progress: Progress) -> IndexReport:
        progress("reading", 1, None)
        progress("embedding", 2, 2)
        return report

    *steps, last = steps_of(work)
    assert last is report
    assert steps[-1] == ("embedding", 2, 2)


def test_what_goes_wrong_is_raised_in_the_end() -> None:
    def work(progress: Progress) -> IndexReport:
        progress("reading", 1, None)
        raise UnreadableFile("nothing in it; take another")

    with pytest.raises(UnreadableFile, match="nothing in it"):
        list(steps_of(work))
