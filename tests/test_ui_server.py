"""The server over a real socket: it listens where it is told to, serves the page, and stops."""

import socket

import httpx
import pytest

from index.errors import QuotedeskError
from tests.test_ui_chat import FakeAssistant
from ui import server


def test_a_taken_port_is_told_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(QuotedeskError, match=rf"cannot serve on 127\.0\.0\.1:{port} .*choose another --port"):
            server.serve(FakeAssistant(), port)


def test_the_page_is_served_until_it_is_closed() -> None:
    running = server.start(server.page_app(FakeAssistant()))
    address = f"http://127.0.0.1:{running.port}/"
    assert '<meta name="color-scheme" content="light dark">' in httpx.get(address).text
    running.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)
