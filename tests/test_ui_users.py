"""Who is asking: the user in a request of each kind, and names that can be one."""

import gradio as gr
import pytest
from fastapi import Request
from starlette.requests import HTTPConnection

from ui.access.users import LOCAL, BadUsers, User, current_user, settled_name


def request(**state: object) -> Request:
    return Request({"type": "http", "headers": [], "state": state})


def test_an_editor_may_edit_and_a_reader_may_not() -> None:
    assert User("ann", "editor").may_edit
    assert not User("ben", "reader").may_edit
    assert User("local", "editor") == LOCAL


def test_the_user_of_a_request_a_connection_and_a_gradio_request() -> None:
    ann = User("ann", "reader")
    asked = request(user=ann)
    assert current_user(asked) == ann
    assert current_user(HTTPConnection(asked.scope)) == ann
    assert current_user(gr.Request(request=asked, session_hash="s")) == ann


@pytest.mark.parametrize("asked", [request(), request(user="ann"), gr.Request(request=request()), object()])
def test_who_was_let_in_by_nobody_is_nobody(asked: object) -> None:
    with pytest.raises(LookupError, match=r"wrap the app in ui\.access\.door\.Access"):
        current_user(asked)


@pytest.mark.parametrize("name", ["ann", "Ann.Li@example.org", "李安", "x" * 64])
def test_a_name(name: str) -> None:
    assert settled_name(name) == name


def test_a_name_is_settled_in_one_form() -> None:
    assert settled_name("Jose\u0301") == "Jos\u00e9"


@pytest.mark.parametrize("name", ["", "a b", "a:b", "#ann", "a\tb", "a\nb", "a\x00", "a\u202eb", "x" * 65])
def test_no_name(name: str) -> None:
    with pytest.raises(BadUsers, match="is no name for a user; take up to 64 letters without space, : or #"):
        settled_name(name)
