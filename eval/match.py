"""Whether a text holds an answer: the same words or the same figure, whatever the script, width, case or unit."""

import re

from index.tokens import fold
from qa.quantities import find_quantities

_SPACES = re.compile(r"\s+")
_MAYBE_NOISE = r"[\s\"'“”‘’「」『』《》·・,，、。.]*"
_NOISE = re.compile(_MAYBE_NOISE)


def holds(text: str, answer: str) -> bool:
    """Whether `answer` stands in `text`: as whole words, or as a quantity of the same value.

    "35万" holds "350,000", 「2045億ドル」 holds "$204.5 billion", "FAIRly" does not hold "FAIR".
    """
    return _holds_words(text, answer) or _holds_quantity(text, answer)


def holds_any(text: str, answers: tuple[str, ...]) -> bool:
    """Whether one of `answers` stands in `text`."""
    return any(holds(text, answer) for answer in answers)


def _holds_words(text: str, answer: str) -> bool:
    wanted = _NOISE.sub("", fold(answer))
    if not wanted:
        return False
    words = _MAYBE_NOISE.join(map(re.escape, wanted))
    before, after = _edges(wanted[0])[0], _edges(wanted[-1])[1]
    return re.search(before + words + after, fold(text)) is not None


def _edges(character: str) -> tuple[str, str]:
    """What must not stand before and after: "57" is not in "570" or "1.57", nor "FAIR" in "fairly"."""
    if character.isdigit():
        return r"(?<![a-z\d])(?<!\d[.,])", r"(?![a-z\d])(?![.,]\d)"
    if character.isascii() and character.isalpha():
        return r"(?<![a-z\d])", r"(?![a-z\d])"
    return "", ""


def _holds_quantity(text: str, answer: str) -> bool:
    wanted = find_quantities(answer)
    if len(wanted) != 1 or _SPACES.sub("", answer) != _SPACES.sub("", wanted[0].span.of(answer)):
        return False
    return any(wanted[0].agrees_with(figure) for figure in find_quantities(text))
