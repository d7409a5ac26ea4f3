"""How likely a sentence is to answer a question: what speaks for it, as numbers, and what they weigh.

The weights are logistic regressions fitted by `python -m eval.fit`, on questions that it names.
"""

from dataclasses import dataclass
from math import log
from typing import NamedTuple

from index.tokens import tokens
from index.types import Article, Span
from qa.figures import fits
from qa.logistic import Weights, logistic
from qa.period import newness, recency, timeliness
from qa.question import deciding_words
from qa.reader import Words
from qa.retrieve import Candidate
from qa.types import Question


class Abroad(NamedTuple):
    """What tells of a sentence in another language than the question's; all 0 for one in its own.

    `passage_near` and `near` are how far passage and sentence stand out from others of their language by the second
    model's cosines, `at_home` is the highest relevance of a passage in the question's language, 0 without any.
    """

    passage_near: float = 0.0
    near: float = 0.0
    at_home: float = 0.0


class Signs(NamedTuple):
    """What speaks for a sentence, in the order of the weights.

    `relevance`, `certainty`, `share` and `height` are the reader's. `coverage` and `in_sentence` are how much of the
    question stands in the passage and in the sentence, in [0, 1]. `fits` and `answer_fits` say whether the sentence
    and the answer hold such a figure as is asked for, in {-1, 0, 1}. `echo` is the share of the answer's words that
    the question has itself, `length` the logarithm of the sentence's characters. `lead` is how far its passage's
    cosine stands out from the passages of its language, `background` those passages' own mean cosine. `timely` says
    whether it tells of the time asked about, in [-1, 1]. `passage_near`, `near` and `at_home` are those of `Abroad`.
    `recent` is 1 for an article of the days asked about and -1 for another, where what is new is asked for ("this
    week"); `newness` is how new the article is, in [0, 1], 0 where another time is asked about.
    """

    relevance: float
    certainty: float
    share: float
    height: float
    coverage: float
    in_sentence: float
    fits: float
    answer_fits: float
    echo: float
    length: float
    lead: float
    background: float
    timely: float
    passage_near: float
    near: float
    at_home: float
    recent: float
    newness: float


# For sentences in the question's language and in another: the mean of what was fitted with the two readers before this
# one, with which a new fit was worse. Too few questions across languages name a time, or what is new: how much these
# weigh was fitted within one. That an article is of the days asked about was chosen among 0 to 1.5 on RealTimeQA's dev
# questions: of those for news 58 in 100 are answered by such an article, where few others are. What the question's own
# language has was chosen among 0 to 0.3 on all dev questions: on the sample and meta-2024, in three languages, the
# likeliest sentence is right for 75 instead of 69 in 100, on our own stories across languages for 50 instead of 51.
_SAME_LANGUAGE = Weights(
    -17.59,
    (0.246, 0.0817, -0.0484, 0.181, 0.949, 0.163, -0.119, 0.391, -0.699, 0.322, 25.3, 13.2, 0.261, 0, 0, 0, 1.5, 1.36),
)
_ACROSS_LANGUAGES = Weights(
    -10.77,
    (0.34, 0.118, 0.006, 0.18, 0.591, -0.536, 0.86, -0.306, 1.34, 0.18, 22.9, 5.17, 0.261, 6.79, 7.55, -0.2, 1.5, 1.36),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence, the words of it that answer, the probability in [0, 1] that they do, and what that was made of.

    `passage` is the row of the passage that it was read with.
    """

    article: Article
    passage: int
    span: Span
    answer: Span
    probability: float
    same_language: bool
    signs: Signs

    @property
    def text(self) -> str:
        """The sentence itself."""
        return self.span.of(self.article.text)

    @property
    def value(self) -> str:
        """The words of it that answer."""
        return self.answer.of(self.article.text)


def weigh(  # noqa: PLR0913, PLR0917 (what is weighed, where it stands, and how it was read)
    question: Question,
    candidate: Candidate,
    article: Article,
    span: Span,
    answer: Span,
    relevance: float,
    words: Words,
    abroad: Abroad,
) -> Evidence:
    """The sentence at `span`, answering with the words at `answer`, as evidence."""
    sentence, value = span.of(article.text), answer.of(article.text)
    asked = deciding_words(question)
    signs = Signs(
        relevance=relevance,
        certainty=words.certainty,
        share=words.share,
        height=words.height,
        coverage=candidate.coverage,
        in_sentence=candidate.rarity.coverage(sentence),
        fits=fits(asked, sentence),
        answer_fits=fits(asked, value),
        echo=echo(question.searched_for, value),
        length=log(len(sentence) + 1),
        lead=candidate.lead,
        background=candidate.background,
        timely=timeliness(question.period, span, article),
        passage_near=abroad.passage_near,
        near=abroad.near,
        at_home=abroad.at_home,
        recent=recency(question.period, article),
        newness=newness(question.today, question.period, article),
    )
    weights = _SAME_LANGUAGE if candidate.same_language else _ACROSS_LANGUAGES
    return Evidence(
        article, candidate.passage.row, span, answer, logistic(weights.log_odds(signs)), candidate.same_language, signs
    )


def echo(question: str, answer: str) -> float:
    """The share of the answer's words, in [0, 1], that stand in the question; 0 for an answer without words."""
    said, asked = tokens(answer), set(tokens(question))
    return sum(token in asked for token in said) / len(said) if said else 0.0
