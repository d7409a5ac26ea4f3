"""The plots of a run: what they say, that they escape it, wear the colours of the page, and never change by chance."""

import re
from collections.abc import Sequence

import numpy as np
import pytest
from matplotlib import rcParams

from eval import plots
from eval.figures import Figure, Slice
from eval.records import Record
from tests.test_eval_figures import record

# Two answered of three, one of them wrong; the surest is right.
THREE = [
    record("1", confidence=0.9, timings_ms={"total": 100.0, "retrieve": 20.0}),
    record("2", confidence=0.7, right=False, right_if_answered=False, timings_ms={"total": 300.0, "retrieve": 40.0}),
    record("3", confidence=0.1, answerable=False, answered=False, right_if_answered=False, timings_ms={"total": 200.0}),
]
HOSTILE = '</text><script>&"$\\frac$'


def found(value: str, at: float | None) -> Slice:
    return Slice("languages", value, 4, (Figure("success@1", at, 0.25, 0.75, 4), Figure("F1", 0.1, None, None, 4)))


def every_plot(records: Sequence[Record]) -> list[str]:
    drawn = [
        plots.risk_coverage_plot(records),
        plots.calibration_plot(records),
        plots.confidence_plot(records),
        plots.found_plot([found("en", 0.5)]),
        plots.latency_plot(records),
        plots.parts_plot(records),
    ]
    return [svg for svg in drawn if svg]


def title(svg: str | None) -> str:
    """What is read out in the place of the plot, with plain spaces."""
    said = re.search("<title[^>]*>(.*)</title>", svg or "")
    return said[1].replace("\u202f", " ") if said else ""


def test_the_operating_point_is_what_the_run_answered() -> None:
    svg = plots.risk_coverage_plot(THREE)
    assert (
        title(svg)
        == "Risk-coverage curve. This run: 67 % answered, 50 % of them wrong. With everything answered: 67 % wrong."
    )
    assert ">50\u202f% of them wrong</text>" in svg


def test_a_run_that_declined_everything_has_no_wrong_answer() -> None:
    assert "This run: 0 % answered, 0 % of them wrong." in title(plots.risk_coverage_plot(THREE[2:]))


def test_each_bin_of_the_calibration_states_its_cases() -> None:
    svg = plots.calibration_plot([*THREE, record("4", confidence=0.85)])
    assert (
        title(svg)
        == "Reliability diagram. Right, by mean confidence: 0 % of 1 at 0.10; 0 % of 1 at 0.70; 100 % of 2 at 0.88."
    )
    assert re.findall(r">(\d)</text>", svg) == ["1", "1", "2"]


def test_confidence_is_told_apart_by_what_it_was_of() -> None:
    svg = plots.confidence_plot(THREE)
    said = "1 right, median 0.90; 1 wrong, median 0.70; 1 unanswerable, median 0.10."
    assert title(svg) == f"Confidence of the best answers: {said}"
    assert "unanswerable" not in plots.confidence_plot(THREE[:2])


def test_found_leaves_out_what_nobody_measured() -> None:
    assert title(plots.found_plot([found("en", 0.5), found("zh", None)])) == "Found, by language: en success@1 50 %."
    assert plots.found_plot([found("zh", None)]) is None
    assert plots.found_plot([]) is None


def test_times_are_the_median_and_the_95th_percentile() -> None:
    assert title(plots.latency_plot(THREE)) == "Time to an answer: half within 200 ms, 95 of 100 within 290 ms."
    assert title(plots.parts_plot(THREE)) == "Median time of each part: retrieve 30 ms, 95 of 100 within 39 ms."


def test_a_run_without_times_has_no_plot_of_them() -> None:
    untimed = [record("1", timings_ms={})]
    assert plots.latency_plot(untimed) is None
    assert plots.parts_plot(untimed) is None
    assert plots.parts_plot([record("1")]) is None


def test_times_of_nothing_are_drawn_too() -> None:
    instant = [record("1", timings_ms={"total": 0.0, "read": 0.0})]
    assert "half within 0 ms" in title(plots.latency_plot(instant))
    assert "read 0 ms" in title(plots.parts_plot(instant))


def test_the_same_records_give_the_same_bytes() -> None:
    assert every_plot(THREE) == every_plot(THREE)
    assert len(every_plot(THREE)) == 6


def test_nothing_but_the_page_says_the_colours_and_the_font() -> None:
    for svg in every_plot(THREE):
        assert set(re.findall(r"#[0-9a-f]{6}", svg)) == set()
        assert "font-family" not in svg
        assert "<style" not in svg
        variables = set(re.findall(r"var\(([^)]*)\)", svg))
        assert variables <= {"--qd-ink", "--qd-soft", "--qd-rule", "--qd-accent", "--qd-sheet"}
        assert "--qd-accent" in variables


def test_no_address_stands_in_a_plot_and_no_id_twice() -> None:
    page = "".join(every_plot(THREE))
    assert "://" not in page
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert {name.removeprefix("#") for name in re.findall(r'(?:url\(|href=")(#[^)"]*)', page)} <= set(ids)


@pytest.mark.parametrize("name", [HOSTILE, "中文", "$x^{2$"])
def test_a_name_is_printed_as_it_stands(name: str) -> None:
    svg = plots.found_plot([found(name, 0.5)]) or ""
    parts = plots.parts_plot([record("1", timings_ms={name: 5.0})]) or ""
    escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for drawn in (svg, parts):
        assert f">{escaped}</text>" in drawn
        assert "<script" not in drawn
        assert drawn.count("</svg>") == 1


def test_a_long_name_leaves_place_for_the_plot() -> None:
    svg = plots.found_plot([found("x" * 28, 0.5), found("y" * 29, 0.5)]) or ""
    assert f">{'x' * 28}</text>" in svg
    assert f">{'y' * 27}…</text>" in svg


def test_drawing_leaves_matplotlib_as_it_was() -> None:
    before = dict(rcParams)
    plots.calibration_plot(THREE)
    assert {name for name in before if not np.array_equal(before[name], rcParams[name])} == set()
