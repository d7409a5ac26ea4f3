"""How likely a sentence is to answer a question, and a question to be answered at all: features, weights, threshold.

The weights are three logistic regressions over the features, fitted by `python -m eval.fit` on the dev questions
(sample, meta-2024) and on 900 questions of squad2, DRCD, CMRC, JaQuAD and XQuAD.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from index.types import Article, Span
from qa.figures import could_answer
from qa.question import deciding_words
from qa.retrieve import Candidate, logistic
from qa.types import Question

# A bias and a factor for each of `features`, for sentences in the question's language and in another.
_SAME_LANGUAGE = (-15.04, (1.77, 4.21, 0.896, 0.0365, 34.7, 2.26, 11.0))
_ACROSS_LANGUAGES = (-9.41, (0.452, 0.449, 0.971, 0.536, 57.9, 22.1, 1.51))
# The same for the question as a whole, over the features of its best sentence and that sentence's log odds. It is a
# regression of its own since sentences are judged against their neighbours, questions against unanswerable ones.
_CONFIDENCE = (-10.44, (0.871, -0.415, 1.25, -2.35, -0.519, 15.5, 9.78, 13.8))
# Below this confidence the articles are taken not to answer. Evidence in another language is weaker for right and
# wrong answers alike, so it has a threshold of its own. Cross-validated on the dev questions about news, 0.35 answers
# 66 % of the answerable rightly and declines 75 % of the unanswerable ones, 0.15 across languages 29 and 79 %;
# `python -m eval.fit` shows the whole curves.
_ANSWER_FROM = 0.35
_ANSWER_ACROSS_LANGUAGES_FROM = 0.15
# Embedders whose cosines spread wider than the built-in one's make probabilities of exactly 0 and 1, without log odds.
_SUREST_MISTAKE = 1e-12


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence, the probability in [0, 1] that it answers the question, and what that was made of."""

    article: Article
    span: Span
    probability: float
    same_language: bool
    features: tuple[float, ...]

    @property
    def text(self) -> str:
        """The sentence itself."""
        return self.span.of(self.article.text)


def weigh(question: Question, candidate: Candidate, article: Article, span: Span, cosine: float) -> Evidence:
    """The sentence at `span` as evidence; `cosine` is its similarity with the question."""
    values = features(question, candidate, span.of(article.text), cosine)
    weights = _SAME_LANGUAGE if candidate.same_language else _ACROSS_LANGUAGES
    return Evidence(article, span, logistic(_sum(weights, values)), candidate.same_language, values)


def features(question: Question, candidate: Candidate, sentence: str, cosine: float) -> tuple[float, ...]:
    """What speaks for a sentence, in the order of the weights.

    Coverage of the passage and of the sentence in [0, 1], whether it holds such a figure as is asked for in
    {-1, 0, 1}, the logarithm of its length in characters, how far its cosine and its passage's stand out from the
    passages of its language, and those passages' own mean cosine.
    """
    return (
        candidate.coverage,
        candidate.rarity.coverage(sentence),
        could_answer(deciding_words(question), sentence),
        log(len(sentence) + 1),
        cosine - candidate.background,
        candidate.lead,
        candidate.background,
    )


def confidence(evidence: Sequence[Evidence]) -> float:
    """The probability in [0, 1] that the evidence, likeliest first, answers the question; 0 without evidence."""
    return logistic(_sum(_CONFIDENCE, confidence_features(evidence[0]))) if evidence else 0.0


def is_enough(evidence: Sequence[Evidence]) -> bool:
    """Whether the evidence, likeliest first, is sure enough to answer with."""
    if not evidence:
        return False
    least = _ANSWER_FROM if evidence[0].same_language else _ANSWER_ACROSS_LANGUAGES_FROM
    return confidence(evidence) >= least


def confidence_features(best: Evidence) -> tuple[float, ...]:
    """What speaks for the question's being answered, in the order of the weights.

    The best sentence's log odds, whether a figure is asked for, then its features without the length.
    """
    sure = min(max(best.probability, _SUREST_MISTAKE), 1 - _SUREST_MISTAKE)
    log_odds = log(sure / (1 - sure))
    coverage, in_sentence, fits, _, lead, passage_lead, background = best.features
    return (log_odds, float(fits != 0), coverage, in_sentence, fits, lead, passage_lead, background)


def _sum(weights: tuple[float, tuple[float, ...]], values: tuple[float, ...]) -> float:
    bias, factors = weights
    return bias + sum(factor * value for factor, value in zip(factors, values, strict=True))
