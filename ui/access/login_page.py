"""The page where a user signs in: plain HTML in the reader's language, light or dark, without a script.
Its colours and fonts are those of the chat, read from the same style sheet.
"""

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Literal

from markupsafe import Markup
from starlette.responses import HTMLResponse

from ui.chat.words import words_for

Complaint = Literal["", "wrong", "wait"]

_PAGE = Markup("""<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{sign_in} · quotedesk</title>
<link rel="icon" type="image/svg+xml" href="data:image/svg+xml;base64,{icon}">
<style>{style}</style>
<main>
<header><p class="qd-name">quotedesk</p><p>{motto}</p></header>
<form method="post">
<h1>{sign_in}</h1>
{complaint}<label for="name">{name}</label>
<input id="name" name="name" value="{given}" autocomplete="username" autocapitalize="none" {a}>
<label for="password">{password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" {b}>
<button>{sign_in}</button>
</form>
</main>
</html>
""")


@dataclass(frozen=True, slots=True)
class LoginWords:
    """What the page says in one language."""

    sign_in: str
    name: str
    password: str
    wrong: str
    wait: str


LOGIN_WORDS = {
    "en": LoginWords(
        "Sign in",
        "Name",
        "Password",
        "Name and password don't go together. Try again.",
        "Too many attempts. Wait {} minutes and try again.",
    ),
    "zh": LoginWords(
        "登录",
        "用户名",
        "密码",
        "用户名与密码不符，请再试一次。",
        "尝试次数过多。请等 {} 分钟后再试。",
    ),
    "ja": LoginWords(
        "ログイン",
        "ユーザー名",
        "パスワード",
        "ユーザー名とパスワードが一致しません。もう一度入力してください。",
        "試行回数が多すぎます。{} 分待ってから、もう一度お試しください。",
    ),
}


def login_page(
    accept_language: str | None, complaint: Complaint = "", *, given: str = "", wait: int = 0
) -> HTMLResponse:
    """The page with what was wrong, if anything was, and the name as it was typed; `wait` is in seconds."""
    words = words_for(accept_language)
    said = LOGIN_WORDS[words.language]
    told = {"": "", "wrong": said.wrong, "wait": said.wait.format(-(-wait // 60))}[complaint]
    html = _PAGE.format(
        language=words.language,
        sign_in=said.sign_in,
        motto=words.motto,
        name=said.name,
        password=said.password,
        given=given,
        complaint=Markup('<p class="qd-notice" role="alert">{}</p>\n').format(told) if told else "",
        a="required" if given else "required autofocus",
        b="required autofocus" if given else "required",
        style=Markup(login_style()),  # noqa: S704 (our own style sheet)
        icon=b64encode(_file("quotedesk.svg").encode()).decode(),
    )
    status = {"": 200, "wrong": 401, "wait": 429}[complaint]
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": _policy(), "Vary": "Accept-Language"}
    return HTMLResponse(html, status, headers)


@cache
def login_style() -> str:
    """The page's style: the chat's colours and fonts by light, by night and by language, then this page's own rules."""
    chat = _file("quotedesk.css")
    night = f"@media (prefers-color-scheme: dark) {{\n{_rule(chat, '.dark').replace('.dark', ':root', 1)}}}\n"
    fonts = _rule(chat, ":lang(zh)") + _rule(chat, ":lang(ja)")
    return _rule(chat, ":root") + night + fonts + _file("login.css")


def _rule(style: str, selector: str) -> str:
    found = re.search(rf"^{re.escape(selector)} {{.*?^}}\n", style, re.MULTILINE | re.DOTALL)
    assert found, f"quotedesk.css has no rule for {selector}"
    return found[0]


@cache
def _policy() -> str:
    style = b64encode(sha256(login_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; img-src data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def _file(name: str) -> str:
    return (files("ui") / "page" / name).read_text("utf-8")
