"""Proxies: whom they are believed about, and that nobody else is."""

from typing import Any

import pytest
from starlette.types import Scope

from ui.access.proxies import Proxies, read_network
from ui.access.users import BadUsers

PROXIES = Proxies((read_network("10.0.0.2"), read_network("fd00::/8")), "X-User")


def scope(client: Any, *headers: tuple[str, bytes]) -> Scope:
    return {"type": "http", "client": client, "headers": [(name.encode(), value) for name, value in headers]}


@pytest.mark.parametrize(
    ("client", "is_trusted"),
    [
        (("10.0.0.2", 1), True),
        (("fd12::1", 1), True),
        (("10.0.0.3", 1), False),
        (("127.0.0.1", 1), False),
        (("", 1), False),
        (("/run/socket", 1), False),
        (None, False),
    ],
)
def test_a_proxy_is_known_by_its_address(client: Any, is_trusted: bool) -> None:
    assert PROXIES.trusts(scope(client)) is is_trusted
    named = PROXIES.named_user(scope(client, ("x-user", b"ann")))
    assert named == ("ann" if is_trusted else None)


@pytest.mark.parametrize("address", ["proxy", "10.0.0.256", "10.0.0.1/8", "*", ""])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(BadUsers, match=r"--proxy .*; give an address such as 10\.0\.0\.2 or 10\.0\.0\.0/24"):
        read_network(address)


def test_names_are_read_as_utf_8() -> None:
    assert PROXIES.named_user(scope(("10.0.0.2", 1), ("X-User", " 李安 ".encode()))) == "李安"
    assert PROXIES.named_user(scope(("10.0.0.2", 1))) is None
    assert Proxies(PROXIES.networks).named_user(scope(("10.0.0.2", 1), ("x-user", b"ann"))) is None


def test_two_names_are_none_since_one_is_the_clients_own() -> None:
    with pytest.raises(BadUsers, match="two X-User headers; let the proxy replace the client's own"):
        PROXIES.named_user(scope(("10.0.0.2", 1), ("x-user", b"ann"), ("X-User", b"root")))


@pytest.mark.parametrize("name", [b"", b" ", b"a b", b"ann, root", b"x" * 65])
def test_a_name_that_is_none(name: bytes) -> None:
    with pytest.raises(BadUsers, match="is no name for a user"):
        PROXIES.named_user(scope(("10.0.0.2", 1), ("x-user", name)))


FORWARDED = [
    *(("forwarded", b"for=1"), ("x-forwarded-for", b"1.1.1.1"), ("X-Forwarded-Host", b"evil.example")),
    *(("x-forwarded-proto", b"https"), ("x-real-ip", b"1.1.1.1"), ("x-original-url", b"/api/articles")),
]


def test_what_only_proxies_say_is_taken_out_of_anyone_elses_request() -> None:
    given = scope(("10.9.9.9", 1), ("accept", b"*/*"), *FORWARDED, ("x-user", b"root"))
    cleaned = PROXIES.cleaned(given)
    assert cleaned["headers"] == [(b"accept", b"*/*")]
    assert len(given["headers"]) == 8


def test_a_proxy_is_believed_but_the_users_header_goes_no_further() -> None:
    kept = PROXIES.cleaned(scope(("10.0.0.2", 1), *FORWARDED, ("X-USER", b"ann")))["headers"]
    assert kept == [(name.encode(), value) for name, value in FORWARDED]


def test_the_state_is_the_requests_own() -> None:
    given = {**scope(None), "state": {"of": "the app"}}
    cleaned = PROXIES.cleaned(given)
    cleaned["state"]["user"] = "ann"
    assert given["state"] == {"of": "the app"}
