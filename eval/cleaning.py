"""How well boilerplate is marked: precision and recall over the lines of the sample articles, which people labelled.

python -m eval.cleaning
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from eval.sets import SAMPLE_ARTICLES, BadSet
from index.article import to_article
from index.errors import QuotedeskError
from index.reading.files import read_paths
from index.types import Article, Draft

MARKS = SAMPLE_ARTICLES.parent / "marks.jsonl"
"""The labels: for each article its lines that are boilerplate, and those that are from the second time on."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line with something on it: its text, whether it is labelled as boilerplate, and whether it is marked."""

    article: str
    text: str
    labelled: bool
    marked: bool


def labelled_lines(articles: Path = SAMPLE_ARTICLES, labels: Path = MARKS) -> list[Line]:
    """Every line of the labelled articles. Raises `BadSet` for a label that no line of its article has."""
    found: list[Line] = []
    by_id = {article.id: article for article in _read(articles)}
    for row in map(json.loads, labels.read_text("utf-8").splitlines()):
        if row["article"] not in by_id:
            raise BadSet(f"{labels} labels an article {row['article']!r} that {articles} does not hold; label again")
        found += _lines(by_id[row["article"]], row["boilerplate"], row.get("again", []), labels)
    return found


def precision(lines: Sequence[Line]) -> float:
    """Of the marked lines, the share that is labelled."""
    marked = [line for line in lines if line.marked]
    return sum(line.labelled for line in marked) / len(marked)


def recall(lines: Sequence[Line]) -> float:
    """Of the labelled lines, the share that is marked."""
    labelled = [line for line in lines if line.labelled]
    return sum(line.marked for line in labelled) / len(labelled)


def main() -> int:
    """Print the figures and every line that is marked wrongly; 0 when done, 1 with one line for what can be mended."""
    try:
        lines = labelled_lines()
    except QuotedeskError as error:
        sys.stderr.write(f"eval.cleaning: {error}\n")
        return 1
    table = Table("article", "line", "wrongly")
    for line in lines:
        if line.labelled != line.marked:
            table.add_row(line.article, line.text[:60], "marked" if line.marked else "left")
    console = Console()
    console.print(table)
    console.print(
        f"{len(lines)} lines, {sum(line.labelled for line in lines)} of them boilerplate: precision "
        f"{precision(lines):.3f}, recall {recall(lines):.3f}"
    )
    return 0


def _read(articles: Path) -> Iterator[Article]:
    return (to_article(draft) for draft in read_paths([articles]) if isinstance(draft, Draft))


def _lines(article: Article, boilerplate: Sequence[str], again: Sequence[str], labels: Path) -> Iterator[Line]:
    """The article's lines; each counts as marked when most of it is."""
    seen: Counter[str] = Counter()
    start = 0
    for raw in article.text.split("\n"):
        end = start + len(raw)
        if text := raw.strip():
            seen[text] += 1
            covered = sum(
                min(end, mark.end) - max(start, mark.start)
                for mark in article.boilerplate
                if mark.start < end and start < mark.end
            )
            labelled = text in boilerplate or (text in again and seen[text] > 1)
            yield Line(article.id, text, labelled, 2 * covered >= len(text))
        start = end + 1
    if missing := {*boilerplate, *again} - seen.keys():
        raise BadSet(f"{labels} labels a line of {article.id!r} that is not there: {min(missing)!r}; label again")


if __name__ == "__main__":
    sys.exit(main())
