"""Reading: the likeliest answer of a part by hand, and passages read in their order whatever their length."""

from collections.abc import Sequence
from hashlib import sha256
from math import log
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel

from index.errors import ModelError
from index.types import Span
from qa.reader import Reader, Reading, builtin_reader, check_weights, torch_reader
from qa.reader_model import ReaderModel

WORDS = ["<s>", "<pad>", "</s>", "who", "led", "the", "harbour", "board", "ann", "did", "in", "may"]
QUESTION = "who led the harbour board"


@pytest.fixture
def body(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    folder = tmp_path / "body"
    BertModel(config).save_pretrained(folder)
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="<pad>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture
def weights(body: Path, tmp_path: Path) -> Path:
    torch.manual_seed(1)
    ReaderModel(body, torch.float32).save(tmp_path / "reader.safetensors")
    return tmp_path / "reader.safetensors"


@pytest.fixture
def reader(body: Path, weights: Path) -> Reader:
    return torch_reader(body, weights)


def floats(*rows: Sequence[float]) -> NDArray[np.float32]:
    return np.array(rows, np.float32)


# "ann led the board": of what is spread over its spans an eighth is a unit here, and all together are two. Logits may
# all be shifted alike; what ends before it starts counts for nothing.
BOARD = Reading(
    0.0,
    np.log(floats([2, 6, 1, 1], [99, 1, 1, 1], [99, 99, 1, 1], [99, 99, 99, 1])) + 3,
    [(0, 3), (4, 7), (8, 11), (12, 17)],
)


def test_an_end_before_the_start_is_no_span() -> None:
    reading = Reading(0.0, floats([0, 1, 2], [9, 0, 0], [9, 9, 0]), [(0, 3), (4, 7), (8, 11)])
    words = reading.best()
    assert words
    assert (words.span, words.height) == (Span(0, 11), 2.0)


def test_an_answer_is_no_longer_than_thirty_tokens() -> None:
    spans = np.zeros((60, 60), np.float32)
    spans[0, 30], spans[0, 29] = 9, 5
    words = Reading(0.0, spans, [(4 * number, 4 * number + 3) for number in range(60)]).best()
    assert words
    assert (words.span, words.height) == (Span(0, 4 * 29 + 3), 5.0)


@pytest.mark.parametrize(
    ("part", "span", "probability", "share", "height"),
    [
        (Span(0, 17), Span(0, 7), 6 / 16, 1 - 1e-6, 3 + log(6)),
        # Six spans lie there, each as likely as the others.
        (Span(4, 17), Span(4, 7), 1 / 16, 6 / 16, 3),
        (Span(8, 17), Span(8, 11), 1 / 16, 3 / 16, 3),
        (Span(0, 3), Span(0, 3), 2 / 16, 2 / 16, 3 + log(2)),
        # A word that the part cuts counts whole.
        (Span(13, 14), Span(12, 17), 1 / 16, 1 / 16, 3),
    ],
)
def test_certainty_share_and_height_by_hand(
    part: Span, span: Span, probability: float, share: float, height: float
) -> None:
    words = BOARD.best(part)
    assert words
    assert words.span == span
    assert words.certainty == pytest.approx(log(probability / (1 - probability)), abs=1e-4)
    assert words.share == pytest.approx(log(share / (1 - share)), abs=1e-4)
    assert words.height == pytest.approx(height, abs=1e-5)


def test_without_a_part_it_is_the_whole_passage() -> None:
    assert BOARD.best() == BOARD.best(Span(0, 17))


@pytest.mark.parametrize("part", [Span(3, 4), Span(17, 40)])
def test_where_no_token_lies_there_is_no_answer(part: Span) -> None:
    assert BOARD.best(part) is None


@pytest.mark.parametrize("part", [None, Span(0, 3)])
def test_without_a_token_there_is_no_answer(part: Span | None) -> None:
    assert Reading(0.0, np.zeros((0, 0), np.float32), []).best(part) is None


def test_a_token_of_no_letters_is_no_answer() -> None:
    reading = Reading(0.0, floats([9, 0, 0], [0, 1, 2], [0, 0, 1]), [(0, 0), (0, 3), (4, 7)])
    words = reading.best(Span(0, 7))
    assert words
    assert words.span == Span(0, 7)


@given(st.integers(1, 40), st.integers(0, 2**32 - 1), st.data())
def test_the_best_of_a_part_stays_in_it_and_is_the_likeliest(tokens: int, seed: int, data: st.DataObject) -> None:
    logits = np.random.default_rng(seed).integers(-9, 9, (tokens, tokens)).astype(np.float32)
    # Words of three letters with a space between.
    places = [(4 * number, 4 * number + 3) for number in range(tokens)]
    first = data.draw(st.integers(0, tokens - 1))
    last = data.draw(st.integers(first, tokens - 1))
    part = Span(places[first][0], places[last][1])
    words = Reading(0.0, logits, places).best(part)
    assert words
    assert part.covers(words.span)
    spans = [(a, b) for a in range(first, last + 1) for b in range(a, min(last, a + 29) + 1)]
    assert words.height == max(logits[a, b] for a, b in spans)
    assert logits[words.span.start // 4, words.span.end // 4] == words.height
    every = [(a, b) for a in range(tokens) for b in range(a, min(tokens - 1, a + 29) + 1)]
    share = sum(np.exp(logits[one]) for one in spans) / sum(np.exp(logits[one]) for one in every)
    assert 1 / (1 + np.exp(-words.share)) == pytest.approx(share, abs=1e-4)


def test_passages_are_read_in_their_order_and_alike_alone(reader: Reader) -> None:
    passages = ["ann led the board in may " * 9, "the harbour board", "", "ann did"] * 6
    together = reader.read(QUESTION, passages)
    assert len(together) == len(passages)
    for passage, reading in zip(passages[:4], together[:4], strict=True):
        (alone,) = reader.read(QUESTION, [passage])
        assert [passage[start:end] for start, end in reading.places] == passage.split()
        assert reading.places == alone.places
        assert reading.spans.shape == (len(passage.split()), len(passage.split()))
        # bfloat16, where the processor has it, rounds to two digits.
        assert reading.relevance == pytest.approx(alone.relevance, abs=0.05)
        assert reading.spans == pytest.approx(alone.spans, abs=0.05)
        assert (reading.best() is None) == (passage == "")


def test_what_is_longer_than_384_tokens_is_cut(reader: Reader) -> None:
    (reading,) = reader.read("who", ["ann " * 400])
    assert len(reading.places) == len(reading.spans) == 384
    assert reading.places[-1] == (4 * 383, 4 * 383 + 3)
    assert reading.best(Span(4 * 384, 4 * 400)) is None


def test_no_passage_is_no_reading(reader: Reader) -> None:
    assert reader.read("who led", []) == []


def test_weights_that_are_not_there_are_named(body: Path, tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match=r"cannot read the reader's weights in .*none\.safetensors .*; install quotedesk"
    ):
        torch_reader(body, tmp_path / "none.safetensors")


def test_the_builtin_reader_is_the_one_that_was_measured(
    body: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.reader.int8_runs", lambda: False)
    monkeypatch.setattr("qa.reader.builtin_model_folder", lambda: body)
    monkeypatch.setattr("qa.reader.WEIGHTS", weights)
    monkeypatch.setattr("qa.reader.WEIGHTS_SHA256", sha256(weights.read_bytes()).hexdigest())
    (reading,) = builtin_reader().read(QUESTION, ["ann did"])
    assert reading.places == [(0, 3), (4, 7)]


def test_other_weights_than_those_measured_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "reader.safetensors").write_bytes(b"abc")
    monkeypatch.setattr("qa.reader.WEIGHTS", tmp_path / "reader.safetensors")
    monkeypatch.setattr("qa.reader.WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(
        ModelError, match=r"reader\.safetensors has the sha256 ba7816bf\w+, expected 0{64}; install quotedesk again$"
    ):
        check_weights()


def test_missing_weights_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.reader.WEIGHTS", tmp_path / "reader.safetensors")
    with pytest.raises(ModelError, match=r"^cannot read the weights .*\(.*No such file.*\); install quotedesk"):
        check_weights()
