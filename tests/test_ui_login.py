"""Signing in and out over a real server: cookies, Basic, where it leads, and what guessing leads to."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from argon2 import PasswordHasher

from tests.served_app import serving
from ui.access.sessions import COOKIE
from ui.access.settings import AccessSettings

SECRET = "a long secret: 长"
# As cheap as argon2 gets, so that the tests don't wait for it.
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(SECRET)
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def users(tmp_path: Path) -> Path:
    (tmp_path / "users").write_text(f"ann editor {HASH}\n李安 reader {HASH}\n", "utf-8")
    return tmp_path / "users"


@pytest.fixture
def address(users: Path) -> Iterator[str]:
    with serving(AccessSettings(users=users, requests_a_minute=0)) as served:
        yield served


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60) as opened:
        yield opened


def sign_in(client: httpx.Client, name: str = "ann", password: str = SECRET, path: str = "/login") -> httpx.Response:
    return client.post(path, data={"name": name, "password": password})


def basic(name: str, password: str, scheme: str = "Basic") -> dict[str, str]:
    return {"authorization": f"{scheme} {b64encode(f'{name}:{password}'.encode()).decode()}"}


def test_a_page_leads_to_the_login_and_from_there_back(client: httpx.Client) -> None:
    turned_away = client.get("/articles/a%20b@v?x=1&y=2", headers=BROWSER)
    assert turned_away.status_code == 303
    there = turned_away.headers["location"]
    assert parse_qs(urlsplit(there).query) == {"next": ["/articles/a%20b@v?x=1&y=2"]}
    assert "<h1>Sign in</h1>" in client.get(there, headers=BROWSER).text
    back = sign_in(client, path=there)
    assert (back.status_code, back.headers["location"]) == (303, "/articles/a%20b@v?x=1&y=2")
    assert client.get(back.headers["location"], headers=BROWSER).status_code == 200
    assert client.get("/who").json()["name"] == "ann"
    assert client.get("/login").headers["location"] == "/"


def test_the_first_page_leads_to_the_login_without_more(client: httpx.Client) -> None:
    assert client.get("/", headers=BROWSER).headers["location"] == "/login"


def test_the_cookie_is_for_the_server_alone(client: httpx.Client) -> None:
    name, *properties = sign_in(client).headers["set-cookie"].split("; ")
    assert name.startswith(f"{COOKIE}=")
    assert sorted(properties) == ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=lax"]


def test_over_https_the_cookie_goes_back_over_https_only(users: Path) -> None:
    behind = AccessSettings(users=users, proxy=("127.0.0.1",))
    with serving(behind) as address, httpx.Client(base_url=address, timeout=60) as client:
        client.headers["x-forwarded-proto"] = "https"
        assert "Secure" in sign_in(client).headers["set-cookie"].split("; ")


@pytest.mark.parametrize(
    "wanted",
    [
        *("//evil.example", "/\\evil.example", "https://evil.example", "evil.example", "javascript:alert(1)", ""),
        *("/a\r\nSet-Cookie: x=y", "/\t/evil.example", "/a b", "/长"),
    ],
)
def test_the_login_leads_to_no_other_server(client: httpx.Client, wanted: str) -> None:
    response = client.post("/login", params={"next": wanted}, data={"name": "ann", "password": SECRET})
    assert response.status_code == 303
    assert response.headers["location"] == "/"


@pytest.mark.parametrize(
    ("name", "password"),
    [("ann", "a wrong secret"), ("ben", SECRET), ("", SECRET), ("ann", ""), ("ANN", SECRET), ("ann editor", SECRET)],
)
def test_a_wrong_password_signs_nobody_in(client: httpx.Client, name: str, password: str) -> None:
    response = sign_in(client, name, password)
    assert response.status_code == 401
    assert "Name and password don&#39;t go together" in response.text
    assert "set-cookie" not in response.headers
    assert client.get("/who").status_code == 401


def test_the_page_is_in_the_readers_language(client: httpx.Client) -> None:
    assert "<h1>登录</h1>" in client.get("/login", headers={"accept-language": "zh-CN"}).text
    assert "<h1>ログイン</h1>" in client.get("/login", headers={"accept-language": "ja"}).text


@pytest.mark.parametrize(
    "form",
    [
        b"",
        b"name=ann",
        b"&".join([b"name=ann"] * 9) + b"&password=x",
        b"\xff\xfe=%ff",
        b'{"name": "ann", "password": "x"}',
        b"name=ann&name=li&password=",
    ],
)
def test_a_form_that_is_not_ours_signs_nobody_in(client: httpx.Client, form: bytes) -> None:
    assert client.post("/login", content=form).status_code == 401


def test_a_form_has_a_length(client: httpx.Client) -> None:
    response = client.post("/login", content=b"name=ann&password=" + b"x" * 8000)
    assert response.status_code == 413
    assert response.json()["type"] == "urn:quotedesk:too-large"


def test_signing_out_ends_the_session_also_for_a_kept_copy(client: httpx.Client) -> None:
    sign_in(client)
    kept = {"cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
    assert httpx.get(client.base_url.join("/who"), headers=kept).json()["name"] == "ann"
    response = client.post("/logout")
    assert (response.status_code, response.headers["location"]) == (303, "/login")
    assert COOKIE not in client.cookies
    assert httpx.get(client.base_url.join("/who"), headers=kept).status_code == 401


def test_following_a_link_signs_nobody_out(client: httpx.Client) -> None:
    sign_in(client)
    refused = client.get("/logout")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert client.put("/login").status_code == 405
    assert client.get("/who").status_code == 200


@pytest.mark.parametrize("change", ["password", "role", "gone"])
def test_a_session_ends_with_the_account_it_was_of(client: httpx.Client, users: Path, change: str) -> None:
    sign_in(client)
    other = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("another secret")
    lines = {"password": f"ann editor {other}", "role": f"ann reader {HASH}", "gone": ""}
    users.write_text(f"{lines[change]}\nben reader {HASH}\n", "utf-8")
    assert client.get("/who").status_code == 401


def test_a_tampered_or_foreign_cookie_is_none(client: httpx.Client) -> None:
    sign_in(client)
    cookie = client.cookies[COOKIE]
    client.cookies.clear()
    for forged in ("", "ann", cookie[:-10], cookie[1:], f"{cookie}.x", cookie.replace(".", "..", 1), cookie.swapcase()):
        assert client.get("/who", headers={"cookie": f"{COOKIE}={forged}"}).status_code == 401, forged
    assert client.get("/who", headers={"cookie": f"{COOKIE}={cookie}"}).status_code == 200


def test_scripts_send_name_and_password(client: httpx.Client) -> None:
    assert client.get("/who", headers=basic("ann", SECRET)).json()["role"] == "editor"
    assert client.get("/who", headers=basic("李安", SECRET, "bAsIc")).json() | {"headers": []} == {
        "name": "李安",
        "role": "reader",
        "address": "127.0.0.1",
        "scheme": "http",
        "headers": [],
    }


@pytest.mark.parametrize(
    "header",
    [
        *("", "Basic", "Basic !!!", "Basic YW5u", "Bearer YW5u", "Basic //79", "Basic YW5uOg=="),
        basic("ann", "wrong")["authorization"],
        basic("ann", SECRET, "Digest")["authorization"],
    ],
)
def test_what_is_no_name_and_password_lets_nobody_in(client: httpx.Client, header: str) -> None:
    sign_in(client)  # a wrong header is not made good by a cookie
    refused = client.get("/api/ask", headers={"authorization": header})
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == 'Basic realm="quotedesk", charset="UTF-8"'
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == "urn:quotedesk:login-needed"


def test_the_page_itself_is_not_asked_by_the_browsers_own_window(client: httpx.Client) -> None:
    refused = client.post("/gradio_api/upload")
    assert refused.status_code == 401
    assert "www-authenticate" not in refused.headers


def test_guessing_ends_and_the_right_password_too_is_not_looked_at(client: httpx.Client) -> None:
    for _ in range(20):
        assert sign_in(client, password="wrong").status_code == 401
    refused = sign_in(client)
    assert refused.status_code == 429
    # Guesses are counted by the hour of the clock: in its last minute the wait is short.
    assert 1 <= int(refused.headers["retry-after"]) <= 3600
    assert "Too many attempts. Wait " in refused.text
    script = client.get("/api/ask", headers=basic("ann", SECRET))
    assert (script.status_code, script.json()["type"]) == (429, "urn:quotedesk:too-many-requests")
    assert 1 <= int(script.headers["retry-after"]) <= 3600
    assert sign_in(client, "李安").status_code == 303


def test_a_script_with_the_right_password_is_no_guesser(client: httpx.Client) -> None:
    codes = {client.get("/who", headers=basic("ann", SECRET)).status_code for _ in range(50)}
    assert codes == {200}


def test_while_the_file_is_broken_nobody_comes_in(client: httpx.Client, users: Path) -> None:
    sign_in(client)
    users.write_text("ann editor\n", "utf-8")
    told = {
        "type": "urn:quotedesk:login-unavailable",
        "title": "Nobody can come in",
        "status": 503,
        "detail": "the users cannot be read; the server's log says why",
    }
    assert client.get("/who").json() == told
    assert sign_in(client).json() == told
    users.write_text(f"ann editor {HASH}\n", "utf-8")
    assert client.get("/who").json()["name"] == "ann"
