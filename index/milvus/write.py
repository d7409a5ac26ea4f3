"""The rows of a new snapshot on their way to Milvus: articles, passages with their vectors, words, and the head."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from time import time
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from index.articles import ArticleTable
from index.copies import Copies
from index.embedding import PassageVectors
from index.library import ARTICLES, Manifest
from index.milvus.articles import article_rows, day_number
from index.milvus.changes import Change, all_gone, articles_gone, changes, kept_gone
from index.milvus.copy import COLUMNS_KEPT, note_head, probe_in
from index.milvus.head import Head, LanguageFacts
from index.milvus.store import MilvusStore, Row, in_batches
from index.milvus.sweep import sweep
from index.milvus.turn import Turn
from index.milvus.words import word_rows
from index.tokens import tokens
from index.types import Passage

# The words of a language are written anew when more than this share of its passages, and this many, have gone since, or
# when so many runs have each added blocks.
_GONE_SHARE, _GONE_LEAST, _RUNS_MOST = 0.05, 100, 100
_READ_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Writing:
    """The rows of a new snapshot on their way; `head` is that of the snapshot before it."""

    store: MilvusStore
    turn: Turn
    head: Head | None
    manifest: Manifest
    table: ArticleTable
    vectors: PassageVectors

    def write(self, newer: Path, older: Path, copies: Copies) -> Head:
        """Write what differs between two copies; gives the head of the new snapshot."""
        now = time()
        if self.head is None:
            self.store.make(self.manifest.dimension)
        else:
            sweep(self.store, self.head, now)
        old = self.head or Head(uuid4().hex, self.manifest)
        with closing(sqlite3.connect((newer / ARTICLES).resolve().as_uri(), uri=True)) as database, database:
            change = changes(database, older / ARTICLES, self.table)
            last_article = self._write_articles(database, change.put, old.last_article)
            probe = probe_in(database)
        gone = all_gone(old, change, now)
        languages, last_word = {}, old.last_word
        for name in self.table.languages():
            self._write_passages(name, change.new_rows[name])
            languages[name], last_word = self._write_words(name, old, change, gone.get(name, {}), last_word)
        if (dates := self.table.date_range()) is not None:
            first, last = dates
        articles, passages = self.table.counts()
        head = Head(
            library=old.library,
            manifest=replace(self.manifest, snapshot=self._born, articles=articles, passages=passages),
            languages=languages,
            dates=(first.isoformat(), last.isoformat()) if dates else None,
            copies=copies,
            gone_rows={name: kept_gone(rows, languages.get(name), self._born) for name, rows in gone.items()},
            gone_articles=articles_gone(old, change, now),
            last_row=max([old.last_row, *(int(rows[-1]) for rows in change.new_rows.values() if len(rows))]),
            last_article=last_article,
            last_word=last_word,
            probe=probe,
        )
        with closing(sqlite3.connect(newer / ARTICLES)) as database, database:
            note_head(database, head)
        return head

    @property
    def _born(self) -> int:
        return self.manifest.snapshot + 1

    def _insert(self, stage: str, collection: str, rows: Iterator[Row], total: int | None = None) -> int:
        done = 0
        for written in self.store.insert(collection, rows):
            done += written
            self.turn.progress(stage, done, total)
        return done

    def _write_articles(self, database: sqlite3.Connection, ids: Sequence[str], last: int) -> int:
        """Write articles under new numbers, which the copy notes; gives the last number."""
        numbered = list(enumerate(ids, last + 1))

        def rows() -> Iterator[Row]:
            for number, id_ in numbered:
                columns = database.execute(f"SELECT {COLUMNS_KEPT} FROM main.articles WHERE id = ?", (id_,)).fetchone()
                yield from article_rows(columns, number, self._born)

        self._insert("articles", self.store.articles, rows())
        database.executemany("INSERT INTO stored VALUES (?, ?)", numbered)
        return last + len(numbered)

    def _write_passages(self, language: str, rows: NDArray[np.int64]) -> None:
        """Write new passages with their vectors."""

        def made() -> Iterator[Row]:
            left = iter(rows.tolist())
            for vectors in self.vectors.in_order(language, rows):
                some = list(islice(left, len(vectors)))
                passages = self.table.passages(some)
                days = self.table.days({passage.article for passage in passages.values()})
                for row, vector in zip(some, vectors, strict=True):
                    passage = passages[row]
                    facts = {"row": row, "article": passage.article, "language": language, "vector": vector}
                    spans = {"start": passage.span.start, "end": passage.span.end}
                    yield facts | spans | {"published": day_number(days[passage.article]), "born": self._born}

        self._insert("passages", self.store.passages, made(), len(rows))

    def _write_words(
        self, language: str, old: Head, change: Change, gone: Mapping[int, float], last_word: int
    ) -> tuple[LanguageFacts, int]:
        """Write the words of new passages, or all of the language anew; gives its facts and the last key."""
        passages = len(self.table.rows_in(language))
        before = old.languages.get(language)
        too_many = len(gone) > max(_GONE_LEAST, _GONE_SHARE * passages)
        if before is None or too_many or before.words_runs >= _RUNS_MOST:
            found: Iterator[Passage] = self.table.passages_in(language)
            total, since, runs, at = 0, self._born, 0, time()
        else:
            new_rows = change.new_rows[language]
            found = self._passages(new_rows)
            lost = sum(len(tokens(text)) for text in change.gone_rows.get(language, {}).values())
            total, since, at = before.tokens - lost, before.words_since, before.words_at
            runs = before.words_runs + bool(len(new_rows))
        counted = 0

        def tokenised() -> Iterator[tuple[int, list[str]]]:
            nonlocal counted
            for passage in found:
                made = tokens(passage.text)
                counted += len(made)
                yield passage.row, made

        rows = word_rows(tokenised(), language, self._born, last_word + 1)
        written = self._insert("words", self.store.words, rows)
        articles = self.table.languages()[language]
        return LanguageFacts(articles, passages, total + counted, since, at, runs), last_word + written

    def _passages(self, rows: NDArray[np.int64]) -> Iterator[Passage]:
        for some in in_batches(rows.tolist(), _READ_AT_ONCE):
            passages = self.table.passages(some)
            yield from (passages[row] for row in some)
