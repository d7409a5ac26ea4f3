"""The bar of long work: on a terminal, and nowhere else."""

import pytest

from index.progress import shown_progress


def test_progress_is_silent_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with shown_progress() as report:
        report("reading", 1, None)
        report("embedding", 1, 2)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_each_stage_with_its_count(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("COLUMNS", "100")
    with shown_progress() as report:
        report("reading", 3, None)
        report("embedding", 1, 2)
    out, err = capsys.readouterr()
    assert out == ""
    assert "reading" in err
    assert "embedding" in err
    assert "1/2" in err
