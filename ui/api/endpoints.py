"""`ask` and `search` under their names for `gradio_client`, in the same queue and with the same JSON as everywhere.
The JSON is text there: of an object with a "path" the client would make a file and try to fetch it.
"""

import json
from typing import Any

import gradio as gr
from gradio.events import api
from pydantic import TypeAdapter

from ui.api.bodies import AskBody, SearchBody, WhereBody
from ui.api.problem import told_as
from ui.asking import Questions

_WHERE = TypeAdapter(WhereBody | None)


def name_endpoints(page: gr.Blocks, questions: Questions) -> None:
    """Add the endpoints `/ask` and `/search` to the page; they have no controls there."""

    async def ask(question: str, where: dict[str, Any] | None = None) -> str:
        """Answer a question with quotes, or say that the articles don't: JSON as text."""
        with told_as(_refusal):
            answer = await questions.ask(AskBody(question=question, where=_WHERE.validate_python(where)))
        return json.dumps(answer, ensure_ascii=False)

    async def search(question: str, k: int = 10, where: dict[str, Any] | None = None) -> str:
        """Find the passages likeliest to hold the answer, best first: JSON as text."""
        with told_as(_refusal):
            found = await questions.search(SearchBody(question=question, k=k, where=_WHERE.validate_python(where)))
        return json.dumps(found, ensure_ascii=False)

    # The page's own events are called after our methods, and are closed to clients anyway: the names are for these two.
    for event in page.fns.values():
        event.api_name = f"page_{event.api_name}"
    with page:
        # How many run at once is decided by the places that all programs share.
        api(ask, api_name="ask", concurrency_limit=None)
        api(search, api_name="search", concurrency_limit=None)


def _refusal(told: str) -> gr.Error:
    return gr.Error(told, print_exception=False)
