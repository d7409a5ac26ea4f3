"""Which names are served, and which requests another site's page sent."""

import pytest
from starlette.types import Scope

from ui.access.origins import foreign_host, from_elsewhere, has_own_origin, is_loopback, served_names


def scope(method: str = "POST", kind: str = "http", **headers: str) -> Scope:
    raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return {"type": kind, "method": method, "path": "/", "headers": raw}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_only_this_machine_reaches_it(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "10.0.0.1", "::ffff:10.0.0.1", "localhost.example", "desk"])
def test_others_reach_it(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:7860", "LocalHost.:7860", "127.0.0.1:80", "[::1]", "[::1]:7860", "127.0.0.2:7860"]
)
def test_a_name_that_is_served(host: str) -> None:
    assert foreign_host(scope(host=host), served_names("127.0.0.2")) is None


@pytest.mark.parametrize(
    "host",
    [
        *("", "desk.example", "desk.example:7860", "127.0.0.1.example", "localhost.example", "127.0.0.3", "[::2]"),
        *("a@localhost", "localhost@a", "localhost:7860@a", "localhost/", "localhost:", "localhost:x", "[::1", "::1"),
        *("localhost localhost", "localhost, desk.example", "\tlocalhost", "l\u00f6calhost", "localhost:999999"),
    ],
)
def test_a_name_that_is_not_served(host: str) -> None:
    refusal = foreign_host(scope(host=host), served_names("127.0.0.2"))
    assert refusal is not None
    assert (refusal.kind.status, refusal.kind.name) == (421, "foreign-host")


def test_none_or_two_names_are_not_served() -> None:
    two = scope(host="localhost")
    two["headers"].append((b"host", b"desk.example"))
    assert foreign_host(two, served_names("127.0.0.1")) is not None
    refusal = foreign_host(scope(), served_names("127.0.0.1"))
    assert refusal is not None
    assert refusal.detail == "'no host' is not served here; ask for localhost, or serve others as the README says"


@pytest.mark.parametrize(
    ("method", "headers", "is_let_in"),
    [
        # Programs send neither header.
        ("POST", {}, True),
        ("GET", {}, True),
        # Browsers of today say from where.
        ("POST", {"sec_fetch_site": "same-origin"}, True),
        ("POST", {"sec_fetch_site": "none"}, True),
        ("POST", {"sec_fetch_site": "cross-site"}, False),
        ("DELETE", {"sec_fetch_site": "cross-site", "origin": "http://desk.example"}, False),
        ("POST", {"sec_fetch_site": "same-site"}, False),
        ("POST", {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}, False),
        ("POST", {"sec_fetch_site": "made-up"}, False),
        # A link from elsewhere may be followed, but nothing be loaded into a page there.
        ("GET", {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}, True),
        ("GET", {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "iframe"}, False),
        ("GET", {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "object"}, False),
        ("GET", {"sec_fetch_site": "cross-site", "sec_fetch_mode": "no-cors", "sec_fetch_dest": "script"}, False),
        ("GET", {"sec_fetch_site": "same-site", "sec_fetch_mode": "cors"}, False),
        ("GET", {"sec_fetch_site": "same-origin", "sec_fetch_mode": "cors"}, True),
        # Older browsers, and all of them over plain http, say whose page asks.
        ("POST", {"origin": "http://desk.example"}, True),
        ("POST", {"origin": "https://DESK.example"}, True),
        ("POST", {"origin": "http://desk.example:8080"}, False),
        ("POST", {"origin": "http://evil.example"}, False),
        ("POST", {"origin": "http://desk.example.evil.example"}, False),
        ("POST", {"origin": "http://desk.example@evil.example"}, False),
        ("POST", {"origin": "null"}, False),
        ("POST", {"origin": ""}, False),
        ("POST", {"origin": "file://desk.example"}, False),
        ("GET", {"origin": "http://evil.example"}, True),
    ],
)
def test_another_sites_page_is_refused(method: str, headers: dict[str, str], is_let_in: bool) -> None:
    refusal = from_elsewhere(scope(method, host="desk.example", **headers))
    assert (refusal is None) is is_let_in
    if refusal:
        assert (refusal.kind.status, refusal.kind.name) == (403, "cross-site")


def test_a_websocket_is_no_reading() -> None:
    assert from_elsewhere(scope("GET", "websocket", host="desk.example")) is None
    assert from_elsewhere(scope("GET", "websocket", host="desk.example", origin="http://desk.example")) is None
    assert from_elsewhere(scope("GET", "websocket", host="desk.example", origin="http://evil.example")) is not None
    assert from_elsewhere(scope("GET", "websocket", sec_fetch_site="cross-site")) is not None


def test_the_name_that_a_proxy_was_asked_for_counts_too() -> None:
    behind = scope(host="10.0.0.2:7860", x_forwarded_host="desk.example", origin="https://desk.example")
    assert has_own_origin(behind)
    assert not has_own_origin(scope(host="", origin="http://"))
