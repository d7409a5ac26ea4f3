"""Accounts of our own: the files are read as they are meant, faults are named, and what is drawn from them is right."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from eval.account_source import AccountSource
from eval.accounts import Account, AccountGroup, read_accounts
from eval.gap import Statement
from eval.sets import BadSet
from index.types import Span

LAYOFFS = """\
#### layoffs at Corvane
? en | How many people did Corvane lay off in 2023?
? zh | 科尔文公司2023年裁了多少人？
= en | Corvane cut [[2,400]] jobs in 2023.
= zh | 科尔文去年裁员[[约2500人]]。

- ja | コルベーン社は2022年に[[1100人]]を削減した。
#### cranes
? en | How many cranes has Pell?
= en | Pell has [[48]] cranes.
= en | There are [[50]] cranes at Pell.
- en | Marsh has [[30]] cranes.
"""
CUT, LAID_OFF = "Corvane cut 2,400 jobs in 2023.", "科尔文去年裁员约2500人。"


def written(folder: Path, text: str = LAYOFFS) -> Path:
    (folder / "work-01.txt").write_text(text, "utf-8")
    return folder


def test_a_file_is_read_as_it_is_meant(tmp_path: Path) -> None:
    layoffs, cranes = read_accounts(written(tmp_path))
    assert layoffs == AccountGroup(
        "work-01: layoffs at Corvane",
        ("How many people did Corvane lay off in 2023?", "科尔文公司2023年裁了多少人？"),
        (
            Account("en", Statement(CUT, Span(12, 17))),
            Account("zh", Statement(LAID_OFF, Span(7, 13))),
        ),
        (Account("ja", Statement("コルベーン社は2022年に1100人を削減した。", Span(13, 18))),),
    )
    assert [account.statement.gapped for account in cranes.same] == [
        "Pell has ___ cranes.",
        "There are ___ cranes at Pell.",
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("? zh |", "? fr |", r"work-01\.txt:3: not '\?', '=' or '-'"),
        ("[[2,400]] jobs in 2023", "2,400 jobs in 2023", r"work-01\.txt:4: one value in \[\[double brackets\]\]"),
        ("jobs in 2023", "jobs in [[2023]]", r"work-01\.txt:4: one value"),
        (
            "= zh | 科尔文去年裁员[[约2500人]]。",
            "",
            r"work-01\.txt:2: 'work-01: layoffs at Corvane' needs a question, two",
        ),
        (
            "- en | Marsh has [[30]] cranes.",
            "",
            r"work-01\.txt:9: 'work-01: cranes' needs a question, two '=' lines and a '-'",
        ),
        ("? en | How many cranes has Pell?", "", r"work-01\.txt:10: 'work-01: cranes' needs a question"),
    ],
)
def test_a_fault_is_named_with_its_place(right: str, wrong: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(BadSet, match=told):
        read_accounts(written(tmp_path, LAYOFFS.replace(right, wrong)))


def test_no_accounts_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadSet, match="no accounts in"):
        read_accounts(tmp_path)


def test_the_accounts_that_there_are() -> None:
    groups = read_accounts()
    told = [account for group in groups for account in (*group.same, *group.other)]
    assert {account.language for account in told} == {"en", "ja", "zh"}
    assert [name for name, times in Counter(group.name for group in groups).items() if times > 1] == []
    assert [text for text, times in Counter(one.statement.text for one in told).items() if times > 1] == []
    assert 0.05 < sum(group.held_out for group in groups) / len(groups) < 0.15


def test_a_gap_comes_with_what_fills_it_and_with_what_does_not(tmp_path: Path) -> None:
    layoffs, _ = read_accounts(written(tmp_path))
    source, drawing = AccountSource([layoffs]), Random(1)
    found = [source.draw(drawing) for _ in range(400)]
    values = {CUT: "2,400", LAID_OFF: "约2500人"}
    for first, *misses in found:
        if first.span is None:
            assert first.question == "コルベーン社は2022年に___を削減した。"
            assert misses == []
            continue
        told = next(text for text, value in values.items() if first.passage[slice(*first.span)] == value)
        assert first.question in {*layoffs.questions, *({one.statement.gapped for one in layoffs.same} - {told})}
        assert [miss.span for miss in misses] == [None]
        assert "コルベーン社は2022年に1100人を削減した。" in misses[0].passage
    assert sum(first.question in layoffs.questions for first, *_ in found) == pytest.approx(80, abs=25)
    assert sum(first.span is None for first, *_ in found) == pytest.approx(80, abs=25)
