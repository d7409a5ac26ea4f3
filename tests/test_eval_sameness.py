"""Whether two sentences tell of the same: which pairs are judged, and the table made of them."""

from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from eval import sameness
from eval.accounts import Account, AccountGroup
from eval.gap import Statement
from eval.sameness import THE_SAME, Judged, judge, main, table
from index.types import Span
from qa.reader import Reading


def account(language: str, text: str, value: str) -> Account:
    start = text.index(value)
    return Account(language, Statement(text, Span(start, start + len(value))))


CRANES = AccountGroup(
    "cranes",
    ("How many cranes has Pell?",),
    (
        account("en", "Pell has 48 cranes.", "48"),
        account("en", "There are 50 cranes at Pell.", "50"),
        account("zh", "佩尔有51台起重机。", "51"),
    ),
    (account("en", "Marsh has 30 cranes.", "30"),),
)


class ByName:
    """To it a sentence fills a gap if both are of Pell, and is as near as it is long."""

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """Log odds of 5 where both are of Pell, -5 elsewhere."""
        of_pell = [all("Pell" in text or "佩尔" in text for text in (question, passage)) for passage in passages]
        return [Reading(5.0 if both else -5.0, np.zeros((0, 0), np.float32), []) for both in of_pell]

    def nearness(self, _question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """The lengths in hundreds."""
        return np.array([len(text) / 100 for text in texts], np.float32)


def test_each_pair_of_the_same_and_each_with_another() -> None:
    judged = judge(CRANES, ByName())
    assert [(one.across, one.same, one.sureness) for one in judged] == [
        (False, True, 5.0),
        (True, True, 5.0),
        (True, True, 5.0),
        (False, False, -5.0),
        (False, False, -5.0),
        (True, False, -5.0),
    ]
    assert judged[0].cosine == pytest.approx(0.28)
    assert {one.group for one in judged} == {"cranes"}


def test_the_table_tells_languages_apart() -> None:
    rows = [
        Judged("a", False, True, THE_SAME, 0.9),
        Judged("a", False, True, THE_SAME - 1, 0.1),
        Judged("b", False, False, THE_SAME - 2, 0.5),
        Judged("b", True, True, THE_SAME - 1, 0.2),
        Judged("c", True, False, THE_SAME, 0.1),
    ]
    printed = table(rows)
    within, across = zip(*(column.cells for column in printed.columns), strict=True)
    assert within[:5] == ("in one language", "2", "1", "1.000", "0.500")
    assert (within[5].split()[0], within[6].split()[0]) == ("50.0", "0.0")
    assert across[:5] == ("in two", "1", "1", "0.000", "1.000")
    assert (across[5].split()[0], across[6].split()[0]) == ("0.0", "100.0")


def test_the_command_judges_what_is_held_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sameness, "builtin_reader", ByName)
    monkeypatch.setattr(sameness, "read_accounts", lambda: [CRANES])
    monkeypatch.setattr(AccountGroup, "held_out", True)
    monkeypatch.setattr("sys.argv", ["sameness"])
    main()
    assert "in one language" in capsys.readouterr().out


def test_weights_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.argv", ["sameness", "--weights", str(tmp_path / "no.safetensors")])
    with pytest.raises(SystemExit, match=r"eval\.sameness: cannot read the reader's weights in .*no\.safetensors"):
        main()


def test_a_table_in_print() -> None:
    out = StringIO()
    Console(file=out, width=200).print(table(judge(CRANES, ByName())))
    assert f"log odds from {THE_SAME}" in out.getvalue()
