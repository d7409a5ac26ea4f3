"""The built-in model in 8-bit integers: where it runs, how texts are put together, that its vectors are the model's."""

import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import e5_int8, embedder
from index.builtin_model import NAME
from index.e5_int8 import Int8E5, batches, int8_folder, int8_runs, read_reaches
from index.embedder import TorchEngine
from index.errors import ModelError

runs = pytest.mark.skipif(not int8_runs(), reason="OpenVINO is not installed, or does not compute in 8 bits here")
TEXTS = [
    "The harbour bridge of Norwick was opened on Friday after four years of work.",
    "港口在城市的南边。",
    "新しい橋は金曜日に開通した。",
    "It cost 48 million dollars. " * 60,
]


@pytest.fixture(autouse=True)
def _asked_anew() -> None:
    int8_runs.cache_clear()


@given(st.lists(st.integers(0, 600), max_size=200))
def test_every_text_is_in_one_batch_and_the_longest_come_first(lengths: list[int]) -> None:
    found = list(batches(lengths))
    assert sorted(place for rows in found for place in rows) == list(range(len(lengths)))
    ordered = [lengths[place] for rows in found for place in rows]
    assert ordered == sorted(lengths, reverse=True)
    assert all(len(rows) == 1 or len(rows) * lengths[rows[0]] <= 4096 for rows in found)
    assert all(1 <= len(rows) <= 32 for rows in found)


@pytest.mark.parametrize(("machine", "installed"), [("arm64", "openvino"), ("x86_64", None)])
def test_it_does_not_run_elsewhere_or_without_its_package(
    machine: str, installed: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(e5_int8, "find_spec", lambda _: installed)
    assert not int8_runs()
    assert embedder.way() == embedder.torch_way()


def test_it_does_not_run_where_the_processor_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    class Old:
        def get_property(self, *_: str) -> list[str]:
            return ["FP32"]

    monkeypatch.setattr(platform, "machine", lambda: "AMD64")
    monkeypatch.setattr(e5_int8, "find_spec", lambda _: "openvino")
    monkeypatch.setattr(e5_int8, "_core", Old)
    assert not int8_runs()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").write_text("a file in the way")
    monkeypatch.setattr(e5_int8, "builtin_model_folder", lambda _: tmp_path)
    with pytest.raises(ModelError, match=rf"cannot make {NAME} in 8 bits in .*cache \(.*120 MB free"):
        int8_folder(tmp_path / "cache")


@runs
def test_the_reaches_of_every_layer_are_shipped() -> None:
    reaches = read_reaches()
    layers = ("attention", "attention_output", "intermediate", "output")
    assert set(reaches) == {f"{block}.{layer}" for block in range(12) for layer in layers}
    assert {reach.low.shape for name, reach in reaches.items() if name.endswith(".output")} == {(1536,)}
    assert all((reach.low <= reach.high).all() for reach in reaches.values())


@runs
def test_other_reaches_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "reaches").write_bytes(b"others")
    monkeypatch.setattr(e5_int8, "REACHES", tmp_path / "reaches")
    with pytest.raises(ModelError, match=r"reaches has the sha256 \w+, expected 0dce3601\w+; install quotedesk again$"):
        read_reaches()


@runs
def test_openvino_is_imported_without_its_reporter_and_without_a_socket() -> None:
    program = (
        "import sys; tried = []; "
        "sys.addaudithook(lambda event, _: tried.append(event) if event.startswith('socket.') else None); "
        "from index.e5_int8 import int8_runs; "
        "print(int8_runs(), 'openvino_telemetry' in sys.modules, 'torch' in sys.modules, tried)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "True False False []\n"


@runs
@pytest.mark.model
def test_its_vectors_are_the_models() -> None:
    fast, whole = Int8E5(), TorchEngine(NAME, float32=True)
    assert (fast.dimension, fast.max_tokens) == (whole.dimension, whole.max_tokens) == (384, 512)
    assert [fast.count_tokens(text) for text in TEXTS] == [whole.count_tokens(text) for text in TEXTS]
    vectors = fast.encode_passages(TEXTS)
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([1] * len(TEXTS), abs=1e-5)
    expected = whole.encode_passages(TEXTS)
    assert np.sum(vectors * expected, axis=1).tolist() == pytest.approx([1] * len(TEXTS), abs=0.006)
    assert float(np.sum(fast.encode_question(TEXTS[1]) * whole.encode_question(TEXTS[1]))) == pytest.approx(
        1, abs=0.006
    )
