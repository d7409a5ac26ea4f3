"""Read plain text and Markdown, with the front matter that says title, days, address and language."""

import re

from index.metadata import parse_day
from index.reading.charset import decoded
from index.reading.draft import known_code
from index.settle import settle, settle_line
from index.types import Draft

_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\n(?P<fields>(?:(?:[\w-]+[ \t]*:.*|[ \t]+.*|- .*|#.*|)\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
_FIELD = re.compile(r"^([\w-]+)[ \t]*:[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_QUOTED = re.compile(r"""(["'])(.*)\1(?:[ \t]+#.*)?|(.*?)(?:[ \t]+#.*)?""")
# What Hugo, Jekyll, Obsidian and web clippers call these fields, the likeliest first.
_TITLE, _URL, _LANGUAGE = ("title",), ("url", "source", "link", "canonical_url"), ("language", "lang")
_PUBLISHED = ("date", "published", "published_at", "pubdate")
_UPDATED = ("updated", "lastmod", "last_modified_at", "modified")
_FETCHED = ("fetched", "accessed", "saved", "clipped")


def read_text(data: bytes, name: str) -> Draft:
    """The draft of a plain text, without an id. Raises `UnreadableFile` for what is binary or in no sure encoding."""
    return Draft(settle(decoded(data, name)), name)


def read_markdown(data: bytes, name: str) -> Draft:
    """The draft of a Markdown file, its text as it is but for its front matter, without an id.

    Raises `UnreadableFile` for what is binary or in no sure encoding.
    """
    text = settle(decoded(data, name))
    front = _FRONT_MATTER.match(text)
    if not front or not front["fields"].strip():
        return Draft(text, name)
    fields = {key.lower(): _plain(value) for key, value in _FIELD.findall(front["fields"])}
    url = _first(fields, _URL)
    return Draft(
        text[front.end() :].strip(),
        name,
        title=_first(fields, _TITLE) or None,
        url=url if "://" in url else None,
        published=parse_day(_first(fields, _PUBLISHED)),
        updated=parse_day(_first(fields, _UPDATED)),
        fetched=parse_day(_first(fields, _FETCHED)),
        language=known_code(_first(fields, _LANGUAGE)),
    )


def _plain(value: str) -> str:
    """A YAML scalar of one line without its quotes or the comment behind it."""
    match = _QUOTED.fullmatch(value)
    return settle_line((match[2] or match[3] or "") if match else value)


def _first(fields: dict[str, str], names: tuple[str, ...]) -> str:
    return next((fields[name] for name in names if fields.get(name)), "")
