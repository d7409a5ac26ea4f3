"""How the page is put together, dressed and served."""

import asyncio
import re
from pathlib import Path

import gradio as gr
import pytest

from tests.made_saltmarsh import VISITORS, FakeAssistant, FakeLibrary
from ui.chat import layout
from ui.chat.conversations import ConversationsError


def test_no_event_is_open_to_scripts() -> None:
    page = layout.build_chat(FakeAssistant(), examples=[VISITORS])
    assert {event["api_visibility"] for event in page.config["dependencies"]} == {"private"}


def test_nothing_of_the_page_points_outside() -> None:
    dressed = layout.dress()
    scripts = "".join(layout.page_file(name).read_text("utf-8") for name in layout.SCRIPTS)
    assert dressed["theme"]._stylesheets == []
    addresses = re.findall(r"(?:https?:)?//[\w.]+", dressed["head"] + scripts)
    assert [address for address in addresses if "." in address] == []


def test_blocks_are_built_inside_a_running_loop_too() -> None:
    async def build() -> gr.Blocks:
        return layout.build_chat(FakeAssistant())

    assert asyncio.run(build()).title == "quotedesk"


def test_what_the_page_keeps_is_kept_beside_the_library(tmp_path: Path) -> None:
    layout.build_chat(FakeAssistant(FakeLibrary(tmp_path / "clippings")))
    assert (tmp_path / "clippings.desk" / "conversations.sqlite").is_file()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConversationsError, match=r"cannot keep conversations in .*file/desk.*make it writable"):
        layout.build_chat(FakeAssistant(), keep=tmp_path / "file" / "desk")
