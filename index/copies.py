"""The copies in one library: who repeats whom, kept beside the articles, and which passages need no searching for it.

In a snapshot's folder `copies.json` holds the clusters of articles and the passages that an earlier copy holds too,
`fingerprints.npz` what candidates are found by, so that only articles that changed are looked at again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from index.arrays import READING
from index.articles import ArticleTable
from index.errors import LibraryError
from index.near_duplicates import Fingerprint, find_clusters, fingerprint
from index.progress import Progress, no_progress
from index.same_story import says_the_same
from index.story import Sentence, Story, sentences_of
from index.types import Article, Span

_COPIES, FINGERPRINTS = "copies.json", "fingerprints.npz"
# Raised whenever a story is read, or a fingerprint made, in another way.
_READING = 1


@dataclass(frozen=True, slots=True)
class Copies:
    """Clusters of article ids, earliest published first, and for a passage's row the earlier copies that hold it."""

    clusters: tuple[tuple[str, ...], ...] = ()
    echoes: Mapping[int, frozenset[str]] = field(default_factory=dict)
    _of: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_of", {article_id: cluster for cluster in self.clusters for article_id in cluster})

    def cluster(self, article_id: str) -> tuple[str, ...]:
        """The article and its copies, earliest published first; nothing where it has none."""
        return self._of.get(article_id, ())

    def originals(self) -> dict[str, str]:
        """Id of each copy to the id of what it is a copy of: of its cluster the first published."""
        return {copy: original for original, *copies in self.clusters for copy in copies}

    def new_among(self, changed: Iterable[str]) -> list[str]:
        """Of the articles that changed, those that are copies of one that did not, or that comes earlier among them."""
        in_turn = dict.fromkeys(changed)
        there = {cluster for cluster in self.clusters if not in_turn.keys() >= set(cluster)}
        found = []
        for article_id in filter(self.cluster, in_turn):
            if self.cluster(article_id) in there:
                found.append(article_id)
            there.add(self.cluster(article_id))
        return found

    @classmethod
    def open(cls, snapshot: Path) -> "Copies":
        """The copies in a snapshot; none in one that was made before copies were looked for.

        Raises `LibraryError` when the file is damaged.
        """
        try:
            return cls.from_json(json.loads((snapshot / _COPIES).read_text("utf-8")))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, KeyError, AttributeError) as error:
            raise LibraryError(
                f"cannot read {snapshot / _COPIES}: {error}; index the articles into a new folder"
            ) from error

    def save(self, snapshot: Path) -> None:
        """Write them into `snapshot`."""
        (snapshot / _COPIES).write_text(json.dumps(self.as_json()), "utf-8")

    def as_json(self) -> dict[str, Any]:
        """As they are kept."""
        echoes = {str(row): sorted(ids) for row, ids in sorted(self.echoes.items())}
        return {"clusters": self.clusters, "echoes": echoes}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Copies":
        """Those that `as_json` gave. Raises `ValueError`, `KeyError` or `AttributeError` for anything else."""
        echoes = {int(row): frozenset(ids) for row, ids in kept["echoes"].items()}
        return cls(tuple(map(tuple, kept["clusters"])), echoes)


def find_copies(table: ArticleTable, snapshot: Path, before: Path, progress: Progress = no_progress) -> Copies:
    """The copies among all articles of `table`; their fingerprints are written into the folder `snapshot`.

    Fingerprints of articles that have not changed are taken from the folder `before`, the snapshot before this one.
    """
    known, (total, _) = _read_fingerprints(before), table.counts()
    kept: dict[str, Fingerprint] = {}
    by_article: dict[str, Fingerprint] = {}
    for number, (article_id, version, published, sentences) in enumerate(table.stories(), 1):
        progress("copies", number, total)
        key = _key(version, published, sentences)
        found = known.get(key) or fingerprint(Story.of(table.article(article_id)))
        kept[key] = by_article[article_id] = found
    _write_fingerprints(snapshot, kept)
    clusters = find_clusters(by_article, lambda id_: Story.of(table.article(id_)))
    return Copies(tuple(clusters), {row: ids for cluster in clusters for row, ids in _echoes(cluster, table)})


def repeats(article: Article, span: Span, other: Article) -> bool:
    """Whether `other` says each sentence of `article` that `span` touches; figures, names and dates are the same."""
    said = [sentence for at, sentence in sentences_of(article) if at.overlaps(span)]
    return bool(said) and _holds([sentence for _, sentence in sentences_of(other)], said)


def _echoes(cluster: Sequence[str], table: ArticleTable) -> Iterator[tuple[int, frozenset[str]]]:
    """For each passage that earlier copies hold: its row and their ids. A changed headline does not count."""
    earlier: dict[str, list[Sentence]] = {}
    for article_id in cluster:
        placed = list(sentences_of(table.article(article_id)))
        bodies = [(at, sentence) for n, (at, sentence) in enumerate(placed) if not (n == 0 and sentence.open_ended)]
        for passage in table.passages_of(article_id) if earlier else ():
            said = [sentence for at, sentence in bodies if at.overlaps(passage.span)]
            held = frozenset(id_ for id_, theirs in earlier.items() if said and _holds(theirs, said))
            if held:
                yield passage.row, held
        earlier[article_id] = [sentence for _, sentence in placed]


def _holds(theirs: Sequence[Sentence], said: Sequence[Sentence]) -> bool:
    words = {sentence.words for sentence in theirs}
    return all(sentence.words in words or any(says_the_same(sentence, other) for other in theirs) for sentence in said)


def _key(version: str, published: str | None, sentences: str) -> str:
    """What a fingerprint is made of: the text, the day, its sentences outside the marks. Columns, so nothing is parsed.

    Spans are written as when fingerprints were first kept, so that those are found again.
    """
    spans = sentences[1:-1].replace("[", "(").replace("]", ")")
    return blake2b(f"{_READING} {version} {published} [{spans}]".encode(), digest_size=16).hexdigest()


def _read_fingerprints(snapshot: Path) -> dict[str, Fingerprint]:
    """Nothing where they are missing or damaged: they are made anew then."""
    try:
        with READING, np.load(snapshot / FINGERPRINTS) as kept:
            rows = zip(kept["keys"].tolist(), kept["words"].tolist(), kept["signatures"], strict=True)
            return {key: Fingerprint(words, signature) for key, words, signature in rows}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}


def _write_fingerprints(snapshot: Path, kept: Mapping[str, Fingerprint]) -> None:
    found = list(kept.values())
    np.savez(
        snapshot / FINGERPRINTS,
        keys=np.array(list(kept), "U32"),
        words=np.array([one.words for one in found], "U32"),
        signatures=np.stack([one.signature for one in found]) if found else np.empty((0, 0), np.uint32),
    )
