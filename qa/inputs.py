"""What outsiders write: filters and questions as JSON, checked strictly and turned into our own types."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_serializer

from index.errors import BadQuestion
from index.types import Filter
from qa.types import Turn


class Where(BaseModel):
    """The filter as JSON; a key that is not one of these is refused. Dates are inclusive."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str | None = None
    since: date | None = None
    until: date | None = None
    source: str | None = None
    articles: frozenset[str] | None = None
    exclude_articles: frozenset[str] = frozenset()

    @field_serializer("articles", "exclude_articles")
    def _in_order(self, ids: frozenset[str] | None) -> list[str] | None:
        return None if ids is None else sorted(ids)

    def as_filter(self) -> Filter:
        """Raises `BadQuestion` when `since` lies after `until`."""
        return Filter(**dict(self))


class Message(BaseModel):
    """One earlier turn of a conversation."""

    model_config = ConfigDict(frozen=True)

    role: Literal["user", "assistant"]
    content: str


class Ask(BaseModel):
    """A question of a batch. Keys it does not know, such as an eval set's answers, are let through unread."""

    id: str | int | None = None
    question: str
    history: list[Message] = []
    where: Where | None = None

    def turns(self) -> list[Turn]:
        """The turns before the question, oldest first."""
        return [Turn(message.role, message.content) for message in self.history]


def read_questions(lines: Iterable[str | bytes]) -> Iterator[Ask | BadQuestion]:
    """The questions of a batch, one JSON object a line; a line that is none comes as an error that names it."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield Ask.model_validate_json(line)
            except ValidationError as error:
                yield BadQuestion(f"line {number}: {first_fault(error)}; mend that line")


def first_fault(error: ValidationError) -> str:
    """The first thing wrong, as "field: what"."""
    fault = error.errors(include_url=False)[0]
    where = ".".join(map(str, fault["loc"]))
    said = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "string_too_short" and not fault["input"]:
        said = "is empty; fill it in"
    return f"{where}: {said}" if where else said
