"""What every reader of files shares: a file's name in messages, ids made of names, and whether a draft has text."""

import re
from dataclasses import replace
from hashlib import sha256
from itertools import islice
from os import fsencode
from pathlib import Path

from index.errors import UnreadableFile
from index.language import LANGUAGES
from index.reading.limits import Limits
from index.settle import settle_id
from index.types import Draft, Span

# Fewer letters than this say nothing that could be quoted: a login wall, a 404, an empty export.
FEWEST_LETTERS = 20


def shown(path: Path) -> str:
    """The path as it may be shown and stored, on one line even where its name is not text."""
    return fsencode(path.as_posix()).decode("utf-8", "replace").replace("\n", " ")


def letters(text: str, most: int | None = None) -> int:
    """How many letters of any script there are; no more than `most` are counted."""
    return sum(islice(filter(None, map(str.isalpha, text)), most))


def digest(text: str) -> str:
    """Eight hexadecimal digits that stand for a text."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:8]


def known_code(language: str) -> str | None:
    """The code in "zh-Hant" or "en_US"; None for a language in any other spelling, which is left to be detected."""
    code = re.split("[-_]", language.strip().lower())[0]
    return code if code in LANGUAGES else None


def checked(draft: Draft, limits: Limits) -> Draft:
    """The draft. Raises `UnreadableFile` where it has hardly any text, or too much for one article."""
    if len(draft.text) > limits.characters:
        raise UnreadableFile(
            f"{draft.path}: {len(draft.text):,} characters, more than {limits.characters:,}; split it into its articles"
        )
    if (found := letters(draft.text, FEWEST_LETTERS)) < FEWEST_LETTERS:
        what = f"hardly any text ({found} letters)" if draft.text else "empty"
        raise UnreadableFile(f"{draft.path}: {what}; check what it should hold, or take it away")
    return draft


def named_after(draft: Draft, stem: str) -> Draft:
    """The draft with an id made of `stem`, its file's name without the kind, or else of its text."""
    return replace(draft, id=settle_id(stem) or f"article-{digest(draft.text)}")


def headed(draft: Draft, head: str) -> Draft:
    """The draft with the settled lines `head` and a blank line before its settled text, its marks moved along."""
    if not head:
        return draft
    shift = len(head) + 2
    moved = tuple(Span(span.start + shift, span.end + shift) for span in draft.boilerplate)
    return replace(draft, text=f"{head}\n\n{draft.text}", boilerplate=moved)
