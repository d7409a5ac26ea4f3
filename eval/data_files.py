"""The rows that data sets are published in, read strictly, and `Dataset`: articles to index with cases to ask of them.

It knows the formats and no set; what each set means is said in `eval.datasets`.
"""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from eval.sets import BadSet, Case
from qa.inputs import Where, first_fault

Item = TypeVar("Item")


class DataRow(BaseModel):
    """A line of somebody else's file: what we do not ask for is let be."""

    model_config = ConfigDict(extra="ignore", frozen=True)


Row = TypeVar("Row", bound=DataRow)


class ArticleRow(DataRow):
    """An article as `quotedesk index` reads it from a `.jsonl` file."""

    id: str
    title: str | None = None
    url: str | None = None
    published: str | None = None
    language: str | None = None
    text: str


class SpanAnswer(DataRow):
    """An answer and where it starts in the paragraph, in code points."""

    text: str
    start: int


class SpanRow(DataRow):
    """A question on a paragraph; without answers the paragraph holds none."""

    id: str
    language: str
    question: str
    context: str
    answers: tuple[SpanAnswer, ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Cases and the articles they are asked of: a file or folder that is indexed as it is, or rows to be written."""

    name: str
    articles: Path | tuple[ArticleRow, ...]
    cases: list[Case]

    def with_cases(self, cases: Sequence[Case]) -> "Dataset":
        """The same articles with other cases."""
        return replace(self, cases=list(cases))

    def write_articles(self, folder: Path) -> Path:
        """What to index: rows are written to `articles.jsonl` in `folder`, made if need be; a path stays where it is.

        Raises `BadSet` where they cannot be written.
        """
        if isinstance(self.articles, Path):
            return self.articles
        file = folder / "articles.jsonl"
        _write_lines(file, (row.model_dump_json() for row in self.articles))
        return file


def write_cases(cases: Sequence[Case], file: Path) -> None:
    """Write `cases` as an eval set that `load_set` reads back as the same cases. Raises `BadSet` where it cannot."""
    _write_lines(file, (case.model_dump_json(exclude_defaults=True, exclude_none=True) for case in cases))


def read_rows(file: Path, row: type[Row], most: int | None = None) -> list[Row]:
    """The rows of a `.jsonl.gz` file, or the first `most` of them.

    Raises `BadSet` naming the file, where it is missing or damaged, and the line and field of a row of another shape.
    """
    rows = [_row(file, number, line, row) for number, line in enumerate(islice(_lines(file), most), 1)]
    if not rows:
        raise BadSet(f"{file} is empty; put the set {file.parent.name} there again")
    return rows


def read_spans(file: Path) -> Dataset:
    """Every paragraph of a span file as an article, and the questions on them; the set's name is its folder's.

    Raises `BadSet` as `read_rows` does.
    """
    rows = read_rows(file, SpanRow)
    return Dataset(file.parent.name, paragraphs(rows), span_cases(rows))


def paragraphs(rows: Sequence[SpanRow]) -> tuple[ArticleRow, ...]:
    """The paragraphs of `rows` as articles, each once, in order."""
    return tuple({row.context: _paragraph(row.context, row.language) for row in rows}.values())


def span_cases(rows: Sequence[SpanRow], kind: str = "") -> list[Case]:
    """Each row's question on its own paragraph, of that kind, or "none" where it has no answer.

    A row without a question (CMRC's trial part has two) is left out.
    """
    return [span_case(row, row, row.id, kind if row.answers else "none") for row in rows if row.question.strip()]


def span_case(asking: SpanRow, holding: SpanRow, case_id: str, kind: str = "") -> Case:
    """`asking`'s question with `holding`'s paragraph and answers; a paragraph of its own that differs is excluded.

    Cases on one paragraph, in whatever language, are one group.
    """
    asked_on, held_by = article_id(asking.context), article_id(holding.context)
    return Case(
        id=case_id,
        question=asking.question,
        language=asking.language,
        answers=tuple(dict.fromkeys(answer.text for answer in holding.answers)),
        articles=(held_by,) if holding.answers else (),
        kind=kind,
        where=Where(exclude_articles=frozenset({asked_on} - {held_by})),
        group=min(asked_on, held_by),
    )


def article_id(text: str) -> str:
    """The id of a paragraph that comes without one: the first 12 hexadecimal digits of its SHA-256."""
    return sha256(text.encode()).hexdigest()[:12]


def sample(items: Sequence[Item], number: int, seed: int = 1) -> list[Item]:
    """`number` of `items` drawn at random, the same from run to run; all of them, shuffled, where there are fewer."""
    return Random(seed).sample(items, min(number, len(items)))  # noqa: S311 (a drawing, not a secret)


def _paragraph(text: str, language: str) -> ArticleRow:
    return ArticleRow(id=article_id(text), language=language, text=text)


def _row(file: Path, number: int, line: str, row: type[Row]) -> Row:
    try:
        return row.model_validate_json(line)
    except ValidationError as error:
        fault = first_fault(error)
        raise BadSet(f"{file}:{number}: {fault}; put the set {file.parent.name} there again") from error


def _lines(file: Path) -> Iterator[str]:
    try:
        with gzip.open(file, "rt", encoding="utf-8") as stream:
            yield from (line for line in stream if line.strip())
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise BadSet(f"cannot read {file}: {error}; put the set {file.parent.name} there") from error


def _write_lines(file: Path, lines: Iterator[str]) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    except OSError as error:
        raise BadSet(f"cannot write {file}: {error}; name another folder") from error
