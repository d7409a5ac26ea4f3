"""A question on its way: it waits for a seat, is studied in a thread, and is given up when nobody waits for it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from anyio import CancelScope, from_thread

from index.any_library import AnyLibrary
from index.types import Filter
from qa.assistant import Assistant, Study
from qa.evidence import Evidence
from qa.language_model import LanguageModel, Message
from qa.period import Times
from qa.read import PassageReader
from qa.retrieve import Candidate, as_found
from qa.types import Answer, Question, Turn
from ui.api.bodies import AskBody, SearchBody
from ui.as_json import Json, answer_json, consulted_json, found_json
from ui.live import LiveAssistant
from ui.places import Places
from ui.stages import Reading, Stage, Waiting, Writing

# Told the name of an event and its data, in the event loop.
Tell = Callable[[str, Json], Coroutine[Any, Any, None]]
_TellStage = Callable[[Stage], Coroutine[Any, Any, None]]

# Nobody minds a question that goes on for so long after its reader left. Gradio takes some 50 ms of the event loop for
# a sign; with sixteen pages that wait, one a second each left little for anything else.
_SECONDS_BETWEEN_SIGNS = 5.0


async def _tell_nobody(_event: str, _data: Json) -> None:
    """For who waits for the whole answer."""


@dataclass(frozen=True, slots=True)
class Questions:
    """Where the questions of the page and of all programs come together.

    Raises what `Assistant.ask` does, and `Busy`.
    """

    live: LiveAssistant
    places: Places

    @property
    def library(self) -> AnyLibrary:
        """The current snapshot of what is asked."""
        return self.live.library

    async def ask(self, asked: AskBody, tell: Tell = _tell_nobody) -> Json:
        """The answer as JSON. Before it `tell` hears of "retrieved", with what was found, of "reading", "writing"."""

        async def told(stage: Stage) -> None:
            for event, data in _events(stage):
                await tell(event, data)

        with self.live.metrics.counted() as count, self.places.admitted():
            answer = await self._answer(asked.question, asked.turns(), asked.as_filter(), asked.times(), told)
            count(answer)
        return answer_json(answer) | {"id": asked.id}

    async def stages(
        self, question: str, *, history: Sequence[Turn] = (), where: Filter = Filter(), times: Times = Times()
    ) -> AsyncGenerator[Stage | Answer, None]:
        """How far the question has come, as it goes, and its answer. Closing it gives the question up."""
        told: asyncio.Queue[Stage | Answer | None] = asyncio.Queue()
        scope = CancelScope()

        async def work() -> None:
            try:
                with scope, self.live.metrics.counted() as count, self.places.admitted(person=True):
                    answer = await self._answer(question, history, where, times, told.put)
                    count(answer)
                    await told.put(answer)
            finally:
                told.put_nowait(None)

        working = asyncio.create_task(work())
        # What goes wrong after it was given up is nobody's to hear.
        working.add_done_callback(lambda task: task.cancelled() or task.exception())
        try:
            while (one := await _next(told)) is not None:
                yield one
            await working
        finally:
            scope.cancel()

    async def search(self, asked: SearchBody) -> list[Json]:
        """The passages found, best first."""
        where, turns = asked.as_filter(), asked.turns()
        found = await self.places.run(
            lambda: self.live.now().search(asked.question, k=asked.k, history=turns, where=where)
        )
        return [found_json(one) for one in found]

    async def _answer(
        self, question: str, history: Sequence[Turn], where: Filter, times: Times, tell: _TellStage
    ) -> Answer:
        """The answer to a question that was admitted."""

        def study() -> tuple[Assistant, Study, Answer]:
            from_thread.check_cancelled()
            telling = _telling(self.live.now(), tell)
            studied = telling.study(question, history=history, where=where, times=times)
            from_thread.check_cancelled()
            return telling, studied, telling.conclude(studied)

        assistant, studied, plain = await self.places.seated(study)
        if assistant.language_model is None or plain.status == "abstained":
            return plain
        # Whoever waits for a network does not keep others from the processor.
        return await self.places.beside(lambda: _worded(assistant, studied, plain, tell))


class _Heeding:
    """A language model whose reply ends when nobody waits for it any more."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self.name = model.name

    def reply(self, messages: Sequence[Message], /) -> Generator[str, None, None]:
        with closing(self._model.reply(messages)) as pieces:
            for piece in pieces:
                from_thread.check_cancelled()
                yield piece


def _telling(assistant: Assistant, tell: _TellStage) -> Assistant:
    """The assistant, with a word between the stages; cancelled there when the one who waits has gone."""

    def read(
        question: Question, candidates: Sequence[Candidate], library: AnyLibrary, reader: PassageReader
    ) -> list[Evidence]:
        _say(tell, Reading(question.searched_for, tuple(as_found(candidates, library))))
        return assistant.steps.read(question, candidates, library, reader)

    model = assistant.language_model
    return assistant.over(steps=replace(assistant.steps, read=read), language_model=_Heeding(model) if model else None)


def _worded(assistant: Assistant, studied: Study, plain: Answer, tell: _TellStage) -> Answer:
    assert assistant.language_model
    model = assistant.language_model.name
    _say(tell, Writing(model))
    answer = plain
    for answer in assistant.worded(studied, plain):
        if answer.written_by:
            _say(tell, Writing(model, answer))
    return answer


def _say(tell: _TellStage, stage: Stage) -> None:
    from_thread.check_cancelled()
    try:
        from_thread.run(tell, stage)
    except CancelledError:  # the thread's name for what the event loop calls another
        from_thread.check_cancelled()
        raise


async def _next(told: "asyncio.Queue[Stage | Answer | None]") -> Stage | Answer | None:
    """The next that is told, or that there is nothing yet; None at the end."""
    try:
        return await asyncio.wait_for(told.get(), _SECONDS_BETWEEN_SIGNS)
    except TimeoutError:
        return Waiting()


def _events(stage: Stage) -> Iterator[tuple[str, Json]]:
    """The stage as server-sent events, each with its data."""
    if isinstance(stage, Reading):
        yield (
            "retrieved",
            {"searched_for": stage.searched_for, "consulted": [consulted_json(one) for one in stage.found]},
        )
        yield "reading", {"passages": len(stage.found)}
    elif isinstance(stage, Writing) and stage.so_far:
        yield "writing", {"text": stage.so_far.text}
