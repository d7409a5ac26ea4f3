"""What browsers are told about every response: what may run in a page, who may frame or read it. It refuses nothing."""

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Scope, Send

from ui.access.origins import has_own_origin

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc\s*=)[^>]*>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
# Gradio makes functions out of its templates and of our page's script, hence 'unsafe-eval', and sets styles in place.
# Handlers inside of tags, the usual way in for a hostile article, don't run: no 'unsafe-inline' for scripts.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'{scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


def content_policy(inline_scripts: Iterable[str] = ()) -> str:
    """The Content-Security-Policy of a page with these inline scripts, each allowed by its hash and no other."""
    return _POLICY.format(scripts="".join(f" 'sha256-{_hash(script)}'" for script in inline_scripts))


def inline_scripts(html: str) -> list[str]:
    """The text of each script that stands in the page itself, as the page's author sent it."""
    # A browser reads every line end as one character before it hashes.
    return _INLINE_SCRIPT.findall(html.replace("\r\n", "\n").replace("\r", "\n"))


class Dressing:
    """Sends a response on with our headers. A page is held back until its scripts are known."""

    def __init__(self, scope: Scope, send: Send, *, cacheable: bool) -> None:
        self._scope = scope
        self._send = send
        self._cacheable = cacheable
        self._start: Message | None = None
        self._page = bytearray()

    async def send(self, message: Message) -> None:
        """Takes the place of the server's `send`."""
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._start is None:
            await self._send(message)
        else:
            await self._hold(self._start, message)

    async def _begin(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in _ALWAYS.items():
            headers[name] = value
        headers.setdefault("Content-Security-Policy", content_policy())
        if not self._cacheable:
            headers.setdefault("Cache-Control", "private")
        if not has_own_origin(self._scope):
            _keep_to_ourselves(headers)
        is_page = headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers
        if is_page and headers["Content-Security-Policy"] == content_policy():
            self._start = message
        else:
            await self._send(message)

    async def _hold(self, start: Message, message: Message) -> None:
        self._page += message.get("body", b"")
        if message.get("more_body"):
            return
        policy = content_policy(inline_scripts(self._page.decode("utf-8", "replace")))
        MutableHeaders(scope=start)["Content-Security-Policy"] = policy
        self._start = None
        await self._send(start)
        await self._send({**message, "body": bytes(self._page)})


def _keep_to_ourselves(headers: MutableHeaders) -> None:
    """Gradio lets every site read its answers unless it is asked for localhost."""
    for name in [name for name in headers if name.lower().startswith("access-control-")]:
        del headers[name]


def _hash(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()
