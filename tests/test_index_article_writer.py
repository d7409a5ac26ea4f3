"""Changing articles: what is replaced, moved and taken out, what is known of where each came from, and older tables."""

import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.article_writer import ArticleWriter, content_hash
from index.articles import ArticleTable
from index.types import Article, Filter, Passage, Span

CHIPS = Article("chips", "v1", "Chips", "Chips are made here.", "en", None, date(2024, 1, 10), "feeds/a.html")
HARBOUR = Article("harbour", "v2", "Harbour", "港口在城市的南边。", "zh", None, None, "b.txt")
FACTORY = Article("factory", "v3", "Factory", "工場は川の向こう。", "ja", None, None, "c.txt")


def table_of(file: Path, *articles: Article) -> ArticleTable:
    """A table with one passage for each article, the whole text."""
    writer = ArticleWriter(file)
    for article in articles:
        writer.put(article, [Span(0, len(article.text))], f"source of {article.id}")
    writer.commit()
    return ArticleTable(file)


@pytest.fixture
def table(tmp_path: Path) -> ArticleTable:
    return table_of(tmp_path / "articles.sqlite", CHIPS, HARBOUR, FACTORY)


@pytest.fixture
def writer(table: ArticleTable, tmp_path: Path) -> ArticleWriter:
    return ArticleWriter(tmp_path / "articles.sqlite")


def contents(file: Path) -> dict[int, bytes]:
    """Row to the hash of its content."""
    return dict(sqlite3.connect(file).execute("SELECT row, content FROM passages ORDER BY row"))


def test_what_is_known_of_an_article(writer: ArticleWriter) -> None:
    assert (writer.get("harbour"), writer.get("unheard")) == (HARBOUR, None)
    assert (writer.version("chips"), writer.path("chips")) == ("v1", "feeds/a.html")
    assert (writer.version("unheard"), writer.path("unheard")) == (None, None)
    assert (writer.at("b.txt"), writer.at("d.txt")) == ("harbour", None)
    assert (writer.made_of("source of factory"), writer.made_of("")) == ("factory", None)
    writer.put(replace(CHIPS, id="again", path="d.txt"), [])
    assert writer.with_text("v1") == [("again", "d.txt"), ("chips", "feeds/a.html")]
    assert writer.with_text("v9") == []


def test_what_a_run_has_come_across(writer: ArticleWriter) -> None:
    assert (writer.seen("chips"), next(iter(writer.unseen()))) == (None, ("chips", "feeds/a.html"))
    writer.see("chips", "rows.jsonl:12")
    writer.see("harbour", "b.txt")
    assert (writer.seen("chips"), list(writer.unseen())) == ("rows.jsonl:12", [("factory", "c.txt")])
    assert [writer.has_seen(file) for file in ("rows.jsonl", "b.txt", "rows", "b.tx", "c.txt")] == [
        *(True, True),
        *(False, False, False),
    ]
    assert not writer.changed


def test_it_tells_whether_and_in_which_languages_anything_changed(writer: ArticleWriter) -> None:
    writer.remove("unheard")
    assert (writer.changed, writer.languages) == (False, set())
    writer.move("factory", "d.txt")
    assert (writer.changed, writer.languages) == (True, set())
    writer.put(replace(CHIPS, language="fr"), [])
    writer.remove("harbour")
    assert writer.languages == {"en", "fr", "zh"}


def test_it_tells_the_sites_whose_pages_came_or_went(writer: ArticleWriter) -> None:
    writer.remark(HARBOUR, [])
    assert writer.sites == set()
    writer.move("chips", "elsewhere/a.html")
    writer.move("harbour", "new/b.txt")
    assert writer.sites == {"feeds", "elsewhere", ".", "new"}
    writer.sites.clear()
    writer.put(replace(CHIPS, url="https://www.tide.example/2"), [])
    writer.remove("factory")
    assert writer.sites == {"elsewhere", "tide.example", "."}


def test_an_article_marked_anew_is_known_by_the_marks_it_came_with(tmp_path: Path) -> None:
    file = tmp_path / "articles.sqlite"
    table_of(file, CHIPS, HARBOUR).close()
    for marked in (Span(0, 22), Span(0, 2)):
        writer = ArticleWriter(file)
        newer = replace(CHIPS, boilerplate=(marked,), sentences=(Span(23, 33),))
        writer.remark(newer, [Span(23, 33)])
        assert (writer.get("chips"), writer.marks("chips"), writer.languages) == (CHIPS, (marked,), {"en"})
        assert writer.made_of("source of chips") == "chips"
        writer.commit()
    table = ArticleTable(file)
    assert table.article("chips") == newer
    assert [(one.row, one.text) for one in table.passages_of("chips")] == [(4, Span(23, 33).of(CHIPS.text))]
    assert contents(file)[4] == content_hash("Chips", Span(23, 33).of(CHIPS.text))


def test_an_article_put_again_has_the_marks_it_comes_with(writer: ArticleWriter) -> None:
    writer.remark(replace(CHIPS, boilerplate=()), [])
    writer.put(CHIPS, [])
    assert (writer.get("chips"), writer.marks("chips"), writer.marks("unheard")) == (CHIPS, CHIPS.boilerplate, ())


def test_the_content_of_a_passage_is_title_and_text_and_not_where_they_stand(tmp_path: Path) -> None:
    moved = replace(CHIPS, id="moved", text=f"New. {CHIPS.text}", path="elsewhere.txt")
    writer = ArticleWriter(tmp_path / "articles.sqlite")
    writer.put(CHIPS, [Span(0, 20)])
    writer.put(moved, [Span(5, 25), Span(0, 4)])
    writer.put(replace(CHIPS, id="retold", title="Other"), [Span(0, 20)])
    writer.commit()
    first, same, other, retold = contents(tmp_path / "articles.sqlite").values()
    assert first == same == content_hash("Chips", CHIPS.text)
    assert len({first, other, retold}) == 3
    assert len(first) == 16


def test_a_table_made_before_sources_and_contents_is_brought_up_to_date(table: ArticleTable, tmp_path: Path) -> None:
    file = tmp_path / "articles.sqlite"
    before = contents(file)
    with sqlite3.connect(file) as database:
        for name in ("articles_by_source", "passages_by_content"):
            database.execute(f"DROP INDEX {name}")
        for column in ("source", "own_boilerplate", "own_sentences", "updated", "fetched"):
            database.execute(f"ALTER TABLE articles DROP COLUMN {column}")
        database.execute("ALTER TABLE passages DROP COLUMN content")
        database.execute("DROP TABLE facts")
    writer = ArticleWriter(file)
    assert (writer.get("chips"), writer.made_of("source of chips")) == (CHIPS, None)
    writer.commit()
    assert contents(file) == before


def test_what_an_older_quotedesk_put_in_is_filled_in(table: ArticleTable, tmp_path: Path) -> None:
    file = tmp_path / "articles.sqlite"
    with sqlite3.connect(file) as database:
        database.execute("INSERT INTO passages (article, language, start, end) VALUES ('chips', 'en', 0, 5)")
    ArticleWriter(file).commit()
    assert contents(file)[4] == content_hash("Chips", "Chips")


def test_an_article_put_again_is_replaced_with_its_passages(table: ArticleTable, tmp_path: Path) -> None:
    newer = replace(CHIPS, version="v9", text="Chips were made here.", language="fr", boilerplate=(), sentences=())
    writer = ArticleWriter(tmp_path / "articles.sqlite")
    writer.put(newer, [Span(0, 5)])
    writer.commit()
    table = ArticleTable(tmp_path / "articles.sqlite")
    assert table.article("chips") == newer
    assert table.passages_of("chips") == [Passage(4, "chips", "fr", Span(0, 5), "Chips")]
    assert table.counts() == (3, 3)


def test_an_article_is_removed_with_its_passages(table: ArticleTable, tmp_path: Path) -> None:
    writer = ArticleWriter(tmp_path / "articles.sqlite")
    writer.remove("chips")
    writer.remove("unheard")
    assert writer.get("chips") is None
    writer.commit()
    table = ArticleTable(tmp_path / "articles.sqlite")
    assert (set(table.versions()), table.counts()) == ({"harbour", "factory"}, (2, 2))
    assert sorted(table.rows_admitted(Filter())) == [2, 3]


def test_rows_are_never_used_twice(table: ArticleTable, tmp_path: Path) -> None:
    file = tmp_path / "articles.sqlite"
    writer = ArticleWriter(file)
    for id_ in ("chips", "harbour", "factory"):
        writer.remove(id_)
    writer.commit()
    assert table_of(file, HARBOUR).rows_admitted(Filter()) == [4]


def test_what_is_not_committed_is_not_kept(table: ArticleTable, tmp_path: Path) -> None:
    writer = ArticleWriter(tmp_path / "articles.sqlite")
    writer.remove("chips")
    del writer
    assert ArticleTable(tmp_path / "articles.sqlite").article("chips") == CHIPS


def test_a_moved_article_keeps_its_rows_and_has_its_new_path(tmp_path: Path) -> None:
    table_of(tmp_path / "articles.sqlite", CHIPS, HARBOUR).close()
    writer = ArticleWriter(tmp_path / "articles.sqlite")
    writer.move("chips", "other/a.html")
    writer.move("unheard", "nowhere.txt")
    writer.commit()
    table = ArticleTable(tmp_path / "articles.sqlite")
    assert list(table.articles()) == [replace(CHIPS, path="other/a.html"), HARBOUR]
    assert [passage.row for passage in table.passages_of("chips")] == [1]
    assert table.rows_admitted(Filter(source="other/")) == [1]
