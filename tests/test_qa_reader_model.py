"""The reader's network on a tiny body: what is learned, that it starts as the body, and that it is kept and merged."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from safetensors.torch import save_file
from torch import nn
from transformers import BertConfig, BertModel

from qa.adapters import RANK, merged
from qa.reader_model import SPAN_SIZE, AdaptedLinear, Read, ReaderModel

LAYERS, SIZE, INNER = 2, 16, 32


@pytest.fixture
def body(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=40,
        hidden_size=SIZE,
        num_hidden_layers=LAYERS,
        num_attention_heads=2,
        intermediate_size=INNER,
        max_position_embeddings=32,
    )
    BertModel(config).save_pretrained(tmp_path / "body")
    return tmp_path / "body"


IDS = torch.tensor([[0, 5, 2, 2, 7, 8, 2], [0, 5, 2, 2, 9, 2, 1]])
MASK = torch.tensor([[1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 0]])


def model(body: Path) -> ReaderModel:
    torch.manual_seed(1)
    return ReaderModel(body, torch.float32).eval()


def read(one: ReaderModel) -> Read:
    with torch.no_grad():
        found: Read = one(IDS, MASK)
    return found


def disturbed(body: Path) -> ReaderModel:
    """A model of which everything learned was changed."""
    one = model(body)
    with torch.no_grad():
        for parameter in one.learned().values():
            parameter.add_(torch.randn_like(parameter), alpha=1 / 8)
    return one


def test_only_adapters_norms_and_heads_are_learned(body: Path) -> None:
    learned = sum(parameter.numel() for parameter in model(body).learned().values())
    adapters = LAYERS * RANK * (4 * 2 * SIZE + 2 * (SIZE + INNER))
    norms = LAYERS * 2 * 2 * SIZE
    heads = SIZE * SIZE + SIZE + SIZE + 1 + 2 * SIZE + 2 + 2 * SPAN_SIZE * SIZE
    assert learned == adapters + norms + heads


def test_an_adapted_layer_by_hand() -> None:
    adapted = AdaptedLinear(nn.Linear(2, 1))
    with torch.no_grad():
        adapted.layer.weight.copy_(torch.tensor([[1.0, 2.0]]))
        adapted.layer.bias.fill_(0.5)
        adapted.down.zero_()
        adapted.down[0] = torch.tensor([1.0, 0.0])
        adapted.up[0, 0] = 3.0
    x = torch.tensor([[[5.0, 7.0], [0.0, 1.0]]])
    # The layer gives 5 + 2 * 7 + 0.5 and 2.5; the adapter twice three times the first number.
    assert adapted(x).tolist() == [[[49.5], [2.5]]]
    assert adapted.merged()(x).tolist() == [[[49.5], [2.5]]]


def test_it_starts_as_the_body_is(body: Path) -> None:
    one = model(body)
    plain = BertModel.from_pretrained(body).train(mode=False)
    with torch.no_grad():
        ours = one.body(input_ids=IDS, attention_mask=MASK).last_hidden_state
        theirs = plain(input_ids=IDS, attention_mask=MASK).last_hidden_state
    assert torch.allclose(ours[0], theirs[0], atol=1e-5)


def test_a_span_is_what_its_ends_are_worth_alone_and_together(body: Path) -> None:
    one = disturbed(body)
    found = read(one)
    assert (found.relevance.shape, found.spans.shape) == ((2,), (2, 7, 7))
    with torch.no_grad():
        states = one.body(input_ids=IDS, attention_mask=MASK).last_hidden_state[1]
        start, end = one.span(states[2])[0], one.span(states[4])[1]
        together = one.first(states[2]) @ one.last(states[4])
    assert float(together) != pytest.approx(0.0, abs=1e-4)
    assert float(found.spans[1, 2, 4]) == pytest.approx(float(start + end + together), abs=1e-4)


def test_its_ends_are_worth_nothing_together_before_it_learns(body: Path) -> None:
    spans = read(model(body)).spans
    assert torch.allclose(spans - spans[:, :1], (spans - spans[:, :1])[..., :1], atol=1e-5)


def test_what_is_learned_is_kept(body: Path, tmp_path: Path) -> None:
    learned = disturbed(body)
    learned.save(tmp_path / "reader.safetensors")
    again = model(body)
    assert not torch.allclose(read(again).relevance, read(learned).relevance, atol=1e-2)
    again.load(tmp_path / "reader.safetensors")
    assert torch.allclose(read(again).relevance, read(learned).relevance, atol=1e-2)
    assert torch.allclose(read(again).spans, read(learned).spans, atol=2e-2)


def test_merged_it_reads_the_same(body: Path) -> None:
    one = disturbed(body)
    before = read(one)
    one.merge()
    assert torch.allclose(read(one).relevance, before.relevance, atol=1e-4)
    assert torch.allclose(read(one).spans, before.spans, atol=1e-4)


def test_without_torch_it_is_merged_the_same(body: Path, tmp_path: Path) -> None:
    one = disturbed(body)
    one.save(tmp_path / "reader.safetensors")
    ours = merged(load_file(body / "model.safetensors"), load_file(tmp_path / "reader.safetensors"))
    one.load(tmp_path / "reader.safetensors")
    one.merge()
    theirs = {name: tensor.detach().numpy() for name, tensor in one.body.state_dict().items()}
    assert set(ours) >= {name for name, parameter in one.body.named_parameters()}
    for name in ours:
        assert np.allclose(ours[name], theirs[name], atol=1e-6), name


def test_weights_of_another_network_are_refused(body: Path, tmp_path: Path) -> None:
    save_file({"span.weight": torch.zeros(2, 3)}, tmp_path / "other.safetensors")
    with pytest.raises(KeyError):
        model(body).load(tmp_path / "other.safetensors")
