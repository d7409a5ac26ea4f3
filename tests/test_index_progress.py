"""Progress of long work: bars with rate and time left on a terminal, a line now and then elsewhere."""

import pytest

from index import progress
from index.progress import no_progress, shown_progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """`clock[0]` is the time in seconds."""
    now = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    return now


def test_work_of_a_few_seconds_says_nothing_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str], clock: list[float]
) -> None:
    with shown_progress() as report:
        report("reading", 1, None)
        clock[0] += 4.9
        report("embedding", 1, 2)
    assert capsys.readouterr() == ("", "")


def test_longer_work_says_a_line_every_few_seconds(capsys: pytest.CaptureFixture[str], clock: list[float]) -> None:
    with shown_progress() as report:
        for number in range(1, 13):
            clock[0] += 1
            report("reading", number * 1000, None)
        report("embedding", 0, 72_090)
        for number in range(1, 9):
            clock[0] += 1
            report("embedding", number * 32, 72_090)
        clock[0] += 120
        report("words", 1, 3)
    assert capsys.readouterr() == (
        "",
        "reading 5,000, 1,250/s\n"
        "reading 10,000, 1,111/s\n"
        "embedding 96 of 72,090, 32/s, 37:30 left\n"
        "embedding 256 of 72,090, 32/s, 37:25 left\n"
        "words 1 of 3\n",
    )


def test_slow_work_has_a_rate_too(capsys: pytest.CaptureFixture[str], clock: list[float]) -> None:
    with shown_progress() as report:
        report("embedding", 0, 60)
        clock[0] += 10
        report("embedding", 5, 60)
    assert capsys.readouterr().err == "embedding 5 of 60, 0.5/s, 1:50 left\n"


def test_a_terminal_shows_each_stage_with_its_count_rate_and_time_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("COLUMNS", "100")
    with shown_progress() as report:
        report("reading", 3, None)
        report("embedding", 1, 2)
        report("embedding", 2, 2)
    out, err = capsys.readouterr()
    assert out == ""
    assert "reading" in err
    assert "embedding" in err
    assert "2/2" in err
    assert "/s" in err
    assert "0:00:00" in err


def test_nobody_may_be_told() -> None:
    no_progress("reading", 1, None)
