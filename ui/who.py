"""Who is at the page. One function answers that, for conversations of one's own and for what an editor may do."""

from dataclasses import dataclass
from typing import Literal

import gradio as gr


@dataclass(frozen=True, slots=True)
class User:
    """Readers ask and read; editors may also add articles."""

    name: str
    role: Literal["reader", "editor"]

    @property
    def may_edit(self) -> bool:
        """Whether this user may add articles."""
        return self.role == "editor"


# Without login there is one user: who sits at this machine.
LOCAL = User("local", "editor")


def user_of(_request: gr.Request) -> User:
    """The user whose browser sent the request."""
    return LOCAL
