"""The contract of a library, kept by a folder, by Milvus Lite and by a Milvus server: all look alike."""

import json
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from index.any_library import AnyLibrary
from index.embedder import Vectors
from index.errors import LibraryError, UnreadableFile
from index.libraries import index_paths, last_run, manifest_of, open_library, remove_articles
from index.library import Library
from index.milvus.library import MilvusLibrary
from index.types import Filter, Hit, Passage
from tests.fake_embedder import FakeEmbedder

_NAMES = count(1)
ROOT = Path(__file__).parent.parent

WIRE = "Fire closes Harbour Street\n\nThe fire on Harbour Street was put out at noon. Two engines came from Norwick. "
WIRE += "Nobody was hurt, the mayor said on Friday. The street stays closed until Monday."
ROWS = [
    {"id": "chips", "title": "Chips", "text": "A chip plant opens in the north.", "published": "2024-03-01"},
    {
        "id": "port",
        "title": "Port",
        "text": "The harbour has a new crane. It lifts 90 tonnes.",
        "url": "https://a.example/Port",
    },
    {
        "id": "gongchang",
        "title": "工厂",
        "text": "北方新建了一座芯片工厂，明年春天开工。港口也在扩建，将有三个新的码头。",
        "published": "2024-05-02",
    },
    {
        "id": "kojo",
        "title": "工場",
        "text": "北の町に新しい半導体の工場ができた。来年の春から八百人が働くことになる。",
        "language": "ja",
        "published": "2023-01-31",
    },
    {"id": "wire", "title": "Fire", "text": WIRE, "published": "2024-06-01", "url": "https://wire.example/fire"},
    {"id": "reprint", "title": "Fire", "text": WIRE, "published": "2024-06-02", "url": "https://paper.example/fire"},
    {"id": 'odd "id" \\ %_', "title": "Quotes", "text": 'A crane "stands" on the quay \\ alone.'},
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
QUESTIONS = [["crane", "harbour", "crane"], ["芯片", "工厂"], ["nothing"]]
ALL = ["fire", "crane", "chip", "芯片", "工厂", "工場"]
ASKED = [(tokens, Filter()) for tokens in QUESTIONS] + [(ALL, where) for where in FILTERS]


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
        "listed": list(library.table.listed(after="chips", limit=4)),
        "versions": library.table.versions(),
        "passages": [library.table.passages_of(id_) for id_ in ids],
        "languages": sorted(library.languages().items()),
        "dates": library.date_range(),
        "clusters": library.copies,
        "copies": [
            [one.id for one in library.copies_of(id_, where)]
            for id_ in ("wire", "reprint", "port")
            for where in FILTERS
        ],
        "words": [
            hits(library.search_words(tokens, language, 50, library.rows_admitted(where)))
            for language in sorted(library.languages())
            for tokens, where in ASKED
        ],
        "vectors": [
            hits(library.search_vectors(vector(tokens), language, 50, library.rows_admitted(where)))
            for language in sorted(library.languages())
            for tokens, where in ASKED
        ],
        "holding": [
            library.passages_holding(tokens, name) for tokens in QUESTIONS for name in sorted(library.languages())
        ],
        "passages in": {name: library.passages_in(name) for name in library.languages()},
    }


def hits(found: list[Hit]) -> list[tuple[float, Passage, str]]:
    return sorted(
        ((round(-hit.score, 4), hit.passage, hit.found_by) for hit in found), key=lambda one: (one[0], one[1].row)
    )


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


def test_what_has_gone_for_long_is_swept_away(
    both: Both, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if not both.where.startswith("milvus:///"):
        pytest.skip("told by what lies in the Milvus Lite file")
    monkeypatch.setattr("index.milvus.changes.GRACE_SECONDS", -1.0)
    monkeypatch.setattr("index.milvus.write._GONE_LEAST", 0)
    texts = ("A red crane.", "A blue crane, and a harbour.", "A green crane.")
    for text in texts:
        both.write([*ROWS, {"id": "crane", "text": f"{text} It stands on the quay of Norwick."}])
        both.index()
        library = both.compare()
    assert isinstance(library, MilvusLibrary)
    store = library.store
    assert store.count(store.passages, "row > 0") == library.manifest.passages + 1
    assert store.count(store.articles, "part == 0") == library.size() + 1
    assert len([name for name in store.call("list_collections") if "_at_" in name]) == 2


def test_a_reader_keeps_the_snapshot_that_it_opened(both: Both) -> None:
    both.write(ROWS[:3])
    both.index()
    before = both.compare()
    both.write([ROWS[1] | {"text": "The harbour is closed. Nobody lifts a thing."}, ROWS[3]])
    both.index(prune=True)
    assert not before.is_current()
    assert sorted(before.table.versions()) == ["chips", "gongchang", "port"]
    assert before.article("port").text == ROWS[1]["text"]
    (hit,) = before.search_words(["crane"], "en", 5, None)
    assert hit.passage.text == ROWS[1]["text"]
    assert {hit.passage.article for hit in before.search_vectors(vector(["chip"]), "en", 5, None)} == {"chips", "port"}
    after = both.compare()
    assert after.is_current()
    assert sorted(after.table.versions()) == ["kojo", "port"]


def test_an_article_longer_than_a_field_of_milvus_is_whole(both: Both) -> None:
    noise = random.Random(0)
    words = (f"字{noise.randrange(10**9)}号货轮，于{noise.randrange(1900, 2024)}年进港。" for _ in range(8_000))
    text = "\n\n".join(words)
    both.write([{"id": "long", "text": text, "language": "zh"}, ROWS[0]])
    both.index()
    there, plain = open_library(both.where), Library.open(both.plain)
    assert there.article("long") == plain.article("long")
    assert len(there.article("long").text.encode()) > 4 * 65_535
    assert there.table.passages_of("long") == plain.table.passages_of("long")


class Meanwhile(FakeEmbedder):
    """Does something the first time it embeds."""

    def __init__(self, does: Callable[[], object]) -> None:
        super().__init__()
        self.does = [does]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        while self.does:
            self.does.pop()()
        return super().embed_passages(texts)


def test_two_runs_feed_one_library(both: Both, tmp_path: Path) -> None:
    if not both.where.startswith("milvus:"):
        pytest.skip("a folder has one writer at a time")
    both.write(ROWS[:2])
    both.index()
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    one.write_text(json.dumps(ROWS[2]), "utf-8")
    other.write_text(
        json.dumps(ROWS[4]) + "\n" + json.dumps(ROWS[0] | {"text": "No chips at all were made in the north today."}),
        "utf-8",
    )
    embedder = Meanwhile(lambda: index_paths(both.where, [other], FakeEmbedder()))
    assert index_paths(both.where, [one], embedder).added == ["gongchang"]
    assert len(embedder.embedded) == 1
    library = open_library(both.where)
    assert sorted(library.table.versions()) == ["chips", "gongchang", "port", "wire"]
    assert library.manifest.snapshot == 3
    assert library.article("chips").text == "No chips at all were made in the north today."
    assert [hit.passage.article for hit in library.search_words(["crane"], "en", 5, None)] == ["port"]


def test_a_run_that_breaks_off_leaves_the_library_as_it_was(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    if not both.where.startswith("milvus:///"):
        pytest.skip("folders: test_index_snapshot; a server is written to by the same code")
    both.write(ROWS[:3])
    both.index()
    before = seen(both.compare())
    both.write([*ROWS[3:], ROWS[0] | {"text": "A chip plant closes in the south."}])
    with monkeypatch.context() as broken:
        broken.setattr("index.milvus.publish.check_snapshot", lambda _library: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            index_paths(both.where, [both.source], FakeEmbedder())
    assert seen(open_library(both.where)) == before
    both.write(ROWS[3:])
    index_paths(both.where, [both.source], FakeEmbedder())
    index_paths(both.plain, [both.source], FakeEmbedder())
    both.compare()


def test_a_machine_without_a_copy_fetches_one(both: Both, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not both.where.startswith("milvus:"):
        pytest.skip("a folder is its own copy")
    both.write(ROWS)
    both.index()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another machine"))
    assert both.index() == []
    both.write(
        [ROWS[5] | {"published": "2024-05-30"}, *ROWS[:5], *ROWS[6:], {"id": "new", "text": "A new pier opens."}]
    )
    both.index()
    both.compare()


def test_errors_say_what_to_do(where: str, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"there is no library at .*; make one with `quotedesk index PATH"):
        open_library(where)
    assert manifest_of(where) is None
    with pytest.raises(LibraryError, match="there is no library at"):
        remove_articles(where, ["port"], FakeEmbedder())
    with pytest.raises(UnreadableFile, match="no article in"):
        index_paths(where, [tmp_path], FakeEmbedder())
    assert manifest_of(where) is None
    (tmp_path / "rows.jsonl").write_text(json.dumps(ROWS[1]) + "\nbroken\n", "utf-8")
    index_paths(where, [tmp_path / "rows.jsonl"], FakeEmbedder())
    run = last_run(where)
    assert run is not None
    assert len(run.failed) == 1
    with pytest.raises(LibraryError, match="no article 'nothing' in this library"):
        open_library(where).article("nothing")
    with pytest.raises(LibraryError, match="no article 'nothing' in"):
        remove_articles(where, ["nothing"], FakeEmbedder())
    other = FakeEmbedder()
    other.name = "other"
    with pytest.raises(LibraryError, match="was made with the embedder 'fake', not 'other'; use --embedder fake"):
        index_paths(where, [tmp_path / "rows.jsonl"], other)


def test_a_milvus_lite_file_is_for_one_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pymilvus")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    where = f"milvus://{tmp_path}/lite.db/news"
    (tmp_path / "rows.jsonl").write_text(json.dumps(ROWS[1]), "utf-8")
    index_paths(where, [tmp_path / "rows.jsonl"], FakeEmbedder())
    asks = "import sys; from index.libraries import open_library; open_library(sys.argv[1])"
    second = subprocess.run([sys.executable, "-c", asks, where], capture_output=True, text=True, check=False)
    assert "another process may have it open: a Milvus Lite file is for one process at a time" in second.stderr


def test_without_pymilvus_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(LibraryError, match=r"needs pymilvus; run `pip install 'quotedesk\[milvus\]'`"):
        open_library("milvus://127.0.0.1:1/news")


def test_a_server_that_does_not_answer_is_named() -> None:
    pytest.importorskip("pymilvus")
    with pytest.raises(LibraryError, match=r"cannot open milvus://127.0.0.1:1/news .* see that the server runs"):
        open_library("milvus://127.0.0.1:1/news")


def test_a_milvus_lite_file_opens_again_in_another_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pymilvus")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "rows.jsonl").write_text(json.dumps(ROWS[1]), "utf-8")
    where = f"milvus://{tmp_path}/lite.db/news"
    writes = "import sys; from pathlib import Path; from index.libraries import index_paths; "
    writes += "from tests.fake_embedder import FakeEmbedder; "
    writes += "index_paths(sys.argv[1], [Path(sys.argv[2])], FakeEmbedder())"
    subprocess.run([sys.executable, "-c", writes, where, str(tmp_path / "rows.jsonl")], check=True, cwd=ROOT)
    (hit,) = open_library(where).search_words(["crane"], "en", 5, None)
    assert hit.passage.text == ROWS[1]["text"]
