"""The library page's events: who may add files, what is told meanwhile, what is shown after."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import pytest

from index.errors import UnreadableFile
from index.intake import IndexReport
from index.progress import Progress
from tests.made_saltmarsh import FakeAssistant
from ui.access.users import LOCAL, User
from ui.chat import stacks as events
from ui.chat.pieces import UNCHANGED
from ui.chat.stacks import Stacks
from ui.chat.upload import uploads_folder

REQUEST = gr.Request(headers={"accept-language": "en"}, state=SimpleNamespace(user=LOCAL))
CHINESE = gr.Request(headers={"accept-language": "zh-CN"}, state=SimpleNamespace(user=LOCAL))


class Adding:
    """Takes in what it is given and reports one article each; fails for a file called bad."""

    def __init__(self) -> None:
        self.paths: list[Path] = []

    def __call__(self, paths: Sequence[Path], progress: Progress) -> IndexReport:
        self.paths += paths
        progress("embedding", 1, 2)
        if any(path.stem == "bad" for path in paths):
            raise UnreadableFile(f"no article in {ASSISTANT_UPLOADS}/bad.txt")
        return IndexReport(added=[path.stem for path in paths])


ASSISTANT = FakeAssistant()
ASSISTANT_UPLOADS = uploads_folder(ASSISTANT.library.folder)


def test_without_anyone_to_add_there_is_no_button() -> None:
    head, _, button = Stacks(ASSISTANT).dress(REQUEST)
    assert "data-drop" not in head
    assert button["visible"] is False


def test_an_editor_sees_how_to_add() -> None:
    head, find, button = Stacks(ASSISTANT, Adding()).dress(CHINESE)
    assert 'data-drop="松开即可加入文库"' in head
    assert find["placeholder"] == "查找标题或来源"
    assert (button["visible"], button["label"]) == (True, "添加文章")


def test_files_are_added_and_reported() -> None:
    add = Adding()
    told = list(Stacks(ASSISTANT, add).take_in(["/tmp/a.txt", "/tmp/b.txt"], "", REQUEST))
    assert add.paths == [Path("/tmp/a.txt"), Path("/tmp/b.txt")]
    assert "Preparing for search, 1 of 2" in told[0][0]
    assert "2 added" in told[-2][0]
    assert "qd-listed" in told[-1][1]
    assert "6 articles" in told[-1][2]
    assert told[-1][3] is None  # the button takes new files


def test_what_went_wrong_is_told_without_our_folders() -> None:
    *_, (told, page, _, button) = Stacks(ASSISTANT, Adding()).take_in(["/tmp/bad.txt"], "", REQUEST)
    assert told == '<p class="qd-notice" role="alert">no article in bad.txt</p>'
    assert page is UNCHANGED
    assert button is None


def test_a_reader_cannot_add(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "current_user", lambda _request: User("ann", "reader"))
    add = Adding()
    ((told, *_),) = Stacks(ASSISTANT, add).take_in(["/tmp/a.txt"], "", REQUEST)
    assert "Only an editor may add articles" in told
    assert add.paths == []
    assert Stacks(ASSISTANT, add).dress(REQUEST)[2]["visible"] is False


def test_no_files_nothing_to_do() -> None:
    assert list(Stacks(ASSISTANT, Adding()).take_in(None, "", REQUEST)) == []
