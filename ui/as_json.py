"""Answers, search results and eval runs as JSON; the same for the command line and every later door."""

from dataclasses import asdict
from datetime import date
from typing import Any

from eval.against import Comparison
from eval.figures import figures
from eval.records import Run
from index.types import Article
from qa.types import Answer, Citation, Conflict, Found

Json = dict[str, Any]


def answer_json(answer: Answer) -> Json:
    """The answer in the contract's shape. For every citation `article.text[start:end] == quote`."""
    return {
        "id": answer.id,
        "question": answer.question,
        "language": answer.language,
        "searched_for": answer.searched_for,
        "status": answer.status,
        "short_answer": answer.short_answer,
        "text": answer.text,
        "confidence": round(answer.confidence, 4),
        "citations": [_citation(citation) for citation in answer.citations],
        "conflicts": [_conflict(conflict) for conflict in answer.conflicts],
        "consulted": [_consulted(found) for found in answer.consulted],
        "timings_ms": answer.timings_ms,
    }


def found_json(found: Found) -> Json:
    """A search result in the contract's shape."""
    passage = found.hit.passage
    return {
        "article": article_json(found.article),
        "start": passage.span.start,
        "end": passage.span.end,
        "text": passage.text,
        "score": round(found.hit.score, 4),
    }


def article_json(article: Article) -> Json:
    """An article as it stands in a citation."""
    return {
        "id": article.id,
        "version": article.version,
        "title": article.title,
        "url": article.url,
        "published": _day(article.published),
        "path": article.path,
    }


def _citation(citation: Citation) -> Json:
    quote = citation.quote
    return {
        "number": citation.number,
        "quote": quote.text,
        "start": quote.span.start,
        "end": quote.span.end,
        "language": quote.article.language,
        "article": article_json(quote.article),
        "permalink": quote.permalink,
        "also_in": list(citation.also_in),
        "first_published": citation.first_published,
    }


def _conflict(conflict: Conflict) -> Json:
    values = [{"value": value.value, "citations": list(value.citations)} for value in conflict.values]
    return {"kind": conflict.kind, "values": values}


def _consulted(found: Found) -> Json:
    passage = found.hit.passage
    return {
        "article": passage.article,
        "start": passage.span.start,
        "end": passage.span.end,
        "score": round(found.hit.score, 4),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def run_json(run: Run, comparison: Comparison | None = None) -> Json:
    """The figures of an eval run, for each case whether it was right, and what changed against an older run."""
    cases = [
        {"id": one.id, "right": one.right, "status": "answered" if one.answered else "abstained", "lost": one.lost}
        for one in run.records
    ]
    found = {"set": run.set_name, "set_hash": run.set_hash, "library_hash": run.library_hash, "facts": run.facts}
    measured = found | {"measures": [asdict(figure) for figure in figures(run.records)], "cases": cases}
    return measured | ({"against": asdict(comparison)} if comparison else {})
