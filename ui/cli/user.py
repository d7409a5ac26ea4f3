"""The command line's `user`: who may sign in to a server that others reach."""

from typing import Annotated

import typer

from ui.access.users import ROLES, SHORTEST_PASSWORD, BadUsers
from ui.cli.options import UsersFile

user_app = typer.Typer(help="Who may sign in: users for serve --users FILE.", no_args_is_help=True)


@user_app.callback()
def user() -> None:
    """Who may sign in: users for serve --users FILE."""


@user_app.command()
def add(
    name: Annotated[str, typer.Argument(help="How the user signs in.")],
    users: UsersFile,
    role: Annotated[str, typer.Option(help="reader: asks and reads; editor: may also add and delete articles.")],
) -> None:
    """Add a user to the file, which is made if it is not there, after asking for the password twice."""
    # The hashing of passwords takes a while to import, and no other verb needs it.
    from ui.access.passwords import add_account

    known = [one for one in ROLES if one == role]
    if not known:
        raise BadUsers(f"--role {role} is none; take {' or '.join(ROLES)}")
    password = typer.prompt(
        f"Password, {SHORTEST_PASSWORD} characters or more", hide_input=True, confirmation_prompt="Once more"
    )
    add_account(users, name, known[0], password)
    typer.echo(f"added {name}, {role}, to {users}")
