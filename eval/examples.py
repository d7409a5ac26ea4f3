"""What the reader learns from: a question with a passage that answers it, or one that only seems to.

Passages are put among lines of others at times, as scraped pages are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from index.tokens import fold

# How often a passage is put among lines of others, and how long these are at most.
_NOISY = 0.3
_NOISE_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage; `span` is the answer's place in it in code points, None where it does not answer."""

    question: str
    passage: str
    span: tuple[int, int] | None

    def between(self, before: str, after: str = "") -> "Example":
        """The same with its passage between two texts."""
        moved = None if self.span is None else (self.span[0] + len(before), self.span[1] + len(before))
        return Example(self.question, before + self.passage + after, moved)


class Source(Protocol):
    """Where examples are drawn from."""

    def draw(self, drawing: Random, /) -> list[Example]:
        """A question with its passage; where that answers it, at times followed by near misses of it."""


def among_lines(example: Example, others: Sequence[str], answers: Sequence[str], drawing: Random) -> Example:
    """The example with its passage, three times in ten, between lines of `others` that hold none of `answers`."""
    if drawing.random() >= _NOISY:
        return example
    return example.between(*(_line(others, answers, drawing) for _ in range(2)))


def holds_answer(text: str, answers: Sequence[str]) -> bool:
    """Whether one of the answers stands in the text, in whatever case or width."""
    folded = fold(text)
    return any(fold(answer) in folded for answer in answers)


def _line(others: Sequence[str], answers: Sequence[str], drawing: Random) -> str:
    """A piece of another passage on a line of its own; an empty one rather than one that holds an answer."""
    other = drawing.choice(others)
    start = drawing.randrange(max(1, len(other) - _NOISE_CHARACTERS))
    line = " ".join(other[start : start + drawing.randrange(20, _NOISE_CHARACTERS)].split())
    return "\n" if holds_answer(line, answers) else f"\n{line}\n"
