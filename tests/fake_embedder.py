"""An embedder whose vectors can be worked out by hand: each token is a step along one axis."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from index.embedder import Vectors
from index.tokens import tokens

# One axis a concept, whatever the language; tokens as `index.tokens.tokens` makes them, stemmed and simplified.
CONCEPTS = {
    **dict.fromkeys(("chip", "semiconductor", "芯片", "半导", "导体"), 1),
    **dict.fromkeys(("harbour", "port", "港口", "港湾"), 2),
    **dict.fromkeys(("factori", "plant", "工厂", "工场"), 3),
}
_FIRST_FREE_AXIS = 4


class FakeEmbedder:
    """Counts each token of a text on its axis, then scales the vector to unit length; no token at all is axis 0.

    A token of `CONCEPTS` has that axis, any other one of the axes after them, by its CRC-32. A question and a passage
    of the same text have the same vector. `embedded` is every text that `embed_passages` was given, in order.
    """

    name = "fake"
    dimension = 16
    max_tokens = 512

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def count_tokens(self, text: str) -> int:
        """How many tokens `index.tokens.tokens` makes of `text`."""
        return len(tokens(text))

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, shape (len(texts), 16)."""
        self.embedded += texts
        return np.array([self.embed_question(text) for text in texts], np.float32).reshape(len(texts), self.dimension)

    def embed_question(self, text: str) -> Vectors:
        """Unit vector, float32, shape (16,)."""
        vector = np.zeros(self.dimension, np.float32)
        for token in tokens(text):
            vector[axis(token)] += 1
        if not vector.any():
            vector[0] = 1
        return np.asarray(vector / np.linalg.norm(vector), np.float32)


def axis(token: str) -> int:
    """The axis that `token` lies on, 1 to 15."""
    return CONCEPTS.get(token) or _FIRST_FREE_AXIS + crc32(token.encode()) % (FakeEmbedder.dimension - _FIRST_FREE_AXIS)
