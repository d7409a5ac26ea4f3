"""The reader: a question and passages in; how surely each answers, and the words that do. It knows no library.

The network is `qa.reader_model`; what it learned is trained by `python -m eval.train_reader`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.errors import ModelError
from index.types import Span
from qa.reader_input import Pair, batched, encode, pair
from qa.reader_model import ReaderModel

Floats = NDArray[np.float32]

# Passages are shorter; what is longer is cut.
_TOKENS = 384
_BATCH = 16
# Longer answers are sentences, and quotes are for these.
_ANSWER_TOKENS = 30


@dataclass(frozen=True, slots=True)
class Reading:
    """How a passage was read. `relevance` and `certainty` are log odds: that it answers, and that `span` is the answer.

    `span` is the likeliest answer as a place in the passage, None for a passage without a token.
    """

    relevance: float
    certainty: float
    span: Span | None


class Reader:
    """A network ready to read. Safe to share between threads."""

    def __init__(self, body: Path, weights: Path) -> None:
        """`body` is the embedder's folder, `weights` what was learned. Raises `ModelError` where they don't fit."""
        dtype = torch.bfloat16 if torch.cpu.get_capabilities().get("avx512_bf16") else torch.float32
        self._model = ReaderModel(body, dtype)
        try:
            self._model.load(weights)
        except (OSError, KeyError, RuntimeError) as error:
            raise ModelError(
                f"cannot read the reader's weights in {weights} ({error}); install quotedesk again"
            ) from error
        self._model.merge()
        self._model.train(mode=False)
        self._tokenizer = Tokenizer.from_file(str(body / "tokenizer.json"))

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """Each passage read for the question, in their order."""
        (asked, _), *encoded = encode(self._tokenizer, [question, *passages])
        pairs = [pair(asked, ids, places, 0, _TOKENS) for ids, places in encoded]
        by_length = sorted(range(len(pairs)), key=lambda place: len(pairs[place].ids))
        readings: dict[int, Reading] = {}
        for first in range(0, len(pairs), _BATCH):
            batch = by_length[first : first + _BATCH]
            readings |= zip(batch, self._read([pairs[place] for place in batch]), strict=True)
        return [readings[place] for place in range(len(pairs))]

    def _read(self, pairs: Sequence[Pair]) -> list[Reading]:
        batch = batched(pairs)
        with torch.inference_mode():
            read = self._model(*map(torch.from_numpy, (batch.ids, batch.mask, batch.passage)))
        relevance, starts, ends = (tensor.float().numpy() for tensor in read)
        return [_reading(one, *found) for one, *found in zip(pairs, relevance, starts, ends, strict=True)]


def _reading(one: Pair, relevance: float, starts: Floats, ends: Floats) -> Reading:
    size = len(one.places)
    if not size:
        return Reading(float(relevance), -np.inf, None)
    first, last, certainty = best_span(starts[one.first : one.first + size], ends[one.first : one.first + size])
    start, end = one.places[first][0], one.places[last][1]
    return Reading(float(relevance), certainty, Span(start, end) if start < end else None)


def best_span(starts: Floats, ends: Floats) -> tuple[int, int, float]:
    """The likeliest first and last token of an answer of at most 30 tokens, and its log odds.

    `starts` and `ends` are logits of shape (tokens,); both are taken to be independent of each other.
    """
    joint = _log_softmax(starts)[:, None] + _log_softmax(ends)[None, :]
    order = np.arange(len(starts))
    length = order[None, :] - order[:, None]
    joint = np.where((length >= 0) & (length < _ANSWER_TOKENS), joint, -np.inf)
    first, last = np.unravel_index(int(joint.argmax()), joint.shape)
    probability = min(float(np.exp(joint[first, last])), 1 - 1e-6)
    return int(first), int(last), float(np.log(max(probability, 1e-12) / (1 - probability)))


def _log_softmax(logits: Floats) -> Floats:
    shifted: Floats = logits - logits.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), np.float32)
