"""How a request is refused: problem details (RFC 9457) for programs, a line of text for people. It refuses nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

# A websocket is closed with "policy violation" (RFC 6455), which before it is accepted becomes a 403.
_POLICY_VIOLATION = 1008


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is the matter and what to do next. `name` ends the problem's type, `urn:quotedesk:NAME`."""

    name: str
    status: HTTPStatus
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, scope: Scope) -> Response:
        """The response: problem details unless a browser is opening a page."""
        headers = {"Cache-Control": "no-store", **self.headers}
        if opens_page(scope):
            return PlainTextResponse(f"{self.status.phrase}: {self.detail}\n", self.status, headers)
        told = {"title": self.status.phrase, "status": self.status, "detail": self.detail}
        problem = {"type": f"urn:quotedesk:{self.name}", **told}
        return JSONResponse(problem, self.status, headers, media_type="application/problem+json")

    async def send(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or close the websocket before it is accepted."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": self.status.phrase})
        else:
            await self.response(scope)(scope, receive, send)


def opens_page(scope: Scope) -> bool:
    """Whether a browser asks for a page to show, rather than a program for data."""
    is_get = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
    wants_html = "text/html" in Headers(scope=scope).get("accept", "")
    return is_get and wants_html and not scope["path"].startswith("/api/")
