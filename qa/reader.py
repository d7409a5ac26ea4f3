"""The reader: a question and passages in; how surely each answers, and with which words. It knows no library.

The network is `qa.reader_model`; what it learned is trained by `python -m eval.train_reader`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
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
from qa.reader_input import Batch, Pair, batched, encode, pair
from qa.reader_int8 import Int8Reader

Floats = NDArray[np.float32]

# What the reader has learned, as it is shipped; `qa/READER.md` tells of it.
WEIGHTS = Path(str(files("qa") / "reader.safetensors"))
WEIGHTS_SHA256 = "9268c975eb45380d16d20be68c14fb7b88f62fc2c9096697f82c9241b2227e33"

# Passages are shorter; what is longer is cut.
_TOKENS = 384
_BATCH = 16
# Longer answers are sentences, and quotes are for these.
_ANSWER_TOKENS = 30
# Sums of float32 probabilities say nothing beyond this.
_SUREST = 1 - 1e-6


@dataclass(frozen=True, slots=True)
class Words:
    """The likeliest answer in a part of a passage.

    `certainty` are the log odds that `span` is the answer, `share` those that the answer lies in that part at all;
    `height` is the sum of the logits of its start and its end.
    """

    span: Span
    certainty: float
    share: float
    height: float


@dataclass(frozen=True, slots=True)
class Reading:
    """How a passage was read.

    `relevance` are the log odds that it answers. `starts` and `ends`, of shape (tokens,), are the logits of the
    answer's first and last token, `places` the tokens as (start, end) code points of the passage.
    """

    relevance: float
    starts: Floats
    ends: Floats
    places: Sequence[tuple[int, int]]

    def best(self, part: Span | None = None) -> Words | None:
        """The likeliest answer in `part` of the passage, or in all of it; None where no token lies."""
        inside = [
            n for n, (a, b) in enumerate(self.places) if a < b and (part is None or (a < part.end and b > part.start))
        ]
        if not inside:
            return None
        chosen = slice(inside[0], inside[-1] + 1)
        starts, ends = _log_softmax(self.starts)[chosen], _log_softmax(self.ends)[chosen]
        first, last, certainty = best_span(starts, ends)
        first, last = first + chosen.start, last + chosen.start
        start, end = self.places[first][0], self.places[last][1]
        if start >= end:
            return None
        share = log_odds(float(np.exp(starts).sum() * np.exp(ends).sum()), _SUREST)
        return Words(Span(start, end), certainty, share, float(self.starts[first] + self.ends[last]))


class Network(Protocol):
    """What computes: `qa.reader_model.ReaderModel` by torch, `qa.reader_int8.Int8Reader` by OpenVINO."""

    def read(self, batch: Batch, /) -> tuple[Floats, Floats, Floats]:
        """Relevance, shape (pairs,), starts and ends, shape (pairs, tokens): logits."""


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
        relevance, starts, ends = self._network.read(batched(pairs))
        return [
            Reading(float(answers), first[one.passage], last[one.passage], one.places)
            for one, answers, first, last in zip(pairs, relevance, starts, ends, strict=True)
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


def best_span(starts: Floats, ends: Floats) -> tuple[int, int, float]:
    """The likeliest first and last token of an answer of at most 30 tokens, and its log odds.

    `starts` and `ends` are log probabilities of shape (tokens,); both are taken to be independent of each other.
    """
    joint = starts[:, None] + ends[None, :]
    order = np.arange(len(starts))
    length = order[None, :] - order[:, None]
    joint = np.where((length >= 0) & (length < _ANSWER_TOKENS), joint, -np.inf)
    first, last = np.unravel_index(int(joint.argmax()), joint.shape)
    return int(first), int(last), log_odds(float(np.exp(joint[first, last])), _SUREST)


def _tokenizer(body: Path) -> Tokenizer:
    return Tokenizer.from_file(str(body / "tokenizer.json"))


def _log_softmax(logits: Floats) -> Floats:
    shifted: Floats = logits - logits.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), np.float32)
