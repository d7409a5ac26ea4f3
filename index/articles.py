"""Articles and passages in one SQLite file; it knows rows and filters, nothing of vectors or words."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from index.errors import LibraryError
from index.types import Article, Filter, Passage, Span

_SCHEMA = """
CREATE TABLE articles (
    id TEXT PRIMARY KEY, version TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, language TEXT NOT NULL,
    url TEXT, published TEXT, path TEXT NOT NULL, boilerplate TEXT NOT NULL, sentences TEXT NOT NULL
) STRICT;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT, article TEXT NOT NULL REFERENCES articles (id), language TEXT NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL
) STRICT;
CREATE INDEX passages_by_article ON passages (article);
"""
# What `remark` has overwritten: the marks that an article came with. A library of an older quotedesk has no such table.
_OWN_MARKS = """
CREATE TABLE IF NOT EXISTS own_marks (
    article TEXT PRIMARY KEY REFERENCES articles (id), boilerplate TEXT NOT NULL, sentences TEXT NOT NULL
) STRICT
"""
_ARTICLE = "id, version, title, text, language, url, published, path, boilerplate, sentences"
_PASSAGES = """
SELECT p.row, p.article, p.language, p.start, p.end, substr(a.text, p.start + 1, p.end - p.start)
FROM passages p JOIN articles a ON a.id = p.article
"""


class ArticleWriter:
    """Changes to such a database, kept by `commit` or thrown away. For one thread."""

    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(file)
        if not self._db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            self._db.executescript(_SCHEMA)
        self._db.execute(_OWN_MARKS)

    def put(self, article: Article, passages: Iterable[Span]) -> None:
        """Add `article`, or replace the one of the same id together with its passages."""
        self.remove(article.id)
        self._db.execute(f"INSERT INTO articles ({_ARTICLE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _row(article))
        self._put_passages(article, passages)

    def remark(self, article: Article, passages: Iterable[Span]) -> None:
        """Replace the marks, sentences and passages of a stored article; `get` gives it with its own marks still."""
        self._db.execute(
            "INSERT OR IGNORE INTO own_marks SELECT id, boilerplate, sentences FROM articles WHERE id = ?",
            (article.id,),
        )
        self._db.execute(
            "UPDATE articles SET boilerplate = ?, sentences = ? WHERE id = ?",
            (_pack(article.boilerplate), _pack(article.sentences), article.id),
        )
        self._db.execute("DELETE FROM passages WHERE article = ?", (article.id,))
        self._put_passages(article, passages)

    def _put_passages(self, article: Article, passages: Iterable[Span]) -> None:
        self._db.executemany(
            "INSERT INTO passages (article, language, start, end) VALUES (?, ?, ?, ?)",
            ((article.id, article.language, span.start, span.end) for span in passages),
        )

    def move(self, article_id: str, path: str) -> None:
        """Note where an article that is otherwise unchanged is found now."""
        self._db.execute("UPDATE articles SET path = ? WHERE id = ?", (path, article_id))

    def remove(self, article_id: str) -> None:
        """Take out an article with its passages; an unknown id is nothing to do."""
        self._db.execute("DELETE FROM passages WHERE article = ?", (article_id,))
        self._db.execute("DELETE FROM own_marks WHERE article = ?", (article_id,))
        self._db.execute("DELETE FROM articles WHERE id = ?", (article_id,))

    def get(self, article_id: str) -> Article | None:
        """The article of that id with the marks it came with, None if there is none."""
        row = self._db.execute(f"SELECT {_ARTICLE} FROM articles WHERE id = ?", (article_id,)).fetchone()
        own = self._db.execute("SELECT boilerplate, sentences FROM own_marks WHERE article = ?", (article_id,))
        return _article((*row[:-2], *(own.fetchone() or row[-2:]))) if row else None

    def marks(self, article_id: str) -> tuple[Span, ...]:
        """The boilerplate of an article as readers see it; none for an unknown id."""
        row = self._db.execute("SELECT boilerplate FROM articles WHERE id = ?", (article_id,)).fetchone()
        return _unpack(row[0]) if row else ()

    def places(self) -> dict[str, tuple[str | None, str]]:
        """Article id to (url, path), for every article."""
        return {id_: (url, path) for id_, url, path in self._db.execute("SELECT id, url, path FROM articles")}

    def known(self) -> dict[str, tuple[str, str]]:
        """Article id to (version, path), for every article."""
        return {
            id_: (version, path) for id_, version, path in self._db.execute("SELECT id, version, path FROM articles")
        }

    def commit(self) -> None:
        """Keep the changes and let go of the file."""
        self._db.commit()
        self._db.close()


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
        # SQLite's own lower() knows ASCII only.
        self._db.create_function("casefold", 1, str.casefold, deterministic=True)

    def article(self, article_id: str) -> Article:
        """The article of that id. Raises `LibraryError` if there is none."""
        row = next(self._rows(f"SELECT {_ARTICLE} FROM articles WHERE id = ?", (article_id,)), None)
        if row is None:
            raise LibraryError(
                f"no article {article_id!r} in this library; `quotedesk articles list` shows what is inside"
            )
        return _article(row)

    def articles(self) -> Iterator[Article]:
        """Every article, by id."""
        return map(_article, self._rows(f"SELECT {_ARTICLE} FROM articles ORDER BY id"))

    def versions(self) -> dict[str, str]:
        """Article id to version, for every article, by id."""
        return dict(self._rows("SELECT id, version FROM articles ORDER BY id"))

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

    def titles(self) -> dict[str, str]:
        """Article id to title, for every article."""
        return dict(self._rows("SELECT id, title FROM articles"))

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


def _row(article: Article) -> tuple[str | None, ...]:
    published = article.published.isoformat() if article.published else None
    facts = (article.id, article.version, article.title, article.text, article.language, article.url)
    return (*facts, published, article.path, _pack(article.boilerplate), _pack(article.sentences))


def _article(row: tuple[str, str, str, str, str, str | None, str | None, str, str, str]) -> Article:
    id_, version, title, text, language, url, published, path, boilerplate, sentences = row
    day = date.fromisoformat(published) if published else None
    marks = (_unpack(boilerplate), _unpack(sentences))
    return Article(id_, version, title, text, language, url, day, path, *marks)


def _passage(row: tuple[int, str, str, int, int, str]) -> Passage:
    number, article, language, start, end, text = row
    return Passage(number, article, language, Span(start, end), text)


def _pack(spans: Sequence[Span]) -> str:
    return json.dumps([(span.start, span.end) for span in spans])


def _unpack(spans: str) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in json.loads(spans))
