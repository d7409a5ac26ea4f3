"""Fits the weights of `qa.retrieve`, `qa.evidence` and `qa.findings` on dev questions; prints them and what they do.

    python -m eval.fit ../shared/data --libraries FOLDER [--keep-sentences]

With --keep-sentences the confidence alone, over sentences weighed and joined as quotedesk does it today.
The data sets do not ship with quotedesk; the sample's dev questions do. Figures of questions are cross-validated, so no
question is judged by weights it helped fit.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.linear_model import LogisticRegression

from eval.data_files import Dataset
from eval.match import holds_any
from eval.run import studied
from eval.sets import Case, group_of, without_answers
from eval.span_sets import draw
from eval.suite import assistant_over, read_set
from index.embedder import SentenceTransformerEmbedder
from qa.assistant import Assistant, Study
from qa.evidence import Evidence
from qa.findings import find, grounds, joined_signs
from qa.logistic import Weights, logistic
from qa.reader import builtin_reader

Floats = NDArray[np.float64]

# The sets of news and the splits that may be tuned on. They are what quotedesk is for, so that each question weighs
# more than one of a span set.
_NEWS = {"meta-2024": None, "sample": "dev", "realtimeqa-2023": "dev", "stories": "dev"}
# Of a set at most so many questions: each is asked twice, at about half a second.
_MOST = 300
_NEWS_WEIGHT = 3.0
_FOLDS = 5
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A question asked of all articles, or of all but those that answer it, and what was found."""

    case: Case
    news: bool
    study: Study

    @property
    def fold(self) -> int:
        """The same for all questions on an article, however they are asked."""
        return int(sha256(group_of(self.case).encode()).hexdigest(), 16) % _FOLDS

    def held_by(self, piece: Evidence) -> bool:
        """Whether that sentence holds the answer, in an article that is known to hold it."""
        return self._is_named(piece) and self._has_words(piece)

    def judged(self, piece: Evidence) -> bool:
        """Whether it is known if that sentence answers, as it is not of one with the words in an article not named."""
        return self._is_named(piece) or not self._has_words(piece)

    def _is_named(self, piece: Evidence) -> bool:
        return piece.article.id in self.case.articles

    def _has_words(self, piece: Evidence) -> bool:
        return any(holds_any(piece.text, group) for group in self.case.wanted or self.case.absent)


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of signs, shape (n, features), what each should come to, and how much it weighs."""

    values: Floats
    target: NDArray[np.bool_]
    weights: Floats

    @classmethod
    def of(cls, values: Sequence[Sequence[float]], target: Sequence[bool], asked: Sequence[Asked]) -> "_Table":
        weights = np.where([a.news for a in asked], _NEWS_WEIGHT, 1.0)
        return cls(np.array(values), np.array(target), weights)

    def rows(self, chosen: NDArray[np.bool_]) -> "_Table":
        return _Table(self.values[chosen], self.target[chosen], self.weights[chosen])

    def fit(self) -> Weights:
        """A logistic regression, in the signs' own units."""
        middle, spread = self.values.mean(axis=0), self.values.std(axis=0) + 1e-9
        model = LogisticRegression(max_iter=2000)
        model.fit((self.values - middle) / spread, self.target, sample_weight=self.weights)
        factors = model.coef_[0] / spread
        return Weights(float(model.intercept_[0] - factors @ middle), tuple(factors.tolist()))


def main() -> None:
    """Ask, fit and print."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit", description="Fit the weights of an answer.")
    parser.add_argument("data", type=Path, help="the folder of the data sets")
    parser.add_argument("--libraries", type=Path, required=True, help="where libraries are kept")
    parser.add_argument("--keep-sentences", action="store_true", help="fit the confidence alone")
    options = parser.parse_args()
    asked, out = list(asked_of(options.data, options.libraries)), Console(soft_wrap=True)
    show_confidence(asked if options.keep_sentences else refitted(asked, out), out)


def asked_of(data: Path, libraries: Path) -> Iterator[Asked]:
    """Every question that weights are fitted on, as it is and once more without the articles that answer it."""
    embedder, reader = SentenceTransformerEmbedder(), builtin_reader()
    sets = [read_set(data, name, split, _MOST) for name, split in _NEWS.items()]
    for dataset in (*sets, draw(data)):
        yield from _ask(dataset, assistant_over(dataset, libraries, embedder, reader))


def _ask(dataset: Dataset, assistant: Assistant) -> Iterator[Asked]:
    for case in track(dataset.cases, dataset.name, console=Console(stderr=True)):
        for one in (case, without_answers(case)) if case.answerable else (case,):
            study = studied(one, assistant)
            if study.evidence:
                yield Asked(one, dataset.name in _NEWS, study)


def refitted(asked: Sequence[Asked], out: Console) -> list[Asked]:
    """The questions with their evidence weighed and joined by weights fitted one after the other, and printed."""
    for same in (True, False):
        out.print(f"passages {_kind(same)}: {_listed(_passages(asked, same_language=same).fit())}")
    fitted = {same: _sentences(asked, same_language=same).fit() for same in (True, False)}
    for same, weights in fitted.items():
        out.print(f"sentences {_kind(same)}: {_listed(weights)}")
    weighed = [reweighed(one, fitted) for one in asked]
    joined = _joined(weighed).fit()
    out.print(f"joined: {_listed(joined)}")
    return [replace(one, study=replace(one.study, findings=find(one.study.evidence, joined))) for one in weighed]


def show_confidence(found: Sequence[Asked], out: Console) -> None:
    """Fit the confidence on what was found and print it, and what it would do; on what is judged alone."""
    judged = [one for one in found if _is_judged(one, _shown(one))]
    out.print(f"confidence: {_listed(_questions(judged).fit())}, {len(judged)} of {len(found)} questions are judged")
    for news in (True, False):
        for same in (True, False):
            out.print(_curve(judged, same_language=same, news=news))


def reweighed(asked: Asked, weights: dict[bool, Weights]) -> Asked:
    """The question with its evidence weighed anew, likeliest first, and joined."""
    weighed = [
        replace(one, probability=logistic(weights[one.same_language].log_odds(one.signs)))
        for one in asked.study.evidence
    ]
    evidence = sorted(weighed, key=lambda one: -one.probability)
    return replace(asked, study=replace(asked.study, evidence=evidence, findings=find(evidence)))


def _passages(asked: Sequence[Asked], *, same_language: bool) -> _Table:
    rows = [(a, c) for a in asked for c in a.study.candidates if c.same_language is same_language]
    held = [a.case.answerable and c.passage.article in a.case.articles for a, c in rows]
    return _Table.of([(c.lead, c.coverage) for _, c in rows], held, [a for a, _ in rows])


def _sentences(asked: Sequence[Asked], *, same_language: bool) -> _Table:
    rows = [(a, e) for a in asked for e in a.study.evidence if e.same_language is same_language and a.judged(e)]
    return _Table.of([e.signs for _, e in rows], [a.held_by(e) for a, e in rows], [a for a, _ in rows])


def _joined(asked: Sequence[Asked]) -> _Table:
    every = [(a, finding) for a in asked for finding in a.study.findings]
    rows = [(a, one) for a, one in every if _is_judged(a, one.evidence)]
    values = [joined_signs(finding.evidence) for _, finding in rows]
    return _Table.of(values, [any(map(a.held_by, finding.evidence)) for a, finding in rows], [a for a, _ in rows])


def _questions(asked: Sequence[Asked]) -> _Table:
    """The question as a whole: whether the answer stands among the sentences shown."""
    return _Table.of([grounds(a.study.findings) for a in asked], [_is_shown(a) for a in asked], asked)


def _is_judged(asked: Asked, evidence: Sequence[Evidence]) -> bool:
    """Whether one of them is known to answer, or all are known not to."""
    return any(map(asked.held_by, evidence)) or all(map(asked.judged, evidence))


def _shown(asked: Asked) -> list[Evidence]:
    return [finding.best for finding in asked.study.findings[:_SHOWN]]


def _is_shown(asked: Asked) -> bool:
    return any(map(asked.held_by, _shown(asked)))


def _curve(asked: Sequence[Asked], *, same_language: bool, news: bool) -> Table:
    """What each threshold would do, each question judged by weights that it did not help to fit."""
    table, folds = _questions(asked), np.array([a.fold for a in asked])
    sure = np.empty(len(asked))
    for fold in range(_FOLDS):
        weights = table.rows(folds != fold).fit()
        sure[folds == fold] = [logistic(weights.log_odds(row)) for row in table.values[folds == fold]]
    chosen = np.array([a.news is news and a.study.findings[0].best.same_language is same_language for a in asked])
    answerable = np.array([a.case.answerable for a in asked])
    title = f"{'news' if news else 'span sets'}, {_kind(same_language)}"
    shown = Table("from", "right", "answerable declined", "unanswerable declined", title=title)
    for least in np.arange(0.05, 0.65, 0.05):
        right, declined = table.target & (sure >= least), sure < least
        shares = (right[chosen & answerable], declined[chosen & answerable], declined[chosen & ~answerable])
        shown.add_row(f"{least:.2f}", *(f"{share.mean():.2f}" if len(share) else "-" for share in shares))
    return shown


def _kind(same_language: bool) -> str:
    return "in the question's language" if same_language else "in another language"


def _listed(weights: Weights) -> str:
    return f"({weights.bias:.2f}, ({', '.join(f'{factor:.3g}' for factor in weights.factors)}))"


if __name__ == "__main__":
    main()
