"""Passages for a question: each language apart, leads by hand with the fake embedder, copies, filters."""

from collections.abc import Callable
from math import exp, log
from pathlib import Path

import pytest

from index.library import Library
from index.types import Filter, Passage, Span
from qa.logistic import Weights, logistic
from qa.retrieve import Candidate, Rarity, as_found, retrieve
from qa.types import Question
from tests.fake_embedder import FakeEmbedder

MakeLibrary = Callable[[dict[str, str]], Path]

# One token a passage, again and again, in its title too; the Chinese one shares the axis of "chip".
FILES = {
    "chips.jsonl": '{"id": "chips", "title": "Chip", "language": "en", "text": "Chip chip chip chip chip chip."}',
    "ports.jsonl": '{"id": "ports", "title": "Port", "language": "en", "text": "Port port port port port port."}',
    "xinpian.jsonl": '{"id": "xinpian", "title": "芯片", "language": "zh", "text": "' + "芯片、" * 10 + '"}',
    "gangkou.jsonl": '{"id": "gangkou", "title": "港口", "language": "zh", "text": "' + "港口、" * 10 + '"}',
}


def ask(
    text: str, language: str, library: Library, embedder: FakeEmbedder, where: Filter = Filter()
) -> list[Candidate]:
    return retrieve(Question(text, text, language, where), embedder.embed_question(text), library)


@pytest.fixture
def library(make_library: MakeLibrary) -> Library:
    return Library.open(make_library(FILES))


def test_lead_and_background_by_hand(library: Library, embedder: FakeEmbedder) -> None:
    found = {one.passage.article: one for one in ask("chip", "en", library, embedder)}
    # In each language the cosines are 1 and 0, their mean 0.5.
    assert {name: one.lead for name, one in found.items()} == pytest.approx(
        {"chips": 0.5, "ports": -0.5, "xinpian": 0.5, "gangkou": -0.5}
    )
    assert {one.background for one in found.values()} == {0.5}
    assert found["chips"].cosine == pytest.approx(1.0)
    assert {name: one.coverage for name, one in found.items()} == {"chips": 1, "ports": 0, "xinpian": 0, "gangkou": 0}
    assert {name for name, one in found.items() if one.same_language} == {"chips", "ports"}


def test_rarity_by_hand(library: Library, embedder: FakeEmbedder) -> None:
    english, *_ = (one for one in ask("chip unheard", "en", library, embedder) if one.same_language)
    # "chip" stands in one of two passages, "unheard" in none, which counts as half a one.
    assert english.rarity.weights == pytest.approx({"chip": log(3), "unheard": log(5)})
    assert english.rarity.coverage("a chip") == pytest.approx(log(3) / (log(3) + log(5)))
    chinese, *_ = (one for one in ask("chip unheard", "en", library, embedder) if not one.same_language)
    assert chinese.rarity.weights == {}
    assert chinese.rarity.coverage("chip") == 0.0


def test_the_words_search_runs_in_the_language_of_the_question_alone(
    make_library: MakeLibrary, embedder: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library.open(make_library(FILES))
    searched: list[str] = []
    whole = Library.search_words

    def noting(self: Library, tokens: list[str], language: str, k: int, only: None) -> object:
        searched.append(language)
        return whole(self, tokens, language, k, only)

    monkeypatch.setattr(Library, "search_words", noting)
    ask("芯片", "zh", library, embedder)
    assert searched == ["zh"]
    ask("puce", "fr", library, embedder)
    assert searched == ["zh"]


def test_words_bring_what_vectors_miss(make_library: MakeLibrary, embedder: FakeEmbedder) -> None:
    lines = [f'{{"id": "c{n}", "text": "Chip chip chip chip chip chip, {n}."}}' for n in range(24)]
    lines.append('{"id": "odd", "text": "Zeppelin, harbour, harbour, harbour, harbour, harbour, harbour, harbour."}')
    library = Library.open(make_library({"a.jsonl": "\n".join(lines)}))
    found = [one.passage.article for one in ask("chip chip chip chip zeppelin", "en", library, embedder)]
    assert len(found) == 25
    assert "odd" in found
    without = [one.passage.article for one in ask("chip chip chip chip zeppelin", "zh", library, embedder)]
    assert len(without) == 24


def test_the_likeliest_first_whatever_its_language(library: Library, embedder: FakeEmbedder) -> None:
    found = ask("半导体", "ja", library, embedder)
    assert [one.probability for one in found] == sorted((one.probability for one in found), reverse=True)
    assert {one.passage.article for one in found[:2]} == {"chips", "xinpian"}


def test_an_article_in_another_language_can_come_first(make_library: MakeLibrary, embedder: FakeEmbedder) -> None:
    files = {name: text for name, text in FILES.items() if name != "chips.jsonl"}
    found = ask("chip", "en", Library.open(make_library(files)), embedder)
    assert found[0].passage.article == "xinpian"


@pytest.mark.parametrize(
    ("where", "articles"),
    [
        (Filter(language="zh"), {"xinpian", "gangkou"}),
        (Filter(articles=frozenset({"ports", "gangkou"})), {"ports", "gangkou"}),
        (Filter(exclude_articles=frozenset({"chips"})), {"ports", "xinpian", "gangkou"}),
        (Filter(source="ports"), {"ports"}),
        (Filter(articles=frozenset()), set()),
    ],
)
def test_the_filter_is_respected(library: Library, embedder: FakeEmbedder, where: Filter, articles: set[str]) -> None:
    assert {one.passage.article for one in ask("chip", "en", library, embedder, where)} == articles


def test_of_copies_one_is_a_candidate(make_library: MakeLibrary, embedder: FakeEmbedder) -> None:
    copies = {f"{name}.jsonl": FILES["chips.jsonl"].replace('"chips"', f'"{name}"') for name in ("one", "two")}
    found = ask("chip", "en", Library.open(make_library(FILES | copies)), embedder)
    assert sorted(one.passage.article for one in found) == ["chips", "gangkou", "ports", "xinpian"]


def test_probability_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.retrieve._SAME_LANGUAGE", Weights(-2.0, (30.0, 2.0)))
    monkeypatch.setattr("qa.retrieve._ACROSS_LANGUAGES", Weights(-3.0, (50.0, 0.5)))
    passage = Passage(0, "a", "en", Span(0, 4), "Port")
    near = Candidate(passage, 0.02, 0.5, 0.8, Rarity({}), same_language=True)
    assert near.probability == pytest.approx(1 / (1 + exp(-(30.0 * 0.02 + 2.0 * 0.5 - 2.0))))
    far = Candidate(passage, 0.02, 0.5, 0.8, Rarity({}), same_language=False)
    assert far.probability == pytest.approx(1 / (1 + exp(-(50.0 * 0.02 + 0.5 * 0.5 - 3.0))))


def test_logistic() -> None:
    assert [logistic(0), logistic(log(3)), logistic(-log(3))] == pytest.approx([0.5, 0.75, 0.25])


def test_as_found(library: Library, embedder: FakeEmbedder) -> None:
    candidates = ask("chip", "en", library, embedder)
    found = as_found(candidates, library)
    assert [one.article.id for one in found] == [one.passage.article for one in candidates]
    assert [one.hit.score for one in found] == [one.probability for one in candidates]
    by = {one.article.id: one.hit.found_by for one in found}
    assert by == {"chips": "vectors+words", "ports": "vectors+words", "xinpian": "vectors", "gangkou": "vectors"}


@pytest.mark.parametrize(("depth", "number"), [(0, 24), (10, 24), (24, 24), (30, 30), (99, 40)])
def test_depth(make_library: MakeLibrary, embedder: FakeEmbedder, depth: int, number: int) -> None:
    lines = [f'{{"id": "c{n}", "text": "Chip chip chip chip chip chip, {n}."}}' for n in range(40)]
    library = Library.open(make_library({"a.jsonl": "\n".join(lines)}))
    asked = Question("chip", "chip", "zh", Filter())
    assert len(retrieve(asked, embedder.embed_question("chip"), library, depth=depth)) == number
