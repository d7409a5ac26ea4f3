"""The server: page, HTTP interface and MCP tools as one ASGI application, on an address, until it is told to stop."""

import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, suppress
from threading import Thread
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import QuotedeskError
from ui.api.endpoints import name_endpoints
from ui.api.http import Doors, build_api
from ui.api.mcp import build_tools, http_routes
from ui.asking import Questions
from ui.chat.layout import build_chat, dress, in_a_loop
from ui.chat.shelf import AddFiles, Answerer
from ui.live import LiveAssistant

# A reader who stays on a stream must not keep the server from stopping.
_SECONDS_TO_STOP = 3
_SECONDS_BETWEEN_LOOKS = 0.01


class Running:
    """A server in a thread of its own, listening on `port`."""

    def __init__(self, app: ASGIApp, listening: socket.socket) -> None:
        self.port: int = listening.getsockname()[1]
        self._server = _server(app)
        self._thread = Thread(target=self._server.run, args=([listening],), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving and wait until that is done."""
        self._server.should_exit = True
        self._thread.join()


def whole_app(live: LiveAssistant, *, examples: Sequence[str] = ()) -> FastAPI:
    """The page, the HTTP interface and the MCP tools over one library."""
    doors = Doors.of(live)
    page = page_app(doors.questions, examples=examples, add=doors.add)
    tools = build_tools(doors.questions)
    tool_routes = http_routes(tools)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with page.router.lifespan_context(page), tools.session_manager.run():
            yield

    async def page_or_nothing(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            raise HTTPException(404)
        await page(scope, receive, send)

    app = build_api(doors, lifespan)
    app.router.routes.extend(tool_routes)
    # Not mounted at "/": a mount takes every method, and an interface's address would never say "405".
    app.router.default = page_or_nothing
    return app


def page_app(assistant: Answerer, *, examples: Sequence[str] = (), add: AddFiles | None = None) -> FastAPI:
    """The page alone; with `add`, editors can add files. `gradio_client` finds `Questions` under named endpoints."""
    quiet: dict[str, Any] = {"show_error": False, "enable_monitoring": False}

    def mounted() -> FastAPI:
        page = build_chat(assistant, examples=examples, add=add)
        if isinstance(assistant, Questions):
            name_endpoints(page, assistant)
        app = FastAPI(openapi_url=None)
        gr.mount_gradio_app(app, page, "/", **quiet, **dress())
        return app

    return in_a_loop(mounted)


def start(app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> Running:
    """Serve from a thread and come back; port 0 takes a free one. Raises `QuotedeskError` when the address is taken."""
    return Running(app, _listen(host, port))


def serve(
    app: ASGIApp,
    host: str = "127.0.0.1",
    port: int = 7860,
    *,
    say: Callable[[str], None] = lambda _told: None,
    load: Callable[[], object] = lambda: None,
) -> None:
    """Serve until interrupted; `say` hears where. `load` is called in a thread once pages are served.

    Raises `QuotedeskError` when the address is taken, and stops serving to raise what `load` does.
    """
    server, listening = _server(app), _listen(host, port)
    say(f"open http://{f'[{host}]' if ':' in host else host}:{port} in a browser; Ctrl-C ends it")
    with ThreadPoolExecutor(1) as thread:
        loading = thread.submit(_load_behind, server, load)
        with suppress(KeyboardInterrupt):  # uvicorn has stopped in good order, and hands the signal on
            server.run([listening])
    loading.result()


def _load_behind(server: uvicorn.Server, load: Callable[[], object]) -> None:
    """Call `load` when the server is up, so that a first page does not wait for it; stop the server if it fails."""
    while not (server.started or server.should_exit):
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    with ExitStack() as if_it_fails:
        if_it_fails.callback(setattr, server, "should_exit", True)
        load()
        if_it_fails.pop_all()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise QuotedeskError(f"cannot serve on {host}:{port} ({error}); choose another --port or --host") from error


def _server(app: ASGIApp) -> uvicorn.Server:
    quiet: dict[str, Any] = {"log_level": "warning", "access_log": False, "server_header": False}
    # Which proxies are believed is for `Access` to say; uvicorn would believe every program on this machine.
    alone: dict[str, Any] = {"proxy_headers": False, "timeout_graceful_shutdown": _SECONDS_TO_STOP}
    return uvicorn.Server(uvicorn.Config(app, **alone, **quiet))
