"""The assistant over a library that changes: always its current snapshot, with models that are loaded once."""

from concurrent.futures import Future
from pathlib import Path
from threading import Lock

from index.any_library import AnyLibrary
from index.errors import LibraryError
from index.libraries import open_library
from qa.assistant import Assistant
from ui.api.metrics import Metrics


class LiveAssistant:
    """Follows the library from snapshot to snapshot, whoever makes them. Safe to share between threads."""

    def __init__(self, assistant: Assistant | Future[Assistant], library: AnyLibrary | None = None) -> None:
        """Over an assistant, or over `library` while its assistant, whose models take seconds to load, is to come."""
        self.metrics = Metrics()
        self.coming: Future[Assistant] = Future()
        if isinstance(assistant, Assistant):
            self.coming.set_result(assistant)
            library = assistant.library
        else:
            self.coming = assistant
        assert library
        self._library = library
        self._assistant: Assistant | None = None
        self._opening = Lock()

    @property
    def folder(self) -> Path:
        """Where the library lies, or where on this machine what belongs to it is kept beside."""
        return self._library.folder

    @property
    def address(self) -> str:
        """What opens the library."""
        return self._library.address

    @property
    def library(self) -> AnyLibrary:
        """The current snapshot, or the first one before there is an assistant.

        Raises `LibraryError` when the library has been damaged or taken away.
        """
        return self.now().library if self.coming.done() else self._library

    def now(self) -> Assistant:
        """The assistant over the current snapshot, for one question from its beginning to its end.

        It is waited for. Raises what kept it from coming, and `LibraryError` when the library has been damaged, taken
        away, or made anew with another embedder.
        """
        assistant = self._assistant or self.coming.result()
        if self._is_of(assistant):
            return assistant
        with self._opening:
            assistant = self._assistant or assistant
            if not self._is_of(assistant):
                self._assistant = assistant = self._opened(assistant)
            return assistant

    def _is_of(self, assistant: Assistant) -> bool:
        return assistant.library.is_current()

    def _opened(self, before: Assistant) -> Assistant:
        library = open_library(self.address)
        if library.manifest.embedder != before.library.manifest.embedder:
            raise LibraryError(
                f"{self.address} has been made anew with the embedder {library.manifest.embedder!r}; "
                "start the server again"
            )
        return before.over(library)
