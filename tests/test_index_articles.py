"""The table of articles: what is put in comes out, what a filter admits, and that rows are never used twice."""

import sqlite3
from contextlib import closing
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article_writer import ArticleWriter
from index.articles import ArticleTable
from index.errors import LibraryError
from index.settle import settle
from index.types import Article, Filter, Listed, Passage, Span

TEXT = "😀 Chips are made here. 芯片𠮷是在这里制造的。"
CHIPS = Article(
    id="chips",
    version="v1",
    title="Chips",
    text=TEXT,
    language="en",
    url="https://News.example/Tech/1",
    published=date(2024, 1, 10),
    path="feeds/a.html",
    boilerplate=(Span(0, 1),),
    sentences=(Span(2, 22), Span(23, 33)),
    updated=date(2024, 1, 12),
    fetched=date(2024, 3, 1),
)
HARBOUR = Article("harbour", "v2", "Harbour", "港口在城市的南边。", "zh", None, date(2024, 2, 10), "École/Ä/b.txt")
FACTORY = Article("factory", "v3", "Factory", "工場は川の向こう。", "ja", "https://q.example/Straße", None, "c.txt")


def table_of(file: Path, *articles: Article) -> ArticleTable:
    """A table with one passage for each article, the whole text."""
    writer = ArticleWriter(file)
    for article in articles:
        writer.put(article, [Span(0, len(article.text))])
    writer.commit()
    return ArticleTable(file)


@pytest.fixture
def table(tmp_path: Path) -> ArticleTable:
    return table_of(tmp_path / "articles.sqlite", CHIPS, HARBOUR, FACTORY)


def test_what_is_put_in_comes_out(table: ArticleTable) -> None:
    assert [table.article(id_) for id_ in ("chips", "harbour", "factory")] == [CHIPS, HARBOUR, FACTORY]
    assert list(table.articles()) == [CHIPS, FACTORY, HARBOUR]


def test_a_file_made_before_there_were_other_days_than_that_of_publication(tmp_path: Path) -> None:
    file = tmp_path / "articles.sqlite"
    table_of(file, CHIPS).close()
    with closing(sqlite3.connect(file)) as database, database:
        for column in ("updated", "fetched"):
            database.execute(f"ALTER TABLE articles DROP COLUMN {column}")
    table = ArticleTable(file)
    assert table.article("chips") == replace(CHIPS, updated=None, fetched=None)
    assert list(table.articles()) == [table.article("chips")]


def test_a_list_is_of_the_same_articles_without_their_texts(table: ArticleTable) -> None:
    names = [one.name for one in fields(Listed)]
    assert list(table.listed()) == [Listed(*(getattr(one, name) for name in names)) for one in table.articles()]
    assert [one.id for one in table.listed(after="chips", limit=1)] == ["factory"]


def test_what_the_table_says_of_itself(table: ArticleTable) -> None:
    assert list(table.versions()) == ["chips", "factory", "harbour"]
    assert (table.rows_in("zh").tolist(), table.rows_in("fr").tolist()) == ([2], [])
    assert table.counts() == (3, 3)
    assert table.languages() == {"en": 1, "zh": 1, "ja": 1}
    assert table.date_range() == (date(2024, 1, 10), date(2024, 2, 10))


def test_the_language_of_most_articles_comes_first(tmp_path: Path) -> None:
    table = table_of(tmp_path / "articles.sqlite", CHIPS, HARBOUR, replace(HARBOUR, id="harbour-2"))
    assert list(table.languages().items()) == [("zh", 2), ("en", 1)]


def test_an_empty_table(tmp_path: Path) -> None:
    table = table_of(tmp_path / "articles.sqlite")
    assert (table.counts(), table.languages(), table.date_range()) == ((0, 0), {}, None)
    assert (list(table.articles()), table.rows_admitted(Filter())) == ([], [])


def test_an_unknown_article_is_told_with_where_to_look(table: ArticleTable) -> None:
    with pytest.raises(
        LibraryError,
        match=r"^no article 'unheard' in this library; `quotedesk articles list` shows what is inside$",
    ):
        table.article("unheard")


def test_passages_are_slices_also_beyond_the_first_plane(tmp_path: Path) -> None:
    writer = ArticleWriter(tmp_path / "articles.sqlite")
    writer.put(CHIPS, [Span(23, 33), Span(0, 1), Span(2, 22)])
    writer.put(HARBOUR, [Span(0, 2)])
    writer.commit()
    table = ArticleTable(tmp_path / "articles.sqlite")
    second = Passage(1, "chips", "en", Span(23, 33), "芯片𠮷是在这里制造的")
    face = Passage(2, "chips", "en", Span(0, 1), "😀")
    first = Passage(3, "chips", "en", Span(2, 22), "Chips are made here.")
    port = Passage(4, "harbour", "zh", Span(0, 2), "港口")
    assert table.passages_of("chips") == [face, first, second]
    assert table.passages_of("unheard") == []
    assert table.passages([4, 1, 99]) == {4: port, 1: second}
    assert table.passages([]) == {}
    assert list(table.passages_in("en")) == [second, face, first]
    assert list(table.passages_in("fr")) == []
    assert table.counts() == (2, 4)


@settings(max_examples=50)
@given(st.text(min_size=1).map(settle).filter(bool), st.data())
def test_any_passage_of_any_text_is_its_slice(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    with TemporaryDirectory() as folder:
        writer = ArticleWriter(Path(folder) / "articles.sqlite")
        writer.put(replace(CHIPS, text=text), [span])
        writer.commit()
        table = ArticleTable(Path(folder) / "articles.sqlite")
        assert table.article("chips").text == text
        assert table.passages([1])[1].text == span.of(text)
        table.close()


def test_articles_may_be_filtered(table: ArticleTable) -> None:
    assert list(table.articles(Filter(source=".example"))) == [CHIPS, FACTORY]


@pytest.mark.parametrize(
    ("where", "admitted"),
    [
        (Filter(), {"chips", "harbour", "factory"}),
        (Filter(language="zh"), {"harbour"}),
        (Filter(language="fr"), set()),
        (Filter(since=date(2024, 1, 10)), {"chips", "harbour"}),
        (Filter(since=date(2024, 1, 11)), {"harbour"}),
        (Filter(until=date(2024, 2, 10)), {"chips", "harbour"}),
        (Filter(until=date(2024, 2, 9)), {"chips"}),
        (Filter(since=date(2024, 1, 11), until=date(2024, 2, 9)), set()),
        (Filter(source="news.EXAMPLE"), {"chips"}),
        (Filter(source="Tech/1"), {"chips"}),
        (Filter(source="FEEDS/"), {"chips"}),
        (Filter(source=".example"), {"chips", "factory"}),
        (Filter(source="École"), {"harbour"}),
        (Filter(source="éCOLE/ä"), {"harbour"}),
        (Filter(source="straße"), {"factory"}),
        (Filter(source="STRASSE"), {"factory"}),
        (Filter(source="%"), set()),
        (Filter(source=""), {"chips", "harbour", "factory"}),
        (Filter(articles=frozenset({"chips", "factory", "unheard"})), {"chips", "factory"}),
        (Filter(articles=frozenset()), set()),
        (Filter(exclude_articles=frozenset({"chips", "unheard"})), {"harbour", "factory"}),
        (Filter(articles=frozenset({"chips", "harbour"}), exclude_articles=frozenset({"chips"})), {"harbour"}),
        (Filter(language="en", since=date(2024, 1, 1), until=date(2024, 1, 31), source="tech"), {"chips"}),
        (Filter(language="en", since=date(2024, 2, 1)), set()),
        (Filter(language="ja", source="q.example", exclude_articles=frozenset({"factory"})), set()),
    ],
)
def test_filters(table: ArticleTable, where: Filter, admitted: set[str]) -> None:
    rows = {"chips": 1, "harbour": 2, "factory": 3}
    assert sorted(table.rows_admitted(where)) == sorted(rows[id_] for id_ in admitted)


def test_every_passage_of_an_admitted_article_is_admitted(tmp_path: Path) -> None:
    writer = ArticleWriter(tmp_path / "articles.sqlite")
    writer.put(CHIPS, [Span(0, 5), Span(5, 9)])
    writer.put(HARBOUR, [Span(0, 2), Span(2, 4), Span(4, 6)])
    writer.commit()
    assert sorted(ArticleTable(tmp_path / "articles.sqlite").rows_admitted(Filter(language="zh"))) == [3, 4, 5]


@pytest.mark.parametrize("data", [None, b"", b"not a database at all, but long enough to have a header" * 3])
def test_a_missing_or_damaged_file_is_told(tmp_path: Path, data: bytes | None) -> None:
    if data is not None:
        (tmp_path / "a.sqlite").write_bytes(data)
    with pytest.raises(
        LibraryError, match=r"^cannot read the articles in .*/a\.sqlite: .*; index the articles into a new folder$"
    ):
        ArticleTable(tmp_path / "a.sqlite")
