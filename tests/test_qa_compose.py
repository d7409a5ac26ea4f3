"""Answers in words: quotes with their numbers, conflicts first, the decline, and a short answer cut from a quote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Article, Filter, Span
from qa.compose import compose, decline, short_answer
from qa.types import Citation, Conflict, ConflictValue, Question, Quote


def question(text: str, language: str = "en") -> Question:
    return Question(text, text, language, Filter())


def citation(number: int, text: str) -> Citation:
    article = Article(f"a{number}", "v", "", text, "en", None, None, "a.txt")
    return Citation(number, Quote(article, Span(0, len(text))))


CONFLICT = Conflict("number", (ConflictValue("600", (1, 3)), ConflictValue("450", (2,))))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Sources differ: 600 [1][3]; 450 [2]. It has 600. [1] It has 450. [2] Six hundred: 600. [3]"),
        ("zh", "各来源说法不一：600 [1][3]；450 [2]。It has 600. [1] It has 450. [2] Six hundred: 600. [3]"),
        ("ja", "情報源によって異なります：600 [1][3]；450 [2]。It has 600. [1] It has 450. [2] Six hundred: 600. [3]"),
        ("fr", "Sources differ: 600 [1][3]; 450 [2]. It has 600. [1] It has 450. [2] Six hundred: 600. [3]"),
    ],
)
def test_conflicts_come_first(language: str, text: str) -> None:
    citations = (citation(1, "It has 600."), citation(2, "It has 450."), citation(3, "Six hundred: 600."))
    assert compose(question("How many?", language), citations, (CONFLICT,)) == text


def test_quotes_of_several_lines_are_flattened() -> None:
    citations = (citation(1, "Where it came from\n\nIt came  from\tPell."), citation(2, "港口\n开放。"))
    assert compose(question("Where?"), citations, ()) == "Where it came from It came from Pell. [1] 港口 开放。 [2]"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The articles do not answer this."),
        ("zh", "这些文章没有回答这个问题。"),
        ("ja", "この質問への答えは記事の中に見つかりませんでした。"),
        ("und", "The articles do not answer this."),
    ],
)
def test_the_decline(language: str, text: str) -> None:
    assert decline(question("?", language), searched=True) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "No article meets the filter."),
        ("zh", "没有符合筛选条件的文章。"),
        ("ja", "条件に合う記事がありません。"),
        ("und", "No article meets the filter."),
    ],
)
def test_a_filter_that_no_article_meets(language: str, text: str) -> None:
    assert decline(question("?", language), searched=False) == text


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("Pell[1] has[23] 40 cranes.[4][156]", "Pell has 40 cranes. [1]"),
        ("Pell [1] has\n[2] 40 cranes.", "Pell has 40 cranes. [1]"),
        ("In [2023] it had [sic] 40 [a].", "In [2023] it had [sic] 40 [a]. [1]"),
    ],
)
def test_reference_marks_of_a_quote_are_left_out_of_the_text_alone(quote: str, text: str) -> None:
    citations = (citation(1, quote),)
    assert compose(question("How many?"), citations, ()) == text
    assert citations[0].quote.text == quote


def test_a_follow_up_gets_the_kind_of_short_answer_it_asks_for() -> None:
    asked = Question("How many seats has it?", "When was the hall opened? How many seats has it?", "en", Filter())
    quote = "Opened in 1987, it has 40 seats."
    assert short_answer(asked, (citation(1, quote),)) == "40"
    asked = Question("And the hall?", "When was the port opened? And the hall?", "en", Filter())
    assert short_answer(asked, (citation(1, quote),)) == "1987"


@pytest.mark.parametrize(
    ("asked", "quote", "short"),
    [
        ("How many people work there?", "At the end 67,317 people worked there.", "67,317"),
        ("市值增加了多少美元？", "一天增加了2045亿美元。", "2045亿美元"),
        ("何人が働いていますか？", "従業員は6万7317人です。", "6万7317"),
        ("When was the harbour opened?", "The harbour was opened in 1987.", "1987"),
        ("Who runs WhatsApp?", "Will Cathcart runs\nWhatsApp.", "Will Cathcart runs WhatsApp."),
        ("How many people work there?", "Nobody knows.", "Nobody knows."),
        ("How much does a chip cost?", "Chips cost $25,000\nto $30,000 each.", "$25,000 to $30,000"),
    ],
)
def test_the_short_answer(asked: str, quote: str, short: str) -> None:
    assert short_answer(question(asked), (citation(1, quote), citation(2, "It is 7."))) == short


@given(
    st.sampled_from(["How many?", "How much does it cost?", "When?", "Who?", "多少钱？", "何％ですか？", "哪一年？"]),
    st.lists(
        st.sampled_from(["$5", "to", "7億", "25%", "2023", "\n", "港口", "and", "円"]) | st.text(max_size=5), min_size=1
    ),
)
def test_the_short_answer_is_a_part_of_the_quote(asked: str, words: list[str]) -> None:
    quote = " ".join(words) + "."
    short = short_answer(question(asked), (citation(1, quote),))
    assert short in " ".join(quote.split())
    assert short
