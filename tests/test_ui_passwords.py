"""The file of users: what a line is, who may read it, and whose password is right."""

import asyncio
import os
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from ui.access.passwords import Passwords, add_account, read_accounts
from ui.access.users import BadUsers, User

SECRET = "a long secret"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(SECRET)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "users"
    found.write_text(f"# people\n\nann editor {HASH}\nben reader {HASH}\n", "utf-8")
    return found


def check(passwords: Passwords, name: str, password: str) -> User | None:
    account = asyncio.run(passwords.check(name, password))
    return account.user if account else None


def test_a_user_is_added_and_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "users"
    file.write_text(f"ann editor {HASH}", "utf-8")  # no line end, and readable by all
    file.chmod(0o644)
    add_account(file, "李安", "reader", SECRET)
    assert {name: account.user.role for name, account in read_accounts(file).items()} == {
        "ann": "editor",
        "李安": "reader",
    }
    assert file.stat().st_mode & 0o777 == 0o600
    assert SECRET not in file.read_text("utf-8")
    assert read_accounts(file)["李安"].hash.startswith("$argon2id$")


def test_a_new_file_is_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        add_account(tmp_path / "users", "ann", "editor", SECRET)
    finally:
        os.umask(before)
    assert (tmp_path / "users").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "password", "error"),
    [
        ("ann", SECRET, "has a user 'ann' already; delete that line first"),
        ("a b", SECRET, "'a b' is no name for a user"),
        ("cleo", "123456789", "a password of 9 characters is too short; take 10 or more"),
    ],
)
def test_a_user_that_cannot_be_added(file: Path, name: str, password: str, error: str) -> None:
    before = file.read_bytes()
    with pytest.raises(BadUsers, match=error):
        add_account(file, name, "reader", password)
    assert file.read_bytes() == before


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(BadUsers, match=r"cannot write .*users: .*; name a file that you may write"):
        add_account(tmp_path / "no" / "users", "ann", "reader", SECRET)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("ann editor", r"users, line 1 is not a name, a role \(reader or editor\) and an argon2id hash; mend or"),
        (f"ann owner {HASH}", "users, line 1 is not a name"),
        ("ann editor secret", "users, line 1 is not a name"),
        (f"ann editor {HASH} more", "users, line 1 is not a name"),
        ("ann editor $argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA", "users, line 1 is not a name"),
        (f"\na:b editor {HASH}", "'a:b' is no name"),
        (f"ann editor {HASH}\nann reader {HASH}", "users, line 2: 'ann' stands there twice; delete one of the lines"),
        ("# nobody\n", "users names no user; add one with: quotedesk user add NAME --role editor --users .*users"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, text: str, error: str) -> None:
    (tmp_path / "users").write_text(text, "utf-8")
    with pytest.raises(BadUsers, match=error):
        read_accounts(tmp_path / "users")


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(BadUsers, match=r"cannot read the users in .*; make it with: quotedesk user add"):
        read_accounts(tmp_path / "users")
    (tmp_path / "users").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(BadUsers, match="cannot read the users in"):
        read_accounts(tmp_path / "users")


def test_only_the_right_password_is_right(file: Path) -> None:
    passwords = Passwords(file)
    assert check(passwords, "ann", SECRET) == User("ann", "editor")
    assert check(passwords, "ann", SECRET + " ") is None
    assert check(passwords, "ann", "") is None
    assert check(passwords, "nobody", SECRET) is None


def test_a_right_password_is_remembered_and_no_other(file: Path) -> None:
    passwords = Passwords(file)
    assert passwords.remembered("ann", SECRET) is None
    check(passwords, "ann", SECRET)
    account = passwords.remembered("ann", SECRET)
    assert account is not None
    assert account.user == User("ann", "editor")
    assert passwords.remembered("ann", "another one") is None
    assert passwords.remembered("ben", SECRET) is None


def test_a_changed_file_is_read_again(file: Path) -> None:
    passwords = Passwords(file)
    check(passwords, "ann", SECRET)
    other = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("another one")
    file.write_text(f"ann reader {other}\n", "utf-8")
    assert passwords.remembered("ann", SECRET) is None
    assert check(passwords, "ann", SECRET) is None
    assert check(passwords, "ann", "another one") == User("ann", "reader")
    assert passwords.account("ben") is None
    file.unlink()
    with pytest.raises(BadUsers, match="cannot read the users in"):
        passwords.account("ann")


def test_the_fingerprint_changes_with_role_and_password(file: Path) -> None:
    before = read_accounts(file)["ann"].fingerprint
    assert len(before) == 16
    file.write_text(f"ann reader {HASH}\n", "utf-8")
    assert read_accounts(file)["ann"].fingerprint != before
    assert read_accounts(file)["ann"].fingerprint != HASH
