"""Words of one language's passages in a BM25 index; it is given tokens and knows nothing of how they were made."""

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from index.errors import LibraryError


class WordShelf:
    """BM25 over lists of tokens (Lucene's variant, k1 1.5, b 0.75: bm25s's defaults)."""

    def __init__(self, index: bm25s.BM25, rows: NDArray[np.int64]) -> None:
        self._index = index
        self._rows = rows

    @classmethod
    def build(cls, rows: Sequence[int], texts: Sequence[list[str]]) -> "WordShelf":
        """An index of tokenised `texts` that answers with the passage numbers in `rows`."""
        index = bm25s.BM25()
        # bm25s divides by the mean length, so texts without a single token get one that no question has.
        index.index(texts if any(texts) else [[""]] * len(texts), show_progress=False)
        return cls(index, np.asarray(rows, np.int64))

    @classmethod
    def open(cls, folder: Path) -> "WordShelf":
        """Memory-map an index. Raises `LibraryError` when the folder is missing or damaged."""
        try:
            return cls(bm25s.BM25.load(folder, mmap=True, show_progress=False), np.load(folder / "rows.npy"))
        except (OSError, EOFError, ValueError, KeyError) as error:
            raise LibraryError(
                f"cannot read the words in {folder}: {error}; index the articles into a new folder"
            ) from error

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is made."""
        self._index.save(folder, show_progress=False)
        np.save(folder / "rows.npy", self._rows)

    def search(self, tokens: Sequence[str], k: int, only: NDArray[np.int64] | None = None) -> list[tuple[int, float]]:
        """The `k` best passages that share a token with the question, as (row, BM25 score), best first."""
        known = [token for token in tokens if self.knows(token)]
        if not known:
            return []
        scores = self._index.get_scores(known)
        if only is not None:
            scores = np.where(np.isin(self._rows, only), scores, 0.0)
        best = np.argsort(-scores, kind="stable")[:k]
        return [(int(self._rows[i]), float(scores[i])) for i in best if scores[i] > 0]

    def knows(self, token: str) -> bool:
        """Whether any passage holds `token`."""
        return token in self._index.vocab_dict

    def inverse_frequency(self, token: str) -> float:
        """How rare a token is here: ln(1 + N / passages that hold it); a token of no passage counts as rarest.

        Source: Robertson, "Understanding inverse document frequency", 2004.
        """
        number = self._index.vocab_dict.get(token)
        pointers = self._index.scores["indptr"]
        holding = 0 if number is None else int(pointers[number + 1] - pointers[number])
        return float(np.log1p(len(self._rows) / max(holding, 0.5)))
