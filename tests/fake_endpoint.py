"""An endpoint of the tests' own: a real HTTP server that speaks streaming chat completions, by a script."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

# What is done with one request; it says and sends through the `Talk`.
Script = Callable[["Talk"], None]


class FakeEndpoint:
    """A running server. `script` is played for each request; `requests` and `headers` are what it was sent."""

    def __init__(self) -> None:
        self.script: Script = saying("")
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.stopped = Event()
        self.url = ""


class Talk:
    """One request being answered."""

    def __init__(self, handler: BaseHTTPRequestHandler, endpoint: FakeEndpoint) -> None:
        self._handler = handler
        self._streaming = False
        self.endpoint = endpoint

    def say(self, text: str) -> None:
        """Send text as a model does, a few characters an event."""
        for start in range(0, len(text), 7):
            self.event(
                {"choices": [{"index": 0, "delta": {"content": text[start : start + 7]}, "finish_reason": None}]}
            )

    def done(self, reason: str = "stop") -> None:
        """Say why the reply ends, and end it."""
        self.event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
        self.data(b"data: [DONE]\n\n")
        self.end()

    def end(self) -> None:
        """End the stream, whatever was said."""
        self._chunk(b"")

    def event(self, value: object) -> None:
        """Send one event of the stream."""
        self.data(f"data: {json.dumps(value)}\n\n".encode())

    def data(self, data: bytes) -> None:
        """Send bytes as a part of the stream."""
        if not self._streaming:
            self._streaming = True
            self._handler.send_response(200)
            self._handler.send_header("Content-Type", "text/event-stream")
            self._handler.send_header("Transfer-Encoding", "chunked")
            self._handler.end_headers()
        self._chunk(data)

    def status(self, code: int, message: str, **headers: str) -> None:
        """Answer with an HTTP status, and an error as OpenAI words it."""
        body = json.dumps(
            {"error": {"message": message, "type": "error", "param": headers.pop("param", None)}}
        ).encode()
        self._handler.send_response(code)
        for name, value in (headers | {"Content-Type": "application/json", "Content-Length": str(len(body))}).items():
            self._handler.send_header(name, value)
        self._handler.end_headers()
        self._handler.wfile.write(body)

    def die(self) -> None:
        """Break the connection off."""
        self._handler.close_connection = True

    def hang(self) -> None:
        """Do nothing until the test is over."""
        self.endpoint.stopped.wait(60)
        self.die()

    def _chunk(self, data: bytes) -> None:
        self._handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self._handler.wfile.flush()


def claim(sentence: str, *quotes: tuple[int, str]) -> str:
    """A line in the form that is asked for."""
    claimed = [{"passage": passage, "quote": quote} for passage, quote in quotes]
    return json.dumps({"sentence": sentence, "quotes": claimed}, ensure_ascii=False) + "\n"


def saying(*lines: str, reason: str = "stop") -> Script:
    """A script that says the lines and ends."""

    def script(talk: Talk) -> None:
        for line in lines:
            talk.say(line)
        talk.done(reason)

    return script


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that closes a connection it keeps open between requests: it has heard enough."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def running() -> Iterator[FakeEndpoint]:
    """A server on a free port of this machine, stopped at the end."""
    endpoint = FakeEndpoint()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            endpoint.requests.append({"path": self.path, **json.loads(body)})
            endpoint.headers.append(dict(self.headers))
            try:
                endpoint.script(Talk(self, endpoint))
            except (BrokenPipeError, ConnectionResetError):  # the client has heard enough
                self.close_connection = True

        def log_message(self, *_arguments: object) -> None:
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    endpoint.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        endpoint.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
