"""Whether a snapshot holds what it should, before it counts: numbers, and a sample of quotes and searches."""

import random
from hashlib import sha256

import numpy as np

from index.errors import LibraryError
from index.library import Library
from index.tokens import tokens
from index.types import Passage

# Enough to meet a fault that touches one passage in twenty with a probability of .8 in each run; milliseconds each.
_SAMPLE = 32
# Two roundings of one product in float32.
_ROUNDING = 1e-4


def verify(library: Library) -> None:
    """Raises `LibraryError` when the library does not hold what its manifest says, or does not give it back."""
    _check(library.table.counts() == (library.manifest.articles, library.manifest.passages), "other counts")
    total = 0
    for language in library.languages():
        rows = library.table.rows_in(language)
        total += len(rows)
        _check(np.array_equal(library.vectors[language].rows(), rows), f"other vectors for {language!r}")
        _check(np.array_equal(library.words[language].rows(), rows), f"other words for {language!r}")
        sample = random.Random(0).sample(rows.tolist(), min(_SAMPLE, len(rows)))  # noqa: S311 (nothing secret)
        for passage in library.table.passages(sample).values():
            _check_passage(library, passage)
    _check(total == library.manifest.passages, "passages of no article")
    _check_copies(library)


def _check_passage(library: Library, passage: Passage) -> None:
    article = library.article(passage.article)
    intact = sha256(article.text.encode()).hexdigest().startswith(article.version)
    _check(intact and passage.span.of(article.text) == passage.text, f"another text in {article.id!r}")
    vector = library.vectors[passage.language].vector(passage.row)
    # Not by way of the library, which leaves out what an earlier copy holds.
    nearest = library.vectors[passage.language].search(vector, 1)
    is_found = bool(nearest) and nearest[0][1] >= float(vector @ vector) - _ROUNDING
    _check(is_found, f"no way to find {article.id!r} by its vector")
    words = library.words[passage.language]
    _check(all(map(words.knows, tokens(passage.text))), f"no way to find {article.id!r} by its words")


def _check_copies(library: Library) -> None:
    """Every copy is an article and in one cluster; what is not searched is a passage, and an earlier copy holds it."""
    copies, passages = library.copies, library.table.passages(list(library.copies.echoes))
    ids = [article_id for cluster in copies.clusters for article_id in cluster]
    _check(len(ids) == len(set(ids)) and library.table.versions().keys() >= set(ids), "other copies")
    for row, earlier in copies.echoes.items():
        cluster = copies.cluster(passages[row].article) if row in passages else ()
        is_held = bool(cluster) and set(cluster[: cluster.index(passages[row].article)]) >= earlier > set()
        _check(is_held, "copies of other passages")


def _check(holds: bool, what: str) -> None:
    if not holds:
        raise LibraryError(
            f"the new snapshot was written with {what}, so the library is left as it was; check the disk, index again, "
            "and report this if it happens again"
        )
