"""The page to sign in: three languages, light and dark, nothing that runs and nothing from elsewhere."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from tests.test_ui_source_panel import Reading
from ui.access.login_page import LOGIN_WORDS, login_page, login_style
from ui.chat.words import CHINESE, ENGLISH, JAPANESE, Words


def reading(*arguments: str | None, **more: object) -> Reading:
    html = bytes(login_page(*arguments, **more).body).decode()  # type: ignore[arg-type]
    # A browser knows which elements stay empty; the reader of the panel's tests wants them closed.
    return Reading(re.sub(r"<(!doctype|meta|link|input)[^>]*>", "", html))


@pytest.mark.parametrize(
    ("accepted", "words"),
    [("en-GB", ENGLISH), ("zh-TW,en", CHINESE), ("ja", JAPANESE), (None, ENGLISH), ("tlh", ENGLISH)],
)
def test_it_speaks_the_browsers_language(accepted: str | None, words: Words) -> None:
    said = LOGIN_WORDS[words.language]
    page = reading(accepted)
    assert page.tags[0] == ("html", {"lang": words.language})
    assert page.within["title"] == f"{said.sign_in} · quotedesk"
    assert page.within["h1"] == page.within["button"] == said.sign_in
    assert page.within["label"] == said.name + said.password
    assert words.motto in page.within["header"]


def test_it_says_what_was_wrong_and_keeps_the_name() -> None:
    page = login_page("en", "wrong", given="ann")
    assert page.status_code == 401
    html = bytes(page.body).decode()
    assert "Name and password don&#39;t go together. Try again." in html
    assert 'name="name" value="ann"' in html
    assert "autofocus" in html[html.index('type="password"') :]


@pytest.mark.parametrize(("wait", "minutes"), [(1, 1), (60, 1), (61, 2), (3600, 60)])
def test_it_says_how_long_to_wait(wait: int, minutes: int) -> None:
    page = login_page("en", "wait", wait=wait)
    assert page.status_code == 429
    assert f"Too many attempts. Wait {minutes} minutes and try again." in bytes(page.body).decode()


def test_what_was_typed_is_escaped() -> None:
    hostile = '"><script>alert(1)</script>'
    html = bytes(login_page("en", "wrong", given=hostile).body).decode()
    assert "<script" not in html
    assert 'value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in html


def test_nothing_of_it_can_run_or_come_from_elsewhere() -> None:
    page = login_page("en")
    html = bytes(page.body).decode()
    style = b64encode(sha256(login_style().encode()).digest()).decode()
    assert f"<style>{login_style()}</style>" in html
    assert page.headers["content-security-policy"] == (
        f"default-src 'none'; style-src 'sha256-{style}'; img-src data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    assert page.headers["cache-control"] == "no-store"
    assert re.findall(r"<script|\son\w+=|https?://|\ssrc=", html) == []
    assert re.findall(r"url\(|@import|</style", login_style()) == []


def test_every_colour_of_it_is_the_chats_by_day_and_by_night() -> None:
    style = login_style()
    used = set(re.findall(r"var\((--[\w-]+)\)", style))
    day, night = style.split("@media (prefers-color-scheme: dark) {")
    assert used <= set(re.findall(r"(--[\w-]+):", day))
    assert {name for name in used if name not in {"--qd-serif", "--qd-sans"}} <= set(
        re.findall(r"(--[\w-]+):", night[: night.index("\n}\n}\n")])
    )
