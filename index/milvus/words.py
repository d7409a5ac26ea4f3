"""BM25 over postings that lie in Milvus, scored here: Milvus is asked for the postings of a question's tokens alone.

Every version of Milvus can keep them, tokens stay those of `index.tokens`, and the scores are those of
`index.words.WordShelf` (Lucene's variant, k1 1.5, b 0.75). A block holds up to 3,000 postings of one token.
"""

from array import array
from base64 import b64decode, b64encode
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from zlib import compress, decompress

import numpy as np
from numpy.typing import NDArray

from index.milvus.head import Head
from index.milvus.store import MilvusStore, Row

_K1, _B = 1.5, 0.75
# 16 bytes each before they are compressed, so that a block that does not compress still fits a VARCHAR (65,535).
_BLOCK = 3_000
# Passages whose tokens are in memory at a time while postings are made.
_AT_ONCE = 50_000
# Postings kept for the next question: some 64 MB.
_KEPT = 4_000_000


@dataclass(frozen=True, slots=True)
class Postings:
    """The passages that hold a token: their rows in order, how often each holds it, and how many tokens it has."""

    rows: NDArray[np.int64]
    counts: NDArray[np.int64]
    lengths: NDArray[np.int64]

    def encode(self) -> str:
        """As a block has them."""
        columns = (np.diff(self.rows, prepend=0).astype("<i8"), self.counts.astype("<i4"), self.lengths.astype("<i4"))
        return b64encode(compress(b"".join(column.tobytes() for column in columns))).decode()

    @classmethod
    def decode(cls, blocks: Iterable[str]) -> "Postings":
        """What blocks hold together."""
        parts = [cls._decoded(decompress(b64decode(block))) for block in blocks]
        if not parts:
            return cls(*(np.empty(0, np.int64) for _ in range(3)))
        rows, counts, lengths = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        order = np.argsort(rows, kind="stable")
        return cls(rows[order], counts[order], lengths[order])

    def without(self, gone: NDArray[np.int64]) -> "Postings":
        """Those of passages that are still there."""
        kept = ~np.isin(self.rows, gone)
        return Postings(self.rows[kept], self.counts[kept], self.lengths[kept])

    @staticmethod
    def _decoded(block: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        number = len(block) // 16
        rows = np.cumsum(np.frombuffer(block, "<i8", number))
        counts, lengths = np.frombuffer(block, "<i4", 2 * number, 8 * number).astype(np.int64).reshape(2, number)
        return rows, counts, lengths


class MilvusWords:
    """The words of one snapshot, to search by. Safe to share between threads."""

    def __init__(self, store: MilvusStore, head: Head) -> None:
        self._store = store
        self._head = head
        self._gone = {language: np.array(sorted(rows), np.int64) for language, rows in head.gone_rows.items()}
        self._kept: OrderedDict[tuple[str, str], Postings] = OrderedDict()
        self._keeping = Lock()

    def postings(self, tokens: Iterable[str], language: str) -> dict[str, Postings]:
        """The postings of each token in that language's passages; those of a token of no passage are empty."""
        wanted = dict.fromkeys(tokens)
        with self._keeping:
            found = {token: self._kept[token, language] for token in wanted if (token, language) in self._kept}
        missing = {word_of(token, language): token for token in wanted if token not in found}
        blocks: dict[str, list[str]] = {token: [] for token in missing.values()}
        facts = self._head.languages[language]
        born = f"born >= {facts.words_since} and born <= {self._head.manifest.snapshot}"
        for row in self._store.rows_in(self._store.words, "word", missing, ["word", "postings"], born):
            blocks[missing[row["word"]]].append(row["postings"])
        gone = self._gone.get(language, np.empty(0, np.int64))
        new = {token: Postings.decode(some).without(gone) for token, some in blocks.items()}
        self._keep(new, language)
        return found | new

    def ranked(self, tokens: Sequence[str], language: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The rows of every passage that shares a token with the question, best first, and their BM25 scores."""
        facts = self._head.languages[language]
        often = Counter(tokens)
        rows, scores = [np.empty(0, np.int64)], [np.empty(0, np.float64)]
        for token, postings in self.postings(often, language).items():
            holding = len(postings.rows)
            rarity = np.log1p((facts.passages - holding + 0.5) / (holding + 0.5))
            length = 1 - _B + _B * postings.lengths * facts.passages / facts.tokens if facts.tokens else 1.0
            rows.append(postings.rows)
            scores.append(often[token] * rarity * postings.counts / (postings.counts + _K1 * length))
        every, place = np.unique(np.concatenate(rows), return_inverse=True)
        summed = np.bincount(place, np.concatenate(scores), len(every)).astype(np.float32)
        best = np.argsort(-summed, kind="stable")
        return every[best], summed[best]

    def _keep(self, postings: dict[str, Postings], language: str) -> None:
        with self._keeping:
            for token, one in postings.items():
                self._kept[token, language] = one
            while sum(len(one.rows) for one in self._kept.values()) > _KEPT:
                self._kept.popitem(last=False)


def word_of(token: str, language: str) -> int:
    """What stands for a token of a language in Milvus: 64 bits of a hash, so that no token is too long."""
    seen = f"{language} {token}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(seen, digest_size=8).digest(), "big", signed=True)


def word_rows(passages: Iterable[tuple[int, Sequence[str]]], language: str, born: int, first_key: int) -> Iterator[Row]:
    """What Milvus keeps of passages, each its row, in order, and its tokens. Keys are counted from `first_key`."""
    key = first_key
    for slab in _slabs(passages):
        for token, triples in slab.items():
            columns = np.frombuffer(triples, np.int64).reshape(-1, 3)
            for start in range(0, len(columns), _BLOCK):
                block = Postings(*columns[start : start + _BLOCK].T).encode()
                word = word_of(token, language)
                facts = {"key": key, "word": word, "language": language, "born": born}
                yield facts | {"postings": block, "vector": [0.0, 0.0]}
                key += 1


def _slabs(passages: Iterable[tuple[int, Sequence[str]]]) -> Iterator[dict[str, "array[int]"]]:
    """The postings of some passages at a time, by token: row, count and length, one after the other."""
    slab: dict[str, array[int]] = {}
    for number, (row, tokens) in enumerate(passages, 1):
        for token, count in Counter(tokens).items():
            slab.setdefault(token, array("q")).extend((row, count, len(tokens)))
        if number % _AT_ONCE == 0:
            yield slab
            slab = {}
    if slab:
        yield slab
