"""The reader: a question and passages in; how surely each answers, and with which words. It knows no library.

The network is `qa.reader_model`; what it learned is trained by `python -m eval.train_reader`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from math import exp, log
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.builtin_model import builtin_model_folder
from index.embedder import has_bfloat16
from index.errors import ModelError
from index.int8 import int8_runs
from index.types import Span
from index.weights import checked_weights
from qa.cross_lingual import CrossLingualEncoder
from qa.logistic import log_odds
from qa.reader_input import ANSWER_TOKENS, Batch, Pair, batched, encode, pair
from qa.reader_int8 import Int8Reader

Floats = NDArray[np.float32]

# What the reader has learned, as it is shipped; `qa/READER.md` tells of it.
WEIGHTS = Path(str(files("qa") / "reader.safetensors"))
WEIGHTS_SHA256 = "5d353ccc3299c68bf90354d683855181559431719a3508a5e526631eeb99aa02"

# Passages are shorter; what is longer is cut.
_TOKENS = 384
_BATCH = 16
# Sums of float32 probabilities say nothing beyond this.
_SUREST = 1 - 1e-6


@dataclass(frozen=True, slots=True)
class Words:
    """The likeliest answer in a part of a passage.

    `certainty` are the log odds that `span` is the answer, `share` those that the answer lies in that part at all;
    `height` is the logit of `span`.
    """

    span: Span
    certainty: float
    share: float
    height: float


@dataclass(frozen=True)
class Reading:
    """How a passage was read.

    `relevance` are the log odds that it answers. `spans`, of shape (tokens, tokens), are the logits of each span by its
    first and its last token, `places` the tokens as (start, end) code points of the passage.
    """

    relevance: float
    spans: Floats
    places: Sequence[tuple[int, int]]

    def best(self, part: Span | None = None) -> Words | None:
        """The likeliest answer in `part` of the passage, or in all of it; None where no token lies."""
        inside = [
            n for n, (a, b) in enumerate(self.places) if a < b and (part is None or (a < part.end and b > part.start))
        ]
        if not inside:
            return None
        chosen = slice(inside[0], inside[-1] + 1)
        logits = _possible(self.spans[chosen, chosen])
        first, last = (int(side) for side in np.unravel_index(int(logits.argmax()), logits.shape))
        height = float(logits[first, last])
        start, end = self.places[first + chosen.start][0], self.places[last + chosen.start][1]
        if start >= end:
            return None
        certainty, share = (log_odds(exp(one - self._total), _SUREST) for one in (height, _log_sum(logits)))
        return Words(Span(start, end), certainty, share, height)

    @cached_property
    def _total(self) -> float:
        """The logarithm of what the probabilities of all spans are shares of."""
        return _log_sum(_possible(self.spans))


class Network(Protocol):
    """What computes: `qa.reader_model.ReaderModel` by torch, `qa.reader_int8.Int8Reader` by OpenVINO."""

    def read(self, batch: Batch, /) -> tuple[Floats, Floats]:
        """Relevance, shape (pairs,), and spans, shape (pairs, tokens, tokens), by first and last token: logits."""


class Reader:
    """A network ready to read. Safe to share between threads."""

    def __init__(self, network: Network, tokenizer: Tokenizer) -> None:
        self._network = network
        self._second = CrossLingualEncoder()
        self._tokenizer = tokenizer

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

    def nearness(self, question: str, texts: Sequence[str]) -> Floats:
        """How near each text is to the question, whatever their languages: cosines, float32, shape (len(texts),).

        By the second model; raises `ModelError` when its weights can't be had.
        """
        return self._second.cosines(question, texts)

    def _read(self, pairs: Sequence[Pair]) -> list[Reading]:
        relevance, spans = self._network.read(batched(pairs))
        return [
            Reading(float(answers), logits[one.passage, one.passage], one.places)
            for one, answers, logits in zip(pairs, relevance, spans, strict=True)
        ]


def builtin_reader() -> Reader:
    """The reader that comes with quotedesk. Raises `ModelError` when its weights or its body can't be had."""
    body = builtin_model_folder()
    if int8_runs():
        return Reader(Int8Reader(WEIGHTS, WEIGHTS_SHA256), _tokenizer(body))
    check_weights()
    return torch_reader(body, WEIGHTS)


def torch_reader(body: Path, weights: Path) -> Reader:
    """A reader by torch. `body` is the embedder's folder, `weights` what was learned.

    Raises `ModelError` where they don't fit.
    """
    # Slow to import (seconds of torch), and not needed where the shipped reader runs without.
    import torch

    from qa.reader_model import ReaderModel

    dtype = torch.bfloat16 if has_bfloat16() else torch.float32
    model = ReaderModel(body, dtype)
    try:
        model.load(weights)
    except (OSError, KeyError, RuntimeError) as error:
        raise ModelError(f"cannot read the reader's weights in {weights} ({error}); install quotedesk again") from error
    model.merge()
    model.body.set_attn_implementation("sdpa")
    model.train(mode=False)
    return Reader(model, _tokenizer(body))


def check_weights() -> None:
    """Raises `ModelError` when the reader's weights are missing, or not the ones that were measured."""
    checked_weights(WEIGHTS, WEIGHTS_SHA256, "install quotedesk again")


def _tokenizer(body: Path) -> Tokenizer:
    return Tokenizer.from_file(str(body / "tokenizer.json"))


def _possible(spans: Floats) -> Floats:
    """The logits, -inf where a span would end before it starts or is longer than an answer may be."""
    length = np.arange(len(spans))[np.newaxis] - np.arange(len(spans))[:, np.newaxis]
    return np.where((length >= 0) & (length < ANSWER_TOKENS), spans, np.float32(-np.inf))


def _log_sum(logits: Floats) -> float:
    """The logarithm of the sum of their exponentials."""
    highest = float(logits.max())
    return highest + log(float(np.exp(logits - highest).sum()))
