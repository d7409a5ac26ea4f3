"""How much is too much: sizes of bodies, requests a minute, wrong passwords. It knows names and addresses only."""

import time
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from math import ceil

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.access.refusals import TOO_OFTEN, Refusal
from ui.access.users import User
from ui.api.problem import TOO_LARGE

# A thousand article ids and fifty long turns fit; nothing that is asked in earnest is longer.
BODY_BYTES = 2_000_000
# Each is read into memory, and a pile of files goes into a library by the command line.
UPLOAD_BYTES = 50_000_000
# Several people may share an office's address.
_USERS_AN_ADDRESS = 5
# An hour. 200 are under two million a year, nothing against ten characters; slips of the finger stay far below 20.
_GUESSES = {"name and address": 20, "address": 100, "name": 200}
_IPV6_SITE = 64


class TooLarge(HTTPException):
    """A body that grew over the limit while it was read; whatever the app makes of it, the answer is ours."""

    def __init__(self) -> None:
        super().__init__(TOO_LARGE.status)


class _Body:
    """A request on its way: what was received of its body, and whether the app has begun to answer."""

    def __init__(self, limit: int, receive: Receive, send: Send) -> None:
        self.limit = limit
        self.received = 0
        self.answered = False
        self._receive = receive
        self._send = send

    @property
    def is_over(self) -> bool:
        return self.received > self.limit

    async def receive(self) -> Message:
        message = await self._receive()
        self.received += len(message.get("body", b""))
        if self.is_over:
            raise TooLarge
        return message

    async def send(self, message: Message) -> None:
        if self.answered or not self.is_over:
            self.answered = True
            await self._send(message)


async def within(limit: int, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Run the app on a body of at most `limit` bytes, declared or counted as it comes; a larger one is refused."""
    if scope["type"] != "http":
        await app(scope, receive, send)
        return
    if declared_over(limit, scope):
        await _too_large(limit).send(scope, receive, send)
        return
    body = _Body(limit, receive, send)
    try:
        await app(scope, body.receive, body.send)
    except TooLarge:
        if body.answered:
            raise
    if body.is_over and not body.answered:
        await _too_large(limit).send(scope, receive, send)


def declared_over(limit: int, scope: Scope) -> bool:
    """Whether the body is said to be too large, or its length is no number."""
    declared = Headers(scope=scope).get("content-length", "0")
    return not (declared.isdecimal() and declared.isascii()) or int(declared) > limit


class Rates:
    """Requests a minute by user and by address; 0 counts nothing."""

    def __init__(self, per_minute: int) -> None:
        self._counted = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._per_minute = per_minute

    def too_many(self, user: User, address: str) -> Refusal | None:
        """Counts a request, or refuses it and says when to come again."""
        if not self._per_minute:
            return None
        by_user = RateLimitItemPerMinute(self._per_minute)
        by_address = RateLimitItemPerMinute(self._per_minute * _USERS_AN_ADDRESS)
        for limit, counted in ((by_user, ("user", user.name)), (by_address, ("address", site_of(address)))):
            if not self._counted.hit(limit, *counted):
                wait = _wait(self._counted, limit, counted)
                detail = f"more than {limit.amount} requests a minute from one {counted[0]}"
                return too_often(detail, wait)
        return None


class Guesses:
    """Wrong passwords an hour, by name and by address."""

    def __init__(self) -> None:
        self._counted = SlidingWindowCounterRateLimiter(MemoryStorage())

    def wait(self, name: str, address: str) -> int:
        """Counts an attempt before it is checked, and says how many seconds to wait instead of checking it; 0: none."""
        waits = [
            0 if self._counted.hit(limit, *counted) else _wait(self._counted, limit, counted)
            for limit, counted in _guess_limits(name, address)
        ]
        return max(waits)

    def right(self, name: str, address: str) -> None:
        """The password was right: this name and address may mistype again as often as before."""
        limit, counted = next(_guess_limits(name, address))
        self._counted.clear(limit, *counted)


def too_often(detail: str, wait: int) -> Refusal:
    """Refuses for now, and says when to come again."""
    told = f"{detail}; come again in {wait} seconds"
    return Refusal(TOO_OFTEN, told, {"Retry-After": str(wait)})


def site_of(address: str) -> str:
    """What is counted as one address: an IPv6 site has as many as it likes."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(found) if found.version == 4 else str(ip_network((found, _IPV6_SITE), strict=False))


def _guess_limits(name: str, address: str) -> Iterator[tuple[RateLimitItem, tuple[str, ...]]]:
    site = site_of(address)
    counted = {"name and address": (name, site), "address": (site,), "name": (name,)}
    for kind, amount in _GUESSES.items():
        yield RateLimitItemPerHour(amount), (kind, *counted[kind])


def _wait(counter: SlidingWindowCounterRateLimiter, limit: RateLimitItem, counted: tuple[str, ...]) -> int:
    return max(1, ceil(counter.get_window_stats(limit, *counted).reset_time - time.time()))


def _too_large(limit: int) -> Refusal:
    detail = f"the body is larger than {limit:,} bytes; send less at once"
    # What is left of the body is not read, so that the connection cannot carry another request.
    return Refusal(TOO_LARGE, detail, {"Connection": "close"})
