"""A network built like multilingual-e5-small as an OpenVINO graph of 8-bit integers. It knows tensors and no text.

Each linear layer's weights are rounded to whole numbers for each output, its input to 256 steps of a range measured
beforehand (`eval.reaches`). Channels that reach far are made smaller, and the weights they meet larger, after
Xiao et al., "SmoothQuant" (2022).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset13 as ops

Floats = NDArray[np.float32]
Tensors = Mapping[str, NDArray[np.floating[Any]]]
# Each linear layer of a block whose input is rounded; the three of attention have the same input and are one.
LINEAR = ("attention", "attention_output", "intermediate", "output")

# How much of a channel's reach goes from the input to the weights. Mean cosine to float32 of 48 XQuAD texts: none .995,
# .3 .946, .5 .995, .7 .9992, .8 .9993, .9 .9991, 1 .9986.
_SHIFTED = 0.8
# 7 bits, as processors without VNNI add two products in 16 bits, which 8 would overflow. It costs .0007 of that cosine.
_LARGEST_WEIGHT = 63
_STEPS = 255
_HIDDEN_FROM_ATTENTION = -1e4
_NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class Reach:
    """The lowest and the highest value of each channel of a layer's input, shape (channels,)."""

    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Shape:
    """What the tensors don't tell of a BERT encoder; `epsilon` is that of its layer normalisations."""

    blocks: int
    heads: int
    epsilon: float

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Shape":
        """The shape that a model's `config.json` tells."""
        return cls(config["num_hidden_layers"], config["num_attention_heads"], config["layer_norm_eps"])


def vectors_graph(tensors: Tensors, shape: Shape, reaches: Mapping[str, Reach]) -> ov.Model:
    """Token ids (int32) and mask (float32), both of shape (batch, tokens), to unit vectors of shape (batch, hidden).

    `tensors` have the names of a BertModel; `reaches` has `"{block}.{layer}"` for each layer of `LINEAR`.
    """
    ids, mask, hidden = _encoded(tensors, shape, reaches)
    weight = ops.unsqueeze(mask, _whole([-1]))
    total = ops.reduce_sum(ops.multiply(hidden, weight), _whole([1]), keep_dims=False)
    mean = ops.divide(total, ops.reduce_sum(weight, _whole([1]), keep_dims=False))
    unit = ops.normalize_l2(mean, _whole([1]), 1e-12, "max")
    return ov.Model([ops.result(unit)], [ids, mask], "vectors")


def states_graph(tensors: Tensors, shape: Shape, reaches: Mapping[str, Reach]) -> ov.Model:
    """The same up to the last layer's states, shape (batch, tokens, hidden)."""
    ids, mask, hidden = _encoded(tensors, shape, reaches)
    return ov.Model([ops.result(hidden)], [ids, mask], "states")


def _encoded(
    tensors: Tensors, shape: Shape, reaches: Mapping[str, Reach]
) -> tuple[ov.op.Parameter, ov.op.Parameter, ov.Node]:
    ids = ops.parameter([-1, -1], ov.Type.i32, name="ids")
    mask = ops.parameter([-1, -1], ov.Type.f32, name="mask")
    graph = _Graph(tensors, shape, reaches)
    hidden = graph.embedded(ids)
    away = ops.multiply(ops.subtract(_floats(1), ops.unsqueeze(mask, _whole([1, 2]))), _floats(_HIDDEN_FROM_ATTENTION))
    for block in range(shape.blocks):
        hidden = graph.block(block, hidden, away)
    return ids, mask, hidden


class _Graph:
    def __init__(self, tensors: Tensors, shape: Shape, reaches: Mapping[str, Reach]) -> None:
        self._tensors = tensors
        self._shape = shape
        self._reaches = reaches

    def embedded(self, ids: ov.Node) -> ov.Node:
        words, scale = _rounded(self._tensor("embeddings.word_embeddings.weight"), 127)
        first = ops.constant(np.int64(0))
        # Chosen before they are made floats, or OpenVINO would make floats of all of them, four times as large.
        word = ops.multiply(
            ops.convert(ops.gather(ops.constant(words), ids, first), ov.Type.f32),
            ops.gather(_floats(scale), ids, first),
        )
        # Every token is of the first type.
        places = self._tensor("embeddings.position_embeddings.weight")
        places = places + self._tensor("embeddings.token_type_embeddings.weight")[0]
        tokens = ops.gather(ops.shape_of(ids), _whole([1]), first)
        place = ops.slice(_floats(places), _whole([0]), tokens, _whole([1]), _whole([0]))
        return self._normalised(ops.add(word, ops.unsqueeze(place, _whole([0]))), "embeddings.LayerNorm")

    def block(self, block: int, hidden: ov.Node, away: ov.Node) -> ov.Node:
        name = f"encoder.layer.{block}"
        attended = self._attended(block, hidden, away)
        attended = self._linear(f"{block}.attention_output", attended, [f"{name}.attention.output.dense"])
        hidden = self._normalised(ops.add(attended, hidden), f"{name}.attention.output.LayerNorm")
        wide = ops.gelu(self._linear(f"{block}.intermediate", hidden, [f"{name}.intermediate.dense"]), "erf")
        narrow = self._linear(f"{block}.output", wide, [f"{name}.output.dense"])
        return self._normalised(ops.add(narrow, hidden), f"{name}.output.LayerNorm")

    def _attended(self, block: int, hidden: ov.Node, away: ov.Node) -> ov.Node:
        heads = self._shape.heads
        layers = [f"encoder.layer.{block}.attention.self.{part}" for part in ("query", "key", "value")]
        size = len(self._tensors[f"{layers[0]}.bias"]) // heads
        joined = self._linear(f"{block}.attention", hidden, layers)
        joined = ops.reshape(joined, _whole([0, 0, 3 * heads, size]), special_zero=True)
        joined = ops.transpose(joined, _whole([0, 2, 1, 3]))
        query, key, value = ops.split(joined, ops.constant(np.int64(1)), 3).outputs()
        scores = ops.matmul(ops.multiply(query, _floats(size**-0.5)), key, transpose_a=False, transpose_b=True)
        shares = ops.softmax(ops.add(scores, away), -1)
        attended = ops.transpose(ops.matmul(shares, value, transpose_a=False, transpose_b=False), _whole([0, 2, 1, 3]))
        return ops.reshape(attended, _whole([0, 0, heads * size]), special_zero=True)

    def _linear(self, key: str, x: ov.Node, layers: list[str]) -> ov.Node:
        weight = np.concatenate([self._tensor(f"{layer}.weight") for layer in layers])
        bias = np.concatenate([self._tensor(f"{layer}.bias") for layer in layers])
        smoothing, low, high = smoothed(self._reaches[key], weight)
        x = ops.multiply(x, _floats(1 / smoothing))
        x = ops.fake_quantize(x, _floats(low), _floats(high), _floats(low), _floats(high), _STEPS + 1)
        whole, scale = _rounded(weight * smoothing, _LARGEST_WEIGHT)
        product = ops.multiply(ops.convert(ops.constant(whole), ov.Type.f32), _floats(scale))
        return ops.add(ops.matmul(x, product, transpose_a=False, transpose_b=True), _floats(bias))

    def _normalised(self, x: ov.Node, name: str) -> ov.Node:
        unit = ops.mvn(x, _whole([-1]), normalize_variance=True, eps=self._shape.epsilon, eps_mode="inside_sqrt")
        return ops.add(
            ops.multiply(unit, _floats(self._tensor(f"{name}.weight"))), _floats(self._tensor(f"{name}.bias"))
        )

    def _tensor(self, name: str) -> Floats:
        return self._tensors[name].astype(np.float32)


def smoothed(reach: Reach, weight: Floats) -> tuple[Floats, float, float]:
    """What each channel of an input is divided by, shape (channels,), and the range of all of them after that.

    `weight` has shape (outputs, channels). Zero is a step of the range.
    """
    far = np.maximum(np.abs(reach.low), np.abs(reach.high)) + _NOTHING
    smoothing = far**_SHIFTED / (np.abs(weight).max(axis=0) + _NOTHING) ** (1 - _SHIFTED)
    smoothing = smoothing / np.exp(np.log(smoothing).mean())
    low, high = min(float((reach.low / smoothing).min()), 0.0), float((reach.high / smoothing).max())
    step = max(high - low, _NOTHING) / _STEPS
    below = round(-low / step)
    return smoothing.astype(np.float32), -below * step, (_STEPS - below) * step


def _rounded(weight: Floats, largest: int) -> tuple[NDArray[np.int8], Floats]:
    """Whole numbers, and what each row of them is multiplied by, shape (rows, 1)."""
    scale = np.maximum(np.abs(weight).max(axis=1, keepdims=True), _NOTHING) / largest
    return np.round(weight / scale).astype(np.int8), scale.astype(np.float32)


def _floats(values: object) -> ov.Node:
    return ops.constant(np.asarray(values, np.float32))


def _whole(values: list[int]) -> ov.Node:
    return ops.constant(np.asarray(values, np.int64))
