"""Who may come in, as told on the command line: checked together before anything is bound. It serves nothing."""

from dataclasses import dataclass
from pathlib import Path

from index.errors import QuotedeskError
from ui.access.origins import is_loopback
from ui.access.passwords import read_accounts
from ui.access.proxies import Proxies, read_network
from ui.access.users import BadUsers

# With login. A person asks a few questions a minute, and each of them takes the page two or three requests.
REQUESTS_A_MINUTE = 120


class NoLogin(QuotedeskError):
    """Options that would let in everyone who reaches the address."""


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """Without `users` and `user_header` there is no login, and only this machine is served.

    `proxy` holds addresses and networks, `requests_a_minute` 0 for no limit and None for the usual one.
    Raises `NoLogin` or `BadUsers` for options that don't go together and for a file that holds no users.
    """

    host: str = "127.0.0.1"
    users: Path | None = None
    user_header: str | None = None
    proxy: tuple[str, ...] = ()
    editors: frozenset[str] = frozenset()
    requests_a_minute: int | None = None

    def __post_init__(self) -> None:
        login = "add --users FILE or --user-header NAME for login"
        if not self.has_login and not is_loopback(self.host):
            raise NoLogin(f"--host {self.host} lets in other machines, and nobody is asked who they are; {login}")
        if not self.has_login and self.proxy:
            raise NoLogin(f"--proxy {self.proxy[0]} lets in others, and nobody is asked who they are; {login}")
        if self.user_header is not None and not self.proxy:
            raise NoLogin(
                f"anyone can send the header {self.user_header}; add --proxy ADDRESS of the proxy that sets it"
            )
        if self.editors and self.user_header is None:
            editor = min(self.editors)
            raise BadUsers(
                f"--editor {editor} is for users named by --user-header; give {editor} a role in --users FILE"
            )
        for address in self.proxy:
            read_network(address)
        if self.users is not None:
            read_accounts(self.users)

    @property
    def has_login(self) -> bool:
        """Whether anyone is asked who they are."""
        return self.users is not None or self.user_header is not None

    @property
    def proxies(self) -> Proxies:
        """Whom to believe."""
        return Proxies(tuple(map(read_network, self.proxy)), self.user_header)

    @property
    def rate(self) -> int:
        """Requests a minute that a user may make; 0: any number, as for whoever sits at this machine."""
        if self.requests_a_minute is not None:
            return self.requests_a_minute
        return REQUESTS_A_MINUTE if self.has_login else 0
