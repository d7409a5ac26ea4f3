"""A library in Milvus, to read: what `index.library` is to a folder. Nothing of it need lie on this machine."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from index.copies import Copies
from index.embedder import Vectors
from index.errors import LibraryError
from index.library import Manifest
from index.milvus.address import MilvusAddress
from index.milvus.articles import MilvusArticles, day_number
from index.milvus.head import Head
from index.milvus.store import MOST, MilvusStore, quoted
from index.milvus.words import MilvusWords
from index.types import Article, Filter, Hit, Passage

# Of the best by words so many are first looked at by whether a filter admits them, then four times as many, and so on.
_LOOKED_AT = 256


@dataclass(frozen=True, slots=True)
class Admission:
    """A filter, and the condition that Milvus is given for it."""

    where: Filter
    condition: str


class MilvusLibrary:
    """One snapshot, open for reading. It stays whole while newer ones are made. Safe to share between threads.

    What has gone from the library stays in Milvus for ten minutes; who reads an older snapshot for longer may be told,
    by a `LibraryError`, to open it again.
    """

    def __init__(self, store: MilvusStore, collection: str) -> None:
        self.store = store
        self.collection = collection
        self.head = Head.read(store, collection)
        self.table = MilvusArticles(store, self.head)
        self._gone = {row for rows in self.head.gone_rows.values() for row in rows}
        self.words = MilvusWords(store, self.head)

    @classmethod
    def open(cls, address: MilvusAddress) -> "MilvusLibrary":
        """The newest snapshot. Raises `LibraryError` when there is no library at `address`, or Milvus can't be had."""
        nothing = f"there is no library at {address}; make one with `quotedesk index PATH... --library {address}`"
        if address.is_file and not Path(address.uri).exists():
            raise LibraryError(nothing)
        store = MilvusStore(address)
        current = store.alias(address.name)
        while current is not None:
            try:
                return cls(store, current)
            except LibraryError:
                # A newer one may have taken over between asking which is current and reading it.
                newer = store.alias(address.name)
                if newer == current:
                    raise
                current = newer
        raise LibraryError(nothing)

    @property
    def address(self) -> str:
        """What opens it again."""
        return str(self.store.address)

    @property
    def folder(self) -> Path:
        """Where on this machine what belongs to it is kept beside."""
        return self.store.address.data

    @property
    def manifest(self) -> Manifest:
        """What made it, and how much is in it."""
        return self.head.manifest

    @property
    def copies(self) -> Copies:
        """Which of its articles are copies of which."""
        return self.head.copies

    @property
    def is_measured(self) -> bool:
        """Whether its searches by vectors are exact: those of Milvus Lite are."""
        return self.store.address.is_file

    def is_current(self) -> bool:
        """Whether no newer snapshot has taken over."""
        return self.store.alias(self.store.address.name) == self.collection

    def size(self) -> int:
        """Number of articles."""
        return self.manifest.articles

    def article(self, article_id: str) -> Article:
        """The article of that id. Raises `LibraryError` if there is none."""
        return self.table.article(article_id)

    def languages(self) -> dict[str, int]:
        """Language to number of articles, most first."""
        return {language: facts.articles for language, facts in self.head.languages.items()}

    def date_range(self) -> tuple[date, date] | None:
        """The earliest and the latest date of publication, if any article has one."""
        if self.head.dates is None:
            return None
        first, last = map(date.fromisoformat, self.head.dates)
        return first, last

    def rows_admitted(self, where: Filter) -> Admission | None:
        """What the searches take as `only`, None where everything is admitted."""
        if where.is_open:
            return None
        tests = [
            f"language == {quoted(where.language)}" if where.language is not None else "",
            f"published >= {day_number(where.since)}" if where.since else "",
            f"published > 0 and published <= {day_number(where.until)}" if where.until else "",
            f"article not in {_listed(where.exclude_articles)}" if where.exclude_articles else "",
            f"article in {_listed(where.articles)}" if where.articles is not None else "",
            f"article in {_listed(self._at_source(where.source))}" if where.source is not None else "",
        ]
        return Admission(where, " and ".join(filter(None, tests)))

    def copies_of(self, article_id: str, where: Filter = Filter()) -> list[Article]:
        """The copies of an article that `where` admits, earliest published first, the article itself left out."""
        others = [one for one in self.copies.cluster(article_id) if one != article_id]
        if others and not where.is_open:
            admitted = self.table.admitted(others, where)
            others = [one for one in others if one in admitted]
        return [self.article(one) for one in others]

    def search_vectors(self, question: Vectors, language: str, k: int, only: Admission | None) -> list[Hit]:
        """The `k` passages of that language nearest to `question`, shape (dimension,); scores are cosines."""
        born = f"language == {quoted(language)} and born <= {self.manifest.snapshot}"
        condition = f"{born} and {only.condition}" if only else born
        return self._hits(self._once(lambda n: self.store.nearest(question, n, condition), k, only), "vectors")

    def search_words(self, tokens: Sequence[str], language: str, k: int, only: Admission | None) -> list[Hit]:
        """The `k` passages of that language that share most with `tokens`; scores are BM25."""
        ranked = zip(*(found.tolist() for found in self.words.ranked(tokens, language)), strict=True)
        kept: list[tuple[int, float]] = []
        for some in _growing(list(ranked)):
            kept += self._searched(self._admitted(some, only), only)
            if len(kept) >= k:
                break
        return self._hits(kept[:k], "words")

    def cosines(self, question: Vectors, passages: Sequence[Passage]) -> dict[Passage, float]:
        """The cosine of each passage with `question`, shape (dimension,)."""
        if not passages:
            return {}
        vectors = self.store.vectors([passage.row for passage in passages])
        return dict(zip(passages, (vectors @ question).tolist(), strict=True))

    def passages_holding(self, tokens: Sequence[str], language: str) -> dict[str, int]:
        """How many passages of that language hold each of `tokens`."""
        found = self.words.postings(tokens, language)
        return {token: len(found[token].rows) for token in tokens}

    def passages_in(self, language: str) -> int:
        """How many passages that language has."""
        return self.head.languages[language].passages

    def _once(
        self, search: Callable[[int], list[tuple[int, float]]], k: int, only: Admission | None
    ) -> list[tuple[int, float]]:
        """The `k` best that `search` finds, less what has gone and what an earlier copy holds."""
        wanted = min(k + min(len(self._gone), k), MOST)
        while True:
            found = search(wanted)
            kept = self._searched(found, only)
            if len(kept) >= k or len(found) < wanted or wanted == MOST:
                return kept[:k]
            wanted = min(2 * wanted, MOST)

    def _searched(self, found: Iterable[tuple[int, float]], only: Admission | None) -> list[tuple[int, float]]:
        """Less what has gone. Of copies one is searched: what an earlier admitted one holds too is left out."""
        living = [one for one in found if one[0] not in self._gone]
        echoes = self.copies.echoes
        if only is None:
            return [one for one in living if one[0] not in echoes]
        earlier = {id_ for row, _ in living for id_ in echoes.get(row, ())}
        admitted = self.table.admitted(earlier, only.where) if earlier else frozenset()
        return [one for one in living if admitted.isdisjoint(echoes.get(one[0], ()))]

    def _admitted(self, found: list[tuple[int, float]], only: Admission | None) -> list[tuple[int, float]]:
        if only is None:
            return found
        rows = self.store.rows_in(self.store.passages, "row", [row for row, _ in found], ["row"], only.condition)
        admitted = {one["row"] for one in rows}
        return [one for one in found if one[0] in admitted]

    def _hits(self, found: list[tuple[int, float]], found_by: str) -> list[Hit]:
        passages = self.table.passages([row for row, _ in found])
        return [Hit(self._of(passages, row), score, found_by) for row, score in found]

    def _of(self, passages: dict[int, Passage], row: int) -> Passage:
        if row not in passages:
            raise self.store.moved_on(f"passage {row}")
        return passages[row]

    def _at_source(self, source: str) -> list[str]:
        """The articles whose address or path holds `source`; kept for one filter, since a question asks several times.

        Milvus before 2.4 finds no substring, and none knows letters' case, so they are looked for here.
        """
        if source not in self._sources:
            folded = source.casefold()
            self._sources.clear()
            self._sources[source] = [one.id for one in self.table.catalogue if folded in one.place]
        return self._sources[source]

    @cached_property
    def _sources(self) -> dict[str, list[str]]:
        return {}


def _listed(ids: Iterable[str]) -> str:
    return f"[{', '.join(map(quoted, sorted(ids)))}]"


def _growing(ranked: list[tuple[int, float]]) -> Iterator[list[tuple[int, float]]]:
    start, size = 0, _LOOKED_AT
    while start < len(ranked):
        yield ranked[start : start + size]
        start, size = start + size, min(4 * size, MOST)
