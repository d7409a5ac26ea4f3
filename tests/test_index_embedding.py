"""What is embedded and what is not: changed passages alone, nothing twice, nothing again after an interruption."""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.embedder import Vectors
from index.errors import LibraryError
from index.library import Library
from index.update import index_paths
from tests.fake_embedder import FakeEmbedder

PARAGRAPHS = [" ".join([word] * 120).capitalize() + "." for word in ("chips", "harbour", "factory", "cranes")]


class Interrupted(FakeEmbedder):
    """Embeds `batches`, then is interrupted."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.batches = batches

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if not self.batches:
            raise KeyboardInterrupt
        self.batches -= 1
        return super().embed_passages(texts)


class Retrained(FakeEmbedder):
    """Another model under the same name."""

    def embed_question(self, text: str) -> Vectors:
        return np.roll(super().embed_question(text), 1)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two passages in a batch, three in memory when they are written."""
    monkeypatch.setattr("index.embedding._AT_ONCE", 2)
    monkeypatch.setattr("index.embedding._WRITTEN_AT_ONCE", 3)


def rows(tmp_path: Path, *texts: str, title: str = "News") -> Path:
    """A file with an article for each text, "n0", "n1" and so on."""
    lines = [json.dumps({"id": f"n{number}", "title": title, "text": text}) for number, text in enumerate(texts)]
    (tmp_path / "rows.jsonl").write_text("\n".join(lines), "utf-8")
    return tmp_path / "rows.jsonl"


def embedded(library: Path, file: Path) -> list[str]:
    """The texts, less their titles, that indexing `file` has embedded."""
    embedder = FakeEmbedder()
    index_paths(library, [file], embedder)
    return [text.partition("\n")[2] for text in embedder.embedded]


def assert_right_vectors(library: Path) -> None:
    opened = Library.open(library)
    for language in opened.languages():
        for passage in opened.table.passages_in(language):
            text = f"{opened.article(passage.article).title}\n{passage.text}"
            expected = FakeEmbedder().embed_question(text)
            assert opened.vectors[language].vector(passage.row).tolist() == expected.tolist()


def test_of_an_edited_article_only_the_changed_passage_is_embedded(tmp_path: Path) -> None:
    library = tmp_path / "library"
    assert embedded(library, rows(tmp_path, "\n\n".join(PARAGRAPHS))) == PARAGRAPHS
    edited = [*PARAGRAPHS[:2], "Ferries " * 120 + ".", PARAGRAPHS[3]]
    assert embedded(library, rows(tmp_path, "\n\n".join(edited))) == [edited[2]]
    assert_right_vectors(library)


def test_a_new_title_changes_every_passage_of_the_article(tmp_path: Path) -> None:
    library = tmp_path / "library"
    embedded(library, rows(tmp_path, "\n\n".join(PARAGRAPHS)))
    assert embedded(library, rows(tmp_path, "\n\n".join(PARAGRAPHS), title="Other news")) == PARAGRAPHS
    assert_right_vectors(library)


def test_a_text_that_stands_twice_is_embedded_once(tmp_path: Path) -> None:
    library = tmp_path / "library"
    assert embedded(library, rows(tmp_path, *PARAGRAPHS[:3], PARAGRAPHS[0])) == PARAGRAPHS[:3]
    assert_right_vectors(library)


def test_a_passage_that_comes_back_in_another_article_is_not_embedded_again(tmp_path: Path) -> None:
    library = tmp_path / "library"
    embedded(library, rows(tmp_path, *PARAGRAPHS))
    assert embedded(library, rows(tmp_path, *reversed(PARAGRAPHS))) == []
    assert_right_vectors(library)


@pytest.mark.parametrize("is_first_run", [True, False])
def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path, is_first_run: bool) -> None:
    library = tmp_path / "library"
    if not is_first_run:
        embedded(library, rows(tmp_path, "The ferry to the island no longer sails at night."))
    file = rows(tmp_path, *PARAGRAPHS)
    with pytest.raises(KeyboardInterrupt):
        index_paths(library, [file], Interrupted(1))
    assert (library / "embedded.sqlite").exists()
    assert not list(library.glob("snapshot-2"))
    assert embedded(library, file) == PARAGRAPHS[2:]
    assert_right_vectors(library)
    assert not (library / "embedded.sqlite").exists()


def test_what_another_embedder_kept_is_not_used(tmp_path: Path) -> None:
    library, file = tmp_path / "library", rows(tmp_path, *PARAGRAPHS)
    other = Interrupted(1)
    other.name = "other"
    with pytest.raises(KeyboardInterrupt):
        index_paths(library, [file], other)
    assert embedded(library, file) == PARAGRAPHS
    assert_right_vectors(library)


def test_what_another_model_of_that_name_kept_is_not_used(tmp_path: Path) -> None:
    library, file = tmp_path / "library", rows(tmp_path, *PARAGRAPHS)
    with pytest.raises(KeyboardInterrupt):
        index_paths(library, [file], Interrupted(1))
    with sqlite3.connect(library / "embedded.sqlite") as database:
        database.execute("UPDATE embedder SET probe = ?", (np.roll(np.eye(1, 16, dtype=np.float32), 1).tobytes(),))
    assert embedded(library, file) == PARAGRAPHS


@pytest.mark.parametrize("damage", [b"torn" * 1000, b""])
def test_a_torn_file_of_what_was_kept_stands_in_nobodys_way(tmp_path: Path, damage: bytes) -> None:
    library, file = tmp_path / "library", rows(tmp_path, *PARAGRAPHS)
    with pytest.raises(KeyboardInterrupt):
        index_paths(library, [file], Interrupted(1))
    (library / "embedded.sqlite").write_bytes(damage)
    assert embedded(library, file) == PARAGRAPHS
    assert_right_vectors(library)


def test_another_model_under_the_same_name_is_told(tmp_path: Path) -> None:
    library = tmp_path / "library"
    embedded(library, rows(tmp_path, *PARAGRAPHS[:2]))
    with pytest.raises(
        LibraryError, match=r"^the embedder 'fake' gives other vectors now than when the library was made; index into "
    ):
        index_paths(library, [rows(tmp_path, *PARAGRAPHS)], Retrained())
    assert Library.open(library).size() == 2
    assert not (library / "embedded.sqlite").exists()
    assert embedded(library, rows(tmp_path, *PARAGRAPHS)) == PARAGRAPHS[2:]


def test_a_library_made_before_contents_were_noted_goes_on(tmp_path: Path) -> None:
    library = tmp_path / "library"
    embedded(library, rows(tmp_path, "\n\n".join(PARAGRAPHS), PARAGRAPHS[0]))
    with sqlite3.connect(library / "snapshot-1/articles.sqlite") as database:
        database.execute("DROP INDEX passages_by_content")
        database.execute("DROP INDEX articles_by_source")
        database.execute("ALTER TABLE passages DROP COLUMN content")
        database.execute("ALTER TABLE articles DROP COLUMN source")
        database.execute("DROP TABLE facts")
    assert Library.open(library).size() == 2
    # An unchanged article keeps its vectors, a changed one is embedded once more and is known from then on.
    edited = [*PARAGRAPHS[:3], "Ferries " * 120 + "."]
    assert embedded(library, rows(tmp_path, "\n\n".join(edited), PARAGRAPHS[0])) == edited
    assert embedded(library, rows(tmp_path, "\n\n".join(PARAGRAPHS), PARAGRAPHS[0])) == PARAGRAPHS[3:]
    assert_right_vectors(library)
