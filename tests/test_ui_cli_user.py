"""`quotedesk user add`: asks for the password and appends a line, or says what is wrong."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ui.access.passwords import read_accounts
from ui.access.users import BadUsers, User
from ui.cli.main import app

SECRET = "a long secret"


def added(*arguments: str, typed: str = f"{SECRET}\n{SECRET}\n") -> Result:
    return CliRunner().invoke(app, ["user", "add", *arguments], input=typed)


def test_a_user_is_added_after_asking_twice(tmp_path: Path) -> None:
    file = tmp_path / "users"
    ran = added("ann", "--role", "editor", "--users", str(file))
    assert ran.exit_code == 0
    assert "Password, 10 characters or more:" in ran.output
    assert SECRET not in ran.output
    assert ran.output.endswith(f"added ann, editor, to {file}\n")
    assert read_accounts(file)["ann"].user == User("ann", "editor")


def test_two_different_passwords_are_asked_for_again(tmp_path: Path) -> None:
    file = tmp_path / "users"
    ran = added("ann", "--role", "reader", "--users", str(file), typed=f"{SECRET}\nother\n{SECRET}\n{SECRET}\n")
    assert ran.exit_code == 0
    assert "do not match" in ran.output
    assert list(read_accounts(file)) == ["ann"]


@pytest.mark.parametrize(
    ("name", "role", "typed", "error"),
    [
        ("ann", "owner", "", "--role owner is none; take reader or editor"),
        ("a:b", "editor", f"{SECRET}\n{SECRET}\n", "'a:b' is no name for a user"),
        ("ann", "editor", "short\nshort\n", "a password of 5 characters is too short; take 10 or more"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, name: str, role: str, typed: str, error: str) -> None:
    ran = added(name, "--role", role, "--users", str(tmp_path / "users"), typed=typed)
    assert isinstance(ran.exception, BadUsers)
    assert error in str(ran.exception)
    assert not (tmp_path / "users").exists()


def test_role_and_file_are_needed() -> None:
    assert added("ann", "--users", "users").exit_code == 2
    assert added("ann", "--role", "reader").exit_code == 2
