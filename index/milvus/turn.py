"""Taking turns at publishing to one library in Milvus: any number of processes index at once, one at a time publishes.

Whose turn it is stands in an alias, which Milvus gives to one collection alone: each process brings a collection of
its own and asks for the alias. Who has it adds a row now and then; when none comes for a minute, another takes it.
"""

import os
import socket
from datetime import datetime
from time import monotonic, sleep, time
from types import TracebackType
from uuid import uuid4

from index.errors import LibraryError
from index.milvus.store import MilvusStore
from index.progress import Progress

# Shorter than a person's patience, longer than Milvus ever took to answer while busy.
_DEAD_SECONDS = 60.0
_BEAT_SECONDS = 5.0
_LOOK_SECONDS = 0.5


class Turn:
    """One process's place in the row. `progress` tells that it is still there as well as how far it has come."""

    def __init__(self, store: MilvusStore, progress: Progress) -> None:
        self._store = store
        self._told = progress
        self._alias = f"{store.address.name}_turn"
        self._collection = f"{self._alias}_{int(time())}_{uuid4().hex[:8]}"
        self._beats = 0
        self._last_beat = 0.0
        self._took_over = False
        self.is_ours = False

    def __enter__(self) -> "Turn":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _at: TracebackType | None
    ) -> None:
        if self._beats and self._store.alias(self._alias) == self._collection:
            self._store.call("drop_alias", self._alias)
        if self._beats:
            self._store.call("drop_collection", self._collection)

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Tell how far the work has come, here and, while the turn is ours, to those who wait for it."""
        self._told(stage, done, total)
        self.beat()

    def take(self) -> None:
        """Wait until it is our turn."""
        if self.is_ours:
            return
        self._store.make_collection(self._collection, "beat", (), {"who": 4_096})
        self._say_so()
        seen, since = ("", 0), monotonic()
        while not self._granted():
            holder = self._store.alias(self._alias)
            beats = self._store.count(holder, "beat > 0") if holder and self._is_there(holder) else 0
            if (now := (holder or "", beats)) != seen:
                seen, since = now, monotonic()
            elif monotonic() - since > _DEAD_SECONDS:
                self._store.call("alter_alias", self._collection, self._alias)
                self._took_over = True
            self._told("waiting", int(monotonic() - since), None)
            sleep(_LOOK_SECONDS)
        self.is_ours = True

    def beat(self) -> None:
        """Say that we are still there. Raises `LibraryError` where another process has taken us for dead."""
        if self.is_ours and monotonic() - self._last_beat > _BEAT_SECONDS:
            self._say_so()
            self.check()

    def check(self) -> None:
        """Raises `LibraryError` where it is not our turn any more."""
        if self._store.alias(self._alias) != self._collection:
            raise LibraryError(
                f"another quotedesk took this one for dead and writes to {self._store.address} now; index again"
            )

    def _granted(self) -> bool:
        if self._store.alias(self._alias) is None:
            try:
                self._store.call("create_alias", self._collection, self._alias)
            except LibraryError:
                if self._store.alias(self._alias) is None:
                    raise
        if self._store.alias(self._alias) != self._collection:
            return False
        # Of two that took it over from a dead one at the same time, the second has it.
        sleep(2 * _LOOK_SECONDS if self._took_over else 0)
        return self._store.alias(self._alias) == self._collection

    def _is_there(self, collection: str) -> bool:
        return bool(self._store.call("has_collection", collection))

    def _say_so(self) -> None:
        self._beats += 1
        self._last_beat = monotonic()
        who = f"process {os.getpid()} on {socket.gethostname()}, {datetime.now():%H:%M:%S}"
        row = {"beat": self._beats, "who": who, "vector": [0.0, 0.0]}
        for _ in self._store.insert(self._collection, [row]):
            pass
