"""Eval sets: questions with the answers that count, one JSON object a line. Loading is strict and names the line."""

import datetime
import gzip
import zlib
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from index.errors import BadQuestion, QuotedeskError
from index.types import Filter
from qa.inputs import Message, Where, first_fault
from qa.question import check
from qa.types import Turn

SAMPLE_ARTICLES = Path(__file__).parent / "sample" / "articles"
SAMPLE_QUESTIONS = Path(__file__).parent / "sample" / "questions.jsonl"


class BadSet(QuotedeskError):
    """An eval set that cannot be read."""


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Strings = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_listed)]
Groups = tuple[Annotated[Strings, Field(min_length=1)], ...]


class Case(BaseModel):
    """One question and what counts as right.

    `answers`: strings any one of which is the answer. `parts`: for a question with several answers, the strings that
    count for each part; all parts have to be shown. `values`: for a question on which sources differ, the strings
    that count for each value; all values have to be quoted, and shown as a conflict. `articles`: ids of the articles
    that hold an answer; alone they are enough to measure the search by. A case without any of the four is
    unanswerable. `absent`: what would be wanted of it if the articles that hold it were not excluded. `history`: the
    turns before a follow-up. `where`: the filter it is asked under. `date`: the day it was, or would be, asked.
    `split`: "dev" for questions that settings may be tuned on, "test" for those that they may not. `group`: what a
    case shares with others that it is not independent of; where it is not given, the first of `articles` by name.
    `draft`: still to be filled in, and refused until it is. `note`, `hint`: for people; they count for nothing.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    language: str = Field(default="", validation_alias=AliasChoices("language", "lang"))
    answers: Strings = ()
    articles: Strings = Field(default=(), validation_alias=AliasChoices("articles", "docs"))
    kind: str = ""
    parts: Groups = ()
    values: Groups = ()
    absent: Groups = ()
    history: tuple[Message, ...] = ()
    where: Where = Where()
    date: datetime.date | None = None
    split: Literal["dev", "test", ""] = ""
    group: str = ""
    draft: bool = False
    note: str = ""
    hint: str = ""

    @field_validator("draft")
    @classmethod
    def _filled_in(cls, draft: bool) -> bool:
        """An unfilled draft would pass for an unanswerable question."""
        if draft:
            raise ValueError("fill in answers and articles, then take this field away")
        return draft

    @model_validator(mode="before")
    @classmethod
    def _no_misspelt_field(cls, fields: object) -> object:
        """A key of another set is let be, but "anwsers" would silently turn a case into an unanswerable one."""
        known = {*cls.model_fields, "lang", "docs"}
        for key in set(fields if isinstance(fields, dict) else ()) - known:
            if near := get_close_matches(key, known, n=1, cutoff=0.8):
                raise ValueError(f"unknown field {key!r}; did you mean {near[0]!r}?")
        return fields

    @model_validator(mode="after")
    def _of_one_kind(self) -> "Case":
        if self.parts and self.values:
            raise ValueError("has both parts and values; give parts for several answers, values where sources differ")
        if len(self.values) == 1:
            raise ValueError(f"has the single value {self.values[0]}; give two or more, or put it under answers")
        try:
            check(self.question)
            self.filter()
        except BadQuestion as error:
            raise ValueError(str(error)) from error
        return self

    @property
    def wanted(self) -> Groups:
        """Groups of synonyms; something of each group has to be shown."""
        return self.values or self.parts or ((self.answers,) if self.answers else ())

    @property
    def answerable(self) -> bool:
        """Whether the articles hold an answer."""
        return bool(self.wanted or self.articles)

    @property
    def synonyms(self) -> tuple[str, ...]:
        """Every string that counts as an answer or as part of one, each once."""
        return tuple(dict.fromkeys((*self.answers, *(text for group in self.wanted for text in group))))

    def turns(self) -> list[Turn]:
        """The turns before the question, oldest first."""
        return [Turn(turn.role, turn.content) for turn in self.history]

    def filter(self) -> Filter:
        """The filter as the assistant takes it."""
        return self.where.as_filter()


def load_cases(file: Path, *, split: str | None = None, unanswerable: bool = False) -> list[Case]:
    """The cases of the set in `file`, or of one split of it.

    With `unanswerable` each case that names articles comes once more, with those articles excluded. Raises `BadSet`
    as `load_set` does, and for a split without a case.
    """
    cases = [case for case in load_set(file) if split in (None, case.split)]
    if not cases:
        raise BadSet(f"{file} has no case of the split {split!r}; give dev, test, or leave it out for all")
    return with_unanswerable(cases) if unanswerable else cases


def with_unanswerable(cases: Sequence[Case]) -> list[Case]:
    """The cases, then each that names articles once more with these excluded; what is asked twice then, only once."""
    twins = (without_answers(case) for case in cases if case.articles)
    asked = {(twin.question, twin.history, twin.where): twin for twin in reversed(list(twins))}
    return [*cases, *reversed(asked.values())]


def without_answers(case: Case) -> Case:
    """The same question made unanswerable: every article that holds an answer is excluded."""
    excluded = case.where.exclude_articles | set(case.articles)
    where = case.where.model_copy(update={"exclude_articles": excluded})
    emptied = {"answers": (), "articles": (), "parts": (), "values": ()}
    kept = {"id": f"{case.id}#without", "kind": "excluded", "group": group_of(case), "absent": case.wanted}
    return case.model_copy(update={**emptied, **kept, "where": where})


def group_of(case: Case) -> str:
    """What the case has in common with others that it is not independent of: an article, by its id."""
    return case.group or min(case.articles, default=case.id)


def load_set(file: Path) -> list[Case]:
    """The cases of an eval set in `.jsonl` or `.jsonl.gz`. Raises `BadSet` naming the file, line and field."""
    cases: dict[str, Case] = {}
    for number, line in _lines(file):
        case = _case(file, number, line)
        if case.id in cases:
            raise BadSet(f"{file}:{number}: id: {case.id!r} stands on an earlier line too; give each case its own")
        cases[case.id] = case
    if not cases:
        raise BadSet(f"{file} holds no question; give one JSON object with id, question, answers, articles a line")
    return list(cases.values())


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
        raise BadSet(f"{file}:{number}: {first_fault(error)}; mend that line") from error
