"""Trains the reader: adapters and heads on multilingual-e5-small, from the sets named in `eval.reader_rows`.

    python -m eval.train_reader ../shared/data FOLDER [--examples 200000] [--rate 1e-3] [--start FILE [--keep 0.3]]

FOLDER gets `reader.safetensors` at the end, `curve.jsonl` as it goes, and checkpoints: run the same command again
after an interruption and it goes on from the last one. With more `--examples` than before it goes on from where the
rate began to fall, so that a finished training can be made longer. Each end is kept as `end-STEPS.safetensors`, and
`reader.safetensors` is the mean of all of them, by Wortsman et al., "Model soups" (2022). With --start it goes on from
these weights, and with --keep that share of them stays in the result, so that less is unlearned: after Wortsman et
al., "Robust fine-tuning of zero-shot models" (2022).
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from eval.examples import Example
from eval.reader_rows import draw_examples, read_sources
from index.builtin_model import builtin_model_folder
from qa.reader_input import ANSWER_TOKENS, QUESTION_TOKENS, Pair, batched, encode, pair
from qa.reader_model import ReaderModel

_BETAS, _DECAY, _CLIP = (0.9, 0.98), 0.01, 1.0
# Up over so many steps; level, so that any checkpoint of that stretch can be gone on from; down over the last share of
# all steps. After Hu et al., "MiniCPM: Unveiling the potential of small language models" (2024).
_WARM_UP, _FALL = 60, 0.6
_BATCH = 32
# Question and passage are cut to so many tokens, a window round the answer: a processor's time grows with length. A
# few are longer, as passages are when they are read.
_TOKENS, _LONG_TOKENS, _LONG = 176, 256, 0.08
# After so many steps the lower half of the body stays as it is, a third of the time less: what is learned late is
# learned above. After Lee et al., "What would Elsa do? Freezing layers during transformer fine-tuning" (2019).
_SETTLED = 800
# Batches are drawn so many at a time and sorted by length, so that little is padding.
_BUCKET = 50
_CHECKPOINT_EVERY = 100
_LATEST, _LEVEL = "checkpoint.pt", "level.pt"
_LOG_EVERY = 20


@dataclass(frozen=True, slots=True)
class Unit:
    """The pairs of one question, whether the first one answers, and with which span in tokens.

    An answer longer than are read has no span.
    """

    pairs: list[Pair]
    answers: bool
    span: tuple[int, int] | None

    @property
    def length(self) -> int:
        """Of its longest pair, in tokens."""
        return max(len(one.ids) for one in self.pairs)


def main() -> None:
    """Train, or go on training."""
    parser = argparse.ArgumentParser(prog="python -m eval.train_reader", description="Train the reader.")
    parser.add_argument("data", type=Path, help="the folder of the data sets")
    parser.add_argument("folder", type=Path, help="where the weights, the curve and checkpoints go")
    parser.add_argument("--examples", type=int, default=200_000, help="question-passage pairs to train on")
    # From the trial: a rate of 3e-3 starts worse, full fine-tuning of the body ties.
    parser.add_argument("--rate", type=float, default=1e-3, help="the optimiser's rate at its highest")
    parser.add_argument("--start", type=Path, metavar="FILE", help="weights to start from, instead of untrained ones")
    parser.add_argument("--keep", type=_share, default=0.0, metavar="SHARE", help="the share of --start in the result")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.keep and not options.start:
        parser.error("--keep is a share of the weights given with --start; give both")
    options.folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    body = builtin_model_folder()
    model = ReaderModel(body, torch.bfloat16)
    if options.start:
        model.load(options.start)
    tokenizer = Tokenizer.from_file(str(body / "tokenizer.json"))
    sources = read_sources(options.data)
    units = units_of(tokenizer, draw_examples(sources, options.seed), options.seed)
    steps = options.examples // _BATCH
    Training(model, options.folder, steps, options.rate).run(batches(units))
    model.save(options.folder / f"end-{steps}.safetensors")
    ends = sorted(options.folder.glob("end-*.safetensors"))
    weighed = {file: (1 - options.keep) / len(ends) for file in ends}
    if options.keep:
        weighed[options.start] = options.keep
    save_file(mean_of(weighed), options.folder / "reader.safetensors")


def _share(text: str) -> float:
    """A share as an argument. Raises `argparse.ArgumentTypeError` for anything but a number from 0 to below 1."""
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share; give a number from 0 to below 1")
    return share


def mean_of(weighed: Mapping[Path, float]) -> dict[str, Tensor]:
    """The sum of the same tensors in several files, each file with its weight, in the types of the first one."""
    kept = [(load_file(file), weight) for file, weight in weighed.items()]
    first, _ = kept[0]
    return {
        name: torch.stack([weight * one[name].float() for one, weight in kept]).sum(dim=0).to(tensor.dtype)
        for name, tensor in first.items()
    }


def units_of(tokenizer: Tokenizer, questions: Iterator[list[Example]], seed: int) -> Iterator[Unit]:
    """Each question's examples as tokens, in a window with the answer at a random place in it."""
    drawing = Random(seed)  # noqa: S311 (a drawing, not a secret)
    for examples in questions:
        asked = encode(tokenizer, [one.question for one in examples])
        passages = encode(tokenizer, [one.passage for one in examples])
        size = _LONG_TOKENS if drawing.random() < _LONG else _TOKENS
        pairs = []
        for one, (question, _), (ids, places) in zip(examples, asked, passages, strict=True):
            room = size - min(len(question), QUESTION_TOKENS) - 4
            start = _window(one, places, room, drawing)
            pairs.append(pair(question, ids, places, start, start + room))
        wanted = examples[0].span
        span = None if wanted is None else pairs[0].token_span(*wanted)
        # An answer lost to the tokenizer teaches nothing.
        if wanted is None or span is not None:
            short = span is not None and span[1] - span[0] < ANSWER_TOKENS
            yield Unit(pairs, wanted is not None, span if short else None)


def _window(example: Example, places: Sequence[tuple[int, int]], room: int, drawing: Random) -> int:
    """The first token of a window of `room` tokens that holds the answer, if there is one."""
    latest = max(0, len(places) - room)
    if example.span is None:
        return drawing.randint(0, latest)
    start, end = example.span
    held = [number for number, (a, b) in enumerate(places) if a < end and b > start] or [0]
    earliest = min(latest, held[0], max(0, held[-1] + 1 - room))
    return drawing.randint(earliest, min(latest, held[0]))


def batches(units: Iterator[Unit]) -> Iterator[list[Unit]]:
    """Batches of about 32 pairs, alike in length; their order is by chance."""
    shuffling = Random(0)  # noqa: S311 (an order, not a secret)
    while bucket := sorted(islice(units, _BUCKET * _BATCH // 2), key=lambda unit: unit.length):
        groups: list[list[Unit]] = [[]]
        for unit in bucket:
            if sum(len(one.pairs) for one in groups[-1]) >= _BATCH:
                groups.append([])
            groups[-1].append(unit)
        shuffling.shuffle(groups)
        yield from groups


class Training:
    """The optimiser, how far it has come, and what is written as it goes."""

    def __init__(self, model: ReaderModel, folder: Path, steps: int, rate: float) -> None:
        self.model = model
        self.folder = folder
        self.steps = steps
        self.rate = rate
        self.step = 0
        self.optimizer = torch.optim.AdamW(model.learned().values(), lr=rate, betas=_BETAS, weight_decay=_DECAY)

    def run(self, found: Iterator[list[Unit]]) -> None:
        """Train to the last step, from the checkpoint if there is one."""
        self._resume()
        started, losses = perf_counter(), list[dict[str, float]]()
        for units in islice(found, self.step, self.steps):
            if self.step >= _SETTLED:
                self.model.settle()
            losses.append(self._step(units))
            self.step += 1
            if self.step % _LOG_EVERY == 0:
                self._log(losses, perf_counter() - started)
                losses.clear()
            if self.step == _level_until(self.steps):
                self._keep(_LEVEL)
            if self.step % _CHECKPOINT_EVERY == 0 or self.step == self.steps:
                self._keep(_LATEST)

    def _step(self, units: Sequence[Unit]) -> dict[str, float]:
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate * self._share()
        parts = losses_of(self.model, units)
        self.optimizer.zero_grad()
        sum(parts.values(), torch.zeros(())).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.learned().values(), _CLIP)
        self.optimizer.step()
        return {name: float(loss.detach()) for name, loss in parts.items()}

    def _share(self) -> float:
        """The share of the full rate."""
        falling = max(1, self.steps - _level_until(self.steps))
        return min(1.0, (self.step + 1) / _WARM_UP, (self.steps - self.step) / falling)

    def _log(self, losses: Sequence[dict[str, float]], seconds: float) -> None:
        names = dict.fromkeys(name for one in losses for name in one)
        means = {name: round(float(np.mean([one[name] for one in losses if name in one])), 4) for name in names}
        with (self.folder / "curve.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({"step": self.step, "of": self.steps, **means, "seconds": round(seconds)}) + "\n")

    def _keep(self, file: str) -> None:
        kept: dict[str, Any] = {"step": self.step, "steps": self.steps, "optimizer": self.optimizer.state_dict()}
        kept["learned"] = {name: parameter.detach() for name, parameter in self.model.learned().items()}
        beside = self.folder / f"{file}.new"
        torch.save(kept, beside)
        beside.replace(self.folder / file)

    def _resume(self) -> None:
        """Go on from the latest checkpoint, or from the last one at the full rate where that one has gone too far."""
        for name in (_LATEST, _LEVEL):
            file = self.folder / name
            kept = torch.load(file) if file.exists() else None
            if kept and (kept["steps"] == self.steps or kept["step"] <= _level_until(min(self.steps, kept["steps"]))):
                break
        else:
            return
        with torch.no_grad():
            for name, parameter in self.model.learned().items():
                parameter.copy_(kept["learned"][name])
        self.optimizer.load_state_dict(kept["optimizer"])
        self.step = kept["step"]


def _level_until(steps: int) -> int:
    """The step at which the rate begins to fall."""
    return round((1 - _FALL) * steps)


def losses_of(model: ReaderModel, units: Sequence[Unit]) -> dict[str, Tensor]:
    """Relevance of each pair; of an answering one against its near misses; the span, where there is one."""
    batch = batched([one for unit in units for one in unit.pairs])
    read = model(*map(torch.from_numpy, (batch.ids, batch.mask)))
    firsts = np.cumsum([0, *(len(unit.pairs) for unit in units)])[:-1].tolist()
    answering = [(first, unit) for first, unit in zip(firsts, units, strict=True) if unit.answers]
    answers = torch.zeros(len(read.relevance))
    answers[[first for first, _ in answering]] = 1.0
    parts = {"relevance": binary_cross_entropy_with_logits(read.relevance, answers)}
    rivals = [read.relevance[first : first + len(unit.pairs)] for first, unit in answering if len(unit.pairs) > 1]
    if rivals:
        parts["rank"] = torch.stack([-one.log_softmax(0)[0] for one in rivals]).mean()
    if told := [(first, unit.span) for first, unit in answering if unit.span]:
        rows, tokens = [first for first, _ in told], batch.ids.shape[1]
        spans = read.spans[rows].masked_fill(~_possible(torch.from_numpy(batch.passage[rows])), -1e4)
        right = torch.tensor([start * tokens + end for _, (start, end) in told])
        parts["span"] = cross_entropy(spans.flatten(1), right) / 2
    return parts


def _possible(passage: Tensor) -> Tensor:
    """Which spans could be answers, shape (rows, tokens, tokens); `passage` is 1 where a token is the passage's."""
    inside = passage.bool()
    order = torch.arange(passage.shape[1])
    length = order.unsqueeze(0) - order.unsqueeze(1)
    return inside.unsqueeze(2) & inside.unsqueeze(1) & (length >= 0) & (length < ANSWER_TOKENS)


if __name__ == "__main__":
    main()
