"""The articles and passages of one snapshot in Milvus, to read; what `index.articles` is to a folder."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from threading import Lock
from typing import Any

from index.articles import from_row
from index.errors import LibraryError
from index.milvus.head import Head, packed, unpacked
from index.milvus.store import LONGEST, MilvusStore, Row, in_batches, quoted
from index.types import Article, Filter, Listed, Passage, Span

# An article's number times this, plus the number of its part, is its key: up to 64 GB of packed text each.
PARTS = 1_000_000
# Where an article's columns stand among those kept: what lies between is for who indexes, what is last may be missing.
_ARTICLE, _DAYS_LATER = slice(10), slice(13, 15)
_KEPT = 512
_READ_AT_ONCE = 64
_PASSAGE = ("row", "article", "language", "start", "end")


@dataclass(frozen=True, slots=True)
class Entry:
    """What filters and lists need to know of an article."""

    id: str
    number: int
    version: str
    language: str
    published: int
    place: str


class MilvusArticles:
    """A read-only view of one snapshot's articles. Safe to share between threads."""

    def __init__(self, store: MilvusStore, head: Head) -> None:
        self._store = store
        self._head = head
        self._born = f"born <= {head.manifest.snapshot}"
        self._gone_rows = frozenset(row for rows in head.gone_rows.values() for row in rows)
        self._kept: OrderedDict[str, Article] = OrderedDict()
        self._keeping = Lock()

    def article(self, article_id: str) -> Article:
        """The article of that id. Raises `LibraryError` if there is none."""
        found = self.some([article_id])
        if article_id not in found:
            raise LibraryError(
                f"no article {article_id!r} in this library; `quotedesk articles list` shows what is inside"
            )
        return found[article_id]

    def some(self, ids: Iterable[str]) -> dict[str, Article]:
        """The articles of those ids, as far as there are any."""
        wanted = dict.fromkeys(ids)
        with self._keeping:
            found = {id_: self._kept[id_] for id_ in wanted if id_ in self._kept}
        missing = [id_ for id_ in wanted if id_ not in found]
        rows = self._store.rows_in(self._store.articles, "id", missing, ["key", "number", "body"], self._born)
        new = {article.id: article for article in map(as_article, self._whole(rows))}
        with self._keeping:
            self._kept.update(new)
            while len(self._kept) > max(_KEPT, len(wanted)):
                self._kept.popitem(last=False)
        return found | new

    def articles(self, where: Filter = Filter(), *, after: str = "", limit: int = -1) -> Iterator[Article]:
        """Every article that `where` admits, by id, a few at a time.

        Only those whose ids come after `after`, and `limit` of them if it is not negative.
        """
        listed = [one.number for one in self.catalogue if one.id > after and admits(where, one)]
        for numbers in in_batches(listed[: limit if limit >= 0 else None], _READ_AT_ONCE):
            found = {article.id: article for article in map(as_article, self.packed(numbers))}
            yield from (found[id_] for id_ in sorted(found))

    def listed(self, *, after: str = "", limit: int = -1) -> Iterator[Listed]:
        """What a list says of every article, by id, one at a time. Bounded as `articles` is."""
        for one in self.articles(after=after, limit=limit):
            yield Listed(one.id, one.version, one.title, one.language, one.url, one.published, one.path)

    def packed(self, numbers: Sequence[int]) -> Iterator[list[Any]]:
        """All columns of the articles of those numbers, as `article_rows` took them."""
        rows = self._store.rows_in(self._store.articles, "number", numbers, ["key", "number", "body"])
        return self._whole(rows)

    def versions(self) -> dict[str, str]:
        """Article id to version, for every article, by id."""
        return {one.id: one.version for one in self.catalogue}

    def numbers(self) -> dict[int, str]:
        """Number of each article to its id."""
        return {one.number: one.id for one in self.catalogue}

    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        """The passages of those rows."""
        found = list(self._store.rows_in(self._store.passages, "row", rows, _PASSAGE))
        return {passage.row: passage for passage in self._as_passages(found)}

    def passages_of(self, article_id: str) -> list[Passage]:
        """An article's passages in reading order."""
        condition = f"article == {quoted(article_id)} and {self._born}"
        found = self._store.rows(self._store.passages, condition, _PASSAGE)
        living = [row for row in found if row["row"] not in self._gone_rows]
        return sorted(self._as_passages(living), key=lambda passage: passage.span)

    def admitted(self, ids: Iterable[str], where: Filter) -> frozenset[str]:
        """Those of `ids` whose articles `where` admits."""
        condition = f"part == 0 and {self._born}"
        rows = self._store.rows_in(self._store.articles, "id", dict.fromkeys(ids), _LISTED, condition)
        return frozenset(one.id for one in self._living(rows) if admits(where, one))

    @cached_property
    def catalogue(self) -> list[Entry]:
        """Every article, by id. Read once, when it is first needed: some 100 bytes of each are fetched."""
        rows = self._store.scan(self._store.articles, f"part == 0 and {self._born}", _LISTED)
        return sorted(self._living(rows), key=lambda one: one.id)

    def _living(self, rows: Iterable[Row]) -> Iterator[Entry]:
        gone = self._head.gone_articles
        return (Entry(**{name: row[name] for name in _LISTED}) for row in rows if row["number"] not in gone)

    def _whole(self, rows: Iterable[Row]) -> Iterator[list[Any]]:
        bodies: dict[int, list[tuple[int, str]]] = {}
        for row in rows:
            if row["number"] not in self._head.gone_articles:
                bodies.setdefault(row["number"], []).append((row["key"], row["body"]))
        for number, parts in bodies.items():
            try:
                yield unpacked(body for _, body in sorted(parts))
            except ValueError as error:
                raise LibraryError(
                    f"article number {number} of {self._store.address} is damaged ({error}); index into a new name"
                ) from error

    def _as_passages(self, rows: Sequence[Row]) -> Iterator[Passage]:
        articles = self.some(row["article"] for row in rows)
        for row in rows:
            if row["article"] not in articles:
                raise self._store.moved_on(f"article {row['article']!r}")
            span = Span(row["start"], row["end"])
            text = span.of(articles[row["article"]].text)
            yield Passage(row["row"], row["article"], row["language"], span, text)


_LISTED = ("id", "number", "version", "language", "published", "place")


def admits(where: Filter, one: Entry) -> bool:
    """Whether an article meets all conditions of `where`; an undated one fails any date."""
    return (
        where.language in (None, one.language)
        and (where.since is None or one.published >= where.since.toordinal())
        and (where.until is None or 0 < one.published <= where.until.toordinal())
        and (where.source is None or where.source.casefold() in one.place)
        and (where.articles is None or one.id in where.articles)
        and one.id not in where.exclude_articles
    )


def article_rows(columns: Sequence[Any], number: int, born: int) -> Iterator[Row]:
    """The rows that hold an article: `columns` are `index.milvus.copy.COLUMNS_KEPT`."""
    article = as_article(columns)
    place = cut(f"{article.url or ''} {article.path}".casefold())
    facts = {"id": article.id, "number": number, "version": article.version, "language": article.language}
    facts |= {"published": day_number(article.published), "place": place, "born": born, "vector": [0.0, 0.0]}
    for part, body in enumerate(packed(list(columns))):
        yield facts | {"key": number * PARTS + part, "part": part, "body": body}


def as_article(columns: Sequence[Any]) -> Article:
    """The article that `columns` hold."""
    return from_row((*columns[_ARTICLE], *columns[_DAYS_LATER]))


def day_number(day: date | None) -> int:
    """A day as Milvus compares it; 0 for none."""
    return day.toordinal() if day else 0


def cut(text: str) -> str:
    """As much of `text` as a VARCHAR holds."""
    return text.encode("utf-8", "replace")[:LONGEST].decode("utf-8", "ignore")
