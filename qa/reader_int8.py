"""The reader's network with its body in 8-bit integers and its heads in floats.

It reads as well as the one in floats, in about half of the time; `python -m eval.reading` measures both.
"""

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, load_file

from index.builtin_model import WEIGHTS_SHA256 as BODY_SHA256
from index.builtin_model import builtin_model_folder
from index.int8 import Int8Network, graph_folder, read_reaches
from index.weights import checked_weights
from qa.adapters import merged
from qa.reader_input import Batch

if TYPE_CHECKING:
    from openvino import Model

Floats = NDArray[np.float32]

# What `eval.reaches reader` measured of the shipped weights.
REACHES = Path(str(files("qa") / "reader_reaches.safetensors"))
REACHES_SHA256 = "fcf94e55a15659723dd13cc8070613a0f5337c00887ba7f338f7a9d0c2c0f83b"


class Int8Reader:
    """The shipped reader, ready. Safe to share between threads. Raises `ModelError` when it can't be had."""

    def __init__(self, weights: Path, sha256: str) -> None:
        """`weights` is the file that `REACHES` was measured of."""
        learned = load(checked_weights(weights, sha256, "install quotedesk again"))
        body = builtin_model_folder()

        def draw() -> "Model":
            from index.e5_graph import Shape, states_graph

            shape = Shape.of(json.loads((body / "config.json").read_bytes()))
            tensors = merged(load_file(body / "model.safetensors"), learned)
            return states_graph(tensors, shape, read_reaches(REACHES, REACHES_SHA256))

        made_from = "-".join(known[:12] for known in (BODY_SHA256, sha256, REACHES_SHA256))
        self._body = Int8Network(graph_folder("reader", made_from, draw))
        heads = (name for name in learned if not name.startswith("body."))
        self._heads = {name: learned[name].astype(np.float32) for name in heads}

    def read(self, batch: Batch) -> tuple[Floats, Floats]:
        """Relevance, shape (pairs,), and spans, shape (pairs, tokens, tokens): logits."""
        states = self._body.run(batch.ids, batch.mask)[:, : batch.ids.shape[1]]
        relevance = self._head("relevance.2", np.tanh(self._head("relevance.0", states[:, 0])))
        sides = self._head("span", states)
        together = self._head("first", states) @ self._head("last", states).transpose(0, 2, 1)
        return relevance[:, 0], sides[..., 0, np.newaxis] + sides[:, np.newaxis, :, 1] + together

    def _head(self, name: str, states: Floats) -> Floats:
        weight, bias = self._heads[f"{name}.weight"], self._heads.get(f"{name}.bias", 0.0)
        return np.asarray(states @ weight.T + bias, np.float32)
