"""Which article a draft is: by its id, its place or its text; what is gone; and when nothing is cleaned again."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from index import intake
from index.article import to_article
from index.errors import UnreadableFile
from index.intake import IndexReport
from index.last_run import last_run
from index.library import Library
from index.types import Article, Draft
from index.update import index_paths
from tests.fake_embedder import FakeEmbedder

CHIPS = "The chip factory by the river opened on Monday."
HARBOUR = "The harbour board moved the four old cranes."
FERRY = "The ferry to the island no longer sails at night."

Index = Callable[..., IndexReport]


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder of two articles."""
    write(tmp_path / "articles/chips.txt", CHIPS)
    write(tmp_path / "articles/harbour.txt", HARBOUR)
    return tmp_path / "articles"


@pytest.fixture
def index(tmp_path: Path, articles: Path) -> Index:
    """`index()` indexes that folder into `tmp_path/library`, which has seen it once."""

    def run(*paths: Path, prune: bool = False) -> IndexReport:
        return index_paths(tmp_path / "library", paths or [articles], FakeEmbedder(), prune=prune)

    run()
    return run


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def inside(tmp_path: Path) -> dict[str, str]:
    """Id to text, for every article of the library."""
    return {article.id: article.text for article in Library.open(tmp_path / "library").table.articles()}


def test_a_renamed_file_keeps_its_id_and_its_passages_for_good(tmp_path: Path, articles: Path, index: Index) -> None:
    before = Library.open(tmp_path / "library").table.passages_of("chips")
    (articles / "chips.txt").rename(articles / "a-new-name.txt")
    assert index() == IndexReport(unchanged=["chips", "harbour"], moved=["chips"])
    assert index() == IndexReport(unchanged=["chips", "harbour"])
    write(articles / "a-new-name.txt", FERRY)
    assert index() == IndexReport(updated=["chips"], unchanged=["harbour"])
    assert inside(tmp_path) == {"chips": FERRY, "harbour": HARBOUR}
    assert before[0].row == 1


def test_a_file_that_is_renamed_and_edited_is_a_new_article(tmp_path: Path, articles: Path, index: Index) -> None:
    (articles / "chips.txt").unlink()
    write(articles / "ferry.txt", FERRY)
    assert index() == IndexReport(added=["ferry"], unchanged=["harbour"], gone=["chips"])
    assert inside(tmp_path) == {"chips": CHIPS, "ferry": FERRY, "harbour": HARBOUR}


def test_a_copy_is_no_move(tmp_path: Path, articles: Path, index: Index) -> None:
    write(articles / "copy.txt", CHIPS)
    assert index() == IndexReport(added=["copy"], unchanged=["chips", "harbour"], duplicate=["copy"])
    (articles / "chips.txt").unlink()
    assert index() == IndexReport(unchanged=["copy", "harbour"], gone=["chips"])


def test_two_files_of_one_text_move_as_two(tmp_path: Path, articles: Path, index: Index) -> None:
    write(articles / "copy.txt", CHIPS)
    index()
    for name in ("chips", "copy"):
        write(articles / f"2024/{name}-old.txt", (articles / f"{name}.txt").read_text())
        (articles / f"{name}.txt").unlink()
    report = index()
    assert (sorted(report.moved), report.added, report.gone) == (["chips", "copy"], [], [])
    assert index() == IndexReport(unchanged=report.unchanged)


def test_rows_without_ids_keep_theirs_when_their_file_is_renamed(tmp_path: Path, articles: Path, index: Index) -> None:
    file = write(articles / "wire.jsonl", "\n".join(json.dumps({"text": text}) for text in (FERRY, FERRY + " Again.")))
    first, second = index().added
    file.rename(articles / "agency.jsonl")
    assert index().moved == [first, second]
    write(articles / "agency.jsonl", "\n".join(json.dumps({"text": text}) for text in ("", FERRY + " Again.", FERRY)))
    report = index()
    assert (report.moved, report.added) == ([first], [])
    assert inside(tmp_path) == {"chips": CHIPS, "harbour": HARBOUR, first: FERRY, second: f"{FERRY} Again."}


def test_what_is_gone_is_told_and_stays_until_it_is_pruned(tmp_path: Path, articles: Path, index: Index) -> None:
    (articles / "chips.txt").unlink()
    assert index() == IndexReport(unchanged=["harbour"], gone=["chips"])
    assert inside(tmp_path) == {"chips": CHIPS, "harbour": HARBOUR}
    report = index(prune=True)
    assert report == IndexReport(unchanged=["harbour"], removed=["chips"])
    assert report.changed
    assert inside(tmp_path) == {"harbour": HARBOUR}
    assert index(prune=True) == IndexReport(unchanged=["harbour"])


def test_only_what_was_found_under_the_given_paths_can_be_gone(tmp_path: Path, articles: Path, index: Index) -> None:
    other = write(tmp_path / "articles-too/ferry.txt", FERRY)
    assert index(other.parent) == IndexReport(added=["ferry"])
    (articles / "chips.txt").unlink()
    assert index(other.parent, prune=True) == IndexReport(unchanged=["ferry"])
    assert index(articles, prune=True).removed == ["chips"]


def test_a_row_that_was_taken_out_of_its_file_is_gone(tmp_path: Path, articles: Path, index: Index) -> None:
    lines = [json.dumps({"id": id_, "text": text}) for id_, text in (("a", FERRY), ("b", FERRY + " Again."))]
    file = write(articles / "rows.jsonl", "\n".join(lines))
    index()
    write(file, lines[0])
    assert index(file) == IndexReport(unchanged=["a"], gone=["b"])
    assert index(file, prune=True).removed == ["b"]
    file.unlink()
    assert index().gone == ["a"]


@pytest.mark.parametrize("broken", ["not JSON", '{"text": 1}'])
def test_what_can_not_be_read_this_time_is_not_gone(tmp_path: Path, articles: Path, index: Index, broken: str) -> None:
    lines = [json.dumps({"id": id_, "text": text}) for id_, text in (("a", FERRY), ("b", FERRY + " Again."))]
    file = write(articles / "rows.jsonl", "\n".join(lines))
    index()
    write(file, f"{lines[0]}\n{broken}")
    write(articles / "chips.txt", "")
    report = index(prune=True)
    assert (report.unchanged, len(report.failed), report.gone, report.removed) == (["harbour", "a"], 2, [], [])
    assert len(inside(tmp_path)) == 4


def test_an_empty_folder_takes_nothing_out(tmp_path: Path, articles: Path, index: Index) -> None:
    for file in articles.iterdir():
        file.unlink()
    with pytest.raises(
        UnreadableFile,
        match=r"^no article in .*/articles, where 2 of the library's were; check the path, or take them ",
    ):
        index(prune=True)
    assert inside(tmp_path) == {"chips": CHIPS, "harbour": HARBOUR}


def test_what_did_not_change_is_not_cleaned_again(tmp_path: Path, articles: Path, index: Index) -> None:
    cleaned: list[str] = []

    def clean(draft: Draft) -> Article:
        cleaned.append(Path(draft.path).stem)
        return to_article(draft)

    def run() -> IndexReport:
        return index_paths(tmp_path / "library", [articles], FakeEmbedder(), article_of=clean)

    assert run() == IndexReport(unchanged=["chips", "harbour"])
    assert run() == IndexReport(unchanged=["chips", "harbour"])
    assert cleaned == ["chips", "harbour"]
    write(articles / "chips.txt", FERRY)
    assert run() == IndexReport(updated=["chips"], unchanged=["harbour"])
    assert cleaned == ["chips", "harbour", "chips"]


def test_newer_rules_are_applied_to_old_files(
    tmp_path: Path, articles: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = FakeEmbedder()
    monkeypatch.setattr(intake, "_rules", lambda: "newer")
    assert index_paths(tmp_path / "library", [articles], embedder) == IndexReport(unchanged=["chips", "harbour"])
    # It is noted that they are the same under the newer rules, and nothing is embedded for that.
    assert Library.open(tmp_path / "library").manifest.snapshot == 2
    assert embedder.embedded == []
    index()
    assert Library.open(tmp_path / "library").manifest.snapshot == 2


def test_a_file_given_twice_counts_once(tmp_path: Path, articles: Path, index: Index) -> None:
    assert index(articles / "chips.txt", articles) == IndexReport(unchanged=["chips", "harbour"])


def test_failures_of_the_last_run_are_kept(tmp_path: Path, articles: Path, index: Index) -> None:
    noted = last_run(tmp_path / "library")
    assert noted is not None
    assert (noted.paths, noted.failed) == ((articles.as_posix(),), ())
    write(articles / "empty.txt", "")
    report = index()
    noted = last_run(tmp_path / "library")
    assert noted is not None
    assert (
        noted.failed
        == tuple(report.failed)
        == (f"{articles.as_posix()}/empty.txt: empty; check what it should hold, or take it away",)
    )
