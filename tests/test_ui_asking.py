"""A question on its way to the page: what is told of it, whose words are streamed, and how it is given up."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from index.errors import BadQuestion
from index.library import Library
from qa.assistant import Assistant
from qa.endpoint import Endpoint
from qa.types import Answer
from tests.fake_embedder import FakeEmbedder
from tests.fake_endpoint import FakeEndpoint, Talk, claim, running, saying
from tests.fake_reader import FakeReader
from ui.api.bodies import AskBody
from ui.api.problem import Busy
from ui.asking import Questions
from ui.live import LiveAssistant
from ui.places import Places
from ui.stages import Reading, Stage, Waiting, Writing

HARBOUR = "Harbour news\n\nThe harbour of Pell was opened in 1987. It has 350,000 visitors a year. Gulls cry at night."
QUESTION = "How many visitors has the harbour of Pell a year?"
OPENED = claim("The harbour of Pell was opened in 1987.", (1, "The harbour of Pell was opened in 1987"))
VISITORS = claim("It has 350,000 visitors a year.", (1, "It has 350,000 visitors a year"))
LIE = claim("It has 950,000 visitors a year.", (1, "It has 350,000 visitors a year"))


@pytest.fixture
def endpoint() -> Iterator[FakeEndpoint]:
    with running() as started:
        yield started


@pytest.fixture
def asked(make_library: Callable[[dict[str, str]], Path], endpoint: FakeEndpoint) -> Questions:
    """Questions to a small library, worded by the endpoint; one seat, and one more may wait."""
    library = Library.open(make_library({"harbour.txt": HARBOUR}))
    model = Endpoint(endpoint.url, "liar")
    assistant = Assistant(library, FakeEmbedder(), FakeReader(), language_model=model)
    return Questions(LiveAssistant(assistant), Places(at_once=1, waiting=1))


async def told(questions: Questions, question: str = QUESTION) -> list[Stage | Answer]:
    return [stage async for stage in questions.stages(question) if not isinstance(stage, Waiting)]


def test_each_sentence_is_told_once_it_is_verified(asked: Questions, endpoint: FakeEndpoint) -> None:
    endpoint.script = saying(OPENED, LIE, VISITORS)
    reading, begun, first, second, answer = asyncio.run(told(asked))
    assert isinstance(reading, Reading)
    assert (reading.searched_for, [one.article.id for one in reading.found]) == (QUESTION, ["harbour"])
    assert begun == Writing("liar")
    assert isinstance(first, Writing)
    assert isinstance(second, Writing)
    texts = [one.so_far.text for one in (first, second) if one.so_far]
    assert texts == [
        "The harbour of Pell was opened in 1987. [1]",
        "The harbour of Pell was opened in 1987. [1] It has 350,000 visitors a year. [2]",
    ]
    assert isinstance(answer, Answer)
    assert (answer.text, answer.written_by) == (texts[1], "liar")


def test_where_nothing_holds_no_sentence_is_told(asked: Questions, endpoint: FakeEndpoint) -> None:
    endpoint.script = saying(LIE)
    reading, begun, answer = asyncio.run(told(asked))
    assert isinstance(reading, Reading)
    assert begun == Writing("liar")
    assert isinstance(answer, Answer)
    assert answer.written_by is None
    assert "wrote nothing that the articles bear out" in (answer.notice or "")


def test_what_is_wrong_with_a_question_is_raised(asked: Questions) -> None:
    with pytest.raises(BadQuestion, match="has no words"):
        asyncio.run(told(asked, "?!"))


def test_a_question_that_is_given_up_ends_the_models_reply(asked: Questions, endpoint: FakeEndpoint) -> None:
    broken_off = Event()

    def endless(talk: Talk) -> None:
        talk.say(OPENED)
        try:
            while True:
                talk.say("and on it goes ")
                talk.endpoint.stopped.wait(0.01)
        except OSError:
            broken_off.set()
            raise

    endpoint.script = endless

    async def left() -> None:
        async with aclosing(asked.stages(QUESTION)) as stages:
            async for stage in stages:
                if isinstance(stage, Writing) and stage.so_far:
                    break
        await until(lambda: asked.places.taken == 0)

    asyncio.run(left())
    assert broken_off.wait(30)
    assert b'quotedesk_questions_total{status="given_up"} 1.0' in asked.live.metrics.text(1)


def test_a_model_that_writes_holds_no_seat(asked: Questions, endpoint: FakeEndpoint) -> None:
    endpoint.script = Talk.hang

    async def two_at_one_seat() -> None:
        async with aclosing(asked.stages(QUESTION)) as slow:
            async for stage in slow:
                if isinstance(stage, Writing):
                    break
            await until(lambda: len(endpoint.requests) == 1)
            endpoint.script = saying(VISITORS)
            *_, answer = await told(asked)
            assert isinstance(answer, Answer)
            assert answer.written_by == "liar"
            assert asked.places.taken == 1
            endpoint.stopped.set()
        await until(lambda: asked.places.taken == 0)

    asyncio.run(two_at_one_seat())


def test_who_comes_too_many_is_told_so(asked: Questions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.places._FOR_PEOPLE", 1)

    async def turned_away() -> int:
        admitted = asked.places.admitted
        with admitted(), admitted(), admitted(person=True), pytest.raises(Busy) as busy:
            await told(asked)
        return busy.value.retry_after

    assert asyncio.run(turned_away()) == 3
    assert b"quotedesk_busy_total 1.0" in asked.live.metrics.text(1)


def test_programs_leave_room_for_people(asked: Questions) -> None:
    async def beside_programs() -> object:
        with asked.places.admitted(), asked.places.admitted():
            with pytest.raises(Busy, match="1 are under way and 1 are waiting"):
                await asked.ask(AskBody(question=QUESTION))
            return (await told(asked))[-1]

    assert isinstance(asyncio.run(beside_programs()), Answer)


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, for half a minute at most."""
    given_up = monotonic() + 30
    while not holds():
        assert monotonic() < given_up
        await asyncio.sleep(0.01)
