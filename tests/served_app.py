"""A small app behind `Access` on a real uvicorn: it says who asks and how much it received, and streams."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from ui.access.door import Access, current_user
from ui.access.settings import AccessSettings

SCRIPT = "document.title = 'x < y';"
PAGE = f"<!doctype html><title>desk</title><script>{SCRIPT}</script><script src='/a.js'></script><p>desk</p>"


async def who(request: Request) -> Response:
    user = current_user(request)
    told = {"name": user.name, "role": user.role, "address": request.client.host if request.client else None}
    return JSONResponse(told | {"scheme": request.url.scheme, "headers": sorted(set(request.headers.keys()))})


async def received(request: Request) -> Response:
    return JSONResponse({"received": len(await request.body())})


async def events(_request: Request) -> Response:
    async def two() -> AsyncIterator[str]:
        yield "data: one\n\n"
        yield "data: two\n\n"

    return StreamingResponse(two(), media_type="text/event-stream")


async def page(_request: Request) -> Response:
    return HTMLResponse(PAGE)


async def health(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def open_to_all_sites(_request: Request) -> Response:
    allowed = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true"}
    return JSONResponse({}, headers=allowed)


async def greet(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(current_user(websocket).name)
    await websocket.close()


ANY = ["GET", "POST", "PUT", "PATCH", "DELETE"]
APP = Starlette(
    routes=[
        Route("/", page),
        Route("/who", who, methods=ANY),
        Route("/api/ask", received, methods=ANY),
        Route("/api/articles", received, methods=ANY),
        Route("/api/articles/{id:path}", received, methods=ANY),
        Route("/gradio_api/upload", received, methods=ANY),
        Route("/articles/{id:path}", page),
        Route("/events", events),
        Route("/open", open_to_all_sites),
        Route("/healthz", health),
        WebSocketRoute("/socket", greet),
    ]
)


@contextmanager
def serving(settings: AccessSettings, app: Any = APP, *, lifespan: bool = False) -> Iterator[str]:
    """The address of the app behind `Access`; it listens on 127.0.0.1 whatever the settings say."""
    listening = socket.create_server(("127.0.0.1", 0))
    options: dict[str, Any] = {"log_level": "error", "proxy_headers": False, "lifespan": "on" if lifespan else "off"}
    # A browser keeps its stream open for as long as it can.
    server = uvicorn.Server(uvicorn.Config(Access(app, settings), timeout_graceful_shutdown=1, **options))
    thread = Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def sent_raw(address: str, request: bytes) -> bytes:
    """What the server says to bytes that no well-behaved client sends, until it closes the connection."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))
