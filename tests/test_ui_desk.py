"""The page's events without a browser: what is searched, what is shown in which step, what is never lost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from index.errors import LibraryError
from index.types import Article, Filter
from qa.period import Period
from qa.types import Turn
from tests.made_saltmarsh import (
    ANSWERS,
    ARTICLES,
    CRASH,
    KING,
    PRISMS,
    VISITORS,
    EmptyLibrary,
    FakeAssistant,
    FakeLibrary,
)
from ui.access.users import LOCAL
from ui.api.problem import Busy
from ui.chat.conversations import Conversations
from ui.chat.desk import Desk, InFlight, put_back, put_back_refused
from ui.chat.exchange import Exchange
from ui.chat.pieces import UNCHANGED
from ui.stages import Reading, Waiting, Writing

FIRST = Exchange(ANSWERS[VISITORS], {"reprint": ARTICLES["reprint"]})
# In the steps of a question.
LOG, NOTICE, PANEL, PLACE, LISTED, IN_FLIGHT, BOX = range(7)


@dataclass
class Revised(FakeLibrary):
    """The library after its articles were written anew: `texts` by id, None for one that was taken out."""

    texts: dict[str, str | None] | None = None

    def article(self, article_id: str) -> Article:
        text = (self.texts or {}).get(article_id, "")
        if text is None:
            raise LibraryError(f"no article {article_id}")
        found = super().article(article_id)
        return replace(found, text=text, version="v2", boilerplate=()) if text else found


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "conversations.sqlite")


@pytest.fixture
def desk(assistant: FakeAssistant, kept: Conversations) -> Desk:
    return Desk(assistant, kept, (VISITORS, PRISMS))


def browser(language: str = "en-GB,en;q=0.9") -> gr.Request:
    return gr.Request(headers={"accept-language": language}, state=SimpleNamespace(user=LOCAL))


def click(**data: Any) -> gr.EventData:
    return gr.EventData(None, data)


def ask(desk: Desk, question: str, conversation: str = "", **where: str) -> list[tuple[Any, ...]]:
    narrowed = (where.get("language", ""), where.get("since", ""), where.get("until", ""))
    return steps_of(desk.ask(question, *narrowed, conversation, browser()))


def steps_of(steps: AsyncIterator[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    async def all_steps() -> list[tuple[Any, ...]]:
        return [step async for step in steps]

    return asyncio.run(all_steps())


def is_unchanged(value: object) -> bool:
    return value is UNCHANGED or bool(value == gr.skip())


def test_a_question_is_acknowledged_then_answered_in_steps(desk: Desk, kept: Conversations) -> None:
    asked, told, whole = ask(desk, VISITORS)

    assert "Searching 6 articles" in asked[LOG][-1]
    assert VISITORS in asked[LOG][-1]
    assert asked[BOX] == ""  # the box is free for the next question

    assert "410,000 by a later one" in told[LOG][-1]
    assert "qd-card" not in told[LOG][-1]
    assert whole[LOG][-1].count("<blockquote") == 3
    assert kept.exchanges("local", whole[PLACE]) == [FIRST]
    assert f'data-conversation="{whole[PLACE]}" aria-current="page"' in whole[LISTED]
    assert 'data-at="0.quote.1.0"' in whole[PANEL]
    assert "qd-warning" not in whole[PANEL]


def test_reading_and_writing_are_told_and_can_be_stopped(desk: Desk, assistant: FakeAssistant) -> None:
    found = ANSWERS[KING].consulted
    grown = replace(ANSWERS[VISITORS], text="About 350,000 [1].", written_by="liar")
    assistant.told = (Waiting(), Reading(VISITORS, found), Writing("liar"), Writing("liar", grown))
    asked, waiting, reading, writing, growing, _, whole = ask(desk, VISITORS)
    assert all(is_unchanged(part) for part in waiting)
    assert "Reading 2 passages" in reading[LOG][-1]
    assert "liar is writing" in writing[LOG][-1]
    assert "About 350,000 <span" in growing[LOG][-1]
    assert "data-open" not in growing[LOG][-1]  # it is not kept yet, and opens nothing
    assert all("data-stop>Stop</button>" in step[LOG][-1] for step in (asked, reading, writing, growing))
    assert "data-stop" not in whole[LOG][-1]


def test_a_stopped_question_goes_back_into_its_box(desk: Desk, assistant: FakeAssistant, kept: Conversations) -> None:
    place = kept.append("local", "", Exchange(ANSWERS[PRISMS]))
    assistant.told = (Reading(VISITORS, ()),)
    assistant.seconds = 60

    async def stopped() -> tuple[Any, ...]:
        steps = desk.ask(VISITORS, "", "", "", place, browser())
        asked, _ = await anext(steps), await anext(steps)
        await steps.aclose()  # type: ignore[attr-defined]  # which is what Gradio does
        return asked

    asked = asyncio.run(stopped())
    assert assistant.given_up == [VISITORS]
    conversation, notice, box, in_flight = desk.stop(place, "", asked[IN_FLIGHT], browser())
    assert [PRISMS in one for one in conversation] == [True]
    assert (notice, box, in_flight) == ("", VISITORS, None)
    assert kept.exchanges("local", place) == [Exchange(ANSWERS[PRISMS])]


def test_who_comes_too_many_is_told_in_the_pages_language(desk: Desk, assistant: FakeAssistant) -> None:
    assistant.refusal = Busy("2 are under way", 7)
    _asked, refused = steps_of(desk.ask(VISITORS, "", "", "", "", browser("ja")))
    assert "7秒後にもう一度お試しください" in refused[NOTICE]
    assert put_back_refused("", refused[IN_FLIGHT]) == (VISITORS, None)


def test_the_examples_give_way_to_the_first_question(desk: Desk) -> None:
    shown = [step[LOG] for step in ask(desk, VISITORS) if not is_unchanged(step[LOG])]
    assert [len(conversation) for conversation in shown] == [1, 1, 1]
    assert not any("qd-welcome" in conversation[0] for conversation in shown)


def test_a_follow_up_carries_the_earlier_turns(desk: Desk, assistant: FakeAssistant, kept: Conversations) -> None:
    place = kept.append("local", "", Exchange(ANSWERS[PRISMS]))
    whole = ask(desk, VISITORS, place)[-1]
    assert assistant.asked[0][1] == (Turn("user", PRISMS), Turn("assistant", ANSWERS[PRISMS].text))
    assert whole[PLACE] == place
    assert len(whole[LOG]) == 2


def test_a_conversation_deleted_meanwhile_is_begun_anew(desk: Desk, kept: Conversations) -> None:
    place = kept.append("local", "", Exchange(ANSWERS[PRISMS]))
    kept.delete("local", place)
    whole = ask(desk, VISITORS, place)[-1]
    assert whole[PLACE] != place
    assert kept.exchanges("local", whole[PLACE]) == [FIRST]


def test_the_filters_reach_the_assistant_and_are_told(desk: Desk, assistant: FakeAssistant) -> None:
    acknowledged, _, whole = ask(desk, VISITORS, language="zh", since="2024", until="2024-02")
    assert assistant.asked[0][2] == Filter(language="zh", since=date(2024, 1, 1), until=date(2024, 2, 29))
    assert "Searching 中文 · 2024-01-01 – 2024-02-29" in acknowledged[LOG][-1]
    assert "Only in: 中文 · 2024-01-01 – 2024-02-29" in whole[LOG][-1]
    assert 'data-again="everything" data-turn="0">Ask it of everything' in whole[LOG][-1]


def test_a_filter_can_be_taken_away_again(desk: Desk, assistant: FakeAssistant, kept: Conversations) -> None:
    place = ask(desk, VISITORS, language="zh")[-1][PLACE]
    whole = steps_of(desk.again(place, click(turn=0, how="everything"), browser()))[-1]
    assert assistant.asked[-1][0::2] == (VISITORS, Filter())
    assert len(assistant.asked[-1][1]) == 2
    assert "Only in" not in whole[LOG][-1]
    assert [one.where.is_open for one in kept.exchanges("local", place)] == [False, True]


def test_a_completed_follow_up_can_be_asked_as_typed(desk: Desk, assistant: FakeAssistant, kept: Conversations) -> None:
    place = kept.append("local", "", Exchange(ANSWERS[PRISMS]))
    kept.append("local", place, Exchange(replace(ANSWERS[VISITORS], searched_for=f"{PRISMS} {VISITORS}")))
    assert f"Searched for: {PRISMS} {VISITORS}" in desk.again_at(place, browser())[0][1]
    whole = steps_of(desk.again(place, click(turn=1, how="typed"), browser()))[-1]
    assert assistant.asked == [(VISITORS, (), Filter())]
    assert "Searched for" not in whole[LOG][-1]
    assert whole[IN_FLIGHT] is None
    assert is_unchanged(whole[BOX])
    assert kept.exchanges("local", place)[-1].alone


@pytest.mark.parametrize(("days", "told"), [(400, True), (1, False)])
def test_that_what_is_new_was_preferred_is_told_where_something_was(
    desk: Desk, kept: Conversations, days: int, *, told: bool
) -> None:
    answer = ANSWERS[KING]
    newest = max(one.article.published for one in answer.consulted if one.article.published)
    today = newest + timedelta(days=300)
    period = Period("this week", today - timedelta(days), today, recent=True)
    place = kept.append("local", "", Exchange(replace(answer, period=period)))
    assert ("Preferred: what tells of “this week”" in desk.again_at(place, browser())[0][0]) is told


def test_a_time_that_was_preferred_can_be_taken_away(desk: Desk, assistant: FakeAssistant, kept: Conversations) -> None:
    period = Period("last year", date(2025, 1, 1), date(2025, 12, 31))
    place = kept.append("local", "", Exchange(replace(ANSWERS[VISITORS], period=period)))
    shown = desk.again_at(place, browser())[0][0]
    assert "Preferred: what tells of “last year”" in shown
    assert 'data-again="any-time"' in shown
    steps_of(desk.again(place, click(turn=0, how="any-time"), browser()))
    assert [times.prefer for times in assistant.times] == [False]
    assert kept.exchanges("local", place)[-1].any_time


@pytest.mark.parametrize("turn", [3, -4, "x"])
def test_what_was_never_asked_cannot_be_asked_again(desk: Desk, assistant: FakeAssistant, turn: object) -> None:
    ((_, notice, *_),) = steps_of(desk.again("", click(turn=turn, how="typed"), browser()))
    assert "no longer held here" in notice
    assert assistant.asked == []


def test_a_bad_date_is_told_and_the_question_stays_in_its_box(desk: Desk, assistant: FakeAssistant) -> None:
    (step,) = ask(desk, VISITORS, since="2024-13")
    assert "“2024-13” is not a date" in step[NOTICE]
    assert 'role="alert"' in step[NOTICE]
    assert is_unchanged(step[LOG])
    assert is_unchanged(step[PANEL])
    assert is_unchanged(step[BOX])
    assert assistant.asked == []


def test_a_refused_question_is_told_and_put_back(desk: Desk, kept: Conversations) -> None:
    place = kept.append("local", "", Exchange(ANSWERS[PRISMS]))
    asked, refused = ask(desk, "??", place)
    assert asked[BOX] == ""
    assert "has no words to search for" in refused[NOTICE]
    assert len(refused[LOG]) == 1  # the earlier exchange alone: the refused question is no part of the conversation
    assert kept.exchanges("local", place) == [Exchange(ANSWERS[PRISMS])]
    assert put_back_refused("", refused[IN_FLIGHT]) == ("??", None)


def test_an_answer_that_cannot_be_kept_is_shown_all_the_same(desk: Desk, tmp_path: Path) -> None:
    async def broken_meanwhile() -> tuple[Any, ...]:
        steps = desk.ask(VISITORS, "", "", "", "", browser())
        await anext(steps)
        await anext(steps)
        for part in ("", "-wal", "-shm"):
            (tmp_path / f"conversations.sqlite{part}").unlink(missing_ok=True)
        (tmp_path / "conversations.sqlite").write_bytes(b"no database" * 1000)
        (whole,) = [step async for step in steps]
        return whole

    whole = asyncio.run(broken_meanwhile())
    assert "cannot keep conversations" in whole[NOTICE]
    assert whole[LOG][-1].count("<blockquote") == 3
    assert is_unchanged(whole[LISTED])


def test_a_question_begun_meanwhile_is_not_overwritten() -> None:
    box, in_flight = put_back_refused("a new one", InFlight("the refused one", refused=True))
    assert is_unchanged(box)
    assert in_flight is None


def test_the_next_question_is_not_taken_for_a_refused_one() -> None:
    assert all(is_unchanged(value) for value in put_back_refused("", InFlight("the next one")))
    assert put_back("", InFlight("one that broke")) == ("one that broke", None)


def test_after_an_answer_the_box_is_left_alone() -> None:
    assert all(is_unchanged(value) for value in put_back("a new one", None))


def test_nothing_is_asked_of_an_empty_box(desk: Desk, assistant: FakeAssistant) -> None:
    assert ask(desk, " \n") == []
    assert assistant.asked == []


def test_half_a_letter_is_not_asked(desk: Desk, assistant: FakeAssistant) -> None:
    ask(desk, "\ud83d??")
    assert assistant.asked[0][0] == "???"


def test_our_own_fault_is_not_passed_off_as_no_answer(desk: Desk, kept: Conversations) -> None:
    place = kept.append("local", "", Exchange(ANSWERS[PRISMS]))
    with pytest.raises(RuntimeError, match="a fault of ours"):
        ask(desk, CRASH, place)
    conversation, notice = desk.apologise(place, browser())
    assert len(conversation) == 1
    assert "Something broke inside quotedesk" in notice


def test_a_decline_clears_the_panel(desk: Desk) -> None:
    assert "qd-hint" in ask(desk, KING)[-1][PANEL]


def opened(desk: Desk, kept: Conversations, exchange: Exchange, at: str) -> tuple[Any, Any]:
    return desk.open(kept.append("local", "", exchange), click(at=at), browser())


def test_opening_a_quote_marks_every_quote_of_the_answer_in_that_article(desk: Desk, kept: Conversations) -> None:
    panel, notice = opened(desk, kept, FIRST, "0.quote.3.0")
    assert panel.count("<mark") == 2
    assert 'class="qd-quote qd-chosen qd-here" data-label="3"' in panel
    assert 'class="qd-quote" data-label="1"' in panel
    assert "Quote 3 of 3" in panel
    assert 'data-open="0.quote.2.0"' in panel  # back; there is nothing to go forward to
    assert "disabled" in panel
    assert is_unchanged(notice)


def test_a_nearest_passage_opens_as_no_quote(desk: Desk, kept: Conversations) -> None:
    panel, _ = opened(desk, kept, Exchange(ANSWERS[KING]), "0.near.1.0")
    assert "Nearest passage, not an answer" in panel
    assert 'class="qd-near qd-chosen qd-here"' in panel
    assert "qd-quote" not in panel


def test_a_copy_opens_at_the_same_words_or_without_a_mark(desk: Desk, kept: Conversations) -> None:
    panel, _ = opened(desk, kept, FIRST, "0.copy.1.0")
    assert 'data-label="1">About 350,000 people' in panel
    panel, _ = opened(desk, kept, Exchange(ANSWERS[VISITORS], {"reprint": ARTICLES["deng"]}), "0.copy.1.0")
    assert "<mark" not in panel


@pytest.mark.parametrize("at", ["0.quote.9.0", "5.quote.1.0", "0.near.0.0", "0.copy.1.1", "0.copy.2.0", "nonsense", ""])
def test_what_is_not_held_any_more_is_told(desk: Desk, kept: Conversations, at: str) -> None:
    panel, notice = opened(desk, kept, FIRST, at)
    assert is_unchanged(panel)
    assert "no longer held here" in notice


def test_an_example_is_its_place_in_the_list(desk: Desk) -> None:
    assert [desk.example(click(place=place)) for place in (0, 1, 7)] == [VISITORS, PRISMS, ""]


def test_a_conversation_is_there_at_its_address(desk: Desk, kept: Conversations) -> None:
    place = kept.append("local", "", FIRST)
    conversation, panel, at, listed, notice, *_ = desk.greet(f"?c={place}", browser())
    assert VISITORS in conversation[0]
    assert 'data-at="0.quote.1.0"' in panel
    assert at == place
    assert 'aria-current="page"' in listed
    assert notice == ""


def test_an_unknown_conversation_is_told(desk: Desk, kept: Conversations) -> None:
    other = kept.append("somebody else", "", FIRST)
    conversation, panel, at, listed, notice = desk.arrive(click(address=f"?c={other}"), browser())
    assert "qd-welcome" in conversation[0]
    assert "qd-hint" in panel
    assert (at, "<li" in listed) == ("", False)
    assert "it was deleted, or is someone else’s" in notice


def linked(desk: Desk, address: str) -> Any:
    return desk.greet(address, browser())[1]


def test_a_permalink_opens_the_article_at_its_span(desk: Desk) -> None:
    start = ARTICLES["light"].text.index("Visitors will")
    panel = linked(desk, f"?article=light@v1#{start}-{start + 8}")
    assert 'qd-chosen qd-here">Visitors</mark>' in panel
    assert "The linked passage" in panel
    assert "qd-warning" not in panel


@pytest.mark.parametrize("span", ["", "#9-4", "#5-99999"])
def test_a_permalink_to_no_span_opens_the_article(desk: Desk, span: str) -> None:
    panel = linked(desk, f"?article=light@v1{span}")
    assert "<mark" not in panel
    assert ARTICLES["light"].title in panel


def test_a_permalink_to_nothing_is_told(desk: Desk) -> None:
    assert "There is no article at this address" in linked(desk, "?article=nobody@v1#1-2")


def test_a_copy_that_was_taken_out_says_so(kept: Conversations) -> None:
    place = kept.append("local", "", FIRST)
    desk = Desk(FakeAssistant(Revised(texts={"reprint": None})), kept)
    panel, _ = desk.open(place, click(at="0.copy.1.0"), browser())
    assert "has since been taken out of the library" in panel
    assert 'data-label="1">About 350,000 people' in panel


def revised(kept: Conversations, text: str | None) -> Desk:
    return Desk(FakeAssistant(Revised(texts={"count": text})), kept)


CITED = ANSWERS[VISITORS].citations[1].quote


def test_a_quote_of_an_older_text_is_found_in_todays(kept: Conversations) -> None:
    place = kept.append("local", "", FIRST)
    desk = revised(kept, f"Added today. {CITED.text}")
    panel, _ = desk.open(place, click(at="0.quote.2.0"), browser())
    assert "This article’s text has changed since" in panel
    assert f"{CITED.text}</mark>" in panel
    now = f"/articles/count@v2#13-{13 + len(CITED.text)}"
    assert f'data-open="{now}">See the passage in today’s text' in panel
    panel, _ = desk.open(place, click(at=now), browser())
    assert "Added today." in panel
    assert f"{CITED.text}</mark>" in panel
    assert "qd-warning" not in panel


def test_words_that_stand_there_no_more_are_told(kept: Conversations) -> None:
    place = kept.append("local", "", FIRST)
    panel, _ = revised(kept, "All of it is new.").open(place, click(at="0.quote.2.0"), browser())
    assert "In today’s text these words no longer stand." in panel
    assert 'data-open="/articles/count@v2">Open today’s text' in panel


def test_an_article_that_was_taken_out_still_opens_where_it_was_quoted(kept: Conversations) -> None:
    place = kept.append("local", "", FIRST)
    panel, _ = revised(kept, None).open(place, click(at="0.quote.2.0"), browser())
    assert "has since been taken out of the library" in panel
    assert f"{CITED.text}</mark>" in panel


def test_a_permalink_to_an_older_text_opens_it_for_who_saw_it(kept: Conversations) -> None:
    kept.append("local", "", FIRST)
    address = f"?article=count@v1#{CITED.span.start}-{CITED.span.end}"
    assert f"{CITED.text}</mark>" in linked(revised(kept, "All of it is new."), address)


def test_a_permalink_to_an_older_text_that_nobody_kept_is_told(kept: Conversations) -> None:
    panel = linked(revised(kept, "All of it is new."), "?article=count@v1#0-3")
    assert "The link is to an earlier text of this article" in panel
    assert "All of it is new." in panel
    assert "<mark" not in panel


@pytest.mark.parametrize(
    ("header", "masthead", "label"),
    [
        ("en-GB,en;q=0.9", "9 April 2023 to 16 September 2024", "Search in: everything"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "2023年4月9日至2024年9月16日", "检索范围：全部文章"),
        ("fr-FR,ja;q=0.5", "2023年4月9日〜2024年9月16日", "検索範囲：すべての記事"),
    ],
)
def test_the_page_greets_in_the_browsers_language(desk: Desk, header: str, masthead: str, label: str) -> None:
    conversation, _, _, _, _, head, _, filters, language, _, _ = desk.greet("", browser(header))
    assert masthead in head
    assert f'data-example="0" dir="auto">{VISITORS}' in conversation[0]
    assert filters["label"] == label
    assert [code for _, code in language["choices"]] == ["", "en", "zh", "ja"]


def test_an_empty_library_says_how_to_fill_it(kept: Conversations) -> None:
    desk = Desk(FakeAssistant(EmptyLibrary()), kept, (VISITORS,))
    conversation, _, _, _, _, head, *_ = desk.greet("", browser())
    assert "0 articles" in head
    assert "quotedesk index PATH --library DIR" in conversation[0]
    assert VISITORS not in conversation[0]


def test_narrowing_says_what_is_searched(desk: Desk) -> None:
    filters, notice = desk.narrow("ja", "", "2024-05", browser())
    assert filters["label"] == "Search in: 日本語 · … – 2024-05-31"
    assert notice == ""
    filters, notice = desk.narrow("", "2024", "2023", browser())
    assert is_unchanged(filters)
    assert "would start on 1 January 2024 and end before that, on 31 December 2023" in notice
