from collections.abc import Callable
from pathlib import Path

from index.library import Library
from index.update import index_paths, remove_articles
from tests.fake_embedder import FakeEmbedder
from tests.test_index_site_lines import chrome

MakeLibrary = Callable[[dict[str, str]], Path]
FOOT = "Our printers never sleep"


def pages(*numbers: int) -> dict[str, str]:
    return {f"{n:02}.txt": chrome(n) for n in numbers}


def marked(folder: Path, article_id: str) -> list[str]:
    article = Library.open(folder).article(article_id)
    return [line for span in article.boilerplate for line in span.of(article.text).split("\n") if line]


def test_marks_grow_when_pages_are_added(make_library: MakeLibrary) -> None:
    folder = make_library(pages(0, 1, 2))
    before = Library.open(folder).article("01")
    assert FOOT not in marked(folder, "01")
    make_library(pages(3, 4))
    after = Library.open(folder).article("01")
    assert FOOT in marked(folder, "01")
    assert (after.text, after.version) == (before.text, before.version)
    assert not any(FOOT in passage.text for passage in Library.open(folder).table.passages_of("01"))


def test_marks_are_taken_back_when_pages_are_removed(make_library: MakeLibrary, embedder: FakeEmbedder) -> None:
    folder = make_library(pages(0, 1, 2))
    before = Library.open(folder).article("01")
    make_library(pages(3, 4))
    remove_articles(folder, ["03", "04"], embedder)
    assert Library.open(folder).article("01") == before


def test_what_is_marked_anew_is_embedded_only_where_its_passages_are_new(
    make_library: MakeLibrary, embedder: FakeEmbedder
) -> None:
    folder = make_library(pages(0, 1, 2))
    make_library(pages(3, 4))
    embedder.embedded.clear()
    opened = Library.open(folder)
    remove_articles(folder, ["04"], embedder)
    assert embedder.embedded == []
    before = {passage.text for passage in opened.table.passages_in("en")}
    remove_articles(folder, ["03"], embedder)
    after = {passage.text for passage in Library.open(folder).table.passages_in("en")}
    assert {text.partition("\n")[2] for text in embedder.embedded} == after - before != set()


def test_articles_pruned_are_learned_from_no_more(
    tmp_path: Path, make_library: MakeLibrary, embedder: FakeEmbedder
) -> None:
    folder = make_library(pages(0, 1, 2, 3))
    assert FOOT in marked(folder, "01")
    (tmp_path / "articles/03.txt").unlink()
    assert index_paths(folder, [tmp_path / "articles"], embedder, prune=True).removed == ["03"]
    assert FOOT not in marked(folder, "01")


def test_what_was_marked_later_is_unchanged_when_indexed_again(
    tmp_path: Path, make_library: MakeLibrary, embedder: FakeEmbedder
) -> None:
    folder = make_library(pages(*range(6)))
    embedder.embedded.clear()
    report = index_paths(folder, [tmp_path / "articles"], embedder)
    assert (len(report.unchanged), report.added, report.updated, embedder.embedded) == (6, [], [], [])


def test_one_by_one_is_as_all_at_once(tmp_path: Path, make_library: MakeLibrary, embedder: FakeEmbedder) -> None:
    for n in range(6):
        folder = make_library(pages(n))
    index_paths(tmp_path / "at-once", [tmp_path / "articles"], embedder)
    at_once = Library.open(tmp_path / "at-once")
    assert list(Library.open(folder).table.articles()) == list(at_once.table.articles())


def test_other_sites_are_left_alone(make_library: MakeLibrary) -> None:
    folder = make_library({f"a/{name}": text for name, text in pages(0, 1, 2).items()})
    make_library({f"b/9{name}": text for name, text in pages(3, 4, 5).items()})
    assert FOOT not in marked(folder, "01")
