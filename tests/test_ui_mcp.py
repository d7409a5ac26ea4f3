"""The MCP tools as a real client calls them: over the web, and over the standard streams of a process."""

import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent

from index.library import Library
from qa.assistant import Assistant
from tests.fake_embedder import FakeEmbedder
from tests.fake_reader import FakeReader
from tests.test_ui_http import BRIDGE, CHINESE, COST, without_times
from ui import server
from ui.as_json import answer_json, found_json, whole_json
from ui.live import LiveAssistant

ROOT = Path(__file__).parents[1]
SERVE = """
import sys
from index.library import Library
from qa.assistant import Assistant
from tests.fake_embedder import FakeEmbedder
from tests.fake_reader import FakeReader
from ui.api.mcp import serve_stdio
serve_stdio(Assistant(Library.open(sys.argv[1]), FakeEmbedder(), FakeReader()))
"""


@pytest.fixture
def library(make_library: Callable[[dict[str, str]], Path]) -> Path:
    return make_library({"harbour-bridge.txt": BRIDGE, "zh.txt": CHINESE})


@pytest.fixture
def assistant(library: Path) -> Assistant:
    return Assistant(Library.open(library), FakeEmbedder(), FakeReader())


@pytest.fixture(params=["web", "stdio"])
def place(request: pytest.FixtureRequest, library: Path, assistant: Assistant) -> Iterator[Any]:
    """What a client connects to."""
    if request.param == "stdio":
        yield StdioServerParameters(command=sys.executable, args=["-c", SERVE, str(library)], cwd=ROOT)
        return
    running = server.start(server.whole_app(LiveAssistant(assistant)))
    yield f"http://127.0.0.1:{running.port}/mcp"
    running.close()


def connected(place: Any, talk: Callable[[Client], Awaitable[None]]) -> None:
    """Have a client talk to the server at `place`."""

    async def run() -> None:
        async with Client(place) as client:
            await talk(client)

    anyio.run(run)


def said(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def test_every_tool_gives_the_json_of_the_command_line(place: Any, assistant: Assistant) -> None:
    async def talk(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == ["search", "ask", "read_article"]
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)

        answer = await client.call_tool("ask", {"question": COST})
        expected = answer_json(assistant.ask(COST))
        assert list(answer.structured_content) == list(expected)
        assert without_times(answer.structured_content) == without_times(expected)
        assert answer.structured_content["short_answer"] == "48 million dollars"

        where = {"language": "en"}
        found = await client.call_tool("search", {"question": COST, "k": 1, "where": where})
        assert found.structured_content == {"result": [found_json(one) for one in assistant.search(COST, k=1)]}

        article = await client.call_tool("read_article", {"article_id": "zh"})
        held = assistant.library.article("zh")
        assert article.structured_content == whole_json(held) | {
            "copy_of": None,
            "copies": [],
            "versions": [held.version],
        }

        refused = await client.call_tool("ask", {"question": "?!"})
        assert refused.is_error
        assert said(refused).endswith("the question '?!' has no words; ask with at least one word")
        unknown = await client.call_tool("read_article", {"article_id": "nobody"})
        assert unknown.is_error
        assert "no article 'nobody' in this library" in said(unknown)
        misspelt = await client.call_tool("ask", {"question": COST, "where": {"lang": "en"}})
        assert misspelt.is_error
        assert "where.lang" in said(misspelt)

    connected(place, talk)
