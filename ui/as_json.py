"""Answers, search results and eval runs as JSON; the same for the command line and every later door."""

from dataclasses import asdict
from datetime import date
from typing import Any

from eval.against import Comparison
from eval.figures import figures
from eval.records import Run
from index.copies import Copies
from index.intake import IndexReport
from index.types import Article, Listed
from qa.period import Period
from qa.types import Answer, Citation, Conflict, Found, Quote
from ui.cli.doctor import Finding

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
        "consulted": [consulted_json(found) for found in answer.consulted],
        "timings_ms": answer.timings_ms,
        "period": _period(answer.period) if answer.period else None,
        "written_by": answer.written_by,
        "notice": answer.notice,
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


def article_json(article: Article | Listed) -> Json:
    """An article as it stands in a citation."""
    return {
        "id": article.id,
        "version": article.version,
        "title": article.title,
        "url": article.url,
        "published": _day(article.published),
        "path": article.path,
    }


def listed_json(article: Article | Listed) -> Json:
    """An article of a list."""
    return article_json(article) | {"language": article.language}


def whole_json(article: Article) -> Json:
    """An article with its text, the other days that its source names, and the spans of it that are never quoted."""
    marks = [[span.start, span.end] for span in article.boilerplate]
    days = {"updated": _day(article.updated), "fetched": _day(article.fetched)}
    return listed_json(article) | days | {"text": article.text, "boilerplate": marks}


def copies_json(article_id: str, copies: Copies) -> Json:
    """What an article is a copy of, and its own copies where it is the first published of them."""
    original, *others = copies.cluster(article_id) or (article_id,)
    if original != article_id:
        return {"copy_of": original, "copies": []}
    return {"copy_of": None, "copies": others}


def quote_json(quote: Quote) -> Json:
    """A quote with its article. `article.text[start:end] == quote`."""
    return {
        "quote": quote.text,
        "start": quote.span.start,
        "end": quote.span.end,
        "language": quote.article.language,
        "article": article_json(quote.article),
        "permalink": quote.permalink,
    }


def report_json(report: IndexReport) -> Json:
    """What a run of indexing did."""
    return asdict(report)


def finding_json(finding: Finding) -> Json:
    """A line of the doctor's report, with its figures."""
    told = {"what": finding.what, "state": finding.state, "well": finding.well, "cure": finding.cure}
    return told | dict(finding.figures)


def _period(period: Period) -> Json:
    return {"words": period.words, "since": _day(period.since), "until": _day(period.until)}


def consulted_json(found: Found) -> Json:
    """A passage that was read for a question, by its place."""
    passage = found.hit.passage
    return {
        "article": passage.article,
        "start": passage.span.start,
        "end": passage.span.end,
        "score": round(found.hit.score, 4),
    }


def _citation(citation: Citation) -> Json:
    copies = {"also_in": list(citation.also_in), "first_published": citation.first_published}
    return {"number": citation.number} | quote_json(citation.quote) | copies


def _conflict(conflict: Conflict) -> Json:
    values = [{"value": value.value, "citations": list(value.citations)} for value in conflict.values]
    return {"kind": conflict.kind, "values": values}


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
