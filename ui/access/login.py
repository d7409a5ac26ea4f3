"""Signing in and out, and whose request it is: by session cookie, or by HTTP Basic for scripts.
It knows accounts, sessions and guesses; it does not know what the app behind it does.
"""

import binascii
import re
import unicodedata
from base64 import b64decode
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, urlencode

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from ui.access.limits import Guesses, too_often
from ui.access.login_page import login_page
from ui.access.passwords import Account, Passwords
from ui.access.refusals import LOGIN_NEEDED, TO_LOGIN, Refusal, opens_page
from ui.access.sessions import COOKIE, SESSION_SECONDS, Sessions
from ui.access.users import User
from ui.api.problem import NO_METHOD

LOGIN, LOGOUT = "/login", "/logout"
# Scripts, which have no page to be sent to, are asked for a name and a password.
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="quotedesk", charset="UTF-8"'}
# A path of this server: "//host" and "/\host" would lead to another.
_HERE = re.compile(r"/(?![/\\])[\x21-\x7e]*")
_FIELDS = 8


class TooManyGuesses(Exception):
    """So many wrong passwords that none is checked for `wait` seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


class Login:
    """The pages at `/login` and `/logout` as an ASGI app, and the users they let in. One event loop's alone."""

    def __init__(self, users: Path) -> None:
        self._passwords = Passwords(users)
        self._sessions = Sessions()
        self._guesses = Guesses()

    async def user(self, connection: HTTPConnection) -> User | Refusal:
        """Whose request it is. Raises `BadUsers` when the file of users cannot be read any more."""
        given = connection.headers.get("authorization")
        try:
            if given is None:
                account = self._by_cookie(connection)
                return replace(account.user, has_session=True) if account else _stranger(connection.scope)
            account = await self._by_basic(given, connection)
        except TooManyGuesses as guesses:
            return too_often("too many wrong passwords", guesses.wait)
        return account.user if account else _stranger(connection.scope)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for one of the two pages."""
        request = Request(scope, receive)
        response: Response | Refusal
        if scope["path"] == LOGOUT:
            response = self._sign_out(request) if request.method == "POST" else _not_allowed("POST")
        elif request.method == "POST":
            response = await self._sign_in(request)
        else:
            response = self._show(request) if request.method in {"GET", "HEAD"} else _not_allowed("GET, HEAD, POST")
        await (response.response(scope) if isinstance(response, Refusal) else response)(scope, receive, send)

    def _show(self, request: Request) -> Response:
        if self._by_cookie(request):
            return RedirectResponse(_next(request), HTTPStatus.SEE_OTHER)
        return login_page(request.headers.get("accept-language"))

    async def _sign_in(self, request: Request) -> Response:
        language = request.headers.get("accept-language")
        name, password = await _typed(request)
        try:
            account = await self._check(name, password, request)
        except TooManyGuesses as guesses:
            page = login_page(language, "wait", given=name, wait=guesses.wait)
            page.headers["Retry-After"] = str(guesses.wait)
            return page
        if account is None:
            return login_page(language, "wrong", given=name)
        response = RedirectResponse(_next(request), HTTPStatus.SEE_OTHER)
        _set_cookie(response, self._sessions.begin(account), SESSION_SECONDS, request)
        return response

    def _sign_out(self, request: Request) -> Response:
        self._sessions.end(request.cookies.get(COOKIE, ""))
        response = RedirectResponse(LOGIN, HTTPStatus.SEE_OTHER)
        _set_cookie(response, "", 0, request)
        return response

    def _by_cookie(self, connection: HTTPConnection) -> Account | None:
        session = self._sessions.read(connection.cookies.get(COOKIE, ""))
        account = self._passwords.account(session.name) if session else None
        return account if account and session and session.is_of(account) else None

    async def _by_basic(self, header: str, connection: HTTPConnection) -> Account | None:
        name, password = _basic(header)
        return self._passwords.remembered(name, password) or await self._check(name, password, connection)

    async def _check(self, name: str, password: str, connection: HTTPConnection) -> Account | None:
        """The account, if the password is right. Raises `TooManyGuesses` without a look at the password."""
        if not name or not password:
            return None
        address = connection.client.host if connection.client else ""
        if wait := self._guesses.wait(name, address):
            raise TooManyGuesses(wait)
        account = await self._passwords.check(name, password)
        if account:
            self._guesses.right(name, address)
        return account


def _stranger(scope: Scope) -> Refusal:
    if not opens_page(scope):
        headers = _CHALLENGE if scope["path"].startswith("/api/") else {}
        return Refusal(LOGIN_NEEDED, "sign in, or send name and password (Basic)", headers)
    query = b"?" * bool(scope["query_string"]) + scope["query_string"]
    wanted = (scope.get("raw_path") or scope["path"].encode()) + query
    there = LOGIN if wanted == b"/" else f"{LOGIN}?{urlencode({'next': wanted})}"
    return Refusal(TO_LOGIN, "sign in first", {"Location": there})


def _not_allowed(methods: str) -> Refusal:
    detail = f"this address takes {methods}"
    return Refusal(NO_METHOD, detail, {"Allow": methods})


def _next(request: Request) -> str:
    """Where to go on to: the page that was asked for, if it is one of this server's."""
    wanted = request.query_params.get("next", "/")
    return wanted if _HERE.fullmatch(wanted) else "/"


async def _typed(request: Request) -> tuple[str, str]:
    body = (await request.body()).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, max_num_fields=_FIELDS)
    except ValueError:  # more fields than our page has
        return "", ""
    name, password = (fields.get(field, [""])[0] for field in ("name", "password"))
    return unicodedata.normalize("NFC", name.strip()), password


def _basic(header: str) -> tuple[str, str]:
    """Name and password of an `Authorization` header (RFC 7617), empty where it is of another scheme or broken."""
    scheme, _, given = header.partition(" ")
    try:
        name, _, password = b64decode(given.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return (unicodedata.normalize("NFC", name), password) if scheme.lower() == "basic" else ("", "")


def _set_cookie(response: Response, value: str, lifetime: int, request: Request) -> None:
    is_safe = request.url.scheme == "https"
    response.set_cookie(COOKIE, value, lifetime, path="/", secure=is_safe, httponly=True, samesite="lax")
