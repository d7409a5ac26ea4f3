"""A part of the page is left as it is without a trace, however often, and changed by a value."""

import gradio as gr
import pytest
from gradio.state_holder import SessionState

from ui.chat.pieces import UNCHANGED, piece


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_leaving_a_piece_as_it_is_keeps_nothing() -> None:
    with gr.Blocks(analytics_enabled=False) as page:
        shown = piece("shown")
        page.load(lambda: "", None, shown)
    event, session = page.fns[0], SessionState(page)
    assert await page.postprocess_data(event, "<p>one</p>", session) == ["<p>one</p>"]
    components = dict(session.blocks_config.blocks)
    for _ in range(3):
        assert await page.postprocess_data(event, UNCHANGED, session) == [{"__type__": "update"}]
        assert await page.postprocess_data(event, "<p>two</p>", session) == ["<p>two</p>"]
    assert session.blocks_config.blocks == components
