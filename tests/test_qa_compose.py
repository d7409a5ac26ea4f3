"""Answers in words: the few words asked for or where sources differ, then quotes; each with numbers; the decline."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Article, Filter, Span
from qa.compose import compose, decline, short_answer
from qa.findings import Finding
from qa.types import Citation, Conflict, ConflictValue, Question, Quote
from tests.made_evidence import made_evidence


def question(text: str, language: str = "en") -> Question:
    return Question(text, text, language, Filter())


def citation(number: int, text: str) -> Citation:
    article = Article(f"a{number}", "v", "", text, "en", None, None, "a.txt")
    return Citation(number, Quote(article, Span(0, len(text))))


def finding(text: str, answer: str, published: date | None = None) -> Finding:
    """What a reader found in the sentence `text`, an article of its own: the words `answer` of it."""
    article = Article(text, "v", "", text, "en", None, published, "a.txt")
    start = text.index(answer)
    return Finding((made_evidence(article, Span(0, len(text)), Span(start, start + len(answer)), 0.9),), 0.9)


def cited(number: int, found: Finding) -> Citation:
    return Citation(number, Quote(found.best.article, found.best.span))


def short(asked: Question, quote: str, answer: str) -> str:
    """The short answer where `answer` was found in `quote`, and a quote that says something else comes first."""
    found = finding(quote, answer)
    return short_answer(asked, found, (citation(1, "It is 7."), cited(2, found)))


STAFF = finding("At the end 67,317 people worked there.", "67,317 people")


def test_the_few_words_asked_for_come_first_and_then_what_else_is_quoted() -> None:
    citations = (cited(1, STAFF), citation(2, "Gulls cry."), citation(3, "Bells\nring."))
    text = "67,317 people [1]\nGulls cry. [2] Bells ring. [3]"
    assert compose(question("How many people work there?"), STAFF, citations, ()) == text


def test_the_few_words_have_the_number_of_every_quote_that_gives_them() -> None:
    other = finding("Nearly 67,000 people are there.", "67,000")
    both = Finding((*STAFF.evidence, *other.evidence), 0.9)
    citations = (cited(1, other), citation(2, "Gulls cry."), cited(3, STAFF))
    text = "67,317 people [1][3]\nGulls cry. [2]"
    assert compose(question("How many people work there?"), both, citations, ()) == text


@pytest.mark.parametrize(
    ("asked", "value", "quote", "text"),
    [
        ("How many people work there?", "350,000", "2024年末までに35万人になる。", "350,000 [1][2]"),
        ("How many people work there?", "350,000", "It has 450,000.", "350,000 [1]\nIt has 450,000. [2]"),
        ("How many heads has it?", "3", "It has 3 tails.", "3 [1]\nIt has 3 tails. [2]"),
        ("How much did it cost?", "$3", "花了3美元。", "$3 [1][2]"),
    ],
)
def test_a_quote_that_states_the_figure_in_another_script_gives_it_too(
    asked: str, value: str, quote: str, text: str
) -> None:
    found = finding(f"It was {value} in 2024.", value)
    assert compose(question(asked), found, (cited(1, found), citation(2, quote)), ()) == text


def test_without_a_quote_that_gives_them_the_few_words_are_not_said() -> None:
    assert compose(question("How many?"), STAFF, (citation(1, "Gulls cry."),), ()) == "Gulls cry. [1]"


def test_who_wants_more_gets_the_quotes() -> None:
    found = finding("Storms\nbroke the  quay.", "Storms")
    citations = (cited(1, found), citation(2, "港口\n关闭。"))
    text = "Storms broke the quay. [1] 港口 关闭。 [2]"
    assert compose(question("Why was the port closed?"), found, citations, ()) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Sources differ: 600 [1][3]; 450 [2]\nGulls cry. [4]"),
        ("zh", "各来源说法不一：600 [1][3]；450 [2]\nGulls cry. [4]"),
        ("ja", "情報源によって異なります：600 [1][3]；450 [2]\nGulls cry. [4]"),
        ("fr", "Sources differ: 600 [1][3]; 450 [2]\nGulls cry. [4]"),
    ],
)
@pytest.mark.parametrize("asked", ["How many?", "Why?"])
def test_where_sources_differ_that_comes_first_and_takes_no_side(asked: str, language: str, text: str) -> None:
    conflict = Conflict("number", (ConflictValue("600", (1, 3)), ConflictValue("450", (2,))))
    best = finding("It has 600.", "600")
    citations = (
        cited(1, best),
        citation(2, "It has 450."),
        citation(3, "Six hundred: 600."),
        citation(4, "Gulls cry."),
    )
    assert compose(question(asked, language), best, citations, (conflict,)) == text


PUBLISHED = date(2024, 4, 9)


@pytest.mark.parametrize(
    ("asked", "language", "text"),
    [
        ("How many cranes has it?", "en", "40 (as of 9 April 2024) [1]"),
        ("How many cranes has it?", "fr", "40 (as of 9 April 2024) [1]"),
        ("它有多少台吊车？", "zh", "40（截至2024年4月9日） [1]"),
        ("クレーンは何台ありますか？", "ja", "40（2024年4月9日時点） [1]"),
        # The question says of when, or no figure is asked for that moves with time.
        ("How many cranes had it in 2023?", "en", "40 [1]"),
        ("Which cranes are there?", "en", "40 cranes [1]"),
    ],
)
def test_a_figure_tells_the_day_of_its_source(asked: str, language: str, text: str) -> None:
    found = finding("The port has 40 cranes.", "40 cranes", PUBLISHED)
    assert compose(question(asked, language), found, (cited(1, found),), ()) == text


def test_words_without_a_figure_are_of_no_day() -> None:
    found = finding("The cranes are owned by Pell Harbour.", "Pell Harbour", PUBLISHED)
    assert compose(question("How many cranes has it?"), found, (cited(1, found),), ()) == "Pell Harbour [1]"


@pytest.mark.parametrize(
    ("sentence", "published"),
    [("In May 2023 it had 40 cranes.", PUBLISHED), ("它在2023年有40 cranes。", PUBLISHED), ("It has 40 cranes.", None)],
)
def test_a_figure_with_a_date_of_its_own_or_without_a_day_of_its_source(sentence: str, published: date | None) -> None:
    found = finding(sentence, "40", published)
    assert compose(question("How many cranes?"), found, (cited(1, found),), ()) == "40 [1]"


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
        ("en", "The articles do not answer this: no passage mentions Quillon, Marsh."),
        ("zh", "这些文章没有回答这个问题：没有一段提到Quillon, Marsh。"),
        ("ja", "この質問への答えは記事の中に見つかりませんでした：Quillon, Marshに触れている箇所はありません。"),
    ],
)
def test_the_decline_names_what_nothing_mentions(language: str, text: str) -> None:
    assert decline(question("?", language), searched=True, unmentioned=("Quillon", "Marsh")) == text


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
    assert compose(question("How many?"), STAFF, citations, ()) == text
    assert citations[0].quote.text == quote


@pytest.mark.parametrize(
    ("asked", "quote", "answer", "few"),
    [
        # The figure asked for, out of the words that the reader found.
        ("How many people work there?", "At the end 67,317 people worked there.", "67,317 people", "67,317 people"),
        ("市值增加了多少美元？", "一天增加了2045亿美元。", "增加了2045亿美元", "2045亿美元"),
        ("何人が働いていますか？", "従業員は6万7317人です。", "6万7317人", "6万7317人"),
        ("By what percentage did it grow?", "In 2023 it grew by 5% or so.", "by 5% or so", "5%"),
        ("When was the harbour opened?", "The harbour was opened in 1987.", "in 1987", "1987"),
        (
            "How much does a chip cost?",
            "Chips cost $25,000\nto $30,000 each.",
            "$25,000\nto $30,000 each",
            "$25,000 to $30,000",
        ),
        # No such figure among them, or nothing tells which one.
        ("How many people work there?", "Some forty people work there.", "Some forty people", "Some forty people"),
        ("When was the harbour opened?", "It was opened last year.", "last year", "last year"),
        (
            "How much does a chip cost?",
            "It was $25,000, now it is $30,000.",
            "$25,000, now it is $30,000",
            "$25,000, now it is $30,000",
        ),
        # Names as they are, the figures in them too.
        ("Who runs WhatsApp?", "Will\n Cathcart runs WhatsApp.", "Will\n Cathcart", "Will Cathcart"),
        ("Which chip is it?", "It is the H100 of 2023.", "H100 of 2023", "H100 of 2023"),
        ("谁执导的？", "由詹姆斯·卡梅隆执导。", "詹姆斯·卡梅隆", "詹姆斯·卡梅隆"),
        # What is left of a sentence around them is not part of the answer.
        ("Who runs it?", "It is, he said, “Will”, and nobody else.", ", “Will”,", "Will"),
        ("Where is it?", "It is (in Pell).", "(in Pell).", "in Pell"),
        ("在哪里？", "他说：「在港口。」", "：「在港口。」", "在港口"),
        # Nothing but that was found.
        ("Who runs it?", "Will, of course.", ",", "Will, of course."),
    ],
)
def test_the_short_answer(asked: str, quote: str, answer: str, few: str) -> None:
    assert short(question(asked), quote, answer) == few


@pytest.mark.parametrize(
    "asked", ["Why was the port closed?", "How does it work?", "港口为什么关闭？", "港はなぜ閉まったのですか？"]
)
def test_more_than_a_few_words_are_the_first_quote(asked: str) -> None:
    citations = (citation(1, "Storms came.\nThe  quay broke."), citation(2, "Gulls cry."))
    assert short_answer(question(asked), finding("Gulls cry.", "Gulls"), citations) == "Storms came. The quay broke."
    assert citations[0].quote.text == "Storms came.\nThe  quay broke."


def test_a_follow_up_gets_the_kind_of_short_answer_it_asks_for() -> None:
    quote, found = "Opened in 1987, it has 40 seats.", "in 1987, it has 40 seats"
    asked = Question("How many seats has it?", "When was the hall opened? How many seats has it?", "en", Filter())
    assert short(asked, quote, found) == "40"
    asked = Question("And the hall?", "When was the port opened? And the hall?", "en", Filter())
    assert short(asked, quote, found) == "1987"
    asked = Question("Who opened it?", "Why was the hall closed? Who opened it?", "en", Filter())
    assert short(asked, "Pell opened it.", "Pell") == "Pell"
    asked = Question("And the hall?", "Why was the port closed? And the hall?", "en", Filter())
    assert short(asked, "Pell opened it.", "Pell") == "Pell opened it."


def test_a_reference_mark_is_no_part_of_a_short_answer() -> None:
    assert short(question("Who opened it?"), "It was opened by Pell[3].", "Pell[3].") == "Pell"


ASKED = [
    "How many?",
    "How much does it cost?",
    "When?",
    "Who?",
    "Why?",
    "多少钱？",
    "何％ですか？",
    "哪一年？",
    "为什么？",
]
PIECES = st.sampled_from(
    ["$5", "to", "7億", "25%", "2023", "\n", "港口", "and", "円", "(", "」", "。", "U.S."]
)  # fmt: skip


@given(st.sampled_from(ASKED), st.lists(PIECES | st.text(max_size=5), min_size=1), st.data())
def test_the_short_answer_is_a_part_of_the_quote(asked: str, words: list[str], data: st.DataObject) -> None:
    quote = f"Pell {' '.join(words)}."
    start = data.draw(st.integers(0, len(quote) - 1))
    end = data.draw(st.integers(start + 1, len(quote)))
    few = short_answer(question(asked), finding(quote, quote[start:end]), (citation(1, quote),))
    assert few
    assert " ".join(few.split()) in " ".join(quote.split())


QUOTES = st.lists(st.sampled_from(["Pell", "港口", "[1]", "[23]", "[a]", "[2024]", " ", "\n", "。"]), min_size=1)


@given(st.lists(QUOTES.map("".join).filter(str.strip), max_size=3))
def test_the_numbers_in_the_text_are_those_of_the_quotes(quotes: list[str]) -> None:
    citations = tuple(citation(number, quote) for number, quote in enumerate(quotes, 1))
    text = compose(question("Why?"), STAFF, citations, ())
    assert [int(mark) for mark in re.findall(r"\[(\d{1,3})\]", text)] == list(range(1, len(quotes) + 1))
    assert "\n" not in text
