"""Texts to vectors, by the fastest means that is as good here; it knows nothing of articles or where vectors lie."""

from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index import builtin_model
from index.e5_int8 import Int8E5
from index.errors import ModelError
from index.int8 import int8_runs

Vectors = NDArray[np.float32]
_LOADING = Lock()


class Embedder(Protocol):
    """What the library asks of an embedding model. Vectors are float32 and of unit length."""

    @property
    def name(self) -> str:
        """The name kept in a library's manifest; a library opens only with the embedder that made it."""

    @property
    def dimension(self) -> int:
        """Length of one vector."""

    @property
    def max_tokens(self) -> int:
        """The longest text, in tokens, that is read whole."""

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` has, without the special ones at its ends."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found, shape (len(texts), dimension)."""

    def embed_question(self, text: str) -> Vectors:
        """Vector of a text to search with, shape (dimension,)."""


class Engine(Protocol):
    """What computes an embedder's vectors, float32 and not necessarily of unit length."""

    @property
    def dimension(self) -> int:
        """Length of one vector."""

    @property
    def max_tokens(self) -> int:
        """The longest text, in tokens, that is read whole."""

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` has, without the special ones at its ends."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found, shape (len(texts), dimension)."""

    def encode_question(self, text: str) -> Vectors:
        """Vector of a text to search with, shape (1, dimension)."""


def in_context(title: str, text: str) -> str:
    """What is embedded for a passage or a sentence: its article's title goes before it, so that "it" has a name."""
    return f"{title}\n{text}" if title else text


class SentenceTransformerEmbedder:
    """Any sentence-transformers model; the built-in multilingual-e5-small unless another is named.

    `name` is `"multilingual-e5-small"`, a folder, or the name of a model that is already in the local cache:
    nothing is downloaded. The model is loaded at the first use, not when the object is made.
    """

    def __init__(self, name: str | None = None) -> None:
        self.name = name or builtin_model.NAME

    @property
    def dimension(self) -> int:
        """Length of one vector."""
        return self._engine.dimension

    @property
    def max_tokens(self) -> int:
        """The longest text, in tokens, that the model reads whole (512 for the built-in one)."""
        return self._engine.max_tokens

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` has, without the special ones at its ends."""
        return self._engine.count_tokens(text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of texts to be found, float32, shape (len(texts), dimension)."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return self._unit(self._engine.encode_passages(texts))

    def embed_question(self, text: str) -> Vectors:
        """Unit vector of a text to search with, float32, shape (dimension,)."""
        return self._unit(self._engine.encode_question(text)).reshape(self.dimension)

    @staticmethod
    def _unit(vectors: object) -> Vectors:
        array: Vectors = np.asarray(vectors, np.float32)
        norms: Vectors = np.linalg.norm(array, axis=1, keepdims=True)
        return np.asarray(array / np.maximum(norms, 1e-12), np.float32)

    @property
    def _engine(self) -> Engine:
        return _load(self.name)


class TorchEngine:
    """A sentence-transformers model through torch: bfloat16 where the processor has it and `float32` is not asked."""

    def __init__(self, name: str, *, float32: bool = False) -> None:
        """`name` is the built-in model's, a folder, or one in the local cache. Raises `ModelError`."""
        # Slow to import (seconds of torch), and not needed to list articles or to print help.
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        # The only word transformers has for "be quiet while loading"; our own progress is enough.
        disable_progress_bar()  # type: ignore[no-untyped-call]
        source = str(builtin_model.builtin_model_folder()) if name == builtin_model.NAME else name
        dtype = torch.float32 if float32 or not has_bfloat16() else torch.bfloat16
        try:
            self._model = SentenceTransformer(
                source, device="cpu", local_files_only=True, model_kwargs={"dtype": dtype}
            )
        except (OSError, ValueError) as error:
            raise ModelError(
                f"cannot open the embedding model {name!r} ({error}); give a sentence-transformers folder or the name "
                f"of a model in the local cache, or leave the setting out for {builtin_model.NAME}"
            ) from error

    @property
    def dimension(self) -> int:
        """Length of one vector."""
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def max_tokens(self) -> int:
        """The longest text, in tokens, that is read whole."""
        return int(self._model.get_max_seq_length() or 512)

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` has, without the special ones at its ends."""
        return len(self._model.tokenizer.encode(text, add_special_tokens=False, verbose=False))

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found, shape (len(texts), dimension)."""
        return np.asarray(self._model.encode_document(list(texts), show_progress_bar=False), np.float32)

    def encode_question(self, text: str) -> Vectors:
        """Vector of a text to search with, shape (1, dimension)."""
        return np.asarray(self._model.encode_query([text], show_progress_bar=False), np.float32)


def way(name: str = builtin_model.NAME) -> str:
    """By which means the model of that name is computed here: "OpenVINO int8", "torch bfloat16", "torch float32"."""
    if name == builtin_model.NAME and int8_runs():
        return "OpenVINO int8"
    return torch_way()


def torch_way() -> str:
    """The kind of number that torch computes with here: "torch bfloat16" or "torch float32"."""
    return "torch bfloat16" if has_bfloat16() else "torch float32"


def has_bfloat16() -> bool:
    """Whether the processor computes in bfloat16 by itself."""
    import torch

    return bool(torch.cpu.get_capabilities().get("avx512_bf16"))


def _load(name: str) -> Engine:
    # Two threads that come at once would both load it, and transformers changes global state meanwhile.
    with _LOADING:
        return _load_once(name)


@cache
def _load_once(name: str) -> Engine:
    return Int8E5() if name == builtin_model.NAME and int8_runs() else TorchEngine(name)
