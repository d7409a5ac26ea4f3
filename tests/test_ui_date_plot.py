"""The plot of dates: a bar a month, or a year where there are too many months, as high as there are articles."""

import re
from datetime import date

from ui.chat.date_plot import HEIGHT, date_plot
from ui.chat.words import ENGLISH, JAPANESE


def heights(html: str) -> list[float]:
    return [float(found) for found in re.findall(r' height="([\d.]+)"', html)]


def test_no_dates_no_plot() -> None:
    assert date_plot([], ENGLISH) == ""


def test_a_bar_for_each_month_that_has_articles() -> None:
    html = date_plot([date(2024, 1, 5), date(2023, 11, 1), date(2024, 1, 31)], ENGLISH)
    assert re.findall("<title>(.*?)</title>", html) == ["November 2023: 1", "January 2024: 2"]
    assert heights(html) == [HEIGHT / 2, HEIGHT]
    assert re.findall(r'<rect x="([\d.]+)"', html) == ["0.0", "426.7"]  # the empty December keeps its place
    assert "<span>November 2023</span><span>January 2024</span>" in html


def test_a_long_time_is_shown_by_years() -> None:
    html = date_plot([date(2010, 5, 1), date(2024, 1, 5), date(2024, 9, 5)], JAPANESE)
    assert re.findall("<title>(.*?)</title>", html) == ["2010年: 1", "2024年: 2"]


def test_one_month_is_named_once() -> None:
    assert "<span>March 2024</span><span></span>" in date_plot([date(2024, 3, 2)], ENGLISH)
