"""Question and passage to the reader's tokens, and the reader's spans back to places in the passage."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

# `<s> question </s></s> passage </s>` in XLM-RoBERTa's vocabulary, which multilingual-e5-small has.
_START, _PAD, _END = 0, 1, 2
# Longer questions are cut: what is asked stands at their start or in fewer words.
QUESTION_TOKENS = 64
# Longer answers are sentences, and quotes are for these.
ANSWER_TOKENS = 30


@dataclass(frozen=True, slots=True)
class Pair:
    """The tokens of a question and of a piece of a passage.

    `places` are the piece's tokens as (start, end) code points of the passage; `first` is the number of the piece's
    first token among `ids`.
    """

    ids: list[int]
    first: int
    places: list[tuple[int, int]]

    @property
    def passage(self) -> slice:
        """Where the piece's tokens stand among `ids`."""
        return slice(self.first, self.first + len(self.places))

    def token_span(self, start: int, end: int) -> tuple[int, int] | None:
        """The first and the last of `ids` that overlap the code points [start, end); None where they lie outside."""
        inside = [n for n, (a, b) in enumerate(self.places) if a < end and b > start]
        return (self.first + inside[0], self.first + inside[-1]) if inside else None


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs made equally long: int64 arrays of shape (pairs, tokens), 1 in `mask` and `passage` where there is one."""

    ids: NDArray[np.int64]
    mask: NDArray[np.int64]
    passage: NDArray[np.int64]


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> list[tuple[list[int], list[tuple[int, int]]]]:
    """For each text its token ids and their places in it, without special tokens."""
    return [
        (encoding.ids, encoding.offsets) for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False)
    ]


def pair(question: list[int], ids: list[int], places: list[tuple[int, int]], start: int, end: int) -> Pair:
    """The question with the passage's tokens from `start` to `end`."""
    question = question[:QUESTION_TOKENS]
    joined = [_START, *question, _END, _END, *ids[start:end], _END]
    return Pair(joined, len(question) + 3, places[start:end])


def batched(pairs: Sequence[Pair]) -> Batch:
    """The pairs as one batch."""
    shape = len(pairs), max(len(one.ids) for one in pairs)
    ids, mask, passage = np.full(shape, _PAD), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for row, one in enumerate(pairs):
        ids[row, : len(one.ids)] = one.ids
        mask[row, : len(one.ids)] = 1
        passage[row, one.passage] = 1
    return Batch(ids.astype(np.int64), mask, passage)
