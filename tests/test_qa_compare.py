"""Do the sources agree: which figures make a conflict, in which order, and what makes none."""

from datetime import date

import pytest

from index.types import Article, Filter, Span
from qa.compare import conflicts
from qa.types import Citation, Conflict, ConflictValue, Question, Quote


def question(text: str) -> Question:
    return Question(text, text, "en", Filter())


def citation(number: int, text: str, published: date | None = None, id: str | None = None) -> Citation:
    article = Article(id or f"article-{number}", "v", "", text, "en", None, published, "a.txt")
    return Citation(number, Quote(article, Span(0, len(text))))


def of_values(*values: tuple[str, tuple[int, ...]]) -> tuple[Conflict, ...]:
    return (Conflict("number", tuple(ConflictValue(value, numbers) for value, numbers in values)),)


VALUE = question("How much did Meta's market value grow in one day?")
STAFF = question("How many people work there?")


def test_the_newest_source_comes_first() -> None:
    older = citation(1, "The value grew by $196 billion.", date(2024, 2, 2))
    newer = citation(2, "一天涨了2045亿美元。", date(2024, 2, 4))
    undated = citation(3, "時価総額は1900億ドル増えた。")
    assert conflicts(VALUE, [undated, older, newer]) == of_values(
        ("2045亿美元", (2,)), ("$196 billion", (1,)), ("1900億ドル", (3,))
    )


@pytest.mark.parametrize(
    ("asked", "one", "other"),
    [
        (VALUE, "It grew by $204.5 billion.", "涨了2045亿美元。"),
        (STAFF, "Nearly 600,000 people work there.", "It has 598,000 people."),
        (STAFF, "In 2022, 86,482 people worked there.", "In 2023, 67,317 people worked there."),
        (VALUE, "It grew by $25 billion.", "It grew by €30 billion."),
        (question("Who runs WhatsApp?"), "Will has run it for 3 years.", "Will has run it for 4 years."),
        (STAFF, "Many people work there.", "600 people work there."),
        (STAFF, "Staff grew by 5%.", "600 people work there."),
        (STAFF, "It has 500 to 600 people.", "600 people work there."),
        (STAFF, "450 people, and 80 in Pell.", "600 people work there."),
        (STAFF, "600 people work there.", "450 people, and 80 in Pell."),
    ],
    ids=[
        "languages",
        "rounding",
        "years",
        "currency",
        "no figure asked",
        "no figure",
        "kind",
        "range",
        "two figures",
        "two figures on the other side",
    ],
)
def test_no_conflict(asked: Question, one: str, other: str) -> None:
    assert conflicts(asked, [citation(1, one), citation(2, other)]) == ()


@pytest.mark.parametrize(("other", "differs"), [("985 people", False), ("984 people", True)])
def test_rounding_ends_at_one_and_a_half_percent(other: str, *, differs: bool) -> None:
    assert bool(conflicts(STAFF, [citation(1, "1,000 people"), citation(2, other)])) is differs


def test_one_year_in_common_is_a_conflict() -> None:
    citations = [citation(1, "In 2023, 600 people worked there."), citation(2, "From 2022 to 2023 it had 450 people.")]
    assert conflicts(STAFF, citations) == of_values(("600", (1,)), ("450", (2,)))


def test_one_article_does_not_differ_with_itself() -> None:
    assert conflicts(STAFF, [citation(1, "600 people", id="a"), citation(2, "450 people", id="a")]) == ()


def test_two_of_three_agree() -> None:
    citations = [citation(1, "60万人"), citation(2, "45万人"), citation(3, "600,000 people")]
    assert conflicts(STAFF, citations) == of_values(("60万", (1, 3)), ("45万", (2,)))


def test_who_is_not_at_odds_is_not_named() -> None:
    citations = [citation(1, "600 people"), citation(2, "450 people"), citation(3, "Many people")]
    assert conflicts(STAFF, citations) == of_values(("600", (1,)), ("450", (2,)))


def test_a_value_has_only_the_citations_that_give_it() -> None:
    citations = [citation(1, "600 people", id="a"), citation(2, "500 people", id="a"), citation(3, "450 people")]
    assert conflicts(STAFF, citations) == of_values(("600", (1,)), ("450", (3,)), ("500", (2,)))


def test_of_several_figures_none_is_held_against_another_source() -> None:
    asked = question("How much does a chip cost?")
    assert conflicts(asked, [citation(1, "A chip costs $25,000 to $30,000."), citation(2, "一块约4万美元。")]) == ()


def test_nothing_to_compare() -> None:
    assert conflicts(STAFF, []) == ()
    assert conflicts(STAFF, [citation(1, "600 people")]) == ()


def test_a_figure_of_another_kind_is_not_a_second_one() -> None:
    citations = [citation(1, "600 people, 5% more, for $3 billion"), citation(2, "450 people")]
    assert conflicts(STAFF, citations) == of_values(("600", (1,)), ("450", (2,)))


def test_a_follow_up_compares_what_it_asks_for_itself() -> None:
    citations = [citation(1, "Opened in 1987, it has 40 seats."), citation(2, "Opened in 1987, it has 60 seats.")]
    seats = Question("How many seats has it?", "When was the hall opened? How many seats has it?", "en", Filter())
    assert conflicts(seats, citations) == of_values(("40", (1,)), ("60", (2,)))
    opened = Question("When was it opened?", "How many seats has the hall? When was it opened?", "en", Filter())
    assert conflicts(opened, citations) == ()
