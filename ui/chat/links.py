"""Addresses: of a conversation or an article in this page, and of the quoted words in the original. Knows no HTML."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from index.types import Article, Listed, Span

# Shorter quotes are looked for whole; of longer ones the beginning and the end, which survive small changes better.
_WHOLE = 90
_WORDS_AT_EDGE = 5


@dataclass(frozen=True, slots=True)
class Address:
    """What an address of the page asks for: a conversation, or an article in some version and a span of it.

    All are empty or None where the address does not say.
    """

    conversation: str = ""
    article: str = ""
    version: str = ""
    span: Span | None = None


def read_address(text: str) -> Address:
    """What is asked for by a query with its fragment, `?c=ID` or `?article=ID@VERSION#start-end`, or by a permalink.

    It comes from a browser: what is not understood is left out.
    """
    try:
        parts = urlsplit(text)
        asked = parse_qs(parts.query)
    except ValueError:  # such as more fields than the library reads
        return Address()
    named = asked.get("article", [""])[-1]
    if parts.path.startswith("/articles/"):
        named = parse_qs(f"article={parts.path.removeprefix('/articles/')}".replace("+", "%2B")).get("article", [""])[0]
    if named:
        article, _, version = named.rpartition("@") if "@" in named else (named, "", "")
        return Address(article=article, version=version, span=_span(parts.fragment))
    return Address(conversation=asked.get("c", [""])[-1])


def permalink(article: Article | Listed, span: Span | None = None) -> str:
    """The article in this version, and a place in it, as `Quote.permalink` has it."""
    place = f"#{span.start}-{span.end}" if span else ""
    return f"/articles/{quote(article.id, safe='')}@{article.version}{place}"


def to_words(url: str, words: str) -> str:
    """`url` so that a browser scrolls to `words` and marks them (https://wicg.github.io/scroll-to-text-fragment)."""
    return f"{url}{'' if '#' in url else '#'}:~:text={_text_directive(words)}"


def _span(fragment: str) -> Span | None:
    found = re.fullmatch(r"(\d{1,9})-(\d{1,9})", fragment, re.ASCII)
    if found is None or int(found[1]) >= int(found[2]):
        return None
    return Span(int(found[1]), int(found[2]))


def _text_directive(words: str) -> str:
    lines = [" ".join(line.split()) for line in words.splitlines() if line.strip()]
    whole = " ".join(lines)
    if len(lines) == 1 and len(whole) <= _WHOLE:
        return _encoded(whole)
    first, last = _edge(lines[0], 1), _edge(lines[-1], -1)
    return _encoded(whole) if first == last else f"{_encoded(first)},{_encoded(last)}"


def _edge(line: str, step: int) -> str:
    """The first words (`step` 1) or the last ones (-1); of a script without spaces the first or last clause.

    A browser marks whole words only, and where words end in Chinese or Japanese nobody is sure but at punctuation.
    """
    spaced = line.split(" ")
    if len(spaced) > _WORDS_AT_EDGE:
        return " ".join(spaced[:_WORDS_AT_EDGE] if step > 0 else spaced[-_WORDS_AT_EDGE:])
    clauses = [clause for clause in re.split(r"[，。、；：！？「」『』（）“”]", line) if clause.strip()]
    return (clauses[0] if step > 0 else clauses[-1]) if clauses else line


def _encoded(words: str) -> str:
    # A hyphen and a comma are part of the directive's own syntax.
    return quote(words, safe="").replace("-", "%2D")
