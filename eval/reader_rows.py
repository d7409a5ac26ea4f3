"""What the reader is trained on: questions of published sets with a passage that answers, or one that only seems to.

The texts do not ship with quotedesk. No paragraph that anything is measured on is among them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import bm25s

from eval.code_switch import Switcher
from eval.data_files import SpanRow, read_rows
from eval.near_misses import Renamer, without_answer
from eval.span_sets import PARTLY_TRAINED, held_out
from index.tokens import fold, to_simplified, tokens

# Set to the share of the questions drawn from it. English is spread over sets of different manners; Japanese and
# Chinese have fewer sets and each has to weigh more.
MIX = {
    "jaquad/ja-train.spans.jsonl.gz": 0.25,
    "drcd/zh-hant-dev.spans.jsonl.gz": 0.22,
    "cmrc2018/zh-dev.spans.jsonl.gz": 0.1,
    "squad2/en.spans.jsonl.gz": 0.14,
    "squadshifts_newwiki/en-train.spans.jsonl.gz": 0.13,
    "squadshifts_reddit/en-train.spans.jsonl.gz": 0.04,
    "squadshifts_amazon/en-train.spans.jsonl.gz": 0.02,
    "nq_litm/en-train.spans.jsonl.gz": 0.05,
    "qed_dev/en-train.spans.jsonl.gz": 0.01,
    "qamr/en-train.spans.jsonl.gz": 0.02,
    "quoref_contrast/en-train.spans.jsonl.gz": 0.02,
}
# XQuAD is measured on, and some of its paragraphs stand in SQuAD 2.0 too, a part of which is measured on itself.
_MEASURED, _SQUAD = "xquad/en.spans.jsonl.gz", PARTLY_TRAINED["squad2"]
# Short answers in Chinese are found in traditional characters only; each of its rows is learned from in both scripts,
# and so are four fifths of those of its other part.
_TRADITIONAL, _ALSO = "drcd/zh-hant-dev.spans.jsonl.gz", PARTLY_TRAINED["drcd"]
_CHINESE = (_TRADITIONAL, "cmrc2018/zh-dev.spans.jsonl.gz")
# No dictionary between Japanese and the others is at hand.
_JAPANESE = "jaquad/ja-train.spans.jsonl.gz"
# How often an answering passage comes with a near miss, which takes the time of another question, and how often that
# is which: another passage, one of so many that share most words with the question; the passage without its answer;
# the question about another name.
_MISSED, _HARDEST = 0.4, 8
_OTHER, _WITHOUT, _RENAMED = 0.35, 0.3, 0.35
# How often a passage is put among lines of other passages, as scraped pages are.
_NOISY = 0.3
_NOISE_CHARACTERS = 160
# How often an English or Chinese question has words in the other language, as nobody gives us such rows.
_SWITCHED = 0.2


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage; `span` is the answer's place in it in code points, None where it does not answer."""

    question: str
    passage: str
    span: tuple[int, int] | None


class Source:
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
        return [passage for passage in hardest if not _holds_answer(passage, row)][:_HARDEST]

    def _example(self, row: SpanRow, drawing: Random, span: tuple[int, int] | None = None) -> Example:
        if drawing.random() >= _NOISY:
            return Example(row.question, row.context, span)
        before, after = (self._line(row, drawing) for _ in range(2))
        moved = None if span is None else (span[0] + len(before), span[1] + len(before))
        return Example(row.question, before + row.context + after, moved)

    def _line(self, row: SpanRow, drawing: Random) -> str:
        """A piece of another passage on a line of its own; an empty one rather than one that holds the answer."""
        other = drawing.choice(self.passages)
        start = drawing.randrange(max(1, len(other) - _NOISE_CHARACTERS))
        line = " ".join(other[start : start + drawing.randrange(20, _NOISE_CHARACTERS)].split())
        return "\n" if _holds_answer(line, row) else f"\n{line}\n"


def _holds_answer(text: str, row: SpanRow) -> bool:
    folded = fold(text)
    return any(fold(answer.text) in folded for answer in row.answers)


def read_sources(data: Path) -> dict[str, Source]:
    """The sets of `MIX`. Raises `BadSet` when a file of `data` is missing or damaged."""
    measured = {row.context for row in read_rows(data / _MEASURED, SpanRow)}
    rows = {name: read_rows(data / name, SpanRow) for name in MIX}
    rows[_SQUAD] = [row for row in rows[_SQUAD] if row.context not in measured and not held_out(row.context)]
    rows[_TRADITIONAL] += [row for row in read_rows(data / _ALSO, SpanRow) if not held_out(row.context)]
    rows[_TRADITIONAL] += [simple for row in rows[_TRADITIONAL] if (simple := in_simplified(row))]
    switcher = Switcher({row.context for name in _CHINESE for row in rows[name]})
    return {name: Source(found, None if name == _JAPANESE else switcher) for name, found in rows.items()}


def in_simplified(row: SpanRow) -> SpanRow | None:
    """The row in simplified characters; None where a text changes its length, and an answer might change its place."""
    convert = to_simplified().convert
    texts = [row.question, row.context, *(answer.text for answer in row.answers)]
    question, context, *answers = (str(convert(text)) for text in texts)
    if [len(text) for text in texts] != [len(text) for text in (question, context, *answers)]:
        return None
    kept = tuple(answer.model_copy(update={"text": text}) for answer, text in zip(row.answers, answers, strict=True))
    return row.model_copy(update={"question": question, "context": context, "answers": kept})


def draw_examples(sources: dict[str, Source], seed: int) -> Iterator[list[Example]]:
    """Without end: a question drawn by `MIX` at a time, with one passage or two. The same seed gives the same ones."""
    drawing = Random(seed)  # noqa: S311 (a drawing, not a secret)
    names, shares = list(MIX), list(MIX.values())
    while True:
        (name,) = drawing.choices(names, shares)
        yield sources[name].draw(drawing)
