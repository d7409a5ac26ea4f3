"""The built-in model in 8-bit integers: how texts become batches, and vectors.

Vectors agree with the model's own: mean cosine .998 (`python -m eval.bench embedding`).
"""

import json
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from index.builtin_model import NAME, WEIGHTS_SHA256, builtin_model_folder
from index.int8 import Int8Network, graph_folder, read_reaches

if TYPE_CHECKING:
    from openvino import Model

# What `eval.reaches embedder` measured.
REACHES = Path(str(files("index") / "e5_reaches.safetensors"))
REACHES_SHA256 = "0dce3601dc5b6c9c5cb8273b367ef7934e6df630ec60eb8d7f50a0abfc2a0798"

# More rows or longer ones at a time fall out of the processor's cache and gain nothing.
_ROWS, _TOKENS = 32, 4096
_PAD = 1


class Int8E5:
    """The built-in model, ready. Safe to share between threads. Raises `ModelError` when it can't be made."""

    def __init__(self, cache: Path | None = None) -> None:
        folder = int8_folder(cache)
        model = builtin_model_folder(cache)
        self._tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        settings = json.loads((model / "config_sentence_transformers.json").read_bytes())
        self._prompts: dict[str, str] = settings["prompts"]
        config = json.loads((model / "config.json").read_bytes())
        self.dimension = int(config["hidden_size"])
        self.max_tokens = int(config["max_position_embeddings"])
        self._network = Int8Network(folder)

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` has, without the special ones at its ends."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of texts to be found, shape (len(texts), dimension)."""
        return self._encode([self._prompts["passage"] + text for text in texts])

    def encode_question(self, text: str) -> NDArray[np.float32]:
        """Vector of a text to search with, shape (1, dimension)."""
        return self._encode([self._prompts["query"] + text])

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        tokens = [_cut(encoding.ids, self.max_tokens) for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for rows in batches([len(ids) for ids in tokens]):
            vectors[rows] = self._network.run(*_padded([tokens[row] for row in rows]))
        return vectors


def int8_folder(cache: Path | None = None) -> Path:
    """The folder of the graph, made into `cache` (by default the user's) if it is not there. Raises `ModelError`."""
    model = builtin_model_folder(cache)

    def draw() -> "Model":
        from index.e5_graph import Shape, vectors_graph

        shape = Shape.of(json.loads((model / "config.json").read_bytes()))
        return vectors_graph(load_file(model / "model.safetensors"), shape, read_reaches(REACHES, REACHES_SHA256))

    return graph_folder(NAME, f"{WEIGHTS_SHA256[:12]}-{REACHES_SHA256[:12]}", draw, cache)


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The places of texts that go together, the longest first, as they pad each other least."""
    order = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    while order:
        rows = max(1, min(_ROWS, _TOKENS // max(1, lengths[order[0]])))
        yield order[:rows]
        order = order[rows:]


def _cut(ids: list[int], most: int) -> list[int]:
    return ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]


def _padded(tokens: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    shape = len(tokens), max(len(ids) for ids in tokens)
    padded, mask = np.full(shape, _PAD, np.int64), np.zeros(shape, np.int64)
    for row, ids in enumerate(tokens):
        padded[row, : len(ids)] = ids
        mask[row, : len(ids)] = 1
    return padded, mask
