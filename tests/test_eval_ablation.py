"""Each stage switched off does what it says, on a library small enough to see it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from eval.ablation import (
    WITHOUT,
    InOnePool,
    WithoutWords,
    read_first_sentences,
    read_without_vectors,
    unmarked,
    without_shared_words,
)
from eval.data_files import Dataset
from eval.suite import make_library
from index.library import Library
from index.types import Draft, Filter
from qa.question import understand
from qa.read import choose_passages, read
from qa.retrieve import Candidate, retrieve
from qa.types import Question
from tests.fake_embedder import FakeEmbedder

MakeLibrary = Callable[[dict[str, str]], Path]

CHIPS = "The chip factory opened on Monday. It cost 48 million dollars."
FILES = {
    "chips.txt": CHIPS,
    "copy.txt": CHIPS,
    "cranes.txt": "The harbour board moved four cranes.",
    "zh.txt": "河边的芯片工厂周一正式开业，雇用了四百多名当地的居民。",
}
QUESTION = "When did the chip factory open?"


@pytest.fixture
def folder(make_library: MakeLibrary) -> Path:
    return make_library(FILES)


@pytest.fixture
def asked() -> Question:
    return understand(QUESTION, QUESTION, Filter())


def candidates(library: Library, asked: Question, embedder: FakeEmbedder) -> list[Candidate]:
    return retrieve(asked, embedder.embed_question(QUESTION), library)


def test_without_words_nothing_is_found_by_them(folder: Path) -> None:
    assert [hit.passage.article for hit in Library.open(folder).search_words(["crane"], "en", 5, None)] == ["cranes"]
    assert WithoutWords.open(folder).search_words(["crane"], "en", 5, None) == []


def test_in_one_pool_a_language_has_only_its_share_of_the_nearest(folder: Path, embedder: FakeEmbedder) -> None:
    vector = embedder.embed_question(QUESTION)
    apart, pooled = Library.open(folder), InOnePool.open(folder)
    assert len(apart.search_vectors(vector, "en", 2, None)) == 2
    assert len(apart.search_vectors(vector, "zh", 2, None)) == 1
    found = {name: pooled.search_vectors(vector, name, 2, None) for name in ("en", "zh")}
    assert {hit.passage.article for hit in found["en"]} == {"chips", "copy"}
    assert found["zh"] == []


def test_unmarked_nothing_is_boilerplate_and_all_is_sentences() -> None:
    text = "Home | News | Sport\n\nThe chip factory opened on Monday.\n\nAdvertisement\n\nRead more: Ten cranes"
    article = unmarked(Draft(text, "a.txt", boilerplate=()))
    assert article.boilerplate == ()
    assert "".join(span.of(article.text) for span in article.sentences).startswith("Home | News | Sport")


def test_without_shared_words_only_the_lead_ranks(folder: Path, asked: Question, embedder: FakeEmbedder) -> None:
    found = candidates(Library.open(folder), asked, embedder)
    assert max(candidate.coverage for candidate in found) > 0
    blind = without_shared_words(found)
    assert {candidate.coverage for candidate in blind} == {0.0}
    assert {candidate.rarity.coverage(QUESTION) for candidate in blind} == {0.0}
    assert [c.probability for c in blind] == sorted((c.probability for c in blind), reverse=True)


def test_copies_take_a_place_each(folder: Path, asked: Question, embedder: FakeEmbedder) -> None:
    found = candidates(Library.open(folder), asked, embedder)
    one_of_each = choose_passages(found, of_a_language=0)
    assert {"chips", "copy"} <= {candidate.passage.article for candidate in one_of_each}
    assistant = WITHOUT["copies share a place"](folder, embedder)
    assert len(assistant.steps.choose(found)) == len(found)


def test_the_first_sentences_are_evidence_in_the_passages_order(
    folder: Path, asked: Question, embedder: FakeEmbedder
) -> None:
    library = Library.open(folder)
    found = candidates(library, asked, embedder)
    evidence = read_first_sentences(asked, embedder.embed_question(QUESTION), found, library, embedder)
    assert [piece.article.id for piece in evidence] == [candidate.passage.article for candidate in found]
    assert {piece.span.start for piece in evidence} == {0}


def test_without_vectors_no_sentence_is_embedded(folder: Path, asked: Question, embedder: FakeEmbedder) -> None:
    library = Library.open(folder)
    found, vector = candidates(library, asked, embedder), embedder.embed_question(QUESTION)
    embedder.embedded.clear()
    evidence = read_without_vectors(asked, vector, found, library, embedder)
    assert embedder.embedded == []
    assert [e.probability for e in evidence] == sorted((e.probability for e in evidence), reverse=True)
    assert {(e.article.id, e.span) for e in read(asked, vector, found, library, embedder)} <= {
        (e.article.id, e.span) for e in evidence
    }


@pytest.mark.parametrize("stage", WITHOUT)
def test_every_assistant_without_a_stage_answers_or_declines(stage: str, folder: Path, embedder: FakeEmbedder) -> None:
    answer = WITHOUT[stage](folder, embedder).ask(QUESTION)
    assert answer.status in {"answered", "abstained"}
    if stage == "declining":
        assert answer.status == "answered"


def test_a_library_is_made_once(tmp_path: Path, embedder: FakeEmbedder) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "chips.txt").write_text(CHIPS, "utf-8")
    dataset = Dataset("town", tmp_path / "articles", [])
    folder = make_library(dataset, tmp_path / "town", embedder)
    embedded = len(embedder.embedded)
    assert embedded == 1
    assert make_library(dataset, tmp_path / "town", embedder) == folder
    assert len(embedder.embedded) == embedded
    bare = Library.open(make_library(dataset, tmp_path / "town-uncleaned", embedder, unmarked))
    assert bare.article("chips").boilerplate == ()
