"""Who has signed in: a signed cookie with a lifetime. It knows accounts, and no password and no request.
The key is made anew at each start, so that a copied cookie is worth nothing after a restart.
"""

import secrets
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from ui.access.passwords import Account

COOKIE = "quotedesk_session"
# A working day; after it the password is asked for once more.
SESSION_SECONDS = 12 * 60 * 60


@dataclass(frozen=True, slots=True)
class Session:
    """What the cookie says: whose it is, of which state of the account, and which of that user's sessions."""

    name: str
    fingerprint: str
    id: str

    def is_of(self, account: Account) -> bool:
        """Whether the account still has the password and the role that it had when the session began."""
        return (self.name, self.fingerprint) == (account.user.name, account.fingerprint)


class Sessions:
    """Begins, reads and ends sessions. Only those that were ended before their time are remembered."""

    def __init__(self) -> None:
        signer: dict[str, Any] = {"key_derivation": "hmac", "digest_method": sha256}
        self._signed = URLSafeTimedSerializer(secrets.token_bytes(), salt="quotedesk session", signer_kwargs=signer)
        self._ended: dict[str, float] = {}

    def begin(self, account: Account) -> str:
        """The value of a new session's cookie."""
        return str(self._signed.dumps([account.user.name, account.fingerprint, secrets.token_hex(16)]))

    def read(self, cookie: str) -> Session | None:
        """The session, unless the cookie was not made here, was tampered with, is too old or was ended."""
        try:
            session = Session(*self._signed.loads(cookie, max_age=SESSION_SECONDS))
        except BadData:
            return None
        return None if session.id in self._ended else session

    def end(self, cookie: str) -> None:
        """From now on the cookie is worth nothing, whoever kept a copy."""
        if session := self.read(cookie):
            now = time.time()
            self._ended = {id: until for id, until in self._ended.items() if until > now}
            # A second more than the signature lives, since its age is counted in whole seconds.
            self._ended[session.id] = now + SESSION_SECONDS + 1
