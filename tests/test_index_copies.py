from collections.abc import Callable
from pathlib import Path

import pytest

from index.articles import ArticleTable
from index.copies import Copies, find_copies, repeats
from index.errors import LibraryError
from index.library import Library
from index.types import Filter, Span
from index.update import index_paths, remove_articles
from tests.fake_embedder import FakeEmbedder

BODY = [
    "The harbour plant makes chips for ships, and it cost 48 million dollars to build beside the old port.",
    "Its four cranes were bought from a yard in Senn, which had used them for eleven years before it closed.",
    "The mayor, Ilse Brandt, opened it on Monday with a speech that nobody could hear above the wind.",
]
LATER = "A second hall is planned on the quay, where 300 people are to find work from the spring of 2026 on."
WIRE = "\n\n".join(["Harbour plant opens", "2024-03-01", *BODY])
REPRINT = "\n\n".join(["A factory by the sea", "2024-03-02", *BODY, LATER])
OTHER = "\n\n".join(["Harbour plant opens", "2024-03-03", *BODY]).replace("48", "52")
FILES = {"reprint.txt": REPRINT, "wire.txt": WIRE, "other.txt": OTHER}

MakeLibrary = Callable[[dict[str, str]], Path]


def found(library: Library, words: list[str], where: Filter = Filter()) -> list[str]:
    return [hit.passage.article for hit in library.search_words(words, "en", 5, library.rows_admitted(where))]


def test_of_copies_the_first_published_is_searched(make_library: MakeLibrary, embedder: FakeEmbedder) -> None:
    library = Library.open(make_library(FILES))
    assert library.copies.clusters == (("wire", "reprint"),)
    assert sorted(found(library, ["crane"])) == ["other", "reprint", "wire"]


def test_what_only_a_copy_says_is_still_found(make_library: MakeLibrary) -> None:
    library = Library.open(make_library(FILES))
    assert found(library, ["quay"]) == ["reprint"]


def test_a_passage_that_the_first_holds_too_is_left_out(make_library: MakeLibrary, embedder: FakeEmbedder) -> None:
    library = Library.open(make_library(FILES | {"reprint.txt": REPRINT.replace(LATER, "")}))
    assert sorted(found(library, ["crane"])) == ["other", "wire"]
    vector = embedder.embed_question("cranes of the harbour plant")
    assert sorted(hit.passage.article for hit in library.search_vectors(vector, "en", 2, None)) == ["other", "wire"]


def test_of_copies_the_first_published_is_the_original(make_library: MakeLibrary) -> None:
    undated = WIRE.replace("2024-03-01", "")
    files = FILES | {"a.txt": undated, "b.txt": WIRE.replace("03-01", "03-05"), "x.txt": WIRE}
    copies = Library.open(make_library(files)).copies
    assert copies.clusters == (("wire", "x", "reprint", "b", "a"),)
    assert copies.originals() == dict.fromkeys(("x", "reprint", "b", "a"), "wire")


def test_of_what_changed_the_copies_are_those_of_what_was_there_or_comes_earlier() -> None:
    copies = Copies((("a", "b", "c"), ("d", "e")))
    assert copies.new_among(["c", "a", "e", "d", "f"]) == ["c", "a", "d"]
    assert copies.new_among(["c", "b", "a"]) == ["b", "a"]
    assert copies.new_among([]) == []


@pytest.mark.parametrize(
    ("where", "articles"),
    [
        (Filter(source="reprint"), ["reprint"]),
        (Filter(exclude_articles=frozenset({"wire"})), ["other", "reprint"]),
        (Filter(exclude_articles=frozenset({"other"})), ["wire"]),
    ],
)
def test_a_filter_that_leaves_the_first_out_finds_the_next(
    make_library: MakeLibrary, where: Filter, articles: list[str]
) -> None:
    library = Library.open(make_library(FILES | {"reprint.txt": REPRINT.replace(LATER, "")}))
    assert sorted(found(library, ["crane"], where)) == articles


def test_copies_of_an_article_are_the_ones_admitted(make_library: MakeLibrary) -> None:
    library = Library.open(make_library(FILES))
    assert [one.id for one in library.copies_of("reprint")] == ["wire"]
    assert library.copies_of("reprint", Filter(exclude_articles=frozenset({"wire"}))) == []
    assert library.copies_of("other") == []


def test_one_by_one_is_as_all_at_once(tmp_path: Path, make_library: MakeLibrary, embedder: FakeEmbedder) -> None:
    for name, text in FILES.items():
        library = make_library({name: text})
    index_paths(tmp_path / "at-once", [tmp_path / "articles"], embedder)
    assert Library.open(library).copies.clusters == Library.open(tmp_path / "at-once").copies.clusters


def test_a_copy_that_is_removed_is_forgotten(make_library: MakeLibrary, embedder: FakeEmbedder) -> None:
    folder = make_library(FILES)
    remove_articles(folder, ["wire"], embedder)
    assert Library.open(folder).copies == Copies()


def test_a_near_duplicate_is_reported(tmp_path: Path, make_library: MakeLibrary, embedder: FakeEmbedder) -> None:
    make_library({"wire.txt": WIRE})
    (tmp_path / "articles" / "reprint.txt").write_text(REPRINT, "utf-8")
    assert index_paths(tmp_path / "library", [tmp_path / "articles"], embedder).duplicate == ["reprint"]


def test_fingerprints_are_made_once(tmp_path: Path, make_library: MakeLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_library(FILES)
    snapshot = folder / "snapshot-1"
    table = ArticleTable(snapshot / "articles.sqlite")
    monkeypatch.setattr("index.copies.fingerprint", None)
    again = find_copies(table, tmp_path, snapshot)
    assert again.clusters == (("wire", "reprint"),)
    assert (tmp_path / "fingerprints.npz").is_file()


def test_a_quote_is_repeated_or_not(make_library: MakeLibrary) -> None:
    library = Library.open(make_library(FILES))
    wire, reprint, other = (library.article(id_) for id_ in ("wire", "reprint", "other"))
    cost = Span(start := wire.text.index(BODY[0]), start + len(BODY[0]))
    assert (repeats(wire, cost, reprint), repeats(wire, cost, other)) == (True, False)
    later = Span(start := reprint.text.index(LATER), start + len(LATER))
    assert not repeats(reprint, later, wire)


def test_a_library_from_before_has_no_copies(tmp_path: Path) -> None:
    assert Copies.open(tmp_path) == Copies()


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "copies.json").write_text("[", "utf-8")
    with pytest.raises(LibraryError, match=r"cannot read .*copies\.json.*index the articles into a new folder"):
        Copies.open(tmp_path)


def test_what_is_saved_is_opened(tmp_path: Path) -> None:
    copies = Copies((("a", "b"),), {3: frozenset({"a"})})
    copies.save(tmp_path)
    assert Copies.open(tmp_path) == copies
