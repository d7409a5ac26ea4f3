"""Passages for a question, from every language of the library; it ranks passages and reads none of them.

Candidates are taken from each article language apart, because a multilingual embedder puts nearly everything in the
question's own language first. Across languages cosines run lower, so a passage is not judged by its cosine but by
how far it stands out among the passages of its language: its lead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from index.any_library import AnyLibrary
from index.embedder import Vectors
from index.tokens import tokens
from index.types import Hit, Passage
from index.words import inverse_frequency
from qa.logistic import Weights, logistic
from qa.question import content_tokens
from qa.types import Found, Question

# Taken from each language by each of the two searches; the lead is measured against the dense ones.
_CANDIDATES = 24
# The lead's own background: the best few passages of a language, where the rivals of a right one are.
_BACKGROUND = 8
# What lead and coverage weigh, for passages in the question's language and in another.
_SAME_LANGUAGE = Weights(-2.19, (27.6, 1.87))
_ACROSS_LANGUAGES = Weights(-3.31, (51.5, 0.545))


@dataclass(frozen=True, slots=True)
class Rarity:
    """How much each content token of a question weighs among the passages of one language: the rarer, the more."""

    weights: dict[str, float]

    def coverage(self, text: str) -> float:
        """The share of the question, in [0, 1], that stands in `text`; 0 when nothing of it can."""
        total = sum(self.weights.values())
        held = set(tokens(text))
        return sum(weight for token, weight in self.weights.items() if token in held) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with what speaks for it. `background` is the cosine that `lead` is measured from."""

    passage: Passage
    lead: float
    coverage: float
    background: float
    rarity: Rarity
    same_language: bool

    @property
    def cosine(self) -> float:
        """The passage's similarity with the question."""
        return self.background + self.lead

    @property
    def probability(self) -> float:
        """How likely the passage is to hold the answer, in [0, 1]; comparable between languages.

        A logistic regression on dev questions about news and on span sets; `python -m eval.fit` makes it again.
        """
        weights = _SAME_LANGUAGE if self.same_language else _ACROSS_LANGUAGES
        return logistic(weights.log_odds((self.lead, self.coverage)))


def retrieve(question: Question, vector: Vectors, library: AnyLibrary, *, depth: int = 0) -> list[Candidate]:
    """The passages that could answer, likeliest first. `vector` is the question's, shape (dimension,).

    At least `depth` of them are found where there are so many.
    """
    search = _Search(vector, library.rows_admitted(question.where), max(depth, _CANDIDATES))
    candidates = [
        candidate for language in library.languages() for candidate in _in_language(question, search, library, language)
    ]
    return sorted(candidates, key=lambda candidate: -candidate.probability)


def as_found(candidates: Sequence[Candidate], library: AnyLibrary) -> list[Found]:
    """The candidates as search results, scored by their probability."""
    return [
        Found(
            Hit(candidate.passage, candidate.probability, "vectors+words" if candidate.same_language else "vectors"),
            library.article(candidate.passage.article),
        )
        for candidate in candidates
    ]


@dataclass(frozen=True, slots=True)
class _Search:
    """What is the same for every language: the question's vector, what is admitted (None for all), how many."""

    vector: Vectors
    only: Any
    depth: int


def _in_language(question: Question, search: _Search, library: AnyLibrary, language: str) -> list[Candidate]:
    nearest = library.search_vectors(search.vector, language, search.depth, search.only)
    if not nearest:
        return []
    same_language = language == question.language
    cosines = {hit.passage: hit.score for hit in nearest}
    if same_language:
        by_words = library.search_words(tokens(question.searched_for), language, search.depth, search.only)
        cosines |= library.cosines(search.vector, [hit.passage for hit in by_words])
    background = sum(hit.score for hit in nearest[:_BACKGROUND]) / len(nearest[:_BACKGROUND])
    rarity = _rarity(question.searched_for, library, language, shared_only=not same_language)
    return [
        Candidate(passage, cosine - background, rarity.coverage(passage.text), background, rarity, same_language)
        for passage, cosine in cosines.items()
    ]


def _rarity(question: str, library: AnyLibrary, language: str, *, shared_only: bool) -> Rarity:
    """With `shared_only`, only the tokens that this language's passages know count: names and figures."""
    total, holding = library.passages_in(language), library.passages_holding(content_tokens(question), language)
    return Rarity({token: inverse_frequency(held, total) for token, held in holding.items() if held or not shared_only})
