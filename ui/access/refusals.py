"""How a request is refused: problem details (RFC 9457) for programs, a line of text for people. It refuses nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from ui.api.problem import Kind, problem_response

BAD_HEADER = Kind("bad-user-header", 400, "What the proxy says of the user is no name")
LOGIN_NEEDED = Kind("login-needed", 401, "Only users come in")
TO_LOGIN = LOGIN_NEEDED._replace(status=303)
EDITORS_ONLY = Kind("editors-only", 403, "This is for editors")
CROSS_SITE = Kind("cross-site", 403, "Other sites' pages may only link here")
FOREIGN_HOST = Kind("foreign-host", 421, "This name is not served here")
TOO_OFTEN = Kind("too-many-requests", 429, "Too many requests")
NO_USERS = Kind("login-unavailable", 503, "Nobody can come in")

# A websocket is closed with "policy violation" (RFC 6455), which before it is accepted becomes a 403.
_POLICY_VIOLATION = 1008


@dataclass(frozen=True, slots=True)
class Refusal:
    """A kind of problem, what is the matter and what to do next, and headers that belong to it."""

    kind: Kind
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, scope: Scope) -> Response:
        """The response: problem details unless a browser is opening a page."""
        headers = {"Cache-Control": "no-store", **self.headers}
        if opens_page(scope):
            return PlainTextResponse(f"{self.kind.title}: {self.detail}\n", self.kind.status, headers)
        return problem_response(self.kind, self.detail, headers)

    async def send(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or close the websocket before it is accepted."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": self.kind.title})
        else:
            await self.response(scope)(scope, receive, send)


def opens_page(scope: Scope) -> bool:
    """Whether a browser asks for a page to show, rather than a program for data."""
    is_get = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
    wants_html = "text/html" in Headers(scope=scope).get("accept", "")
    return is_get and wants_html and not scope["path"].startswith("/api/")
