"""Drafts: what a thumbs-down leaves, that nothing is lost or torn, and that no draft is run as a case."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from eval import drafts
from eval.drafts import add_draft
from eval.sets import BadSet, load_set
from index.types import Article, Filter, Span
from qa.types import Answer, Citation, Quote, Turn

TEXT = "The factory cost 48 million dollars. It opened on Monday."
ARTICLE = Article("chips", "0123456789ab", "Chips", TEXT, "en", None, None, "chips.txt")
CITED = Citation(1, Quote(ARTICLE, Span(0, 36)))
ANSWER = Answer("How much?", "en", "factory cost", "answered", "48", "It cost 48. [1]", 0.123456, (CITED,))
HISTORY = (Turn("user", "Which factory?"), Turn("assistant", "The one for chips."))


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def test_what_a_draft_keeps(tmp_path: Path) -> None:
    file = tmp_path / "new" / "drafts.jsonl"
    where = Filter(since=date(2024, 1, 1), exclude_articles=frozenset({"b", "a"}))
    kept = add_draft(file, "How much?", ANSWER, "too little", history=HISTORY, where=where)
    (row,) = rows(file)
    assert row == {
        "id": kept,
        "question": "How much?",
        "language": "en",
        "answers": [],
        "articles": [],
        "kind": "draft",
        "draft": True,
        "history": [
            {"role": "user", "content": "Which factory?"},
            {"role": "assistant", "content": "The one for chips."},
        ],
        "where": {"since": "2024-01-01", "exclude_articles": ["a", "b"]},
        "date": date.today().isoformat(),
        "note": "too little",
        "given": {
            "searched_for": "factory cost",
            "status": "answered",
            "short_answer": "48",
            "text": "It cost 48. [1]",
            "confidence": 0.1235,
            "quotes": [{"article": "chips", "version": "0123456789ab", "start": 0, "end": 36, "text": TEXT[:36]}],
        },
    }


def test_a_draft_is_refused_until_it_is_filled_in(tmp_path: Path) -> None:
    file = tmp_path / "drafts.jsonl"
    add_draft(file, "How much?", ANSWER, history=HISTORY, where=Filter(language="en"))
    with pytest.raises(
        BadSet, match=r"/drafts\.jsonl:1: draft: fill in answers and articles, then take this field away"
    ):
        load_set(file)
    (row,) = rows(file)
    del row["draft"]
    file.write_text(json.dumps(row | {"answers": ["48 million"], "articles": ["chips"]}), "utf-8")
    (case,) = load_set(file)
    assert (case.question, case.turns(), case.filter()) == ("How much?", list(HISTORY), Filter(language="en"))


def test_the_same_question_and_answer_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "drafts.jsonl"
    first = add_draft(file, "How much?", ANSWER)
    assert add_draft(file, "How much?", ANSWER) == first
    ids = {
        first,
        add_draft(file, "How much is it?", ANSWER),
        add_draft(file, "How much?", ANSWER, history=HISTORY),
        add_draft(file, "How much?", ANSWER, where=Filter(language="en")),
        add_draft(file, "How much?", Answer("How much?", "en", "", "abstained", "", "Nothing found.", 0.0)),
    }
    assert len(ids) == 5
    assert {row["id"] for row in rows(file)} == ids
    assert [row["where"].get("language") for row in rows(file)] == [None, None, None, "en", None]


def test_a_later_note_is_added_to_the_line(tmp_path: Path) -> None:
    file = tmp_path / "drafts.jsonl"
    for note in ("", "too little", "", "too little", "and too late"):
        add_draft(file, "How much?", ANSWER, note)
    assert [row["note"] for row in rows(file)] == ["too little; and too late"]


def test_what_was_in_the_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "drafts.jsonl"
    file.write_bytes(b'{"id": "mine", "question": "Why?"}\n{half mended\n[1]\n\xff\xfe')
    file.chmod(0o640)
    kept = add_draft(file, "How much?", ANSWER)
    lines = file.read_bytes().splitlines()
    assert lines[:4] == [b'{"id": "mine", "question": "Why?"}', b"{half mended", b"[1]", b"\xff\xfe"]
    assert json.loads(lines[4])["id"] == kept
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "real.jsonl")
    add_draft(tmp_path / "link.jsonl", "How much?", ANSWER)
    assert (tmp_path / "link.jsonl").is_symlink()
    assert len(rows(tmp_path / "real.jsonl")) == 1


def test_threads_tear_no_line(tmp_path: Path) -> None:
    file, together = tmp_path / "drafts.jsonl", threading.Barrier(8)

    def vote(number: int) -> str:
        together.wait()
        return add_draft(file, f"How much are {number}?", ANSWER)

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(vote, range(8)))
    assert sorted(row["id"] for row in rows(file)) == sorted(ids)
    assert len(set(ids)) == 8


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "drafts.jsonl"
    add_draft(file, "How much?", ANSWER)
    before = file.read_bytes()

    def half(beside: Path, content: bytes) -> int:
        with beside.open("wb") as stream:
            stream.write(content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(BadSet, match=r"cannot keep a draft in .*/drafts\.jsonl: .*No space left"):
        add_draft(file, "How many?", ANSWER)
    assert file.read_bytes() == before
    assert not (tmp_path / "drafts.jsonl.new").exists()


def test_a_lock_that_is_not_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "_SECONDS", 0)
    with (
        FileLock(tmp_path / "drafts.jsonl.lock"),
        pytest.raises(BadSet, match=r"/drafts\.jsonl is held by another process; try again"),
    ):
        add_draft(tmp_path / "drafts.jsonl", "How much?", ANSWER)


@given(st.text(st.characters()), st.text(st.characters()))
def test_whatever_is_typed_is_one_line(tmp_path_factory: pytest.TempPathFactory, question: str, note: str) -> None:
    file = tmp_path_factory.mktemp("drafts") / "drafts.jsonl"
    kept = add_draft(file, question, ANSWER, note)
    assert file.read_bytes().count(b"\n") == 1
    assert [row["id"] for row in rows(file)] == [kept]
