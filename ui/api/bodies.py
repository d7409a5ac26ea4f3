"""What programs send, checked strictly: types are not guessed, lengths are limited, unknown keys are refused."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from index.types import Filter
from qa.period import Times
from qa.question import LONGEST
from qa.types import Turn

MOST_ARTICLES_NAMED = 1_000
MOST_TURNS = 50


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        raise ValueError("is not a day such as 2024-01-31")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"is not a day: {error}") from error


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


# To JSON 8.0 is a whole number too.
Whole = Annotated[int, BeforeValidator(_whole)]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
ArticleId = Annotated[str, Field(min_length=1, max_length=500)]
QuestionText = Annotated[
    str, Field(min_length=1, max_length=LONGEST, description="The question, in any language of the library.")
]


class Body(BaseModel):
    """What every body has in common."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class WhereBody(Body):
    """What may be searched: every condition that is set must hold. Dates are inclusive."""

    language: Annotated[str, Field(pattern="^[a-z]{2,3}$", description="ISO 639-1, or und.")] | None = None
    since: Day | None = None
    until: Day | None = None
    source: Annotated[str, Field(max_length=500, description="Part of an article's url or path.")] | None = None
    articles: Annotated[list[ArticleId], Field(max_length=MOST_ARTICLES_NAMED)] | None = None
    exclude_articles: Annotated[list[ArticleId], Field(max_length=MOST_ARTICLES_NAMED)] = []

    def as_filter(self) -> Filter:
        """Raises `BadQuestion` when `since` lies after `until`."""
        only = None if self.articles is None else frozenset(self.articles)
        return Filter(self.language, self.since, self.until, self.source, only, frozenset(self.exclude_articles))


class TurnBody(Body):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: Annotated[str, Field(max_length=20_000)]


class _Asked(Body):
    question: QuestionText
    history: Annotated[
        list[TurnBody], Field(max_length=MOST_TURNS, description="The turns before the question, oldest first.")
    ] = []
    where: WhereBody | None = None

    def turns(self) -> list[Turn]:
        """The turns before the question, oldest first."""
        return [Turn(turn.role, turn.content) for turn in self.history]

    def as_filter(self) -> Filter:
        """Raises `BadQuestion` when `since` lies after `until`."""
        return self.where.as_filter() if self.where else Filter()


class AskBody(_Asked):
    """A question to answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "How much did the harbour bridge of Norwick cost?"},
                {
                    "id": "q-7",
                    "question": "And who built it?",
                    "history": [
                        {"role": "user", "content": "How much did the harbour bridge of Norwick cost?"},
                        {"role": "assistant", "content": "48 million dollars [1]."},
                    ],
                    "where": {"language": "en", "since": "2024-01-01", "until": "2024-12-31"},
                },
            ]
        }
    )

    id: Annotated[str, Field(max_length=200)] | Whole | None = Field(
        default=None, description="Handed through to the answer."
    )
    today: Annotated[
        Day | None, Field(description='What day "last year" is seen from; by default the server says.')
    ] = None
    any_time: Annotated[bool, Field(description="Prefer no time, even where the question names one.")] = False

    def times(self) -> Times:
        """What becomes of the question's date words."""
        return Times(self.today or date.today(), prefer=not self.any_time)


class SearchBody(_Asked):
    """A question to find passages for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"question": "cost of the harbour bridge", "k": 3, "where": {"language": "en"}}]
        }
    )

    # The limits stand before the validator: pydantic describes only those next to the type.
    k: Annotated[int, Field(ge=1, le=100, description="How many passages."), BeforeValidator(_whole)] = 10


class ListQuery(BaseModel):
    """Which page of the list of articles."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Annotated[str, Field(max_length=500, description="The `next` of the page before.")] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class SpanQuery(BaseModel):
    """A place in an article's text, in code points, half-open."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: Annotated[int, Field(ge=0, examples=[79])]
    end: Annotated[int, Field(ge=1, examples=[167])]
