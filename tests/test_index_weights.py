"""Weights that are not those expected are refused, with what to do."""

from hashlib import sha256
from pathlib import Path

import pytest

from index.errors import ModelError
from index.weights import checked_weights


def test_the_weights_expected(tmp_path: Path) -> None:
    (tmp_path / "w").write_bytes(b"weights")
    assert checked_weights(tmp_path / "w", sha256(b"weights").hexdigest(), "install it") == b"weights"


def test_other_weights_and_none(tmp_path: Path) -> None:
    (tmp_path / "w").write_bytes(b"abc")
    with pytest.raises(ModelError, match=r"w has the sha256 ba7816bf\w+, expected 0000; install it$"):
        checked_weights(tmp_path / "w", "0000", "install it")
    with pytest.raises(ModelError, match=r"^cannot read the weights .*none \(.*No such file.*\); install it$"):
        checked_weights(tmp_path / "none", "0000", "install it")
