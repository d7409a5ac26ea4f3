"""The door over a real server: who comes in, for what, how often, with how much; and the attacks on each of these."""

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from tests.made_saltmarsh import VISITORS, FakeAssistant
from tests.served_app import PAGE, SCRIPT, sent_raw, serving
from tests.test_ui_headers import hashed
from ui.access.door import Access
from ui.access.limits import BODY_BYTES, UPLOAD_BYTES
from ui.access.settings import AccessSettings
from ui.access.users import current_user
from ui.chat.layout import in_a_loop
from ui.server import page_app

SECRET = "a long secret"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(SECRET)
ANN, BEN = ("ann", SECRET), ("ben", SECRET)
HEADER = {"user_header": "X-User", "editors": frozenset({"ann"})}
CHROMIUM = Path("/usr/bin/chromium")
Desk = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("users") / "users"
    file.write_text(f"ann editor {HASH}\nben reader {HASH}\n", "utf-8")
    return file


@pytest.fixture
def desk() -> Iterator[Desk]:
    """`desk(users=file)` serves the small app with these settings, and gives a client for it."""
    with ExitStack() as stack:

        def served(**settings: Any) -> httpx.Client:
            address = stack.enter_context(serving(AccessSettings(**settings)))
            return stack.enter_context(httpx.Client(base_url=address, timeout=60))

        yield served


@pytest.fixture(scope="module")
def local() -> Iterator[httpx.Client]:
    """The small app as it is served by default."""
    with serving(AccessSettings()) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


# Who comes in


def test_without_login_whoever_sits_at_this_machine_is_the_editor(local: httpx.Client) -> None:
    told = local.get("/who").json()
    assert (told["name"], told["role"], told["address"]) == ("local", "editor", "127.0.0.1")
    assert local.post("/api/articles", content=b"x").json() == {"received": 1}
    assert local.get("/login").status_code == 404


def test_with_users_only_they_come_in(desk: Desk, users: Path) -> None:
    client = desk(users=users)
    assert client.get("/who").status_code == 401
    assert client.get("/who", auth=ANN).json()["role"] == "editor"
    assert client.get("/who", auth=BEN).json()["role"] == "reader"
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_trusted_proxy_says_who_comes(desk: Desk) -> None:
    client = desk(proxy=("127.0.0.0/8",), **HEADER)
    ann = client.get("/who", headers={"x-user": "ann", "x-forwarded-for": "9.9.9.9", "x-forwarded-proto": "https"})
    assert ann.json()["headers"] == sorted([*client.headers, "host", "x-forwarded-for", "x-forwarded-proto"])
    assert {name: ann.json()[name] for name in ("name", "role", "address", "scheme")} == {
        "name": "ann",
        "role": "editor",
        "address": "9.9.9.9",
        "scheme": "https",
    }
    assert client.get("/who", headers={b"x-user": "李安".encode()}).json()["role"] == "reader"
    assert client.get("/who").json()["type"] == "urn:quotedesk:login-needed"
    refused = client.get("/who", headers=[("x-user", "ann"), ("x-user", "ben")])
    assert (refused.status_code, refused.json()["type"]) == (400, "urn:quotedesk:bad-user-header")


def test_a_proxy_and_a_file_of_users_go_together(desk: Desk, users: Path) -> None:
    client = desk(users=users, proxy=("127.0.0.1",), **HEADER)
    assert client.get("/who", headers={"x-user": "cleo"}).json()["name"] == "cleo"
    assert client.get("/who", auth=BEN).json()["name"] == "ben"
    assert client.get("/who").status_code == 401


def test_a_websocket_has_its_user_and_other_sites_have_none(local: httpx.Client) -> None:
    upgrade = {
        "connection": "upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    address = f"{local.base_url}".rstrip("/")
    lines = "".join(f"{name}: {value}\r\n" for name, value in upgrade.items())
    asked = f"GET /socket HTTP/1.1\r\nhost: localhost\r\n{lines}"
    assert sent_raw(address, f"{asked}\r\n\x81\x80".encode())[-20:].find(b"local") > 0
    refused = sent_raw(address, f"{asked}origin: http://evil.example\r\n\r\n".encode())
    assert refused.startswith(b"HTTP/1.1 403 ")


# For what


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/api/articles", "/api/articles/a%2Fb", "/api/%61rticles/a", "/gradio_api/upload"])
def test_only_editors_change_what_is_inside(desk: Desk, users: Path, method: str, path: str) -> None:
    client = desk(users=users)
    refused = client.request(method, path, auth=BEN)
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json() == {
        "type": "urn:quotedesk:editors-only",
        "title": "This is for editors",
        "status": 403,
        "detail": "ben may ask and read; adding and deleting articles is for editors",
    }
    assert client.request(method, path, auth=ANN).status_code == 200
    assert client.get(path, auth=BEN).status_code == 200


# How often


def test_a_user_may_ask_so_often_a_minute(desk: Desk, users: Path) -> None:
    client = desk(users=users, requests_a_minute=3)
    assert [client.post("/api/ask", auth=BEN).status_code for _ in range(3)] == [200] * 3
    refused = client.post("/api/ask", auth=BEN)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.json()["type"] == "urn:quotedesk:too-many-requests"
    assert client.get("/api/articles", auth=BEN).status_code == 429
    assert client.post("/api/ask", auth=ANN).status_code == 200
    # The files of a page are many, and cost nothing.
    assert {client.get("/who", auth=BEN).status_code for _ in range(9)} == {200}


# With how much


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/api/ask", BODY_BYTES),
        ("/who", BODY_BYTES),
        ("/api/articles", UPLOAD_BYTES),
        ("/gradio_api/upload", UPLOAD_BYTES),
    ],
)
def test_a_body_that_says_it_is_too_large_is_not_read(local: httpx.Client, path: str, most: int) -> None:
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {most + 1}\r\n\r\n"
    answer = sent_raw(f"{local.base_url}".rstrip("/"), head.encode())
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert f"the body is larger than {most:,} bytes; send less at once" in answer.decode()


def test_a_body_in_pieces_is_counted(local: httpx.Client) -> None:
    piece = b"40000\r\n" + b"x" * 0x40000 + b"\r\n"
    head = b"POST /api/ask HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n"
    host, port = local.base_url.host, local.base_url.port
    answer = b""
    with socket.create_connection((host, port or 0), timeout=60) as connection:
        try:
            connection.sendall(head)
            for _ in range(64):  # eight times as much as is taken
                connection.sendall(piece)
            answer = connection.recv(65536)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server has hung up on the rest
    whole = local.post("/api/ask", content=iter([b"x" * 1_000_000] * 2))
    assert whole.json() == {"received": 2_000_000}
    over = local.post("/api/ask", content=iter([b"x" * 1_000_000] * 2 + [b"x"]))
    assert (over.status_code, over.json()["type"]) == (413, "urn:quotedesk:too-large")
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413 ")


# From where

FORGED = [
    {"x-user": "ann"},
    {"X-USER": "ann", "x-forwarded-for": "10.0.0.2"},
    {"x-user": "ann", "forwarded": "for=10.0.0.2", "x-real-ip": "10.0.0.2"},
    {"x-remote-user": "ann", "remote-user": "ann", "x-forwarded-user": "ann"},
    {"cookie": "quotedesk_session=ann"},
]


@pytest.mark.parametrize("forged", FORGED)
def test_forged_headers_do_nothing(desk: Desk, users: Path, forged: dict[str, str]) -> None:
    client = desk(proxy=("10.0.0.2",), **HEADER)
    assert client.get("/who", headers=forged).status_code == 401
    with_file = desk(users=users, proxy=("10.0.0.2",), **HEADER)
    told = with_file.get("/who", headers=forged | {"x-forwarded-proto": "https"}, auth=BEN).json()
    assert (told["name"], told["role"], told["address"], told["scheme"]) == ("ben", "reader", "127.0.0.1", "http")
    assert not {"x-user", "forwarded", "x-forwarded-for", "x-forwarded-proto", "x-real-ip"} & set(told["headers"])


def test_forged_addresses_do_not_escape_the_limit(desk: Desk, users: Path) -> None:
    client = desk(users=users, requests_a_minute=2)
    codes = [
        client.post("/api/ask", auth=BEN, headers={"x-forwarded-for": f"10.0.0.{number}"}).status_code
        for number in range(4)
    ]
    assert codes == [200, 200, 429, 429]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "169.254.169.254", "localhost@evil.example"]
)
def test_a_name_turned_to_this_machine_is_not_served(local: httpx.Client, host: str) -> None:
    for method, path in (("GET", "/"), ("GET", "/api/articles"), ("POST", "/api/ask"), ("GET", "/healthz")):
        refused = local.request(method, path, headers={"host": host})
        assert (refused.status_code, refused.json()["type"]) == (421, "urn:quotedesk:foreign-host")


@pytest.mark.parametrize("name", ["localhost", "[::1]:7860", "127.0.0.1"])
def test_the_names_of_this_machine_are_served(local: httpx.Client, name: str) -> None:
    assert local.get("/who", headers={"host": name}).status_code == 200


def test_behind_a_proxy_any_name_is_served(desk: Desk) -> None:
    client = desk(proxy=("127.0.0.1",), **HEADER)
    assert client.get("/who", headers={"host": "desk.example", "x-user": "ann"}).status_code == 200


CROSS_SITE = [
    ("POST", "/api/ask", {"origin": "http://evil.example", "content-type": "text/plain"}),
    ("POST", "/api/ask", {"origin": "null"}),
    ("DELETE", "/api/articles/a", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}),
    ("POST", "/api/articles", {"sec-fetch-site": "same-site", "origin": "http://localhost:3000"}),
    ("POST", "/gradio_api/upload", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}),
    ("POST", "/login", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}),
    ("POST", "/logout", {"origin": "http://evil.example"}),
    ("GET", "/api/articles", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"}),
    ("GET", "/events", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors", "origin": "http://evil.example"}),
]


@pytest.mark.parametrize(("method", "path", "headers"), CROSS_SITE)
def test_other_sites_pages_change_and_load_nothing(
    desk: Desk, users: Path, method: str, path: str, headers: dict[str, str]
) -> None:
    for client, auth in ((desk(), None), (desk(users=users), ANN)):
        refused = client.request(method, path, headers=headers, auth=auth)
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:quotedesk:cross-site")
        own = {"origin": f"{client.base_url}".rstrip("/"), "sec-fetch-site": "same-origin"}
        assert client.request(method, path, headers=own, auth=auth).status_code != 403


def test_a_link_from_another_site_opens(local: httpx.Client) -> None:
    followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert local.get("/articles/a@v", headers=followed).text == PAGE


def test_no_other_site_may_read_an_answer(local: httpx.Client) -> None:
    answer = local.get("/open", headers={"origin": "http://evil.example"})
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control-")]


# What goes out


def test_a_page_runs_its_own_scripts_only(local: httpx.Client) -> None:
    page = local.get("/")
    assert page.text == PAGE
    assert f"script-src 'self' 'unsafe-eval' {hashed(SCRIPT)};" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/who", "/nothing", "/api/ask", "/healthz", "/login"])
def test_every_answer_and_every_refusal_has_the_headers(desk: Desk, users: Path, path: str) -> None:
    answers = [desk().get(path), desk(users=users).get(path), desk().get(path, headers={"host": "evil.example"})]
    for answer in answers:
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "same-origin"


def test_streams_go_through(local: httpx.Client) -> None:
    assert local.get("/events").text == "data: one\n\ndata: two\n\n"


def test_the_servers_own_beginning_and_end_are_the_apps() -> None:
    seen: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["type"])

    async def nothing(*_arguments: Any) -> Any:
        raise AssertionError

    asyncio.run(Access(app, AccessSettings())({"type": "lifespan"}, nothing, nothing))
    assert seen == ["lifespan"]


@pytest.mark.parametrize(
    "path",
    ["/api/articles/../../etc/passwd", "/api/articles/..%2f..%2fetc%2fpasswd", "/api/articles/%00", "//evil.example"],
)
def test_a_path_stays_what_it_was_asked_as(desk: Desk, users: Path, path: str) -> None:
    """Nothing is folded or decoded once more: the rule for editors and the app see the same path."""
    client = desk(users=users)
    address = f"{client.base_url}".rstrip("/")
    asked = f"DELETE {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Basic YmVuOmEgbG9uZyBzZWNyZXQ=\r\n"
    answer = sent_raw(address, f"{asked}connection: close\r\n\r\n".encode())
    assert answer.split()[1] in {b"403", b"404"}


# The page


def test_a_queued_event_of_the_page_knows_its_user(users: Path) -> None:
    def name(request: gr.Request) -> str:
        return f"{current_user(request).name}, {current_user(request).role}"

    def page() -> FastAPI:
        with gr.Blocks(analytics_enabled=False) as blocks:
            shown = gr.Textbox()
            gr.Button().click(name, None, shown, api_name="name")
        app: FastAPI = gr.mount_gradio_app(FastAPI(), blocks, "/", ssr_mode=False, mcp_server=False)
        return app

    app = in_a_loop(page)
    with (
        serving(AccessSettings(users=users), app, lifespan=True) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        for auth, told in ((ANN, "ann, editor"), (BEN, "ben, reader")):
            event = client.post("/gradio_api/call/name", json={"data": []}, auth=auth).json()["event_id"]
            streamed = client.get(f"/gradio_api/call/name/{event}", auth=auth).text
            assert json.loads(streamed.rpartition("data: ")[2]) == [told]
        assert client.post("/gradio_api/call/name", json={"data": []}).status_code == 401


@pytest.fixture
def chromium() -> Iterator[Any]:
    """A page of a real Chromium that keeps what its console complains of in `complaints`."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = browser.new_page(locale="en-GB")
        page.set_default_timeout(60_000)
        page.complaints = []
        page.on(
            "console", lambda told: page.complaints.append(told.text) if told.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        yield page
        browser.close()


@pytest.mark.browser
def test_signing_in_leads_to_the_very_place_that_was_asked_for(chromium: Any, users: Path) -> None:
    with serving(AccessSettings(users=users)) as address:
        chromium.goto(f"{address}/articles/a@v?x=1#10-20")
        assert chromium.title() == "Sign in · quotedesk"
        chromium.get_by_label("Name").fill("ann")
        chromium.get_by_label("Password").fill("a wrong secret")
        chromium.get_by_role("button", name="Sign in").click()
        assert "don't go together" in chromium.get_by_role("alert").inner_text()
        assert chromium.get_by_label("Name").input_value() == "ann"
        chromium.complaints.clear()  # Chromium tells of the 401
        chromium.keyboard.type(SECRET)  # the password has the focus
        chromium.keyboard.press("Enter")
        chromium.wait_for_url(f"{address}/articles/a@v?x=1#10-20")
        assert chromium.title() == "x < y"
        assert chromium.evaluate("document.cookie") == ""
    assert [told for told in chromium.complaints if "/a.js" not in told and "404" not in told] == []


@pytest.mark.browser
def test_the_chat_works_under_the_policy_and_a_handler_in_it_does_not(chromium: Any, users: Path) -> None:
    app = page_app(FakeAssistant(), examples=[VISITORS])
    with serving(AccessSettings(users=users), app, lifespan=True) as address:
        chromium.goto(f"{address}/")
        chromium.get_by_label("Name").fill("ben")
        chromium.get_by_label("Password").fill(SECRET)
        chromium.get_by_role("button", name="Sign in").click()
        chromium.get_by_role("button", name=VISITORS).click()
        chromium.wait_for_selector(".qd-cards")
        assert chromium.locator("mark.qd-chosen").count() > 0
        assert chromium.complaints == []
        chromium.get_by_role("button", name="Sign out").click()
        chromium.wait_for_url(f"{address}/login")
        chromium.goto(f"{address}/")
        assert chromium.title() == "Sign in · quotedesk"
        chromium.get_by_label("Name").fill("ben")
        chromium.get_by_label("Password").fill(SECRET)
        chromium.get_by_role("button", name="Sign in").click()
        chromium.wait_for_selector(".qd-masthead")
        chromium.complaints.clear()  # Chromium tells of the 401
        # What if an article's markup got through after all?
        attack = '<img src=data: onerror="window.pwned=1"><a href="javascript:window.pwned=1" id=trap>x</a>'
        chromium.evaluate(f"document.querySelector('.qd-log').innerHTML = {json.dumps(attack)}")
        chromium.locator("#trap").dispatch_event("click")
        chromium.evaluate(
            "() => { const s = document.createElement('script'); s.text = 'pwned=1'; document.body.append(s) }"
        )
        chromium.wait_for_timeout(500)
        assert chromium.evaluate("window.pwned") is None
        assert sum("Content Security Policy" in told for told in chromium.complaints) >= 2
