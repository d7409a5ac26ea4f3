"""Reading: the likeliest answer of a part by hand, and passages read in their order whatever their length."""

from hashlib import sha256
from math import log
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel

from index.errors import ModelError
from index.types import Span
from qa.reader import Reader, Reading, best_span, builtin_reader, check_weights, torch_reader
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


def floats(*values: float) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    return np.array(values, np.float32)


# "ann led the board": probabilities of a half, a quarter and two eighths. Logits may all be shifted alike.
BOARD = Reading(
    0.0,
    np.log(floats(1 / 2, 1 / 4, 1 / 8, 1 / 8)) + 3,
    np.log(floats(1 / 8, 1 / 2, 1 / 4, 1 / 8)) - 2,
    [(0, 3), (4, 7), (8, 11), (12, 17)],
)


def test_the_likeliest_span_by_hand() -> None:
    # A half times a half, with three tokens of which the others share what is left.
    starts, ends = np.log(floats(0.5, 0.25, 0.25)), np.log(floats(0.25, 0.5, 0.25))
    first, last, certainty = best_span(starts, ends)
    assert (first, last) == (0, 1)
    assert certainty == pytest.approx(log(0.25 / 0.75), abs=1e-5)


def test_an_end_before_the_start_is_no_span() -> None:
    # From the third token to the first would be 18; from the third to itself is 10, from the first on at most 9.
    assert best_span(floats(0, 0, 9), floats(9, 0, 1))[:2] == (2, 2)


def test_an_answer_is_no_longer_than_thirty_tokens() -> None:
    starts, ends = np.zeros(60, np.float32), np.zeros(60, np.float32)
    starts[0], ends[30], ends[29] = 9, 9, 5
    assert best_span(starts, ends)[:2] == (0, 29)


@pytest.mark.parametrize(
    ("part", "span", "probability", "share", "height"),
    [
        (Span(0, 17), Span(0, 7), 1 / 2 * 1 / 2, 1 - 1e-6, 1 - 2 * log(2)),
        # The answer starts there with 1/4 + 1/8 + 1/8, and ends there with 1/2 + 1/4 + 1/8.
        (Span(4, 17), Span(4, 7), 1 / 4 * 1 / 2, 1 / 2 * 7 / 8, 1 - 3 * log(2)),
        (Span(8, 17), Span(8, 11), 1 / 8 * 1 / 4, 1 / 4 * 3 / 8, 1 - 5 * log(2)),
        (Span(0, 3), Span(0, 3), 1 / 2 * 1 / 8, 1 / 2 * 1 / 8, 1 - 4 * log(2)),
        # A word that the part cuts counts whole.
        (Span(13, 14), Span(12, 17), 1 / 8 * 1 / 8, 1 / 8 * 1 / 8, 1 - 6 * log(2)),
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
    assert Reading(0.0, floats(), floats(), []).best(part) is None


def test_a_token_of_no_letters_is_no_answer() -> None:
    reading = Reading(0.0, floats(9, 1, 0), floats(9, 0, 1), [(0, 0), (0, 3), (4, 7)])
    words = reading.best(Span(0, 7))
    assert words
    assert words.span == Span(0, 7)


logits = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=40)


@given(logits, st.data())
def test_the_best_of_a_part_stays_in_it_and_is_the_likeliest(pairs: list[tuple[int, int]], data: st.DataObject) -> None:
    starts, ends = (np.array(side, np.float32) for side in zip(*pairs, strict=True))
    # Words of three letters with a space between.
    places = [(4 * number, 4 * number + 3) for number in range(len(pairs))]
    first = data.draw(st.integers(0, len(pairs) - 1))
    last = data.draw(st.integers(first, len(pairs) - 1))
    part = Span(places[first][0], places[last][1])
    words = Reading(0.0, starts, ends, places).best(part)
    assert words
    assert part.covers(words.span)
    spans = [(a, b) for a in range(first, last + 1) for b in range(a, min(last, a + 29) + 1)]
    assert words.height == max(starts[a] + ends[b] for a, b in spans)
    assert starts[words.span.start // 4] + ends[words.span.end // 4] == words.height


def test_passages_are_read_in_their_order_and_alike_alone(reader: Reader) -> None:
    passages = ["ann led the board in may " * 9, "the harbour board", "", "ann did"] * 6
    together = reader.read(QUESTION, passages)
    assert len(together) == len(passages)
    for passage, reading in zip(passages[:4], together[:4], strict=True):
        (alone,) = reader.read(QUESTION, [passage])
        assert [passage[start:end] for start, end in reading.places] == passage.split()
        assert reading.places == alone.places
        assert reading.starts.shape == reading.ends.shape == (len(passage.split()),)
        # bfloat16, where the processor has it, rounds to two digits.
        assert reading.relevance == pytest.approx(alone.relevance, abs=0.05)
        assert reading.starts == pytest.approx(alone.starts, abs=0.05)
        assert reading.ends == pytest.approx(alone.ends, abs=0.05)
        assert (reading.best() is None) == (passage == "")


def test_what_is_longer_than_384_tokens_is_cut(reader: Reader) -> None:
    (reading,) = reader.read("who", ["ann " * 400])
    assert len(reading.places) == len(reading.starts) == 384
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
