"""Networks in 8-bit integers: where they run, and how what they need is kept."""

import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index import embedder, int8
from index.e5_int8 import int8_folder
from index.errors import ModelError
from index.int8 import Int8Network, graph_folder, int8_runs, read_reaches

runs = pytest.mark.skipif(not int8_runs(), reason="OpenVINO is not installed, or does not compute in 8 bits here")


@pytest.fixture(autouse=True)
def _asked_anew() -> None:
    int8_runs.cache_clear()


@pytest.mark.parametrize(("machine", "installed"), [("arm64", "openvino"), ("x86_64", None)])
def test_it_does_not_run_elsewhere_or_without_its_package(
    machine: str, installed: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(int8, "find_spec", lambda _: installed)
    assert not int8_runs()
    assert embedder.way() == embedder.torch_way()


def test_it_does_not_run_where_the_processor_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    class Old:
        def get_property(self, *_: str) -> list[str]:
            return ["FP32"]

    monkeypatch.setattr(platform, "machine", lambda: "AMD64")
    monkeypatch.setattr(int8, "find_spec", lambda _: "openvino")
    monkeypatch.setattr(int8, "_core", Old)
    assert not int8_runs()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the way")
    with pytest.raises(ModelError, match=r"cannot make reader in 8 bits in .*cache \(.*120 MB free"):
        graph_folder("reader", "abc", lambda: pytest.fail("drawn"), tmp_path / "cache")


def test_a_graph_that_is_there_is_not_made_again(tmp_path: Path) -> None:
    (tmp_path / "reader-int8-v2-abc").mkdir()
    found = graph_folder("reader", "abc", lambda: pytest.fail("drawn"), tmp_path)
    assert found == tmp_path / "reader-int8-v2-abc"


@runs
def test_other_reaches_are_refused(tmp_path: Path) -> None:
    (tmp_path / "reaches").write_bytes(b"others")
    with pytest.raises(ModelError, match=r"reaches has the sha256 \w+, expected 0dce3601; install quotedesk again$"):
        read_reaches(tmp_path / "reaches", "0dce3601")


@runs
def test_openvino_is_imported_without_its_reporter_and_without_a_socket() -> None:
    program = (
        "import sys; tried = []; "
        "sys.addaudithook(lambda event, _: tried.append(event) if event.startswith('socket.') else None); "
        "from index.int8 import int8_runs; "
        "print(int8_runs(), 'openvino_telemetry' in sys.modules, 'torch' in sys.modules, tried)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "True False False []\n"


@runs
@pytest.mark.model
def test_whatever_the_shape_a_row_gives_the_same() -> None:
    network = Int8Network(int8_folder())
    ids = np.array([[0, 11249, 5941, 2], [0, 7, 2, 1], [0, 9, 8, 2], [0, 11249, 5941, 2], [0, 3, 2, 1]])
    mask = (ids != 1).astype(np.int64)
    alone = np.concatenate([network.run(ids[row : row + 1], mask[row : row + 1]) for row in range(5)])
    together = network.run(ids, mask)
    assert together.shape == (5, 384)
    assert np.sum(alone * together, axis=1).tolist() == pytest.approx([1] * 5, abs=1e-3)
    assert float(together[0] @ together[3]) == pytest.approx(1, abs=1e-3)
    assert float(together[0] @ together[1]) < 0.99
