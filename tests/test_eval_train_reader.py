"""Training on a tiny body: spans point at their words, negatives hold no answer, losses fall, a checkpoint resumes."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel

from eval.data_files import SpanAnswer, SpanRow
from eval.reader_rows import Example, Source
from eval.train_reader import Training, Unit, batches, losses_of, units_of
from qa.reader_model import ReaderModel

TOWNS = ("Norwick", "Elmouth", "Dunford", "Hartley", "Silverby", "Oakham")


def row(number: int) -> SpanRow:
    town = TOWNS[number % len(TOWNS)]
    context = f"The bridge of {town} was opened in {1900 + number} and cost {number} thousand crowns."
    answer = SpanAnswer(text=str(1900 + number), start=context.index(str(1900 + number)))
    question = f"When was the bridge of {town} opened?"
    return SpanRow(id=str(number), language="en", question=question, context=context, answers=(answer,))


ROWS = [row(number) for number in range(6)]
UNANSWERABLE = SpanRow(id="u", language="en", question="Who drew it?", context=ROWS[0].context, answers=())


@pytest.fixture
def tokenizer() -> Tokenizer:
    texts = " ".join(f"{one.question} {one.context}" for one in ROWS)
    words = sorted({word for word, _ in pre_tokenizers.Whitespace().pre_tokenize_str(texts)})
    vocabulary = {word: number for number, word in enumerate(["<s>", "<pad>", "</s>", "<unk>", *words])}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return made


@pytest.fixture
def model(tmp_path: Path) -> ReaderModel:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=120, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    BertModel(config).save_pretrained(tmp_path / "body")
    return ReaderModel(tmp_path / "body", torch.float32)


def examples(source: Source) -> Iterator[list[Example]]:
    drawing = Random(1)
    while True:
        yield source.draw(drawing)


def test_a_question_comes_with_its_passage_and_one_that_holds_no_answer() -> None:
    for answering, seeming in islice(examples(Source(ROWS)), 60):
        assert answering.span is not None
        assert seeming.span is None
        answer = answering.passage[slice(*answering.span)]
        assert answer in {str(1900 + number) for number in range(6)}
        assert answer not in seeming.passage
        assert answering.question == seeming.question


def test_an_unanswerable_question_comes_alone() -> None:
    assert {len(one) for one in islice(examples(Source([UNANSWERABLE])), 5)} == {1}
    assert next(examples(Source([UNANSWERABLE])))[0].span is None


def test_noise_moves_the_span_with_its_words() -> None:
    drawn = [pair[0] for pair in islice(examples(Source(ROWS)), 60)]
    noisy = [one for one in drawn if one.passage.startswith("\n")]
    assert 0 < len(noisy) < len(drawn)
    assert all(one.span and one.passage[slice(*one.span)].isdecimal() for one in noisy)


def test_a_unit_points_at_the_answers_tokens(tokenizer: Tokenizer) -> None:
    for unit in islice(units_of(tokenizer, examples(Source(ROWS)), 1), 30):
        assert unit.span is not None
        first, last = unit.span
        (word,) = (tokenizer.id_to_token(unit.pairs[0].ids[place]) for place in range(first, last + 1))
        assert word in {str(1900 + number) for number in range(6)}


def test_the_answer_stays_in_the_window_of_a_long_passage(tokenizer: Tokenizer) -> None:
    long = "crowns " * 500 + "1903" + " crowns" * 500
    example = Example("When was the bridge opened?", long, (3500, 3504))
    for unit in islice(units_of(tokenizer, iter([[example]] * 20), 1), 20):
        assert unit.length == 224
        assert unit.span is not None
        assert tokenizer.id_to_token(unit.pairs[0].ids[unit.span[0]]) == "1903"


def test_batches_are_full_and_alike_in_length(tokenizer: Tokenizer) -> None:
    for batch in islice(batches(units_of(tokenizer, examples(Source(ROWS)), 1)), 10):
        assert sum(len(unit.pairs) for unit in batch) == 32


def test_a_batch_without_any_answer_has_a_relevance_to_learn_only(model: ReaderModel, tokenizer: Tokenizer) -> None:
    units = list(islice(units_of(tokenizer, examples(Source([UNANSWERABLE])), 1), 3))
    assert list(losses_of(model, units)) == ["relevance"]


def test_training_learns_and_goes_on_from_its_checkpoint(
    model: ReaderModel, tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.train_reader._CHECKPOINT_EVERY", 20)

    def found() -> Iterator[list[Unit]]:
        return batches(units_of(tokenizer, examples(Source(ROWS)), 1))

    Training(model, tmp_path, 40).run(found())
    curve = [json.loads(line) for line in (tmp_path / "curve.jsonl").read_text("utf-8").splitlines()]
    assert [one["step"] for one in curve] == [20, 40]
    assert curve[1]["span"] < curve[0]["span"]
    again = Training(model, tmp_path, 60)
    again.run(found())
    assert again.step == 60
    steps = [json.loads(line)["step"] for line in (tmp_path / "curve.jsonl").read_text("utf-8").splitlines()]
    assert steps == [20, 40, 60]
