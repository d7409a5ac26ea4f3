"""The head of the page: the list of conversations, the name, what is loaded, the way to the library page."""

from collections.abc import Iterator

from markupsafe import Markup

from ui.access.users import User
from ui.chat.shelf import Shelf
from ui.chat.words import Words

LANGUAGES_NAMED = 4
_MENU = Markup(
    '<svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path d="M3 5.5h14M3 10h14M3 14.5h9"/></svg>'
)


def masthead_html(library: Shelf, words: Words, user: User) -> Markup:
    """The product's name, how many articles in which languages from which dates are loaded, and the way out."""
    return Markup(
        '<header class="qd-masthead" lang="{}" data-sent="{}">'
        '<button type="button" class="qd-icon" data-drawer aria-expanded="false" aria-label="{}">{}</button>'
        '<a href="./" class="qd-name" data-new>quotedesk</a><p>{}</p>'
        '<button type="button" class="qd-quiet" data-library>{}</button>{}</header>'
    ).format(
        words.language,
        words.sent,
        words.conversations,
        _MENU,
        holdings_html(library, words),
        words.library,
        _sign_out(words, user) if user.has_session else "",
    )


def _sign_out(words: Words, user: User) -> Markup:
    """A form and no link: following a link signs nobody out."""
    return Markup(
        '<form class="qd-sign-out" method="post" action="./logout">'
        '<button class="qd-quiet" title="{}">{}</button></form>'
    ).format(words.signed_in.format(user.name), words.sign_out)


def holdings_html(library: Shelf, words: Words) -> Markup:
    """How many articles, of which languages, of which time."""
    parts = [Markup("<span>{}</span>").format(part) for part in _holdings(library, words)]
    return Markup(" · ").join(parts)


def _holdings(library: Shelf, words: Words) -> Iterator[str]:
    yield words.count(library.size())
    most_first = sorted(library.languages().items(), key=lambda item: -item[1])
    for code, number in most_first[:LANGUAGES_NAMED]:
        yield f"{words.language_name(code)} {number:,}"
    if dates := library.date_range():
        yield words.period.format(*(words.date(day) for day in dates))
