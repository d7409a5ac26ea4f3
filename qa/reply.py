"""A language model's reply, taken apart: from pieces of text, as they come, to sentences with their quotes.

One JSON object a line is asked for. What stands around the objects is passed over.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClaimedQuote(_Strict):
    """A quote that the model says stands in the passage of that number."""

    passage: int
    quote: str


class Claim(_Strict):
    """A sentence that the model wrote, and the quotes that it says bear it out."""

    sentence: str
    quotes: tuple[ClaimedQuote, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something in the reply that begins like a claim and is none."""

    text: str


def claims(pieces: Iterable[str]) -> Iterator[Claim | Unreadable]:
    """The claims in a reply, each as soon as its last character has come."""
    for text in _objects(pieces):
        try:
            yield Claim.model_validate_json(text)
        except ValidationError:
            yield Unreadable(text)


def _objects(pieces: Iterable[str]) -> Iterator[str]:
    """Every outermost {...}, and what is begun and not ended. In JSON no line ends inside a string, so one that is
    never closed ends with its line, and takes no others with it.
    """
    open_braces, in_string, escaped = 0, False, False
    text: list[str] = []
    for character in (character for piece in pieces for character in piece):
        if not open_braces and character != "{":
            continue
        text.append(character)
        if in_string:
            in_string = escaped or character != '"'
            escaped = character == "\\" and not escaped
        else:
            in_string = character == '"'
            open_braces += (character == "{") - (character == "}")
        if not open_braces or (in_string and character == "\n"):
            yield "".join(text)
            open_braces, in_string, escaped, text = 0, False, False, []
    if text:
        yield "".join(text)
