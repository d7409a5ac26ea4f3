"""Conversations: each reader's own, whole after a new start, safe between threads, gone when they are deleted."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.made_saltmarsh import ANSWERS, ARTICLES, BOOKING, KING, PRISMS, VISITORS
from ui.chat.conversations import Conversations, ConversationsError, NoConversation
from ui.chat.exchange import Exchange

FIRST = Exchange(ANSWERS[VISITORS], {"reprint": ARTICLES["reprint"]})
SECOND = Exchange(ANSWERS[PRISMS])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "conversations.sqlite"


@pytest.fixture
def kept(file: Path) -> Conversations:
    return Conversations(file)


def test_a_conversation_is_there_after_a_new_start(file: Path) -> None:
    first = Conversations(file)
    id_ = first.append("ann", "", FIRST)
    assert first.append("ann", id_, SECOND) == id_
    assert Conversations(file).exchanges("ann", id_) == [FIRST, SECOND]


def test_it_is_listed_under_its_first_question_the_latest_first(kept: Conversations) -> None:
    older, newer = kept.append("ann", "", FIRST), kept.append("ann", "", SECOND)
    assert [(one.id, one.title, one.questions) for one in kept.summaries("ann")] == [
        (newer, PRISMS, 1),
        (older, VISITORS, 1),
    ]
    kept.append("ann", older, SECOND)
    assert [(one.id, one.questions) for one in kept.summaries("ann")] == [(older, 2), (newer, 1)]
    assert (datetime.now(UTC) - kept.summaries("ann")[0].changed).total_seconds() < 60


def test_nobody_else_has_it(kept: Conversations) -> None:
    id_ = kept.append("ann", "", FIRST)
    assert kept.summaries("bob") == []
    for work in (
        lambda: kept.exchanges("bob", id_),
        lambda: kept.title("bob", id_),
        lambda: kept.rename("bob", id_, "mine"),
        lambda: kept.vote("bob", id_, 0, "up"),
        lambda: kept.delete("bob", id_),
    ):
        with pytest.raises(NoConversation, match=f"there is no conversation '{id_}'; open one from the list"):
            work()
    assert kept.article("bob", "light", "v1") is None
    assert kept.append("bob", id_, SECOND) != id_
    assert kept.exchanges("ann", id_) == [FIRST]


def test_ids_are_long_and_random(kept: Conversations) -> None:
    ids = {kept.append("ann", "", SECOND) for _ in range(20)}
    assert len(ids) == 20
    assert {len(id_) for id_ in ids} == {22}


def test_a_conversation_is_renamed(kept: Conversations) -> None:
    id_ = kept.append("ann", "", FIRST)
    kept.rename("ann", id_, "  The lighthouse,\n counted ")
    assert kept.title("ann", id_) == "The lighthouse, counted"
    kept.rename("ann", id_, " \u200b ")
    assert kept.title("ann", id_) == "The lighthouse, counted"
    kept.rename("ann", id_, "x" * 200)
    assert kept.title("ann", id_) == "x" * 89 + "…"


def test_deleting_leaves_nothing_but_what_others_show(kept: Conversations, file: Path) -> None:
    gone, stays = kept.append("ann", "", FIRST), kept.append("bob", "", SECOND)
    kept.delete("ann", gone)
    with pytest.raises(NoConversation):
        kept.exchanges("ann", gone)
    assert kept.exchanges("bob", stays) == [SECOND]
    with sqlite3.connect(file) as db:
        assert {row[0] for row in db.execute("SELECT id FROM articles")} == {"deng", "todai"}
        assert db.execute("SELECT count(*) FROM turns").fetchone() == (1,)
    db.close()


def test_what_is_deleted_stands_in_no_file_any_more(kept: Conversations, file: Path) -> None:
    id_ = kept.append("ann", "", FIRST)
    question = FIRST.answer.question.encode()
    assert any(question in one.read_bytes() for one in file.parent.iterdir())
    kept.delete("ann", id_)
    assert not any(question in one.read_bytes() for one in file.parent.iterdir())


def test_an_answer_is_judged_and_judged_otherwise(kept: Conversations) -> None:
    id_ = kept.append("ann", "", FIRST)
    kept.vote("ann", id_, 0, "down")
    assert kept.exchanges("ann", id_) == [replace(FIRST, vote="down")]
    kept.vote("ann", id_, 0, "")
    assert kept.exchanges("ann", id_) == [FIRST]
    with pytest.raises(ValueError, match=r"a vote is one of .*, got 'best'"):
        kept.vote("ann", id_, 0, "best")  # type: ignore[arg-type]


def test_a_version_that_was_shown_can_be_opened_by_who_saw_it(kept: Conversations) -> None:
    kept.append("ann", "", FIRST)
    assert kept.article("ann", "light", "v1") == ARTICLES["light"]
    assert kept.article("ann", "light", "v2") is None


def test_an_article_that_changed_is_kept_in_both_versions(kept: Conversations) -> None:
    id_ = kept.append("ann", "", Exchange(ANSWERS[KING]))
    answer = ANSWERS[KING]
    newer = replace(answer.consulted[0].article, version="v2", title="A new title")
    later = Exchange(replace(answer, consulted=(replace(answer.consulted[0], article=newer),)))
    kept.append("ann", id_, later)
    assert kept.exchanges("ann", id_) == [Exchange(answer), later]
    assert kept.article("ann", "light", "v2") == newer


def test_many_at_once_lose_nothing(kept: Conversations) -> None:
    id_ = kept.append("ann", "", SECOND)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: kept.append("ann", id_, Exchange(ANSWERS[BOOKING])), range(40)))
    assert kept.exchanges("ann", id_) == [SECOND, *[Exchange(ANSWERS[BOOKING])] * 40]


def test_a_damaged_file_is_told(file: Path) -> None:
    file.write_bytes(b"not a database at all" * 100)
    with pytest.raises(ConversationsError, match=r"cannot keep conversations in .*file is not a database; make the"):
        Conversations(file)


def test_a_newer_format_is_told(file: Path, kept: Conversations) -> None:
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA user_version = 9")
    db.close()
    with pytest.raises(ConversationsError, match="is of format 9, this quotedesk knows 1; update it"):
        Conversations(file)
