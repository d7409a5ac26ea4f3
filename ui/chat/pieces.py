"""Parts of the page that an event can leave as they are, at no cost.

`gr.skip()` makes a component anew for every output that it skips, and the next value puts that one into the reader's
session under an id of its own, where it stays with the value for as long as the session does.
"""

from enum import Enum
from typing import Any, Final, Literal

import gradio as gr


class _Unchanged(Enum):
    UNCHANGED = "unchanged"


UNCHANGED: Final = _Unchanged.UNCHANGED
"""Returned for a `piece` to leave it as it is. Other components need `gr.skip()`."""
Unchanged = Literal[_Unchanged.UNCHANGED]

# What the browser takes for an update of nothing.
_NOTHING_NEW: dict[str, Any] = {"__type__": "update"}


def piece(name: str, template: str = "${value}", script: str | None = None) -> gr.HTML:
    """A part of the page, `#qd-name`. No event may update anything of it but its value: that would make it anew."""
    made = gr.HTML("", elem_id=f"qd-{name}", html_template=template, js_on_load=script, apply_default_css=False)
    sent = made.postprocess

    def postprocess(value: Any) -> Any:  # noqa: ANN401 (whatever the template shows)
        return _NOTHING_NEW if value is UNCHANGED else sent(value)

    # Not a subclass: Gradio writes a stub file beside the source of each.
    made.postprocess = postprocess  # type: ignore[method-assign]
    return made
