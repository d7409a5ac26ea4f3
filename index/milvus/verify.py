"""Whether a snapshot in Milvus holds what its head says, before readers see it; what `index.verify` is to a folder."""

import random
from hashlib import sha256

import numpy as np

from index.embedder import Vectors
from index.errors import LibraryError
from index.milvus.head import Head
from index.milvus.library import MilvusLibrary
from index.milvus.store import quoted
from index.tokens import tokens
from index.types import Passage

_SAMPLE = 16
# Two roundings of one product in float32, here and in Milvus.
_ROUNDING = 1e-3


def check_snapshot(library: MilvusLibrary) -> None:
    """Raises `LibraryError` when the snapshot does not hold what its head says, or does not give it back."""
    store, head = library.store, library.head
    born = f"born <= {head.manifest.snapshot}"
    there = sum(went > 0 for rows in head.gone_rows.values() for went in rows.values())
    _hold(store.count(store.passages, born) - there == head.manifest.passages, "other passages")
    articles = store.count(store.articles, f"part == 0 and {born}") - len(head.gone_articles)
    _hold(articles == head.manifest.articles, "other articles")
    for language in head.languages:
        condition = f"language == {quoted(language)} and {born}"
        rows = [hit.passage.row for hit in library.search_vectors(_any_vector(head), language, 4 * _SAMPLE, None)]
        sample = random.Random(0).sample(rows, min(_SAMPLE, len(rows)))  # noqa: S311 (nothing secret)
        passages = list(library.table.passages(sample).values())
        for passage, vector in zip(passages, store.vectors([one.row for one in passages]), strict=True):
            nearest = store.nearest(vector, 2, condition)
            is_found = bool(nearest) and nearest[0][1] >= float(vector @ vector) - _ROUNDING
            _hold(is_found, f"no way to find {passage.article!r} by its vector")
            _check_passage(library, passage)


def _check_passage(library: MilvusLibrary, passage: Passage) -> None:
    article = library.article(passage.article)
    intact = sha256(article.text.encode()).hexdigest().startswith(article.version)
    _hold(intact and passage.span.of(article.text) == passage.text, f"another text in {article.id!r}")
    held = library.words.postings(tokens(passage.text), passage.language)
    _hold(all(passage.row in one.rows for one in held.values()), f"no way to find {article.id!r} by its words")


def _any_vector(head: Head) -> Vectors:
    return np.full(head.manifest.dimension, head.manifest.dimension**-0.5, np.float32)


def _hold(holds: bool, what: str) -> None:
    if not holds:
        raise LibraryError(
            f"the new snapshot was written with {what}, so the library is left as it was; index again, and report this "
            "if it happens again"
        )
