"""Answers and search results as JSON: the contract of DESIGN.md, key by key and in its order."""

import json
from datetime import date

from index.types import Article, Hit, Passage, Span
from qa.period import Period
from qa.types import Answer, Citation, Conflict, ConflictValue, Found, Quote
from ui.as_json import answer_json, article_json, found_json

TEXT = "By the end of 2024 it will have 350,000 of them. 到年底将有60万块。"
ARTICLE = Article(
    id="chips-2024",
    version="0123456789ab",
    title="Chips, 芯片",
    text=TEXT,
    language="en",
    url="https://wire.example/1",
    published=date(2024, 4, 9),
    path="articles/chips.html",
)
UNDATED = Article("other", "ba9876543210", "Other", TEXT, "zh", None, None, "other.txt")
FIRST = Span(0, 48)
SECOND = Span(49, len(TEXT))
FOUND = Found(Hit(Passage(7, "chips-2024", "en", FIRST, FIRST.of(TEXT)), 0.123456, "vectors"), ARTICLE)
ARTICLE_JSON = {
    "id": "chips-2024",
    "version": "0123456789ab",
    "title": "Chips, 芯片",
    "url": "https://wire.example/1",
    "published": "2024-04-09",
    "path": "articles/chips.html",
}
UNDATED_JSON = {
    "id": "other",
    "version": "ba9876543210",
    "title": "Other",
    "url": None,
    "published": None,
    "path": "other.txt",
}
FIRST_JSON = {
    "number": 1,
    "quote": "By the end of 2024 it will have 350,000 of them.",
    "start": 0,
    "end": 48,
    "language": "en",
    "article": ARTICLE_JSON,
    "permalink": "/articles/chips-2024@0123456789ab#0-48",
    "also_in": ["copy", "reprint"],
    "first_published": None,
}


def assert_same(given: object, expected: object) -> None:
    """Equal, with every key in the same place."""
    assert json.dumps(given, ensure_ascii=False) == json.dumps(expected, ensure_ascii=False)


def answered(**changes: object) -> Answer:
    fields: dict[str, object] = {
        "question": "How many chips?",
        "language": "en",
        "searched_for": "how many chips",
        "status": "answered",
        "short_answer": "350,000",
        "text": "350,000 [1].",
        "confidence": 0.934567,
        "citations": (Citation(1, Quote(ARTICLE, FIRST), ("copy", "reprint")),),
        "consulted": (FOUND,),
        "timings_ms": {"retrieve": 20.0, "read": 210.5, "total": 240.1},
    }
    return Answer(**(fields | changes))  # type: ignore[arg-type]


def test_an_answer() -> None:
    assert_same(
        answer_json(answered()),
        {
            "id": None,
            "question": "How many chips?",
            "language": "en",
            "searched_for": "how many chips",
            "status": "answered",
            "short_answer": "350,000",
            "text": "350,000 [1].",
            "confidence": 0.9346,
            "citations": [FIRST_JSON],
            "conflicts": [],
            "consulted": [{"article": "chips-2024", "start": 0, "end": 48, "score": 0.1235}],
            "timings_ms": {"retrieve": 20.0, "read": 210.5, "total": 240.1},
            "period": None,
            "written_by": None,
            "notice": None,
        },
    )


def test_a_time_asked_about() -> None:
    period = Period("last year", date(2023, 1, 1), date(2023, 12, 31))
    given = answer_json(answered(period=period))["period"]
    assert_same(given, {"words": "last year", "since": "2023-01-01", "until": "2023-12-31"})


def test_a_decline() -> None:
    given = answered(status="abstained", short_answer="", text="No.", confidence=0.0, citations=(), id="q1")
    assert_same(
        answer_json(given),
        {
            "id": "q1",
            "question": "How many chips?",
            "language": "en",
            "searched_for": "how many chips",
            "status": "abstained",
            "short_answer": "",
            "text": "No.",
            "confidence": 0.0,
            "citations": [],
            "conflicts": [],
            "consulted": [{"article": "chips-2024", "start": 0, "end": 48, "score": 0.1235}],
            "timings_ms": {"retrieve": 20.0, "read": 210.5, "total": 240.1},
            "period": None,
            "written_by": None,
            "notice": None,
        },
    )


def test_an_answer_that_a_model_worded() -> None:
    given = answer_json(answered(written_by="gpt", notice="It took too long."))
    assert (given["written_by"], given["notice"]) == ("gpt", "It took too long.")


def test_a_conflict() -> None:
    given = answer_json(
        answered(
            citations=(Citation(1, Quote(ARTICLE, FIRST), ("copy", "reprint")), Citation(2, Quote(UNDATED, SECOND))),
            conflicts=(Conflict("number", (ConflictValue("350,000", (1,)), ConflictValue("60万", (2, 3)))),),
        )
    )
    second = {
        "number": 2,
        "quote": "到年底将有60万块。",
        "start": 49,
        "end": len(TEXT),
        "language": "zh",
        "article": UNDATED_JSON,
        "permalink": f"/articles/other@ba9876543210#49-{len(TEXT)}",
        "also_in": [],
        "first_published": None,
    }
    values = [{"value": "350,000", "citations": [1]}, {"value": "60万", "citations": [2, 3]}]
    assert_same(given["citations"], [FIRST_JSON, second])
    assert_same(given["conflicts"], [{"kind": "number", "values": values}])


def test_every_quote_is_the_slice_it_names() -> None:
    for cited in answer_json(answered())["citations"]:
        assert TEXT[cited["start"] : cited["end"]] == cited["quote"]


def test_a_search_result() -> None:
    expected = {"article": ARTICLE_JSON, "start": 0, "end": 48, "text": FIRST.of(TEXT), "score": 0.1235}
    assert_same(found_json(FOUND), expected)


def test_an_article_without_address_and_date() -> None:
    assert_same(article_json(UNDATED), UNDATED_JSON)
