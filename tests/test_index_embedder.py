"""The embedder: its protocol, and the built-in model's vectors."""

import socket
from pathlib import Path

import numpy as np
import pytest

from index.embedder import Embedder, SentenceTransformerEmbedder, in_context
from index.errors import ModelError
from tests.fake_embedder import FakeEmbedder, axis

CHIPS = "The factory makes chips."
HARBOUR = "港口在城市的南边。"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection is an error that nobody catches."""

    def connect(_self: socket.socket, address: object) -> None:
        pytest.fail(f"connected to {address}")

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="module")
def model() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder()


def test_in_context() -> None:
    assert in_context("Chips", "They are made here.") == "Chips\nThey are made here."
    assert in_context("", "They are made here.") == "They are made here."


def test_both_embedders_keep_the_protocol() -> None:
    embedders: list[Embedder] = [FakeEmbedder(), SentenceTransformerEmbedder(), SentenceTransformerEmbedder("/m")]
    assert [embedder.name for embedder in embedders] == ["fake", "multilingual-e5-small", "/m"]


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("", {0: 1.0}),
        ("…", {0: 1.0}),
        ("chips", {1: 1.0}),
        ("芯片", {1: 1.0}),
        ("半導体", {1: 1.0}),
        ("semiconductors at the port", {1: 1.0, 2: 1.0, axis("at"): 1.0, axis("the"): 1.0}),
        ("chips, chips, chips, factory, factory, factory, factory", {1: 3.0, 3: 4.0}),
    ],
)
def test_the_fake_embedder_takes_a_step_a_token(text: str, steps: dict[int, float]) -> None:
    expected = np.zeros(16)
    expected[list(steps)] = list(steps.values())
    expected /= np.linalg.norm(expected)
    assert FakeEmbedder().embed_question(text).tolist() == pytest.approx(expected.tolist(), rel=1e-6)


def test_the_fake_embedder_remembers_what_it_was_given() -> None:
    embedder = FakeEmbedder()
    vectors = embedder.embed_passages(["chips", "芯片"])
    assert (str(vectors.dtype), vectors.shape) == ("float32", (2, 16))
    assert vectors[0].tolist() == vectors[1].tolist() == embedder.embed_question("semiconductor").tolist()
    assert embedder.embed_passages([]).shape == (0, 16)
    assert embedder.embedded == ["chips", "芯片"]
    assert embedder.count_tokens("350,000 chips") == 2


@pytest.mark.model
def test_the_built_in_model_gives_unit_vectors(model: SentenceTransformerEmbedder, offline: None) -> None:
    vectors = model.embed_passages([CHIPS, HARBOUR, ""])
    assert (str(vectors.dtype), vectors.shape) == ("float32", (3, 384))
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([1, 1, 1], abs=1e-6)
    question = model.embed_question(CHIPS)
    assert (str(question.dtype), question.shape) == ("float32", (384,))
    assert float(np.linalg.norm(question)) == pytest.approx(1, abs=1e-6)
    assert (model.dimension, model.max_tokens) == (384, 512)


@pytest.mark.model
def test_no_passages_are_no_vectors(model: SentenceTransformerEmbedder) -> None:
    vectors = model.embed_passages([])
    assert (str(vectors.dtype), vectors.shape) == ("float32", (0, 384))


@pytest.mark.model
def test_a_question_is_not_embedded_as_a_passage(model: SentenceTransformerEmbedder) -> None:
    cosine = float(model.embed_question(CHIPS) @ model.embed_passages([CHIPS])[0])
    assert cosine < 0.999
    assert cosine > float(model.embed_question(CHIPS) @ model.embed_passages([HARBOUR])[0])


@pytest.mark.model
def test_tokens_are_counted_without_the_special_ones(model: SentenceTransformerEmbedder) -> None:
    assert [model.count_tokens(text) for text in ("", "chips", "chips " * 599 + "chips")] == [0, 1, 600]


@pytest.mark.model
def test_a_model_that_is_not_there_is_told(tmp_path: Path, offline: None) -> None:
    embedder = SentenceTransformerEmbedder(str(tmp_path / "no-model"))
    with pytest.raises(
        ModelError,
        match=r"(?s)^cannot open the embedding model '.*/no-model' \(.+\); give a sentence-transformers folder or the "
        r"name of a model in the local cache, or leave the setting out for multilingual-e5-small$",
    ):
        embedder.embed_question("Who?")
