"""Articles and passages in one SQLite file, to read; it knows rows and filters, nothing of vectors or words."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import LibraryError
from index.types import Article, Filter, Listed, Passage, Span

# Those that a file written by an older quotedesk may lack.
DAYS_LATER = "updated, fetched"
# In the order of `to_row` and `from_row`.
COLUMNS = f"id, version, title, text, language, url, published, path, boilerplate, sentences, {DAYS_LATER}"
_LISTED = "id, version, title, language, url, published, path"
_PASSAGES = """
SELECT p.row, p.article, p.language, p.start, p.end, substr(a.text, p.start + 1, p.end - p.start)
FROM passages p JOIN articles a ON a.id = p.article
"""


class ArticleTable:
    """A read-only view of one such database. Safe to share between threads.

    Raises `LibraryError` when the file is missing or damaged.
    """

    def __init__(self, file: Path) -> None:
        # The file is never changed after it is written, so SQLite need not lock it.
        address = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
        try:
            self._db = sqlite3.connect(address, uri=True, check_same_thread=False)
            self._db.execute("SELECT 1 FROM articles, passages LIMIT 0")
        except sqlite3.DatabaseError as error:
            raise LibraryError(
                f"cannot read the articles in {file}: {error}; index the articles into a new folder"
            ) from error
        known = {name for _, name, *_ in self._db.execute("PRAGMA table_info(articles)")}
        self._columns = ", ".join(
            column if column in known or column not in DAYS_LATER.split(", ") else f"NULL AS {column}"
            for column in COLUMNS.split(", ")
        )
        # SQLite's own lower() knows ASCII only.
        self._db.create_function("casefold", 1, str.casefold, deterministic=True)

    def article(self, article_id: str) -> Article:
        """The article of that id. Raises `LibraryError` if there is none."""
        row = next(self._rows(f"SELECT {self._columns} FROM articles WHERE id = ?", (article_id,)), None)
        if row is None:
            raise LibraryError(
                f"no article {article_id!r} in this library; `quotedesk articles list` shows what is inside"
            )
        return from_row(row)

    def articles(self, where: Filter = Filter(), *, after: str = "", limit: int = -1) -> Iterator[Article]:
        """Every article that `where` admits, by id, one at a time.

        Only those whose ids come after `after`, and `limit` of them if it is not negative.
        """
        conditions, values = _conditions(where)
        query = f"SELECT {self._columns} FROM articles a WHERE {conditions} AND id > ? ORDER BY id LIMIT ?"
        return map(from_row, self._rows(query, [*values, after, str(limit)]))

    def listed(self, *, after: str = "", limit: int = -1) -> Iterator[Listed]:
        """What a list says of every article, by id, one at a time; no text is read. Bounded as `articles` is."""
        query = f"SELECT {_LISTED} FROM articles WHERE id > ? ORDER BY id LIMIT ?"
        for id_, version, title, language, url, published, path in self._rows(query, [after, str(limit)]):
            yield Listed(id_, version, title, language, url, _day(published), path)

    def versions(self) -> dict[str, str]:
        """Article id to version, for every article, by id."""
        return dict(self._rows("SELECT id, version FROM articles ORDER BY id"))

    def days(self, ids: Iterable[str]) -> dict[str, date | None]:
        """When each of those articles was published."""
        query = "SELECT id, published FROM articles WHERE id IN (SELECT value FROM json_each(?))"
        found = self._rows(query, [json.dumps(list(ids))])
        return {id_: _day(day) for id_, day in found}

    def stories(self) -> Iterator[tuple[str, str, str | None, str]]:
        """Id, version, day of publication and sentences of every article by id, as the columns have them."""
        yield from self._rows("SELECT id, version, published, sentences FROM articles ORDER BY id")

    def counts(self) -> tuple[int, int]:
        """How many articles and how many passages there are."""
        ((articles, passages),) = self._rows("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)")
        return articles, passages

    def languages(self) -> dict[str, int]:
        """Language to number of articles, most first."""
        return dict(Counter(language for (language,) in self._rows("SELECT language FROM articles")).most_common())

    def date_range(self) -> tuple[date, date] | None:
        """The earliest and the latest date of publication, if any article has one."""
        ((first, last),) = self._rows("SELECT min(published), max(published) FROM articles")
        return (date.fromisoformat(first), date.fromisoformat(last)) if first else None

    def passages_in(self, language: str) -> Iterator[Passage]:
        """Every passage of that language's articles, by row."""
        return map(_passage, self._rows(f"{_PASSAGES} WHERE p.language = ? ORDER BY p.row", (language,)))

    def rows_in(self, language: str) -> NDArray[np.int64]:
        """The row of every passage of that language's articles, in order."""
        found = self._rows("SELECT row FROM passages WHERE language = ? ORDER BY row", (language,))
        return np.fromiter((row for (row,) in found), np.int64)

    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        """The passages of those rows."""
        found = self._rows(f"{_PASSAGES} WHERE p.row IN (SELECT value FROM json_each(?))", (json.dumps(list(rows)),))
        return {passage.row: passage for passage in map(_passage, found)}

    def passages_of(self, article_id: str) -> list[Passage]:
        """An article's passages in reading order."""
        return [_passage(row) for row in self._rows(f"{_PASSAGES} WHERE a.id = ? ORDER BY p.start", (article_id,))]

    def rows_admitted(self, where: Filter) -> list[int]:
        """The rows of every passage whose article meets all conditions of `where`; undated ones fail any date."""
        conditions, values = _conditions(where)
        query = f"SELECT row FROM passages WHERE article IN (SELECT a.id FROM articles a WHERE {conditions})"
        return [row for (row,) in self._rows(query, values)]

    def articles_admitted(self, where: Filter) -> frozenset[str]:
        """The ids of the articles that meet all conditions of `where`."""
        conditions, values = _conditions(where)
        return frozenset(id_ for (id_,) in self._rows(f"SELECT a.id FROM articles a WHERE {conditions}", values))

    def _rows(self, query: str, values: Sequence[str] = ()) -> Iterator[Any]:
        try:
            yield from self._db.execute(query, values)
        except sqlite3.DatabaseError as error:
            raise LibraryError(f"the articles are damaged: {error}; index them into a new folder") from error

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def _conditions(where: Filter) -> tuple[str, list[str]]:
    source = None if where.source is None else where.source.casefold()
    tests: list[tuple[str, str | None]] = [
        ("a.language = ?", where.language),
        ("a.published >= ?", where.since.isoformat() if where.since else None),
        ("a.published <= ?", where.until.isoformat() if where.until else None),
        ("instr(casefold(coalesce(a.url, '') || ' ' || a.path), ?) > 0", source),
        ("a.id IN (SELECT value FROM json_each(?))", None if where.articles is None else _json(where.articles)),
        ("a.id NOT IN (SELECT value FROM json_each(?))", _json(where.exclude_articles)),
    ]
    kept = [(test, value) for test, value in tests if value is not None]
    return " AND ".join(test for test, _ in kept), [value for _, value in kept]


def _json(ids: frozenset[str]) -> str:
    return json.dumps(sorted(ids))


def to_row(article: Article) -> tuple[str | None, ...]:
    """An article as `COLUMNS`."""
    facts = (article.id, article.version, article.title, article.text, article.language, article.url)
    published, *days = (_written(day) for day in (article.published, article.updated, article.fetched))
    return (*facts, published, article.path, pack(article.boilerplate), pack(article.sentences), *days)


def from_row(row: Sequence[Any]) -> Article:
    """The article that `COLUMNS` hold; `DAYS_LATER` may be missing."""
    id_, version, title, text, language, url, published, path, boilerplate, sentences, *days = row
    marks = (unpack(boilerplate), unpack(sentences))
    return Article(id_, version, title, text, language, url, _day(published), path, *marks, *map(_day, days))


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _passage(row: tuple[int, str, str, int, int, str]) -> Passage:
    number, article, language, start, end, text = row
    return Passage(number, article, language, Span(start, end), text)


def pack(spans: Sequence[Span]) -> str:
    """Spans as a column holds them."""
    return json.dumps([(span.start, span.end) for span in spans])


def unpack(spans: str) -> tuple[Span, ...]:
    """The spans that `pack` made a column of."""
    return tuple(Span(start, end) for start, end in json.loads(spans))
