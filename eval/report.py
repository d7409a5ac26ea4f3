"""A run as one HTML page that needs no network and no script. It knows what to say; `eval/page` holds the page."""

from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval import plots
from eval.against import Comparison, Difference, claim, verdict
from eval.figures import IN_MILLISECONDS, LOWER_IS_BETTER, MEANING, Figure, Slice, figures, slices
from eval.in_print import (
    NOTHING,
    Whisker,
    change_in_print,
    count_in_print,
    day_in_print,
    duration_in_print,
    interval_in_print,
    languages_in_print,
    marked,
    value_in_print,
    whisker,
)
from eval.records import BadRun, Record, Run, write_into
from index.language import detect_language

REPORT_FILE = "report.html"
FAILURES_SHOWN = 30

_PAGE = Path(__file__).parent / "page"
_RIGHT = "answered rightly"
_DECLINED = "declined, of the unanswerable"
_BIG = (_RIGHT, _DECLINED, "declined, of the answerable", "success@5", "citation precision", "latency p50, ms")
_OF_SLICES = ("success@5", _RIGHT, "citation precision", "declined, of the answerable", _DECLINED)


@dataclass(frozen=True, slots=True)
class Row:
    """A figure in print: "86.5 %", "78–93", drawn, of how many cases, and what the measure means."""

    measure: str
    value: str
    interval: str
    drawn: Whisker
    cases: int
    meaning: str
    lower_is_better: bool


@dataclass(frozen=True, slots=True)
class SliceRow:
    """The cases with one value of an attribute, and their figures by measure."""

    value: str
    cases: int
    figures: Mapping[str, Row]


@dataclass(frozen=True, slots=True)
class SliceTable:
    """The main measures, `columns`, by the values of one attribute, `by`."""

    by: str
    columns: tuple[str, ...]
    rows: tuple[SliceRow, ...]


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """A measure of two runs in print, the difference drawn with no difference in the middle, and what may be said."""

    measure: str
    before: str
    after: str
    change: str
    interval: str
    drawn: Whisker
    cases: int
    verdict: str


def write_report(run: Run, folder: Path, comparison: Comparison | None = None) -> Path:
    """Write `report.html` into `folder`, made if need be, and say where it is. The same run gives the same bytes.

    Raises `BadRun` for a run without cases, and where it cannot be written.
    """
    return write_into(folder, REPORT_FILE, report_html(run, comparison))


def report_html(run: Run, comparison: Comparison | None = None) -> str:
    """The page. Everything that comes from the run is escaped. Raises `BadRun` for a run without cases."""
    if not run.records:
        raise BadRun(f"the run of {run.set_name} holds no case to report on; run a set that has one")
    template = _environment().get_template("report.html")
    return template.render(run=run, **_looks(), **_findings(run.records), **_against(comparison, run.records))


def headline(records: Sequence[Record], rows: Sequence[Row]) -> Markup:
    """What came of it, in one sentence."""
    row = {row.measure: row for row in rows}
    said = []
    if _RIGHT in row:
        said.append(_clause("Of", row[_RIGHT], "the articles answer", "were answered rightly, with a quote"))
    if _DECLINED in row:
        of, which = ("of", "they do not answer") if said else ("Of", "the articles do not answer")
        said.append(_clause(of, row[_DECLINED], which, "were declined"))
    if not said:
        said.append(Markup("{} asked").format(count_in_print(len(records), "question")))
    return Markup("; ").join(said) + "."


def figure_rows(found: Sequence[Figure]) -> list[Row]:
    """The figures in print, in the same order, without those that cannot be told of this run."""
    times = [figure for figure in found if figure.measure in IN_MILLISECONDS]
    longest = max((figure.high or figure.value or 0.0 for figure in times), default=0.0)
    return [
        Row(
            measure=figure.measure,
            value=value_in_print(figure.measure, figure.value),
            interval=interval_in_print(figure.measure, figure.low, figure.high),
            drawn=whisker(figure.value, figure.low, figure.high, start=0, end=longest if figure in times else 1.0),
            cases=figure.cases,
            meaning=MEANING.get(figure.measure, ""),
            lower_is_better=figure.measure in LOWER_IS_BETTER,
        )
        for figure in found
        if figure.value is not None
    ]


def slice_tables(sliced: Sequence[Slice]) -> list[SliceTable]:
    """The slices as tables, one an attribute, in the same order."""
    return [_slice_table(by, list(group)) for by, group in groupby(sliced, lambda one: one.by)]


def difference_rows(differences: Sequence[Difference]) -> list[DifferenceRow]:
    """The differences in print, in the same order; shares share one scale, times another."""
    widest = {True: 0.0, False: 0.0}
    for one in differences:
        in_time = one.measure in IN_MILLISECONDS
        widest[in_time] = max(
            widest[in_time], *(abs(end) for end in (one.difference, one.low, one.high) if end is not None)
        )
    return [_difference_row(one, widest[one.measure in IN_MILLISECONDS]) for one in differences]


def failures(records: Sequence[Record]) -> list[Record]:
    """The wrong cases, those surest of themselves first, at most `FAILURES_SHOWN`."""
    wrong = [record for record in records if not record.right]
    return sorted(wrong, key=lambda record: (-record.confidence, record.id))[:FAILURES_SHOWN]


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_PAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    filters: dict[str, Callable[..., str]] = {
        "count": count_in_print,
        "day": day_in_print,
        "duration": duration_in_print,
        "languages": languages_in_print,
        "language_of": detect_language,
        "marked": lambda text, wanted: marked(text, [answer for group in wanted for answer in group]),
    }
    environment.filters.update(filters)
    return environment


def _looks() -> dict[str, str]:
    """The style and the script as they stand in the page, and the hash by which the page lets no other script run."""
    css, script = ((_PAGE / name).read_text("utf-8") for name in ("report.css", "report.js"))
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return {"css": Markup(css), "script": Markup(script), "script_hash": digest}  # noqa: S704 (both are files of ours)


def _findings(records: Sequence[Record]) -> dict[str, object]:
    found, sliced = figures(records), slices(records)
    rows = figure_rows(found)
    wrong = [record for record in records if not record.right]
    return {
        "headline": headline(records, rows),
        "big": [row for measure in _BIG for row in rows if row.measure == measure],
        "rows": rows,
        "plots": _plots(records, found, sliced),
        "tables": slice_tables(sliced),
        "wrong": len(wrong),
        "lost": Counter(record.lost for record in wrong).most_common(),
        "failures": failures(records),
    }


def _plots(records: Sequence[Record], found: Sequence[Figure], sliced: Sequence[Slice]) -> dict[str, Markup]:
    """The plots that there is something to draw of, by name."""
    whole = Slice("languages", "all", len(records), tuple(found))
    by_language = [one for one in sliced if one.by == "languages"] or [whole]
    named = [replace(one, value=languages_in_print(one.value)) for one in by_language]
    drawn = {
        "risk_coverage": plots.risk_coverage_plot(records),
        "calibration": plots.calibration_plot(records),
        "confidence": plots.confidence_plot(records),
        "found": plots.found_plot(named),
        "latency": plots.latency_plot(records),
        "parts": plots.parts_plot(records),
    }
    return {name: Markup(svg) for name, svg in drawn.items() if svg}  # noqa: S704 (plots escape what they print)


def _against(comparison: Comparison | None, records: Sequence[Record]) -> dict[str, object]:
    if comparison is None:
        return {"comparison": None}
    question = {record.id: record for record in records}
    return {
        "comparison": comparison,
        "claim": claim(comparison),
        "differences": difference_rows(comparison.differences),
        "became": {
            "right": [question[id_] for id_ in comparison.became_right],
            "wrong": [question[id_] for id_ in comparison.became_wrong],
        },
    }


def _clause(of: str, row: Row, which: str, what: str) -> Markup:
    interval = "" if row.interval == NOTHING else f" ({row.interval})"
    questions = count_in_print(row.cases, "question")
    return Markup("{} {} {}, <strong>{}</strong>{} {}").format(of, questions, which, row.value, interval, what)


def _slice_table(by: str, group: Sequence[Slice]) -> SliceTable:
    in_words = languages_in_print if by in {"language", "languages"} else str
    rows = [
        SliceRow(
            in_words(one.value),
            one.cases,
            {row.measure: row for row in figure_rows(one.figures)},
        )
        for one in group
    ]
    columns = tuple(measure for measure in _OF_SLICES if any(measure in row.figures for row in rows))
    return SliceTable(by, columns, tuple(rows))


def _difference_row(one: Difference, widest: float) -> DifferenceRow:
    ends = [NOTHING if end is None else change_in_print(one.measure, end) for end in (one.low, one.high)]
    return DifferenceRow(
        measure=one.measure,
        before=value_in_print(one.measure, one.before),
        after=value_in_print(one.measure, one.after),
        change=change_in_print(one.measure, one.difference),
        interval=NOTHING if NOTHING in ends else " to ".join(ends),
        drawn=whisker(one.difference, one.low, one.high, start=-widest or -1, end=widest or 1),
        cases=one.cases,
        verdict=verdict(one),
    )
