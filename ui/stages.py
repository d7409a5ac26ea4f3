"""What there is to tell of a question before its answer: how far it has come. It knows no door."""

from dataclasses import dataclass

from qa.types import Answer, Found


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing new; told from time to time, so that it is noticed when nobody listens any more."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was searched for and found, and is being read now."""

    searched_for: str
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Writing:
    """The language model `model` is wording the answer; `so_far` is what of it was verified, None before that."""

    model: str
    so_far: Answer | None = None


Stage = Waiting | Reading | Writing
