"""Understanding a question: what kind of answer it wants, what it is about, and when it leans on the one before."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import BadQuestion
from index.types import Filter
from qa.period import Period, Times
from qa.question import (
    LONGEST,
    Wanted,
    asks,
    content_tokens,
    deciding_words,
    understand,
    wanted,
    wants_more,
)
from qa.types import Question


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When was the harbour opened?", "date"),
        ("In which year did Meta buy Oculus?", "date"),
        ("What date does the dividend go out?", "date"),
        ("How many people work there?", "amount"),
        ("How much did Facebook pay for Oculus?", "amount"),
        ("How long did the training take?", "amount"),
        ("How old is Susan Li?", "amount"),
        ("What was the price of Oculus?", "amount"),
        ("What is Zuckerberg's net worth?", "amount"),
        ("What percentage of the votes does he hold?", "amount"),
        ("By what percentage did the shares rise?", "amount"),
        ("Who runs WhatsApp?", "person"),
        ("Whose idea was it?", "person"),
        ("Which researcher leads the lab?", "person"),
        ("What's the price?", "amount"),
        ("What’s Meta's revenue?", "amount"),
        ("At what age did he leave?", "amount"),
        ("What is the price Meta paid for WhatsApp?", "amount"),
        ("What was the name of the company that cut its price?", "other"),
        ("What is the price war about?", "other"),
        ("What was the cause of the rate cut?", "other"),
        ("How often does the board meet?", "other"),
        ("Where is the data center?", "other"),
        ("Why were recruiters told first?", "other"),
        ("Which company was the partner?", "other"),
        ("他什么时候离开的？", "date"),
        ("桑德伯格是哪一年加入脸书的？", "date"),
        ("該公司何時成立？", "date"),
        ("Meta有多少员工？", "amount"),
        ("一个机柜放得下几块芯片？", "amount"),
        ("股價上漲了百分之幾？", "amount"),
        ("Susan Li今年多大？", "amount"),
        ("湖的面积有多大？", "amount"),
        ("多伦多大学在哪里？", "other"),
        ("哪几家公司参加了？", "other"),
        ("首席运营官是谁？", "person"),
        ("執行長是誰？", "person"),
        ("现在管Instagram的是哪位？", "person"),
        ("总部设在哪座城市？", "other"),
        ("为什么要裁员？", "other"),
        ("いつ設立されましたか？", "date"),
        ("何年に生まれましたか？", "date"),
        ("従業員は何人ですか？", "amount"),
        ("価格はいくらですか？", "amount"),
        ("何年間かかりましたか？", "amount"),
        ("議決権の何パーセントですか？", "amount"),
        ("どのくらいの電力を使いますか？", "amount"),
        ("ELYZAの社長は誰？", "person"),
        ("いくつかの企業が抜けた理由は？", "other"),
        ("どこで生まれましたか？", "other"),
        ("なぜ解雇されたのですか？", "other"),
    ],
)
def test_wanted(question: str, kind: Wanted) -> None:
    assert wanted(question) == kind


@pytest.mark.parametrize(
    ("question", "tokens"),
    [
        ("How many H100s did Meta buy in 2023?", ["h100", "meta", "buy", "2023"]),
        ("What is the boiling point of ethanol?", ["boil", "point", "ethanol"]),
        ("Chips, chips and semiconductors", ["chip", "semiconductor"]),
        ("Meta的首席运营官是谁？", ["meta", "首席", "席运", "运营", "营官"]),
        ("Meta的首席營運官是誰？", ["meta", "首席", "席营", "营运", "运官"]),
        ("ELYZAの社長は誰？", ["elyza", "社长"]),
        ("Why?", []),
        ("多少？", []),
    ],
)
def test_content_tokens(question: str, tokens: list[str]) -> None:
    assert content_tokens(question) == tokens


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Who runs WhatsApp?", "en"),
        ("Meta的首席运营官是谁？", "zh"),
        ("執行長是誰？", "zh"),
        ("社長は誰ですか？", "ja"),
    ],
)
def test_understand(text: str, language: str) -> None:
    where = Filter(since=date(2024, 1, 1))
    assert understand(text, f" {text}\n", where) == Question(text, text, language, where)


def test_the_time_that_is_asked_about_and_today_count_unless_told_not_to() -> None:
    text, today = "Who left last year?", date(2024, 6, 11)
    asked = understand(text, text, Filter(), Times(today))
    assert (asked.period, asked.today) == (Period("last year", date(2023, 1, 1), date(2023, 12, 31)), today)
    assert understand(text, text, Filter(), Times(today, prefer=False)) == Question(text, text, "en", Filter())


@pytest.mark.parametrize("text", ["", "  \n", "?!", "？。、", "\u200b", "😀"])
def test_a_question_without_words_is_refused(text: str) -> None:
    with pytest.raises(BadQuestion, match="has no words; ask with at least one word") as caught:
        understand(text, text, Filter())
    assert f"the question {text!r}" in str(caught.value)


def test_the_history_does_not_lend_a_blank_question_words() -> None:
    with pytest.raises(BadQuestion, match=r"the question '\?' has no words"):
        understand("?", "? Who runs WhatsApp?", Filter())


def test_a_paste_is_refused() -> None:
    assert understand("a" * LONGEST, "a" * LONGEST, Filter()).text == "a" * 2000
    with pytest.raises(BadQuestion, match="the question has 2,001 characters, at most 2,000 are read; shorten it"):
        understand("a" * 2001, "a" * 2001, Filter())


@given(st.text(max_size=80))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        asked = understand(text, f"{text} Where?", Filter())
    except BadQuestion:
        assert not any(character.isalpha() for character in text)
    else:
        assert asked.text == text
        assert asked.searched_for == " ".join(asked.searched_for.split())


@pytest.mark.parametrize(
    ("before", "text", "language"),
    [
        ("Who is the chief executive of Meta?", "那首席技术官呢？", "zh"),
        ("Meta的首席运营官是谁？", "And the chief technology officer?", "en"),
        ("Who is the chief executive of Meta?", "その前は誰でしたか？", "ja"),
        ("Meta的首席运营官是谁？", "2022?", "zh"),
    ],
)
def test_the_language_is_that_of_the_question_itself(before: str, text: str, language: str) -> None:
    asked = understand(text, f"{text} {before}", Filter())
    assert (asked.language, asked.searched_for) == (language, f"{text} {before}")


@pytest.mark.parametrize(
    ("before", "text", "kind"),
    [
        ("When was Llama 2 released?", "How many parameters does it have?", "amount"),
        ("How many parameters does Llama 2 have?", "When was it released?", "date"),
        ("How many parameters does Llama 2 have?", "And Llama 3?", "amount"),
        ("When was Llama 2 released?", "那Llama 3呢？", "date"),
        ("Where is the harbour of Pell?", "And the factory?", "other"),
    ],
)
def test_the_questions_own_words_decide_what_is_wanted(before: str, text: str, kind: Wanted) -> None:
    asked = understand(text, f"{text} {before}", Filter())
    assert wanted(deciding_words(asked)) == kind


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Who runs it?", True),
        ("他是谁？", True),
        ("「誰ですか？」", True),
        ('"Who runs it?" ', True),
        ("(Who runs it?)", True),
        ("Will runs it.", False),
        ('"Who runs it?" he asked.', False),
        ("", False),
    ],
)
def test_asks(sentence: str, *, question: bool) -> None:
    assert asks(sentence) is question


@pytest.mark.parametrize(
    ("question", "more"),
    [
        ("Why was the port closed?", True),
        ("How did it start?", True),
        ("How exactly does it work?", True),
        ("What did Pell say about the harbour?", True),
        ("What did the mayor announce?", True),
        ("List the ports of Pell.", True),
        ("Explain the plan.", True),
        ("Describe the harbour.", True),
        ("Compare the two harbours.", True),
        ("What are the ports of Pell?", True),
        ("Which are the ports of Pell?", True),
        ("What reasons did he give?", True),
        ("What happened in Pell?", True),
        ("How many people work there?", False),
        ("How much did it cost?", False),
        ("How long did it take?", False),
        ("How often does it fail?", False),
        ("What is the list price?", False),
        ("When was it explained?", False),
        ("Who explained it?", False),
        ("Where is the harbour?", False),
        ("What is the capital of Pell?", False),
        ("Which company was listed?", False),
        ("港口为什么关闭？", True),
        ("港口為什麼關閉？", True),
        ("港口为何关闭？", True),
        ("港口如何运作？", True),
        ("他们怎么做的？", True),
        ("他們怎麼做的？", True),
        ("有哪些港口？", True),
        ("他说了什么？", True),
        ("列出所有港口。", True),
        ("介绍一下港口。", True),
        ("两个港口有什么区别？", True),
        ("关闭的原因是什么？", True),
        ("有多少个原因？", False),
        ("谁介绍的？", False),
        ("什么时候关闭的？", False),
        ("总部在哪里？", False),
        ("哪家公司投资了？", False),
        ("なぜ閉鎖されましたか？", True),
        ("どうして閉鎖されましたか？", True),
        ("どのように動きますか？", True),
        ("どうやって作りますか？", True),
        ("社長は何と述べましたか？", True),
        ("市長は何と言いましたか？", True),
        ("閉鎖の理由は何ですか？", True),
        ("二つの港の違いは何ですか？", True),
        ("計画を説明してください。", True),
        ("理由は何個ありますか？", False),
        ("従業員は何人ですか？", False),
        ("誰が説明しましたか？", False),
        ("いつ閉鎖されましたか？", False),
        ("どこにありますか？", False),
        ("Tell me about the harbour bridge.", True),
        ("Tell me who built the bridge.", False),
        ("Summarise the strike.", True),
        ("总结一下罢工的经过", True),
        ("大桥的事故是怎么回事？", True),
        ("港の橋について教えてください", True),
        ("港の橋について、費用はいくらですか", False),
    ],
)
def test_wants_more(question: str, *, more: bool) -> None:
    assert wants_more(question) is more
