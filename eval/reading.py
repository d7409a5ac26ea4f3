"""How well the reader reads alone: each question on its own paragraph, and paragraphs told from ones that don't answer.

    python -m eval.reading ../shared/data NAME... [--weights FILE] [--sample N]

NAME is a span set of `SETS`, or our own stories with the questions in their language or in another. Of SQuAD 2.0, DRCD
and the stories, which the reader is trained on, it is what was held out. The reader is the shipped one as it runs here,
or by torch the one in FILE, which `python -m eval.train_reader` wrote.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from eval.answer_text import exactly, token_f1
from eval.data_files import SpanRow, sample
from eval.datasets import positive
from eval.in_print import auroc_in_print, share_in_print
from eval.span_sets import PARTLY_TRAINED, read_untrained
from eval.stories import read_stories, span_rows
from index.builtin_model import builtin_model_folder
from index.errors import QuotedeskError
from index.sentences import split_sentences
from index.types import Span
from qa.reader import Reader, Reading, builtin_reader, torch_reader

SETS = {
    "xquad-en": "xquad/en.spans.jsonl.gz",
    "xquad-zh": "xquad/zh.spans.jsonl.gz",
    "jsquad": "jsquad/ja-valid.spans.jsonl.gz",
    "jaquad": "jaquad/ja-dev.spans.jsonl.gz",
    "cmrc2018": "cmrc2018/zh-trial.spans.jsonl.gz",
} | PARTLY_TRAINED
_STORIES, _STORIES_ACROSS = "stories", "stories-across"
NAMES = (*SETS, _STORIES, _STORIES_ACROSS)


@dataclass(frozen=True, slots=True)
class Score:
    """One question read: exact match and F1 of the span's words, whether its sentence holds an answer, in 0..1."""

    exact: float
    f1: float
    sentence: float


def main() -> None:
    """Read each set named and print a row for it."""
    parser = argparse.ArgumentParser(prog="python -m eval.reading", description="How well the reader reads alone.")
    parser.add_argument("data", type=Path, help="the folder of the data sets")
    parser.add_argument("names", nargs="+", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--weights", type=Path, metavar="FILE", help="a reader that is not the shipped one")
    parser.add_argument("--sample", type=positive, metavar="N", help="only N questions, the same each time")
    options = parser.parse_args()
    try:
        Console(width=160).print(_table(options))
    except QuotedeskError as error:
        sys.exit(f"eval.reading: {error}")


def _table(options: argparse.Namespace) -> Table:
    reader = torch_reader(builtin_model_folder(), options.weights) if options.weights else builtin_reader()
    table = Table("set", "questions", "exact match", "F1", "sentence right")
    table.add_column("AUROC, own against another paragraph")
    table.add_column("AUROC, own against that of a question without an answer")
    for name in options.names:
        rows = _rows(name, options.data)
        answered, unanswered = (
            sample(part, options.sample or len(part))
            for part in ([row for row in rows if row.answers], [row for row in rows if not row.answers])
        )
        table.add_row(*_measured(name, answered, unanswered, reader))
    return table


def _rows(name: str, data: Path) -> list[SpanRow]:
    if name in SETS:
        return [row for row in read_untrained(data, SETS[name]) if row.question]
    held_out = (story for story in read_stories() if story.held_out)
    return [row for story in held_out for row in span_rows(story, across=name == _STORIES_ACROSS)]


def _measured(name: str, rows: Sequence[SpanRow], unanswered: Sequence[SpanRow], reader: Reader) -> list[str]:
    own, other, scores = [], [], []
    for place, row in enumerate(track(rows, name, console=Console(stderr=True))):
        rival = next((one.context for one in [*rows[place + 1 :], *rows] if one.context != row.context), "")
        reading, rival_reading = reader.read(row.question, [row.context, rival])
        scores.append(score(row, reading))
        own.append(reading.relevance)
        other.append(rival_reading.relevance)
    none = [reader.read(row.question, [row.context])[0].relevance for row in unanswered]
    groups = [row.context for row in rows]
    shares = [share_in_print([getattr(one, part) for one in scores], groups) for part in ("exact", "f1", "sentence")]
    return [name, str(len(rows)), *shares, auroc_in_print(own, other), auroc_in_print(own, none)]


def score(row: SpanRow, reading: Reading) -> Score:
    """The reading of a question's own paragraph against its answers."""
    words = reading.best()
    if words is None:
        return Score(0.0, 0.0, 0.0)
    answers = [answer.text for answer in row.answers]
    given = words.span.of(row.context)
    return Score(
        max(exactly(given, answer, row.language) for answer in answers),
        max(token_f1(given, answer, row.language) for answer in answers),
        float(_sentence_is_right(row, words.span)),
    )


def _sentence_is_right(row: SpanRow, span: Span) -> bool:
    """Whether a sentence that the span touches overlaps one of the answers."""
    sentences = [one for one in split_sentences(row.context, row.language, ()) if one.overlaps(span)]
    answers = [Span(answer.start, answer.start + len(answer.text)) for answer in row.answers]
    return any(sentence.overlaps(answer) for sentence in sentences for answer in answers)


if __name__ == "__main__":
    main()
