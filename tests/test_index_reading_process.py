"""The process that reads: files go through one after the other, and what ends it costs only its file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import UnreadableFile
from index.reading.limits import Limits
from index.reading.process import ReadingProcess
from index.types import Draft
from tests.made_files import ENGLISH, page, pdf

SLOW = "<body>" + "".join(f"<p>Crane number {n} of {n * n % 997}</p>" for n in range(90_000))


def read(process: ReadingProcess, path: Path, data: str | bytes) -> list[Draft | str]:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    found = process.read(path, path.suffix, path.stat().st_size)
    return [str(one) if isinstance(one, UnreadableFile) else one for one in found]


@pytest.fixture
def process() -> Iterator[ReadingProcess]:
    """A process with little time."""
    process = ReadingProcess(Limits(seconds=2, seconds_per_megabyte=0))
    yield process
    process.close()


def test_one_file_after_the_other_and_one_that_takes_too_long(process: ReadingProcess, tmp_path: Path) -> None:
    (first,) = read(process, tmp_path / "a.html", page(""))
    assert isinstance(first, Draft)
    assert (first.id, first.title, first.path) == ("a", "Old cranes leave the harbour", f"{tmp_path.as_posix()}/a.html")
    assert read(process, tmp_path / "slow.html", SLOW) == [
        f"{tmp_path.as_posix()}/slow.html: not read within 2 seconds; save its text as .txt, or take it away"
    ]
    (last,) = read(process, tmp_path / "b.pdf", pdf([[ENGLISH]]))
    assert isinstance(last, Draft)
    assert last.text == ENGLISH


def test_a_process_that_cannot_start_is_no_files_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(
        UnreadableFile, match=r"a\.html: the process that reads it does not start; install quotedesk anew"
    ):
        read(ReadingProcess(Limits()), tmp_path / "a.html", page(""))


def test_memory_is_bounded(tmp_path: Path) -> None:
    process = ReadingProcess(Limits(memory_bytes=1))
    (error,) = read(process, tmp_path / "a.html", page(f"<p>{ENGLISH}</p>" * 50_000))
    process.close()
    assert str(error).startswith(f"{tmp_path.as_posix()}/a.html: ")
