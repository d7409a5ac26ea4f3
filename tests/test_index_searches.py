"""Which files of a snapshot are written anew, and which it shares with the one before."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from index import vectors
from index.library import Library
from index.update import index_paths
from tests.fake_embedder import FakeEmbedder

ENGLISH = {"id": "chips", "text": "The chip factory by the river opened on Monday."}
CHINESE = {"id": "xinpian", "text": "河边的芯片工厂周一正式开业，雇用了四百多名当地的居民。"}
RENEWED = {"id": "xinpian", "text": "河边的芯片工厂周二正式开业，雇用了四百多名当地的居民。"}


def indexed(tmp_path: Path, *rows: dict[str, str]) -> Path:
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    index_paths(tmp_path / "library", [tmp_path / "rows.jsonl"], FakeEmbedder())
    return tmp_path / "library"


def files(library: Path, language: str) -> dict[str, int]:
    """Name to inode of each file that language is searched by."""
    snapshot = library / f"snapshot-{Library.open(library).manifest.snapshot}"
    found = [*snapshot.glob(f"vectors-{language}.*"), *(snapshot / f"words-{language}").iterdir()]
    return {file.name: file.stat().st_ino for file in found}


def test_a_language_in_which_nothing_changed_keeps_its_files(tmp_path: Path) -> None:
    library = indexed(tmp_path, ENGLISH, CHINESE)
    held = Library.open(library)
    before = {language: files(library, language) for language in ("en", "zh")}
    indexed(tmp_path, ENGLISH, RENEWED)
    assert files(library, "en") == before["en"]
    assert not set(files(library, "zh").values()) & set(before["zh"].values())
    assert held.article("xinpian").text == CHINESE["text"]
    assert Library.open(library).article("xinpian").text == RENEWED["text"]


def test_where_files_cannot_be_shared_they_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_arguments: Any) -> None:
        raise OSError(errno.EPERM, "this disk has no links")

    library = indexed(tmp_path, ENGLISH, CHINESE)
    monkeypatch.setattr(os, "link", no_links)
    held = Library.open(library)
    before = files(library, "en")
    indexed(tmp_path, ENGLISH, RENEWED)
    after = files(library, "en")
    assert after.keys() == before.keys()
    assert not set(after.values()) & set(before.values())
    assert held.search_words(["chip"], "en", 1, None) == Library.open(library).search_words(["chip"], "en", 1, None)


def test_where_vectors_are_many_they_have_lists_and_their_recall_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "MOST_EXACT", 11)
    english = [{"id": f"lot-{n}", "text": f"Lot {n} went to the {n}th bidder."} for n in range(12)]
    library = indexed(tmp_path, *english, CHINESE)
    before = files(library, "en")
    assert "vectors-en.ivf" in before
    assert "vectors-zh.ivf" not in files(library, "zh")
    assert recall(library) == {"en": 1.0}
    indexed(tmp_path, *english, RENEWED)
    assert files(library, "en") == before
    assert recall(library) == {"en": 1.0}
    monkeypatch.setattr(vectors, "MOST_EXACT", 20)
    indexed(tmp_path, *english, ENGLISH)
    assert "vectors-en.ivf" not in files(library, "en")
    assert recall(library) == {}


def test_a_library_without_lists_is_one_that_older_programs_read(tmp_path: Path) -> None:
    library = indexed(tmp_path, ENGLISH)
    assert "recall" not in json.loads((library / "manifest.json").read_text("utf-8"))
    assert Library.open(library).manifest.recall == {}


def recall(library: Path) -> dict[str, float]:
    return dict(Library.open(library).manifest.recall)
