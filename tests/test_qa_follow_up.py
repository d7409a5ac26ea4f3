"""Follow-ups made whole from the questions before them; questions that stand alone left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.follow_up import complete, exchanged, is_follow_up
from qa.question import LONGEST
from qa.types import Turn

STAFF = "How many employees did Meta have in 2023?"
BOUGHT = "How many H100s did Meta buy?"


def users(*said: str) -> list[Turn]:
    """Turns of the user, an answer after each."""
    return [turn for one in said for turn in (Turn("user", one), Turn("assistant", "How many is 7? [1]"))]


@pytest.mark.parametrize(
    "question",
    [
        "And in 2022?",
        "What about Oracle?",
        "Then who runs it?",
        "Why?",
        "When was it founded?",
        "What did he study?",
        "Did Meta buy it?",
        "Why did he leave Meta?",
        "Who was the CEO before his time?",
        "那英伟达的营收是多少？",
        "他呢？",
        "那2022年呢？",
        "還有呢？",
        "她是谁？",
        "多少？",
        "他的妻子是誰？",
        "2022年呢？",
        "その前は？",
        "それはいつ？",
        "彼の妻は誰ですか？",
        "では2022年は？",
        "2022年は？",
        "なぜ？",
        "そこで働く人は何人？",
    ],
)
def test_follow_ups_are_completed(question: str) -> None:
    history = [
        Turn("user", "Who bought Oculus?"),
        Turn("assistant", "Facebook [1]"),
        Turn("user", BOUGHT),
        Turn("assistant", "150,000 [1]"),
    ]
    assert is_follow_up(question)
    in_2022 = "How many H100s did Meta buy in 2022?" if question == "And in 2022?" else ""
    assert complete(question, history) == (in_2022 or f"{question} {BOUGHT}")


@pytest.mark.parametrize(
    "question",
    [
        "Who runs WhatsApp?",
        "How many people work at Microsoft?",
        "What is the boiling point of ethanol?",
        "What is IT spending at Meta?",
        "How much does it cost to make one MTIA chip?",
        "Which chip is in the iPhone?",
        "英伟达H100一块多少钱？",
        "Meta的首席运营官是谁？",
        "其他公司有哪些产品？",
        "吉他多少钱一把？",
        "Meta的首席执行官是谁呢？",
        "ルカン氏の出身地は？",
        "Quest 3の重さは？",
        "ELYZAの社長は誰？",
        "2023年末のメタの社員数は？",
        "RSCの建設にかかった費用は？",
        "How much did Apple spend on its chip factory in Arizona?",
        # What the pronoun stands for is named before it.
        "How much did Meta spend on its buyback?",
        "Did Meta raise its forecast?",
        "Why did Apple say it paid?",
        # Names and words that begin like what points back.
        "那不勒斯有多少人口？",
        "那斯達克指數是多少？",
        "彼得·蒂尔是谁？",
        "他国の政策は？",
        "そのまんま東は誰？",
    ],
)
def test_questions_that_stand_alone_are_left_alone(question: str) -> None:
    assert complete(question, [Turn("user", "Where is the harbour?"), Turn("assistant", "In Pell [1]")]) == question


@pytest.mark.parametrize("history", [[], [Turn("assistant", "Ask me anything.")]])
def test_without_a_question_before_there_is_nothing_to_complete_from(history: list[Turn]) -> None:
    assert complete("And in 2022?", history) == "And in 2022?"


@pytest.mark.parametrize(
    ("history", "question", "searched_for"),
    [
        ([STAFF, "And in 2022?"], "Why?", "Why? How many employees did Meta have in 2022?"),
        ([STAFF, "And Apple?", "And in 2022?", "Why?"], "And in 2020?", "How many employees did Apple have in 2020?"),
        ([STAFF, "Who runs WhatsApp?", "And Instagram?"], "Since when?", "Since when? Who runs Instagram?"),
        ([STAFF, "chip " * 500], "Why?", f"Why? {STAFF}"),
        (["What did he study?"], "Why?", "Why? What did he study?"),
        (["chip " * 500], "And in 2021?", "And in 2021?"),
    ],
)
def test_what_was_talked_of_last_completes(history: list[str], question: str, searched_for: str) -> None:
    assert complete(question, users(*history)) == searched_for


def test_a_turn_is_read_up_to_the_longest_question() -> None:
    longest = "chip port " * (LONGEST // 10)
    assert len(longest) == LONGEST
    assert complete("Why?", users(STAFF, longest)) == f"Why? {longest.strip()}"
    assert complete("Why?", users(STAFF, f"{longest}.")) == f"Why? {STAFF}"


@pytest.mark.parametrize(
    ("question", "follows"),
    [
        # Four words of content and five.
        ("Did it open Pell harbour cranes?", True),
        ("Did it open Pell harbour cranes Monday?", False),
    ],
)
def test_a_pronoun_counts_among_few_words(question: str, *, follows: bool) -> None:
    assert (complete(question, users(STAFF)) != question) is follows


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        (STAFF, "And in 2022?", "How many employees did Meta have in 2022?"),
        ("How many people work at Meta?", "And in 2022?", "How many people work at Meta in 2022?"),
        ("Meta有多少员工？", "那2022年呢？", "2022年Meta有多少员工？"),
        ("メタの社員数は？", "2022年は？", "2022年のメタの社員数は？"),
        (STAFF, "A year later?", "How many employees did Meta have in 2024?"),
        (STAFF, "The year before?", "How many employees did Meta have in 2022?"),
        (STAFF, "What about Google?", "How many employees did Google have in 2023?"),
        ("Who runs WhatsApp?", "And Reality Labs?", "Who runs Reality Labs?"),
        ("How many parameters does Llama 2 have?", "And Llama 3?", "How many parameters does Llama 3 have?"),
        ("Meta的首席运营官是谁？", "那首席财务官呢？", "Meta的首席财务官是谁？"),
        ("Who is the CEO of Meta?", "And Apple?", "Who is the CEO of Apple?"),
        ("Who is the CEO of Meta?", "And the CFO?", "Who is the CFO of Meta?"),
        ("What did Meta earn last year?", "And in 2022?", "What did Meta earn in 2022?"),
        ("What was the profit of last year?", "And in 2022?", "What was the profit of 2022?"),
        ("What was last year's profit?", "And in 2022?", "What was 2022's profit?"),
        ("去年的利润是多少？", "那2022年呢？", "2022年的利润是多少？"),
        ("メタの昨年の売上は？", "2022年は？", "メタの2022年の売上は？"),
        ("现在管Instagram的是哪位？", "WhatsApp呢？", "现在管WhatsApp的是哪位？"),
        ("2023年末のメタの社員数は？", "2022年は？", "2022年末のメタの社員数は？"),
        ("2023年末のメタの社員数は？", "その前年は？", "2022年末のメタの社員数は？"),
    ],
)
def test_like_is_exchanged_for_like(before: str, question: str, whole: str) -> None:
    assert exchanged(question, before) == whole
    assert complete(question, users(before)) == whole


@pytest.mark.parametrize(
    ("before", "question"),
    [
        # It asks something itself.
        (STAFF, "And where?"),
        (STAFF, "And who runs Apple?"),
        # Two years, two names, none: nothing tells which one is meant.
        ("How much more did it cost in 2023 than in 2022?", "And in 2021?"),
        ("Does Meta pay Apple?", "And Google?"),
        ("Did Meta earn more last year than this year?", "And in 2022?"),
        # A word that only points back.
        ("2023年末のメタの社員数は？", "その前は？"),
        # Another script: the question before would be searched for in the wrong language.
        (STAFF, "那2021年呢？"),
        # Titles that are not worded alike.
        ("Meta的首席运营官是谁？", "那总部呢？"),
        ("", "And in 2021?"),
    ],
)
def test_nothing_is_exchanged_where_it_is_not_plain(before: str, question: str) -> None:
    assert exchanged(question, before) is None
    assert complete(question, users(before) if before else []) == f"{question} {before}".strip()


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_questions_come_to_a_whole(before: str, question: str) -> None:
    whole = complete(question, users(before))
    assert whole in {question, exchanged(question, before), f"{question} {before}".strip()}
