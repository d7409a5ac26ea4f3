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


def _check_passage(library: Library, passage: Passage) -> None:
    article = library.article(passage.article)
    intact = sha256(article.text.encode()).hexdigest().startswith(article.version)
    _check(intact and passage.span.of(article.text) == passage.text, f"another text in {article.id!r}")
    vector = library.vectors[passage.language].vector(passage.row)
    nearest = library.search_vectors(vector, passage.language, 1, None)
    is_found = bool(nearest) and nearest[0].score >= float(vector @ vector) - _ROUNDING
    _check(is_found, f"no way to find {article.id!r} by its vector")
    words = library.words[passage.language]
    _check(all(map(words.knows, tokens(passage.text))), f"no way to find {article.id!r} by its words")


def _check(holds: bool, what: str) -> None:
    if not holds:
        raise LibraryError(
            f"the new snapshot was written with {what}, so the library is left as it was; check the disk, index again, "
            "and report this if it happens again"
        )
