"""The check of the leash, worked out by hand: what is counted, and that a bad quote would be seen."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from eval.leash import Recorder, Tally, dropped_of, is_verbatim, sentences, shown, table
from index.library import Library
from index.types import Span
from qa.assistant import Assistant
from qa.types import Answer, Citation, Quote
from qa.verify import Dropped
from tests.fake_embedder import FakeEmbedder
from tests.fake_endpoint import claim
from tests.fake_language_model import FakeLanguageModel
from tests.fake_reader import FakeReader

QUESTION = "How many visitors has the harbour of Pell a year?"
TRUE = claim("It has 350,000 visitors a year.", (1, "It has 350,000 visitors a year"))
FALSE = claim("It has 360,000 visitors a year.", (1, "It has 360,000 visitors a year"))


@pytest.fixture
def library(make_library: Callable[[dict[str, str]], Path]) -> Library:
    return Library.open(
        make_library({"harbour.txt": "Harbour\n\nThe harbour of Pell is old. It has 350,000 visitors a year."})
    )


def asked(library: Library, model: FakeLanguageModel) -> Answer:
    return Assistant(library, FakeEmbedder(), FakeReader(), language_model=model).ask(QUESTION)


def test_what_is_counted(library: Library) -> None:
    model = Recorder(FakeLanguageModel(FALSE, TRUE, "{broken"))
    assistant = Assistant(library, FakeEmbedder(), FakeReader(), language_model=model)
    answer = assistant.ask(QUESTION)
    assert model.said == f"{FALSE}{TRUE}{{broken"
    dropped = dropped_of(assistant.study(QUESTION).sources(answer), model.said)
    assert [one.reason for one in dropped] == ["not in the passage", "unreadable"]
    tally = Tally()
    tally.add(answer, dropped, library)
    assert tally == Tally(
        asked=1, worded=1, sentences=1, quotes=1, dropped=dict.fromkeys(("not in the passage", "unreadable"), 1)
    )  # type: ignore[arg-type]
    assert table(tally).row_count == 8


def test_an_answer_that_fell_back(library: Library) -> None:
    answer = asked(library, FakeLanguageModel(FALSE))
    tally = Tally()
    tally.add(answer, [Dropped("It has 360,000 visitors a year.", "not in the passage")], library)
    assert (tally.asked, tally.worded, tally.sentences, tally.unverified, tally.bare) == (1, 0, 0, 0, 0)
    assert list(tally.notices.values()) == [1]


def test_a_quote_that_is_not_its_articles_is_seen(library: Library) -> None:
    answer = asked(library, FakeLanguageModel(TRUE))
    citation = answer.citations[0]
    assert is_verbatim(citation, library)
    altered = replace(citation.quote.article, text=citation.quote.article.text.replace("350", "360"))
    false = Citation(1, Quote(altered, citation.quote.span))
    assert not is_verbatim(false, library)
    tally = Tally()
    tally.add(replace(answer, citations=(false,)), [], library)
    assert tally.unverified == 1


@pytest.mark.parametrize(
    ("text", "found", "bare"),
    [
        ("One. [1] Two. [2][1]", [("One.", {1}), ("Two.", {1, 2})], 0),
        ("350 [1]; 360 [2]\nTwo. [3]", [("Two.", {3})], 1),
        ("One. [1] Two.", [("One.", {1}), ("Two.", set())], 1),
    ],
)
def test_sentences_and_their_numbers(library: Library, text: str, found: list[tuple[str, set[int]]], bare: int) -> None:
    article = library.article("harbour")
    citations = tuple(Citation(number, Quote(article, Span(0, 7))) for number in (1, 2))
    answer = Answer("?", "en", "?", "answered", "", text, 0.9, citations, written_by="fake")
    assert sentences(answer) == found
    tally = Tally()
    tally.add(answer, [], library)
    assert tally.bare == bare
    assert shown(answer).endswith("\n    [1] Harbour\n    [2] Harbour\n")
