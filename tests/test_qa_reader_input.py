"""Tokens of a pair and back: what stands where, what is cut, and that a span comes back to its words."""

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from qa.reader_input import QUESTION_TOKENS, batched, encode, pair

WORDS = ["<s>", "<pad>", "</s>", "who", "led", "the", "harbour", "board", "ann", "did", "in", "may"]
PASSAGE = "ann led the harbour board in may"


@pytest.fixture
def tokenizer() -> Tokenizer:
    made = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="<pad>"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return made


def test_a_pair_is_question_and_piece_between_marks(tokenizer: Tokenizer) -> None:
    (question, _), (ids, places) = encode(tokenizer, ["who led", PASSAGE])
    whole = pair(question, ids, places, 0, len(ids))
    assert whole.ids == [0, 3, 4, 2, 2, 8, 4, 5, 6, 7, 10, 11, 2]
    assert whole.first == 5
    assert [PASSAGE[start:end] for start, end in whole.places] == PASSAGE.split()
    assert whole.ids[whole.passage] == ids
    piece = pair(question, ids, places, 3, 5)
    assert (piece.ids, piece.first) == ([0, 3, 4, 2, 2, 6, 7, 2], 5)
    assert piece.passage == slice(5, 7)
    assert [PASSAGE[start:end] for start, end in piece.places] == ["harbour", "board"]


def test_a_passage_without_a_token_has_no_place_among_them(tokenizer: Tokenizer) -> None:
    (question, _), (ids, places) = encode(tokenizer, ["who led", ""])
    empty = pair(question, ids, places, 0, 384)
    assert (empty.ids, empty.passage, empty.places) == ([0, 3, 4, 2, 2, 2], slice(5, 5), [])


def test_a_span_of_the_passage_is_found_among_the_tokens(tokenizer: Tokenizer) -> None:
    (question, _), (ids, places) = encode(tokenizer, ["who led", PASSAGE])
    whole = pair(question, ids, places, 0, len(ids))
    start = PASSAGE.index("harbour board")
    assert whole.token_span(start, start + len("harbour board")) == (8, 9)
    assert whole.token_span(start + 2, start + 3) == (8, 8)
    assert pair(question, ids, places, 0, 2).token_span(start, start + 7) is None


def test_a_long_question_is_cut(tokenizer: Tokenizer) -> None:
    (question, _), (ids, places) = encode(tokenizer, ["who " * 100, PASSAGE])
    assert pair(question, ids, places, 0, 7).first == QUESTION_TOKENS + 3


def test_a_batch_is_padded_and_masked(tokenizer: Tokenizer) -> None:
    (question, _), (ids, places) = encode(tokenizer, ["who led", PASSAGE])
    batch = batched([pair(question, ids, places, 0, 1), pair(question, ids, places, 0, 2)])
    assert batch.ids.tolist() == [[0, 3, 4, 2, 2, 8, 2, 1], [0, 3, 4, 2, 2, 8, 4, 2]]
    assert batch.mask.tolist() == [[1, 1, 1, 1, 1, 1, 1, 0], [1] * 8]
    assert batch.passage.tolist() == [[0, 0, 0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 1, 1, 0]]
    assert batch.ids.dtype == np.int64
