"""What a language model is to us: messages in, pieces of a reply out, and the ways in which that goes wrong."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from index.errors import QuotedeskError

# Each way has its words, in each language, in `qa.notices`.
Trouble = Literal["slow", "endless", "unreachable", "refused", "broken", "busy", "failed"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the conversation that is sent."""

    role: Literal["system", "user"]
    content: str


class ReplyFailed(QuotedeskError):
    """A reply that could not be had, or not to its end: `trouble` is the kind, the message says it in full."""

    def __init__(self, trouble: Trouble, said: str) -> None:
        super().__init__(said)
        self.trouble: Trouble = trouble


class LanguageModel(Protocol):
    """What writes; `qa.endpoint.Endpoint` does."""

    @property
    def name(self) -> str:
        """What an answer that it wrote is signed with."""

    def reply(self, messages: Sequence[Message], /) -> Generator[str, None, None]:
        """The reply's text, piece by piece as it comes. Closing the generator ends the reply.

        Raises `ReplyFailed` where there is none, or no more of it.
        """
