"""Training on a tiny body: spans point at their words, rivals hold no answer, the rate, losses fall, it goes on."""

import gzip
import json
from collections.abc import Callable, Iterator
from itertools import count, islice
from math import log
from pathlib import Path
from random import Random
from typing import cast

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, pre_tokenizers
from torch import Tensor
from transformers import BertConfig, BertModel

from eval.data_files import SpanAnswer, SpanRow
from eval.examples import Example
from eval.reader_rows import MIX, OWN, draw_examples, in_simplified, read_sets
from eval.span_sets import held_out
from eval.span_source import SpanSource
from eval.train_reader import Training, Unit, batches, losses_of, main, mean_of, units_of
from qa.reader_input import Pair
from qa.reader_model import Read, ReaderModel

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
def body(tmp_path: Path, tokenizer: Tokenizer) -> Path:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=120, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16
    )
    BertModel(config).save_pretrained(tmp_path / "body")
    tokenizer.save(str(tmp_path / "body" / "tokenizer.json"))
    return tmp_path / "body"


@pytest.fixture
def make_model(body: Path) -> Callable[[], ReaderModel]:
    """The same untrained model each time."""

    def make() -> ReaderModel:
        torch.manual_seed(0)
        return ReaderModel(body, torch.float32)

    return make


@pytest.fixture
def short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rate rises over four steps, a checkpoint is kept every ten."""
    monkeypatch.setattr("eval.train_reader._WARM_UP", 4)
    monkeypatch.setattr("eval.train_reader._CHECKPOINT_EVERY", 10)


def examples(source: SpanSource) -> Iterator[list[Example]]:
    drawing = Random(1)
    while True:
        yield source.draw(drawing)


def test_a_question_comes_with_its_passage_and_often_with_a_near_miss() -> None:
    drawn = list(islice(examples(SpanSource(ROWS)), 1000))
    for answering, *_ in drawn:
        assert answering.span is not None
        assert answering.passage[slice(*answering.span)] in {str(1900 + number) for number in range(6)}
    missed = [pair for pair in drawn if len(pair) == 2]
    others = [(one, other) for one, other in missed if one.question == other.question]
    for answering, other in others:
        assert answering.span is not None
        assert other.span is None
        assert answering.passage[slice(*answering.span)] not in other.passage
    for answering, renamed in ((one, other) for one, other in missed if one.question != other.question):
        towns = [{town for town in TOWNS if town in one.question} for one in (answering, renamed)]
        assert [len(found) for found in towns] == [1, 1]
        assert towns[0] != towns[1]
        assert renamed.span is None
    assert len(missed) == pytest.approx(400, abs=50)
    # A passage of one sentence is nothing without its answer: another passage takes its place.
    assert len(missed) - len(others) == pytest.approx(140, abs=40)


def test_where_no_near_miss_can_be_made_a_question_comes_with_its_passage_alone() -> None:
    assert {len(drawn) for drawn in islice(examples(SpanSource(ROWS[:1])), 20)} == {1}


def test_an_unanswerable_question_comes_alone() -> None:
    assert {len(one) for one in islice(examples(SpanSource([UNANSWERABLE])), 5)} == {1}
    assert next(examples(SpanSource([UNANSWERABLE])))[0].span is None


def test_noise_moves_the_span_with_its_words() -> None:
    drawn = [pair[0] for pair in islice(examples(SpanSource(ROWS)), 60)]
    noisy = [one for one in drawn if one.passage.startswith("\n")]
    assert 0 < len(noisy) < len(drawn)
    assert all(one.span and one.passage[slice(*one.span)].isdecimal() for one in noisy)


def put(data: Path, name: str, *rows: SpanRow) -> None:
    (data / name).parent.mkdir(parents=True, exist_ok=True)
    (data / name).write_bytes(gzip.compress("".join(one.model_dump_json() + "\n" for one in rows).encode()))


def test_no_paragraph_that_is_measured_on_is_trained_on(tmp_path: Path) -> None:
    held, free = (next(row(n) for n in count(10) if held_out(row(n).context) is wanted) for wanted in (True, False))
    measured = next(row(n) for n in count(20) if not held_out(row(n).context))
    for name in MIX.keys() - set(OWN):
        put(tmp_path, name, held, free, measured)
    put(tmp_path, "xquad/en.spans.jsonl.gz", measured)
    put(tmp_path, "drcd/zh-hant-test.spans.jsonl.gz", held, free)
    sources = read_sets(tmp_path)
    assert sources["squad2/en.spans.jsonl.gz"].rows == [free]
    assert sources["qamr/en-train.spans.jsonl.gz"].rows == [held, free, measured]
    # Each once more in simplified characters, of which an English text has none.
    assert sources["drcd/zh-hant-dev.spans.jsonl.gz"].rows == [held, free, measured, free] * 2


def test_the_same_seed_draws_the_same_examples() -> None:
    sources = {name: SpanSource(ROWS) for name in MIX}
    first, again, other = (list(islice(draw_examples(sources, seed), 9)) for seed in (1, 1, 2))
    assert first == again != other


def test_a_unit_points_at_the_answers_tokens(tokenizer: Tokenizer) -> None:
    for unit in islice(units_of(tokenizer, examples(SpanSource(ROWS)), 1), 30):
        assert unit.span is not None
        first, last = unit.span
        (word,) = (tokenizer.id_to_token(unit.pairs[0].ids[place]) for place in range(first, last + 1))
        assert word in {str(1900 + number) for number in range(6)}


def windows(tokenizer: Tokenizer, number: int) -> list[Unit]:
    """Units of one long passage with the answer in the middle."""
    example = Example("When was the bridge opened?", "crowns " * 500 + "1903" + " crowns" * 500, (3500, 3504))
    return list(units_of(tokenizer, iter([[example]] * number), 1))


@pytest.mark.parametrize(("longer", "length"), [(0.0, 176), (1.0, 256)])
def test_the_answer_stays_in_the_window_of_a_long_passage(
    longer: float, length: int, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.train_reader._LONG", longer)
    for unit in windows(tokenizer, 20):
        assert unit.length == length
        assert unit.span is not None
        assert tokenizer.id_to_token(unit.pairs[0].ids[unit.span[0]]) == "1903"


def test_one_window_in_twelve_is_a_long_one(tokenizer: Tokenizer) -> None:
    lengths = [unit.length for unit in windows(tokenizer, 300)]
    assert set(lengths) == {176, 256}
    assert lengths.count(256) == pytest.approx(0.08 * 300, abs=12)


def test_an_answer_that_the_tokenizer_lost_teaches_nothing(tokenizer: Tokenizer) -> None:
    lost = Example("When?", "The bridge   was opened", (10, 12))
    assert list(units_of(tokenizer, iter([[lost]]), 1)) == []


def unit(length: int, pairs: int = 1) -> Unit:
    return Unit([Pair([0] * length, 0, [])] * pairs, answers=False, span=None)


def test_batches_are_full_and_alike_in_length() -> None:
    found = list(batches(iter([unit(length) for length in range(80, 0, -1)])))
    lengths = sorted([one.length for one in batch] for batch in found)
    assert lengths == [list(range(1, 33)), list(range(33, 65)), list(range(65, 81))]


def test_a_question_and_its_rival_stay_in_one_batch() -> None:
    found = batches(iter([unit(1), *(unit(2, pairs=2) for _ in range(20))]))
    # One pair and sixteen times two are one more than 32; four times two are left.
    assert sorted(sum(len(one.pairs) for one in batch) for batch in found) == [8, 33]


def test_without_a_unit_there_is_no_batch() -> None:
    assert list(batches(iter([]))) == []


def answering(read: Read) -> ReaderModel:
    """In place of a model: it reads every batch like that."""
    return cast("ReaderModel", lambda _ids, _mask: read)


def test_the_losses_by_hand() -> None:
    units = [Unit([Pair([0, 1, 2, 3], 1, [(0, 1), (1, 2)])] * 2, True, (1, 2)), unit(4)]
    # The right passage is three to one likely, its rival and the unanswerable one are even. The passage's two tokens
    # have three spans, of which the right one has an eighth of the probability; others are not rivals, however high.
    spans = torch.log(torch.tensor([[9, 9, 9, 9], [9, 5 / 8, 1 / 8, 9], [9, 9, 2 / 8, 9], [9, 9, 9, 9]]))
    read = Read(torch.tensor([log(3), 0.0, 0.0]), spans.expand(3, 4, 4))
    losses = {name: float(loss) for name, loss in losses_of(answering(read), units).items()}
    assert losses == pytest.approx({"relevance": (log(4 / 3) + 2 * log(2)) / 3, "rank": log(4 / 3), "span": log(8) / 2})


def test_answers_longer_than_are_read_teach_no_span(tokenizer: Tokenizer) -> None:
    passage = "crowns " * 60
    short, long = (Example("When?", passage, (0, 7 * words - 1)) for words in (30, 31))
    units = list(units_of(tokenizer, iter([[short], [long]]), 1))
    assert [(unit.answers, unit.span) for unit in units] == [(True, (5, 34)), (True, None)]


@pytest.mark.parametrize(
    ("units", "names"),
    [
        ([unit(4)], {"relevance"}),
        ([Unit([Pair([0, 1], 0, [(0, 1)] * 2)], True, (1, 1))], {"relevance", "span"}),
        ([Unit([Pair([0, 1], 0, [(0, 1)] * 2)] * 2, True, (1, 1))], {"relevance", "rank", "span"}),
        ([Unit([Pair([0, 1], 0, [(0, 1)] * 2)] * 2, True, None)], {"relevance", "rank"}),
    ],
)
def test_what_a_batch_has_to_learn_from(units: list[Unit], names: set[str]) -> None:
    pairs = sum(len(one.pairs) for one in units)
    tokens = max(one.length for one in units)
    read = Read(torch.zeros(pairs), torch.zeros(pairs, tokens, tokens))
    assert losses_of(answering(read), units).keys() == names


class Recorded:
    """A training with the share of the full rate that each of its steps was taken with."""

    def __init__(self, model: ReaderModel, folder: Path, steps: int) -> None:
        self.training = Training(model, folder, steps, 1e-3)
        self._rates: dict[int, float] = {}

    def run(self, units: Iterator[list[Unit]]) -> "Recorded":
        """Train on the batches, from the checkpoint if there is one."""
        self.training.run(self._watched(units))
        self._watch()
        return self

    def _watched(self, units: Iterator[list[Unit]]) -> Iterator[list[Unit]]:
        for batch in units:
            self._watch()
            yield batch

    def _watch(self) -> None:
        self._rates[self.training.step] = float(self.training.optimizer.param_groups[0]["lr"])

    @property
    def shares(self) -> list[float]:
        """The shares, in order; the first rate that was seen is the one before any step."""
        return [rate / 1e-3 for rate in self._rates.values()][1:]

    @property
    def learned(self) -> dict[str, Tensor]:
        """What the model has learned by now."""
        return {name: parameter.detach() for name, parameter in self.training.model.learned().items()}


@pytest.fixture
def trained(
    make_model: Callable[[], ReaderModel], tokenizer: Tokenizer, tmp_path: Path, short_stretches: None
) -> Callable[..., Recorded]:
    """`trained(steps, in_folder)` trains that far; with `until`, it is interrupted before step `until`."""

    def train(steps: int, folder: str = "run", until: int | None = None) -> Recorded:
        (tmp_path / folder).mkdir(exist_ok=True)
        found = batches(units_of(tokenizer, examples(SpanSource(ROWS)), 1))
        return Recorded(make_model(), tmp_path / folder, steps).run(islice(found, until))

    return train


def assert_alike(one: Recorded, other: Recorded) -> None:
    assert one.learned.keys() == other.learned.keys()
    for name, parameter in one.learned.items():
        assert torch.allclose(parameter, other.learned[name], atol=1e-6), name


def test_the_rate_rises_stays_and_falls(trained: Callable[..., Recorded]) -> None:
    rising, level, falling = [1 / 4, 2 / 4, 3 / 4], [1.0] * 6, [n / 12 for n in range(11, 0, -1)]
    assert trained(20).shares == pytest.approx(rising + level + falling)


def test_training_learns_and_keeps_its_curve(trained: Callable[..., Recorded], tmp_path: Path) -> None:
    trained(40)
    curve = [json.loads(line) for line in (tmp_path / "run" / "curve.jsonl").read_text("utf-8").splitlines()]
    assert [(one["step"], one["of"]) for one in curve] == [(20, 40), (40, 40)]
    assert curve[1]["span"] < curve[0]["span"]


def test_it_goes_on_from_its_checkpoint_as_if_never_interrupted(trained: Callable[..., Recorded]) -> None:
    assert trained(20, until=17).training.step == 17
    again = trained(20)
    # The last checkpoint was at step 10.
    assert again.shares == pytest.approx([n / 12 for n in range(10, 0, -1)])
    assert_alike(again, trained(20, "apart"))


def test_a_finished_training_does_nothing_more(trained: Callable[..., Recorded], tmp_path: Path) -> None:
    finished = trained(20)
    curve = (tmp_path / "run" / "curve.jsonl").read_text("utf-8")
    again = trained(20)
    assert (again.training.step, again.shares) == (20, [])
    assert (tmp_path / "run" / "curve.jsonl").read_text("utf-8") == curve
    assert_alike(again, finished)


def test_made_longer_it_goes_on_from_where_the_rate_began_to_fall(trained: Callable[..., Recorded]) -> None:
    trained(20)
    longer = trained(24)
    # From step 8 on; of 24 steps the rate falls over the last fourteen.
    assert longer.shares == pytest.approx([1.0] * 3 + [n / 14 for n in range(13, 0, -1)])
    assert_alike(longer, trained(24, "apart"))


def test_late_steps_leave_the_lower_half_as_it_is(
    make_model: Callable[[], ReaderModel],
    tokenizer: Tokenizer,
    tmp_path: Path,
    short_stretches: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("eval.train_reader._SETTLED", 5)
    found = batches(units_of(tokenizer, examples(SpanSource(ROWS)), 1))
    model = make_model()
    training = Training(model, tmp_path, 20, 1e-3)
    watched: list[dict[str, Tensor]] = []

    def watching() -> Iterator[list[Unit]]:
        for batch in found:
            if training.step in {0, 5}:
                watched.append({name: one.detach().clone() for name, one in model.learned().items()})
            yield batch

    training.run(watching())
    lower = {name for name in model.learned() if name.startswith("body.encoder.layer.0.")}
    assert 0 < len(lower) < len(model.learned())
    first, settled = watched
    assert all(not torch.equal(first[name], settled[name]) for name in lower if name.endswith(".up"))
    for name, parameter in model.learned().items():
        assert torch.equal(parameter, settled[name]) == (name in lower), name


def test_interrupted_at_the_full_rate_it_can_be_made_longer_too(
    trained: Callable[..., Recorded], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.train_reader._FALL", 0.3)
    trained(20, until=12)
    longer = trained(24)
    assert len(longer.shares) == 14
    assert_alike(longer, trained(24, "apart"))


def test_made_shorter_it_begins_anew(trained: Callable[..., Recorded]) -> None:
    trained(20)
    shorter = trained(10)
    assert len(shorter.shares) == 10
    assert_alike(shorter, trained(10, "apart"))


def test_the_command_leaves_weights_and_a_curve(body: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.train_reader.builtin_model_folder", lambda: body)
    monkeypatch.setattr("eval.train_reader.read_sources", lambda _data: {name: SpanSource(ROWS) for name in MIX})
    # 640 pairs are 20 batches of 32.
    monkeypatch.setattr("sys.argv", ["train_reader", str(tmp_path), str(tmp_path / "out"), "--examples", "640"])
    main()
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        *("reader.safetensors", "end-20.safetensors", "curve.jsonl", "checkpoint.pt", "level.pt")
    }
    assert json.loads((tmp_path / "out" / "curve.jsonl").read_text("utf-8"))["of"] == 20
    kept = load_file(tmp_path / "out" / "reader.safetensors")
    assert kept.keys() == ReaderModel(body, torch.float32).learned().keys()


def test_it_starts_from_weights_there_are(body: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start, out = tmp_path / "start.safetensors", tmp_path / "out"
    torch.manual_seed(9)
    ReaderModel(body, torch.float32).save(start)
    monkeypatch.setattr("eval.train_reader.builtin_model_folder", lambda: body)
    monkeypatch.setattr("eval.train_reader.read_sources", lambda _data: {name: SpanSource(ROWS) for name in MIX})
    monkeypatch.setattr("sys.argv", [
        *("train_reader", str(tmp_path), str(out), "--examples", "32", "--rate", "1e-6", "--start", str(start)),
    ])  # fmt: skip
    main()
    before, after = load_file(start), load_file(out / "reader.safetensors")
    for name in before:
        assert torch.allclose(before[name].float(), after[name].float(), atol=1e-3), name


def test_of_what_it_started_from_a_share_is_kept(body: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start, out = tmp_path / "start.safetensors", tmp_path / "out"
    ReaderModel(body, torch.float32).save(start)
    monkeypatch.setattr("eval.train_reader.builtin_model_folder", lambda: body)
    monkeypatch.setattr("eval.train_reader.read_sources", lambda _data: {name: SpanSource(ROWS) for name in MIX})
    given = ["train_reader", str(tmp_path), str(out), "--examples", "32", "--start", str(start), "--keep", "0.25"]
    monkeypatch.setattr("sys.argv", given)
    main()
    before, end, kept = (load_file(file) for file in (start, out / "end-1.safetensors", out / "reader.safetensors"))
    for name in before:
        assert torch.allclose(kept[name].float(), 0.25 * before[name] + 0.75 * end[name].float(), atol=1e-3), name


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--keep", "0.3"], "--keep is a share of the weights given with --start; give both"),
        (["--keep", "1"], "'1' is not a share; give a number from 0 to below 1"),
        (["--keep", "some"], "'some' is not a share; give a number from 0 to below 1"),
    ],
)
def test_what_is_no_share_of_a_start_is_refused(
    given: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["train_reader", str(tmp_path), str(tmp_path / "out"), *given])
    with pytest.raises(SystemExit):
        main()
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_mean_of_what_was_learned_by_each_end(tmp_path: Path) -> None:
    for number, values in enumerate(([1.0, 4.0], [2.0, -4.0])):
        save_file({"span.bias": torch.tensor(values).half()}, tmp_path / f"{number}.safetensors")
    mean = mean_of({tmp_path / "0.safetensors": 0.25, tmp_path / "1.safetensors": 0.75})
    assert {name: tensor.tolist() for name, tensor in mean.items()} == {"span.bias": [1.75, -2.0]}
    assert mean["span.bias"].dtype == torch.float16


def test_a_row_in_simplified_characters_keeps_its_places() -> None:
    answer = SpanAnswer(text="歐洲", start=1)
    traditional = SpanRow(
        id="1", language="zh", question="哪個地區？", context="在歐洲，語言學很發達。", answers=(answer,)
    )
    simplified = in_simplified(traditional)
    assert simplified is not None
    assert (simplified.question, simplified.context) == ("哪个地区？", "在欧洲，语言学很发达。")
    assert simplified.answers == (SpanAnswer(text="欧洲", start=1),)
