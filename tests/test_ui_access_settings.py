"""Options that go together, and those that would let in everyone."""

from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from index.errors import QuotedeskError
from ui.access.settings import AccessSettings, NoLogin
from ui.access.users import BadUsers

HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("a long secret")


@pytest.fixture
def users(tmp_path: Path) -> Path:
    (tmp_path / "users").write_text(f"ann editor {HASH}\n", "utf-8")
    return tmp_path / "users"


def test_by_itself_it_serves_this_machine_without_login_or_limit() -> None:
    assert (AccessSettings().host, AccessSettings().has_login, AccessSettings().rate) == ("127.0.0.1", False, 0)
    assert AccessSettings("localhost").has_login is False
    assert AccessSettings("::1", requests_a_minute=7).rate == 7


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "desk.example", ""])
def test_a_public_address_needs_login(host: str, users: Path) -> None:
    with pytest.raises(
        NoLogin, match=r"--host .* lets in other machines, and nobody is asked who they are; add --users"
    ):
        AccessSettings(host)
    assert AccessSettings(host, users).has_login
    assert AccessSettings(host, user_header="X-User", proxy=("10.0.0.2",)).has_login


def test_with_login_there_is_a_limit(users: Path) -> None:
    assert AccessSettings(users=users).rate == 120
    assert AccessSettings(users=users, requests_a_minute=0).rate == 0


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (
            {"proxy": ("10.0.0.2",)},
            r"--proxy 10\.0\.0\.2 lets in others, and nobody is asked who they are; add --users",
        ),
        ({"user_header": "X-User"}, "anyone can send the header X-User; add --proxy ADDRESS of the proxy that sets it"),
        ({"user_header": "X-User", "proxy": ("desk",)}, "--proxy desk: .*; give an address"),
        (
            {"editors": frozenset({"ben"})},
            "--editor ben is for users named by --user-header; give ben a role in --users",
        ),
        ({"users": Path("no-such-file")}, "cannot read the users in no-such-file"),
    ],
)
def test_options_that_do_not_go_together(options: dict[str, Any], error: str) -> None:
    with pytest.raises(QuotedeskError, match=error):
        AccessSettings(**options)


def test_a_broken_file_of_users_is_told_at_once(users: Path) -> None:
    users.write_text("ann editor secret\n", "utf-8")
    with pytest.raises(BadUsers, match="users, line 1 is not a name, a role"):
        AccessSettings(users=users)
