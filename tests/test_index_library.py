"""A library folder: what opening checks, what searching gives, and that an open one outlives a newer snapshot."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index.errors import LibraryError
from index.library import Library, Manifest, read_manifest
from index.types import Filter, Passage, Span
from index.update import index_paths
from tests.fake_embedder import FakeEmbedder

MakeLibrary = Callable[[dict[str, str]], Path]

CHIPS = "Chips\n\nChips, chips and semiconductors."
HARBOUR = (
    '{"id": "harbour", "title": "Harbour", "published": "2024-04-09", "text": "Port and harbour, port and harbour."}'
)
CHINESE = "芯片\n\n芯片、芯片、芯片、芯片、芯片、芯片、芯片、芯片、芯片、芯片。"
FILES = {"chips.txt": CHIPS, "harbour.jsonl": HARBOUR, "xinpian.txt": CHINESE}


@pytest.fixture
def folder(make_library: MakeLibrary) -> Path:
    return make_library(FILES)


def change_manifest(folder: Path, **fields: Any) -> None:
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | fields))


def test_what_a_library_says_of_itself(folder: Path) -> None:
    library = Library.open(str(folder))
    assert library.manifest == Manifest("fake", 16, 200, 40, snapshot=1, articles=3, passages=3, format=1)
    assert read_manifest(folder) == library.manifest
    assert library.folder == folder
    assert library.size() == 3
    assert library.languages() == {"en": 2, "zh": 1}
    assert library.date_range() == (date(2024, 4, 9), date(2024, 4, 9))
    assert library.article("harbour").title == "Harbour"


def test_vectors_are_searched_by_language(folder: Path, embedder: FakeEmbedder) -> None:
    library, question = Library.open(folder), embedder.embed_question("semiconductors")
    (hit,) = library.search_vectors(question, "en", 1, None)
    assert hit.passage.article == "chips"
    assert hit.found_by == "vectors"
    # The title is the body again: seven times "chip" or "semiconductor" on one axis, "and" twice on another.
    assert hit.score == pytest.approx(7 / 53**0.5, rel=1e-6)
    assert [hit.passage.article for hit in library.search_vectors(question, "zh", 5, None)] == ["xinpian"]


def test_words_are_searched_by_language(folder: Path) -> None:
    library = Library.open(folder)
    (hit,) = library.search_words(["semiconductor"], "en", 5, None)
    assert (hit.passage.article, hit.found_by) == ("chips", "words")
    assert hit.passage.text == hit.passage.span.of(library.article("chips").text)
    assert library.search_words(["芯片"], "en", 5, None) == []


def test_a_filter_admits_rows(folder: Path, embedder: FakeEmbedder) -> None:
    library = Library.open(folder)
    assert library.rows_admitted(Filter()) is None
    only = library.rows_admitted(Filter(since=date(2024, 4, 9)))
    assert only is not None
    assert (str(only.dtype), only.tolist()) == ("int64", [2])
    question = embedder.embed_question("chips")
    assert [hit.passage.article for hit in library.search_vectors(question, "en", 5, only)] == ["harbour"]
    assert library.search_words(["chip"], "en", 5, only) == []


def test_a_filter_that_admits_nothing_is_not_an_open_one(folder: Path, embedder: FakeEmbedder) -> None:
    library = Library.open(folder)
    only = library.rows_admitted(Filter(articles=frozenset()))
    assert only is not None
    assert (str(only.dtype), only.tolist()) == ("int64", [])
    assert library.search_vectors(embedder.embed_question("chips"), "en", 5, only) == []
    assert library.search_words(["chip"], "en", 5, only) == []


def test_cosines_are_the_scores_of_the_search(folder: Path, embedder: FakeEmbedder) -> None:
    library, question = Library.open(folder), embedder.embed_question("a port for chips")
    hits = [hit for language in ("en", "zh") for hit in library.search_vectors(question, language, 9, None)]
    assert len(hits) == 3
    assert library.cosines(question, [hit.passage for hit in hits]) == pytest.approx(
        {hit.passage: hit.score for hit in hits}, rel=1e-6
    )
    assert library.cosines(question, []) == {}


@pytest.mark.parametrize("name", ["nothing", "file.txt", "empty"])
def test_no_library_is_told_with_how_to_make_one(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("no folder")
    with pytest.raises(
        LibraryError,
        match=rf"^there is no library at (.*/{name}); make one with `quotedesk index PATH\.\.\. --library \1`$",
    ):
        Library.open(tmp_path / name)


@pytest.mark.parametrize(
    "manifest", [b"", b"{", b"\xff\xfe{}", b"[]", b"null", b'{"format": 1}', b'{"format": 1, "colour": "red"}']
)
def test_a_damaged_manifest_is_told(folder: Path, manifest: bytes) -> None:
    (folder / "manifest.json").write_bytes(manifest)
    with pytest.raises(
        LibraryError, match=r"/library/manifest\.json is damaged \(.+\); index the articles into a new folder$"
    ):
        Library.open(folder)


def test_a_manifest_that_cannot_be_read_is_told(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").mkdir()
    with pytest.raises(
        LibraryError, match=r"/library/manifest\.json is damaged \(.*Is a directory.*\); index the articles into a new "
    ):
        Library.open(folder)


def test_another_format_is_told(folder: Path) -> None:
    change_manifest(folder, format=2)
    with pytest.raises(
        LibraryError,
        match=r"/library is a library of format 2, this quotedesk reads format 1; index the articles into a new ",
    ):
        Library.open(folder)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (".", r"^.*/snapshot-1 is missing its articles; index the articles into a new folder$"),
        ("articles.sqlite", r"^.*/snapshot-1 is missing its articles; index the articles into a new folder$"),
        ("vectors-zh.faiss", r"^cannot read the vectors in .*/vectors-zh\.faiss: .*; index the articles into a new "),
        ("words-en", r"^cannot read the words in .*/words-en: .*; index the articles into a new folder$"),
        ("words-en/rows.npy", r"^cannot read the words in .*/words-en: .*; index the articles into a new folder$"),
    ],
)
def test_a_missing_file_is_told(folder: Path, name: str, message: str) -> None:
    gone = folder / "snapshot-1" / name
    if gone.is_dir():
        shutil.rmtree(gone)
    else:
        gone.unlink()
    with pytest.raises(LibraryError, match=message):
        Library.open(folder)


def test_damaged_articles_are_told(folder: Path) -> None:
    (folder / "snapshot-1/articles.sqlite").write_bytes(b"no database " * 100)
    with pytest.raises(LibraryError, match=r"^cannot read the articles in .*; index the articles into a new folder$"):
        Library.open(folder)


def test_an_open_library_goes_on_answering_from_its_own_snapshot(
    folder: Path, make_library: MakeLibrary, embedder: FakeEmbedder
) -> None:
    question = embedder.embed_question("chips")
    before = Library.open(folder)
    for text in ("Chips are gone, only a factory is left.", "Not even a factory is left there by now."):
        make_library({"chips.txt": text})
    assert sorted(path.name for path in folder.glob("snapshot-*")) == ["snapshot-1", "snapshot-3"]
    assert before.article("chips").text == CHIPS
    (hit,) = before.search_vectors(question, "en", 1, None)
    assert hit.passage == Passage(1, "chips", "en", Span(0, 39), CHIPS)
    assert [hit.passage.article for hit in before.search_words(["chip"], "en", 5, None)] == ["chips"]
    after = Library.open(folder)
    assert after.article("chips").text == "Not even a factory is left there by now."
    assert after.search_words(["chip"], "en", 5, None) == []


def test_a_snapshot_that_nobody_holds_any_more_is_taken_away(folder: Path, make_library: MakeLibrary) -> None:
    before = Library.open(folder)
    make_library({"chips.txt": "Chips are gone, only a factory is left."})
    assert sorted(path.name for path in folder.glob("snapshot-*")) == ["snapshot-1", "snapshot-2"]
    del before
    make_library({"chips.txt": "Not even a factory is left there by now."})
    assert [path.name for path in folder.glob("snapshot-*")] == ["snapshot-3"]


def test_a_library_taken_over_while_it_is_opened_is_opened_anew(
    folder: Path, make_library: MakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = read_manifest(folder)
    make_library({"chips.txt": "Chips are gone, only a factory is left."})
    newer = read_manifest(folder)
    said = iter((older, newer))
    monkeypatch.setattr("index.library.read_manifest", lambda _folder: next(said))
    assert Library.open(folder).article("chips").text == "Chips are gone, only a factory is left."


def test_two_indexings_of_the_same_give_the_same_library(tmp_path: Path, folder: Path, embedder: FakeEmbedder) -> None:
    index_paths(tmp_path / "other", [tmp_path / "articles"], embedder)
    one, other = Library.open(folder), Library.open(tmp_path / "other")
    assert one.manifest == other.manifest
    assert list(one.table.articles()) == list(other.table.articles())
