"""Fits the weights of `qa.retrieve` and `qa.evidence` on dev questions and prints them with what they achieve.

    python -m eval.fit ../shared

The folder holds the span sets and the meta-2024 articles and dev questions that do not ship with quotedesk; the
sample's dev questions do. Figures of questions are cross-validated, so no question is judged by weights it helped fit.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.linear_model import LogisticRegression

from eval.match import holds_any
from eval.sets import SAMPLE_ARTICLES, SAMPLE_QUESTIONS, Case, group_of, load_set, without_answers
from eval.span_sets import draw
from index.embedder import Embedder, SentenceTransformerEmbedder, Vectors
from index.library import Library
from index.update import index_paths
from qa.evidence import Evidence, confidence_features, weigh
from qa.question import understand
from qa.read import choose_passages, sentences_of
from qa.retrieve import Candidate, retrieve

Floats = NDArray[np.float64]

# News questions are what quotedesk is for, and there are few: so they weigh about as much as the span sets together.
_NEWS_WEIGHT = 15.0
_FOLDS = 5
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A question asked of all articles, or of all but those that answer it, and what was found, likeliest first."""

    case: Case
    news: bool
    candidates: list[Candidate]
    evidence: list[Evidence]

    @property
    def fold(self) -> int:
        """The same for all questions on an article, however they are asked."""
        return int(sha256(group_of(self.case).encode()).hexdigest(), 16) % _FOLDS

    def held_by(self, piece: Evidence) -> bool:
        """Whether that sentence holds the answer, in an article that is known to hold it."""
        return piece.article.id in self.case.articles and holds_any(piece.text, self.case.answers)


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of features, shape (n, features), what each should come to, and how much it weighs."""

    values: Floats
    target: NDArray[np.bool_]
    weights: Floats

    @classmethod
    def of(cls, values: Sequence[tuple[float, ...]], target: Sequence[bool], asked: Sequence[Asked]) -> "_Table":
        weights = np.where([a.news for a in asked], _NEWS_WEIGHT, 1.0)
        return cls(np.array(values), np.array(target), weights)

    def rows(self, chosen: NDArray[np.bool_]) -> "_Table":
        return _Table(self.values[chosen], self.target[chosen], self.weights[chosen])

    def fit(self) -> tuple[float, Floats]:
        """Bias and weights of a logistic regression, in the features' own units."""
        middle, spread = self.values.mean(axis=0), self.values.std(axis=0) + 1e-9
        model = LogisticRegression(max_iter=2000)
        model.fit((self.values - middle) / spread, self.target, sample_weight=self.weights)
        factors = model.coef_[0] / spread
        return float(model.intercept_[0] - factors @ middle), factors


def main(shared: Path) -> None:
    """Fit and print. The confidence builds on the sentence weights in force: where those change, run it again."""
    embedder = SentenceTransformerEmbedder()
    with TemporaryDirectory() as folder:
        asked = [*_news(shared, Path(folder), embedder), *_spans(shared / "data", Path(folder), embedder)]
    asked = [a for a in asked if a.evidence]
    out = Console()
    for same in (True, False):
        out.print(f"passages {_kind(same)}: {_listed(_passages(asked, same_language=same).fit())}")
        out.print(f"sentences {_kind(same)}: {_listed(_sentences(asked, same_language=same).fit())}")
    out.print(f"confidence: {_listed(_questions(asked).fit())}")
    for same in (True, False):
        out.print(_curve(asked, same_language=same))


def _news(shared: Path, folder: Path, embedder: Embedder) -> Iterator[Asked]:
    meta = load_set(shared / "eval" / "meta-2024.dev.jsonl")
    sample = [case for case in load_set(SAMPLE_QUESTIONS) if case.split == "dev"]
    for name, articles, cases in (("meta", shared / "corpus" / "meta-2024", meta), ("sample", SAMPLE_ARTICLES, sample)):
        index_paths(folder / name, [articles], embedder)
        yield from _ask(folder / name, cases, embedder, news=True)


def _spans(data: Path, folder: Path, embedder: Embedder) -> Iterator[Asked]:
    drawn = draw(data)
    index_paths(folder / "spans", [drawn.write_articles(folder)], embedder)
    yield from _ask(folder / "spans", drawn.cases, embedder, news=False)


def _ask(folder: Path, cases: Sequence[Case], embedder: Embedder, *, news: bool) -> Iterator[Asked]:
    """Each case as it is, and once more without the articles that answer it."""
    library = Library.open(folder)
    known: dict[str, Vectors] = {}
    for case in track(cases, folder.name, console=Console(stderr=True)):
        yield Asked(case, news, *_look(case, library, embedder, known))
        if case.answerable:
            unanswerable = without_answers(case)
            yield Asked(unanswerable, news, *_look(unanswerable, library, embedder, known))


def _look(
    case: Case, library: Library, embedder: Embedder, known: dict[str, Vectors]
) -> tuple[list[Candidate], list[Evidence]]:
    """The passages chosen, and every sentence of them, likeliest first. `known` keeps vectors of sentences."""
    question = understand(case.question, case.question, case.filter())
    vector = embedder.embed_question(question.searched_for)
    candidates = choose_passages(retrieve(question, vector, library))
    sentences = sentences_of(question, candidates, library)
    new = [text for text in dict.fromkeys(s.in_context for s in sentences) if text not in known]
    known.update(zip(new, embedder.embed_passages(new), strict=True))
    evidence = [weigh(question, s.candidate, s.article, s.span, float(known[s.in_context] @ vector)) for s in sentences]
    return candidates, sorted(evidence, key=lambda piece: -piece.probability)


def _passages(asked: Sequence[Asked], *, same_language: bool) -> _Table:
    rows = [(a, c) for a in asked for c in a.candidates if c.same_language is same_language]
    held = [a.case.answerable and c.passage.article in a.case.articles for a, c in rows]
    return _Table.of([(c.lead, c.coverage) for _, c in rows], held, [a for a, _ in rows])


def _sentences(asked: Sequence[Asked], *, same_language: bool) -> _Table:
    rows = [(a, e) for a in asked for e in a.evidence if e.same_language is same_language]
    return _Table.of([e.features for _, e in rows], [a.held_by(e) for a, e in rows], [a for a, _ in rows])


def _questions(asked: Sequence[Asked]) -> _Table:
    """The question as a whole: whether the answer stands among the sentences shown."""
    values = [confidence_features(a.evidence[0]) for a in asked]
    return _Table.of(values, [any(map(a.held_by, a.evidence[:_SHOWN])) for a in asked], asked)


def _curve(asked: Sequence[Asked], *, same_language: bool) -> Table:
    """What each threshold would do to the news questions, each judged by weights that it did not help to fit."""
    table, folds = _questions(asked), np.array([a.fold for a in asked])
    sure = np.empty(len(asked))
    for fold in range(_FOLDS):
        bias, factors = table.rows(folds != fold).fit()
        sure[folds == fold] = 1 / (1 + np.exp(-(table.values[folds == fold] @ factors + bias)))
    chosen = np.array([a.news and a.evidence[0].same_language is same_language for a in asked])
    answerable = np.array([a.case.answerable for a in asked])
    shown = Table("from", "right", "answerable declined", "unanswerable declined", title=_kind(same_language))
    for least in np.arange(0.05, 0.65, 0.05):
        right, declined = table.target & (sure >= least), sure < least
        shares = (right[chosen & answerable], declined[chosen & answerable], declined[chosen & ~answerable])
        shown.add_row(f"{least:.2f}", *(f"{share.mean():.2f}" for share in shares))
    return shown


def _kind(same_language: bool) -> str:
    return "in the question's language" if same_language else "in another language"


def _listed(fitted: tuple[float, Floats]) -> str:
    bias, factors = fitted
    return f"({bias:.2f}, ({', '.join(f'{factor:.3g}' for factor in factors)}))"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
