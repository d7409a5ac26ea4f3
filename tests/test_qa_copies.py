from collections.abc import Callable
from pathlib import Path

import pytest

from index.library import Library
from index.types import Filter, Span
from qa.copies import with_copies
from qa.types import Citation, Quote

BODY = [
    "The harbour plant makes chips for ships, and it cost 48 million dollars to build beside the old port.",
    "Its four cranes were bought from a yard in Senn, which had used them for eleven years before it closed.",
    "The mayor, Ilse Brandt, opened it on Monday with a speech that nobody could hear above the wind.",
]
WIRE = "\n\n".join(["Harbour plant opens", "2024-03-01", *BODY])
REPRINT = "\n\n".join(["A factory by the sea", "2024-03-02", *BODY])
UNDATED = "\n\n".join(["Cranes and chips", *BODY])

MakeLibrary = Callable[[dict[str, str]], Path]


@pytest.fixture
def library(make_library: MakeLibrary) -> Library:
    return Library.open(make_library({"reprint.txt": REPRINT, "wire.txt": WIRE, "blog.txt": UNDATED}))


def cited(library: Library, article_id: str, words: str, *also: str) -> Citation:
    article = library.article(article_id)
    start = article.text.index(words)
    return Citation(1, Quote(article, Span(start, start + len(words))), also)


def test_every_copy_is_cited_the_earliest_first(library: Library) -> None:
    found = with_copies(cited(library, "wire", BODY[1]), library)
    assert (found.also_in, found.first_published) == (("reprint", "blog"), "wire")


def test_the_first_is_named_also_where_another_is_quoted(library: Library) -> None:
    found = with_copies(cited(library, "blog", BODY[0], "reprint"), library)
    assert (found.also_in, found.first_published) == (("wire", "reprint"), "wire")


def test_a_copy_without_the_quote_is_not_named(library: Library) -> None:
    found = with_copies(cited(library, "wire", "Harbour plant opens"), library)
    assert (found.also_in, found.first_published) == ((), None)


def test_what_a_filter_leaves_out_is_not_named_nor_taken_back(library: Library) -> None:
    where = Filter(exclude_articles=frozenset({"wire"}))
    found = with_copies(cited(library, "reprint", BODY[1]), library, where)
    assert (found.also_in, found.first_published) == (("blog",), None)


def test_of_one_day_none_is_the_first(make_library: MakeLibrary) -> None:
    library = Library.open(make_library({"a.txt": WIRE, "b.txt": WIRE.replace("Harbour plant opens", "Chips at sea")}))
    found = with_copies(cited(library, "a", BODY[1]), library)
    assert (found.also_in, found.first_published) == (("b",), None)
