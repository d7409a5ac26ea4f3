"""The plots of a run, each an SVG whose colours are the page's own CSS variables, so that they follow light and dark.

It knows matplotlib, and nobody else does. The same records give the same bytes.
"""

import io
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from eval.declining import Bin, calibration, risk_coverage
from eval.figures import Slice
from eval.records import Record

Floats = NDArray[np.float64]
# A share with the ends of its interval.
Interval = tuple[float, float, float]

FOUND_WITHIN = ("success@1", "success@5", "success@10")

# Colours that no plot would use by itself, each to be replaced by what the page calls it.
_INK, _SOFT, _RULE, _ACCENT, _SHEET = "#010101", "#020202", "#030303", "#040404", "#050505"
_VARIABLES = {_INK: "ink", _SOFT: "soft", _RULE: "rule", _ACCENT: "accent", _SHEET: "sheet"}
# In points, as all sizes here: so narrow that letters keep their size on a phone.
_WIDTH = 360
# In characters; a longer name would leave no place for what it names.
_LONGEST_NAME = 28
_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "axes.labelsize": 11,
    "axes.labelcolor": _SOFT,
    "axes.edgecolor": _RULE,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "figure.facecolor": "none",
    "grid.color": _RULE,
    "text.color": _INK,
    "xtick.color": _RULE,
    "xtick.labelcolor": _SOFT,
    "ytick.color": _RULE,
    "ytick.labelcolor": _SOFT,
    "legend.frameon": False,
    "patch.linewidth": 1,
}
# Bars of the histogram of confidences.
_STRETCHES = 20
_BACKGROUND = {"facecolor": _SHEET, "edgecolor": "none", "pad": 1.5}


def risk_coverage_plot(records: Sequence[Record]) -> str:
    """The share wrong against the share answered, were only the surest answers given; and where the run itself stands.

    After El-Yaniv and Wiener, "On the foundations of noise-free selective classification", 2010.
    """
    coverage, risk = risk_coverage(*_confidence_and_right(records))
    answered = [not record.right for record in records if record.answered]
    here = len(answered) / len(records), sum(answered) / max(1, len(answered))
    lines = f"{_percent(here[0])} answered,", f"{_percent(here[1])} of them wrong"
    said = f"Risk-coverage curve. This run: {' '.join(lines)}. With everything answered: {_percent(risk[-1])} wrong."
    return _svg("risk-coverage", said, 280, partial(_draw_risk, coverage, risk, here, ("this run:", *lines)))


def calibration_plot(records: Sequence[Record]) -> str:
    """The share right against the confidence, in bins of confidence, over how many cases each bin holds."""
    bins = calibration(*_confidence_and_right(records))
    told = "; ".join(f"{_percent(one.right)} of {one.count} at {one.confidence:.2f}" for one in bins)
    return _svg(
        "calibration", f"Reliability diagram. Right, by mean confidence: {told}.", 340, partial(_draw_bins, bins)
    )


def found_plot(by_language: Sequence[Slice]) -> str | None:
    """How often an article that holds the answer is among the first found, by language; None where nobody knows."""
    rows = [(one.value, found) for one in by_language if (found := _found(one))]
    if not rows:
        return None
    told = "; ".join(
        f"{name} " + ", ".join(f"{at} {_percent(one[0])}" for at, one in found.items()) for name, found in rows
    )
    return _svg("found", f"Found, by language: {told}.", 95 + 48 * len(rows), partial(_draw_found, rows))


def latency_plot(records: Sequence[Record]) -> str | None:
    """How many questions took how long, with the median and the 95th percentile; None where nothing was timed."""
    times = _times(records, "total")
    if not len(times):
        return None
    half, most = _percentiles(times)
    said = f"Time to an answer: half within {_time(half)}, 95 of 100 within {_time(most)}."
    return _svg("latency", said, 250, partial(_draw_latency, times, half, most))


def parts_plot(records: Sequence[Record]) -> str | None:
    """The median time of each part of an answer, and its 95th percentile; None where no part was timed."""
    names = dict.fromkeys(name for record in records for name in record.timings_ms if name != "total")
    parts = {name: _percentiles(_times(records, name)) for name in names}
    if not parts:
        return None
    told = "; ".join(f"{name} {_time(half)}, 95 of 100 within {_time(most)}" for name, (half, most) in parts.items())
    return _svg("parts", f"Median time of each part: {told}.", 80 + 42 * len(parts), partial(_draw_parts, parts))


def confidence_plot(records: Sequence[Record]) -> str:
    """How sure the best answer was where it was right, where it was wrong, and where the articles hold no answer."""
    groups = {
        "right": [record for record in records if record.right_if_answered],
        "wrong": [record for record in records if record.answerable and not record.right_if_answered],
        "unanswerable": [record for record in records if not record.answerable],
    }
    kept = {name: group for name, group in groups.items() if group}
    told = "; ".join(f"{len(group)} {name}, median {_median_confidence(group):.2f}" for name, group in kept.items())
    return _svg(
        "confidence", f"Confidence of the best answers: {told}.", 75 + 85 * len(kept), partial(_draw_sure, kept)
    )


def _confidence_and_right(records: Sequence[Record]) -> tuple[Floats, NDArray[np.bool_]]:
    confidence = np.array([record.confidence for record in records])
    return confidence, np.array([record.right_if_answered for record in records])


def _median_confidence(records: Sequence[Record]) -> float:
    return float(np.median([record.confidence for record in records]))


def _found(one: Slice) -> dict[str, Interval]:
    values = {figure.measure: figure for figure in one.figures if figure.value is not None}
    figures = [values[measure] for measure in FOUND_WITHIN if measure in values]
    return {
        one.measure: (one.value, _or(one.low, one.value), _or(one.high, one.value))
        for one in figures
        if one.value is not None
    }


def _or(end: float | None, value: float) -> float:
    return value if end is None else end


def _times(records: Sequence[Record], part: str) -> Floats:
    return np.array([record.timings_ms[part] for record in records if part in record.timings_ms])


def _percentiles(times: Floats) -> tuple[float, float]:
    return float(np.percentile(times, 50)), float(np.percentile(times, 95))


def _time(milliseconds: float) -> str:
    return f"{milliseconds:,.0f}\u202fms"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\u202f%"


def _draw_risk(coverage: Floats, risk: Floats, here: tuple[float, float], lines: Sequence[str], figure: Figure) -> None:
    axes = _axes(figure, "share of all questions answered", "share of the answers wrong")
    axes.plot(coverage, risk, color=_ACCENT, linewidth=2)
    axes.plot([here[0]], [here[1]], "o", markersize=9, color=_SHEET, markeredgecolor=_INK, markeredgewidth=2)
    top = 1.3 * max(0.1, float(risk.max()), here[1])
    axes.set(xlim=(0, 1.02), ylim=(-0.02 * top, top))
    side, by = ("right", -11) if here[0] > 0.4 else ("left", 11)
    # A line each: the browser's letters are narrower than matplotlib's, and lines set as one would not end together.
    for up, line in enumerate(reversed(lines)):
        axes.annotate(line, here, (by, 9 + 14 * up), textcoords="offset points", ha=side, bbox=_BACKGROUND)
    _in_percent(axes, "x", "y")


def _draw_bins(bins: Sequence[Bin], figure: Figure) -> None:
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    _label(above, "", "share right")
    _label(below, "confidence", "cases")
    above.plot([0, 1], [0, 1], color=_SOFT, linewidth=1, linestyle=(0, (4, 3)))
    at = [one.confidence for one in bins]
    above.plot(at, [one.right for one in bins], "o-", color=_ACCENT, markersize=7, clip_on=False)
    above.set(xlim=(0, 1), ylim=(-0.04, 1.04))
    _in_percent(above, "y")
    below.bar(at, [one.count for one in bins], width=0.05, color=_ACCENT)
    for one in bins:
        below.annotate(str(one.count), (one.confidence, one.count), (0, 2), textcoords="offset points", ha="center")
    below.set_ylim(0, 1.5 * max(one.count for one in bins))
    below.yaxis.set_visible(False)


def _draw_found(rows: Sequence[tuple[str, Mapping[str, Interval]]], figure: Figure) -> None:
    axes = _axes(figure, "share of the questions", "")
    looks = zip(FOUND_WITHIN, ("o", "s", "D"), (_SHEET, _ACCENT, _INK), (-0.24, 0, 0.24), strict=True)
    for measure, marker, fill, shift in looks:
        seen = [(row + shift, found[measure]) for row, (_, found) in enumerate(rows) if measure in found]
        _draw_intervals(axes, seen, marker, fill, measure)
    axes.set_yticks(range(len(rows)), [_short(name) for name, _ in rows])
    axes.set(xlim=(0, 1.02), ylim=(len(rows) - 0.5, -0.5))
    axes.grid(visible=False, axis="y")
    figure.legend(loc="outside upper center", ncols=len(FOUND_WITHIN), handletextpad=0.2, columnspacing=1.2)
    _in_percent(axes, "x")


def _draw_intervals(axes: Axes, rows: Sequence[tuple[float, Interval]], marker: str, fill: str, label: str) -> None:
    at = [place for place, _ in rows]
    axes.hlines(at, [low for _, (_, low, _) in rows], [high for _, (_, _, high) in rows], colors=_SOFT, linewidth=1.2)
    values = [value for _, (value, _, _) in rows]
    axes.plot(
        values,
        at,
        marker,
        color=fill,
        markersize=7,
        markeredgecolor=_ACCENT,
        markeredgewidth=1.5,
        label=label,
        clip_on=False,
    )


def _draw_latency(times: Floats, half: float, most: float, figure: Figure) -> None:
    axes = _axes(figure, "milliseconds", "questions")
    # One slow first question would squeeze all others into a corner, so the last bar holds all that lies beyond.
    end = 1.25 * most or 1.0
    axes.hist(np.minimum(times, end), bins=np.linspace(0, end, 26).tolist(), color=_ACCENT, rwidth=0.86)
    top = 1.35 * axes.get_ylim()[1]
    axes.set(xlim=(0, end * 1.01), ylim=(0, top))
    axes.vlines([half, most], 0, top, colors=_INK, linewidth=1, linestyle=(0, (4, 3)))
    for at, said in ((half, f"half: {_time(half)}"), (most, f"95 %: {_time(most)}")):
        axes.annotate(said, (at, top * (0.97 if at == half else 0.86)), (-4, 0), textcoords="offset points", ha="right")
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))


def _draw_parts(parts: Mapping[str, tuple[float, float]], figure: Figure) -> None:
    axes = _axes(figure, "milliseconds", "")
    halves = [half for half, _ in parts.values()]
    mosts = [most for _, most in parts.values()]
    at = range(len(parts))
    axes.barh(at, halves, height=0.45, color=_ACCENT)
    axes.hlines(at, halves, mosts, colors=_SOFT, linewidth=1.2)
    axes.plot(mosts, at, "|", color=_SOFT, markersize=9)
    for row, (half, most) in enumerate(parts.values()):
        axes.annotate(_time(half), (most, row), (7, 0), textcoords="offset points", va="center")
    axes.set_yticks(at, list(map(_short, parts)))
    axes.set(xlim=(0, 1.35 * max(mosts) or 1.0), ylim=(len(parts) - 0.5, -0.5))
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(5))


def _draw_sure(groups: Mapping[str, Sequence[Record]], figure: Figure) -> None:
    every = figure.subplots(len(groups), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    for axes, (name, group) in zip(every, groups.items(), strict=True):
        _label(axes, "", "")
        answered = _counts([record.confidence for record in group if record.answered])
        declined = _counts([record.confidence for record in group if not record.answered])
        _draw_bars(axes, answered, np.zeros_like(answered), _ACCENT)
        _draw_bars(axes, declined, answered, _SHEET)
        axes.set_title(f"{name}: {len(group)}", loc="left", fontsize=11)
        axes.yaxis.set_major_locator(MaxNLocator(2, integer=True))
    every[-1].set(xlabel="confidence", xlim=(0, 1))
    looks = {"answered": _ACCENT, "declined": _SHEET}
    patches = [Patch(facecolor=fill, edgecolor=_ACCENT, label=label) for label, fill in looks.items()]
    figure.legend(handles=patches, loc="outside upper right", ncols=len(patches))


def _counts(confidence: Sequence[float]) -> Floats:
    return np.histogram(confidence, bins=_STRETCHES, range=(0, 1))[0].astype(float)


def _draw_bars(axes: Axes, heights: Floats, bottoms: Floats, fill: str) -> None:
    middles = (np.arange(_STRETCHES) + 0.5) / _STRETCHES
    shown = heights > 0
    axes.bar(middles[shown], heights[shown], 0.86 / _STRETCHES, bottoms[shown], color=fill, edgecolor=_ACCENT)


def _axes(figure: Figure, below: str, beside: str) -> Axes:
    axes = figure.subplots()
    _label(axes, below, beside)
    return axes


def _label(axes: Axes, below: str, beside: str) -> None:
    axes.set(xlabel=below, ylabel=beside)
    axes.grid(linewidth=0.8)
    axes.tick_params(length=0, pad=5)


def _in_percent(axes: Axes, *sides: str) -> None:
    for side in sides:
        axis = axes.xaxis if side == "x" else axes.yaxis
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
        axis.set_major_formatter(FuncFormatter(lambda value, _: _percent(value)))


def _svg(name: str, said: str, height: float, draw: Callable[[Figure], None]) -> str:
    """The figure that `draw` fills, as an SVG element; `said` is read out in its stead."""
    # The browser sets the letters, so a glyph that matplotlib's own font lacks is nothing to warn of.
    with warnings.catch_warnings(), style.context({**_STYLE, "svg.hashsalt": name}, after_reset=True):
        warnings.filterwarnings("ignore", "Glyph", UserWarning)
        figure = Figure(figsize=(_WIDTH / 72, height / 72), layout="constrained")
        draw(figure)
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    return _for_the_page(file.getvalue(), name, said)


def _for_the_page(svg: str, name: str, said: str) -> str:
    """Matplotlib's SVG as an element of a page: without fonts, styles of the whole page, and ids nothing refers to."""
    box = re.search(r'viewBox="([\d. ]+)"', svg)
    inside = svg[svg.index("</defs>") + len("</defs>") :]
    inside = re.sub(r'(<g) id="[^"]*"', r"\1", inside)
    inside = re.sub(r" ?font-family: [^;\"]*;?", "", inside).replace("xlink:href", "href")
    for colour, variable in _VARIABLES.items():
        inside = inside.replace(colour, f"var(--qd-{variable})")
    size = box[1] if box else ""
    title = f'<title id="plot-{name}">{escape(said)}</title>'
    return f'<svg viewBox="{size}" role="img" aria-labelledby="plot-{name}">{title}{inside}'
