"""Do two sentences tell of the same? Each is asked to fill the gap that the other has without its answer.

A reader that finds what fills the gap has found the same quantity or fact, whatever its value there.
`python -m eval.sameness` measures how well; answers do not rest on it.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from index.types import Span
from qa.reader import Reading

# Reads texts for a question, in their order; `qa.reader.Reader.read` does.
Read = Callable[[str, Sequence[str]], Sequence[Reading]]

_GAP = "___"


class Statement(NamedTuple):
    """A sentence and the place of its answer, in code points of its own."""

    text: str
    answer: Span

    @property
    def gapped(self) -> str:
        """The sentence with a gap in place of its answer."""
        return f"{self.text[: self.answer.start]}{_GAP}{self.text[self.answer.end :]}"


def sameness(one: Statement, others: Sequence[Statement], read: Read) -> list[float]:
    """How surely each of the others tells of the same as `one`: log odds, of both ways round the lower."""
    if not others:
        return []
    there = [reading.relevance for reading in read(one.gapped, [other.text for other in others])]
    back = [read(other.gapped, [one.text])[0].relevance for other in others]
    return [min(both) for both in zip(there, back, strict=True)]
