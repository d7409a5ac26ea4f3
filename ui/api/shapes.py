"""What programs get back, as models: they describe the JSON of `as_json` to OpenAPI and to MCP, and make none of it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

_ARTICLE = {
    "id": "harbour-bridge",
    "version": "0123456789ab",
    "title": "The harbour bridge of Norwick",
    "url": "https://tide.example/bridge",
    "published": "2024-05-03",
    "path": "articles/harbour-bridge.txt",
}
_QUOTE = "It cost 48 million dollars, two million less than the town council had set aside."
_CITATION = {
    "number": 1,
    "quote": _QUOTE,
    "start": 118,
    "end": 199,
    "language": "en",
    "article": _ARTICLE,
    "permalink": "/articles/harbour-bridge@0123456789ab#118-199",
    "also_in": [],
    "first_published": None,
}
_ANSWER = {
    "id": None,
    "question": "How much did the harbour bridge of Norwick cost?",
    "language": "en",
    "searched_for": "How much did the harbour bridge of Norwick cost?",
    "status": "answered",
    "short_answer": "48 million dollars",
    "text": f"48 million dollars. {_QUOTE} [1]",
    "confidence": 0.93,
    "citations": [_CITATION],
    "conflicts": [],
    "consulted": [{"article": "harbour-bridge", "start": 0, "end": 199, "score": 0.81}],
    "timings_ms": {"retrieve": 20.0, "read": 210.0, "conclude": 1.2, "total": 231.2},
    "period": None,
    "written_by": None,
    "notice": None,
}


def _with_example(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})


class Shape(BaseModel):
    """What every shape has in common."""

    model_config = ConfigDict(extra="forbid")


class ArticleShape(Shape):
    """An article as it stands in a citation. `version` is a hash of its text."""

    id: str
    version: str
    title: str
    url: str | None
    published: str | None = Field(json_schema_extra={"format": "date"})
    path: str


class CitationShape(Shape):
    """A number printed in the answer and its quote: `article.text[start:end] == quote`, in code points.

    `also_in` are the articles that say the same, earliest first, `first_published` the one of them all that is known to
    have come before the others.
    """

    number: int
    quote: str
    start: int
    end: int
    language: str
    article: ArticleShape
    permalink: str
    also_in: list[str]
    first_published: str | None


class ValueShape(Shape):
    """One of the values that sources give, with the numbers of the citations that give it."""

    value: str
    citations: list[int]


class ConflictShape(Shape):
    """Sources that differ."""

    kind: str
    values: list[ValueShape]


class ConsultedShape(Shape):
    """A passage that was read for the question."""

    article: str
    start: int
    end: int
    score: float


class PeriodShape(Shape):
    """The time that a question names, preferred in what is read; both days are included."""

    words: str
    since: str
    until: str


class AnswerShape(Shape):
    """An answer made of quotes, or a decline with the passages that came nearest."""

    model_config = _with_example(_ANSWER)

    id: str | int | None
    question: str
    language: str
    searched_for: str
    status: Literal["answered", "abstained"]
    short_answer: str
    text: str
    confidence: float
    citations: list[CitationShape]
    conflicts: list[ConflictShape]
    consulted: list[ConsultedShape]
    timings_ms: dict[str, float]
    period: PeriodShape | None
    written_by: str | None
    notice: str | None


class FoundShape(Shape):
    """A passage that a search brought up; `score` is a probability."""

    model_config = _with_example({"article": _ARTICLE, "start": 0, "end": 199, "text": _QUOTE, "score": 0.81})

    article: ArticleShape
    start: int
    end: int
    text: str
    score: float


class ListedArticle(ArticleShape):
    """An article of the list. `copy_of` is the first published of the articles that tell the same story."""

    model_config = _with_example(_ARTICLE | {"language": "en", "copy_of": None})

    language: str
    copy_of: str | None


class ArticlePage(Shape):
    """Some of the articles, by id. `next` is the `after` of the next page, null on the last one."""

    articles: list[ListedArticle]
    total: int
    next: str | None


class WholeArticle(ListedArticle):
    """An article with its text. `boilerplate` are the spans that are never quoted; `versions` can be opened here.

    `updated` and `fetched` are days that the source itself names, null where it does not.
    `copies` are the later ones, where it is the first published of those that tell the same story.
    """

    model_config = _with_example(
        _ARTICLE
        | {"language": "en", "copy_of": None, "updated": "2024-05-04", "fetched": None}
        | {"text": _QUOTE, "boilerplate": [[0, 15]]}
        | {"copies": ["reprint"], "versions": ["0123456789ab"]}
    )

    updated: str | None = Field(json_schema_extra={"format": "date"})
    fetched: str | None = Field(json_schema_extra={"format": "date"})
    text: str
    boilerplate: list[Annotated[list[int], Field(min_length=2, max_length=2)]]
    copies: list[str]
    versions: list[str]


class QuoteShape(Shape):
    """A quote with its article and what stands around it; `before` and `after` are null at the article's ends."""

    model_config = _with_example(
        {key: value for key, value in _CITATION.items() if key not in {"number", "also_in", "first_published"}}
        | {"before": "The new harbour bridge was opened on Friday.", "after": None}
    )

    quote: str
    start: int
    end: int
    language: str
    article: ArticleShape
    permalink: str
    before: str | None
    after: str | None


class ReportShape(Shape):
    """What indexing did: article ids, and a line for each thing that failed. A duplicate is counted as added too."""

    model_config = _with_example(
        {"added": ["harbour-bridge"]}
        | dict.fromkeys(("updated", "unchanged", "moved", "duplicate", "failed", "gone", "removed"), ())
    )

    added: list[str]
    updated: list[str]
    unchanged: list[str]
    moved: list[str]
    duplicate: list[str]
    failed: list[str]
    gone: list[str]
    removed: list[str]


class HealthShape(Shape):
    """The server can answer."""

    model_config = _with_example({"status": "ok", "articles": 28})

    status: Literal["ok"]
    articles: int


class FaultShape(Shape):
    """A place in the request, and what is wrong there."""

    where: str
    what: str


class ProblemShape(Shape):
    """What went wrong and what to do next (RFC 9457)."""

    model_config = _with_example(
        {
            "type": "urn:quotedesk:no-such-article",
            "title": "There is no such article",
            "status": 404,
            "detail": "no article 'bridge' in this library; GET /api/articles lists what is inside",
        }
    )

    type: str
    title: str
    status: int
    detail: str
    errors: list[FaultShape] | None = Field(default=None, description="All faults, where the request has faults.")
