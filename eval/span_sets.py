"""Span sets (`*.spans.jsonl.gz`: a paragraph, a question, its answers) drawn into one corpus with questions on it."""

import gzip
import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import TypedDict, TypeVar

from eval.sets import BadSet, Case

_SETS = (
    "squad2/en.spans.jsonl.gz",
    "drcd/zh-hant-dev.spans.jsonl.gz",
    "cmrc2018/zh-dev.spans.jsonl.gz",
    "jaquad/ja-train.spans.jsonl.gz",
)
_PARALLEL_SETS = ("xquad/en.spans.jsonl.gz", "xquad/zh.spans.jsonl.gz")
Item = TypeVar("Item")

_PARAGRAPHS = 150
_QUESTIONS = 150


class _Answer(TypedDict):
    text: str
    start: int


class _Row(TypedDict):
    id: str
    language: str
    question: str
    context: str
    answers: list[_Answer]


@dataclass(slots=True)
class Drawn:
    """Paragraphs by article id, cases on them, and for a case's id the article that must stay out of its search."""

    paragraphs: dict[str, str]
    cases: list[Case]
    hidden: dict[str, str]

    def write(self, file: Path) -> None:
        """Write the paragraphs as an articles file that can be indexed."""
        rows = (json.dumps({"id": key, "text": text}) for key, text in self.paragraphs.items())
        file.write_text("\n".join(rows) + "\n", "utf-8")


def draw(data: Path) -> Drawn:
    """The same 900 questions each time: 150 of each of four sets, and 150 of XQuAD asked across languages both ways.

    A question in one language of XQuAD is on the other language's paragraph; its own copy is hidden from it.
    Raises `BadSet` when a file of `data` is missing or damaged.
    """
    drawn = Drawn({}, [], {})
    for file in _SETS:
        rows = _rows(data / file)
        contexts = set(_sample(sorted({row["context"] for row in rows}), _PARAGRAPHS))
        for row in _sample([row for row in rows if row["context"] in contexts and row["answers"]], _QUESTIONS):
            _add(drawn, row, row)
        drawn.paragraphs |= {_id(text): text for text in contexts}
    english, chinese = (_rows(data / file) for file in _PARALLEL_SETS)
    for one, other in _sample(list(zip(english, chinese, strict=True)), _QUESTIONS):
        _add(drawn, one, other)
        _add(drawn, other, one)
    return drawn


def _add(drawn: Drawn, asking: _Row, holding: _Row) -> None:
    article = _id(holding["context"])
    case = Case(
        id=f"{asking['language']}>{holding['language']}:{asking['id']}",
        question=asking["question"],
        language=asking["language"],
        answers=tuple(answer["text"] for answer in holding["answers"]),
        articles=(article,),
    )
    drawn.cases.append(case)
    drawn.paragraphs[article] = holding["context"]
    if asking is not holding:
        drawn.hidden[case.id] = _id(asking["context"])


def _sample(items: list[Item], number: int) -> list[Item]:
    return Random(1).sample(items, number)  # noqa: S311 (a drawing, not a secret)


def _rows(file: Path) -> list[_Row]:
    try:
        with gzip.open(file, "rt", encoding="utf-8") as stream:
            return [json.loads(line) for line in stream]
    except (OSError, EOFError, ValueError) as error:
        raise BadSet(f"cannot read {file}: {error}; put the span sets there, or name another folder") from error


def _id(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]
