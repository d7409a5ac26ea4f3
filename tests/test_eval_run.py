"""A run over a tiny library: the averages by hand, the split, the progress, and the JSON of it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.run import Evaluation, Row, evaluate
from eval.sets import BadSet
from index.library import Library
from index.types import Article, Hit, Passage, Span
from qa.assistant import Assistant
from qa.types import Answer, Citation, Found, Quote
from tests.fake_embedder import FakeEmbedder

MakeLibrary = Callable[[dict[str, str]], Path]

COST = "The factory cost 48 million dollars."
OPENED = "The factory opened on Monday."


def case(id_: str, split: str = "dev", answers: tuple[str, ...] = (), articles: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"id": id_, "question": f"{id_}?", "answers": answers, "articles": articles, "split": split}


# The question's name is what the scripted assistant below does with it.
CASES = [
    case("right", "dev", ("$48 million",), ("cost",)),
    case("second", "dev", ("$48 million",), ("cost",)),
    case("declined", "test", ("$48 million",), ("cost",)),
    case("guessed", "test"),
    case("unanswerable", "test"),
]
ARTICLES = {
    name: Article(name, "0123456789ab", name, text, "en", None, None, f"{name}.txt")
    for name, text in (("cost", COST), ("opened", OPENED))
}
# Question to the articles found, the short answer, the articles quoted, and the milliseconds it took.
SCRIPT: dict[str, tuple[tuple[str, ...], str, tuple[str, ...], float]] = {
    "right?": (("cost", "opened"), "48 million dollars", ("cost",), 10.0),
    "second?": (("opened", "cost"), "on Monday", ("opened", "cost"), 20.0),
    "declined?": (("opened",), "", (), 30.0),
    "guessed?": (("opened",), "on Monday", ("opened",), 40.0),
    "unanswerable?": (("opened",), "", (), 50.0),
}


class Scripted(Assistant):
    """Answers by `SCRIPT`, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def search(self, question: str, *, k: int = 10, **_options: object) -> list[Found]:
        assert k == 10
        return [
            Found(Hit(Passage(0, name, "en", Span(0, 3), ARTICLES[name].text[:3]), 0.5, "words"), ARTICLES[name])
            for name in SCRIPT[question][0]
        ]

    def ask(self, question: str, **_options: object) -> Answer:
        self.asked.append(question)
        _, short, quoted, total = SCRIPT[question]
        citations = tuple(
            Citation(number, Quote(ARTICLES[name], Span(0, len(ARTICLES[name].text))))
            for number, name in enumerate(quoted, 1)
        )
        declined = Answer(question, "en", question, "abstained", "", "No.", 0.1, timings_ms={"total": total})
        return replace(declined, status="answered", short_answer=short, citations=citations) if quoted else declined


def write(folder: Path, *cases: object) -> Path:
    (folder / "set.jsonl").write_text("\n".join(map(json.dumps, cases)), "utf-8")
    return folder / "set.jsonl"


def run(folder: Path, split: str | None = None) -> Evaluation:
    return evaluate(Scripted(), write(folder, *CASES), split, lambda _stage, _done, _total: None)


def test_the_averages(tmp_path: Path) -> None:
    assert run(tmp_path).rows == (
        Row("recall@1", 1 / 3, 3),
        Row("recall@5", 2 / 3, 3),
        Row("recall@10", 2 / 3, 3),
        Row("MRR@10", (1 + 1 / 2 + 0) / 3, 3),
        Row("answered rightly", 2 / 3, 3),
        Row("in the short answer", 1 / 3, 3),
        Row("cited rightly, of those answered", 1.0, 2),
        Row("declined, of the answerable", 1 / 3, 3),
        Row("declined, of the unanswerable", 1 / 2, 2),
        Row("verbatim", 1.0, 3),
        Row("latency p50, ms", 30.0, 5),
        Row("latency p95, ms", 48.0, 5),
    )


def test_one_split(tmp_path: Path) -> None:
    result = run(tmp_path, "dev")
    assert [outcome.case.id for outcome in result.outcomes] == ["right", "second"]
    rows = {row.measure: row for row in result.rows}
    assert rows["recall@1"] == Row("recall@1", 1 / 2, 2)
    assert rows["answered rightly"] == Row("answered rightly", 1.0, 2)
    assert rows["declined, of the unanswerable"] == Row("declined, of the unanswerable", None, 0)
    assert rows["latency p50, ms"] == Row("latency p50, ms", 15.0, 2)


def test_only_unanswerable_cases(tmp_path: Path) -> None:
    file = write(tmp_path, case("unanswerable"))
    rows = evaluate(Scripted(), file, None, lambda _stage, _done, _total: None).rows
    assert [(row.measure, row.value) for row in rows if row.cases] == [
        ("declined, of the unanswerable", 1.0),
        ("latency p50, ms", 50.0),
        ("latency p95, ms", 50.0),
    ]
    assert {row.value for row in rows if not row.cases} == {None}


@pytest.mark.parametrize("split", ["test", "train", ""])
def test_a_split_without_a_case_is_refused(tmp_path: Path, split: str) -> None:
    file = write(tmp_path, case("right", "dev"))
    assistant = Scripted()
    with pytest.raises(
        BadSet, match=rf"set\.jsonl has no case of the split '{split}'; give dev, test, or leave it out"
    ):
        evaluate(assistant, file, split, lambda _stage, _done, _total: None)
    assert assistant.asked == []


def test_the_json(tmp_path: Path) -> None:
    given = json.loads(json.dumps(run(tmp_path, "test").as_json()))
    assert given["cases"] == [
        {"id": "declined", "right": 0.0, "status": "abstained"},
        {"id": "guessed", "right": None, "status": "answered"},
        {"id": "unanswerable", "right": None, "status": "abstained"},
    ]
    assert list(given) == ["measures", "cases"]
    assert given["measures"][0] == {"measure": "recall@1", "value": 0.0, "cases": 1}
    assert len(given["measures"]) == 12


def test_progress_counts_the_questions(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int | None]] = []
    assistant = Scripted()
    evaluate(assistant, write(tmp_path, *CASES), "dev", lambda *step: seen.append(step))
    assert seen == [("asking", 1, 2), ("asking", 2, 2)]
    assert assistant.asked == ["right?", "second?"]


def test_a_library_is_asked(tmp_path: Path, make_library: MakeLibrary, embedder: FakeEmbedder) -> None:
    library = make_library(
        {"chips.txt": "The chip factory opened on Monday.", "cranes.txt": "The board moved four cranes."}
    )
    file = write(
        tmp_path,
        {"id": "1", "question": "chip factory", "answers": ["on Monday"], "articles": ["chips"]},
        {"id": "2", "question": "board cranes", "answers": ["four"], "articles": ["chips"]},
    )
    assistant = Assistant(Library.open(library), embedder)
    result = evaluate(assistant, file, None, lambda _stage, _done, _total: None)
    assert [[found.article.id for found in outcome.found] for outcome in result.outcomes] == [
        ["chips", "cranes"],
        ["cranes", "chips"],
    ]
    assert result.rows[0] == Row("recall@1", 0.5, 2)
    assert result.rows[3] == Row("MRR@10", 0.75, 2)
