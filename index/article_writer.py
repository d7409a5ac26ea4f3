"""Changes to the articles of a snapshot that is being made, and which of them this run has come across."""

import sqlite3
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from index.articles import COLUMNS, from_row, pack, to_row, unpack
from index.embedder import in_context
from index.site_lines import site_of
from index.types import Article, Span

# `source` tells what an article was made of, `content` what a passage's vector is made of. Where `remark` has put other
# marks in their place, `own_boilerplate` and `own_sentences` are those that an article came with. Libraries made before
# these lack them, and an older quotedesk that writes to a library leaves them empty.
_TABLES = """
CREATE TABLE articles (
    id TEXT PRIMARY KEY, version TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, language TEXT NOT NULL,
    url TEXT, published TEXT, path TEXT NOT NULL, boilerplate TEXT NOT NULL, sentences TEXT NOT NULL, source TEXT,
    own_boilerplate TEXT, own_sentences TEXT, updated TEXT, fetched TEXT
) STRICT;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT, article TEXT NOT NULL REFERENCES articles (id), language TEXT NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, content BLOB
) STRICT;
CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE INDEX passages_by_article ON passages (article);
"""
_ADDED_LATER = (
    ("articles", "source TEXT"),
    ("articles", "own_boilerplate TEXT"),
    ("articles", "own_sentences TEXT"),
    ("articles", "updated TEXT"),
    ("articles", "fetched TEXT"),
    ("passages", "content BLOB"),
)
_ADDED_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS articles_by_version ON articles (version);
CREATE INDEX IF NOT EXISTS articles_by_path ON articles (path);
CREATE INDEX IF NOT EXISTS articles_by_source ON articles (source);
CREATE INDEX IF NOT EXISTS passages_by_content ON passages (content);
CREATE TEMP TABLE seen (id TEXT PRIMARY KEY, path TEXT NOT NULL);
CREATE INDEX temp.seen_by_path ON seen (path);
"""
_FILL_CONTENT = """
UPDATE passages SET content = (
    SELECT content_hash(a.title, substr(a.text, passages.start + 1, passages.end - passages.start))
    FROM articles a WHERE a.id = passages.article
) WHERE content IS NULL
"""
_OWN_MARKS = "coalesce(own_boilerplate, boilerplate), coalesce(own_sentences, sentences)"
_OWN = COLUMNS.replace("boilerplate, sentences", _OWN_MARKS)


class ArticleWriter:
    """Changes to such a database, kept by `commit` or thrown away. For one thread.

    `changed` tells whether there are any, `languages` those of the articles that were put in, taken out or marked anew,
    `sites` those where articles were put in, taken out or moved.
    """

    def __init__(self, file: Path) -> None:
        self.changed = False
        self.languages: set[str] = set()
        self.sites: set[str] = set()
        self._db = sqlite3.connect(file)
        self._db.create_function("content_hash", 2, content_hash, deterministic=True)
        # A snapshot that is not settled on the disk as a whole is thrown away as a whole.
        self._db.execute("PRAGMA synchronous = OFF")
        if not self._all("SELECT 1 FROM sqlite_schema LIMIT 1"):
            self._db.executescript(_TABLES)
        self._bring_up_to_date()

    def put(self, article: Article, passages: Iterable[Span], source: str = "") -> None:
        """Add `article`, made of `source`, or replace the one of the same id together with its passages."""
        self.remove(article.id)
        values = (*to_row(article), source)
        self._change(f"INSERT INTO articles ({COLUMNS}, source) VALUES ({', '.join('?' * len(values))})", *values)
        self._put_passages(article, passages)
        self.sites.add(site_of(article.url, article.path))

    def remark(self, article: Article, passages: Iterable[Span]) -> None:
        """Replace the marks, sentences and passages of a stored article; `get` gives it with its own marks still."""
        self._change(
            "UPDATE articles SET own_boilerplate = coalesce(own_boilerplate, boilerplate), "
            "own_sentences = coalesce(own_sentences, sentences), boilerplate = ?, sentences = ? WHERE id = ?",
            *(pack(article.boilerplate), pack(article.sentences), article.id),
        )
        self._change("DELETE FROM passages WHERE article = ?", article.id)
        self._put_passages(article, passages)

    def move(self, article_id: str, path: str, source: str = "") -> None:
        """Note where an article that is otherwise unchanged is found now, and what it was made of there."""
        for url, before in self._all("SELECT url, path FROM articles WHERE id = ?", article_id):
            self.sites |= {site_of(url, before), site_of(url, path)}
        self._change("UPDATE articles SET path = ?, source = ? WHERE id = ?", path, source, article_id)

    def remove(self, article_id: str) -> None:
        """Take out an article with its passages; an unknown id is nothing to do."""
        for language, url, path in self._all("SELECT language, url, path FROM articles WHERE id = ?", article_id):
            self.languages.add(language)
            self.sites.add(site_of(url, path))
            self._change("DELETE FROM passages WHERE article = ?", article_id)
            self._change("DELETE FROM articles WHERE id = ?", article_id)

    def get(self, article_id: str) -> Article | None:
        """The article of that id with the marks it came with, None if there is none."""
        found = self._all(f"SELECT {_OWN} FROM articles WHERE id = ?", article_id)
        return from_row(found[0]) if found else None

    def marks(self, article_id: str) -> tuple[Span, ...]:
        """The boilerplate of an article as readers see it; none for an unknown id."""
        found = self._one("SELECT boilerplate FROM articles WHERE id = ?", article_id)
        return unpack(found) if found else ()

    def places(self) -> Iterator[tuple[str, str | None, str]]:
        """Id, url and path of every article."""
        yield from self._db.execute("SELECT id, url, path FROM articles")

    def version(self, article_id: str) -> str | None:
        """The version of the article of that id, None if there is none."""
        return self._one("SELECT version FROM articles WHERE id = ?", article_id)

    def path(self, article_id: str) -> str | None:
        """Where the article of that id was found, None if there is none."""
        return self._one("SELECT path FROM articles WHERE id = ?", article_id)

    def made_of(self, source: str) -> str | None:
        """The id of the article that was made of exactly this, None if there is none."""
        return self._one("SELECT id FROM articles WHERE source = ?", source)

    def at(self, path: str) -> str | None:
        """The id of the article that was found at `path`, None if there is none."""
        return self._one("SELECT id FROM articles WHERE path = ? ORDER BY id", path)

    def with_text(self, version: str) -> list[tuple[str, str]]:
        """Id and path of each article of that version, which is a hash of its text, by id."""
        return self._all("SELECT id, path FROM articles WHERE version = ? ORDER BY id", version)

    def see(self, article_id: str, path: str) -> None:
        """Note that this run came across the article at `path`."""
        self._db.execute("INSERT OR REPLACE INTO seen VALUES (?, ?)", (article_id, path))

    def seen(self, article_id: str) -> str | None:
        """Where this run came across the article, None if it did not."""
        return self._one("SELECT path FROM seen WHERE id = ?", article_id)

    def has_seen(self, file: str) -> bool:
        """Whether this run came across an article in `file`: at its path, or at a place in it such as "file:12"."""
        query = "SELECT 1 FROM seen WHERE path = ? OR (path > ? || ':' AND path < ? || ';') LIMIT 1"
        return bool(self._all(query, file, file, file))

    def unseen(self) -> Iterator[tuple[str, str]]:
        """Id and path of each article that this run did not come across, by id."""
        yield from self._db.execute("SELECT id, path FROM articles WHERE id NOT IN (SELECT id FROM seen) ORDER BY id")

    def commit(self) -> None:
        """Keep the changes and let go of the file."""
        self._db.commit()
        self._db.close()

    def _bring_up_to_date(self) -> None:
        for table, column in _ADDED_LATER:
            if column.split()[0] not in {name for _, name, *_ in self._all(f"PRAGMA table_info({table})")}:
                self._db.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
        for statement in filter(str.strip, _ADDED_TABLES.split(";")):
            self._db.execute(statement)
        self._db.execute(_FILL_CONTENT)

    def _put_passages(self, article: Article, passages: Iterable[Span]) -> None:
        self._db.executemany(
            "INSERT INTO passages (article, language, start, end, content) VALUES (?, ?, ?, ?, ?)",
            (
                (article.id, article.language, span.start, span.end, content_hash(article.title, span.of(article.text)))
                for span in passages
            ),
        )
        self.languages.add(article.language)

    def _change(self, statement: str, *values: str | None) -> None:
        self.changed = True
        self._db.execute(statement, values)

    def _all(self, query: str, *values: str) -> list[Any]:
        return self._db.execute(query, values).fetchall()

    def _one(self, query: str, *values: str) -> str | None:
        found = self._all(query, *values)
        return found[0][0] if found else None


def content_hash(title: str, text: str) -> bytes:
    """What tells two passages apart that an embedder could tell apart: 16 bytes of a hash of title and text."""
    return sha256(in_context(title, text).encode("utf-8", "surrogatepass")).digest()[:16]
