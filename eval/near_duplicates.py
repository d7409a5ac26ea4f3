"""How well copies are told from altered texts, on published sets: true and altered passages, and known near-duplicates.

    python -m eval.near_duplicates ../shared/data

Texts that differ in a fact must not be merged (RGB's true and altered passages); known copies have to be found.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

from eval.data_files import ArticleRow, DataRow, article_id, read_rows
from eval.sets import BadSet
from index.article import to_article
from index.errors import QuotedeskError
from index.near_duplicates import copies_among
from index.story import Story
from index.types import Draft

_ALTERED = ("rgb-zh_fact", "rgb-en_fact")
_KNOWN = "neardup-news"

Pair = frozenset[str]


class _QuestionRow(DataRow):
    """A question with its true passages and, in the same order, the same ones altered."""

    question: str
    articles: tuple[str, ...]
    wrong_articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """So many of the pairs were merged; `seconds` is what it took to read the stories and to find the copies."""

    name: str
    merged: int
    pairs: int
    false: int | None = None
    seconds: float = 0.0


def count_altered(data: Path, name: str) -> Iterator[Count]:
    """True and altered passages that were merged, of the half rules may be tuned on ("dev") and of the other ("test").

    A question and its passages are of one half, by a hash of the question. Raises `BadSet` for a missing set.
    """
    questions = read_rows(data / name / "questions.jsonl.gz", _QuestionRow)
    merged, seconds = _merged(data / name / "articles.jsonl.gz")
    for split in ("dev", "test"):
        pairs = {
            frozenset(pair)
            for row in questions
            if _split(row.question) == split
            for pair in zip(row.articles, row.wrong_articles, strict=True)
            if pair[0] != pair[1]  # two altered passages of en_fact are true ones left as they were
        }
        yield Count(f"{name} {split}", len(pairs & merged), len(pairs), seconds=seconds)


def count_known(data: Path) -> Count:
    """The known near-duplicates that were merged, and how many pairs beside them. Raises `BadSet` for a missing set."""
    merged, seconds = _merged(data / _KNOWN / "articles.jsonl.gz")
    file = data / _KNOWN / "pairs.txt"
    try:
        known = {frozenset(line.split()) for line in file.read_text("utf-8").splitlines()}
    except OSError as error:
        raise BadSet(f"cannot read {file}: {error}; put the set {_KNOWN} there") from error
    return Count(_KNOWN, len(known & merged), len(known), len(merged - known), seconds)


def main(arguments: Sequence[str] | None = None) -> int:
    """Count and print; 0 when done, 1 with one line for what can be mended."""
    parser = argparse.ArgumentParser("python -m eval.near_duplicates", description="Count what is taken for a copy.")
    parser.add_argument("data", type=Path, help="the folder that holds the sets")
    data = parser.parse_args(arguments).data
    table = Table("pairs", "merged", "of", "false", "seconds")
    try:
        for count in (*(one for name in _ALTERED for one in count_altered(data, name)), count_known(data)):
            false = "" if count.false is None else str(count.false)
            table.add_row(count.name, str(count.merged), str(count.pairs), false, f"{count.seconds:.1f}")
    except QuotedeskError as error:
        sys.stderr.write(f"eval.near_duplicates: {error}\n")
        return 1
    Console().print(table)
    return 0


def _merged(file: Path) -> tuple[set[Pair], float]:
    """Every two articles of a file that came into one cluster, and the seconds without cleaning."""
    drafts = [Draft(row.text, str(file), id=row.id, language=row.language) for row in read_rows(file, ArticleRow)]
    articles = [to_article(draft) for draft in drafts]
    start = perf_counter()
    clusters = copies_among(map(Story.of, articles))
    seconds = perf_counter() - start
    return {frozenset(pair) for cluster in clusters for pair in combinations(cluster, 2)}, seconds


def _split(question: str) -> str:
    return "test" if int(article_id(question), 16) % 2 else "dev"


if __name__ == "__main__":
    sys.exit(main())
