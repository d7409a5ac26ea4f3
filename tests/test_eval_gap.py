"""Do two sentences tell of the same: each is asked to fill the other's gap, and the less sure of both counts."""

from collections.abc import Sequence

import numpy as np

from eval.gap import Statement, sameness
from index.types import Span
from qa.reader import Reading

CRANES = Statement("Pell has 48 cranes.", Span(9, 11))
ALSO = Statement("There are 50 cranes at Pell.", Span(10, 12))
OTHERS = Statement("Marsh has 30 cranes.", Span(10, 12))


def test_a_gap_stands_in_place_of_the_answer() -> None:
    assert CRANES.gapped == "Pell has ___ cranes."
    assert Statement("48", Span(0, 2)).gapped == "___"


def test_of_both_ways_round_the_less_sure_counts() -> None:
    sure = {
        ("Pell has ___ cranes.", ALSO.text): 4.0,
        ("Pell has ___ cranes.", OTHERS.text): 3.0,
        ("There are ___ cranes at Pell.", CRANES.text): 2.5,
        ("Marsh has ___ cranes.", CRANES.text): -5.0,
    }

    def read(gapped: str, texts: Sequence[str]) -> list[Reading]:
        return [Reading(sure[gapped, text], np.zeros((0, 0), np.float32), []) for text in texts]

    assert sameness(CRANES, [ALSO, OTHERS], read) == [2.5, -5.0]
    assert sameness(CRANES, [], read) == []
