"""The assistant over a library that changes: always its current snapshot, with models that are loaded once."""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from index.any_library import AnyLibrary
from index.errors import LibraryError
from index.libraries import open_library
from index.types import Filter
from qa.assistant import Assistant
from qa.period import Times
from qa.types import Answer, Turn
from ui.metrics import Metrics


class LiveAssistant:
    """Follows the library from snapshot to snapshot, whoever makes them. Safe to share between threads."""

    def __init__(self, assistant: Assistant, metrics: Metrics | None = None) -> None:
        self.metrics = metrics or Metrics()
        self._assistant = assistant
        self._opening = Lock()

    @property
    def folder(self) -> Path:
        """Where the library lies, or where on this machine what belongs to it is kept beside."""
        return self._assistant.library.folder

    @property
    def address(self) -> str:
        """What opens the library."""
        return self._assistant.library.address

    @property
    def library(self) -> AnyLibrary:
        """The current snapshot. Raises `LibraryError` when the library has been damaged or taken away."""
        return self.now().library

    def now(self) -> Assistant:
        """The assistant over the current snapshot, for one question from its beginning to its end.

        Raises `LibraryError` when the library has been damaged, taken away, or made anew with another embedder.
        """
        if self._is_current():
            return self._assistant
        with self._opening:
            if not self._is_current():
                self._assistant = self._opened()
            return self._assistant

    def ask(
        self, question: str, *, history: Sequence[Turn] = (), where: Filter = Filter(), times: Times = Times()
    ) -> Answer:
        """What `Assistant.ask` says, counted."""
        with self.metrics.counted() as count:
            answer = self.now().ask(question, history=history, where=where, times=times)
            count(answer)
        return answer

    def _is_current(self) -> bool:
        return self._assistant.library.is_current()

    def _opened(self) -> Assistant:
        before = self._assistant
        library = open_library(self.address)
        if library.manifest.embedder != before.library.manifest.embedder:
            raise LibraryError(
                f"{self.address} has been made anew with the embedder {library.manifest.embedder!r}; "
                "start the server again"
            )
        return before.over(library)
