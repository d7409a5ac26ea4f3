"""The built-in model in 8-bit integers through OpenVINO: made once for a user, some times as fast as float32.

It knows where the graph is kept, whether this processor can run it, and how texts become batches; `index.e5_graph`
makes the graph. Vectors agree with the model's own: mean cosine .998 (`python -m eval.bench embedding`).
"""

import json
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache as once
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path
from safetensors import SafetensorError
from safetensors.numpy import load, load_file
from tokenizers import Tokenizer

from index.builtin_model import NAME, WEIGHTS_SHA256, builtin_model_folder
from index.cache_folder import make_whole
from index.errors import ModelError
from index.weights import checked_weights

if TYPE_CHECKING:
    from openvino import Core

    from index.e5_graph import Reach

FORMAT = 1
# What `eval.embedder_reaches` measured.
REACHES = Path(str(files("index") / "e5_reaches.safetensors"))
REACHES_SHA256 = "0dce3601dc5b6c9c5cb8273b367ef7934e6df630ec60eb8d7f50a0abfc2a0798"

_GRAPH = "graph.xml"
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
        self._compiled = _core().compile_model(folder / _GRAPH, "CPU", {"PERFORMANCE_HINT": "LATENCY"})

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
        request = self._compiled.create_infer_request()
        for rows in batches([len(ids) for ids in tokens]):
            vectors[rows] = request.infer(_padded([tokens[row] for row in rows]))[0]
        return vectors


@once
def int8_runs() -> bool:
    """Whether OpenVINO is installed and computes in 8-bit integers here.

    It was measured on x86 alone, where it asks for AVX2; elsewhere torch does the work.
    """
    if platform.machine().lower() not in {"x86_64", "amd64"} or find_spec("openvino") is None:
        return False
    return "INT8" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def int8_folder(cache: Path | None = None) -> Path:
    """The folder of the graph, 120 MB; made into `cache` (the user's by default) if it is not there yet.

    It appears whole or not at all. Raises ModelError when the model can't be had, or the folder not be written.
    """
    made_from = f"{WEIGHTS_SHA256[:12]}-{REACHES_SHA256[:12]}"
    folder = (cache or user_cache_path("quotedesk")) / f"{NAME}-int8-v{FORMAT}-{made_from}"
    if folder.is_dir():
        return folder
    model = builtin_model_folder(cache)
    try:
        make_whole(folder, lambda fresh: _write(model, fresh))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise ModelError(
            f"cannot make {NAME} in 8 bits in {folder.parent} ({error}); it must be writable, with 120 MB free"
        ) from error
    return folder


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The places of texts that go together, the longest first, as they pad each other least."""
    order = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    while order:
        rows = max(1, min(_ROWS, _TOKENS // max(1, lengths[order[0]])))
        yield order[:rows]
        order = order[rows:]


def read_reaches() -> dict[str, "Reach"]:
    """How far each layer's input goes. Raises `ModelError` when the file is missing, or not the one expected."""
    from index.e5_graph import Reach

    measured = load(checked_weights(REACHES, REACHES_SHA256, "install quotedesk again"))
    tensors = {name: tensor.astype(np.float32) for name, tensor in measured.items()}
    layers = {name.rpartition(".")[0] for name in tensors}
    return {layer: Reach(tensors[f"{layer}.low"], tensors[f"{layer}.high"]) for layer in layers}


def _write(model: Path, folder: Path) -> None:
    _import_openvino()
    from openvino import save_model

    from index.e5_graph import Shape, e5_graph

    config: Mapping[str, Any] = json.loads((model / "config.json").read_bytes())
    shape = Shape(config["num_hidden_layers"], config["num_attention_heads"], config["layer_norm_eps"])
    folder.mkdir()
    graph = e5_graph(load_file(model / "model.safetensors"), shape, read_reaches())
    save_model(graph, folder / _GRAPH, compress_to_fp16=False)


def _cut(ids: list[int], most: int) -> list[int]:
    return ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]


def _padded(tokens: Sequence[Sequence[int]]) -> list[NDArray[Any]]:
    shape = len(tokens), max(len(ids) for ids in tokens)
    padded, mask = np.full(shape, _PAD, np.int32), np.zeros(shape, np.float32)
    for row, ids in enumerate(tokens):
        padded[row, : len(ids)] = ids
        mask[row, : len(ids)] = 1
    return [padded, mask]


@once
def _core() -> "Core":
    _import_openvino()
    from openvino import Core

    return Core()


def _import_openvino() -> None:
    """Import it without its reporter: with it, the import alone tells a statistics server that it happened."""
    if "openvino" in sys.modules:
        return
    reporter = sys.modules.get("openvino_telemetry")
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    try:
        import openvino  # noqa: F401
    finally:
        del sys.modules["openvino_telemetry"]
        if reporter is not None:
            sys.modules["openvino_telemetry"] = reporter
