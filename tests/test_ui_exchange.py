"""Exchanges as the turns of a conversation, and pointers that come back from a browser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.types import Turn
from tests.made_saltmarsh import ANSWERS, PRISMS, VISITORS
from ui.chat.exchange import Exchange, Kind, Pointer, history

KINDS: tuple[Kind, ...] = ("quote", "near", "copy")
NUMBERS = st.integers(0, 999_999)


@given(NUMBERS, st.sampled_from(KINDS), NUMBERS, NUMBERS)
def test_a_pointer_reads_back_as_it_prints(turn: int, kind: Kind, number: int, copy: int) -> None:
    pointer = Pointer(turn, kind, number, copy)
    assert Pointer.parse(str(pointer)) == pointer


@pytest.mark.parametrize("text", ["", "0.quote.1", "0.secret.1.0", "-1.quote.1.0", "0.quote.1.0 ", "٣.quote.1.0"])
def test_what_is_no_pointer_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a pointer to a source"):
        Pointer.parse(text)


def test_a_history_is_question_and_answer_in_turn() -> None:
    assert history([Exchange(ANSWERS[PRISMS]), Exchange(ANSWERS[VISITORS])]) == [
        Turn("user", PRISMS),
        Turn("assistant", ANSWERS[PRISMS].text),
        Turn("user", VISITORS),
        Turn("assistant", ANSWERS[VISITORS].text),
    ]
