"""Which passages are looked into and which sentences weighed: places, copies, screening, order."""

import string
from collections.abc import Callable
from pathlib import Path

from index.library import Library
from index.types import Filter, Passage, Span
from qa.read import Sentence, choose_passages, read, sentences_of
from qa.retrieve import Candidate, Rarity, retrieve
from qa.types import Question
from tests.fake_embedder import FakeEmbedder

MakeLibrary = Callable[[dict[str, str]], Path]
NOTHING = Rarity({})


def question(text: str) -> Question:
    return Question(text, text, "en", Filter())


def candidate(row: int, language: str = "en", text: str | None = None) -> Candidate:
    text = text or f"passage {row}"
    return Candidate(
        Passage(row, f"a{row}", language, Span(0, len(text)), text), 0.1, 0.5, 0.8, NOTHING, language == "en"
    )


def rows(candidates: list[Candidate]) -> list[int]:
    return [one.passage.row for one in candidates]


def test_eight_places() -> None:
    assert rows(choose_passages([candidate(row) for row in range(12)])) == list(range(8))


def test_two_of_each_language_at_least() -> None:
    many = [candidate(row) for row in range(10)]
    others = [candidate(10 + row, language) for row, language in enumerate(["zh", "ja", "zh", "ja", "zh", "ja"])]
    assert rows(choose_passages([*many, *others])) == [*range(8), 10, 11, 12, 13]


def test_other_languages_take_places_of_the_eight() -> None:
    mixed = [candidate(row, "zh" if row % 2 else "en") for row in range(12)]
    assert rows(choose_passages(mixed)) == list(range(8))


def test_copies_take_one_place() -> None:
    copies = [candidate(row, text="the same words") for row in range(5)]
    others = [candidate(row) for row in range(5, 15)]
    assert rows(choose_passages([*copies, *others])) == list(range(12))


def test_a_copy_further_down_comes_along() -> None:
    listed = [candidate(row) for row in range(9)]
    assert rows(choose_passages([*listed, candidate(9, text="passage 0")])) == [*range(8), 9]


def test_no_candidates(embedder: FakeEmbedder, make_library: MakeLibrary) -> None:
    library = Library.open(make_library({"a.txt": "Chips\n\nChips are made here."}))
    assert choose_passages([]) == []
    assert read(question("chips?"), embedder.embed_question("chips"), [], library, embedder) == []


def test_sixteen_sentences_are_compared_and_the_likeliest_comes_first(
    embedder: FakeEmbedder, make_library: MakeLibrary
) -> None:
    body = " ".join(f"Crane {name} lifts crates." for name in string.ascii_uppercase[:14])
    text = f"Cranes\n\n{body} {body.replace('Crane', 'Winch')} The harbour glows."
    library = Library.open(make_library({"a.txt": text}))
    asked = question("harbour glows")
    vector = embedder.embed_question(asked.searched_for)
    candidates = retrieve(asked, vector, library)
    embedder.embedded.clear()
    evidence = read(asked, vector, candidates, library, embedder)
    assert len(embedder.embedded) == len(evidence) == 16
    assert evidence[0].text == "The harbour glows."
    assert [one.probability for one in evidence] == sorted((one.probability for one in evidence), reverse=True)


def test_a_sentence_in_two_passages_counts_once_with_its_better_passage(
    embedder: FakeEmbedder, make_library: MakeLibrary
) -> None:
    library = Library.open(make_library({"a.txt": "Chips are made here. Ports are built there. Ships come home."}))
    article = library.article("a")
    first, shared, last = article.sentences
    asked = question("ports")
    vector = embedder.embed_question("ports")

    def of(row: int, start: Span, end: Span, lead: float) -> Candidate:
        span = Span(start.start, end.end)
        return Candidate(
            Passage(row, "a", "en", span, span.of(article.text)), lead, 0.5, 0.5, NOTHING, same_language=True
        )

    better, worse = of(0, first, shared, 0.3), of(1, shared, last, 0.0)
    evidence = read(asked, vector, [worse, better], library, embedder)
    assert [one.span for one in evidence] == [shared, first, last]
    assert evidence == read(asked, vector, [better, worse], library, embedder)
    (alone,) = (one for one in read(asked, vector, [better], library, embedder) if one.span == shared)
    assert evidence[0] == alone


def test_a_sentence_that_asks_is_no_evidence(embedder: FakeEmbedder, make_library: MakeLibrary) -> None:
    text = 'Who made the chips? Chips are made here. "Are ports built?" They are built there.'
    library = Library.open(make_library({"a.txt": text}))
    asked = question("Who made the chips?")
    vector = embedder.embed_question(asked.searched_for)
    candidates = retrieve(asked, vector, library)
    sentences = sentences_of(asked, candidates, library)
    assert [one.text for one in sentences] == ["Chips are made here.", "They are built there."]
    assert {one.text for one in read(asked, vector, candidates, library, embedder)} == {one.text for one in sentences}


def test_a_sentence_has_its_title_before_it(embedder: FakeEmbedder, make_library: MakeLibrary) -> None:
    row = '{"id": "a", "title": "Pell", "text": "Chips are made in Marshes."}'
    library = Library.open(make_library({"a.jsonl": row}))
    (candidate_,) = retrieve(question("chips"), embedder.embed_question("chips"), library)
    (sentence,) = sentences_of(question("chips"), [candidate_], library)
    assert sentence == Sentence(library.article("a"), Span(0, 26), candidate_)
    assert (sentence.text, sentence.in_context) == ("Chips are made in Marshes.", "Pell\nChips are made in Marshes.")


def test_without_a_number_no_amount_is_given(embedder: FakeEmbedder, make_library: MakeLibrary) -> None:
    text = "Many people work on chips here. About ten people make chips. In all 200 people work there."
    library = Library.open(make_library({"a.txt": text}))
    asked = question("How many people make chips?")
    candidates = retrieve(asked, embedder.embed_question(asked.searched_for), library)
    texts = [sentence.text for sentence in sentences_of(asked, candidates, library)]
    assert texts == ["About ten people make chips.", "In all 200 people work there."]
