"""Writing a library as a transaction: kills, full disks, two writers, many readers, and that nothing is left behind."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from index.errors import LibraryError
from index.library import Library, Manifest, hold, read_manifest
from index.snapshot import drop_older, sole_writer, take_over, write_whole
from index.update import index_paths
from index.verify import verify
from qa.assistant import Assistant
from tests.fake_embedder import FakeEmbedder
from tests.fake_reader import FakeReader
from tests.nursery import ADDED, STATES, Order, nursery, take_step, text_of, write_articles

KILLS = 100

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked and killed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the steps find their articles and make their library."""
    write_articles(tmp_path)
    return tmp_path


@pytest.fixture
def order(folder: Path) -> Iterator[Order]:
    """`order(first=0, seconds=0.1)` has the nursery do that in `folder`, and gives its answer."""
    with nursery(folder) as give:
        yield give


def texts_in(library: Path) -> dict[str, str]:
    """Id to text, of a library that is whole: every quote is its slice, and is found by its vector and its words."""
    opened = Library.open(library)
    verify(opened)
    texts = {article.id: article.text for article in opened.table.articles()}
    for name, text in texts.items():
        passages = opened.table.passages_of(name)
        assert passages
        assert all(passage.text == text[passage.span.start : passage.span.end] for passage in passages)
        for passage in passages:
            vector = FakeEmbedder().embed_question(f"{opened.article(name).title}\n{passage.text}")
            assert opened.vectors[passage.language].vector(passage.row).tolist() == vector.tolist()
    return texts


def steps_taken(library: Path, at_least: int) -> int:
    """How many steps the library has seen: as many as ended, or the one that was under way too."""
    if at_least == 0 and read_manifest(library) is None:
        return 0
    texts = texts_in(library)
    old, new = (STATES[(at_least + step) % 3] for step in (-1, 0))
    assert texts in ([old, new] if at_least else [new])
    return at_least + (texts == new)


def test_killed_at_any_moment_the_library_is_the_old_or_the_new_one(folder: Path, order: Order) -> None:
    moments = random.Random(6)
    assert order(first=0, steps=3)["done"] == 3
    started = time.monotonic()
    taken = 3 + order(first=3, steps=3)["done"]
    cycle = time.monotonic() - started
    assert taken == 6
    unfinished = 0
    for _ in range(KILLS):
        # From the first moments of a step to the middle of the second after it; on a busy machine not so far.
        ended = taken + order(first=taken, seconds=moments.uniform(0, min(cycle / 2, 0.4)))["done"]
        taken = steps_taken(folder / "library", ended)
        unfinished += ended == taken
    # Had the kills come at the ends of steps they would show nothing.
    assert unfinished > KILLS / 2
    assert order(first=taken, steps=1) == {"done": 1, "said": ""}
    assert steps_taken(folder / "library", taken + 1) == taken + 1
    left = {path.name for path in (folder / "library").iterdir()}
    assert left == {".lock", "manifest.json", "last-run.json", f"snapshot-{taken + 1}"}


def test_a_first_run_that_is_killed_leaves_no_library_or_a_whole_one(folder: Path, order: Order) -> None:
    started = time.monotonic()
    order(first=0, steps=1)
    whole = time.monotonic() - started
    moments = random.Random(7)
    for number in range(10):
        place = folder / f"first-{number}"
        place.mkdir()
        write_articles(place)
        ended = order(folder=str(place), first=0, seconds=moments.uniform(0, whole))["done"]
        taken = steps_taken(place / "library", ended)
        take_step(taken, place)
        assert texts_in(place / "library") == STATES[taken % 3]


@pytest.mark.parametrize("size", [0, 1_000, 5_000, 20_000, 40_000])
def test_a_file_that_cannot_grow_leaves_the_library(folder: Path, order: Order, size: int) -> None:
    take_step(0, folder)
    answer = order(first=1, bytes=size)
    assert answer["done"] == 0
    assert answer["said"].startswith(f"cannot write to {folder / 'library'}: ")
    assert answer["said"].endswith("; the library is as it was, index again when this is mended")
    assert texts_in(folder / "library") == ADDED
    assert order(first=1, steps=1)["done"] == 1
    assert texts_in(folder / "library") == STATES[1]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_full_disk_leaves_the_library(small_disk: Path) -> None:
    write_articles(small_disk)
    take_step(0, small_disk)
    refused = 0
    for free in range(0, 300_000, 20_000):
        filler = small_disk / "filler"
        room = os.statvfs(small_disk)
        filler.write_bytes(bytes(max(0, room.f_bavail * room.f_frsize - free)))
        try:
            take_step(1, small_disk)
        except LibraryError as error:
            refused += 1
            assert str(error).startswith(f"cannot write to {small_disk / 'library'}: ")  # noqa: PT017 (some take it)
            assert texts_in(small_disk / "library") == ADDED
        else:
            break
        finally:
            filler.unlink()
    assert refused > 3
    assert texts_in(small_disk / "library") == STATES[1]


READERS = 16


def edition(library: Path, number: int) -> None:
    """Index every article anew, each in that edition."""
    rows = library.parent / "rows.jsonl"
    lines = [json.dumps({"id": name, "title": name, "text": text_of(name, number)}) for name in ADDED]
    rows.write_text("\n".join(lines), "utf-8")
    index_paths(library, [rows], FakeEmbedder())


def ask_until(ended: Event, library: Path) -> set[int]:
    """Ask again and again, opening the library each time; gives the editions that were met."""
    met = set()
    while not ended.is_set():
        opened = Library.open(library)
        (here,) = {number for number in range(11) if opened.article("abel").text == text_of("abel", number)}
        assert {article.text for article in opened.table.articles()} == {text_of(name, here) for name in ADDED}
        answer = Assistant(opened, FakeEmbedder(), FakeReader()).ask("How many cranes did the port of Berg buy?")
        for citation in answer.citations:
            assert citation.quote.text in text_of(citation.quote.article.id, here)
        assert answer.consulted
        assert all(found.hit.passage.text in text_of(found.article.id, here) for found in answer.consulted)
        met.add(here)
    return met


def test_readers_see_no_error_and_no_mixed_state_while_the_library_is_indexed(tmp_path: Path) -> None:
    library, ended = tmp_path / "library", Event()
    edition(library, 0)
    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(ask_until, ended, library) for _ in range(READERS)]
        try:
            for number in range(1, 11):
                edition(library, number)
        finally:
            ended.set()
    assert len(set.union(*(reader.result() for reader in readers))) > 1
    edition(library, 3)
    assert len(list(library.glob("snapshot-*"))) == 1


def test_the_second_writer_is_told_who_the_first_is(tmp_path: Path) -> None:
    with sole_writer(tmp_path / "library", "kept"):
        (tmp_path / "library/manifest.json").write_text("{}")
        with (
            pytest.raises(
                LibraryError,
                match=rf"^another quotedesk is writing to .*/library \(process {os.getpid()} on .+, since "
                r"\d\d:\d\d:\d\d\); wait until it has ended$",
            ),
            sole_writer(tmp_path / "library", "kept"),
        ):
            pass
        (tmp_path / "library/manifest.json").unlink()
    assert not (tmp_path / "library").exists()


def test_a_new_folder_stays_for_what_is_kept_in_it(tmp_path: Path) -> None:
    with sole_writer(tmp_path / "library", "kept"):
        (tmp_path / "library/kept").write_text("hours of work")
    assert sorted(path.name for path in (tmp_path / "library").iterdir()) == [".lock", "kept"]


def test_taking_over_is_one_step(tmp_path: Path) -> None:
    take_over(tmp_path, Manifest("fake", 16, 200, 40, snapshot=3))
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]
    assert read_manifest(tmp_path) == Manifest("fake", 16, 200, 40, snapshot=3)


def test_a_small_file_is_written_whole(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.json", "first")
    write_whole(tmp_path / "a.json", "第二")
    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [("a.json", "第二")]


def test_older_snapshots_go_when_nobody_holds_them(tmp_path: Path) -> None:
    for number in (1, 2, 3, 4):
        (tmp_path / f"snapshot-{number}").mkdir()
        (tmp_path / f"snapshot-{number}/articles.sqlite").touch()
    held = hold(tmp_path / "snapshot-2")
    assert held is not None
    drop_older(tmp_path, Manifest("fake", 16, 200, 40, snapshot=3))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["snapshot-2", "snapshot-3"]
    os.close(held)
    drop_older(tmp_path, Manifest("fake", 16, 200, 40, snapshot=3))
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot-3"]
