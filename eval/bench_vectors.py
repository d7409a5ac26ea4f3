"""Made-up vectors that lie as an embedder's do, for libraries of a size that would take hours to embed."""

from collections.abc import Iterator

import numpy as np

from index.embedder import Vectors

# What a difference of two real vectors is weighed with. At 0.4 the tenth nearest of 200,000 are about as near to each
# other as in a library of news of half that size, and need as many lists to be found.
_SPREAD = 0.4
_AT_ONCE = 16_384


def like(real: Vectors, number: int, seed: int = 0) -> Iterator[Vectors]:
    """`number` unit vectors in batches, float32: each a real one moved along the difference of two others.

    So they keep the clusters of the real ones, and the directions in which these vary.
    """
    random = np.random.default_rng(seed)
    for start in range(0, number, _AT_ONCE):
        chosen = random.integers(0, len(real), (3, min(_AT_ONCE, number - start)))
        moved = real[chosen[0]] + np.float32(_SPREAD) * (real[chosen[1]] - real[chosen[2]])
        yield np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), np.float32)
