"""The shipped reader in 8-bit integers reads what it reads in floats."""

import subprocess
import sys
from collections.abc import Sequence

import pytest

from index.builtin_model import builtin_model_folder
from index.int8 import int8_runs, read_reaches
from qa.reader import WEIGHTS, Reading, builtin_reader, torch_reader
from qa.reader_int8 import REACHES, REACHES_SHA256

if not int8_runs():
    pytest.skip("OpenVINO is not installed, or does not compute in 8 bits here", allow_module_level=True)

QUESTION = "How many million dollars did the harbour bridge of Norwick cost?"
PASSAGES = [
    "The harbour bridge of Norwick was opened on Friday after four years of work. It cost 48 million dollars.",
    "诺里克的港口大桥于周五开通，耗资4800万美元，历时四年。",
    "ノーウィックの港の橋は金曜日に開通した。費用は4800万ドルだった。",
    "Rain is expected along the coast until Tuesday. " * 40,
]
ANSWERS = ["48 million dollars", "4800万美元", "4800万ドル"]


def test_the_reaches_of_every_layer_are_shipped() -> None:
    reaches = read_reaches(REACHES, REACHES_SHA256)
    assert len(reaches) == 12 * 4
    assert all((reach.low <= reach.high).all() for reach in reaches.values())


@pytest.mark.model
def test_it_reads_as_in_floats() -> None:
    fast, whole = builtin_reader(), torch_reader(builtin_model_folder(), WEIGHTS)
    ours, theirs = fast.read(QUESTION, PASSAGES), whole.read(QUESTION, PASSAGES)
    assert [one.places for one in ours] == [one.places for one in theirs]
    assert [one.relevance for one in ours] == pytest.approx([one.relevance for one in theirs], abs=0.75)
    assert _answers(ours) == _answers(theirs) == ANSWERS


def _answers(readings: Sequence[Reading]) -> list[str]:
    found = []
    for reading, passage in zip(readings, PASSAGES[:3], strict=False):
        words = reading.best()
        assert words
        found.append(words.span.of(passage).strip())
    return found


@pytest.mark.model
def test_it_is_ready_without_torch() -> None:
    program = "import sys; from qa.reader import builtin_reader; builtin_reader(); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
