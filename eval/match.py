"""Whether a text holds an answer: the same words or the same figure, whatever the script, width, case or unit."""

import re
from collections.abc import Sequence

from index.tokens import fold
from qa.quantities import find_quantities

_SPACES = re.compile(r"\s+")
_NOISE = r"[\s\"'“”‘’「」『』《》·・,，、。.]"
# Between two digits only a comma before three more is noise: "1.5" is not "15", and "5, 7" is not "57".
_IN_A_NUMBER = r"(?:[,，](?=\d{3}(?!\d)))?"
_PIECES = re.compile(rf"(?P<noise>{_NOISE}+)|(?P<letter>.)", re.DOTALL)
_THOUSANDS = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")


def holds(text: str, answer: str) -> bool:
    """Whether `answer` stands in `text`: as whole words, or as a quantity of the same value.

    "35万" holds "350,000", 「2045億ドル」 holds "$204.5 billion", "FAIRly" does not hold "FAIR".
    """
    return _holds_words(text, answer) or _holds_quantity(text, answer)


def holds_any(text: str, answers: tuple[str, ...]) -> bool:
    """Whether one of `answers` stands in `text`."""
    return any(holds(text, answer) for answer in answers)


def all_held(texts: Sequence[str], groups: Sequence[tuple[str, ...]]) -> bool:
    """Whether there are groups of answers, and something of each stands in one of the texts."""
    return bool(groups) and all(any(holds_any(text, group) for text in texts) for group in groups)


def _holds_words(text: str, answer: str) -> bool:
    wanted = _THOUSANDS.sub("", fold(answer)).strip()
    letters = [piece["letter"] for piece in _PIECES.finditer(wanted) if piece["letter"]]
    if not letters:
        return False
    before, after = edges(letters[0])[0], edges(letters[-1])[1]
    return re.search(before + _pattern(wanted) + after, fold(text)) is not None


def _pattern(wanted: str) -> str:
    """The letters of `wanted` in order, with noise allowed anywhere but inside a number."""
    pattern, last, between = "", "", ""
    for piece in _PIECES.finditer(wanted):
        if piece["noise"]:
            between = piece["noise"]
            continue
        letter = piece["letter"]
        if last.isdigit() and letter.isdigit():
            pattern += re.escape(between) if between else _IN_A_NUMBER
        elif last:
            pattern += f"{_NOISE}*"
        pattern, last, between = pattern + re.escape(letter), letter, ""
    return pattern


def edges(character: str) -> tuple[str, str]:
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
