"""Refusals: problem details for programs, a line for people, a closed websocket."""

import asyncio
import json

import pytest
from starlette.types import Message, Scope

from ui.access.refusals import CROSS_SITE, Refusal, opens_page

REFUSAL = Refusal(CROSS_SITE, "open <quotedesk> itself", {"Retry-After": "3"})


def scope(path: str = "/", accept: str = "text/html,*/*", method: str = "GET") -> Scope:
    return {"type": "http", "method": method, "path": path, "headers": [(b"accept", accept.encode())]}


def test_programs_get_problem_details() -> None:
    response = REFUSAL.response(scope("/api/ask"))
    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["retry-after"] == "3"
    assert json.loads(bytes(response.body)) == {
        "type": "urn:quotedesk:cross-site",
        "title": "Other sites' pages may only link here",
        "status": 403,
        "detail": "open <quotedesk> itself",
    }


def test_people_get_a_line_that_is_no_html() -> None:
    response = REFUSAL.response(scope())
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.body == b"Other sites' pages may only link here: open <quotedesk> itself\n"


@pytest.mark.parametrize(
    ("path", "accept", "method", "opens"),
    [
        ("/", "text/html,*/*", "GET", True),
        ("/", "text/html", "HEAD", True),
        ("/", "text/html", "POST", False),
        ("/", "*/*", "GET", False),
        ("/api/articles", "text/html", "GET", False),
        ("/articles/a@v", "text/html", "GET", True),
    ],
)
def test_who_opens_a_page(path: str, accept: str, method: str, opens: bool) -> None:
    assert opens_page(scope(path, accept, method)) is opens


def test_a_websocket_is_closed_before_it_is_open() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(REFUSAL.send({"type": "websocket", "path": "/", "headers": []}, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008, "reason": "Other sites' pages may only link here"}]
