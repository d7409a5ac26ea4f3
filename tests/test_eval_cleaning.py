import json
from pathlib import Path

import pytest

from eval.cleaning import labelled_lines, main, precision, recall
from eval.sets import BadSet

WALL = "The harbour wall was raised by two metres last year, and it held."
TEXT = f"The wall that held\n\nAdvertisement\n\n{WALL}\n\nSeen by many"


def folder(tmp_path: Path, label: dict[str, object]) -> tuple[Path, Path]:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "wall.txt").write_text(TEXT, "utf-8")
    (tmp_path / "marks.jsonl").write_text(json.dumps(label) + "\n", "utf-8")
    return tmp_path / "articles", tmp_path / "marks.jsonl"


def test_the_sample_is_marked_at_least_as_well_as_this() -> None:
    lines = labelled_lines()
    assert len(lines) == 783
    assert sum(line.labelled for line in lines) == 326
    assert precision(lines) >= 0.99
    assert recall(lines) >= 0.98


def test_lines_are_counted(tmp_path: Path) -> None:
    lines = labelled_lines(*folder(tmp_path, {"article": "wall", "boilerplate": ["Advertisement", "Seen by many"]}))
    assert [(line.labelled, line.marked) for line in lines] == [
        (False, False),
        (True, True),
        (False, False),
        (True, False),
    ]
    assert (precision(lines), recall(lines)) == (1.0, 0.5)


def test_a_label_without_its_line_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSet, match="labels a line of 'wall' that is not there: 'Sponsored'; label again"):
        labelled_lines(*folder(tmp_path, {"article": "wall", "boilerplate": ["Sponsored"]}))


def test_a_label_without_its_article_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSet, match=r"labels an article 'pier' that .* does not hold; label again"):
        labelled_lines(*folder(tmp_path, {"article": "pier", "boilerplate": []}))


def test_the_command_prints_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    assert "783 lines" in capsys.readouterr().out
