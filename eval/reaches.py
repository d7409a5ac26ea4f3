"""How far each layer's input goes in a network, over the sample: what its 8-bit form rounds by.

    python -m eval.reaches embedder FILE
    python -m eval.reaches reader FILE

FILE is `index/e5_reaches.safetensors`, whose hash `index.e5_int8` knows, or `qa/reader_reaches.safetensors`, whose hash
`qa.reader_int8` knows; a reader trained anew has to be measured anew. Only the lowest and highest value of each channel
is kept, nothing of any text.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
import torch
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel
from transformers.utils.logging import disable_progress_bar

from eval.sample_passages import sample_passages
from eval.sets import SAMPLE_QUESTIONS, load_set
from index.builtin_model import builtin_model_folder
from qa.reader import WEIGHTS
from qa.reader_input import batched, encode, pair
from qa.reader_model import ReaderModel

# Passages met by each question. Most don't answer it, as when it is asked of a library.
_PASSAGES_A_QUESTION = 2


def main() -> None:
    """Measure over the sample's passages and questions, and write the file."""
    networks: dict[str, Callable[[], dict[str, np.ndarray]]] = {"embedder": embedder_reaches, "reader": reader_reaches}
    parser = argparse.ArgumentParser("python -m eval.reaches", description="Measure what is rounded by.")
    parser.add_argument("network", choices=networks)
    parser.add_argument("file", type=Path, help="written anew")
    options = parser.parse_args()
    found = networks[options.network]()
    save_file({name: values.astype(np.float16) for name, values in found.items()}, options.file)


def embedder_reaches() -> dict[str, np.ndarray]:
    """Those of the built-in embedding model."""
    disable_progress_bar()  # type: ignore[no-untyped-call]
    folder = builtin_model_folder()
    model = AutoModel.from_pretrained(folder, dtype=torch.float32, local_files_only=True).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(model.config.max_position_embeddings)
    texts = [f"passage: {text}" for text in sample_passages()] + [f"query: {text}" for text in _questions()]
    return reaches(model, (partial(model, torch.tensor([one.ids])) for one in tokenizer.encode_batch(texts)))


def reader_reaches() -> dict[str, np.ndarray]:
    """Those of the shipped reader."""
    folder = builtin_model_folder()
    model = ReaderModel(folder, torch.float32)
    model.load(WEIGHTS)
    model.merge()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    passages, random = sample_passages(), Random(0)  # noqa: S311 (no secret)
    batches = []
    for question in _questions():
        (asked, _), *met = encode(tokenizer, [question, *random.sample(passages, _PASSAGES_A_QUESTION)])
        batches += [batched([pair(asked, ids, places, 0, len(ids))]) for ids, places in met]
    return reaches(model.body, (partial(model.read, batch) for batch in batches))


def reaches(body: nn.Module, runs: Iterable[Callable[[], object]]) -> dict[str, np.ndarray]:
    """`"{block}.{layer}.low"` and `".high"` to the values of each channel, float32, as `index.e5_graph` names them.

    `body` is a BERT-like encoder that each of `runs` gives something to.
    """
    found: dict[str, np.ndarray] = {}
    for name, layer in _layers(body):
        layer.register_forward_pre_hook(lambda _layer, given, name=name: _widen(found, name, given[0]))
    with torch.inference_mode():
        for run in runs:
            run()
    return found


def _questions() -> list[str]:
    return [case.question for case in load_set(SAMPLE_QUESTIONS)]


def _layers(body: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    for number, block in enumerate(body.get_submodule("encoder.layer").children()):
        yield f"{number}.attention", block.get_submodule("attention.self.query")
        yield f"{number}.attention_output", block.get_submodule("attention.output.dense")
        yield f"{number}.intermediate", block.get_submodule("intermediate.dense")
        yield f"{number}.output", block.get_submodule("output.dense")


def _widen(found: dict[str, np.ndarray], name: str, given: Tensor) -> None:
    rows = given.flatten(0, -2).numpy()
    low, high = rows.min(axis=0), rows.max(axis=0)
    found[f"{name}.low"] = np.minimum(found.get(f"{name}.low", low), low)
    found[f"{name}.high"] = np.maximum(found.get(f"{name}.high", high), high)


if __name__ == "__main__":
    main()
