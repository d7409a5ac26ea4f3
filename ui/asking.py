"""A program's question on its way: it waits for a place, is studied in a thread, and is given up when nobody waits."""

from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from typing import Any

from anyio import from_thread

from index.any_library import AnyLibrary
from index.types import Filter
from qa.assistant import Assistant
from qa.evidence import Evidence
from qa.read import PassageReader
from qa.retrieve import Candidate, as_found
from qa.types import Answer, Question
from ui.as_json import Json, answer_json, consulted_json, found_json
from ui.bodies import AskBody, SearchBody
from ui.live import LiveAssistant
from ui.places import Places

# Told the name of an event and its data, in the event loop.
Tell = Callable[[str, Json], Coroutine[Any, Any, None]]


async def _tell_nobody(_event: str, _data: Json) -> None:
    """For who waits for the whole answer."""


@dataclass(frozen=True, slots=True)
class Questions:
    """Where the questions of all programs come together. Raises what `Assistant.ask` does, and `Busy`."""

    live: LiveAssistant
    places: Places

    async def ask(self, asked: AskBody, tell: Tell = _tell_nobody) -> Json:
        """The answer as JSON. Before it `tell` hears of "retrieved", with what was found, and of "reading"."""
        with self.live.metrics.counted() as count:
            where = asked.as_filter()
            answer = await self.places.run(lambda: _answer(self.live.now(), asked, where=where, tell=tell))
            count(answer)
        return answer_json(answer) | {"id": asked.id}

    async def search(self, asked: SearchBody) -> list[Json]:
        """The passages found, best first."""
        where, turns = asked.as_filter(), asked.turns()
        found = await self.places.run(
            lambda: self.live.now().search(asked.question, k=asked.k, history=turns, where=where)
        )
        return [found_json(one) for one in found]


def _answer(assistant: Assistant, asked: AskBody, *, where: Filter, tell: Tell) -> Answer:
    """`Assistant.ask` with a word between the stages; cancelled there when the one who waits has gone."""

    def read(
        question: Question, candidates: Sequence[Candidate], library: AnyLibrary, reader: PassageReader
    ) -> list[Evidence]:
        found = [consulted_json(one) for one in as_found(candidates, library)]
        _say(tell, "retrieved", {"searched_for": question.searched_for, "consulted": found})
        _say(tell, "reading", {"passages": len(candidates)})
        return assistant.steps.read(question, candidates, library, reader)

    from_thread.check_cancelled()
    steps = replace(assistant.steps, read=read)
    telling = assistant.over(steps=steps)
    study = telling.study(asked.question, history=asked.turns(), where=where, times=asked.times())
    from_thread.check_cancelled()
    answer = plain = telling.conclude(study)
    for answer in telling.worded(study, plain):
        if answer is not plain:
            _say(tell, "writing", {"text": answer.text})
    return answer


def _say(tell: Tell, event: str, data: Json) -> None:
    from_thread.check_cancelled()
    try:
        from_thread.run(tell, event, data)
    except CancelledError:  # the thread's name for what the event loop calls another
        from_thread.check_cancelled()
        raise
