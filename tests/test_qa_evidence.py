"""How surely a sentence answers: its features worked out by hand, the confidence made of them, the thresholds."""

from math import exp, log

import pytest

from index.types import Article, Filter, Passage, Span
from qa import evidence
from qa.evidence import Evidence, confidence, confidence_features, features, is_enough, weigh
from qa.retrieve import Candidate, Rarity
from qa.types import Question

SENTENCE = "The harbour has 40 cranes."
ARTICLE = Article("a", "v", "", SENTENCE, "en", None, None, "a.txt", (), (Span(0, 26),))
QUESTION = Question("How many cranes has the port?", "How many cranes has the port?", "en", Filter())
# "crane" weighs three times as much as "port", which the sentence does not hold.
RARITY = Rarity({"crane": 3.0, "port": 1.0})


def candidate(*, same_language: bool) -> Candidate:
    passage = Passage(0, "a", "en", Span(0, 26), SENTENCE)
    return Candidate(passage, 0.05, 0.9, 0.8, RARITY, same_language)


def piece(probability: float, *, same_language: bool = True) -> Evidence:
    return Evidence(ARTICLE, Span(0, 26), probability, same_language, (0.9, 0.75, 1, log(27), 0.06, 0.05, 0.8))


def test_features_by_hand() -> None:
    found = features(QUESTION, candidate(same_language=True), SENTENCE, 0.86)
    assert found == pytest.approx((0.9, 0.75, 1, log(27), 0.06, 0.05, 0.8))


@pytest.mark.parametrize(
    ("asked", "sentence", "fits"),
    [
        ("How many cranes?", "It has cranes.", -1),
        ("Who built it?", SENTENCE, 0),
        ("何基ありますか？", "クレーンは40基ある。", 1),
    ],
)
def test_whether_the_figure_fits(asked: str, sentence: str, fits: int) -> None:
    assert features(Question(asked, asked, "en", Filter()), candidate(same_language=True), sentence, 0.8)[2] == fits


@pytest.mark.parametrize(
    ("same_language", "weights"), [(True, evidence._SAME_LANGUAGE), (False, evidence._ACROSS_LANGUAGES)]
)
def test_the_probability_is_a_logistic_regression(
    *, same_language: bool, weights: tuple[float, tuple[float, ...]]
) -> None:
    weighed = weigh(QUESTION, candidate(same_language=same_language), ARTICLE, Span(0, 26), 0.86)
    bias, (coverage, in_sentence, fits, length, lead, passage_lead, background) = weights
    log_odds = bias + 0.9 * coverage + 0.75 * in_sentence + fits + log(27) * length
    log_odds += 0.06 * lead + 0.05 * passage_lead + 0.8 * background
    assert weighed.probability == pytest.approx(1 / (1 + exp(-log_odds)))
    assert (weighed.text, weighed.same_language) == (SENTENCE, same_language)


def test_confidence_by_hand() -> None:
    assert confidence_features(piece(0.5)) == pytest.approx((0, 1, 0.9, 0.75, 1, 0.06, 0.05, 0.8))
    bias, (_, asked, coverage, in_sentence, fits, lead, passage_lead, background) = evidence._CONFIDENCE
    log_odds = bias + asked + 0.9 * coverage + 0.75 * in_sentence + fits
    log_odds += 0.06 * lead + 0.05 * passage_lead + 0.8 * background
    assert confidence([piece(0.5), piece(0.01)]) == pytest.approx(1 / (1 + exp(-log_odds)))


def test_confidence_rests_on_the_first_piece() -> None:
    assert confidence([piece(0.7), piece(0.9)]) == confidence([piece(0.7)])


@pytest.mark.parametrize(("probability", "log_odds"), [(1.0, log(1e12)), (0.0, -log(1e12))])
def test_certainty_has_log_odds_too(probability: float, log_odds: float) -> None:
    assert confidence_features(piece(probability))[0] == pytest.approx(log_odds, rel=1e-4)


@pytest.mark.parametrize(
    ("same_language", "least"),
    [(True, evidence._ANSWER_FROM), (False, evidence._ANSWER_ACROSS_LANGUAGES_FROM)],
)
def test_the_threshold_itself_is_enough(monkeypatch: pytest.MonkeyPatch, *, same_language: bool, least: float) -> None:
    best = piece(0.5, same_language=same_language)
    monkeypatch.setattr(evidence, "confidence", lambda _pieces: least)
    assert is_enough([best])
    monkeypatch.setattr(evidence, "confidence", lambda _pieces: least - 1e-9)
    assert not is_enough([best])


def test_across_languages_less_is_asked() -> None:
    assert evidence._ANSWER_ACROSS_LANGUAGES_FROM < evidence._ANSWER_FROM


def test_no_evidence() -> None:
    assert confidence([]) == 0.0
    assert not is_enough([])
