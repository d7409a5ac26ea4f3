"""Titles and dates of plain text: what is taken for a headline or a dateline, and above all what is not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.metadata import find_date, find_dates, find_title, parse_day, plausible
from index.settle import settle

TODAY = date(2024, 12, 31)
APRIL_9 = date(2024, 4, 9)
PROSE = "The company said on Tuesday that it would build three more plants near the river before the decade is out."


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("River plant to close after forty years\nBy Ann Lee\n\nIt is over.", "River plant to close after forty years"),
        ("Skip to content\nHome\nMenu\nRiver plant to close this year\n", "River plant to close this year"),
        ("正在阅读：\n\n河边工厂将在四十年后关闭\n\n扫一扫下载新闻APP", "河边工厂将在四十年后关闭"),
        ("图片\n河边工厂关闭，工人何去何从？\n", "河边工厂关闭，工人何去何从？"),
        ("ホーム\n写真\n川辺の工場、40年の歴史に幕\n2024年4月9日 9:30 公開", "川辺の工場、40年の歴史に幕"),
        ("# The quiet river\n\nProse.", "The quiet river"),
        ("**The quiet river of the north**\n", "The quiet river of the north"),
        ("Home > Business > Energy\nBusiness\nEnergy\nRiver plant to close in May\n", "River plant to close in May"),
        ("发表于 2024-4-9 13:20:41\n235\n河边工厂将关闭，市长发声\n", "河边工厂将关闭，市长发声"),
        ("April 9, 2024 | 5 min read\nWhy the river plant must close\n", "Why the river plant must close"),
        ("来源：江边日报\n编辑｜小周\n河边工厂今年关闭\n", "河边工厂今年关闭"),
        ("Tides\n\nToday.", "Tides"),
        ("短讯\n", "短讯"),
        ("", "river-plant_2024"),
        ("235\n0\n---\n", "river-plant_2024"),
    ],
)
def test_find_title(text: str, title: str) -> None:
    assert find_title(text, "river-plant_2024") == title


def test_a_long_first_line_is_cut_after_its_first_sentence() -> None:
    assert find_title(f"{PROSE} And more. {PROSE}", "stem") == PROSE
    long_chinese = "河边工厂将在今年关闭。" + "工人们说，他们还不知道明年会在哪里工作，" * 10
    assert find_title(long_chinese, "stem") == "河边工厂将在今年关闭。"


def test_a_long_first_sentence_is_cut_at_a_word() -> None:
    assert find_title("nine words of one endless sentence, " * 20, "stem") == (
        "nine words of one endless sentence, nine words of one endless sentence, nine words of one endless sentence, "
        "nine words of one endless…"
    )
    assert find_title("厂" * 300, "stem") == "厂" * 70 + "…"


@pytest.mark.parametrize(
    "line",
    [
        "2024-4-9 13:20:41",
        "发表于 2024-4-9 13:20:41",
        "发表于 2024-4-9",
        "潮汐观察 发布于 2024/04/09",
        "April 9, 2024",
        "9 Apr 2024",
        "Apr. 9, 2024",
        "APRIL 9TH, 2024",
        "Tuesday, April 9, 2024",
        "Tue 9 Apr 2024 08:10 | Views: 5,902 | Text size A A A",
        "Harbour Markets Wire | Tuesday 9 April 2024, 06:15 GMT |",
        "Ann Lee | April 9, 2024",
        "9 April 2024 · Ann Lee for *River Almanac*",
        "Posted on 9 April 2024, 08:05 | 412 views",
        "Published April 9, 2024 at 5:30 p.m. EDT",
        "Published: 2024-04-09T13:20:41Z",
        "By Ann Lee, April 9, 2024",
        "Updated April 12, 2024 | Published April 9, 2024",
        "2024年4月9日",
        "２０２４年４月９日",
        "2024年4月9日 星期二",
        "2024年4月9日(火) 18:40 公開｜市場早わかり｜読了3分",
        "港の歩き方｜2024年4月9日 9:30 公開｜筆者 川上",
        "公開日：2024年4月9日",
        "2024/04/09",
        "令和6年4月9日",
        "民國113年4月9日",
        "来源：江边日报 2024-04-09",
        "2024-04-09 08:41:09 来源： 江边早报 | 浏览 640 次",
        "港邊財經 2024年4月9日 07:30  撰文：周小川",
        "MENLO PARK, Calif., April 9, 2024 /WireService/ -- The company today announced a plant.",
        "09.04.2024",
    ],
)
def test_find_date_in_a_dateline(line: str) -> None:
    assert find_date(f"River plant to close\n{line}\n\n{PROSE}\n", TODAY) == APRIL_9


@pytest.mark.parametrize(
    ("lines", "published", "updated"),
    [
        ("Updated April 9, 2024", None, APRIL_9),
        ("更新日時: 2024.04.09", None, APRIL_9),
        ("2024年4月9日 更新", None, APRIL_9),
        ("最終更新：令和6年4月9日", None, APRIL_9),
        ("Published April 2, 2024 | Updated April 9, 2024", date(2024, 4, 2), APRIL_9),
        ("公開日：2024年4月2日\n更新日：2024年4月9日", date(2024, 4, 2), APRIL_9),
        ("发布于2024年4月2日\n更新于2024年4月9日", date(2024, 4, 2), APRIL_9),
        ("2024-04-02\nLast updated: 2024-04-09 10:00", date(2024, 4, 2), APRIL_9),
        ("April 9, 2024", APRIL_9, None),
        ("", None, None),
    ],
)
def test_the_day_of_a_change_does_not_pass_for_that_of_publication(
    lines: str, published: date | None, updated: date | None
) -> None:
    assert find_dates(f"River plant to close\n{lines}\n\n{PROSE}\n", TODAY) == (published, updated)
    foot = "Title\n" + f"{PROSE}\n" * 14 + "Last modified: 2024-04-09"
    assert find_dates(foot, TODAY) == (None, APRIL_9)


@pytest.mark.parametrize(
    "value",
    [
        "2024-04-09",
        " 2024-04-09T13:20:41Z ",
        "2024-04-09 13:20:41+08:00",
        "20240409",
        "2024/4/9",
        "2024年4月9日",
        "2024年4月9日 星期二 08:30",
        "令和6年4月9日",
        "民國113年4月9日",
        "April 9, 2024",
        "9 April 2024, 08:05",
        "Tue, 09 Apr 2024 10:00:00 +0800",
    ],
)
def test_parse_day(value: str) -> None:
    assert parse_day(value) == APRIL_9


@pytest.mark.parametrize("value", ["", "9 April", "03/04/2024", "2024", "soon", "2024-13-01", "in April 2024 or so"])
def test_what_is_no_day(value: str) -> None:
    assert parse_day(value) is None


@pytest.mark.parametrize(
    ("day", "kept"),
    [(date(1970, 1, 1), True), (date(1899, 12, 31), False), (date(2025, 1, 1), True), (date(2025, 1, 2), False)],
)
def test_plausible(day: date, kept: bool) -> None:
    assert plausible(day, TODAY) == (day if kept else None)
    assert plausible(None, TODAY) is None


@pytest.mark.parametrize(("line", "day"), [("13/04/2024", 13), ("04/13/2024", 13), ("04/04/2024", 4)])
def test_slashes_count_where_only_one_reading_is_possible(line: str, day: int) -> None:
    assert find_date(f"Title\n{line}", TODAY) == date(2024, 4, day)


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        f"River plant to close\nOn April 9, 2024, the plant closed for good.\n{PROSE}",
        "River plant\nThe report was published on April 9, 2024.",
        "River plant\nReleased on April 9, 2024, the report was read by all.",
        "河边工厂\n公司于2024年4月9日发布公告。",
        "河边工厂\n发布会将于2024年4月9日举行",
        "河边工厂\n公司发布2023年12月31日财报",
        "河边工厂\n截至2024年4月9日",
        "As of April 9, 2024\nThree months ended March 31, 2024\n",
        "River plant\nConference call, April 24, 2024",
        "River plant\nThe call starts April 24, 2024 5:00 PM",
        "| Model | Day |\n| River 2 | 2023年7月18日 | chat |\n",
        "- 2024-04-09 River plant\n- 2024-04-08 Harbour news\n",
        f"River plant\n{PROSE}\n2023年1月5日\n{PROSE}\n2023年3月7日\n{PROSE}",
        "River plant\nPosted February 31, 2024",
        "River plant\nPosted on July 4, 1850",
        "River plant\n2024-13-01",
        "River plant\n03/04/2024",
        "River plant\n2025-01-02",
        "River plant\nApril 9-11, 2024",
        "River plant 2024.4.9.1",
        "River plant\n4月9日",
        "Title\n" + f"{PROSE}\n" * 14 + "Related\nOther news\n2024-12-21\nOther news still\n2024-12-20\n",
        "Title\n" + f"{PROSE}\n" * 14 + "发表于 2024-4-10 08:00\n好\n发表于 2024-4-11 09:00\n好\n",
        "",
    ],
)
def test_no_dateline_no_date(text: str) -> None:
    assert find_date(text, TODAY) is None


def test_tomorrow_is_still_possible_since_the_world_has_time_zones() -> None:
    assert find_date("Title\n2025-01-01 08:00", TODAY) == date(2025, 1, 1)


@pytest.mark.parametrize("foot", ["Published on April 9, 2024", "发布时间：2024-04-09 10:00", "2024年4月9日"])
def test_find_date_at_the_foot(foot: str) -> None:
    assert find_date("Title\n" + f"{PROSE}\n" * 14 + foot, TODAY) == APRIL_9


@given(st.text(st.sampled_from("2024年月日-/. :Apr9,|Posted发表于令和元\n "), max_size=120))
def test_any_text_gives_a_title_and_a_sensible_date(raw: str) -> None:
    text = settle(raw)
    found = find_date(text, TODAY)
    assert found is None or date(1900, 1, 1) <= found <= date(2025, 1, 1)
    assert find_title(text, "stem") != ""
    assert "\n" not in find_title(text, "stem")


@given(st.text())
def test_any_unicode(raw: str) -> None:
    assert len(find_title(settle(raw), "stem")) in range(1, 141)
    find_date(settle(raw), TODAY)


def test_a_hostile_line_takes_no_time() -> None:
    assert find_date("A" * 100_000 + " 2024-04-09", TODAY) is None
    assert find_title(">" * 100_000 + "\n" + "A " * 50_000, "stem")[:4] == "A A "
