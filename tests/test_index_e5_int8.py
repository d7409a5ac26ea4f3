"""The built-in model in 8-bit integers: how texts are put together, that its vectors are the model's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.builtin_model import NAME
from index.e5_int8 import REACHES, REACHES_SHA256, Int8E5, batches
from index.embedder import TorchEngine
from index.int8 import int8_runs, read_reaches

runs = pytest.mark.skipif(not int8_runs(), reason="OpenVINO is not installed, or does not compute in 8 bits here")
TEXTS = [
    "The harbour bridge of Norwick was opened on Friday after four years of work.",
    "港口在城市的南边。",
    "新しい橋は金曜日に開通した。",
    "It cost 48 million dollars. " * 60,
]


@given(st.lists(st.integers(0, 600), max_size=200))
def test_every_text_is_in_one_batch_and_the_longest_come_first(lengths: list[int]) -> None:
    found = list(batches(lengths))
    assert sorted(place for rows in found for place in rows) == list(range(len(lengths)))
    ordered = [lengths[place] for rows in found for place in rows]
    assert ordered == sorted(lengths, reverse=True)
    assert all(len(rows) == 1 or len(rows) * lengths[rows[0]] <= 4096 for rows in found)
    assert all(1 <= len(rows) <= 32 for rows in found)


@runs
def test_the_reaches_of_every_layer_are_shipped() -> None:
    reaches = read_reaches(REACHES, REACHES_SHA256)
    layers = ("attention", "attention_output", "intermediate", "output")
    assert set(reaches) == {f"{block}.{layer}" for block in range(12) for layer in layers}
    assert {reach.low.shape for name, reach in reaches.items() if name.endswith(".output")} == {(1536,)}
    assert all((reach.low <= reach.high).all() for reach in reaches.values())


@runs
@pytest.mark.model
def test_its_vectors_are_the_models() -> None:
    fast, whole = Int8E5(), TorchEngine(NAME, float32=True)
    assert (fast.dimension, fast.max_tokens) == (whole.dimension, whole.max_tokens) == (384, 512)
    assert [fast.count_tokens(text) for text in TEXTS] == [whole.count_tokens(text) for text in TEXTS]
    vectors = fast.encode_passages(TEXTS)
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([1] * len(TEXTS), abs=1e-5)
    expected = whole.encode_passages(TEXTS)
    assert np.sum(vectors * expected, axis=1).tolist() == pytest.approx([1] * len(TEXTS), abs=0.006)
    assert float(np.sum(fast.encode_question(TEXTS[1]) * whole.encode_question(TEXTS[1]))) == pytest.approx(
        1, abs=0.006
    )
