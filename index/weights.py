"""A model's weights, read only where they are the ones that were measured."""

from hashlib import sha256
from pathlib import Path

from index.errors import ModelError


def checked_weights(file: Path, expected: str, cure: str) -> bytes:
    """The bytes of `file`, whose SHA-256 is `expected`. Raises `ModelError`, which ends on `cure`, where it is not."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ModelError(f"cannot read the weights {file} ({error}); {cure}") from error
    found = sha256(data).hexdigest()
    if found != expected:
        raise ModelError(f"{file} has the sha256 {found}, expected {expected}; {cure}")
    return data
