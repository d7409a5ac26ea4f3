import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.near_duplicates import count_altered, count_known, main

PLANT = (
    "The harbour plant at Senn makes chips for ships, cost {} million dollars, and was opened by the mayor on Monday."
)
FERRY = "The ferry to the island of Marlow will stop in March after {} years, its owner said, and nobody was surprised."


def write(file: Path, rows: Sequence[object]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(file, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    texts = {"a": PLANT.format(48), "a2": PLANT.format(52), "b": FERRY.format(90), "b2": f" {FERRY.format(90)}"}
    articles = [{"id": id_, "language": "en", "text": text} for id_, text in texts.items()]
    questions = [
        {"question": "What did the plant cost?", "articles": ["a"], "wrong_articles": ["a2"]},
        {"question": "How old is the ferry?", "articles": ["b", "b"], "wrong_articles": ["b2", "b"]},
    ]
    for name in ("rgb-zh_fact", "rgb-en_fact"):
        write(tmp_path / name / "articles.jsonl.gz", articles)
        write(tmp_path / name / "questions.jsonl.gz", questions)
    write(tmp_path / "neardup-news" / "articles.jsonl.gz", articles)
    (tmp_path / "neardup-news" / "pairs.txt").write_text("a a2\n", "utf-8")
    return tmp_path


def test_altered_pairs_are_counted_by_half(data: Path) -> None:
    counts = {count.name: (count.merged, count.pairs) for count in count_altered(data, "rgb-en_fact")}
    assert sum(pairs for _, pairs in counts.values()) == 2
    assert sum(merged for merged, _ in counts.values()) == 1
    assert counts.keys() == {"rgb-en_fact dev", "rgb-en_fact test"}


def test_known_pairs_and_false_ones_are_counted(data: Path) -> None:
    count = count_known(data)
    assert (count.merged, count.pairs, count.false) == (0, 1, 1)


def test_the_command_prints_a_table(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(data)]) == 0
    assert "neardup-news" in capsys.readouterr().out


def test_a_missing_set_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 1
    assert "rgb-zh_fact" in capsys.readouterr().err
