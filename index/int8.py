"""Networks in 8-bit integers through OpenVINO: whether they run here, where their graphs are kept, and running them.

A graph is made once for a user. What is in one is not known here; `index.e5_graph` makes the blocks.
"""

import platform
import sys
from collections.abc import Callable
from functools import cache as once
from importlib.util import find_spec
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path
from safetensors import SafetensorError
from safetensors.numpy import load

from index.cache_folder import make_whole
from index.errors import ModelError
from index.weights import checked_weights

if TYPE_CHECKING:
    from openvino import Core, Model

    from index.e5_graph import Reach

FORMAT = 2
_GRAPH = "graph.xml"
_STEP = 32
# Of what was made for a shape a network keeps so many parts; a shape has about two hundred.
_PRIMITIVES = 2000


@once
def int8_runs() -> bool:
    """Whether OpenVINO is installed and computes in 8-bit integers here.

    It was measured on x86 alone, where it asks for AVX2; elsewhere torch does the work.
    """
    if platform.machine().lower() not in {"x86_64", "amd64"} or find_spec("openvino") is None:
        return False
    return "INT8" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


class Int8Network:
    """A network whose graph is in `folder`, ready. Safe to share between threads.

    It computes in few shapes, as OpenVINO keeps some megabytes for each that it has met: tokens in whole steps, rows by
    powers of two.
    """

    def __init__(self, folder: Path) -> None:
        settings = {"PERFORMANCE_HINT": "LATENCY", "CPU_RUNTIME_CACHE_CAPACITY": str(_PRIMITIVES)}
        self._compiled = _core().compile_model(folder / _GRAPH, "CPU", settings)

    def run(self, ids: NDArray[np.integer[Any]], mask: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
        """What the graph gives for token ids and mask, both of shape (rows, tokens).

        Where it gives something for each token, there may be more of them, which say nothing.
        """
        more = ((0, 0), (0, -ids.shape[1] % _STEP))
        padded, known = np.pad(ids.astype(np.int32), more), np.pad(mask.astype(np.float32), more)
        request, given, first = self._compiled.create_infer_request(), list[NDArray[np.float32]](), 0
        while first < len(padded):
            last = first + 2 ** int(log2(len(padded) - first))
            given.append(request.infer([padded[first:last], known[first:last]])[0])
            first = last
        return np.concatenate(given)


def graph_folder(name: str, made_from: str, draw: Callable[[], "Model"], cache: Path | None = None) -> Path:
    """The folder of a network's graph, 120 MB; made into `cache` (the user's by default) if it is not there yet.

    `made_from` tells graphs of one name apart. The folder appears whole or not at all. Raises `ModelError` when what
    it is drawn from can't be had, or the folder not be written.
    """
    folder = (cache or user_cache_path("quotedesk")) / f"{name}-int8-v{FORMAT}-{made_from}"
    if folder.is_dir():
        return folder

    def write(fresh: Path) -> None:
        _import_openvino()
        from openvino import save_model

        fresh.mkdir()
        save_model(draw(), fresh / _GRAPH, compress_to_fp16=False)

    try:
        make_whole(folder, write)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise ModelError(
            f"cannot make {name} in 8 bits in {folder.parent} ({error}); it must be writable, with 120 MB free"
        ) from error
    return folder


def read_reaches(file: Path, sha256: str) -> dict[str, "Reach"]:
    """How far each layer's input goes, as `eval.reaches` measured it.

    Raises `ModelError` when the file is missing, or not the one expected.
    """
    from index.e5_graph import Reach

    measured = load(checked_weights(file, sha256, "install quotedesk again"))
    tensors = {name: tensor.astype(np.float32) for name, tensor in measured.items()}
    layers = {name.rpartition(".")[0] for name in tensors}
    return {layer: Reach(tensors[f"{layer}.low"], tensors[f"{layer}.high"]) for layer in layers}


@once
def _core() -> "Core":
    _import_openvino()
    from openvino import Core, Tensor

    # The first look into any tensor prepares what all of them share. Two threads that do so at once wait for each other
    # for ever: one holds Python's lock, the other the preparation's.
    _ = Tensor(np.zeros(1, np.float32)).data
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
