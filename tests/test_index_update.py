"""Indexing: what goes in, what is left alone, and that nothing that goes wrong harms the library."""

import errno
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from index import searches, snapshot
from index.embedder import Vectors
from index.errors import LibraryError, UnreadableFile
from index.intake import IndexReport
from index.library import Library
from index.types import Filter
from index.update import index_paths, remove_articles
from tests.fake_embedder import FakeEmbedder

MakeLibrary = Callable[[dict[str, str]], Path]

CHIPS = "The chip factory by the river opened on Monday."
HARBOUR = "The harbour board moved the four old cranes."
FERRY = "The ferry to the island no longer sails at night."
CHINESE = "河边的芯片工厂周一正式开业，雇用了四百多名当地的居民。"
# Three sentences of 120 tokens each, so a passage of at most 200 tokens holds one.
LONG = [" ".join([word] * 120).capitalize() + "." for word in ("chips", "harbour", "factory")]


class BreakingEmbedder(FakeEmbedder):
    """Embeds `calls` batches, then raises `error`."""

    def __init__(self, calls: int, error: BaseException) -> None:
        super().__init__()
        self.calls = calls
        self.error = error

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if self.calls == 0:
            raise self.error
        self.calls -= 1
        return super().embed_passages(texts)


class OtherEmbedder(FakeEmbedder):
    name = "other"


class WideEmbedder(FakeEmbedder):
    dimension = 32


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder of two articles."""
    write(tmp_path / "articles/chips.txt", CHIPS)
    write(tmp_path / "articles/harbour.txt", HARBOUR)
    return tmp_path / "articles"


@pytest.fixture
def library(tmp_path: Path, articles: Path) -> Path:
    """A library of those two, once indexed."""
    index_paths(tmp_path / "library", [articles], FakeEmbedder())
    return tmp_path / "library"


def write(path: Path, data: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def texts_in(library: Path) -> dict[str, str]:
    return {article.id: article.text for article in Library.open(library).table.articles()}


def assert_whole(folder: Path, texts: dict[str, str]) -> None:
    """The library holds `texts`, every passage has its vector and its words, and nothing half made lies about."""
    assert texts_in(folder) == texts
    library = Library.open(folder)
    for id_, text in texts.items():
        passages = library.table.passages_of(id_)
        assert all(passage.text == passage.span.of(text) for passage in passages)
        assert len(library.cosines(FakeEmbedder().embed_question(text), passages)) == len(passages) > 0
    assert library.manifest.articles == len(texts)
    assert max(int(path.name.rpartition("-")[2]) for path in folder.glob("snapshot-*")) == library.manifest.snapshot


def assert_untouched(folder: Path) -> None:
    """The library of the fixture is as it was, and can be searched."""
    assert_whole(folder, {"chips": CHIPS, "harbour": HARBOUR})
    assert [path.name for path in folder.glob("snapshot-*")] == ["snapshot-1"]
    opened = Library.open(folder)
    question = FakeEmbedder().embed_question("semiconductor plant")
    assert [hit.passage.article for hit in opened.search_vectors(question, "en", 1, None)] == ["chips"]
    assert [hit.passage.article for hit in opened.search_words(["crane"], "en", 5, None)] == ["harbour"]


def test_a_first_run_adds_everything(tmp_path: Path, articles: Path, embedder: FakeEmbedder) -> None:
    report = index_paths(tmp_path / "new/library", [articles], embedder)
    assert report == IndexReport(added=["chips", "harbour"])
    assert embedder.embedded == [f"{CHIPS}\n{CHIPS}", f"{HARBOUR}\n{HARBOUR}"]
    assert_untouched(tmp_path / "new/library")


def test_a_second_run_embeds_nothing_and_writes_nothing(library: Path, articles: Path, embedder: FakeEmbedder) -> None:
    before = (library / "manifest.json").stat()
    assert index_paths(library, [articles], embedder) == IndexReport(unchanged=["chips", "harbour"])
    assert embedder.embedded == []
    assert (library / "manifest.json").stat().st_mtime_ns == before.st_mtime_ns
    assert_untouched(library)


def test_a_new_file_is_added_and_only_it_is_embedded(library: Path, articles: Path, embedder: FakeEmbedder) -> None:
    write(articles / "xinpian.txt", CHINESE)
    assert index_paths(library, [articles], embedder) == IndexReport(added=["xinpian"], unchanged=["chips", "harbour"])
    assert embedder.embedded == [f"{CHINESE}\n{CHINESE}"]
    assert_whole(library, {"chips": CHIPS, "harbour": HARBOUR, "xinpian": CHINESE})


def test_a_changed_file_changes_its_own_passages_only(library: Path, articles: Path, embedder: FakeEmbedder) -> None:
    before = Library.open(library)
    write(articles / "chips.txt", "\n\n".join(LONG))
    assert index_paths(library, [articles], embedder) == IndexReport(updated=["chips"], unchanged=["harbour"])
    assert [text.partition("\n")[2] for text in embedder.embedded] == LONG
    after = Library.open(library)
    assert_whole(library, {"chips": "\n\n".join(LONG), "harbour": HARBOUR})
    assert after.table.passages_of("harbour") == before.table.passages_of("harbour")
    assert after.vectors["en"].vector(2).tolist() == before.vectors["en"].vector(2).tolist()
    assert [passage.row for passage in after.table.passages_of("chips")] == [3, 4, 5]
    assert after.vectors["en"].rows().tolist() == [2, 3, 4, 5]
    assert after.search_words(["river"], "en", 5, None) == []


def test_an_article_may_change_its_language(library: Path, articles: Path, embedder: FakeEmbedder) -> None:
    write(articles / "chips.txt", CHINESE)
    assert index_paths(library, [articles], embedder).updated == ["chips"]
    opened = Library.open(library)
    assert opened.languages() == {"en": 1, "zh": 1}
    assert opened.vectors.keys() == opened.words.keys() == {"en", "zh"}
    assert opened.vectors["en"].rows().tolist() == [2]


def test_progress_is_told(tmp_path: Path, articles: Path, embedder: FakeEmbedder) -> None:
    write(articles / "xinpian.txt", CHINESE)
    told: list[tuple[str, int, int | None]] = []
    index_paths(tmp_path / "library", [articles], embedder, lambda *step: told.append(step))
    assert told == [
        ("reading", 1, None),
        ("reading", 2, None),
        ("reading", 3, None),
        ("embedding", 3, 3),
        ("words", 1, 2),
        ("words", 2, 2),
        ("words", 1, 1),
        ("copies", 1, 3),
        ("copies", 2, 3),
        ("copies", 3, 3),
    ]


def test_passages_are_embedded_in_batches(tmp_path: Path, embedder: FakeEmbedder) -> None:
    rows = [json.dumps({"id": f"n{number:03}", "text": f"{CHIPS} {number}"}) for number in range(130)]
    write(tmp_path / "rows.jsonl", "\n".join(rows))
    told: list[tuple[str, int, int | None]] = []
    index_paths(tmp_path / "library", [tmp_path / "rows.jsonl"], embedder, lambda *step: told.append(step))
    assert told[130:132] == [("embedding", 128, 130), ("embedding", 130, 130)]
    opened = Library.open(tmp_path / "library")
    for id_, article in ((one.id, one) for one in opened.table.articles()):
        (passage,) = opened.table.passages_of(id_)
        expected = embedder.embed_question(f"{article.title}\n{passage.text}")
        assert opened.vectors["en"].vector(passage.row).tolist() == expected.tolist()


def test_a_text_that_is_there_twice_is_a_duplicate(library: Path, articles: Path, embedder: FakeEmbedder) -> None:
    write(articles / "again.txt", CHIPS)
    report = index_paths(library, [articles], embedder)
    assert report == IndexReport(added=["again"], unchanged=["chips", "harbour"], duplicate=["again"])
    assert texts_in(library) == {"again": CHIPS, "chips": CHIPS, "harbour": HARBOUR}


def test_of_two_new_copies_the_second_is_the_duplicate(tmp_path: Path, embedder: FakeEmbedder) -> None:
    for name in ("a", "b", "c"):
        write(tmp_path / "articles" / f"{name}.txt", CHIPS)
    report = index_paths(tmp_path / "library", [tmp_path / "articles"], embedder)
    assert report == IndexReport(added=["a", "b", "c"], duplicate=["b", "c"])


def test_an_article_may_become_a_duplicate(library: Path, articles: Path, embedder: FakeEmbedder) -> None:
    write(articles / "chips.txt", HARBOUR)
    report = index_paths(library, [articles], embedder)
    assert report == IndexReport(updated=["chips"], unchanged=["harbour"], duplicate=["chips"])


def test_a_text_that_another_article_had_before_is_no_duplicate(
    library: Path, articles: Path, embedder: FakeEmbedder
) -> None:
    write(articles / "chips.txt", FERRY)
    write(articles / "older.txt", CHIPS)
    report = index_paths(library, [articles], embedder)
    assert report == IndexReport(added=["older"], updated=["chips"], unchanged=["harbour"])


def test_a_bad_file_is_named_and_the_rest_goes_in(library: Path, articles: Path, embedder: FakeEmbedder) -> None:
    write(articles / "a-broken.txt", b"A caf\xe9\xe9 by the harbour")
    write(articles / "rows.jsonl", b'{"id": "ferry", "text": "%s"}\n{"text": 1}\n' % FERRY.encode())
    report = index_paths(library, [articles], embedder)
    assert (report.added, report.unchanged) == (["ferry"], ["chips", "harbour"])
    assert [line.removeprefix(f"{articles.as_posix()}/").split(";")[0] for line in report.failed] == [
        "a-broken.txt: not UTF-8 (byte 5 is 0xe9)",
        "rows.jsonl:2: text: Input should be a valid string, got '1'",
    ]
    assert_whole(library, {"chips": CHIPS, "ferry": FERRY, "harbour": HARBOUR})


@pytest.mark.parametrize("name", ["library", "deep/er/library"])
def test_an_empty_folder_makes_no_library(tmp_path: Path, embedder: FakeEmbedder, name: str) -> None:
    (tmp_path / "articles").mkdir()
    with pytest.raises(
        UnreadableFile,
        match=r"^no article in .*/articles; give a folder with files of these kinds: \.txt \.md .* \.jsonl\.gz$",
    ):
        index_paths(tmp_path / name, [tmp_path / "articles"], embedder)
    assert not (tmp_path / name).exists()


def test_bad_files_alone_make_no_library(tmp_path: Path, embedder: FakeEmbedder) -> None:
    for name in ("a.txt", "b.txt"):
        write(tmp_path / "articles" / name, b"A caf\xe9\xe9 by the harbour")
    with pytest.raises(
        UnreadableFile, match=r"^no article in .*/articles: .*/a\.txt: not UTF-8 \(byte 5 is 0xe9\); save it as UTF-8"
    ):
        index_paths(tmp_path / "library", [tmp_path / "articles"], embedder)
    assert not (tmp_path / "library").exists()


def test_bad_files_alone_leave_a_library_as_it_was(tmp_path: Path, library: Path, embedder: FakeEmbedder) -> None:
    write(tmp_path / "bad/a.txt", b"\x00")
    with pytest.raises(UnreadableFile, match=r"^no article in .*/bad: .*/a\.txt: binary, not text"):
        index_paths(library, [tmp_path / "bad"], embedder)
    assert_untouched(library)


def test_a_path_that_is_not_there_makes_no_library(tmp_path: Path, articles: Path, embedder: FakeEmbedder) -> None:
    with pytest.raises(UnreadableFile, match=r"/gone does not exist; check the path$"):
        index_paths(tmp_path / "library", [articles, tmp_path / "gone"], embedder)
    assert not (tmp_path / "library").exists()


def test_a_folder_that_was_there_is_not_taken_away(tmp_path: Path, embedder: FakeEmbedder) -> None:
    write(tmp_path / "library/note.md", "mine")
    (tmp_path / "articles").mkdir()
    with pytest.raises(UnreadableFile, match="no article"):
        index_paths(tmp_path / "library", [tmp_path / "articles"], embedder)
    assert [path.name for path in (tmp_path / "library").glob("[!.]*")] == ["note.md"]


def test_a_library_where_a_file_stands_is_told(tmp_path: Path, articles: Path, embedder: FakeEmbedder) -> None:
    file = write(tmp_path / "library", "a file")
    with pytest.raises(LibraryError, match=r"^cannot write to .*/library: .*; the library is as it was, index again"):
        index_paths(file, [articles], embedder)
    assert file.read_text() == "a file"


def test_another_embedder_is_told(library: Path, articles: Path) -> None:
    write(articles / "ferry.txt", FERRY)
    with pytest.raises(
        LibraryError,
        match=r"/library was made with the embedder 'fake', not 'other'; use --embedder fake or index into a new fold",
    ):
        index_paths(library, [articles], OtherEmbedder())
    assert_untouched(library)


def test_an_embedder_that_changed_its_dimension_is_told(library: Path, articles: Path) -> None:
    write(articles / "ferry.txt", FERRY)
    with pytest.raises(
        LibraryError,
        match=r"^the library holds vectors of dimension 16, the embedder 'fake' now makes 32; index into a new folder$",
    ):
        index_paths(library, [articles], WideEmbedder())
    assert_untouched(library)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("out of memory"), MemoryError()])
@pytest.mark.parametrize("calls", [0, 1])
def test_a_break_while_embedding_leaves_the_library(
    library: Path, articles: Path, monkeypatch: pytest.MonkeyPatch, calls: int, error: BaseException
) -> None:
    monkeypatch.setattr("index.embedding._AT_ONCE", 1)
    write(articles / "ferry.txt", FERRY)
    write(articles / "xinpian.txt", CHINESE)
    with pytest.raises(type(error)):
        index_paths(library, [articles], BreakingEmbedder(calls, error))
    assert_untouched(library)
    assert index_paths(library, [articles], FakeEmbedder()).added == ["ferry", "xinpian"]


def test_a_break_in_the_first_run_leaves_nothing(tmp_path: Path, articles: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        index_paths(tmp_path / "library", [articles], BreakingEmbedder(0, KeyboardInterrupt()))
    assert not (tmp_path / "library").exists()


def full_disk(*_arguments: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("place", "name"), [(searches, "write_vectors"), (shutil, "copyfile"), (snapshot, "take_over")]
)
def test_a_full_disk_leaves_the_library(
    library: Path, articles: Path, monkeypatch: pytest.MonkeyPatch, place: object, name: str
) -> None:
    write(articles / "ferry.txt", FERRY)
    with monkeypatch.context() as patch:
        patch.setattr(place, name, full_disk)
        with pytest.raises(
            LibraryError, match=r"^cannot write to .*/library: .*No space left on device; the library is as it was, "
        ):
            index_paths(library, [articles], FakeEmbedder())
    assert_untouched(library)


def test_damaged_articles_are_told_and_not_built_upon(library: Path, articles: Path, embedder: FakeEmbedder) -> None:
    write(library / "snapshot-1/articles.sqlite", b"no database " * 100)
    with pytest.raises(LibraryError, match=r"^cannot write to .*/library: file is not a database; the library is as "):
        index_paths(library, [articles], embedder)
    assert [path.name for path in library.glob("snapshot-*")] == ["snapshot-1"]


@pytest.mark.parametrize(
    "write_to",
    [
        lambda library: index_paths(library, [library], FakeEmbedder()),
        lambda library: remove_articles(library, ["chips"], FakeEmbedder()),
    ],
)
def test_one_writes_at_a_time(library: Path, write_to: Callable[[Path], object]) -> None:
    with (
        FileLock(library / ".lock"),
        pytest.raises(LibraryError, match=r"^another quotedesk is writing to .*/library; wait until it has ended$"),
    ):
        write_to(library)
    assert_untouched(library)


def test_who_gives_way_takes_no_new_library_away(
    tmp_path: Path, articles: Path, embedder: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "library"
    held: list[FileLock] = []

    def lock_taken_first(file: Path, timeout: float) -> FileLock:
        held.append(FileLock(file))
        held[0].acquire()
        write(library / "snapshot-1/half", "made")
        return FileLock(file, timeout=timeout)

    monkeypatch.setattr(snapshot, "FileLock", lock_taken_first)
    with pytest.raises(LibraryError, match="another quotedesk is writing"):
        index_paths(library, [articles], embedder)
    held[0].release()
    assert (library / "snapshot-1/half").read_text() == "made"


def test_a_removed_article_is_gone(library: Path, embedder: FakeEmbedder) -> None:
    remove_articles(library, ["chips"], embedder)
    assert embedder.embedded == []
    assert_whole(library, {"harbour": HARBOUR})
    opened = Library.open(library)
    assert opened.vectors["en"].rows().tolist() == [2]
    assert opened.search_words(["chip"], "en", 5, None) == []


def test_an_article_named_twice_is_removed_once(library: Path, embedder: FakeEmbedder) -> None:
    remove_articles(library, ["chips", "chips"], embedder)
    assert_whole(library, {"harbour": HARBOUR})


def test_an_unknown_id_removes_none(library: Path, embedder: FakeEmbedder) -> None:
    with pytest.raises(
        LibraryError, match=r"^no article 'gone' in .*/library; `quotedesk articles list` shows what is inside$"
    ):
        remove_articles(library, ["chips", "gone"], embedder)
    assert_untouched(library)


def test_the_last_article_may_be_removed(library: Path, articles: Path, embedder: FakeEmbedder) -> None:
    remove_articles(library, ["harbour", "chips"], embedder)
    opened = Library.open(library)
    assert (opened.size(), opened.languages(), opened.date_range()) == (0, {}, None)
    assert (opened.manifest.articles, opened.manifest.passages) == (0, 0)
    assert opened.table.rows_admitted(Filter()) == []
    assert index_paths(library, [articles], embedder).added == ["chips", "harbour"]
    assert Library.open(library).vectors["en"].rows().tolist() == [3, 4]


def test_removing_from_no_library_makes_none(tmp_path: Path, embedder: FakeEmbedder) -> None:
    with pytest.raises(LibraryError, match=r"^there is no library at .*/deep/library; make one with"):
        remove_articles(tmp_path / "deep/library", ["chips"], embedder)
    assert not (tmp_path / "deep").exists()


def test_removing_after_another_run_keeps_what_that_run_added(
    library: Path, articles: Path, embedder: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lock_after_another_run(file: Path, timeout: float) -> FileLock:
        monkeypatch.setattr(snapshot, "FileLock", FileLock)
        index_paths(library, [write(articles / "ferry.txt", FERRY)], embedder)
        return FileLock(file, timeout=timeout)

    monkeypatch.setattr(snapshot, "FileLock", lock_after_another_run)
    remove_articles(library, ["chips"], embedder)
    assert_whole(library, {"ferry": FERRY, "harbour": HARBOUR})


def test_files_of_one_name_in_two_folders_are_two_articles(tmp_path: Path, embedder: FakeEmbedder) -> None:
    for folder, text in (("a", CHIPS), ("b", HARBOUR), ("c", FERRY)):
        write(tmp_path / "articles" / folder / "news.txt", text)
    report = index_paths(tmp_path / "library", [tmp_path / "articles"], embedder)
    first, second, third = report.added
    assert first == "news"
    assert len({first, second, third}) == 3
    assert {len(second), len(third)} == {len("news-123456")}
    assert_whole(tmp_path / "library", {first: CHIPS, second: HARBOUR, third: FERRY})
    again = index_paths(tmp_path / "library", [tmp_path / "articles"], embedder)
    assert again == IndexReport(unchanged=[first, second, third])
    other_order = index_paths(tmp_path / "library", [tmp_path / "articles" / name for name in "cba"], embedder)
    assert other_order == IndexReport(unchanged=[third, second, first])


def test_an_id_stays_when_the_file_of_the_same_name_goes(tmp_path: Path, embedder: FakeEmbedder) -> None:
    gone = write(tmp_path / "articles/a/news.txt", CHIPS)
    write(tmp_path / "articles/b/news.txt", HARBOUR)
    _, second = index_paths(tmp_path / "library", [tmp_path / "articles"], embedder).added
    gone.unlink()
    report = index_paths(tmp_path / "library", [tmp_path / "articles"], embedder)
    assert report == IndexReport(unchanged=[second], gone=["news"])
    assert texts_in(tmp_path / "library") == {"news": CHIPS, second: HARBOUR}


def test_a_moved_file_keeps_its_id(library: Path, articles: Path, embedder: FakeEmbedder) -> None:
    (articles / "2024").mkdir()
    (articles / "chips.txt").rename(articles / "2024/chips.txt")
    assert index_paths(library, [articles], embedder) == IndexReport(unchanged=["chips", "harbour"], moved=["chips"])
    assert embedder.embedded == []
    assert_whole(library, {"chips": CHIPS, "harbour": HARBOUR})
    assert [one.row for one in Library.open(library).table.passages_of("chips")] == [1]
    assert Library.open(library).article("chips").path == f"{articles.as_posix()}/2024/chips.txt"


def test_a_path_may_be_given_in_another_way(
    tmp_path: Path, library: Path, embedder: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "articles/deep/chips.txt", FERRY)
    (added,) = index_paths(library, [tmp_path / "articles"], embedder).added
    monkeypatch.chdir(tmp_path)
    for same in (Path("articles"), Path("articles/../articles"), tmp_path / "articles"):
        assert index_paths(library, [same], embedder).added == []
    assert texts_in(library) == {"chips": CHIPS, "harbour": HARBOUR, added: FERRY}


def test_a_given_id_is_the_articles_id_wherever_it_stands(tmp_path: Path, embedder: FakeEmbedder) -> None:
    for name, text in (("a.jsonl", CHIPS), ("b.jsonl", HARBOUR)):
        write(tmp_path / name, json.dumps({"id": "one", "text": text}))
    index_paths(tmp_path / "library", [tmp_path / "a.jsonl"], embedder)
    assert index_paths(tmp_path / "library", [tmp_path / "b.jsonl"], embedder) == IndexReport(updated=["one"])
    assert texts_in(tmp_path / "library") == {"one": HARBOUR}


SLEEPER = """
import sys, time
from pathlib import Path
from index.update import index_paths
from tests.fake_embedder import FakeEmbedder

class Sleeper(FakeEmbedder):
    def embed_passages(self, texts):
        print("embedding", flush=True)
        time.sleep(60)

index_paths(Path(sys.argv[1]), [Path(sys.argv[2])], Sleeper())
"""


@pytest.mark.parametrize("is_first_run", [False, True])
def test_a_killed_run_leaves_the_library_and_the_next_one_succeeds(
    tmp_path: Path, library: Path, articles: Path, embedder: FakeEmbedder, is_first_run: bool
) -> None:
    folder = tmp_path / "first" if is_first_run else library
    write(articles / "ferry.txt", FERRY)
    command = [sys.executable, "-c", SLEEPER, str(folder), str(articles)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"embedding\n"
            with pytest.raises(LibraryError, match="another quotedesk is writing"):
                index_paths(folder, [articles], embedder)
        finally:
            process.kill()
    if is_first_run:
        with pytest.raises(LibraryError, match="there is no library"):
            Library.open(folder)
    else:
        assert texts_in(folder) == {"chips": CHIPS, "harbour": HARBOUR}
    index_paths(folder, [articles], embedder)
    assert_whole(folder, {"chips": CHIPS, "ferry": FERRY, "harbour": HARBOUR})


def test_a_row_that_moved_is_not_embedded_again(tmp_path: Path, embedder: FakeEmbedder) -> None:
    rows = [json.dumps({"id": id_, "text": text}) for id_, text in (("chips", CHIPS), ("harbour", HARBOUR))]
    file = write(tmp_path / "rows.jsonl", "\n".join(rows))
    index_paths(tmp_path / "library", [file], FakeEmbedder())
    write(file, "\n".join(("", "", *reversed(rows))))
    report = index_paths(tmp_path / "library", [file], embedder)
    assert report == IndexReport(unchanged=["harbour", "chips"], moved=["harbour", "chips"])
    assert report.changed
    assert embedder.embedded == []
    paths = {one.id: one.path for one in Library.open(tmp_path / "library").table.articles()}
    assert paths == {"harbour": f"{file.as_posix()}:3", "chips": f"{file.as_posix()}:4"}
    assert index_paths(tmp_path / "library", [file], embedder) == IndexReport(unchanged=["harbour", "chips"])


def test_one_relative_name_in_two_working_folders_is_two_articles(
    tmp_path: Path, embedder: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, text in (("one", CHIPS), ("two", HARBOUR)):
        write(tmp_path / folder / "articles/news.txt", text)
        monkeypatch.chdir(tmp_path / folder)
        report = index_paths(tmp_path / "library", [Path("articles")], embedder)
        assert len(report.added) == 1
        assert (report.updated, report.unchanged) == ([], [])
    articles = Library.open(tmp_path / "library").table.articles()
    assert {one.text: one.path for one in articles} == {
        CHIPS: f"{tmp_path.as_posix()}/one/articles/news.txt",
        HARBOUR: f"{tmp_path.as_posix()}/two/articles/news.txt",
    }
    monkeypatch.chdir(tmp_path)
    again = index_paths(tmp_path / "library", [Path("one"), Path("two/articles/../articles/news.txt")], embedder)
    assert (len(again.unchanged), again.changed) == (2, False)


def test_a_second_row_of_one_id_is_named_and_overwrites_nothing(tmp_path: Path, embedder: FakeEmbedder) -> None:
    first = write(tmp_path / "a.jsonl", "\n".join(json.dumps({"id": "x/1", "text": text}) for text in (CHIPS, FERRY)))
    second = write(tmp_path / "b.jsonl", json.dumps({"id": "x/1", "text": HARBOUR}))
    report = index_paths(tmp_path / "library", [first, second], embedder)
    told = f"has the id 'x/1' of {first.as_posix()}:1; give it another"
    assert report == IndexReport(
        added=["x/1"], failed=[f"{first.as_posix()}:2: {told}", f"{second.as_posix()}:1: {told}"]
    )
    assert_whole(tmp_path / "library", {"x/1": CHIPS})


@pytest.mark.parametrize(("number", "tail"), [(1, ""), (5, ""), (6, "; and 1 more"), (12, "; and 7 more")])
def test_when_every_file_fails_up_to_five_are_named(
    tmp_path: Path, embedder: FakeEmbedder, number: int, tail: str
) -> None:
    folder = tmp_path / "bad"
    for file in range(number):
        write(folder / f"{file:02}.txt", "")
    with pytest.raises(UnreadableFile) as caught:
        index_paths(tmp_path / "library", [folder], embedder)
    named = [
        f"{folder.as_posix()}/{file:02}.txt: empty; check what it should hold, or take it away"
        for file in range(min(number, 5))
    ]
    assert str(caught.value) == f"no article in {folder}: {'; '.join(named)}{tail}"


class ShortEmbedder(FakeEmbedder):
    def __init__(self, max_tokens: int) -> None:
        super().__init__()
        self.max_tokens = max_tokens


@pytest.mark.parametrize(
    ("max_tokens", "size", "overlap"),
    [(512, 200, 40), (256, 200, 40), (255, 199, 39), (128, 72, 14), (76, 38, 7), (40, 20, 4)],
)
def test_passages_shrink_for_an_embedder_that_reads_little(
    tmp_path: Path, max_tokens: int, size: int, overlap: int
) -> None:
    embedder = ShortEmbedder(max_tokens)
    file = write(tmp_path / "long.jsonl", json.dumps({"id": "long", "title": "Chips", "text": "\n\n".join(LONG)}))
    index_paths(tmp_path / "library", [file], embedder)
    opened = Library.open(tmp_path / "library")
    assert (opened.manifest.passage_size, opened.manifest.passage_overlap) == (size, overlap)
    assert max(embedder.count_tokens(passage.text) for passage in opened.table.passages_of("long")) <= size
    assert max(map(embedder.count_tokens, embedder.embedded)) <= max_tokens
