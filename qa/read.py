"""Which sentences of the passages answer the question, and how surely; similarity stands in for reading.

It compares sentences with the question as wholes: it knows neighbourhoods, not meaning.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from index.embedder import Embedder, Vectors, in_context
from index.library import Library
from index.types import Article, Passage, Span
from qa.evidence import Evidence, weigh
from qa.figures import names_a_number
from qa.question import asks, deciding_words, wanted
from qa.retrieve import Candidate
from qa.types import Question

# Passages looked into for one question, and at least so many of each language of the library.
_PASSAGES = 8
_PASSAGES_OF_A_LANGUAGE = 2
# Sentences compared with the question one by one, about 20 ms each. Comparing all of them, 40 or so, finds hardly any
# more answers (eval/LOG.md).
_SENTENCES = 16


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence to be weighed, and the passage that brought it up."""

    article: Article
    span: Span
    candidate: Candidate

    @property
    def text(self) -> str:
        """The sentence itself."""
        return self.span.of(self.article.text)

    @property
    def in_context(self) -> str:
        """What is embedded for it."""
        return in_context(self.article.title, self.text)


# What a reader is: question, its vector, candidates, library and embedder in; evidence out, likeliest first.
ReadStep = Callable[[Question, Vectors, Sequence[Candidate], Library, Embedder], list[Evidence]]


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
    question: Question, vector: Vectors, candidates: Sequence[Candidate], library: Library, embedder: Embedder
) -> list[Evidence]:
    """The sentences of the candidates that may answer, likeliest first; one that stands in two passages once.

    `vector` is the question's, shape (dimension,).
    """
    screened = _screen(question, sentences_of(question, candidates, library))
    texts = list(dict.fromkeys(sentence.in_context for sentence in screened))
    cosines = dict(zip(texts, (embedder.embed_passages(texts) @ vector).tolist(), strict=True))
    evidence = [weigh(question, s.candidate, s.article, s.span, cosines[s.in_context]) for s in screened]
    likeliest_first = sorted(evidence, key=lambda piece: -piece.probability)
    kept: dict[tuple[str, Span], Evidence] = {}
    for piece in likeliest_first:
        kept.setdefault((piece.article.id, piece.span), piece)
    return list(kept.values())


def sentences_of(question: Question, candidates: Sequence[Candidate], library: Library) -> list[Sentence]:
    """Every sentence that overlaps a candidate, candidate by candidate, but for those that cannot answer.

    A sentence that asks answers nothing, however much it sounds like the question, nor does one without a number
    where an amount is asked for.
    """
    articles = {one: library.article(one) for one in dict.fromkeys(c.passage.article for c in candidates)}
    sentences = [
        Sentence(articles[candidate.passage.article], span, candidate)
        for candidate in candidates
        for span in articles[candidate.passage.article].sentences
        if span.overlaps(candidate.passage.span)
    ]
    needs_number = wanted(deciding_words(question)) == "amount"
    return [s for s in sentences if not asks(s.text) and (names_a_number(s.text) or not needs_number)]


def _screen(question: Question, sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that promise most when each is taken to be as near to the question as its passage is."""

    def promise(sentence: Sentence) -> float:
        passage = sentence.candidate
        return weigh(question, passage, sentence.article, sentence.span, passage.cosine).probability

    kept: list[Sentence] = []
    texts: set[str] = set()
    for sentence in sorted(sentences, key=promise, reverse=True):
        if len(texts) < _SENTENCES or sentence.in_context in texts:
            kept.append(sentence)
            texts.add(sentence.in_context)
    return kept
