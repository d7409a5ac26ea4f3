"""Each stage switched off does what it says, on a library small enough to see it."""

from argparse import Namespace
from collections.abc import Callable
from math import log
from pathlib import Path

import pytest

from eval import ablation
from eval.ablation import (
    CLEANING,
    WITHOUT,
    InOnePool,
    NoReader,
    WithoutWords,
    find_apart,
    is_likely,
    read_first_sentences,
    unmarked,
    without_shared_words,
)
from eval.data_files import Dataset
from eval.sets import Case
from eval.suite import make_library
from index.library import Library
from index.types import Draft, Filter, Span
from qa.evidence import Evidence
from qa.findings import Finding, find
from qa.question import understand
from qa.read import choose_passages, read
from qa.retrieve import Candidate, retrieve
from qa.types import Question
from tests.fake_embedder import FakeEmbedder
from tests.fake_reader import FakeReader

MakeLibrary = Callable[[dict[str, str]], Path]

CHIPS = "The chip factory opened on Monday. It cost 48 million dollars."
FILES = {
    "chips.txt": CHIPS,
    # No copy to the library, as a figure differs, though it opens with the same sentence.
    "copy.txt": CHIPS.replace("48", "49"),
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


def test_copies_take_a_place_each(folder: Path, asked: Question, embedder: FakeEmbedder, reader: FakeReader) -> None:
    found = candidates(Library.open(folder), asked, embedder)
    one_of_each = choose_passages(found, of_a_language=0)
    assert {"chips", "copy"} <= {candidate.passage.article for candidate in one_of_each}
    assistant = WITHOUT["copies share a place"](folder, embedder, reader)
    assert len(assistant.steps.choose(found)) == len(found)


def test_the_first_sentences_are_evidence_in_the_passages_order(
    folder: Path, asked: Question, embedder: FakeEmbedder, reader: FakeReader
) -> None:
    library = Library.open(folder)
    found = candidates(library, asked, embedder)
    evidence = read_first_sentences(asked, found, library, reader)
    assert [piece.article.id for piece in evidence] == [candidate.passage.article for candidate in found]
    assert {piece.span.start for piece in evidence} == {0}


def test_a_passage_without_a_reader_answers_as_much_as_any_other_and_with_any_word() -> None:
    first, second, empty = NoReader().read("Who?", ["Four cranes, two ships", "港口", ""])
    assert first.places == [(0, 4), (5, 11), (11, 12), (13, 16), (17, 22)]
    assert (first.relevance, second.relevance, empty.relevance) == (0.0, 0.0, 0.0)
    words = first.best(Span(5, 16))
    assert words
    # One of the 15 spans of five tokens; three of these have six.
    assert (words.span, words.height) == (Span(5, 11), 0.0)
    assert words.certainty == pytest.approx(log(1 / 14), abs=1e-5)
    assert words.share == pytest.approx(log(6 / 9), abs=1e-5)
    assert empty.best() is None


def read_pieces(folder: Path, asked: Question, embedder: FakeEmbedder, reader: FakeReader) -> list[Evidence]:
    library = Library.open(folder)
    return read(asked, candidates(library, asked, embedder), library, reader)


def test_found_apart_copies_are_a_finding_each(
    folder: Path, asked: Question, embedder: FakeEmbedder, reader: FakeReader
) -> None:
    evidence = [one for one in read_pieces(folder, asked, embedder, reader) if one.article.id in {"chips", "copy"}]
    opened = [one for one in evidence if one.text.startswith("The chip factory opened")]
    assert {one.article.id for one in opened} == {"chips", "copy"}
    assert [len(finding.evidence) for finding in find(opened)] == [2]
    apart = find_apart(opened)
    assert [finding.evidence for finding in apart] == [(one,) for one in opened]
    assert [finding.probability for finding in apart] == [one.probability for one in opened]


def test_likely_is_likelier_than_not(folder: Path, asked: Question, embedder: FakeEmbedder, reader: FakeReader) -> None:
    evidence = read_pieces(folder, asked, embedder, reader)
    findings = [Finding((one,), probability) for one, probability in zip(evidence, (0.51, 0.5), strict=False)]
    assert is_likely(findings)
    assert not is_likely(findings[1:])
    assert not is_likely([])


def test_without_the_reader_it_is_given_nothing(folder: Path, embedder: FakeEmbedder, reader: FakeReader) -> None:
    study = WITHOUT["reader"](folder, embedder, reader).study(QUESTION)
    assert reader.passages == []
    assert {one.signs.relevance for one in study.evidence} == {0.0}


@pytest.mark.parametrize("stage", WITHOUT)
def test_every_assistant_without_a_stage_answers_or_declines(
    stage: str, folder: Path, embedder: FakeEmbedder, reader: FakeReader
) -> None:
    answer = WITHOUT[stage](folder, embedder, reader).ask(QUESTION)
    assert answer.status in {"answered", "abstained"}
    if stage == "declining":
        assert answer.status == "answered"


def test_the_table_has_a_row_for_the_whole_and_for_each_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "articles").mkdir()
    for name, text in FILES.items():
        (tmp_path / "articles" / name).write_text(text, "utf-8")
    case = Case(id="1", question=QUESTION, answers=("Monday",), articles=("chips", "copy"))
    dataset = Dataset("town", tmp_path / "articles", [case])
    monkeypatch.setattr(ablation, "read_set", lambda *_choice: dataset)
    monkeypatch.setattr(ablation, "SentenceTransformerEmbedder", FakeEmbedder)
    monkeypatch.setattr(ablation, "builtin_reader", FakeReader)
    stages = (CLEANING, *WITHOUT)
    table = ablation.ablated(
        Namespace(names=["town"], data=tmp_path, libraries=tmp_path, split=None, sample=None, stages=stages)
    )
    assert list(table.columns[0].cells) == ["(whole)", *stages]
    # The case and its twin without the articles that answer.
    assert table.title == "town, 2"


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
