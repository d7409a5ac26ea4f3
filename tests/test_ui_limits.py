"""Limits: bodies declared and counted, requests a minute, wrong passwords an hour; and when to come again."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from ui.access.limits import Guesses, Rates, declared_over, site_of, too_often, within
from ui.access.users import User

ANN, BEN = User("ann", "editor"), User("ben", "reader")


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_800_000_015.0  # fifteen seconds into a minute, and into an hour
        monkeypatch.setattr("time.time", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


# Bodies


async def counting(scope: Scope, receive: Receive, send: Send) -> None:
    await JSONResponse(len(await Request(scope, receive).body()))(scope, receive, send)


async def catching(scope: Scope, receive: Receive, send: Send) -> None:
    """As FastAPI does it: the error becomes an answer of the app's own."""
    try:
        await counting(scope, receive, send)
    except HTTPException as error:
        await PlainTextResponse("the app's own", error.status_code)(scope, receive, send)


async def deaf(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("did not read")(scope, receive, send)


async def early(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await counting(scope, receive, send)


def answered(app: Any, chunks: Iterable[bytes], *headers: tuple[str, str]) -> list[Message]:
    """What the app behind a limit of ten bytes answers to a body in these pieces."""
    pieces = list(chunks)
    waiting = [
        {"type": "http.request", "body": piece, "more_body": place < len(pieces)}
        for place, piece in enumerate(pieces, 1)
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers]
    scope = {"type": "http", "method": "POST", "path": "/api/ask", "headers": raw}
    asyncio.run(within(10, app, scope, receive, send))
    return sent


def test_a_body_of_the_limit_goes_through() -> None:
    assert [answered(counting, [b"x" * 4, b"y" * 6])[-1]["body"], answered(counting, [b""])[-1]["body"]] == [
        b"10",
        b"0",
    ]
    assert answered(counting, [b"x" * 10], ("content-length", "10"))[0]["status"] == 200


@pytest.mark.parametrize("app", [counting, catching])
def test_a_body_without_a_length_is_counted(app: Any) -> None:
    start, body = answered(app, [b"x" * 6, b"y" * 5, b"z" * 1000])
    assert start["status"] == 413
    assert json.loads(body["body"]) == {
        "type": "urn:quotedesk:too-large",
        "title": "The request is too large",
        "status": 413,
        "detail": "the body is larger than 10 bytes; send less at once",
    }
    assert (b"connection", b"close") in start["headers"]


@pytest.mark.parametrize("length", ["11", "99999999999999999999999", "-1", "1e3", "", "１０", "0x5"])
def test_a_length_over_the_limit_or_no_length_is_refused_unread(length: str) -> None:
    assert answered(deaf, [], ("content-length", length))[0]["status"] == 413


def test_a_length_that_lies_does_not_help() -> None:
    assert answered(counting, [b"x" * 11], ("content-length", "5"))[0]["status"] == 413


def test_once_an_answer_has_begun_it_is_broken_off() -> None:
    with pytest.raises(HTTPException, match="413"):
        answered(early, [b"x" * 11])


def test_a_websocket_has_no_body() -> None:
    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        scope["seen"] = True

    async def nothing(*_arguments: Any) -> Any:
        raise AssertionError

    scope: Scope = {"type": "websocket", "headers": []}
    asyncio.run(within(0, app, scope, nothing, nothing))
    assert scope["seen"]
    assert not declared_over(0, scope)


# Requests a minute


def test_a_user_may_ask_so_often_a_minute_and_again_later(clock: Clock) -> None:
    rates = Rates(3)
    assert [rates.too_many(ANN, "10.0.0.1") for _ in range(3)] == [None] * 3
    refusal = rates.too_many(ANN, "10.0.0.2")
    assert refusal is not None
    assert (refusal.kind.status, refusal.kind.name) == (429, "too-many-requests")
    wait = int(refusal.headers["Retry-After"])
    assert wait == 45
    assert refusal.detail == "more than 3 requests a minute from one user; come again in 45 seconds"
    assert rates.too_many(BEN, "10.0.0.1") is None
    clock.now += wait - 1
    assert rates.too_many(ANN, "10.0.0.1") is not None
    # The window slides: what was asked in the one before counts for less and less.
    clock.now += 2
    assert rates.too_many(ANN, "10.0.0.1") is None
    assert rates.too_many(ANN, "10.0.0.1") is not None


def test_an_address_may_ask_as_often_as_five_users(clock: Clock) -> None:
    rates = Rates(2)
    users = [User(f"u{number}", "reader") for number in range(6)]
    asked = [rates.too_many(user, "2001:db8::1") for user in users[:5] for _ in range(2)]
    assert asked == [None] * 10
    refusal = rates.too_many(users[5], "2001:db8::2")
    assert refusal is not None
    assert refusal.detail == "more than 10 requests a minute from one address; come again in 45 seconds"
    assert rates.too_many(users[5], "2001:db8:0:1::1") is None


def test_no_limit_counts_nothing(clock: Clock) -> None:
    rates = Rates(0)
    assert {rates.too_many(ANN, "127.0.0.1") for _ in range(500)} == {None}


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_the_site_of_an_address(address: str, site: str) -> None:
    assert site_of(address) == site


# Wrong passwords


def test_guessing_one_name_from_one_address_ends_after_twenty(clock: Clock) -> None:
    guesses = Guesses()
    assert {guesses.wait("ann", "10.0.0.1") for _ in range(20)} == {0}
    assert guesses.wait("ann", "10.0.0.1") == 3585
    assert guesses.wait("ann", "10.0.0.2") == 0
    assert guesses.wait("ben", "10.0.0.1") == 0


def test_guessing_many_names_from_one_address_ends_after_a_hundred(clock: Clock) -> None:
    guesses = Guesses()
    assert {guesses.wait(f"name{number}", "2001:db8::1") for number in range(100)} == {0}
    assert guesses.wait("another", "2001:db8::2") == 3585


def test_guessing_one_name_from_many_addresses_ends_after_two_hundred(clock: Clock) -> None:
    guesses = Guesses()
    assert {guesses.wait("ann", f"10.0.0.{number}") for number in range(200)} == {0}
    assert guesses.wait("ann", "10.0.1.1") == 3585


def test_a_right_password_forgives_the_slips_before(clock: Clock) -> None:
    guesses = Guesses()
    for _ in range(3):
        assert {guesses.wait("ann", "10.0.0.1") for _ in range(19)} == {0}
        guesses.right("ann", "10.0.0.1")


def test_a_second_is_the_least_to_wait() -> None:
    assert too_often("slow down", 1).headers == {"Retry-After": "1"}
