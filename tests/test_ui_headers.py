"""Headers of every response: what may run in a page, who may frame or read it."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.types import Message, Scope

from ui.access.headers import Dressing, content_policy, inline_scripts

HTML = b'<script>a("</p>")</script><p>x</p><SCRIPT type="module"\n>b()\r\n</SCRIPT ><script src="/c.js"></script>'


def hashed(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def dressed(*messages: Message, cacheable: bool = True, asked: Mapping[str, str] = {}) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in asked.items()]
    scope: Scope = {"type": "http", "headers": raw}

    async def run() -> None:
        dressing = Dressing(scope, send, cacheable=cacheable)
        for message in messages:
            await dressing.send(message)

    asyncio.run(run())
    return sent


def start(**headers: str) -> Message:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http.response.start", "status": 200, "headers": raw}


def body(text: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": text, "more_body": more}


def policy(message: Message) -> dict[str, list[str]]:
    told = Headers(raw=message["headers"])["content-security-policy"]
    return {name: values for name, *values in (directive.split() for directive in told.split("; "))}


def test_every_response_says_who_may_use_it() -> None:
    sent = dressed(start(content_type="application/json"), body(b"{}"))
    headers = Headers(raw=sent[0]["headers"])
    assert dict(headers) == {
        "content-type": "application/json",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "content-security-policy": content_policy(),
    }
    assert sent[1] == body(b"{}")


def test_nothing_runs_but_the_pages_own_scripts() -> None:
    sent = dressed(start(content_type="text/html; charset=utf-8"), body(HTML[:50], more=True), body(HTML[50:]))
    assert policy(sent[0]) == {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'unsafe-eval'", hashed('a("</p>")'), hashed("b()\n")],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
    assert sent[1:] == [body(HTML)]


def test_a_page_that_is_packed_or_has_its_own_policy_is_not_read() -> None:
    packed = dressed(start(content_type="text/html", content_encoding="br"), body(b"\x8b", more=True), body(b""))
    assert policy(packed[0])["script-src"] == ["'self'", "'unsafe-eval'"]
    assert len(packed) == 3
    own = dressed(start(content_type="text/html", content_security_policy="default-src 'none'"), body(HTML))
    assert policy(own[0]) == {"default-src": ["'none'"]}


def test_events_are_sent_on_as_they_come() -> None:
    sent = dressed(start(content_type="text/event-stream"), body(b"data: one\n\n", more=True))
    assert [message.get("body") for message in sent] == [None, b"data: one\n\n"]


@pytest.mark.parametrize(
    ("html", "scripts"),
    [
        ("<p>none</p>", []),
        ("<script></script>", [""]),
        ('<script data-src="x">a</script>', ["a"]),
        ('<script async SRC = "x">a</script>', []),
        ("<script>a<script>b</script>", ["a<script>b"]),
        ("<script>a", []),
    ],
)
def test_the_scripts_that_stand_in_a_page(html: str, scripts: list[str]) -> None:
    assert inline_scripts(html) == scripts


def test_with_login_no_shared_cache_keeps_anything() -> None:
    kept = dressed(start(content_type="application/json"), body(b""), cacheable=False)
    assert Headers(raw=kept[0]["headers"])["cache-control"] == "private"
    own = dressed(start(cache_control="no-store"), body(b""), cacheable=False)
    assert Headers(raw=own[0]["headers"])["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "is_readable"),
    [
        ({"host": "desk.example", "origin": "https://desk.example"}, True),
        ({"host": "desk.example"}, True),
        ({"host": "desk.example", "origin": "https://evil.example"}, False),
        ({"host": "desk.example", "origin": "null"}, False),
    ],
)
def test_no_other_site_may_read_whatever_the_app_allows(asked: dict[str, Any], *, is_readable: bool) -> None:
    allowed = start(access_control_allow_origin="*", access_control_allow_credentials="true")
    sent = dressed(allowed, body(b""), asked=asked)
    assert ("access-control-allow-origin" in Headers(raw=sent[0]["headers"])) is is_readable
    assert ("access-control-allow-credentials" in Headers(raw=sent[0]["headers"])) is is_readable
