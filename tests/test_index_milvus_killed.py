"""A run that dies while it changes a library in Milvus: what is there is the old state or the new one."""

import random
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from index.libraries import manifest_of, open_library
from index.milvus import store
from index.milvus.library import MilvusLibrary
from index.milvus.verify import check_snapshot
from tests.nursery import STATES, nursery, take_step, write_articles

pytest.importorskip("pymilvus")


def texts_in(where: str) -> dict[str, str]:
    """Id to text, of a library that is whole: every quote is its slice, and is found by its vector and its words."""
    library = open_library(where)
    assert isinstance(library, MilvusLibrary)
    # It draws as many passages of each language as these articles have at most.
    check_snapshot(library)
    return {article.id: article.text for article in library.table.articles()}


def steps_taken(where: str, at_least: int) -> int:
    """How many steps the library has seen: as many as ended, or the one that was under way too."""
    if at_least == 0 and manifest_of(where) is None:
        return 0
    texts = texts_in(where)
    old, new = (STATES[(at_least + step) % 3] for step in (-1, 0))
    assert texts in ([old, new] if at_least else [new])
    return at_least + (texts == new)


class Dead(BaseException):
    """A process that is no more."""


class Mortal:
    """A client of Milvus in a process that dies at one of its calls, and makes none after it."""

    def __init__(self, client: Any, lives: list[int]) -> None:
        self._client = client
        self._lives = lives

    def __getattr__(self, name: str) -> Any:
        if not self._lives[0]:
            raise Dead
        self._lives[0] -= 1
        return getattr(self._client, name)


@pytest.fixture
def dying_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Callable[[], None]], bool]:
    """`dying_at(call, step)` takes the step and says whether it died of having no more than so many calls."""
    connected = store._connected

    def die(call: int, step: Callable[[], None]) -> bool:
        lives = [call]

        def mortal(*arguments: Any) -> tuple[Any, Any]:
            client, faults = connected(*arguments)
            return Mortal(client, lives), faults

        with monkeypatch.context() as patched:
            patched.setattr(store, "_connected", mortal)
            try:
                step()
            except Dead:
                return True
        return False

    return die


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the steps find their articles; who dies while it is its turn is taken for dead at once."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("index.milvus.turn._DEAD_SECONDS", 0.0)
    monkeypatch.setattr("index.milvus.turn._LOOK_SECONDS", 0.0)
    write_articles(tmp_path)
    return tmp_path


def test_dead_at_any_call_the_library_is_the_old_or_the_new_one(
    folder: Path, dying_at: Callable[[int, Callable[[], None]], bool]
) -> None:
    where = f"milvus://{folder}/lite.db/news"
    taken = call = deaths = alive = 0
    # Until three steps in a row, which add, change and remove, needed no more calls than they had.
    while alive < 3:
        died = dying_at(call, partial(take_step, taken, folder, where))
        alive = 0 if died else alive + 1
        deaths += died
        now = steps_taken(where, taken + (not died))
        if now == taken:
            take_step(taken, folder, where)
        taken += 1
        assert steps_taken(where, taken) == taken
        call += 2
    # A step makes some sixty calls.
    assert deaths > 20


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked and killed")
def test_killed_at_any_moment_the_library_on_a_server_is_the_old_or_the_new_one(
    folder: Path, request: pytest.FixtureRequest
) -> None:
    if not (kills := request.config.getoption("--kills")):
        pytest.skip("twenty seconds a kill; ask for some by --kills 30")
    where = f"milvus://{request.getfixturevalue('milvus_server')}/killed"
    moments = random.Random(6)
    with nursery(folder) as order:
        assert order(where=where, first=0, steps=3)["done"] == 3
        started = time.monotonic()
        assert order(where=where, first=3, steps=3)["done"] == 3
        step = (time.monotonic() - started) / 3
        taken = 6
        for _ in range(kills):
            ended = taken + order(where=where, first=taken, seconds=moments.uniform(0, 1.5 * step))["done"]
            taken = steps_taken(where, ended)
        assert order(where=where, first=taken, steps=1) == {"done": 1, "said": ""}
    assert steps_taken(where, taken + 1) == taken + 1
