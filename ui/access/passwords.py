"""The file of users: a line each with name, role and argon2 hash. It checks passwords and knows no request."""

import asyncio
import hmac
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from ui.access.users import ROLES, SHORTEST_PASSWORD, BadUsers, Role, User, settled_name

# Each check takes 64 MB and some 50 ms of all cores (RFC 9106, low memory): many at once would starve the answers.
_CHECKS_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Account:
    """A user and the argon2 hash of the user's password."""

    user: User
    hash: str

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change with the name, the role and the password, and tell none of them."""
        return sha256(f"{self.user.name} {self.user.role} {self.hash}".encode()).hexdigest()[:16]


def read_accounts(file: Path) -> dict[str, Account]:
    """Name to account. Raises `BadUsers` with the number of the line that is no account, or that names one again."""
    accounts: dict[str, Account] = {}
    for number, account in _accounts(file):
        if account.user.name in accounts:
            raise BadUsers(f"{file}, line {number}: {account.user.name!r} stands there twice; delete one of the lines")
        accounts[account.user.name] = account
    if not accounts:
        raise BadUsers(f"{file} names no user; add one with: quotedesk user add NAME --role editor --users {file}")
    return accounts


def add_account(file: Path, name: str, role: Role, password: str) -> None:
    """Append a line for a new user; the file is then its owner's alone. Raises `BadUsers`."""
    name = settled_name(name)
    if file.exists() and any(account.user.name == name for _, account in _accounts(file)):
        raise BadUsers(f"{file} has a user {name!r} already; delete that line first to give a new role or password")
    if len(password) < SHORTEST_PASSWORD:
        raise BadUsers(f"a password of {len(password)} characters is too short; take {SHORTEST_PASSWORD} or more")
    line = f"{name} {role} {PasswordHasher().hash(password)}\n"
    try:
        with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "rb+") as opened:
            file.chmod(0o600)
            before = opened.read()
            opened.write(b"\n" * (before[-1:] not in {b"", b"\n"}) + line.encode())
    except OSError as error:
        raise BadUsers(f"cannot write {file}: {error}; name a file that you may write") from error


class Passwords:
    """The accounts of a file, read again whenever it changes, and the passwords that were right before."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, ...] = ()
        self._accounts: dict[str, Account] = {}
        self._hasher = PasswordHasher()
        self._key = secrets.token_bytes()
        self._right: dict[str, bytes] = {}
        self._checks = asyncio.Semaphore(_CHECKS_AT_ONCE)

    def account(self, name: str) -> Account | None:
        """The account of that name. Raises `BadUsers` when the file cannot be read any more."""
        try:
            found = self._file.stat()
        except OSError as error:
            raise _unreadable(self._file, error) from error
        seen = (found.st_mtime_ns, found.st_size, found.st_ino)
        if seen != self._seen:
            self._accounts, self._seen = read_accounts(self._file), seen
        return self._accounts.get(name)

    def remembered(self, name: str, password: str) -> Account | None:
        """The account, if this password was found right before and has not changed; costs no argon2."""
        account = self.account(name)
        if account is None or name not in self._right:
            return None
        return account if hmac.compare_digest(self._right[name], self._digest(account, password)) else None

    async def check(self, name: str, password: str) -> Account | None:
        """The account, if the password is right. Takes as long for a name that there isn't. Raises `BadUsers`."""
        account = self.account(name)
        async with self._checks:
            right = await asyncio.to_thread(self._is_right, account.hash if account else None, password)
        if account is None or not right:
            return None
        self._right[name] = self._digest(account, password)
        return account

    @cached_property
    def _nobody(self) -> str:
        """The hash of a password that nobody has, to be checked where there is no such user."""
        return self._hasher.hash(secrets.token_hex())

    def _is_right(self, hashed: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(hashed or self._nobody, password)
        except VerificationError:
            return False

    def _digest(self, account: Account, password: str) -> bytes:
        return hmac.digest(self._key, f"{account.hash} {password}".encode("utf-8", "replace"), "sha256")


def _accounts(file: Path) -> Iterator[tuple[int, Account]]:
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file, error) from error
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            yield number, _account(line, f"{file}, line {number}")


def _account(line: str, place: str) -> Account:
    name, role, hashed = (*line.split(), "", "", "")[:3]
    known = [known for known in ROLES if known == role]
    if not known or not hashed.startswith("$argon2id$") or len(line.split()) != 3:
        raise BadUsers(f"{place} is not a name, a role ({' or '.join(ROLES)}) and an argon2id hash; mend or delete it")
    return Account(User(settled_name(name), known[0]), hashed)


def _unreadable(file: Path, error: Exception) -> BadUsers:
    return BadUsers(f"cannot read the users in {file}: {error}; make it with: quotedesk user add NAME --users {file}")
