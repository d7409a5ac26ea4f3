"""What a run of indexing changed in a copy of a library's articles, and what of the library has gone by it.

It knows the copies in SQLite and heads, and asks nothing of Milvus.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.articles import ArticleTable
from index.milvus.copy import COLUMNS_KEPT, STORED
from index.milvus.head import Head, LanguageFacts

# How long a reader may go on with a snapshot that has been replaced: far longer than a question takes.
GRACE_SECONDS = 600.0
# What tells an article's row from an older one; its version is a hash of its text.
_COMPARED = [column for column in COLUMNS_KEPT.split(", ") if column != "text"]
_GONE_PASSAGES = """
SELECT p.language, p.row, substr(a.text, p.start + 1, p.end - p.start)
FROM old.passages p JOIN old.articles a ON a.id = p.article WHERE p.row NOT IN (SELECT row FROM main.passages)
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What a run changed: ids of articles to put in, numbers of those that have gone, rows of passages by language."""

    put: list[str]
    gone_articles: list[int]
    new_rows: dict[str, NDArray[np.int64]]
    gone_rows: dict[str, dict[int, str]]


def changes(database: sqlite3.Connection, older: Path, table: ArticleTable) -> Change:
    """How the copy differs from the one before it. Forgets the numbers of articles that have gone or changed."""
    database.execute(STORED)
    if not older.exists():
        ids = [id_ for (id_,) in database.execute("SELECT id FROM main.articles ORDER BY id")]
        return Change(ids, [], {name: table.rows_in(name) for name in table.languages()}, {})
    database.execute("ATTACH ? AS old", (f"{older.resolve().as_uri()}?mode=ro&immutable=1",))
    ours, theirs = (", ".join(f"{table}.{column}" for column in _COMPARED) for table in ("n", "o"))
    put = database.execute(
        "SELECT n.id FROM main.articles n LEFT JOIN old.articles o ON o.id = n.id "
        f"WHERE o.id IS NULL OR ({ours}) IS NOT ({theirs}) ORDER BY n.id"
    )
    ids = [id_ for (id_,) in put]
    database.execute("CREATE TEMP TABLE put (id TEXT PRIMARY KEY)")
    database.executemany("INSERT INTO put VALUES (?)", ((id_,) for id_ in ids))
    stale = "id IN (SELECT id FROM put) OR id NOT IN (SELECT id FROM main.articles)"
    numbers = [number for (number,) in database.execute(f"SELECT number FROM stored WHERE {stale}")]
    database.execute(f"DELETE FROM stored WHERE {stale}")
    gone: dict[str, dict[int, str]] = {}
    for language, row, text in database.execute(_GONE_PASSAGES):
        gone.setdefault(language, {})[row] = text
    known = {row for (row,) in database.execute("SELECT row FROM old.passages")}
    new = {
        name: np.array([row for row in table.rows_in(name) if row not in known], np.int64) for name in table.languages()
    }
    return Change(ids, numbers, new, gone)


def is_forgotten(when: float, now: float) -> bool:
    """Whether no reader is left with a snapshot that was replaced at `when`."""
    return when <= now - GRACE_SECONDS


def all_gone(old: Head, change: Change, now: float) -> dict[str, dict[int, float]]:
    """Every passage that has gone but may still be met, with the time when it went; 0 once it is deleted."""
    earlier = {
        name: {row: 0.0 if is_forgotten(went, now) else went for row, went in rows.items()}
        for name, rows in old.gone_rows.items()
    }
    names = {*earlier, *change.gone_rows}
    return {name: earlier.get(name, {}) | dict.fromkeys(change.gone_rows.get(name, ()), now) for name in names}


def kept_gone(rows: Mapping[int, float], facts: LanguageFacts | None, born: int) -> dict[int, float]:
    """Less those that are deleted, where the words have now been written anew without them."""
    anew = facts is None or facts.words_since == born
    return {row: went for row, went in rows.items() if went or not anew}


def articles_gone(old: Head, change: Change, now: float) -> dict[int, float]:
    """The number of every article that has gone but may still be met, with the time when it went."""
    earlier = {number: when for number, when in old.gone_articles.items() if not is_forgotten(when, now)}
    return earlier | dict.fromkeys(change.gone_articles, now)
