"""Words of one language's passages in a BM25 index; it is given tokens and knows nothing of how they were made."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import bm25s
import numpy as np
from bm25s.tokenization import Tokenized
from numpy.typing import NDArray

from index.arrays import READING
from index.errors import LibraryError


class WordShelf:
    """BM25 over lists of tokens (Lucene's variant, k1 1.5, b 0.75: bm25s's defaults)."""

    def __init__(self, index: bm25s.BM25, rows: NDArray[np.int64]) -> None:
        self._index = index
        self._rows = rows

    @classmethod
    def build(
        cls, rows: Sequence[int] | NDArray[np.int64], texts: Iterable[Sequence[str]], scratch: Path | None = None
    ) -> "WordShelf":
        """An index of tokenised `texts` that answers with the passage numbers in `rows`. Texts are taken one at a time.

        What is in memory is the vocabulary and, while bm25s makes its matrix, some 20 bytes for each different token of
        each text. `scratch` is the folder of a temporary file, by default the system's.
        """
        index = bm25s.BM25()
        with TemporaryFile(dir=scratch) as file:
            numbers = _Numbered.write(texts, file)
            # bm25s divides by the mean length, so texts without a single token get one that no question has.
            corpus = Tokenized(numbers, numbers.vocab) if numbers.vocab else [[""]] * len(numbers)
            index.index(corpus, show_progress=False)
        return cls(index, np.asarray(rows, np.int64))

    @classmethod
    def open(cls, folder: Path) -> "WordShelf":
        """Memory-map an index. Raises `LibraryError` when the folder is missing or damaged."""
        try:
            with READING:
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
        holding = np.flatnonzero(scores > 0)
        if len(holding) > k:
            # Sorted are only those that may be among the best, equal ones with them so that the earliest come first.
            least = np.partition(scores[holding], -k)[-k]
            holding = holding[scores[holding] >= least]
        best = holding[np.argsort(-scores[holding], kind="stable")[:k]]
        return [(int(self._rows[place]), float(scores[place])) for place in best]

    def rows(self) -> NDArray[np.int64]:
        """The passage numbers, in the order of their texts."""
        return self._rows

    def knows(self, token: str) -> bool:
        """Whether any passage holds `token`."""
        return token in self._index.vocab_dict

    def inverse_frequency(self, token: str) -> float:
        """How rare a token is here, see `inverse_frequency`."""
        return inverse_frequency(self.holding(token), len(self._rows))

    def holding(self, token: str) -> int:
        """How many passages hold `token`."""
        number = self._index.vocab_dict.get(token)
        pointers = self._index.scores["indptr"]
        return 0 if number is None else int(pointers[number + 1] - pointers[number])


def inverse_frequency(holding: int, total: int) -> float:
    """How rare a token is that `holding` of `total` passages hold: ln(1 + total / holding); of none, the rarest.

    Source: Robertson, "Understanding inverse document frequency", 2004.
    """
    return float(np.log1p(total / max(holding, 0.5)))


class _Numbered:
    """Each text as the numbers of its tokens, read from the disk when it is asked for."""

    def __init__(self, numbers: NDArray[np.uint32], ends: NDArray[np.int64], vocab: dict[str, int]) -> None:
        self.vocab = vocab
        self._numbers = numbers
        self._ends = ends

    @classmethod
    def write(cls, texts: Iterable[Sequence[str]], file: IO[bytes]) -> "_Numbered":
        vocab: dict[str, int] = {}
        ends = array("q")
        for tokens in texts:
            file.write(array("I", [vocab.setdefault(token, len(vocab)) for token in tokens]))
            ends.append((ends[-1] if ends else 0) + len(tokens))
        file.flush()
        numbers = np.memmap(file, np.uint32, "r") if vocab else np.empty(0, np.uint32)
        return cls(numbers, np.array(ends, np.int64), vocab)

    def __len__(self) -> int:
        return len(self._ends)

    def __iter__(self) -> Iterator[list[int]]:
        start = 0
        for end in self._ends.tolist():
            yield self._numbers[start:end].tolist()
            start = end
