"""How many articles are of which year or month, as a small plot in plain SVG. It knows dates and words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from markupsafe import Markup

from ui.chat.words import Words

WIDTH, HEIGHT = 640, 96
# Below this many months a bar is a month, beyond it a year: about as many bars as can be told apart.
_MOST_MONTHS = 60
_GAP = 0.18


def date_plot(days: Iterable[date], words: Words) -> Markup:
    """A bar for each month, or each year of a longer time, its height the number of articles; empty for no dates."""
    counted = Counter((day.year, day.month) for day in days)
    if not counted:
        return Markup("")
    first, last = min(counted), max(counted)
    months = [divmod(month, 12) for month in range(first[0] * 12 + first[1] - 1, last[0] * 12 + last[1])]
    if len(months) <= _MOST_MONTHS:
        bars = [(_month(year, month + 1, words), counted[year, month + 1]) for year, month in months]
    else:
        by_year = Counter[int]()
        for (year, _), number in counted.items():
            by_year[year] += number
        bars = [(words.year.format(year), by_year[year]) for year in range(first[0], last[0] + 1)]
    return _svg(bars, words)


def _month(year: int, month: int, words: Words) -> str:
    return words.month.format(date(year, month, 1))


def _svg(bars: Sequence[tuple[str, int]], words: Words) -> Markup:
    most, step = max(number for _, number in bars), WIDTH / len(bars)
    rects = [
        Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}: {}</title></rect>').format(
            place * step, HEIGHT * (1 - number / most), step * (1 - _GAP), HEIGHT * number / most, name, number
        )
        for place, (name, number) in enumerate(bars)
        if number
    ]
    return Markup(
        '<figure class="qd-plot">'
        '<svg viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>'
        "<figcaption><span>{}</span><span>{}</span></figcaption></figure>"
    ).format(WIDTH, HEIGHT, words.by_date, Markup("").join(rects), bars[0][0], bars[-1][0] if len(bars) > 1 else "")
