"""The gate: what passes it and what does not, by hand; then the shipped set itself, with the real model."""

import json
from pathlib import Path

import pytest

from eval.figures import MEANING
from eval.floors import Floors, broken_floors, load_floors
from eval.records import BadRun, Record, Run
from eval.run import evaluate, set_hash
from eval.sets import SAMPLE_ARTICLES, SAMPLE_QUESTIONS, load_set
from index.embedder import SentenceTransformerEmbedder
from index.update import index_paths
from qa.assistant import Assistant


def record(id_: str, scores: dict[str, float]) -> Record:
    facts = {
        "id": id_,
        "question": "?",
        "searched_for": "?",
        "language": "en",
        "languages": "en",
        "kind": "",
        "date": None,
    }
    judged = {
        "group": id_,
        "answerable": True,
        "conflicting": False,
        "wanted": (),
        "answered": True,
        "short_answer": "",
    }
    said = {"text": "", "confidence": 0.5, "quotes": (), "conflict_raised": False, "right": True, "lost": ""}
    return Record.model_validate(
        facts | judged | said | {"right_if_answered": True, "scores": scores, "timings_ms": {"total": 10.0}}
    )


RUN = Run(
    set_name="town.jsonl",
    set_hash="abc",
    library_hash="def",
    made_at="2026-11-22T10:00:00+00:00",
    seconds=1.0,
    facts={},
    records=(
        record("1", {"verbatim": 1.0, "F1": 0.5, "conflict false alarm": 0.0}),
        record("2", {"verbatim": 1.0, "F1": 0.25, "conflict false alarm": 1.0}),
    ),
)


@pytest.mark.parametrize(
    ("limits", "broken"),
    [
        ({"verbatim": 1.0, "F1": 0.375, "conflict false alarm": 0.5}, []),
        ({"F1": 0.376}, ["F1 is 0.375, at least 0.376 is wanted"]),
        ({"conflict false alarm": 0.4}, ["conflict false alarm is 0.500, at most 0.400 is wanted"]),
        ({"MRR@10": 0.0, "verbatim": 1.0}, ["MRR@10 is missing, at least 0.000 is wanted"]),
    ],
)
def test_a_floor_holds_or_is_named(limits: dict[str, float], broken: list[str]) -> None:
    assert broken_floors(RUN, Floors("abc", limits)) == broken


def test_floors_are_of_one_set_only() -> None:
    with pytest.raises(BadRun, match=r"pinned to the set xyz, the run is of town\.jsonl \(abc\); set new floors"):
        broken_floors(RUN, Floors("xyz", {}))


@pytest.mark.parametrize("text", [None, "{", "[]", '{"set_hash": "a"}', '{"set_hash": "a", "limits": {"F1": "high"}}'])
def test_a_broken_file_is_named(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "floors.json").write_text(text, "utf-8")
    with pytest.raises(BadRun, match=r"cannot read the floors in .*floors\.json: .*; restore the file"):
        load_floors(tmp_path / "floors.json")


def test_the_floors_kept_are_those_of_the_shipped_set() -> None:
    floors = load_floors()
    assert floors.set_hash == set_hash(load_set(SAMPLE_QUESTIONS))
    assert floors.limits.keys() <= MEANING.keys()
    assert floors.limits["verbatim"] == 1.0
    assert json.dumps(list(floors.limits)) == json.dumps([name for name in MEANING if name in floors.limits])


@pytest.mark.model
def test_the_shipped_set_stays_above_its_floors(tmp_path: Path) -> None:
    embedder = SentenceTransformerEmbedder()
    index_paths(tmp_path / "library", [SAMPLE_ARTICLES], embedder)
    assistant = Assistant.open(tmp_path / "library")
    run = evaluate(assistant, load_set(SAMPLE_QUESTIONS), "sample", lambda _stage, _done, _total: None)
    assert broken_floors(run, load_floors()) == []
