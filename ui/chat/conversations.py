"""Conversations kept in SQLite, each reader's own, with the articles they quote in the version that was quoted."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from index.errors import QuotedeskError
from index.settle import settle_line
from index.types import Article
from ui.chat.exchange import Exchange, Vote
from ui.chat.kept import pack, unpack, unpack_article

TITLE_LENGTH = 90
# Another reader's answer is written in milliseconds; who waits longer waits for a lock that will not be given back.
_SECONDS = 10
_FORMAT = 1
_SCHEMA = f"""
CREATE TABLE conversations (
    id TEXT PRIMARY KEY, reader TEXT NOT NULL, title TEXT NOT NULL, changed TEXT NOT NULL
) STRICT;
CREATE INDEX conversations_by_reader ON conversations (reader, changed);
CREATE TABLE turns (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, place INTEGER NOT NULL,
    exchange TEXT NOT NULL, vote TEXT NOT NULL DEFAULT '', PRIMARY KEY (conversation, place)
) STRICT;
CREATE TABLE articles (key TEXT PRIMARY KEY, id TEXT NOT NULL, version TEXT NOT NULL, article TEXT NOT NULL) STRICT;
CREATE INDEX articles_by_version ON articles (id, version);
CREATE TABLE shown (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    article TEXT NOT NULL REFERENCES articles (key), PRIMARY KEY (conversation, article)
) STRICT;
CREATE INDEX shown_by_article ON shown (article);
PRAGMA user_version = {_FORMAT};
"""
_OWN = "SELECT id FROM conversations WHERE id = ? AND reader = ?"


class NoConversation(QuotedeskError):
    """A conversation that was deleted, never was, or is another reader's: which of them is nobody's business."""


class ConversationsError(QuotedeskError):
    """A file of conversations that cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation in the list: its title, when it was last added to (UTC), and the number of its questions."""

    id: str
    title: str
    changed: datetime
    questions: int


class Conversations:
    """The conversations in one SQLite file, made if it isn't there. Safe to share between threads and processes.

    Ids are 128 random bits. Every method takes the reader's name, and knows only what is that reader's; for any other
    id it raises `NoConversation`. All raise `ConversationsError` where the file cannot be read or written.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._database() as db:
            db.execute("BEGIN IMMEDIATE")
            found = db.execute("PRAGMA user_version").fetchone()[0]
            if found > _FORMAT:
                raise ConversationsError(f"{file} is of format {found}, this quotedesk knows {_FORMAT}; update it")
            if not found:
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    db.execute(statement)

    def summaries(self, reader: str) -> list[Summary]:
        """The reader's conversations, the one last added to first."""
        query = """
            SELECT c.id, c.title, c.changed, (SELECT count(*) FROM turns WHERE conversation = c.id)
            FROM conversations c WHERE reader = ? ORDER BY changed DESC, rowid DESC
        """
        with self._database() as db:
            rows = db.execute(query, (reader,)).fetchall()
        return [Summary(id_, title, datetime.fromisoformat(day), turns) for id_, title, day, turns in rows]

    def title(self, reader: str, conversation: str) -> str:
        """The conversation's title."""
        with self._database() as db:
            self._check(db, reader, conversation)
            return str(db.execute("SELECT title FROM conversations WHERE id = ?", (conversation,)).fetchone()[0])

    def exchanges(self, reader: str, conversation: str) -> list[Exchange]:
        """Every exchange of the conversation, oldest first, as it was when it was made."""
        query = "SELECT exchange, vote FROM turns WHERE conversation = ? ORDER BY place"
        with self._database() as db:
            self._check(db, reader, conversation)
            kept = db.execute(
                "SELECT key, a.article FROM articles a JOIN shown ON key = shown.article WHERE conversation = ?",
                (conversation,),
            )
            articles = dict(kept.fetchall())
            rows = db.execute(query, (conversation,)).fetchall()
        return [replace(unpack(packed, lambda key: unpack_article(articles[key])), vote=vote) for packed, vote in rows]

    def append(self, reader: str, conversation: str, exchange: Exchange) -> str:
        """Add an exchange, and give the conversation's id: a new one where the reader has none of that id."""
        packed, articles = pack(exchange)
        now = datetime.now(UTC).isoformat()
        with self._database() as db:
            db.execute("BEGIN IMMEDIATE")
            if db.execute(_OWN, (conversation, reader)).fetchone() is None:
                conversation = secrets.token_urlsafe(16)
                row = (conversation, reader, _title(exchange.answer.question), now)
                db.execute("INSERT INTO conversations VALUES (?, ?, ?, ?)", row)
            db.execute("UPDATE conversations SET changed = ? WHERE id = ?", (now, conversation))
            db.execute(
                "INSERT INTO turns SELECT ?, coalesce(max(place) + 1, 0), ?, '' FROM turns WHERE conversation = ?",
                (conversation, packed, conversation),
            )
            for key, article in articles.items():
                made = unpack_article(article)
                db.execute("INSERT OR IGNORE INTO articles VALUES (?, ?, ?, ?)", (key, made.id, made.version, article))
                db.execute("INSERT OR IGNORE INTO shown VALUES (?, ?)", (conversation, key))
        return conversation

    def vote(self, reader: str, conversation: str, place: int, vote: Vote) -> None:
        """Keep what the reader thinks of the answer at that place, from 0; nothing where there is none."""
        if vote not in get_args(Vote):
            raise ValueError(f"a vote is one of {get_args(Vote)}, got {vote!r}")
        with self._database() as db:
            self._check(db, reader, conversation)
            db.execute("UPDATE turns SET vote = ? WHERE conversation = ? AND place = ?", (vote, conversation, place))

    def rename(self, reader: str, conversation: str, title: str) -> None:
        """Give the conversation another title; a blank one leaves it as it is."""
        with self._database() as db:
            self._check(db, reader, conversation)
            if title := _title(title):
                db.execute("UPDATE conversations SET title = ? WHERE id = ?", (title, conversation))

    def delete(self, reader: str, conversation: str) -> None:
        """Delete the conversation for good, with the articles that no other one shows."""
        with self._database() as db:
            self._check(db, reader, conversation)
            db.execute("DELETE FROM conversations WHERE id = ?", (conversation,))
            db.execute("DELETE FROM articles WHERE key NOT IN (SELECT article FROM shown)")

    def article(self, reader: str, article_id: str, version: str) -> Article | None:
        """That version of an article, if one of the reader's conversations shows it."""
        query = """
            SELECT a.article FROM articles a JOIN shown ON key = shown.article
            JOIN conversations c ON c.id = conversation WHERE a.id = ? AND a.version = ? AND reader = ? LIMIT 1
        """
        with self._database() as db:
            row = db.execute(query, (article_id, version, reader)).fetchone()
        return unpack_article(row[0]) if row else None

    def _check(self, db: sqlite3.Connection, reader: str, conversation: str) -> None:
        if db.execute(_OWN, (conversation, reader)).fetchone() is None:
            raise NoConversation(f"there is no conversation {conversation[:40]!r}; open one from the list, or ask anew")

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """A connection for one piece of work, kept whole or not at all."""
        try:
            with closing(sqlite3.connect(self._file, timeout=_SECONDS)) as db, db:
                db.execute("PRAGMA journal_mode = WAL")
                db.execute("PRAGMA foreign_keys = ON")
                # What is deleted is overwritten, and not only forgotten.
                db.execute("PRAGMA secure_delete = ON")
                yield db
        except sqlite3.Error as error:
            raise ConversationsError(
                f"cannot keep conversations in {self._file}: {error}; make the file and its folder writable, "
                "or move a damaged file away"
            ) from error


def _title(text: str) -> str:
    line = settle_line(text)
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip() + "…"
