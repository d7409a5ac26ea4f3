"""The whole server over a real socket: page, interface and tools side by side, and how it starts and stops."""

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from index.errors import ModelError, QuotedeskError
from index.library import Library
from qa.assistant import Assistant
from qa.types import Answer
from tests.fake_embedder import FakeEmbedder
from tests.fake_reader import FakeReader
from tests.made_saltmarsh import FakeAssistant
from tests.test_ui_http import BRIDGE, COST, without_times
from ui import server
from ui.as_json import answer_json, found_json
from ui.asking import Questions
from ui.live import LiveAssistant
from ui.places import Places
from ui.stages import Reading, Stage


@pytest.fixture
def assistant(make_library: Callable[[dict[str, str]], Path]) -> Assistant:
    return Assistant(Library.open(make_library({"harbour-bridge.txt": BRIDGE})), FakeEmbedder(), FakeReader())


@pytest.fixture
def address(assistant: Assistant) -> Iterator[str]:
    running = server.start(server.whole_app(LiveAssistant(assistant), examples=[COST]))
    yield f"http://127.0.0.1:{running.port}"
    running.close()


def test_a_taken_port_is_told_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(QuotedeskError, match=rf"cannot serve on 127\.0\.0\.1:{port} .*choose another --port"):
            server.serve(server.page_app(FakeAssistant()), "127.0.0.1", port)


def test_the_page_is_served_until_it_is_closed() -> None:
    running = server.start(server.page_app(FakeAssistant()))
    address = f"http://127.0.0.1:{running.port}/"
    assert "qd-masthead" in httpx.get(address).text
    running.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


def test_page_and_interface_share_one_address(address: str, assistant: Assistant) -> None:
    with httpx.Client(base_url=address, timeout=60, follow_redirects=True) as client:
        page = client.get("/")
        assert "qd-masthead" in page.text
        version = assistant.library.article("harbour-bridge").version
        opened = client.get(f"/articles/harbour-bridge@{version}")
        assert str(opened.url) == f"{address}/?article=harbour-bridge@{version}"
        assert opened.headers["content-type"] == page.headers["content-type"]
        answer = client.post("/api/ask", json={"question": COST}).json()
        assert without_times(answer) == without_times(answer_json(assistant.ask(COST)))
        assert client.get("/favicon.ico").headers["content-type"] == "image/svg+xml"
        for method, path, status in (("GET", "/api/nothing", 404), ("DELETE", "/api/ask", 405)):
            response = client.request(method, path)
            assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")


def test_gradio_client_finds_ask_and_search_by_name(address: str, assistant: Assistant) -> None:
    client = Client(address, verbose=False)
    assert set(client.view_api(return_format="dict")["named_endpoints"]) == {"/ask", "/search"}
    answer = json.loads(client.predict(COST, api_name="/ask"))
    assert without_times(answer) == without_times(answer_json(assistant.ask(COST)))
    found = json.loads(client.predict(question=COST, k=1, where={"language": "en"}, api_name="/search"))
    assert found == [found_json(one) for one in assistant.search(COST, k=1)]
    with pytest.raises(AppError, match="the question '\\?!' has no words; ask with at least one word"):
        client.predict("?!", api_name="/ask")
    client.close()


def test_pages_are_served_while_the_models_are_loading(assistant: Assistant) -> None:
    coming: Future[Assistant] = Future()
    running = server.start(server.whole_app(LiveAssistant(coming, assistant.library)))
    with httpx.Client(base_url=f"http://127.0.0.1:{running.port}", timeout=60) as client, ThreadPoolExecutor() as pool:
        assert "qd-masthead" in client.get("/").text
        assert client.get("/api/articles").json()["total"] == 1
        waiting = client.get("/healthz")
        assert (waiting.status_code, waiting.headers["retry-after"]) == (503, "2")
        assert waiting.json()["type"] == "urn:quotedesk:model-unavailable"
        asked = pool.submit(client.post, "/api/ask", json={"question": COST})
        assert not asked.done()
        coming.set_result(assistant)
        assert asked.result().json()["short_answer"] == "48 million dollars"
        assert client.get("/healthz").status_code == 200
    running.close()


def test_a_server_whose_models_cannot_be_loaded_stops_and_says_why() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def load() -> None:
        raise ModelError("no such model; name another")

    with pytest.raises(ModelError, match="no such model; name another"):
        server.serve(server.page_app(FakeAssistant()), "127.0.0.1", port, load=load)


def test_questions_of_the_page_are_counted_too(assistant: Assistant) -> None:
    questions = Questions(LiveAssistant(assistant), Places())

    async def asked() -> list[Stage | Answer]:
        return [stage async for stage in questions.stages(COST)]

    reading, answer = asyncio.run(asked())
    assert isinstance(reading, Reading)
    assert isinstance(answer, Answer)
    assert reading.found == answer.consulted
    assert b'quotedesk_questions_total{status="answered"} 1.0' in questions.live.metrics.text(1)
