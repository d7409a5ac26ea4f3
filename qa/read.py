"""The passages worth reading, read: which of their sentences answers the question, with which words, how surely."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from statistics import fmean
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.any_library import AnyLibrary
from index.types import Article, Passage, Span
from qa.changes import what_it_came_to
from qa.editions import of_another_edition
from qa.evidence import Abroad, Evidence, weigh
from qa.figures import names_a_number
from qa.measures import fits_measure, measured, measures, with_unit
from qa.quantities import find_quantities
from qa.question import asks, deciding_words, wanted
from qa.reader import Reading, Words
from qa.retrieve import Candidate
from qa.types import Question

# Passages read for one question, about 40 ms each, and at least so many of each language of the library.
_PASSAGES = 16
_PASSAGES_OF_A_LANGUAGE = 6
# Of a longer title only so many characters are read.
_TITLE = 200
# The nearest sentences of a language, where the rivals of a right one are.
_NEAREST = 8


class PassageReader(Protocol):
    """What reads passages; `qa.reader.Reader` does."""

    def read(self, question: str, passages: Sequence[str], /) -> list[Reading]:
        """Each passage read for the question, in their order."""

    def nearness(self, question: str, texts: Sequence[str], /) -> NDArray[np.float32]:
        """How near each text is to the question, whatever their languages: cosines, float32, shape (len(texts),)."""


# What a step of reading is: question, candidates, library and reader in; evidence out, likeliest first.
ReadStep = Callable[[Question, Sequence[Candidate], AnyLibrary, PassageReader], list[Evidence]]


@dataclass(frozen=True, slots=True)
class Piece:
    """What is read for a candidate: its passage made longer to whole sentences, under the heading of its article."""

    article: Article
    span: Span
    sentences: tuple[Span, ...]
    candidate: Candidate
    heading: str

    @classmethod
    def of(cls, candidate: Candidate, article: Article) -> "Piece":
        """The piece of `article` that the candidate's sentences make up; the passage itself where it has none."""
        passage = candidate.passage.span
        sentences = tuple(span for span in article.sentences if span.overlaps(passage))
        span = Span(sentences[0].start, sentences[-1].end) if sentences else passage
        return cls(article, span, sentences, candidate, _heading(article, span))

    @property
    def text(self) -> str:
        """The article's own words."""
        return self.span.of(self.article.text)

    @property
    def as_read(self) -> str:
        """What is given to the reader."""
        return self.heading + self.text

    def answering(self, question: Question) -> list[tuple[Span, str]]:
        """The sentences that could answer, as spans of the article, with their texts."""
        told = ((sentence, sentence.of(self.article.text)) for sentence in self.sentences)
        return [(sentence, text) for sentence, text in told if could_answer(question, text)]

    def within(self, span: Span) -> Span:
        """A span of the article as a span of `as_read`."""
        ahead = len(self.heading) - self.span.start
        return Span(span.start + ahead, span.end + ahead)

    def outside(self, span: Span) -> Span:
        """A span of `as_read` as a span of the article, less what of it lies in the heading."""
        ahead = len(self.heading) - self.span.start
        return Span(max(span.start, len(self.heading)) - ahead, span.end - ahead)


def _heading(article: Article, span: Span) -> str:
    """A line with the title and the day, which say what a passage is about; empty where the title is among its words.

    A title made from the article's first line ends in "…" where it was cut.
    """
    title = article.title.removesuffix("…")
    if not title.strip() or title in span.of(article.text):
        return ""
    return headline(title, article.published)


def headline(title: str, published: date | None) -> str:
    """The line that a passage is read under: its article's title and day."""
    return f"{title[:_TITLE]} ({published})\n" if published else f"{title[:_TITLE]}\n"


def choose_passages(
    candidates: Sequence[Candidate],
    *,
    same: Callable[[Passage], Hashable] = lambda passage: passage.text,
    of_a_language: int = _PASSAGES_OF_A_LANGUAGE,
) -> list[Candidate]:
    """The candidates worth reading, likeliest first, at least `of_a_language` of each language.

    Those that are the same, copies of one text, share one place.
    """
    taken: set[Hashable] = set()
    of_language: dict[str, int] = {}
    chosen: list[Candidate] = []
    for candidate in candidates:
        passage = candidate.passage
        few = of_language.get(passage.language, 0) < of_a_language
        if same(passage) in taken or few or len(taken) < _PASSAGES:
            chosen.append(candidate)
            of_language[passage.language] = of_language.get(passage.language, 0) + (same(passage) not in taken)
            taken.add(same(passage))
    return chosen


def read(
    question: Question, candidates: Sequence[Candidate], library: AnyLibrary, reader: PassageReader
) -> list[Evidence]:
    """The sentences of the candidates that may answer, likeliest first; one that stands in two passages once."""
    whole = (Piece.of(candidate, library.article(candidate.passage.article)) for candidate in candidates)
    pieces = [piece for piece in whole if piece.sentences]
    texts = list(dict.fromkeys(piece.as_read for piece in pieces))
    readings = dict(zip(texts, reader.read(question.searched_for, texts), strict=True))
    near = _nearness(question, pieces, readings, reader)
    evidence = [one for piece in pieces for one in _evidence(question, piece, readings[piece.as_read], near)]
    kept: dict[tuple[str, Span], Evidence] = {}
    for one in sorted(evidence, key=lambda one: -one.probability):
        kept.setdefault((one.article.id, one.span), one)
    return list(kept.values())


@dataclass(frozen=True, slots=True)
class _Nearness:
    """How far the passages and sentences in other languages than the question's stand out, by their texts.

    `at_home` is the highest relevance of a passage in the question's language.
    """

    at_home: float
    passages: dict[str, float] = field(default_factory=dict)
    sentences: dict[str, float] = field(default_factory=dict)

    def of(self, candidate: Candidate, sentence: str) -> Abroad:
        """What tells of a sentence of the candidate's passage."""
        if candidate.same_language:
            return Abroad()
        return Abroad(self.passages[candidate.passage.text], self.sentences[sentence], self.at_home)


def _nearness(
    question: Question, pieces: Sequence[Piece], readings: Mapping[str, Reading], reader: PassageReader
) -> _Nearness:
    """A cosine says little by itself: it is told from the mean of the passages read, and of the nearest sentences."""
    abroad: dict[str, list[Piece]] = {}
    for piece in pieces:
        if not piece.candidate.same_language:
            abroad.setdefault(piece.article.language, []).append(piece)
    at_home = (readings[piece.as_read].relevance for piece in pieces if piece.candidate.same_language)
    near = _Nearness(max(at_home, default=0.0))
    for alike in abroad.values():
        passages = list(dict.fromkeys(piece.candidate.passage.text for piece in alike))
        sentences = list(dict.fromkeys(text for piece in alike for _, text in piece.answering(question)))
        cosines = reader.nearness(question.searched_for, [*passages, *sentences]).tolist()
        of_passages, of_sentences = cosines[: len(passages)], cosines[len(passages) :]
        near.passages.update(_leads(passages, of_passages, of_passages))
        near.sentences.update(_leads(sentences, of_sentences, sorted(of_sentences)[-_NEAREST:]))
    return near


def _leads(texts: Sequence[str], cosines: Sequence[float], background: Sequence[float]) -> Iterator[tuple[str, float]]:
    middle = fmean(background) if texts else 0.0
    yield from ((text, cosine - middle) for text, cosine in zip(texts, cosines, strict=True))


def _evidence(question: Question, piece: Piece, reading: Reading, nearness: _Nearness) -> list[Evidence]:
    """Each sentence of the piece that could answer, with the likeliest words in it."""
    candidate, article = piece.candidate, piece.article
    found = []
    for sentence, text in piece.answering(question):
        if words := _words(question, reading, piece, sentence):
            answer = _trimmed(piece.outside(words.span), sentence, article.text)
            abroad = nearness.of(candidate, text)
            found.append(weigh(question, candidate, article, sentence, answer, reading.relevance, words, abroad))
    return found


def _words(question: Question, reading: Reading, piece: Piece, sentence: Span) -> Words | None:
    """The likeliest words of a sentence, made longer to whole figures with their units.

    Where they measure something else than what is asked for, the likeliest figure that measures that; where they are
    a change and what it came to is asked for, that.
    """
    inside, asked = piece.within(sentence), deciding_words(question)
    words = reading.best(inside)
    if words is None:
        return None
    said = inside.of(piece.as_read)
    figures = find_quantities(said)
    units = [(with_unit(one, said), measures(one, said)) for one in figures]
    whole = [(Span(span.start + inside.start, span.end + inside.start), measure) for span, measure in units]
    if fits_measure(asked, words.span.of(piece.as_read)) < 0:
        fitting = [reading.best(span) for span, measure in whole if measure == measured(asked)]
        words = max((one for one in fitting if one), key=lambda one: one.certainty, default=words)
    # The first token of a sentence may begin with the white space before it.
    answer = Span(max(0, words.span.start - inside.start), max(1, words.span.end - inside.start))
    if level := what_it_came_to(asked, said, figures, answer):
        words = replace(words, span=Span(level.start + inside.start, level.end + inside.start))
    touched = [words.span, *(span for span, _ in whole if span.overlaps(words.span))]
    return replace(words, span=Span(min(one.start for one in touched), max(one.end for one in touched)))


def _trimmed(answer: Span, sentence: Span, text: str) -> Span:
    """The answer's part that lies in the sentence, without white space around it, which tokens may begin with."""
    start, end = max(answer.start, sentence.start), min(answer.end, sentence.end)
    said = text[start:end]
    return Span(end - len(said.lstrip()), start + len(said.rstrip())) if said.strip() else Span(start, end)


def could_answer(question: Question, sentence: str) -> bool:
    """Whether a sentence may answer.

    It is no question itself, tells of no other edition than the one asked about ("Llama 3" for "Llama 2"), and has a
    number where an amount is asked for, of no other measure.
    """
    if asks(sentence) or of_another_edition(question.searched_for, sentence):
        return False
    asked = deciding_words(question)
    return wanted(asked) != "amount" or (names_a_number(sentence) and fits_measure(asked, sentence) >= 0)
