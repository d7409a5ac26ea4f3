"""Answers to a client that may go away meanwhile: in one piece, or as server-sent events."""

import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from index.errors import QuotedeskError
from ui.api.problem import Gone, kind_of, problem_json
from ui.as_json import Json
from ui.asking import Tell

Made = TypeVar("Made")


async def unless_gone(receive: Receive, work: Callable[[], Awaitable[Made]]) -> Made:
    """What `work` makes; cancelled when the client goes away first, and `Gone` is raised then.

    The request's body has to be read before.
    """
    made: list[Made] = []
    failed: QuotedeskError = Gone("the client went away")
    async with anyio.create_task_group() as group:

        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            group.cancel_scope.cancel()

        group.start_soon(watch)
        try:
            made.append(await work())
        except QuotedeskError as error:  # raised outside of the group, which would wrap it
            failed = error
        group.cancel_scope.cancel()
    if not made:
        raise failed
    return made[0]


class EventStream(StreamingResponse):
    """Server-sent events (WHATWG HTML, section 9.2) of work that tells how far it has come.

    An error before the first event is raised, as if there were no stream; a later one is the event "problem".
    """

    media_type = "text/event-stream"

    def __init__(self, work: Callable[[Tell], Awaitable[None]]) -> None:
        super().__init__((), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._work = work
        self._has_begun = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send the events as they come, to a client that may go."""

        async def write(event: str, data: Json) -> None:
            if not self._has_begun:
                self._has_begun = True
                await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            text = f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
            await send({"type": "http.response.body", "body": text.encode("utf-8", "replace"), "more_body": True})

        async def run() -> None:
            try:
                await self._work(write)
            except QuotedeskError as error:
                if not self._has_begun:
                    raise
                await write("problem", problem_json(kind_of(error), str(error)))
            await send({"type": "http.response.body", "body": b"", "more_body": False})

        await unless_gone(receive, run)
