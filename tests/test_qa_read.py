"""Which passages are read, which of their sentences may answer, and with which words."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.library import Library
from index.types import Article, Filter, Passage, Span
from qa import evidence
from qa.evidence import Signs
from qa.logistic import Weights, logistic
from qa.read import Piece, choose_passages, could_answer, read
from qa.reader import Reading
from qa.retrieve import Candidate, Rarity, retrieve
from qa.types import Question
from tests.fake_embedder import FakeEmbedder
from tests.fake_reader import FakeReader

MakeLibrary = Callable[[dict[str, str]], Path]
NOTHING = Rarity({})


@pytest.fixture(autouse=True)
def eight_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.read._PASSAGES", 8)


def weighing(**factors: float) -> Weights:
    return Weights(0.0, tuple(factors.get(name, 0.0) for name in Signs._fields))


def question(text: str, searched_for: str | None = None) -> Question:
    return Question(text, searched_for or text, "en", Filter())


def candidate(row: int, language: str = "en", text: str | None = None) -> Candidate:
    text = text or f"passage {row}"
    passage = Passage(row, f"a{row}", language, Span(0, len(text)), text)
    return Candidate(passage, 0.1, 0.5, 0.8, NOTHING, language == "en")


def covering(article: Article, span: Span, lead: float = 0.1, row: int = 0) -> Candidate:
    passage = Passage(row, article.id, article.language, span, span.of(article.text))
    return Candidate(passage, lead, 0.5, 0.8, NOTHING, same_language=True)


def holding(*articles: Article) -> Library:
    """What reading needs of a library: its articles."""
    return cast("Library", SimpleNamespace(article={one.id: one for one in articles}.__getitem__))


def article(text: str, *ends: int, id: str = "a") -> Article:
    """An article whose sentences end at `ends`, white space between them left out."""
    starts = [end + (text[end : end + 1] == " ") for end in (0, *ends[:-1])]
    return Article(id, "v", "", text, "en", None, None, "a.txt", (), tuple(map(Span, starts, ends)))


def chosen(
    candidates: Sequence[Candidate], same: Callable[[Passage], Hashable] = lambda passage: passage.text
) -> list[int]:
    """The rows of the passages chosen, with two of each language at least."""
    return [one.passage.row for one in choose_passages(candidates, same=same, of_a_language=2)]


def test_there_are_so_many_places_and_no_more() -> None:
    assert chosen([candidate(row) for row in range(12)]) == list(range(8))


def test_so_many_of_each_language_at_least() -> None:
    many = [candidate(row) for row in range(10)]
    others = [candidate(10 + row, language) for row, language in enumerate(["zh", "ja", "zh", "ja", "zh", "ja"])]
    assert chosen([*many, *others]) == [*range(8), 10, 11, 12, 13]


def test_no_language_buries_another() -> None:
    many = [candidate(row) for row in range(30)]
    places = choose_passages([*many, candidate(30, "zh"), candidate(31, "ja")])
    assert [one.passage.language for one in places[-2:]] == ["zh", "ja"]


def test_other_languages_take_places_of_all() -> None:
    mixed = [candidate(row, "zh" if row % 2 else "en") for row in range(12)]
    assert chosen(mixed) == list(range(8))


def test_copies_take_one_place() -> None:
    copies = [candidate(row, text="the same words") for row in range(5)]
    others = [candidate(row) for row in range(5, 15)]
    assert chosen([*copies, *others]) == list(range(12))


def test_a_copy_further_down_comes_along() -> None:
    listed = [candidate(row) for row in range(9)]
    assert chosen([*listed, candidate(9, text="passage 0")]) == [*range(8), 9]


def test_copies_are_one_of_their_language() -> None:
    many = [candidate(row) for row in range(8)]
    copies = [candidate(row, "zh", "同样的话") for row in (8, 9)]
    others = [candidate(row, "zh") for row in (10, 11)]
    assert chosen([*many, *copies, *others]) == [*range(8), 8, 9, 10]


def test_what_the_same_is_can_be_chosen() -> None:
    alike = [candidate(row, text="the same words") for row in range(20)]
    assert chosen(alike, same=lambda passage: passage.row // 2) == list(range(16))


def test_no_candidates(reader: FakeReader) -> None:
    assert choose_passages([]) == []
    assert read(question("chips?"), [], holding(), reader) == []
    assert reader.passages == []


def test_a_passage_is_made_longer_to_whole_sentences(reader: FakeReader) -> None:
    source = article("It rains. Chips are made here. Ports are built. Ships come.", 9, 30, 47, 59)
    piece = Piece.of(covering(source, Span(16, 36)), source)
    assert piece.span == Span(10, 47)
    assert piece.sentences == (Span(10, 30), Span(31, 47))
    assert piece.text == "Chips are made here. Ports are built."
    found = read(question("chips"), [covering(source, Span(16, 36))], holding(source), reader)
    assert reader.passages == [piece.text]
    assert {one.span for one in found} == set(piece.sentences)


@pytest.mark.parametrize(
    ("title", "published", "heading"),
    [
        ("Works at Pell", date(2024, 5, 2), "Works at Pell (2024-05-02)\n"),
        ("Works at Pell", None, "Works at Pell\n"),
        ("x" * 300, None, "x" * 200 + "\n"),
        # It stands in what is read, whole or cut off.
        ("Chips are made here.", date(2024, 5, 2), ""),
        ("Chips are…", date(2024, 5, 2), ""),
        (" ", date(2024, 5, 2), ""),
    ],
)
def test_a_passage_is_read_under_its_articles_title_and_day(
    reader: FakeReader, title: str, published: date | None, heading: str
) -> None:
    source = replace(article("It rains. Chips are made here.", 9, 30), title=title, published=published)
    found = read(question("chips"), [covering(source, Span(10, 30))], holding(source), reader)
    assert reader.passages == [f"{heading}Chips are made here."]
    assert [(one.span, one.text) for one in found] == [(Span(10, 30), "Chips are made here.")]
    assert found[0].value in "Chips are made here"


def test_an_answer_never_reaches_into_the_heading() -> None:
    source = replace(article("Chips are made here.", 20), title="Works")
    piece = Piece.of(covering(source, Span(0, 20)), source)
    assert piece.as_read == "Works\nChips are made here."
    # A token may begin with the white space before it.
    assert piece.outside(Span(5, 11)) == Span(0, 5)


def test_spans_of_a_piece_and_of_its_article() -> None:
    source = article("It rains. Chips are made here.", 9, 30)
    piece = Piece.of(covering(source, Span(10, 30)), source)
    assert (piece.within(Span(10, 15)), piece.outside(Span(0, 5))) == (Span(0, 5), Span(10, 15))
    assert piece.outside(Span(0, 5)).of(source.text) == "Chips"


def test_a_passage_without_sentences_gives_no_evidence(reader: FakeReader) -> None:
    source = article("Chips 2024")
    piece = Piece.of(covering(source, Span(0, 5)), source)
    assert (piece.text, piece.sentences) == ("Chips", ())
    assert read(question("chips"), [covering(source, Span(0, 5))], holding(source), reader) == []


def test_copies_are_read_once_and_each_is_evidence(reader: FakeReader) -> None:
    one, other = article("Chips are made here.", 20), article("It rains. Chips are made here.", 9, 30, id="b")
    candidates = [covering(one, Span(0, 20)), covering(other, Span(10, 30))]
    found = read(question("chips"), candidates, holding(one, other), reader)
    assert reader.passages == ["Chips are made here."]
    assert [(each.article.id, each.span) for each in found] == [("a", Span(0, 20)), ("b", Span(10, 30))]


def test_from_a_library_to_words_that_answer(
    embedder: FakeEmbedder, make_library: MakeLibrary, reader: FakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "_SAME_LANGUAGE", weighing(certainty=1.0))
    text = "Pell has 30 ships here. The harbour of Pell has 40 cranes. Ann leads the harbour."
    library = Library.open(make_library({"a.txt": text}))
    asked = question("How many cranes has the harbour?")
    candidates = retrieve(asked, embedder.embed_question(asked.searched_for), library)
    best, other = read(asked, candidates, library, reader)
    assert (best.text, best.value) == ("The harbour of Pell has 40 cranes.", "40")
    assert (other.text, other.value) == ("Pell has 30 ships here.", "30")
    # Of the question's "how many cranes has the harbour" the passage holds all but "how" and "many".
    assert best.signs.relevance == other.signs.relevance == pytest.approx(16 * 4 / 6 - 8)


def test_the_reader_is_asked_what_is_searched_for(reader: FakeReader) -> None:
    source = article("Chips are made here.", 20)
    asked = question("And there?", "Chips here? And there?")
    (found,) = read(asked, [covering(source, Span(0, 20))], holding(source), reader)
    # Two of "chips here and there"; the question itself has nothing in common with the passage.
    assert found.signs.relevance == 0


def test_the_likeliest_comes_first(reader: FakeReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "_SAME_LANGUAGE", weighing(lead=1.0))
    sources = [article("Chips are made here.", 20, id=id) for id in "abc"]
    candidates = [covering(one, Span(0, 20), lead) for one, lead in zip(sources, (0.1, 0.3, 0.2), strict=True)]
    found = read(question("chips"), candidates, holding(*sources), reader)
    assert [one.article.id for one in found] == ["b", "c", "a"]
    assert [one.probability for one in found] == pytest.approx([logistic(0.3), logistic(0.2), logistic(0.1)])


def test_a_sentence_in_two_passages_counts_once_with_its_better_passage(
    reader: FakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "_SAME_LANGUAGE", weighing(lead=1.0))
    source = article("Chips are made here. Ports are built there. Ships come home.", 20, 43, 60)
    first, shared, last = source.sentences
    better = covering(source, Span(first.start, shared.end), 0.3, row=1)
    worse = covering(source, Span(shared.start, last.end), 0.0, row=2)
    found = read(question("ports"), [worse, better], holding(source), reader)
    assert [(one.span, one.passage) for one in found] == [(first, 1), (shared, 1), (last, 2)]
    assert [one.probability for one in found] == pytest.approx([logistic(0.3), logistic(0.3), 0.5])
    assert found == read(question("ports"), [better, worse], holding(source), reader)


def test_a_sentence_that_asks_is_no_evidence(
    embedder: FakeEmbedder, make_library: MakeLibrary, reader: FakeReader
) -> None:
    text = 'Who made the chips? Chips are made here. "Are ports built?" They are built there.'
    library = Library.open(make_library({"a.txt": text}))
    asked = question("Who made the chips?")
    candidates = retrieve(asked, embedder.embed_question(asked.searched_for), library)
    found = read(asked, candidates, library, reader)
    assert {one.text for one in found} == {"Chips are made here.", "They are built there."}


@pytest.mark.parametrize(
    ("asked", "sentence", "could"),
    [
        (question("How many people make chips?"), "Many people work on chips here.", False),
        (question("How many people make chips?"), "About ten people make chips.", True),
        (question("How many people make chips?"), "In all 200 people work there.", True),
        (question("多少人？"), "有很多人。", False),
        (question("何人ですか？"), "十人です。", True),
        (question("Who makes chips?"), "Many people work on chips here.", True),
        (question("Who makes chips?"), "Who makes 200 chips?", False),
        (question("谁？"), "「谁造的？」", False),
        (question("And ships?", "How many chips? And ships?"), "Many ships come.", False),
        (question("何ワットですか？"), "It costs $30,000 apiece.", False),
        (question("何ワットですか？"), "It uses 700 watts.", True),
        (question("How many people came?"), "Nobody paid more than $21, and five came.", True),
        (question("When was Heron 2 released?"), "Heron 3 is due in July.", False),
        (question("When was Heron 2 released?"), "After Heron 2, of May, Heron 3 is due in July.", True),
        (question("When was Heron 2 released?"), "It came out in May.", True),
        (question("And Heron 3?", "When was Heron 3 released?"), "Heron 2 came out in May.", False),
        (question("第五任市长是谁？"), "王明是第四任市长。", False),
    ],
)
def test_what_could_answer(asked: Question, sentence: str, *, could: bool) -> None:
    assert could_answer(asked, sentence) is could


class Told(FakeReader):
    """A reader whose tokens and their logits are told."""

    def __init__(self, places: Sequence[tuple[int, int]], logits: Sequence[float]) -> None:
        super().__init__()
        told = np.array(logits, np.float32)
        self.reading = Reading(0.0, np.add.outer(told, told), places)

    def read(self, _question: str, passages: Sequence[str]) -> list[Reading]:
        return [self.reading] * len(passages)


def test_a_token_of_two_sentences_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "_SAME_LANGUAGE", weighing())
    source = article("芯片在此。港口在彼。", 5, 10)
    found = read(
        question("哪里"),
        [covering(source, Span(0, 10))],
        holding(source),
        Told([(0, 3), (3, 7), (7, 10)], [0.0, 9.0, 0.0]),
    )
    assert [one.value for one in found] == ["此。", "港口"]


def test_an_answer_holds_whole_figures_with_their_units() -> None:
    source = article("涨幅达到168%。", 10)
    (found,) = read(
        question("百分之多少？"),
        [covering(source, Span(0, 9))],
        holding(source),
        Told([(0, 4), (4, 7), (7, 9)], [0.0, 9.0, 0.0]),
    )
    assert found.value == "168%"


def test_a_figure_of_what_is_asked_for_is_preferred_to_likelier_words() -> None:
    source = article("It cost $9 and weighs 3 kg.", 27)
    places = [(0, 7), (8, 10), (11, 21), (22, 23), (24, 27)]
    told = Told(places, [0.0, 9.0, 0.0, 3.0, 0.0])
    (found,) = read(question("How heavy is it?"), [covering(source, Span(0, 27))], holding(source), told)
    assert found.value == "3 kg"


def test_a_number_in_words_is_not_exchanged_for_a_figure() -> None:
    source = article("It took six days after 3 years.", 31)
    places = [(0, 7), (8, 11), (12, 22), (23, 30)]
    told = Told(places, [0.0, 9.0, 0.0, 3.0])
    (found,) = read(question("How long did it take?"), [covering(source, Span(0, 31))], holding(source), told)
    assert found.value == "six"


def test_a_sentence_beyond_the_tokens_is_no_evidence() -> None:
    source = article("Chips are made here. Ports are built there.", 20, 43)
    found = read(question("ports"), [covering(source, Span(0, 43))], holding(source), Told([(0, 5)], [1.0]))
    assert [one.value for one in found] == ["Chips"]


class Near(FakeReader):
    """A reader to whom texts are as near as it was told."""

    def __init__(self, nearness: dict[str, float]) -> None:
        super().__init__()
        self.told = nearness

    def nearness(self, _question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([self.told[text] for text in texts], np.float32)


def test_in_another_language_nearness_is_told_from_that_of_its_rivals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.read._NEAREST", 2)
    first, second = article("港口有四座起重机。天气很好。", 9, 14), article("大桥在此。", 5, id="b")
    cosines = {first.text: 0.5, "港口有四座起重机。": 0.75, "天气很好。": 0.0, second.text: 0.25}
    candidates = [covering(one, Span(0, len(one.text)), row=row) for row, one in enumerate((first, second))]
    abroad = [replace(one, same_language=False) for one in candidates]
    found = read(question("Which port?"), abroad, holding(first, second), Near(cosines))
    # The passages' mean is 0.375, that of the two nearest sentences 0.5: the bridge's is its whole passage.
    near = {one.text: (one.signs.passage_near, one.signs.near) for one in found}
    assert near == {
        "港口有四座起重机。": (0.125, 0.25),
        "天气很好。": (0.125, -0.5),
        "大桥在此。": (-0.125, -0.25),
    }


def test_in_another_language_nothing_may_be_able_to_answer() -> None:
    source = article("港口有起重机吗？", 8)
    abroad = replace(covering(source, Span(0, 8)), same_language=False)
    assert read(question("Which port?"), [abroad], holding(source), Near({source.text: 0.5})) == []


def test_in_the_questions_language_the_second_model_is_not_asked() -> None:
    source = article("The port has cranes.", 20)
    (found,) = read(question("port"), [covering(source, Span(0, 20))], holding(source), Near({}))
    assert (found.signs.passage_near, found.signs.near, found.signs.at_home) == (0.0, 0.0, 0.0)


def test_what_is_read_in_the_questions_language_tells_of_what_is_in_another() -> None:
    likelier, other = article("The port has cranes.", 20), article("A quay has ships.", 17, id="b")
    abroad = article("港口有起重机。", 7, id="c")
    home = [covering(one, Span(0, len(one.text)), row=row) for row, one in enumerate((likelier, other))]
    away = replace(covering(abroad, Span(0, 7), row=2), same_language=False)
    library, reader = holding(likelier, other, abroad), Near({abroad.text: 0.5})

    def at_home(*candidates: Candidate) -> dict[str, float]:
        return {one.text: one.signs.at_home for one in read(question("port"), candidates, library, reader)}

    high, low = (one.relevance for one in reader.read("port", [likelier.text, other.text]))
    assert high > low
    assert at_home(*home, away) == {likelier.text: 0.0, other.text: 0.0, abroad.text: high}
    assert at_home(home[1], away) == {other.text: 0.0, abroad.text: low}
    assert at_home(away) == {abroad.text: 0.0}


@given(
    text=st.text("ab。 芯", min_size=1, max_size=30),
    ends=st.sets(st.integers(1, 30)),
    tokens=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.floats(-9, 9)), min_size=1, max_size=20),
)
def test_an_answer_lies_in_its_sentence(text: str, ends: set[int], tokens: list[tuple[int, int, float]]) -> None:
    stops = sorted({0, len(text), *(end for end in ends if end < len(text))})
    spans = tuple(map(Span, stops, stops[1:]))
    source = Article("a", "v", "", text, "zh", None, None, "a.txt", (), spans)
    places, at = [], 0
    for gap, length, _ in tokens:
        start = min(at + gap, len(text))
        at = min(start + length, len(text))
        places.append((start, at))
    told = Told(places, [logit for *_, logit in tokens])
    for one in read(question("芯?"), [covering(source, Span(0, len(text)))], holding(source), told):
        assert one.span in spans
        assert one.span.covers(one.answer)
