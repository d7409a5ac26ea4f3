"""Low-rank adapters: how large they are, and added to the weights they adapt.

After Hu et al., "LoRA: Low-rank adaptation of large language models" (2021).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

RANK = 32
SCALE = 2.0

_BODY, _UP, _DOWN = "body.", ".up", ".down"


def merged(
    body: Mapping[str, NDArray[np.floating[Any]]], learned: Mapping[str, NDArray[np.floating[Any]]]
) -> dict[str, NDArray[np.floating[Any]]]:
    """The tensors of a body, float32 where anything was learned, as a `ReaderModel` that kept `learned` has them."""
    tensors = dict(body)
    for name, tensor in learned.items():
        place = name.removeprefix(_BODY)
        if not name.startswith(_BODY) or place.endswith(_DOWN):
            continue
        if place.endswith(_UP):
            weight = f"{place.removesuffix(_UP)}.weight"
            down = learned[name.removesuffix(_UP) + _DOWN].astype(np.float32)
            tensors[weight] = body[weight].astype(np.float32) + tensor.astype(np.float32) @ down * SCALE
        else:
            tensors[place] = tensor.astype(np.float32)
    return tensors
