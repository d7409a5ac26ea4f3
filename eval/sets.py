"""Eval sets: questions with the answers that count, one JSON object a line. Loading is strict and names the line."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from index.errors import QuotedeskError

SAMPLE_ARTICLES = Path(__file__).parent / "sample" / "articles"
SAMPLE_QUESTIONS = Path(__file__).parent / "sample" / "questions.jsonl"


class BadSet(QuotedeskError):
    """An eval set that cannot be read."""


class Case(BaseModel):
    """One question and what counts as right.

    `answers`: strings any one of which is the answer; empty for a question that the articles don't answer.
    `articles`: ids of the articles that hold it. `parts`: for a question with several answers, or one on which
    sources differ, the strings that count for each part; all parts have to be shown. `split`: "dev" for questions
    that settings may be tuned on, "test" for those that they may not.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    id: str
    question: str = Field(min_length=1)
    language: str = Field(default="", validation_alias=AliasChoices("language", "lang"))
    answers: tuple[str, ...] = ()
    articles: tuple[str, ...] = Field(default=(), validation_alias=AliasChoices("articles", "docs"))
    kind: str = ""
    parts: tuple[tuple[str, ...], ...] = ()
    split: Literal["dev", "test", ""] = ""

    @property
    def answerable(self) -> bool:
        """Whether the articles hold an answer."""
        return bool(self.answers)


def load_set(file: Path) -> list[Case]:
    """The cases of an eval set in `.jsonl` or `.jsonl.gz`. Raises `BadSet` naming the file, line and field."""
    cases = [_case(file, number, line) for number, line in _lines(file)]
    if not cases:
        raise BadSet(f"{file} holds no question; give one JSON object with id, question, answers, articles a line")
    return cases


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    opener = gzip.open if file.suffix == ".gz" else open
    try:
        with opener(file, "rt", encoding="utf-8-sig") as stream:
            yield from ((number, line) for number, line in enumerate(stream, 1) if line.strip())
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise BadSet(f"cannot read the eval set {file}: {error}; give a UTF-8 .jsonl file") from error


def _case(file: Path, number: int, line: str) -> Case:
    try:
        return Case.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the line"
        raise BadSet(f"{file}:{number}: {where}: {first['msg']}; mend that line") from error
