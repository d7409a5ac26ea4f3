"""Numbers, intervals, days and quotes as the report prints them; it knows nothing of runs or pages."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import fmean

import numpy as np
from markupsafe import Markup, escape

from eval.declining import auroc
from eval.figures import IN_MILLISECONDS
from eval.match import edges
from eval.statistics import mean_interval
from index.types import Span
from qa.quantities import find_quantities

NOTHING = "–"
# Between a number and its unit: narrow, and no place to break a line.
THIN = "\u202f"
_LANGUAGES = {"en": "English", "zh": "Chinese", "ja": "Japanese"}


@dataclass(frozen=True, slots=True)
class Whisker:
    """A value and its interval as places on a line of length 100; where there is no interval its ends are the value."""

    low: float
    value: float
    high: float


def whisker(value: float, low: float | None, high: float | None, *, start: float, end: float) -> Whisker:
    """The drawing on a line that goes from `start` to `end`; all of it at the start if those are one."""

    def place(at: float) -> float:
        return round(100 * (at - start) / (end - start), 1) if end > start else 0.0

    return Whisker(place(value if low is None else low), place(value), place(value if high is None else high))


def value_in_print(measure: str, value: float) -> str:
    """A share as "86.5 %", a time as "1,240 ms"."""
    return f"{value:,.0f}{THIN}ms" if measure in IN_MILLISECONDS else f"{100 * value:.1f}{THIN}%"


def interval_in_print(measure: str, low: float | None, high: float | None) -> str:
    """The ends without their unit: "78–93", with a decimal where that is narrow; a dash where there are none."""
    if low is None or high is None:
        return NOTHING
    if measure in IN_MILLISECONDS:
        return f"{low:,.0f}–{high:,.0f}"
    digits = 0 if high - low >= 0.05 else 1
    return f"{100 * low:.{digits}f}–{100 * high:.{digits}f}"


def share_in_print(values: Sequence[float], groups: Sequence[str]) -> str:
    """The mean of shares in 0..1 with its interval, "86.5 (78–93)", drawn over the groups that they belong to."""
    low, high = mean_interval(values, groups) or (None, None)
    return f"{100 * fmean(values):.1f} ({interval_in_print('', low, high)})"


def auroc_in_print(above: Sequence[float], below: Sequence[float]) -> str:
    """How well values that are to be above are told from those that are to be below, "0.787"; "-" without both."""
    told = auroc(np.array([*above, *below]), np.array([True] * len(above) + [False] * len(below)))
    return "-" if told is None else f"{told:.3f}"


def change_in_print(measure: str, change: float) -> str:
    """A difference of shares in points of a hundred, "+3.1", of times in milliseconds, "−12 ms"."""
    text = f"{change:+,.0f}{THIN}ms" if measure in IN_MILLISECONDS else f"{100 * change:+.1f}"
    return text.replace("-", "−")


def day_in_print(text: str | None) -> str:
    """An ISO date as "22 November 2026", with the time of day if it states one; anything else as it is."""
    try:
        if text is None or len(text) == len("2026-11-22"):
            return _written(date.fromisoformat(text or ""))
        moment = datetime.fromisoformat(text)
        return f"{_written(moment)}, {moment:%H:%M %Z}".rstrip()
    except ValueError:
        return text or ""


def duration_in_print(seconds: float) -> str:
    """Seconds as "8.4 s", "1 min 14 s" or "2 h 5 min"."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{seconds:.1f}{THIN}s"
    if minutes < 60:
        return f"{minutes}{THIN}min {rest}{THIN}s"
    return f"{minutes // 60}{THIN}h {minutes % 60}{THIN}min"


def languages_in_print(codes: str) -> str:
    """The codes "en>ja+zh" as "English → Japanese, Chinese"; what has no name here stays as it is."""
    sides = (side.split("+") for side in codes.split(">"))
    return " → ".join(", ".join(_LANGUAGES.get(code, code) for code in side) for side in sides)


def count_in_print(count: int, noun: str) -> str:
    """A number of things: "1 question", "1,204 questions"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def marked(text: str, wanted: Iterable[str]) -> Markup:
    """`text`, escaped, with a `<mark>` around every wanted string, and around a figure that says the same otherwise."""
    parts, at = [], 0
    for start, end in _merged(span for answer in wanted for span in _places(text, answer)):
        parts += [escape(text[at:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        at = end
    return Markup("").join([*parts, escape(text[at:])])


def _written(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


def _places(text: str, answer: str) -> Iterator[Span]:
    """Where `answer` stands in `text`: as whole words in any case, or as a quantity of the same value."""
    answer = answer.strip()
    if answer:
        words = edges(answer[0])[0] + re.escape(answer) + edges(answer[-1])[1]
        yield from (Span(*found.span()) for found in re.finditer(words, text, re.IGNORECASE))
    quantities = find_quantities(answer)
    if len(quantities) == 1 and quantities[0].span.of(answer) == answer:
        yield from (one.span for one in find_quantities(text) if one.agrees_with(quantities[0]))


def _merged(spans: Iterable[Span]) -> list[tuple[int, int]]:
    """The same places in order, those that overlap or touch made one."""
    merged: list[tuple[int, int]] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], span.end)
        else:
            merged.append((span.start, span.end))
    return merged
