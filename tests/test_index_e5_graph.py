"""What the graph rounds by. That it computes the model is shown in test_index_e5_int8."""

import numpy as np
import pytest

from index.int8 import int8_runs

if not int8_runs():
    pytest.skip("OpenVINO is not installed, or does not compute in 8 bits here", allow_module_level=True)

from index.e5_graph import Reach, smoothed


def floats(*values: float) -> np.ndarray:
    return np.asarray(values, np.float32)


def test_a_channel_that_reaches_far_is_made_smaller_than_one_that_does_not() -> None:
    weight = np.ones((2, 2), np.float32)
    smoothing, low, high = smoothed(Reach(floats(-32, -1), floats(32, 1)), weight)
    # The reaches to the power of .8, and together as large as before.
    assert (smoothing[0] / smoothing[1]).item() == pytest.approx(32**0.8, rel=1e-4)
    assert (smoothing[0] * smoothing[1]).item() == pytest.approx(1, rel=1e-4)
    assert high == pytest.approx(32 / smoothing[0].item(), rel=0.01)
    assert low == pytest.approx(-high, rel=0.01)


def test_zero_is_one_of_the_steps() -> None:
    _, low, high = smoothed(Reach(floats(-0.17), floats(5)), np.ones((1, 1), np.float32))
    step = (high - low) / 255
    assert -low / step == pytest.approx(round(-low / step), abs=1e-6)
    assert round(-low / step) == 8


def test_an_input_that_is_never_below_zero_starts_there() -> None:
    _, low, high = smoothed(Reach(floats(1, 1), floats(2, 2)), np.ones((1, 2), np.float32))
    assert low == 0
    assert high == pytest.approx(2, rel=1e-4)
