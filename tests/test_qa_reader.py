"""Reading: the likeliest span by hand, and passages read in their order whatever their length."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel

from index.errors import ModelError
from qa.reader import Reader, best_span
from qa.reader_model import ReaderModel

WORDS = ["<s>", "<pad>", "</s>", "who", "led", "the", "harbour", "board", "ann", "did", "in", "may"]


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
def reader(body: Path, tmp_path: Path) -> Reader:
    torch.manual_seed(1)
    ReaderModel(body, torch.float32).save(tmp_path / "reader.safetensors")
    return Reader(body, tmp_path / "reader.safetensors")


def floats(*values: float) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    return np.array(values, np.float32)


def test_the_likeliest_span_by_hand() -> None:
    # A half times a quarter, with three tokens of which the others share what is left.
    starts, ends = np.log(floats(0.5, 0.25, 0.25)), np.log(floats(0.25, 0.5, 0.25))
    first, last, certainty = best_span(starts, ends)
    assert (first, last) == (0, 1)
    assert certainty == pytest.approx(np.log(0.25 / 0.75), abs=1e-5)


def test_an_end_before_the_start_is_no_span() -> None:
    first, last, _ = best_span(floats(0, 0, 9), floats(9, 0, 1))
    assert first <= last


def test_an_answer_is_no_longer_than_thirty_tokens() -> None:
    starts, ends = np.zeros(60, np.float32), np.zeros(60, np.float32)
    starts[0], ends[59], ends[20] = 9, 9, 5
    assert best_span(starts, ends)[:2] == (0, 20)


def test_passages_are_read_in_their_order_and_alike_alone(reader: Reader) -> None:
    passages = ["ann led the board in may " * 9, "the harbour board", "", "ann did"] * 6
    together = reader.read("who led the harbour board", passages)
    assert len(together) == len(passages)
    for passage, reading in zip(passages[:4], together[:4], strict=True):
        (alone,) = reader.read("who led the harbour board", [passage])
        assert reading.span == alone.span
        # bfloat16, where the processor has it, rounds to two digits.
        assert reading.relevance == pytest.approx(alone.relevance, abs=0.05)
        assert (reading.span is None) == (passage == "")
        if reading.span:
            assert set(reading.span.of(passage).split()) <= set(WORDS)


def test_no_passage_is_no_reading(reader: Reader) -> None:
    assert reader.read("who led", []) == []


def test_weights_that_are_not_there_are_named(body: Path, tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match=r"cannot read the reader's weights in .*none\.safetensors .*; install quotedesk"
    ):
        Reader(body, tmp_path / "none.safetensors")
