"""What is kept: renamed, deleted, exported and judged, by its own reader only."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from tests.made_saltmarsh import ANSWERS, ATTACK, HOSTILE, PRISMS, VISITORS
from ui.access.users import LOCAL
from ui.chat.archive import Archive
from ui.chat.conversations import Conversations
from ui.chat.exchange import Exchange
from ui.chat.pieces import UNCHANGED


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(Conversations(tmp_path / "conversations.sqlite"), tmp_path / "drafts.jsonl")


@pytest.fixture
def place(archive: Archive) -> str:
    id_ = archive.conversations.append("local", "", Exchange(ANSWERS[PRISMS]))
    return archive.conversations.append("local", id_, Exchange(ANSWERS[VISITORS]))


REQUEST = gr.Request(headers={"accept-language": "en"}, state=SimpleNamespace(user=LOCAL))


def click(**data: Any) -> gr.EventData:
    return gr.EventData(None, data)


def drafts(archive: Archive) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.drafts.read_bytes().splitlines()]


def test_a_conversation_gets_another_title(archive: Archive, place: str) -> None:
    listed, notice = archive.rename(place, click(id=place, title="The <light>"), REQUEST)
    assert 'aria-current="page" dir="auto">The &lt;light&gt;</a>' in listed
    assert notice == ""


def test_what_is_gone_cannot_be_renamed_or_exported(archive: Archive) -> None:
    for listed, notice in (
        archive.rename("", click(id="nobody", title="x"), REQUEST),
        archive.export(click(id="nobody", site=""), REQUEST),
    ):
        assert listed is UNCHANGED
        assert "it was deleted, or is someone else’s" in notice


def test_deleting_leaves_the_open_conversation_open(archive: Archive, place: str) -> None:
    other = archive.conversations.append("local", "", Exchange(ANSWERS[VISITORS]))
    assert archive.delete(place, click(id=other), REQUEST) == place
    assert archive.delete(place, click(id=other), REQUEST) == place  # from another tab, once more
    assert archive.delete(place, click(id=place), REQUEST) == ""
    assert archive.conversations.summaries("local") == []


def test_an_export_is_a_file_that_runs_nothing(archive: Archive) -> None:
    id_ = archive.conversations.append("local", "", Exchange(ANSWERS[ATTACK]))
    handed, _ = archive.export(click(id=id_, site="https://desk.example/?c=1"), REQUEST)
    assert "<script" not in handed
    assert 'data-name="What-script' in handed
    assert "(&lt;https://desk.example/articles/hostile@v1#" in handed
    assert HOSTILE not in handed


@pytest.mark.parametrize("site", ["javascript:alert(1)", "//[", "file:///etc", ""])
def test_a_site_that_is_none_is_left_out(archive: Archive, place: str, site: str) -> None:
    assert "(&lt;/articles/deng@v1#" in archive.export(click(id=place, site=site), REQUEST)[0]


def test_a_thumb_down_becomes_a_draft_case(archive: Archive, place: str) -> None:
    assert archive.judge(place, click(turn=1, vote="down", note=""), REQUEST) == ""
    (draft,) = drafts(archive)
    assert draft["question"] == VISITORS
    assert [turn["content"] for turn in draft["history"]] == [PRISMS, ANSWERS[PRISMS].text]
    assert draft["draft"] is True
    archive.judge(place, click(turn=1, vote="down", note="410,000"), REQUEST)
    (draft,) = drafts(archive)
    assert draft["note"] == "410,000"
    assert [one.vote for one in archive.conversations.exchanges("local", place)] == ["", "down"]


def test_a_thumb_up_leaves_no_draft(archive: Archive, place: str) -> None:
    archive.judge(place, click(turn=0, vote="up", note=""), REQUEST)
    assert not archive.drafts.exists()
    assert archive.conversations.exchanges("local", place)[0].vote == "up"


@pytest.mark.parametrize(("turn", "vote"), [(9, "down"), (0, "sideways"), ("x", "up")])
def test_a_thumb_on_nothing_is_told(archive: Archive, place: str, turn: object, vote: str) -> None:
    assert "no longer held here" in archive.judge(place, click(turn=turn, vote=vote, note=""), REQUEST)


def test_a_draft_that_cannot_be_kept_is_told(archive: Archive, place: str) -> None:
    archive.drafts.mkdir()
    assert "cannot keep a draft in" in archive.judge(place, click(turn=0, vote="down", note=""), REQUEST)
