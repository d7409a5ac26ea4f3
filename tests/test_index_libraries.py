"""The contract of a library, kept by a folder, by Milvus Lite and by a Milvus server: whatever is done, all look alike."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from index.any_library import AnyLibrary
from index.embedder import Vectors
from index.errors import LibraryError, UnreadableFile
from index.libraries import index_paths, last_run, manifest_of, open_library, remove_articles
from index.library import Library
from index.types import Filter
from tests.fake_embedder import FakeEmbedder
from tests.milvus_server import served_milvus

_NAMES = count(1)

WIRE = "Fire closes Harbour Street\n\nThe fire on Harbour Street was put out at noon. Two engines came from Norwick. "
WIRE += "Nobody was hurt, the mayor said on Friday. The street stays closed until Monday."
ROWS = [
    {"id": "chips", "title": "Chips", "text": "A chip plant opens in the north.", "published": "2024-03-01"},
    {"id": "port", "title": "Port", "text": "The harbour has a new crane. It lifts 90 tonnes.", "url": "https://a.example/Port"},
    {"id": "gongchang", "title": "工厂", "text": "北方新建了一座芯片工厂，明年春天开工。港口也在扩建，将有三个新的码头。", "published": "2024-05-02"},
    {"id": "kojo", "title": "工場", "text": "北の町に新しい半導体の工場ができた。来年の春から八百人が働くことになる。", "language": "ja", "published": "2023-01-31"},
    {"id": "wire", "title": "Fire", "text": WIRE, "published": "2024-06-01", "url": "https://wire.example/fire"},
    {"id": "reprint", "title": "Fire", "text": WIRE, "published": "2024-06-02", "url": "https://paper.example/fire"},
    {"id": 'odd "id" \\ %_', "title": "Quotes", "text": "A crane \"stands\" on the quay \\ alone."},
]
FILTERS = [
    Filter(),
    Filter(language="zh"),
    Filter(since=date(2024, 3, 2)),
    Filter(until=date(2024, 3, 1)),
    Filter(since=date(2024, 6, 2), until=date(2024, 6, 2)),
    Filter(source="PAPER.example"),
    Filter(source="nowhere"),
    Filter(articles=frozenset({"port", 'odd "id" \\ %_'})),
    Filter(articles=frozenset()),
    Filter(exclude_articles=frozenset({"wire"})),
]
QUESTIONS = [["harbour"], ["crane", "harbour", "crane"], ["芯片", "工厂"], ["nothing"], ["fire", "street", "the"]]


@pytest.fixture(scope="session")
def milvus_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server, started once."""
    wheel = pytest.importorskip("milvus", reason="no Milvus server: the wheel milvus==2.3.5 is not installed")
    with served_milvus(wheel, tmp_path_factory.mktemp("milvus")) as address:
        yield address


@pytest.fixture(params=["folder", "lite", "server"])
def where(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a library that is not there yet, of each kind."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    if request.param == "folder":
        return str(tmp_path / "there")
    pytest.importorskip("pymilvus")
    if request.param == "lite":
        return f"milvus://{tmp_path}/lite.db/news"
    return f"milvus://{request.getfixturevalue('milvus_server')}/news{next(_NAMES)}"


class Both:
    """The same done to the library at `where` and to one in a folder."""

    def __init__(self, where: str, folder: Path) -> None:
        self.where = where
        self.plain = folder / "plain"
        self.source = folder / "articles"
        self.source.mkdir()

    def write(self, rows: list[dict[str, str]], name: str = "rows.jsonl") -> None:
        (self.source / name).write_text("\n".join(map(json.dumps, rows)), "utf-8")

    def index(self, *, prune: bool = False) -> list[str]:
        """Index both; gives what was embedded for the one at `where`."""
        embedder = FakeEmbedder()
        report = index_paths(self.where, [self.source], embedder, prune=prune)
        assert report == index_paths(self.plain, [self.source], other := FakeEmbedder(), prune=prune)
        assert embedder.embedded == other.embedded
        return embedder.embedded

    def compare(self) -> AnyLibrary:
        """Assert that both say the same; gives the one at `where`."""
        there, plain = open_library(self.where), Library.open(self.plain)
        assert seen(there) == seen(plain)
        return there


@pytest.fixture
def both(where: str, tmp_path: Path) -> Both:
    return Both(where, tmp_path)


def seen(library: AnyLibrary) -> dict[str, object]:
    """All that a library tells. Scores are rounded, and hits of one score put in the order of their rows."""
    ids = list(library.table.versions())
    return {
        "manifest": library.manifest,
        "size": library.size(),
        "articles": {name: list(library.table.articles(where)) for name, where in enumerate(FILTERS)},
        "some": [article.id for article in library.table.articles(after="gongchang", limit=2)],
        "versions": library.table.versions(),
        "passages": [library.table.passages_of(id_) for id_ in ids],
        "languages": sorted(library.languages().items()),
        "dates": library.date_range(),
        "clusters": library.copies,
        "copies": [[one.id for one in library.copies_of(id_, where)] for id_ in ids for where in FILTERS],
        "words": [
            hits(library.search_words(tokens, language, 50, library.rows_admitted(where)))
            for tokens in QUESTIONS
            for language in library.languages()
            for where in FILTERS
        ],
        "vectors": [
            hits(library.search_vectors(vector(tokens), language, 50, library.rows_admitted(where)))
            for tokens in QUESTIONS
            for language in library.languages()
            for where in FILTERS
        ],
        "holding": [library.passages_holding(tokens, name) for tokens in QUESTIONS for name in sorted(library.languages())],
        "passages in": {name: library.passages_in(name) for name in library.languages()},
    }


def hits(found: list) -> list[tuple[float, object]]:
    return sorted(((round(-hit.score, 4), hit.passage, hit.found_by) for hit in found), key=lambda one: (one[0], one[1].row))


def vector(tokens: list[str]) -> Vectors:
    return FakeEmbedder().embed_question(" ".join(tokens))


def test_whatever_is_done_all_libraries_look_alike(both: Both, tmp_path: Path) -> None:
    both.write(ROWS)
    assert len(both.index()) == len(ROWS) - 1
    both.compare()
    assert both.index() == []
    both.compare()
    both.write([*ROWS[1:], ROWS[0] | {"text": "A chip plant closes in the south."}])
    both.write([{"id": "late", "text": "The late crane came by sea.", "language": "en"}], "late.jsonl")
    assert len(both.index()) == 2
    both.compare()
    both.write([row for row in ROWS if row["id"] not in ("wire", "gongchang")])
    (both.source / "late.jsonl").rename(both.source / "later.jsonl")
    both.index(prune=True)
    both.compare()
    for library in (both.where, both.plain):
        remove_articles(library, ["port", "kojo"], FakeEmbedder())
    assert "ja" not in both.compare().languages()
