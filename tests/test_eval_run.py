"""A run over a tiny library: what is asked, what is recorded, what is hashed, and that it comes out the same again."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.facts import facts, library_hash
from eval.records import BadRun, Run, load_run
from eval.run import evaluate, set_hash
from eval.sets import BadSet, Case, with_unanswerable
from index.library import Library
from qa.assistant import Assistant, Steps
from qa.evidence import Evidence
from qa.period import Period
from qa.read import read
from qa.types import Question
from tests.fake_embedder import FakeEmbedder
from tests.fake_reader import FakeReader

MakeLibrary = Callable[[dict[str, str]], Path]

FILES = {
    "chips.txt": "The chip factory by the river\n\nThe chip factory by the river cost 48 million dollars.",
    "cranes.txt": "The harbour board moved the four old cranes.",
}
COST = Case(
    id="cost",
    question="How many million dollars did the chip factory by the river cost?",
    answers=("$48 million",),
    articles=("chips",),
)
FOOTBALL = Case(id="football", question="Who won the football cup?")


def quiet(_stage: str, _done: int, _total: int | None) -> None:
    """No progress."""


@pytest.fixture
def assistant(make_library: MakeLibrary, embedder: FakeEmbedder, reader: FakeReader) -> Assistant:
    """One that answers whatever it finds, however unsure."""
    return Assistant(Library.open(make_library(FILES)), embedder, reader, Steps(enough=bool))


def declining(assistant: Assistant) -> Assistant:
    """The same, but it never answers."""
    never = Steps(enough=lambda _findings: False)
    return Assistant(assistant.library, assistant.embedder, assistant.reader, never)


def test_every_case_is_searched_for_asked_and_recorded(assistant: Assistant) -> None:
    seen: list[tuple[str, int, int | None]] = []
    run = evaluate(assistant, [COST, FOOTBALL], "town.jsonl", lambda *step: seen.append(step))
    cost, football = run.records
    assert seen == [("asking", 1, 2), ("asking", 2, 2)]
    assert (cost.id, cost.right, cost.answered, cost.lost) == ("cost", True, True, "")
    assert (cost.scores["success@1"], cost.scores["passage recall@5"]) == (1.0, 1.0)
    assert cost.short_answer == "48 million dollars"
    assert cost.timings_ms.keys() == {"retrieve", "read", "conclude", "total"}
    assert (football.id, football.answerable, football.right_if_answered) == ("football", False, False)
    assert (football.answered, football.right, football.lost) == (True, False, "answered, though unanswerable")
    assert run.set_name == "town.jsonl"


def test_what_was_declined_is_judged_with_declining_forbidden_too(assistant: Assistant) -> None:
    (record,) = evaluate(declining(assistant), [COST], "town.jsonl", quiet).records
    assert (record.answered, record.right, record.right_if_answered) == (False, False, True)
    assert (record.short_answer, record.quotes) == ("", ())
    assert record.lost == "read, declined"


def test_what_was_declined_is_read_only_once(assistant: Assistant, reader: FakeReader) -> None:
    evaluate(declining(assistant), [COST], "town.jsonl", quiet)
    assert sorted(reader.passages) == sorted([FILES["chips.txt"], FILES["cranes.txt"]])


def test_history_and_filter_reach_the_search_and_the_answer(assistant: Assistant) -> None:
    asked = [{"role": "user", "content": "What did the chip factory cost?"}]
    follow_up = Case.model_validate({"id": "f", "question": "And in dollars?", "history": asked, "articles": ["chips"]})
    hidden = Case.model_validate(
        {"id": "h", "question": COST.question, "articles": ["chips"], "where": {"exclude_articles": ["chips"]}}
    )
    first, second = evaluate(assistant, [follow_up, hidden], "town.jsonl", quiet).records
    assert "factory" in first.searched_for
    assert first.scores["success@1"] == 1.0
    assert second.scores["success@10"] == 0.0
    assert [quote.article for quote in second.quotes if quote.article == "chips"] == []


def test_a_case_is_asked_on_its_day(assistant: Assistant) -> None:
    asked: list[Question] = []

    def noting(question: Question, *rest: Any) -> list[Evidence]:
        asked.append(question)
        return read(question, *rest)

    noted = assistant.over(steps=replace(assistant.steps, read=noting))
    case = Case(id="week", question="What moved this week?", date=date(2024, 6, 11))
    evaluate(noted, [case, case.model_copy(update={"id": "never", "date": None})], "town.jsonl", quiet)
    assert asked[0].period == Period("this week", date(2024, 6, 3), date(2024, 6, 11), recent=True)
    assert asked[1].period is None


def test_a_twin_without_the_answering_articles_never_cites_them(assistant: Assistant) -> None:
    _, twin = evaluate(assistant, with_unanswerable([COST]), "town.jsonl", quiet).records
    assert (twin.id, twin.answerable, twin.kind) == ("cost#without", False, "excluded")
    assert [quote.article for quote in twin.quotes] == ["cranes"]


def test_a_library_that_holds_nothing_of_the_set_is_refused(assistant: Assistant) -> None:
    elsewhere = COST.model_copy(update={"articles": ("moon",)})
    with pytest.raises(
        BadSet, match=r"library holds none of the 1 articles that town\.jsonl names, such as 'moon'; in"
    ):
        evaluate(assistant, [elsewhere], "town.jsonl", quiet)
    assert len(evaluate(assistant, [elsewhere, COST], "town.jsonl", quiet).records) == 2
    assert len(evaluate(assistant, [FOOTBALL], "town.jsonl", quiet).records) == 1


def test_the_same_run_again_gives_the_same_records(assistant: Assistant) -> None:
    first, second = (evaluate(assistant, with_unanswerable([COST, FOOTBALL]), "t", quiet) for _ in range(2))
    untimed = [[record.model_dump(exclude={"timings_ms"}) for record in run.records] for run in (first, second)]
    assert untimed[0] == untimed[1]
    assert (first.set_hash, first.library_hash) == (second.set_hash, second.library_hash)


def test_hashes_follow_what_they_stand_for(
    assistant: Assistant, make_library: MakeLibrary, embedder: FakeEmbedder, reader: FakeReader
) -> None:
    assert set_hash([COST]) != set_hash([COST.model_copy(update={"answers": ("$49 million",)})])
    assert set_hash([COST, FOOTBALL]) != set_hash([FOOTBALL, COST])
    before = library_hash(assistant.library)
    assert library_hash(Library.open(make_library(FILES))) == before
    changed = Library.open(make_library({"chips.txt": "The chip factory cost 49 million dollars."}))
    assert library_hash(changed) != before
    assert facts(Assistant(changed, embedder, reader))["library"] == "2 articles, 2 passages"


def test_the_facts(assistant: Assistant) -> None:
    found = facts(assistant)
    assert list(found) == ["command", "code", "embedder", "reader", "library", "splitter", "machine", "python"]
    assert (found["embedder"], found["library"]) == ("fake", "2 articles, 2 passages")
    assert found["splitter"] == "200 tokens a passage, 40 shared with the next"


def test_a_run_is_read_back_from_its_folder_or_file(assistant: Assistant, tmp_path: Path) -> None:
    run = evaluate(assistant, [COST, FOOTBALL], "town.jsonl", quiet)
    file = run.save(tmp_path / "a" / "report")
    assert file == tmp_path / "a" / "report" / "run.json"
    assert load_run(file) == load_run(file.parent) == run


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, r"cannot read .*run\.json: .*No such file.*; give a folder made by `quotedesk eval --report`"),
        ("{", r"run\.json: Invalid JSON.*; make the run again"),
        ('{"set_name": 1}', r"run\.json: set_name: Input should be a valid string; make the run again"),
    ],
)
def test_a_broken_run_is_named(tmp_path: Path, text: str | None, told: str) -> None:
    if text is not None:
        (tmp_path / "run.json").write_text(text, "utf-8")
    with pytest.raises(BadRun, match=told):
        load_run(tmp_path / "run.json")


def test_an_unknown_field_of_a_run_is_refused(assistant: Assistant, tmp_path: Path) -> None:
    run: Run = evaluate(assistant, [FOOTBALL], "town.jsonl", quiet)
    (tmp_path / "run.json").write_text(json.dumps({**run.model_dump(mode="json"), "colour": "red"}), "utf-8")
    with pytest.raises(BadRun, match=r"run\.json: colour: Extra inputs are not permitted; make the run again"):
        load_run(tmp_path)


def test_forbidding_to_decline_still_gives_no_answer_without_evidence(assistant: Assistant) -> None:
    def nothing(*_arguments: object) -> list[Evidence]:
        return []

    blind = Assistant(assistant.library, assistant.embedder, assistant.reader, Steps(read=nothing))
    (record,) = evaluate(blind, [COST], "t", quiet).records
    assert (record.answered, record.right_if_answered, record.confidence) == (False, False, 0.0)
