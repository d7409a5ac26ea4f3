"""A language model for tests: it says what it is told to say, and keeps what it was asked."""

from collections.abc import Generator, Sequence

from qa.language_model import Message, ReplyFailed


class FakeLanguageModel:
    """Says `pieces`, and then fails where `failure` is set. `asked` is all that it was asked, in order."""

    name = "fake"

    def __init__(self, *pieces: str, failure: ReplyFailed | None = None) -> None:
        self.pieces = pieces
        self.failure = failure
        self.asked: list[Sequence[Message]] = []

    def reply(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """The pieces, then the failure."""
        self.asked.append(messages)
        yield from self.pieces
        if self.failure:
            raise self.failure
