"""The page's events without a browser: what is searched, what is shown in which step, what is never lost."""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

import gradio as gr
import pytest

from index.errors import BadQuestion, LibraryError, QuotedeskError
from index.types import Article, Filter, Hit, Passage, Span
from qa.types import Answer, Citation, Conflict, ConflictValue, Found, Quote, Turn
from ui import chat
from ui.answer_view import Exchange
from ui.words import CHINESE, ENGLISH, JAPANESE, PAGE_LANGUAGES, Words, words_for

LIGHTHOUSE = """Skip to content  |  Subscribe for £1 a week

The lighthouse at Saltmarsh Point was lit again on Friday evening after eleven years of darkness, to the applause of \
several hundred people who had walked out along the causeway at low tide.

About 350,000 people visited the point in 2023, the harbour trust said, nearly twice the number of a decade ago. \
"We had planned for a third of that," said Ines Okafor, who leads the trust. "The path was never meant for it."

The lens, a second-order Fresnel cut in 1871, was taken apart into 212 prisms and cleaned by hand in a workshop in \
the old coastguard station. One prism was found to be cracked and was replaced with a cast of borosilicate glass.

ADVERTISEMENT — Winter coats, half price this weekend only

The trust expects the work to have cost £4.2m when the last invoices are in. Most of it came from the lottery fund, \
and £600,000 from people who live within sight of the light.

Visitors will be asked to book from the spring. Ms Okafor said that the number let through the gate would be set each \
week, according to the state of the path and of the terns that nest beside it.

Read next: The ten best fish and chip shops on the coast"""

CORRECTION = """The harbour trust has revised its count of visitors to Saltmarsh Point.

A new counter at the causeway gate recorded 410,000 visitors in 2023, the trust said on Monday. The earlier figure \
had been estimated from car park tickets and left out those who came by the coast path.

About 350,000 people visited the point in 2023, the harbour trust said in its first count, published in March."""

REPRINT = """About 350,000 people visited the point in 2023, the harbour trust said, nearly twice the number of a \
decade ago. The Courier understands that tickets will be needed from the spring."""

CHINESE_TEXT = """盐沼角灯塔在熄灭十一年之后，于上周五傍晚重新点亮，数百人趁退潮沿堤道步行前往观看。

据港口信托基金介绍，修复工程历时两年零四个月，共清洗了二百一十二块棱镜。其中一块出现裂纹，改用硼硅酸盐玻璃重新浇铸。

基金负责人表示，从明年春天起，参观者需要提前预约，每周放行的人数将根据步道和燕鸥筑巢的情况决定。"""

JAPANESE_TEXT = """ソルトマーシュ岬の灯台が金曜日の夕方、十一年ぶりに点灯した。堤道を歩いて訪れた数百人が拍手で迎えた。

レンズは一八七一年に作られた二等フレネルレンズで、二百十二枚のプリズムに分解し、すべて手作業で磨かれた。

港湾財団によると、来春からは事前の予約が必要になる。一週間に通す人数は、道の状態と、道ばたに巣を作るアジサシの様子を見て決めるという。"""

HOSTILE = '<script>window.pwned=1</script><img src=x onerror="window.pwned=1"> {{value}} ${window.pwned=1} & "quoted"'


def article(*fields: str, published: date | None, url: str | None) -> Article:
    name, title, text, language = fields
    grey = ("Skip to content  |  Subscribe for £1 a week", "ADVERTISEMENT — Winter coats, half price this weekend only",
            "Read next: The ten best fish and chip shops on the coast")  # fmt: skip
    spans = tuple(Span(text.find(line), text.find(line) + len(line)) for line in grey if line in text)
    return Article(name, "v1", title, text, language, url, published, f"articles/{name}.txt", spans)


ARTICLES = {
    item.id: item
    for item in (
        article("light", "A light returns to Saltmarsh Point", LIGHTHOUSE, "en", published=date(2024, 3, 2),
                url="https://www.tidegazette.example/2024/03/light"),
        article("count", "More came to the lighthouse than was thought", CORRECTION, "en", published=date(2024, 9, 16),
                url="https://coastnews.example/count"),
        article("reprint", "Saltmarsh Point to ask for tickets", REPRINT, "en", published=None, url=None),
        article("deng", "盐沼角灯塔重新点亮", CHINESE_TEXT, "zh", published=date(2024, 3, 4), url="https://haiwang.example/deng"),
        article("todai", "十一年ぶりに灯る岬の灯台", JAPANESE_TEXT, "ja", published=date(2024, 3, 3), url="https://misaki.example/todai"),
        article("hostile", HOSTILE, f"First line.\n\nHere is {HOSTILE} in the text.\n\nLast line.", "en",
                published=date(2023, 4, 9), url="javascript:window.pwned=1"),
    )
}  # fmt: skip


def quote(name: str, words: str) -> Quote:
    start = ARTICLES[name].text.index(words)
    return Quote(ARTICLES[name], Span(start, start + len(words)))


def near(name: str, words: str) -> Found:
    span = quote(name, words).span
    return Found(Hit(Passage(0, name, ARTICLES[name].language, span, words), 0.4, "fused"), ARTICLES[name])


def answered(question: str, language: str, text: str, quotes: Sequence[Quote], **more: Any) -> Answer:
    citations = tuple(
        Citation(number, each, ("reprint", "vanished") if each.article.id == "light" and number == 1 else ())
        for number, each in enumerate(quotes, 1)
    )
    return Answer(question, language, question, "answered", text, text, 0.9, citations, **more)


EVERYTHING = Filter()
VISITORS = "How many people visited Saltmarsh Point in 2023?"
PRISMS = "灯塔的棱镜有多少块？"
BOOKING = "灯台に行くには予約が必要ですか？"
KING = "Who is the king of Norway?"
ATTACK = "What does the script say?"
CRASH = "Please break"

ANSWERS = {
    VISITORS: answered(
        VISITORS, "en", "About 350,000 by the first count [1], and 410,000 by a later one [2][3].",
        [quote("light", "About 350,000 people visited the point in 2023, the harbour trust said, nearly twice the "
                        "number of a decade ago."),
         quote("count", "A new counter at the causeway gate recorded 410,000 visitors in 2023, the trust said on "
                        "Monday."),
         quote("light", "Visitors will be asked to book from the spring.")],
        conflicts=(Conflict("number", (ConflictValue("350,000", (1,)), ConflictValue("410,000", (2,)))),),
    ),
    PRISMS: answered(PRISMS, "zh", "共二百一十二块[1]，其中一块有裂纹[2]。",
                     [quote("deng", "据港口信托基金介绍，修复工程历时两年零四个月，共清洗了二百一十二块棱镜。"),
                      quote("todai", "二百十二枚のプリズムに分解し、すべて手作業で磨かれた。")]),
    BOOKING: answered(BOOKING, "ja", "はい、来春からは事前の予約が必要です[1]。[7]",
                      [quote("todai", "港湾財団によると、来春からは事前の予約が必要になる。"),
                       quote("deng", "从明年春天起，参观者需要提前预约")]),
    KING: Answer(KING, "en", KING, "abstained", "", "The articles don't hold an answer to this.", 0.1, consulted=(
        near("light", "The trust expects the work to have cost £4.2m when the last invoices are in."),
        near("deng", "从明年春天起，参观者需要提前预约，每周放行的人数将根据步道和燕鸥筑巢的情况决定。"),
    )),
    ATTACK: answered(f"What? {HOSTILE}", "en", f"It says {HOSTILE} [1].", [quote("hostile", HOSTILE)]),
}  # fmt: skip


class FakeLibrary:
    """Six hand-written articles in three languages."""

    def article(self, article_id: str) -> Article:
        if article_id not in ARTICLES:
            raise LibraryError(f"no article {article_id} in the library")
        return ARTICLES[article_id]

    def languages(self) -> dict[str, int]:
        return {"en": 4, "zh": 1, "ja": 1}

    def date_range(self) -> tuple[date, date] | None:
        return date(2023, 4, 9), date(2024, 9, 16)

    def size(self) -> int:
        return len(ARTICLES)


class EmptyLibrary(FakeLibrary):
    """A library that nothing was put into yet."""

    def languages(self) -> dict[str, int]:
        return {}

    def date_range(self) -> tuple[date, date] | None:
        return None

    def size(self) -> int:
        return 0


@dataclass
class FakeAssistant:
    """Gives the written answers above and remembers what it was asked."""

    library: FakeLibrary = field(default_factory=FakeLibrary)
    asked: list[tuple[str, tuple[Turn, ...], Filter]] = field(default_factory=list)
    seconds: float = 0.0

    def ask(self, question: str, *, history: Sequence[Turn] = (), where: Filter = EVERYTHING) -> Answer:
        self.asked.append((question, tuple(history), where))
        time.sleep(self.seconds)
        if question == CRASH:
            raise RuntimeError("a fault of ours")
        if question not in ANSWERS:
            raise BadQuestion(f"the question {question!r} has no words to search for; write a full question")
        return ANSWERS[question]


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
def desk(assistant: FakeAssistant) -> chat.Desk:
    return chat.Desk(assistant, (VISITORS, PRISMS))


def browser(language: str = "en-GB,en;q=0.9") -> gr.Request:
    return gr.Request(headers={"accept-language": language})


def click(**data: Any) -> gr.EventData:
    return gr.EventData(None, data)


def ask(desk: chat.Desk, question: str, exchanges: Sequence[Exchange] = (), **where: str) -> list[tuple[Any, ...]]:
    narrowed = (where.get("language", ""), where.get("since", ""), where.get("until", ""))
    return list(desk.ask(question, *narrowed, list(exchanges), browser()))


def is_unchanged(value: object) -> bool:
    return bool(value == gr.skip())


def test_a_question_is_acknowledged_then_answered_in_steps(desk: chat.Desk) -> None:
    asked, told, whole = ask(desk, VISITORS)

    assert "Searching 6 articles" in asked[0][-1]
    assert VISITORS in asked[0][-1]
    assert asked[-1] == ""  # the box is free for the next question

    assert "410,000 by a later one" in told[0][-1]
    assert "qd-card" not in told[0][-1]
    assert whole[0][-1].count("<blockquote") == 3
    assert whole[3] == [Exchange(ANSWERS[VISITORS], {"reprint": ARTICLES["reprint"]})]
    assert 'data-at="0.quote.1.0"' in whole[2]


def test_the_examples_give_way_to_the_first_question(desk: chat.Desk) -> None:
    shown = [step[0] for step in ask(desk, VISITORS) if not is_unchanged(step[0])]
    assert [len(conversation) for conversation in shown] == [1, 1, 1]
    assert not any("qd-welcome" in conversation[0] for conversation in shown)


def test_a_follow_up_carries_the_earlier_turns(desk: chat.Desk, assistant: FakeAssistant) -> None:
    first = Exchange(ANSWERS[PRISMS])
    ask(desk, VISITORS, [first])
    assert assistant.asked[0][1] == (Turn("user", PRISMS), Turn("assistant", ANSWERS[PRISMS].text))


def test_the_filters_reach_the_assistant(desk: chat.Desk, assistant: FakeAssistant) -> None:
    acknowledged = ask(desk, VISITORS, language="zh", since="2024", until="2024-02")[0]
    assert assistant.asked[0][2] == Filter(language="zh", since=date(2024, 1, 1), until=date(2024, 2, 29))
    assert "Searching 中文 · 2024-01-01 – 2024-02-29" in acknowledged[0][-1]


def test_a_bad_date_is_told_and_the_question_stays_in_its_box(desk: chat.Desk, assistant: FakeAssistant) -> None:
    ((conversation, notice, panel, exchanges, _, box),) = ask(desk, VISITORS, since="2024-13")
    assert "“2024-13” is not a date" in notice
    assert 'role="alert"' in notice
    assert "qd-welcome" in conversation[0]
    assert is_unchanged(panel)
    assert is_unchanged(box)
    assert exchanges == []
    assert assistant.asked == []


def test_a_refused_question_is_told_and_put_back(desk: chat.Desk) -> None:
    kept = Exchange(ANSWERS[PRISMS])
    asked, refused = ask(desk, "??", [kept])
    assert asked[-1] == ""
    assert "has no words to search for" in refused[1]
    assert len(refused[0]) == 1  # the earlier exchange alone: the refused question is no part of the conversation
    assert refused[3] == [kept]
    assert chat.put_back("", refused[4]) == ("??", "")


def test_a_question_begun_meanwhile_is_not_overwritten() -> None:
    box, in_flight = chat.put_back("a new one", "the refused one")
    assert is_unchanged(box)
    assert in_flight == ""


def test_after_an_answer_the_box_is_left_alone() -> None:
    assert all(is_unchanged(value) for value in chat.put_back("a new one", ""))


def test_nothing_is_asked_of_an_empty_box(desk: chat.Desk, assistant: FakeAssistant) -> None:
    assert ask(desk, " \n") == []
    assert assistant.asked == []


def test_our_own_fault_is_not_passed_off_as_no_answer(desk: chat.Desk) -> None:
    with pytest.raises(RuntimeError, match="a fault of ours"):
        ask(desk, CRASH)
    conversation, notice = desk.apologise([Exchange(ANSWERS[PRISMS])], browser())
    assert len(conversation) == 1
    assert "Something broke inside quotedesk" in notice


def test_a_decline_clears_the_panel(desk: chat.Desk) -> None:
    assert "qd-hint" in ask(desk, KING, [Exchange(ANSWERS[PRISMS])])[-1][2]


def test_opening_a_quote_marks_every_quote_of_the_answer_in_that_article(desk: chat.Desk) -> None:
    panel, notice = desk.open([Exchange(ANSWERS[VISITORS])], click(at="0.quote.3.0"), browser())
    assert panel.count("<mark") == 2
    assert 'class="qd-quote qd-chosen qd-here" data-label="3"' in panel
    assert 'class="qd-quote" data-label="1"' in panel
    assert "Quote 3 of 3" in panel
    assert 'data-open="0.quote.2.0"' in panel  # back; there is nothing to go forward to
    assert "disabled" in panel
    assert is_unchanged(notice)


def test_a_nearest_passage_opens_as_no_quote(desk: chat.Desk) -> None:
    panel, _ = desk.open([Exchange(ANSWERS[KING])], click(at="0.near.1.0"), browser())
    assert "Nearest passage, not an answer" in panel
    assert 'class="qd-near qd-chosen qd-here"' in panel
    assert "qd-quote" not in panel


def test_a_copy_opens_at_the_same_words_or_without_a_mark(desk: chat.Desk) -> None:
    same = Exchange(ANSWERS[VISITORS], {"reprint": ARTICLES["reprint"]})
    other = Exchange(ANSWERS[VISITORS], {"reprint": ARTICLES["deng"]})
    panel, _ = desk.open([same], click(at="0.copy.1.0"), browser())
    assert 'data-label="1">About 350,000 people' in panel
    panel, _ = desk.open([other], click(at="0.copy.1.0"), browser())
    assert "<mark" not in panel


@pytest.mark.parametrize("at", ["0.quote.9.0", "5.quote.1.0", "0.near.0.0", "0.copy.1.1", "0.copy.2.0", "nonsense", ""])
def test_what_is_not_held_any_more_is_told(desk: chat.Desk, at: str) -> None:
    panel, notice = desk.open([Exchange(ANSWERS[VISITORS])], click(at=at), browser())
    assert is_unchanged(panel)
    assert "no longer held here" in notice


def test_an_example_is_its_place_in_the_list(desk: chat.Desk) -> None:
    assert [desk.example(click(place=place)) for place in (0, 1, 7)] == [VISITORS, PRISMS, ""]


@pytest.mark.parametrize(
    ("header", "masthead", "label"),
    [
        ("en-GB,en;q=0.9", "9 April 2023 to 16 September 2024", "Search in: everything"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "2023年4月9日至2024年9月16日", "检索范围：全部文章"),
        ("fr-FR,ja;q=0.5", "2023年4月9日〜2024年9月16日", "検索範囲：すべての記事"),
    ],
)
def test_the_page_greets_in_the_browsers_language(desk: chat.Desk, header: str, masthead: str, label: str) -> None:
    head, conversation, _, _, filters, language, _, _ = desk.greet(browser(header))
    assert masthead in head
    assert f'data-example="0" dir="auto">{VISITORS}' in conversation[0]
    assert filters["label"] == label
    assert [code for _, code in language["choices"]] == ["", "en", "zh", "ja"]


def test_an_empty_library_says_how_to_fill_it() -> None:
    desk = chat.Desk(FakeAssistant(EmptyLibrary()), (VISITORS,))
    head, conversation, *_ = desk.greet(browser())
    assert "0 articles" in head
    assert "quotedesk index PATH --library DIR" in conversation[0]
    assert VISITORS not in conversation[0]


def test_narrowing_says_what_is_searched(desk: chat.Desk) -> None:
    filters, notice = desk.narrow("ja", "", "2024-05", browser())
    assert filters["label"] == "Search in: 日本語 · … – 2024-05-31"
    assert notice == ""
    filters, notice = desk.narrow("", "2024", "2023", browser())
    assert is_unchanged(filters)
    assert "would start on 1 January 2024 and end before that, on 31 December 2023" in notice


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        (" 2024/2/3 ", date(2024, 2, 3), date(2024, 2, 3)),
        ("２０２４年２月３日", date(2024, 2, 3), date(2024, 2, 3)),
        ("2024年", date(2024, 1, 1), date(2024, 12, 31)),
        ("", None, None),
    ],
)
def test_a_date_is_a_year_a_month_or_a_day(typed: str, first: date | None, last: date | None) -> None:
    assert chat.read_date(typed, ENGLISH, last=False) == first
    assert chat.read_date(typed, ENGLISH, last=True) == last


@pytest.mark.parametrize("typed", ["2024-13", "2024-02-30", "yesterday", "0000", "24", "2024-5-1-1", "<b>"])
def test_what_is_no_date_is_refused_with_what_to_write(typed: str) -> None:
    with pytest.raises(QuotedeskError, match=r"is not a date\. Write a year, a month or a day"):
        chat.read_date(typed, ENGLISH, last=False)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (None, ENGLISH),
        ("", ENGLISH),
        ("de-DE,de", ENGLISH),
        ("zh-Hant-TW", CHINESE),
        ("de,ja;q=0.8,en;q=0.7", JAPANESE),
    ],
)
def test_the_first_language_that_the_page_speaks_is_taken(header: str | None, words: Words) -> None:
    assert words_for(header) is words


@pytest.mark.parametrize("words", PAGE_LANGUAGES.values(), ids=PAGE_LANGUAGES)
def test_every_language_has_the_same_blanks_to_fill(words: Words) -> None:
    for one in fields(Words):
        said = getattr(words, one.name)
        assert said
        if one.name != "day":
            assert said.count("{}") == getattr(ENGLISH, one.name).count("{}"), one.name


def test_no_event_is_open_to_scripts() -> None:
    page = chat.build_chat(FakeAssistant(), examples=[VISITORS])
    assert {event["api_visibility"] for event in page.config["dependencies"]} == {"private"}


def test_nothing_of_the_page_points_outside() -> None:
    dressed = chat.dress()
    assert dressed["theme"]._stylesheets == []
    addresses = re.findall(r"(?:https?:)?//[\w.]+", dressed["head"] + chat.page_file("quotedesk.js").read_text("utf-8"))
    assert [address for address in addresses if "." in address] == []


def test_blocks_are_built_inside_a_running_loop_too() -> None:
    async def build() -> gr.Blocks:
        return chat.build_chat(FakeAssistant())

    assert asyncio.run(build()).title == "quotedesk"
