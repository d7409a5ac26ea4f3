"""How far each layer's input goes in the built-in model, over the sample: what its 8-bit form rounds by.

    python -m eval.embedder_reaches FILE

FILE is `index/e5_reaches.safetensors`, whose hash `index.e5_int8` knows. Only the lowest and highest value of each
channel is kept, nothing of any text.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

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


def main() -> None:
    """Measure over the sample's passages and questions, and write the file."""
    parser = argparse.ArgumentParser("python -m eval.embedder_reaches", description="Measure what is rounded by.")
    parser.add_argument("file", type=Path, help="written anew")
    file: Path = parser.parse_args().file
    questions = [case.question for case in load_set(SAMPLE_QUESTIONS)]
    texts = [f"passage: {text}" for text in sample_passages()] + [f"query: {text}" for text in questions]
    save_file({name: values.astype(np.float16) for name, values in reaches(texts).items()}, file)


def reaches(texts: Sequence[str]) -> dict[str, np.ndarray]:
    """`"{block}.{layer}.low"` and `".high"` to the values of each channel, float32, as `index.e5_graph` names them."""
    disable_progress_bar()  # type: ignore[no-untyped-call]
    folder = builtin_model_folder()
    model = AutoModel.from_pretrained(folder, dtype=torch.float32, local_files_only=True).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(model.config.max_position_embeddings)
    found: dict[str, np.ndarray] = {}
    for name, layer in _layers(model, model.config.num_hidden_layers):
        layer.register_forward_pre_hook(lambda _layer, given, name=name: _widen(found, name, given[0]))
    with torch.inference_mode():
        for encoding in tokenizer.encode_batch(list(texts)):
            model(torch.tensor([encoding.ids]))
    return found


def _layers(model: nn.Module, blocks: int) -> Iterator[tuple[str, nn.Module]]:
    for number in range(blocks):
        block = model.get_submodule(f"encoder.layer.{number}")
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
