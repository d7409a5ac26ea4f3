"""Whom to believe about a request: what a trusted proxy says of user, address and scheme; from anyone else nothing."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from starlette.types import Scope

from ui.access.users import BadUsers, settled_name

_TOLD_BY_PROXIES = (b"forwarded", b"x-forwarded-", b"x-real-ip", b"x-original-")


def read_network(address: str) -> IPv4Network | IPv6Network:
    """An address, or a network as 10.0.0.0/8. Raises `BadUsers`."""
    try:
        return ip_network(address)
    except ValueError as error:
        raise BadUsers(f"--proxy {address}: {error}; give an address such as 10.0.0.2 or 10.0.0.0/24") from error


@dataclass(frozen=True, slots=True)
class Proxies:
    """The trusted networks, and the header in which their proxies name the user, if they do."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    user_header: str | None = None

    def trusts(self, scope: Scope) -> bool:
        """Whether the other end of the connection is a trusted proxy."""
        try:
            peer = ip_address((scope.get("client") or ("",))[0])
        except ValueError:  # a socket file, or nothing known
            return False
        return any(peer in network for network in self.networks)

    def named_user(self, scope: Scope) -> str | None:
        """The user that a trusted proxy names. Raises `BadUsers` for no name, or two: one is then the client's own."""
        if self.user_header is None or not self.trusts(scope):
            return None
        wanted = self.user_header.lower().encode()
        given = [value for name, value in scope["headers"] if name.lower() == wanted]
        if len(given) > 1:
            raise BadUsers(f"two {self.user_header} headers; let the proxy replace the client's own")
        return settled_name(given[0].decode("utf-8", "replace").strip()) if given else None

    def cleaned(self, scope: Scope) -> Scope:
        """A copy without what only proxies may say, unless one says it; the user's header is taken out in any case."""
        secret = (self.user_header or "").lower().encode()
        trusted = self.trusts(scope)
        kept = [
            (name, value)
            for name, value in scope["headers"]
            if name.lower() != secret and (trusted or not name.lower().startswith(_TOLD_BY_PROXIES))
        ]
        return {**scope, "headers": kept, "state": dict(scope.get("state", {}))}
