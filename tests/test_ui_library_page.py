"""The library page: what is inside, what is found in it, what stands there twice, what came of new files."""

from pathlib import Path

import pytest

from index.copies import Copies
from index.intake import IndexReport
from tests.made_saltmarsh import HOSTILE, EmptyLibrary, FakeLibrary
from ui.chat import library_page
from ui.chat.library_page import library_html, report_html
from ui.chat.words import CHINESE, ENGLISH


class Doubled(FakeLibrary):
    """A library in which one story stands twice."""

    @property
    def copies(self) -> Copies:
        return Copies((("light", "reprint"),))


def titles(html: str) -> list[str]:
    return [
        part.split("<")[0] for part in html.split('class="qd-listed-title"')[1:] for part in [part.split(">", 1)[1]]
    ]


def test_every_article_is_listed_the_newest_first() -> None:
    html = library_html(FakeLibrary(), "", ENGLISH)
    assert titles(html)[:2] == ["More came to the lighthouse than was thought", "盐沼角灯塔重新点亮"]
    assert titles(html)[-1] == "Saltmarsh Point to ask for tickets"  # undated
    assert 'data-open="/articles/deng@v1" lang="zh"' in html
    assert "9 April 2023 to 16 September 2024" in html
    assert "1 undated" in html


def test_nothing_of_an_article_runs() -> None:
    html = library_html(FakeLibrary(), "", ENGLISH)
    assert HOSTILE not in html
    assert "<script" not in html


@pytest.mark.parametrize(
    ("find", "found"),
    [
        ("SALTMARSH", ["A light returns to Saltmarsh Point", "Saltmarsh Point to ask for tickets"]),
        ("misaki.example", ["十一年ぶりに灯る岬の灯台"]),
        ("灯塔 ", ["盐沼角灯塔重新点亮"]),
        ("reprint", ["Saltmarsh Point to ask for tickets"]),
    ],
)
def test_articles_are_found_by_title_and_source(find: str, found: list[str]) -> None:
    assert titles(library_html(FakeLibrary(), find, ENGLISH)) == found


def test_what_is_not_found_is_told() -> None:
    assert "没有标题或来源包含这些字的文章。" in library_html(FakeLibrary(), "Norway", CHINESE)


def test_more_than_anybody_reads_is_cut_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_page, "SHOWN", 2)
    html = library_html(FakeLibrary(), "", ENGLISH)
    assert len(titles(html)) == 2
    assert "2 of 6 shown" in html


def test_the_same_story_twice_is_shown_as_such() -> None:
    html = library_html(Doubled(), "", ENGLISH)
    assert titles(html.partition("The same story in several places")[2]) == [
        "A light returns to Saltmarsh Point",
        "Saltmarsh Point to ask for tickets",
    ]
    assert "same story" not in library_html(FakeLibrary(), "", ENGLISH)


def test_an_empty_library_has_no_plot() -> None:
    html = library_html(EmptyLibrary(), "", ENGLISH)
    assert "0 articles" in html
    assert "<svg" not in html


def test_a_report_counts_and_names_what_failed(tmp_path: Path) -> None:
    report = IndexReport(added=["a", "b"], duplicate=["b"], failed=[f"{tmp_path}/<x>.txt: empty; check it"])
    html = report_html(report, tmp_path, ENGLISH)
    assert "<p>2 added · 1 duplicate · 1 failed</p>" in html
    assert "<li>&lt;x&gt;.txt: empty; check it</li>" in html
