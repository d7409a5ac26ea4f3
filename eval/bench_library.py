"""Libraries that would take hours to embed: passages of made-up words, with vectors that lie as real ones do."""

import random
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.bench_clock import seconds_and_memory
from eval.bench_vectors import like
from eval.sets import SAMPLE_ARTICLES
from index.article_writer import ArticleWriter
from index.articles import ArticleTable
from index.embedder import Vectors
from index.library import ARTICLES, Manifest, snapshot_folder, vectors_file, words_folder
from index.snapshot import publish
from index.tokens import tokens
from index.types import Article, Filter, Span
from index.vectors import write_lists, write_vectors
from index.words import WordShelf

LANGUAGE = "en"
FIRST_DAY = date(2024, 1, 1)
ONE_DAY_OF_A_HUNDRED = Filter(since=FIRST_DAY, until=FIRST_DAY)
"""What admits one article of a hundred."""
_PASSAGES_OF_AN_ARTICLE, _WORDS_OF_A_PASSAGE = 10, 40
_WORDS = 30_000


def make_library(folder: Path, passages: int, real: Vectors) -> tuple[dict[str, float], int]:
    """Make a library of so many passages in `folder`: the seconds of each step, and the most memory, in bytes.

    `real` are the vectors that those of the passages resemble, shape (any, dimension).
    """
    manifest = Manifest("made up", real.shape[1], 200, 40)
    snapshot = snapshot_folder(folder, 1)
    snapshot.mkdir(parents=True)
    table = _write_articles(snapshot / ARTICLES, passages)
    rows, file = table.rows_in(LANGUAGE), vectors_file(snapshot, LANGUAGE)
    recall: dict[str, float] = {}

    def write_their_lists() -> None:
        if (share := write_lists(file)) is not None:
            recall[LANGUAGE] = share

    measured = {
        "vectors": seconds_and_memory(lambda: write_vectors(file, rows, real.shape[1], like(real, passages))),
        "lists": seconds_and_memory(write_their_lists),
        "words": seconds_and_memory(lambda: _write_words(snapshot, table, rows)),
    }
    publish(folder, replace(manifest, recall=recall), *table.counts())
    return {step: taken for step, (taken, _) in measured.items()}, max(memory for _, memory in measured.values())


def made_up_text(words: int, seed: int) -> str:
    """So many words, the frequent ones as frequent as in any language."""
    chosen = random.Random(seed)  # noqa: S311 (nothing secret)
    # Zipf's law: a word's rank is as likely as one over it, up to the number of words.
    return " ".join(_vocabulary()[int(_WORDS ** chosen.random()) - 1] for _ in range(words))


def _write_articles(file: Path, passages: int) -> ArticleTable:
    writer = ArticleWriter(file)
    for number in range(-(-passages // _PASSAGES_OF_AN_ARTICLE)):
        here = min(_PASSAGES_OF_AN_ARTICLE, passages - number * _PASSAGES_OF_AN_ARTICLE)
        texts = [made_up_text(_WORDS_OF_A_PASSAGE, number * _PASSAGES_OF_AN_ARTICLE + n) for n in range(here)]
        text, day = "\n".join(texts), FIRST_DAY + timedelta(days=number % 100)
        version = sha256(text.encode()).hexdigest()[:16]
        spans, start = [], 0
        for one in texts:
            spans.append(Span(start, start + len(one)))
            start += len(one) + 1
        article_id = f"made-up-{number}"
        writer.put(Article(article_id, version, "", text, LANGUAGE, None, day, f"{article_id}.txt"), spans)
    writer.commit()
    return ArticleTable(file)


def _write_words(snapshot: Path, table: ArticleTable, rows: NDArray[np.int64]) -> None:
    texts = (_tokens(passage.text) for passage in table.passages_in(LANGUAGE))
    WordShelf.build(rows, texts, snapshot).save(words_folder(snapshot, LANGUAGE))


def _tokens(text: str) -> list[str]:
    """What `index.tokens` makes of made-up words, each looked at once."""
    return [token for word in text.split() for token in _tokens_of(word)]


@cache
def _tokens_of(word: str) -> tuple[str, ...]:
    return tuple(tokens(word))


@cache
def _vocabulary() -> list[str]:
    """Syllables of the sample's articles put together anew."""
    sample = " ".join(file.read_text("utf-8") for file in sorted(SAMPLE_ARTICLES.glob("*.txt")))
    syllables = sorted({word[:3] for word in sample.lower().split() if word.isascii() and word.isalpha()})
    chosen = random.Random(0)  # noqa: S311 (nothing secret)
    found: dict[str, None] = {}
    while len(found) < _WORDS:
        found["".join(chosen.choices(syllables, k=chosen.randint(1, 3)))] = None
    return list(found)
