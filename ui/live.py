"""The assistant over a library that changes: always its current snapshot, with models that are loaded once."""

from concurrent.futures import Future
from pathlib import Path
from threading import Lock

from index.errors import LibraryError
from index.library import Library, read_manifest
from qa.assistant import Assistant
from ui.metrics import Metrics


class LiveAssistant:
    """Follows the library from snapshot to snapshot, whoever makes them. Safe to share between threads."""

    def __init__(self, assistant: Assistant | Future[Assistant], library: Library | None = None) -> None:
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
        """Where the library lies."""
        return self._library.folder

    @property
    def library(self) -> Library:
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
        return read_manifest(self.folder) == assistant.library.manifest

    def _opened(self, before: Assistant) -> Assistant:
        library = Library.open(self.folder)
        if library.manifest.embedder != before.library.manifest.embedder:
            raise LibraryError(
                f"{self.folder} has been made anew with the embedder {library.manifest.embedder!r}; "
                "start the server again"
            )
        return before.over(library)
