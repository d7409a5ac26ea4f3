"""The report's page: what it says of a run, that it is whole by itself, and that hostile text stays text."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from eval.against import claim, compare
from eval.figures import Slice, figures
from eval.in_print import interval_in_print, value_in_print
from eval.records import BadRun, QuoteGiven, Record, Run
from eval.report import (
    FAILURES_SHOWN,
    difference_rows,
    failures,
    figure_rows,
    headline,
    report_html,
    slice_tables,
    write_report,
)
from tests.test_eval_figures import record

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog

CHROMIUM = Path("/usr/bin/chromium")

ATTACK = "<script>alert(1)</script></style><img src=x onerror=alert(2)>\"'><svg/onload=alert(3)>{{ 7 * 7 }}"
RIGHT = {"answered rightly": 1.0, "success@5": 1.0}
WRONG = {"answered rightly": 0.0, "success@5": 1.0}


def run(*records: Record, **changed: object) -> Run:
    plain: dict[str, object] = {
        "set_name": "sample.jsonl",
        "set_hash": "0123456789ab",
        "library_hash": "ba9876543210",
        "made_at": "2026-11-22T09:05:12+00:00",
        "seconds": 74.2,
        "facts": {"command": "quotedesk eval sample.jsonl --library L", "machine": "2 cores"},
        "records": records,
    }
    return Run.model_validate(plain | changed)


def wrong(id_: str, confidence: float, **changed: object) -> Record:
    plain = {"right": False, "right_if_answered": False, "lost": "retrieved, not quoted", "scores": WRONG}
    return record(id_, confidence=confidence, **(plain | changed))


def quote(text: str, title: str = "A title", *, holds: bool = False) -> QuoteGiven:
    return QuoteGiven(article="a1", title=title, published="2024-04-09", start=0, end=len(text), text=text, holds=holds)


DECLINED = {
    "answerable": False,
    "answered": False,
    "wanted": (),
    "right_if_answered": False,
    "scores": {"declined, of the unanswerable": 1.0},
}
MIXED = run(
    record("1", scores=RIGHT),
    wrong("2", 0.8, question="ケストレル橋はいつ？", language="ja", languages="ja", quotes=(quote("48台です。"),)),
    record("3", **DECLINED),
)


@pytest.fixture(scope="module")
def page() -> str:
    return report_html(MIXED)


class Reader(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.text += " " if tag in {"dd", "dt", "td", "th"} else ""

    def handle_data(self, data: str) -> None:
        self.text += data


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", Reader(text).text)


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    files = [write_report(run(record("1"), wrong("2", 0.5)), tmp_path / name / "deep") for name in ("a", "b")]
    assert files[0] == tmp_path / "a" / "deep" / "report.html"
    assert files[0].read_bytes() == files[1].read_bytes()


def test_the_headline_says_what_came_of_it(page: str) -> None:
    assert (
        "Of 2 questions the articles answer, 50.0 % (0–100) were answered rightly, with a quote; of 1 question they "
        in plain(page)
    )
    rows = figure_rows(figures([record("1", **DECLINED)]))
    assert (
        plain(headline(MIXED.records[2:], rows)) == "Of 1 question the articles do not answer, 100.0 % were declined."
    )
    assert headline(MIXED.records, []) == "3 questions asked."


def test_the_head_says_what_was_measured_and_when(page: str) -> None:
    assert "sample.jsonl · 3 questions · 22 November 2026, 09:05 UTC · 1 min 14 s" in plain(page)


def test_every_figure_stands_in_the_page(page: str) -> None:
    body = page.partition('<table class="figures">')[2].partition("</table>")[0]
    rows = [" ".join(re.findall(r">([^<>]+)</t[dh]>", row)) for row in body.split("</tr>")]
    told = [figure for figure in figures(MIXED.records) if figure.value is not None]
    assert len(told) > 5
    for figure in told:
        interval = interval_in_print(figure.measure, figure.low, figure.high)
        said = f"{value_in_print(figure.measure, figure.value or 0)} {interval} {figure.cases}"
        assert said in rows[1 + told.index(figure)]
        assert figure.measure in body


def attacked() -> Run:
    """A run in which every text is hostile."""
    hostile = wrong(
        "1" + ATTACK,
        0.9,
        question=ATTACK,
        searched_for="searched " + ATTACK,
        language=ATTACK,
        languages=ATTACK + ">" + ATTACK,
        kind=ATTACK,
        wanted=((ATTACK, "48"), (ATTACK,)),
        short_answer=ATTACK,
        quotes=(quote("quoted " + ATTACK, ATTACK),),
        lost=ATTACK,
        scores={ATTACK: 0.5},
        timings_ms={"total": 1.0, ATTACK: 1.0},
    )
    return run(
        hostile,
        record("2"),
        set_name=ATTACK,
        set_hash=ATTACK,
        made_at=ATTACK,
        facts={"command": ATTACK, ATTACK: ATTACK},
    )


def test_hostile_text_stays_text() -> None:
    read = Reader(report_html(attacked()))
    assert [tag for tag, _ in read.tags if tag in {"script", "style", "img"}] == ["style", "script"]
    assert [name for _, attributes in read.tags for name in attributes if name.startswith("on")] == []
    assert "quoted " in read.text
    assert "onerror=alert(2)" in read.text
    assert "{{ 7 * 7 }}" in read.text


def test_the_page_asks_nobody_for_anything(page: str) -> None:
    read = Reader(page)
    links = [value for _, attributes in read.tags for name, value in attributes.items() if name in {"src", "href"}]
    assert {link[0] for link in links if link} == {"#", "d"}
    assert [link for link in links if link and link.startswith("d")] == ["data:,"]
    assert "://" not in page
    assert set(re.findall(r"url\((.)", page)) <= {"#"}
    assert "@import" not in page
    policy = next(
        attributes["content"] for tag, attributes in read.tags if "http-equiv" in attributes and tag == "meta"
    )
    assert policy
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-")


def test_no_id_stands_twice(page: str) -> None:
    ids = [attributes["id"] for _, attributes in Reader(page).tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_thirty_failures_at_most_surest_first() -> None:
    records = [wrong(f"{number:02}", number / 100) for number in range(40)]
    assert [one.id for one in failures(records)] == [f"{number:02}" for number in range(39, 9, -1)]
    assert len(failures(records)) == FAILURES_SHOWN == 30
    assert [one.id for one in failures([wrong("b", 0.5), record("r"), wrong("a", 0.5)])] == ["a", "b"]


def test_a_failure_shows_what_was_wanted_and_given() -> None:
    failed = wrong(
        "1",
        0.8,
        wanted=(("48", "forty-eight"), ("Kestrel",)),
        short_answer="12",
        searched_for="How many?",
        quotes=(quote("There were 48 of them.", "On quays", holds=True), quote("None.")),
    )
    said = plain(report_html(run(failed)))
    assert "1 question of 1 went wrong. All of them, the surest first." in said
    assert "retrieved, not quoted · confidence 0.80 · English · 1 How much? searched for: How many?" in said
    assert "wanted 48 or forty-eight and Kestrel given 12" in said
    assert "There were 48 of them. On quays · 9 April 2024 · a1 · holds something wanted" in said
    assert "None. A title · 9 April 2024 · a1 · holds nothing wanted" in said
    assert "There were <mark>48</mark> of them." in report_html(run(failed))


def test_a_failure_to_decline_says_so() -> None:
    answered = wrong("1", 0.8, answerable=False, wanted=(), short_answer="", text="")
    assert "wanted to be declined given quotes only" in plain(report_html(run(answered)))
    declined = wrong("1", 0.8, answered=False, short_answer="", wanted=(), conflicting=True)
    said = "wanted an article that answers it as sources that differ given declined"
    assert said in plain(report_html(run(declined)))


def test_text_is_in_its_language(page: str) -> None:
    assert '<h3 lang="ja">ケストレル橋はいつ？</h3>' in page
    assert '<blockquote lang="ja"><mark>48</mark>台です。</blockquote>' in page


def test_each_lost_is_counted_over_all_wrong_cases() -> None:
    records = [wrong(str(number), 0.5, lost="not retrieved" if number < 33 else "") for number in range(34)]
    said = plain(report_html(run(*records)))
    assert "34 questions of 34 went wrong. The 30 that were surest of themselves, surest first." in said
    assert "not retrieved 33 " in said
    assert "not known 1 " in said


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([record("1")], "The one question was treated rightly; there is no failure to show."),
        ([record("1"), record("2")], "All 2 questions were treated rightly; there is no failure to show."),
        ([record("1", **DECLINED)], "Of 1 question the articles do not answer, 100.0 % were declined."),
        ([record("1", timings_ms={})], "1 question asked."),
        ([wrong("1", 0.0, scores={}, lost="", kind="", language="", languages="")], "1 question of 1 went wrong."),
    ],
)
def test_a_run_with_little_in_it_makes_a_page(records: list[Record], said: str) -> None:
    assert said in plain(report_html(run(*records, facts={})))


def test_a_run_without_a_case_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRun, match=r"^the run of sample\.jsonl holds no case to report on; run a set that has one$"):
        write_report(run(), tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_facts_are_listed_and_the_command_stands_by_itself(page: str) -> None:
    assert "<code>quotedesk eval sample.jsonl --library L</code>" in page
    said = plain(page)
    assert (
        "set sample.jsonl, sha256 0123456789ab library hash sha256 ba9876543210 machine 2 cores made 2026-11-22T"
        in said
    )
    assert "and how to make it again" in said
    assert "and how to make it again" not in report_html(run(record("1"), facts={}))


def test_slices_of_one_attribute_make_one_table() -> None:
    found = tuple(figures([record("1", scores=RIGHT)]))
    pair, english = Slice("languages", "en>zh", 5, found), Slice("languages", "en", 7, found)
    tables = slice_tables([pair, english, Slice("kind", "who", 9, (found[-1],))])
    assert [(table.by, table.columns) for table in tables] == [
        ("languages", ("success@5", "answered rightly")),
        ("kind", ()),
    ]
    assert [(row.value, row.cases) for row in tables[0].rows] == [("English → Chinese", 5), ("English", 7)]
    assert plain(tables[0].rows[0].figures["success@5"].value) == "100.0 %"


def test_a_comparison_is_told_in_words_and_numbers() -> None:
    before = run(record("1", scores=RIGHT), wrong("2", 0.5, question="Was it <b>?"), facts={"code": "old"})
    after = run(wrong("1", 0.5), record("2", scores=RIGHT, question="Was it <b>?"), facts={"code": "new"})
    compared = compare(before, after)
    page = report_html(after, compared)
    said = plain(page)
    assert plain(claim(compared).replace(" -> ", " → ")) in said
    assert "1 case became right Was it <b>? 2 1 case became wrong How much? 1" in said
    assert "code old → new" in said
    row = next(one for one in difference_rows(compared.differences) if one.measure == "answered rightly")
    assert (plain(row.before), plain(row.after), row.change, row.cases) == ("50.0 %", "50.0 %", "+0.0", 2)
    assert row.drawn.value == 50.0
    assert row.verdict == "no difference can be told"
    assert row.verdict in said


def test_a_page_without_a_comparison_does_not_speak_of_one(page: str) -> None:
    assert "older run" not in page


def test_differences_that_are_none_are_drawn_in_the_middle() -> None:
    same = run(record("1", scores=RIGHT))
    rows = difference_rows(compare(same, same).differences)
    assert {(row.drawn.low, row.drawn.value, row.drawn.high) for row in rows} == {(50.0, 50.0, 50.0)}
    assert {row.interval for row in rows} == {"–"}


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield opened
        opened.close()


@pytest.mark.browser
def test_in_a_browser_nothing_is_asked_for_no_attack_runs_and_a_phone_shows_it_all(
    browser: "Browser", tmp_path: Path
) -> None:
    heard: list[str] = []

    def hear(dialog: "Dialog") -> None:
        heard.append(dialog.message)
        dialog.dismiss()

    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.on("dialog", hear)
    page.on("console", lambda message: heard.append(message.text))
    page.on("request", lambda request: heard.append(request.url))
    address = write_report(attacked(), tmp_path).as_uri()
    page.goto(address)
    assert [one for one in heard if one != "data:,"] == [address]
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.browser
def test_in_a_browser_failures_of_one_step_can_be_picked_out(browser: "Browser", tmp_path: Path) -> None:
    lost = [wrong("1", 0.9), wrong("2", 0.8, lost="not retrieved"), wrong("3", 0.7)]
    page = browser.new_page()
    page.goto(write_report(run(*lost), tmp_path).as_uri())
    shown = page.locator(".failures > li:visible .kicker")
    page.get_by_role("button", name="not retrieved").click()
    assert [text.rpartition(" ")[2] for text in shown.all_inner_texts()] == ["2"]
    page.get_by_role("button", name="all").click()
    assert [text.rpartition(" ")[2] for text in shown.all_inner_texts()] == ["1", "2", "3"]
