"""Where a quote stands that somebody else has copied: letter by letter or, failing that, as it reads."""

import re
import unicodedata

from index.types import Span

# Marks that copyists swap or leave out, all of which read the same.
_QUOTATION_MARKS = re.compile("[\"'`´‘’‚‛“”„‟«»‹›「」『』〝〞〟′″]")
_DASHES = re.compile("[‐‑‒–—―−]")
# What a copyist puts around a quote: it begins or breaks off in the middle of a sentence.
_AROUND = " .,;:…。、，；："


def locate(quote: str, text: str) -> Span | None:
    """The first place in `text` where `quote` stands; None where it stands nowhere.

    It is looked for as it is, then with width and other compatibility forms (NFKD, Unicode Standard Annex 15), white
    space, case, quotation marks and dashes made one. The span is of `text` as it was given.
    """
    at = text.find(quote)
    if quote and at >= 0:
        return Span(at, at + len(quote))
    wanted = "".join(_reads(character) for character in quote.strip(_AROUND)).strip(_AROUND + "'")
    read, places = _as_read(text)
    at = read.find(wanted)
    return Span(places[at], places[at + len(wanted) - 1] + 1) if wanted and at >= 0 else None


def _as_read(text: str) -> tuple[str, list[int]]:
    """`text` as it reads, and for each character of that the place in `text` that it comes from."""
    parts = [_reads(character) for character in text]
    return "".join(parts), [place for place, part in enumerate(parts) for _ in part]


def _reads(character: str) -> str:
    # Decomposed, since composing looks at neighbours, and every character has to keep its own place.
    read = "".join(unicodedata.normalize("NFKD", character).casefold().split())
    return _DASHES.sub("-", _QUOTATION_MARKS.sub("'", read))
