"""Pages of lines: what is joined, what stays apart, what is furniture, and that no word is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reading.pages import paragraphs

WRAPPED = [
    "The harbour board voted on Monday to move the four old",
    "cranes, which have stood idle for nearly thirty years be-",
    "side the fishmarket, and to plant trees where they were.",
    "The vote was close.",
]
WHOLE = (
    "The harbour board voted on Monday to move the four old cranes, which have stood idle for nearly thirty years "
    "beside the fishmarket, and to plant trees where they were. The vote was close."
)


def body(*pages: list[str]) -> list[str]:
    return [block for block, is_furniture in paragraphs(["\n".join(page) for page in pages]) if not is_furniture]


def furniture(*pages: list[str]) -> list[str]:
    return [block for block, is_furniture in paragraphs(["\n".join(page) for page in pages]) if is_furniture]


def test_wrapped_lines_become_paragraphs() -> None:
    assert body(["The cranes", *WRAPPED, *WRAPPED]) == ["The cranes", WHOLE, WHOLE]


def test_chinese_and_japanese_lines_are_joined_without_a_space() -> None:
    lines = ["港务局周一投票决定，把闲置了近三十年的四台旧吊车迁走，", "在原地种树。投票结果非常接近，新的码头由Meta"]
    assert body([*lines, "Platforms出资。"]) == [f"{lines[0]}{lines[1]} Platforms出资。"]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["It is a well-", "known crane"], "It is a wellknown crane"),
        (["It is a well-", "known crane, a well-known one"], "It is a well-known crane, a well-known one"),
        (["The re\u00ad", "building of it"], "The rebuilding of it"),
    ],
)
def test_a_hyphen_stays_where_the_word_has_one_elsewhere(lines: list[str], joined: str) -> None:
    assert body(lines) == [joined]


def test_lines_of_a_list_and_of_a_table_stay_lines() -> None:
    lines = ["Crane Tonnes", "North 12", "South 18", "• first", "• second"]
    assert body(lines) == lines
    assert body([*WRAPPED[:3], "1. The first of the things that the board decided on Monday", "2. the rest"])[1:] == [
        "1. The first of the things that the board decided on Monday",
        "2. the rest",
    ]


def own(number: int) -> list[str]:
    """The wrapped lines, in other words on each page."""
    name = ("north", "south", "east", "west", "outer", "inner")[number]
    return [line.replace("four", name).replace("close", name) for line in WRAPPED]


def test_running_heads_and_page_numbers_are_furniture() -> None:
    pages = [["The Quay 2024", *own(number), f"Page {number + 7} of 3"] for number in range(3)]
    assert furniture(*pages) == [
        "The Quay 2024",
        "Page 7 of 3",
        "The Quay 2024",
        "Page 8 of 3",
        "The Quay 2024",
        "Page 9 of 3",
    ]
    assert body(*pages) == [WHOLE.replace("four", name).replace("close", name) for name in ("north", "south", "east")]


@pytest.mark.parametrize("mark", ["- {} -", "第{}页", "{} ページ", "{}/12", "{}"])
def test_page_numbers_count_with_the_pages(mark: str) -> None:
    pages = [[*own(number), mark.format(number)] for number in range(5)]
    assert furniture(*pages) == [mark.format(number) for number in range(5)]


def test_figures_at_the_edge_that_do_not_count_with_the_pages_are_text() -> None:
    pages = [[*own(number), figure] for number, figure in enumerate(("12", "18", "40", "7"))]
    assert furniture(*pages) == []


def test_a_paragraph_goes_on_over_the_end_of_its_page() -> None:
    first, second = ["The Quay", *WRAPPED[:2], "1"], ["The Quay", *WRAPPED[2:], "2"]
    assert list(paragraphs(["\n".join(first), "\n".join(second)])) == [
        ("The Quay", True),
        (WHOLE, False),
        ("1", True),
        ("The Quay", True),
        ("2", True),
    ]


def test_heads_of_left_and_right_pages() -> None:
    pages = [[("The Quay", "Spring issue")[number % 2], *own(number)] for number in range(6)]
    assert furniture(*pages) == ["The Quay", "Spring issue"] * 3


LINES = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=80) | st.sampled_from(WRAPPED), max_size=12)


@given(st.lists(LINES.map("\n".join), max_size=5))
def test_no_character_is_lost_but_spaces_and_hyphens_at_line_ends(pages: list[str]) -> None:
    found = "".join(block for block, _ in paragraphs(pages))
    hyphens = str.maketrans("", "", "-\u00ad\u2010")
    assert sorted("".join(found.split()).translate(hyphens)) == sorted(
        "".join("".join(pages).split()).translate(hyphens)
    )
