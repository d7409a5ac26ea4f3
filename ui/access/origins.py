"""From which site a request comes, and for which name: other sites' pages may link here, and nothing else.
It knows headers; it does not know users.
"""

import re
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from ui.access.refusals import CROSS_SITE, FOREIGN_HOST, Refusal

_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::[0-9]{1,5})?", re.IGNORECASE | re.ASCII)
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`. A name other than localhost is not looked up, and counts as public."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def served_names(host: str) -> frozenset[str]:
    """The names under which a server bound to the loopback address `host` is asked for."""
    return _LOOPBACK_NAMES | {host.strip("[]").lower()}


def foreign_host(scope: Scope, names: Iterable[str]) -> Refusal | None:
    """Refuses a name that isn't served: a page elsewhere may have its name resolved to this machine (DNS rebinding)."""
    given = Headers(scope=scope).getlist("host")
    found = _HOST.fullmatch(given[0]) if len(given) == 1 else None
    if found and found[1].strip("[]").rstrip(".").lower() in names:
        return None
    shown = ", ".join(given)[:100] or "no host"
    detail = f"{shown!r} is not served here; ask for localhost, or serve others as the README says"
    return Refusal(FOREIGN_HOST, detail)


def from_elsewhere(scope: Scope) -> Refusal | None:
    """Refuses what another site's page sends or loads; following a link to here is free.

    After Go's `net/http.CrossOriginProtection`, with the resource isolation policy of web.dev/articles/fetch-metadata.
    A request without both headers is no browser's of today, and carries nobody's cookie but its sender's.
    """
    headers = Headers(scope=scope)
    site = headers.get("sec-fetch-site")
    reading = scope["type"] == "http" and scope["method"] in _READING
    if site is None:
        is_own = reading or has_own_origin(scope)
    else:
        is_link = reading and headers.get("sec-fetch-mode") == "navigate" and not _is_embedded(headers)
        is_own = site in {"same-origin", "none"} or is_link
    if is_own:
        return None
    detail = "this request comes from another site's page; open quotedesk itself"
    return Refusal(CROSS_SITE, detail)


def has_own_origin(scope: Scope) -> bool:
    """Whether the page that asks is one of this server's, or it is no page that asks."""
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is None:
        return True
    # Proxies may end TLS and name themselves to us, so that only host and port can be compared, not the scheme.
    named = {headers.get("host", "").lower(), headers.get("x-forwarded-host", "").lower()} - {""}
    return origin.startswith(("http://", "https://")) and urlsplit(origin.lower()).netloc in named


def _is_embedded(headers: Headers) -> bool:
    return headers.get("sec-fetch-dest") in {"object", "embed", "iframe", "frame"}
