"""Examples of a published set: questions on paragraphs, with near misses made from them."""

from collections.abc import Sequence
from random import Random

import bm25s

from eval.code_switch import Switcher
from eval.data_files import SpanRow
from eval.examples import Example, among_lines, holds_answer
from eval.near_misses import Renamer, without_answer
from index.tokens import tokens

# How often an answering passage comes with a near miss, which takes the time of another question, and how often that
# is which: another passage, one of so many that share most words with the question; the passage without its answer;
# the question about another name.
_MISSED, _HARDEST = 0.4, 8
_OTHER, _WITHOUT, _RENAMED = 0.35, 0.3, 0.35
# How often an English or Chinese question has words in the other language, as nobody gives us such rows.
_SWITCHED = 0.3


class SpanSource:
    """One set: its answerable and unanswerable questions, and its passages with their words.

    With a `switcher` some questions have words in another language than the passage.
    """

    def __init__(self, rows: Sequence[SpanRow], switcher: Switcher | None = None) -> None:
        self.rows = rows
        self._switcher = switcher
        self.passages = sorted({row.context for row in rows})
        self._renamer = Renamer(rows)
        self._words = bm25s.BM25()
        self._words.index([tokens(passage) for passage in self.passages], show_progress=False)

    def draw(self, drawing: Random) -> list[Example]:
        """A question with its passage and, at times, where that answers it, a near miss."""
        row = drawing.choice(self.rows)
        if self._switcher and drawing.random() < _SWITCHED:
            row = row.model_copy(update={"question": self._switcher.switched(row.question, drawing)})
        if not row.answers:
            return [self._example(row, drawing)]
        answer = row.answers[0]
        examples = [self._example(row, drawing, (answer.start, answer.start + len(answer.text)))]
        if drawing.random() < _MISSED and (missed := self._near_miss(row, drawing)):
            examples.append(self._example(missed, drawing))
        return examples

    def _near_miss(self, row: SpanRow, drawing: Random) -> SpanRow | None:
        """The question with a passage that does not answer it, or another question that the passage does not answer."""
        (kind,) = drawing.choices(("other", "without", "renamed"), (_OTHER, _WITHOUT, _RENAMED))
        if kind == "without" and (passage := without_answer(row)):
            return row.model_copy(update={"context": passage})
        if kind == "renamed" and (question := self._renamer.renamed(row, drawing)):
            return row.model_copy(update={"question": question})
        negatives = self._negatives(row)
        return row.model_copy(update={"context": drawing.choice(negatives)}) if negatives else None

    def _negatives(self, row: SpanRow) -> list[str]:
        """The passages that share most words with the question and hold no answer of it."""
        known = [token for token in tokens(row.question) if token in self._words.vocab_dict]
        if not known:
            return []
        scores = self._words.get_scores(known)
        hardest = (self.passages[place] for place in (-scores).argsort(kind="stable")[: 2 * _HARDEST])
        return [passage for passage in hardest if not holds_answer(passage, _texts(row))][:_HARDEST]

    def _example(self, row: SpanRow, drawing: Random, span: tuple[int, int] | None = None) -> Example:
        return among_lines(Example(row.question, row.context, span), self.passages, _texts(row), drawing)


def _texts(row: SpanRow) -> list[str]:
    return [answer.text for answer in row.answers]
