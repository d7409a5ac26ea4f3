"""The door before the app: who may come in, for what, how often, and with how much. It knows no article and no answer.
Everything that is refused is refused here, before the app sees the request.
"""

import logging

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from ui.access.headers import Dressing
from ui.access.limits import BODY_BYTES, UPLOAD_BYTES, Rates, within
from ui.access.login import LOGIN, LOGOUT, Login
from ui.access.origins import foreign_host, from_elsewhere, is_loopback, served_names
from ui.access.refusals import BAD_HEADER, EDITORS_ONLY, LOGIN_NEEDED, NO_USERS, Refusal
from ui.access.settings import AccessSettings
from ui.access.users import LOCAL, BadUsers, User, current_user

__all__ = ["Access", "AccessSettings", "User", "current_user"]

LOGIN_BYTES = 8_000
# Asked by monitors, which have no account; it says no more than that the server runs.
_OPEN_TO_ALL = "/healthz"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_PROGRAMS = ("/api/", "/mcp")
_EDITING = ("/api/articles", "/gradio_api/upload")
_USER_NAMED = "quotedesk.user_named"

_log = logging.getLogger("quotedesk")


class Access:
    """An ASGI app that lets requests through to another one, each with its `User` in `scope["state"]["user"]`.

    The server in front must not believe proxies by itself (uvicorn: `proxy_headers=False`): only here is it known whom
    to believe.
    """

    def __init__(self, app: ASGIApp, settings: AccessSettings) -> None:
        self._app = app
        self.settings = settings
        self._proxies = settings.proxies
        self._login = Login(settings.users) if settings.users else None
        self._rates = Rates(settings.rate)
        networks = [str(network) for network in self._proxies.networks]
        self._believing = ProxyHeadersMiddleware(self._answer, networks)  # type: ignore[arg-type]
        # Behind a proxy the names are the proxy's affair, and without its login or ours nobody comes in.
        is_private = is_loopback(settings.host) and not networks
        self._names = served_names(settings.host) if is_private else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request: by a refusal, by signing in, or by the app."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        cleaned = self._proxies.cleaned(scope)
        if scope["type"] == "http":
            send = Dressing(cleaned, send, cacheable=not self.settings.has_login).send
        try:
            cleaned[_USER_NAMED] = self._proxies.named_user(scope)
        except BadUsers as error:
            await Refusal(BAD_HEADER, str(error)).send(cleaned, receive, send)
            return
        await self._believing(cleaned, receive, send)  # type: ignore[arg-type]

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._out_of_place(scope)
        if refusal is None and self._login and scope["type"] == "http" and scope["path"] in {LOGIN, LOGOUT}:
            await within(LOGIN_BYTES, self._sign_in_or_out, scope, receive, send)
            return
        if refusal is None and scope["path"] != _OPEN_TO_ALL:
            refusal = await self._let_in(scope)
        if refusal:
            await refusal.send(scope, receive, send)
        else:
            await within(UPLOAD_BYTES if _is_edit(scope) else BODY_BYTES, self._app, scope, receive, send)

    def _out_of_place(self, scope: Scope) -> Refusal | None:
        foreign = foreign_host(scope, self._names) if self._names else None
        return foreign or from_elsewhere(scope)

    async def _let_in(self, scope: Scope) -> Refusal | None:
        """Puts the user into the scope, or says why not."""
        try:
            user = await self._user(scope)
        except BadUsers as error:
            return _no_accounts(error)
        if isinstance(user, Refusal):
            return user
        scope["state"]["user"] = user
        address = (scope.get("client") or ("",))[0]
        return _not_for(user, scope) or (self._rates.too_many(user, address) if _is_work(scope) else None)

    async def _user(self, scope: Scope) -> User | Refusal:
        if not self.settings.has_login:
            return LOCAL
        if named := scope[_USER_NAMED]:
            return User(named, "editor" if named in self.settings.editors else "reader")
        if self._login:
            return await self._login.user(HTTPConnection(scope))
        detail = "only requests through this server's proxy, which says who you are, are let in"
        return Refusal(LOGIN_NEEDED, detail)

    async def _sign_in_or_out(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._login
        try:
            await self._login(scope, receive, send)
        except BadUsers as error:
            await _no_accounts(error).send(scope, receive, send)


def _is_edit(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] in _READING:
        return False
    return any(scope["path"] == path or scope["path"].startswith(f"{path}/") for path in _EDITING)


def _is_work(scope: Scope) -> bool:
    """Whether a request makes the models work; the many small files of a page don't."""
    return scope["type"] != "http" or scope["method"] not in _READING or scope["path"].startswith(_PROGRAMS)


def _not_for(user: User, scope: Scope) -> Refusal | None:
    if user.may_edit or not _is_edit(scope):
        return None
    detail = f"{user.name} may ask and read; adding and deleting articles is for editors"
    return Refusal(EDITORS_ONLY, detail)


def _no_accounts(error: BadUsers) -> Refusal:
    """The users' file broke while we serve: its keeper is told where, and nobody comes in."""
    _log.error("%s", error)
    detail = "the users cannot be read; the server's log says why"
    return Refusal(NO_USERS, detail)
