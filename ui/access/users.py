"""Who is asking: a name, and what its bearer may do. It knows no password, no cookie and no header."""

import unicodedata
from dataclasses import dataclass, field
from typing import Literal, get_args

from index.errors import QuotedeskError

Role = Literal["reader", "editor"]
ROLES: tuple[Role, ...] = get_args(Role)
_LONGEST_NAME = 64
SHORTEST_PASSWORD = 10


class BadUsers(QuotedeskError):
    """A name, a password or a file of users that cannot be used."""


@dataclass(frozen=True, slots=True)
class User:
    """Readers ask and read; editors may also add and delete articles. `has_session`: signed in on our page."""

    name: str
    role: Role
    # Not compared: whoever came by another way is the same user.
    has_session: bool = field(default=False, compare=False)

    @property
    def may_edit(self) -> bool:
        """Whether this user may add and delete articles."""
        return self.role == "editor"


# Without login there is one user: who sits at this machine.
LOCAL = User("local", "editor")


def current_user(request: object) -> User:
    """The user of a starlette, FastAPI or Gradio request or of a websocket, also inside a queued Gradio event.

    Raises `LookupError` where no `Access` stands before the app: then nobody has been let in, and nobody may act.
    """
    # A gr.Request hands on the attributes of the request that it wraps, and a queued event keeps that request.
    user = getattr(getattr(request, "state", None), "user", None)
    if not isinstance(user, User):
        raise LookupError("this request was let in by nobody; wrap the app in ui.access.door.Access")
    return user


def settled_name(name: str) -> str:
    """The name in one form (NFC). Raises `BadUsers` for one that a line, a header or a log could not hold."""
    settled = unicodedata.normalize("NFC", name)
    if not 0 < len(settled) <= _LONGEST_NAME or not settled.isprintable() or set(settled) & set(" :#"):
        raise BadUsers(f"{name[:80]!r} is no name for a user; take up to {_LONGEST_NAME} letters without space, : or #")
    return settled
