"""The assistant over a library that changes: always its current snapshot, with models that are loaded once."""

from pathlib import Path
from threading import Lock

from index.errors import LibraryError
from index.library import Library, read_manifest
from qa.assistant import Assistant
from ui.metrics import Metrics


class LiveAssistant:
    """Follows the library from snapshot to snapshot, whoever makes them. Safe to share between threads."""

    def __init__(self, assistant: Assistant, metrics: Metrics | None = None) -> None:
        self.metrics = metrics or Metrics()
        self._assistant = assistant
        self._opening = Lock()

    @property
    def folder(self) -> Path:
        """Where the library lies."""
        return self._assistant.library.folder

    @property
    def library(self) -> Library:
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

    def _is_current(self) -> bool:
        return read_manifest(self.folder) == self._assistant.library.manifest

    def _opened(self) -> Assistant:
        before = self._assistant
        library = Library.open(self.folder)
        if library.manifest.embedder != before.library.manifest.embedder:
            raise LibraryError(
                f"{self.folder} has been made anew with the embedder {library.manifest.embedder!r}; "
                "start the server again"
            )
        return before.over(library)
