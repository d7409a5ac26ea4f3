"""The copy of a library's articles that a machine keeps to index into Milvus, laid out as a snapshot of a folder.

What decides which article is new, moved, marked or a copy reads SQLite. So whoever indexes keeps the articles, without
vectors and words, and fetches what others have changed since. Who asks needs no copy. It may be deleted at any time.
"""

import shutil
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.article_writer import ArticleWriter, content_hash
from index.articles import COLUMNS, DAYS_LATER
from index.copies import FINGERPRINTS
from index.errors import LibraryError
from index.library import ARTICLES, MANIFEST, read_manifest, snapshot_folder
from index.milvus.address import MilvusAddress
from index.milvus.articles import MilvusArticles
from index.milvus.head import Head
from index.milvus.store import MilvusStore, in_batches
from index.snapshot import drop_older, take_over

_FIRST = COLUMNS.removesuffix(f", {DAYS_LATER}")
_OWN = "source, own_boilerplate, own_sentences"
# Rows that an older quotedesk wrote end before the last ones.
COLUMNS_KEPT = f"{_FIRST}, {_OWN}, {DAYS_LATER}"
# Under which number each article lies in Milvus.
STORED = "CREATE TABLE IF NOT EXISTS stored (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT"
_FETCHED_AT_ONCE = 64


@contextmanager
def own_copy(address: MilvusAddress) -> Iterator[Path]:
    """The folder of a copy that no other process uses. Raises `LibraryError` where none can be made."""
    address.cache.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        lock = FileLock(address.cache / f"copy-{number}.lock", timeout=0)
        try:
            lock.acquire()
            break
        except Timeout:
            number += 1
        except OSError as error:
            raise LibraryError(
                f"cannot keep a copy of the articles in {address.cache}: {error}; make it writable"
            ) from error
    try:
        yield address.cache / f"copy-{number}"
    finally:
        lock.release()


def newest_copy(address: MilvusAddress) -> Path | None:
    """The copy that was used last, None where this machine has none."""
    copies = [folder for folder in address.cache.glob("copy-*") if folder.is_dir()]
    return max(copies, key=lambda folder: folder.stat().st_mtime, default=None)


def bring_up_to_date(folder: Path, store: MilvusStore, head: Head | None) -> None:
    """Make `folder` a copy of the articles of the snapshot of `head`; of nothing where there is none."""
    manifest = read_manifest(folder) if folder.exists() else None
    known = _library_of(snapshot_folder(folder, manifest.snapshot) / ARTICLES) if manifest else None
    if head is None or known != head.library:
        _clear(folder)
        manifest = None
    if head is None:
        return
    snapshot = snapshot_folder(folder, head.manifest.snapshot)
    if manifest == head.manifest:
        # It may have been made by an older quotedesk, with fewer columns.
        ArticleWriter(snapshot / ARTICLES).commit()
        return
    shutil.rmtree(snapshot, ignore_errors=True)
    snapshot.mkdir(parents=True)
    if manifest:
        for name in (ARTICLES, FINGERPRINTS):
            if (older := snapshot_folder(folder, manifest.snapshot) / name).exists():
                shutil.copyfile(older, snapshot / name)
    ArticleWriter(snapshot / ARTICLES).commit()
    with closing(sqlite3.connect(snapshot / ARTICLES)) as database, database:
        database.execute(STORED)
        database.execute("CREATE TEMP TABLE alive (number INTEGER PRIMARY KEY)")
        _fetch_articles(database, MilvusArticles(store, head))
        _fetch_passages(database, store, head)
        note_head(database, head)
    head.copies.save(snapshot)
    take_over(folder, head.manifest)
    drop_older(folder, head.manifest)


def note_head(database: sqlite3.Connection, head: Head) -> None:
    """Note in a copy which library it is of, and what its rows are counted from."""
    facts = {"library": head.library.encode(), "probe": b64decode(head.probe) if head.probe else None}
    noted = [fact for fact in facts.items() if fact[1] is not None]
    database.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", noted)
    database.execute("DELETE FROM sqlite_sequence WHERE name = 'passages'")
    database.execute("INSERT INTO sqlite_sequence VALUES ('passages', ?)", (head.last_row,))


def probe_in(database: sqlite3.Connection) -> str | None:
    """The packed vector by which a copy's embedder is recognised."""
    found = database.execute("SELECT value FROM main.facts WHERE name = 'probe'").fetchone()
    return b64encode(found[0]).decode() if found else None


def _fetch_articles(database: sqlite3.Connection, articles: MilvusArticles) -> None:
    numbers = articles.numbers()
    _note_alive(database, numbers)
    database.execute(
        "DELETE FROM articles WHERE id IN (SELECT id FROM stored WHERE number NOT IN (SELECT number FROM alive))"
    )
    database.execute("DELETE FROM stored WHERE number NOT IN (SELECT number FROM alive)")
    missing = database.execute("SELECT number FROM alive WHERE number NOT IN (SELECT number FROM stored)").fetchall()
    width = len(COLUMNS_KEPT.split(", "))
    insert = f"INSERT INTO articles ({COLUMNS_KEPT}) VALUES ({', '.join('?' * width)})"
    for some in in_batches((number for (number,) in missing), _FETCHED_AT_ONCE):
        found = list(articles.packed(some))
        if len(found) != len(some):
            raise LibraryError("articles have gone from Milvus while they were fetched; index again")
        database.executemany(insert, ([*columns, *[None] * (width - len(columns))] for columns in found))
        database.executemany("INSERT INTO stored VALUES (?, ?)", ((number, numbers[number]) for number in some))


def _fetch_passages(database: sqlite3.Connection, store: MilvusStore, head: Head) -> None:
    gone = {row for rows in head.gone_rows.values() for row in rows}
    born = f"born <= {head.manifest.snapshot}"
    _note_alive(database, (one["row"] for one in store.scan(store.passages, born, ["row"]) if one["row"] not in gone))
    database.execute("DELETE FROM passages WHERE row NOT IN (SELECT number FROM alive)")
    missing = database.execute("SELECT number FROM alive WHERE number NOT IN (SELECT row FROM passages)").fetchall()
    fields = ("row", "article", "language", "start", "end")
    found = store.rows_in(store.passages, "row", (row for (row,) in missing), fields)
    database.create_function("content_hash", 2, content_hash, deterministic=True)
    database.executemany(
        "INSERT INTO passages (row, article, language, start, end, content) "
        "SELECT :row, :article, :language, :start, :end, "
        "content_hash(title, substr(text, :start + 1, :end - :start)) FROM articles WHERE id = :article",
        ({name: one[name] for name in fields} for one in found),
    )


def _note_alive(database: sqlite3.Connection, numbers: Sequence[int] | Iterator[int] | dict[int, str]) -> None:
    database.execute("DELETE FROM alive")
    database.executemany("INSERT INTO alive VALUES (?)", ((number,) for number in numbers))


def _library_of(file: Path) -> str | None:
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
            found = database.execute("SELECT value FROM facts WHERE name = 'library'").fetchone()
    except sqlite3.DatabaseError:
        return None
    return found[0].decode() if found else None


def _clear(folder: Path) -> None:
    """Take away the copy; what an interrupted run embedded stays."""
    for stale in (*folder.glob("snapshot-*"), folder / MANIFEST):
        if stale.is_dir():
            shutil.rmtree(stale, ignore_errors=True)
        else:
            stale.unlink(missing_ok=True)
