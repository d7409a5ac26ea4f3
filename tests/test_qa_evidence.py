"""How likely a sentence is to answer: its signs worked out by hand, and which weights they are given."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.tokens import tokens
from index.types import Article, Filter, Passage, Span
from qa import evidence
from qa.evidence import Abroad, Evidence, Signs, echo, weigh
from qa.logistic import Weights, logistic
from qa.reader import Words
from qa.retrieve import Candidate, Rarity
from qa.types import Question

TEXT = "It rains. The harbour has 40 cranes."
SENTENCE, ANSWER = Span(10, 36), Span(26, 28)
ARTICLE = Article("a", "v", "", TEXT, "en", None, None, "a.txt", (), (Span(0, 9), SENTENCE))
ASKED = "How many cranes has the port?"
# "crane" weighs three times as much as "port", which the sentence does not hold.
RARITY = Rarity({"crane": 3.0, "port": 1.0})


def question(text: str = ASKED, searched_for: str | None = None) -> Question:
    return Question(text, searched_for or text, "en", Filter())


def weighed(asked: Question, *, answer: Span = ANSWER, same_language: bool = True) -> Evidence:
    passage = Passage(7, "a", "en", Span(0, 36), TEXT)
    candidate = Candidate(passage, 0.05, 0.9, 0.8, RARITY, same_language)
    words = Words(answer, certainty=2.0, share=1.5, height=7.0)
    return weigh(asked, candidate, ARTICLE, SENTENCE, answer, 3.0, words, Abroad(0.25, -0.5, 2.5))


def test_signs_by_hand() -> None:
    assert weighed(question()).signs == Signs(
        relevance=3.0,
        certainty=2.0,
        share=1.5,
        height=7.0,
        coverage=0.9,
        in_sentence=0.75,
        fits=1,
        answer_fits=1,
        echo=0,
        length=log(27),
        lead=0.05,
        background=0.8,
        timely=0.0,
        passage_near=0.25,
        near=-0.5,
        at_home=2.5,
        recent=0.0,
        newness=0.0,
    )


def test_evidence_is_slices_of_its_article() -> None:
    found = weighed(question())
    assert (found.article, found.passage, found.span, found.answer) == (ARTICLE, 7, SENTENCE, ANSWER)
    assert (found.text, found.value) == ("The harbour has 40 cranes.", "40")


@pytest.mark.parametrize(
    ("asked", "answer", "fits", "answer_fits"),
    [
        (question(), "40 cranes", 1, 1),
        (question(), "harbour", 1, -1),
        (question("When was it built?"), "40", -1, -1),
        (question("Who built it?"), "40", 0, 0),
        (question("クレーンは何台ありますか？"), "40", 1, 1),
        (question("起重机有多少？"), "cranes", 1, -1),
        # What a follow-up leaves out is taken from the question that it was completed with.
        (question("And the cranes?", "How many ships has it? And the cranes?"), "40", 1, 1),
        (question("Who built them?", "How many ships has it? Who built them?"), "40", 0, 0),
    ],
)
def test_whether_the_sentence_and_the_answer_fit(asked: Question, answer: str, fits: int, answer_fits: int) -> None:
    start = TEXT.index(answer)
    signs = weighed(asked, answer=Span(start, start + len(answer))).signs
    assert (signs.fits, signs.answer_fits) == (fits, answer_fits)


def test_the_echo_is_that_of_all_words_searched_for() -> None:
    asked = question("And its cranes?", "Has the harbour 30 ships? And its cranes?")
    assert weighed(asked, answer=Span(14, 35)).signs.echo == pytest.approx(3 / 4)


@pytest.mark.parametrize(("same_language", "log_odds"), [(True, 0.5), (False, -0.5)])
def test_each_language_has_weights_of_its_own(
    monkeypatch: pytest.MonkeyPatch, *, same_language: bool, log_odds: float
) -> None:
    nothing = (0.0,) * len(Signs._fields)
    monkeypatch.setattr(evidence, "_SAME_LANGUAGE", Weights(0.5, nothing))
    monkeypatch.setattr(evidence, "_ACROSS_LANGUAGES", Weights(-0.5, nothing))
    found = weighed(question(), same_language=same_language)
    assert found.probability == pytest.approx(logistic(log_odds))
    assert found.same_language is same_language


def test_the_probability_is_a_logistic_regression(monkeypatch: pytest.MonkeyPatch) -> None:
    factors = Signs(*[0.0] * len(Signs._fields))._replace(relevance=1.0, height=-0.5, in_sentence=2.0)
    monkeypatch.setattr(evidence, "_SAME_LANGUAGE", Weights(-1.0, factors))
    # -1 + 3 - 7 / 2 + 2 * 0.75
    assert weighed(question()).probability == pytest.approx(0.5)


@pytest.mark.parametrize("weights", [evidence._SAME_LANGUAGE, evidence._ACROSS_LANGUAGES], ids=["same", "across"])
def test_every_sign_has_a_weight(weights: Weights) -> None:
    assert len(weights.factors) == len(Signs._fields)
    assert 0 < logistic(weights.log_odds(weighed(question()).signs)) < 1


@pytest.mark.parametrize(
    ("asked", "answer", "share"),
    [
        (ASKED, "40", 0),
        (ASKED, "40 cranes", 1 / 2),
        (ASKED, "Cranes, cranes and ships", 2 / 4),
        ("港口有多少起重机？", "港口有40台", 2 / 4),
        (ASKED, "...", 0),
        ("?", "40", 0),
    ],
)
def test_echo_by_hand(asked: str, answer: str, share: float) -> None:
    assert echo(asked, answer) == pytest.approx(share)


@given(st.text(max_size=40), st.text(max_size=40))
def test_an_echo_is_a_share(asked: str, answer: str) -> None:
    assert 0 <= echo(asked, answer) <= 1
    assert echo(answer, answer) == bool(tokens(answer))
