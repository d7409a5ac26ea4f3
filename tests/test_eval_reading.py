"""A reading scored by hand against the answers of its paragraph, in English, Chinese and Japanese."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from eval.data_files import SpanAnswer, SpanRow
from eval.reading import Score, main, score
from eval.span_sets import held_out
from qa.reader import Reading
from tests.fake_reader import FakeReader

ENGLISH = "The bridge was opened in May. It cost 48 million dollars. Nobody came."
CHINESE = "大桥五月通车。它花了四千八百万元。"


def row(context: str, answer: str, language: str, question: str = "?") -> SpanRow:
    return SpanRow(
        id="1",
        language=language,
        question=question,
        context=context,
        answers=(SpanAnswer(text=answer, start=context.index(answer)),),
    )


def reading(context: str, words: str) -> Reading:
    """The paragraph cut in three tokens, of which the middle one, these words, is by far the likeliest."""
    start = context.index(words)
    places = [(0, start), (start, start + len(words)), (start + len(words), len(context))]
    logits = np.array([0, 9, 0], np.float32)
    return Reading(0.0, np.add.outer(logits, logits), places)


@pytest.mark.parametrize(
    ("context", "answer", "language", "words", "scored"),
    [
        (ENGLISH, "48 million dollars", "en", "48 million dollars", Score(1.0, 1.0, 1.0)),
        (ENGLISH, "48 million dollars", "en", "48 million", Score(0.0, 2 * 1 * (2 / 3) / (1 + 2 / 3), 1.0)),
        (ENGLISH, "48 million dollars", "en", "in May", Score(0.0, 0.0, 0.0)),
        (ENGLISH, "48 million dollars", "en", "It", Score(0.0, 0.0, 1.0)),
        (ENGLISH, "48 million dollars", "en", "May. It", Score(0.0, 0.0, 1.0)),
        (CHINESE, "四千八百万元", "zh", "四千八百万元", Score(1.0, 1.0, 1.0)),
        (CHINESE, "四千八百万元", "zh", "五月", Score(0.0, 0.0, 0.0)),
    ],
)
def test_a_reading_is_scored(context: str, answer: str, language: str, words: str, scored: Score) -> None:
    found = score(row(context, answer, language), reading(context, words))
    assert (found.exact, found.sentence) == (scored.exact, scored.sentence)
    assert found.f1 == pytest.approx(scored.f1)


def test_without_a_token_nothing_is_right() -> None:
    nothing = Reading(0.0, np.zeros((0, 0), np.float32), [])
    assert score(row(ENGLISH, "May", "en"), nothing) == Score(0.0, 0.0, 0.0)


def test_the_command_prints_a_row_for_a_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        row(ENGLISH, "48 million dollars", "en", "How many dollars did it cost?"),
        row("The harbour has 4 cranes.", "4", "en", "How many cranes has the harbour?"),
        row("The harbour has 4 cranes.", "4", "en", ""),
        SpanRow(id="2", language="en", question="Who built the bridge?", context=ENGLISH, answers=()),
    ]
    (tmp_path / "xquad").mkdir()
    packed = gzip.compress("".join(one.model_dump_json() + "\n" for one in rows).encode())
    (tmp_path / "xquad" / "en.spans.jsonl.gz").write_bytes(packed)
    monkeypatch.setattr("eval.reading.builtin_model_folder", lambda: tmp_path)
    monkeypatch.setattr("eval.reading.torch_reader", lambda _body, _weights: FakeReader())
    monkeypatch.setattr("sys.argv", ["reading", str(tmp_path), "xquad-en", "--weights", str(tmp_path / "weights")])
    main()
    printed = capsys.readouterr().out.splitlines()
    (cells,) = ([cell.strip() for cell in line.split("│")[1:-1]] for line in printed if "xquad-en" in line)
    # Both answers are read as "48" and "4": one of two is exact; F1 is 2 * 1 * 1/3 / (1 + 1/3) and 1.
    # The bridge without an answer is as relevant as the one with it and less than the harbour: 3 of 4 half-pairs.
    assert [cell.partition(" (")[0] for cell in cells] == ["xquad-en", "2", "50.0", "75.0", "100.0", "1.000", "0.750"]


def test_of_squad_which_was_trained_on_only_what_was_held_out_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row(f"The harbour has {cranes} cranes.", str(cranes), "en") for cranes in range(40)]
    (tmp_path / "squad2").mkdir()
    packed = gzip.compress("".join(one.model_dump_json() + "\n" for one in rows).encode())
    (tmp_path / "squad2" / "en.spans.jsonl.gz").write_bytes(packed)
    monkeypatch.setattr("eval.reading.builtin_reader", FakeReader)
    monkeypatch.setattr("sys.argv", ["reading", str(tmp_path), "squad2"])
    main()
    (line,) = (line for line in capsys.readouterr().out.splitlines() if "squad2" in line)
    held = sum(held_out(one.context) for one in rows)
    assert 0 < held < 40
    assert [cell.strip() for cell in line.split("│")[1:-1]][1::5] == [str(held), "-"]


def test_a_missing_set_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.reading.builtin_reader", FakeReader)
    monkeypatch.setattr("sys.argv", ["reading", str(tmp_path), "jsquad"])
    with pytest.raises(SystemExit, match=r"^eval\.reading: cannot read .*ja-valid\.spans.*; put the set jsquad there$"):
        main()
