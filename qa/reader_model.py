"""The reader's network: multilingual-e5-small's body with adapters, and its heads. It knows tensors, no text."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.functional import layer_norm, linear
from transformers import AutoModel
from transformers.utils.logging import disable_progress_bar

from qa.adapters import RANK, SCALE
from qa.reader_input import Batch

SPAN_SIZE = 64


class Read(NamedTuple):
    """Whether each passage answers, shape (batch,), and which span of its tokens does, shape (batch, tokens, tokens).

    Both are logits, float32; `spans[:, a, b]` is of the span from token `a` to token `b`, both included, also where
    that is none because `b` lies before `a` or outside the passage.
    """

    relevance: Tensor
    spans: Tensor


class AdaptedLinear(nn.Module):
    """A frozen linear layer with a low-rank correction that starts at nothing and is kept in float32."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer
        self.down = nn.Parameter(torch.randn(RANK, layer.in_features) / layer.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(layer.out_features, RANK))

    def forward(self, x: Tensor) -> Tensor:
        """Of shape (..., out_features), in the type of `x`."""
        frozen: Tensor = self.layer(x)
        low = linear(x, self.down.to(x.dtype)).flatten(0, -2)
        # One product that adds: a sum apart would read and write everything once more.
        return torch.addmm(frozen.flatten(0, -2), low, (self.up * SCALE).to(x.dtype).T).view(frozen.shape)

    def merged(self) -> nn.Linear:
        """One linear layer that does the same."""
        with torch.no_grad():
            self.layer.weight += (self.up @ self.down * SCALE).to(self.layer.weight.dtype)
        return self.layer


class Norm(nn.Module):
    """A layer normalisation worked out, and trained, in float32."""

    def __init__(self, norm: nn.LayerNorm) -> None:
        super().__init__()
        self.weight = nn.Parameter(norm.weight.detach().float())
        self.bias = nn.Parameter(norm.bias.detach().float())
        self.eps = norm.eps

    def forward(self, x: Tensor) -> Tensor:
        """Of the shape and type of `x`."""
        return layer_norm(x.float(), x.shape[-1:], self.weight, self.bias, self.eps).to(x.dtype)


class ReaderModel(nn.Module):
    """Question and passage in, `<s> question </s></s> passage </s>`; relevance and span out.

    `body` is the folder of a BERT-like encoder. It stays as it is; what is learned are adapters on every linear layer
    of it, its layer normalisations, and the heads. All spans are rivals, after Lee et al., "Learning recurrent span
    representations for extractive question answering" (2016).
    """

    def __init__(self, body: Path, dtype: torch.dtype) -> None:
        super().__init__()
        # The only word transformers has for "be quiet while loading".
        disable_progress_bar()  # type: ignore[no-untyped-call]
        # Plain matrix products: the fused attention's backward pass takes a third of the time on a processor.
        self.body = AutoModel.from_pretrained(body, dtype=dtype, attn_implementation="eager", local_files_only=True)
        self.body.requires_grad_(requires_grad=False)
        size = self.body.config.hidden_size
        _exchange(self.body.encoder, nn.Linear, AdaptedLinear)
        _exchange(self.body.encoder, nn.LayerNorm, Norm)
        self.relevance = nn.Sequential(nn.Linear(size, size), nn.Tanh(), nn.Linear(size, 1))
        self.span = nn.Linear(size, 2)
        # What a span's first and last token are worth together: the product of two short vectors, nothing at first.
        self.first = nn.Linear(size, SPAN_SIZE, bias=False)
        self.last = nn.Linear(size, SPAN_SIZE, bias=False)
        nn.init.zeros_(self.last.weight)
        self._learned = {name for name, parameter in self.named_parameters() if parameter.requires_grad}

    def forward(self, ids: Tensor, mask: Tensor) -> Read:
        """`ids` and `mask` have shape (batch, tokens)."""
        hidden = self.body(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        starts, ends = self.span(hidden).unbind(-1)
        together = self.first(hidden) @ self.last(hidden).transpose(1, 2)
        spans = starts.unsqueeze(2) + ends.unsqueeze(1) + together
        return Read(self.relevance(hidden[:, 0]).squeeze(-1), spans)

    def read(self, batch: Batch) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The same for arrays, without learning."""
        with torch.inference_mode():
            relevance, spans = self(*map(torch.from_numpy, (batch.ids, batch.mask)))
        return relevance.numpy(), spans.numpy()

    def learned(self) -> dict[str, nn.Parameter]:
        """Name to parameter, of everything that is learned, settled or not."""
        return {name: parameter for name, parameter in self.named_parameters() if name in self._learned}

    def settle(self) -> None:
        """Leave the lower half of the layers as they are from now on, which saves their half of the backward pass."""
        layers = self.body.encoder.layer
        layers[: len(layers) // 2].requires_grad_(requires_grad=False)

    def save(self, file: Path) -> None:
        """Write what is learned as float16 into a safetensors file."""
        learned = {name: parameter.detach().half().contiguous() for name, parameter in self.learned().items()}
        save_file(learned, file)

    def load(self, file: Path) -> None:
        """Take over what `save` wrote. Raises `KeyError` and `RuntimeError` for weights of another network."""
        kept = load_file(file)
        with torch.no_grad():
            for name, parameter in self.learned().items():
                parameter.copy_(kept[name])

    def merge(self) -> None:
        """Fold the adapters into the body, for reading only: fewer products, the same result."""
        _exchange_adapted(self.body.encoder)


def _exchange(module: nn.Module, old: type[nn.Module], new: type[nn.Module]) -> None:
    for name, child in module.named_children():
        if isinstance(child, old):
            setattr(module, name, new(child))
        else:
            _exchange(child, old, new)


def _exchange_adapted(module: nn.Module) -> None:
    for name, child in module.named_children():
        if isinstance(child, AdaptedLinear):
            setattr(module, name, child.merged())
        else:
            _exchange_adapted(child)
