"""The collections of one library in Milvus, and calls to them; it knows fields and snapshots, nothing of what they say.

    NAME_passages   a row for each passage: its article, language, span, day, and vector
    NAME_articles   each article packed into as many rows as its length needs
    NAME_words      the postings of each token, in blocks
    NAME_at_...     the head of one snapshot: what made it, what is in it, what has gone (`index.milvus.head`)
    NAME            an alias of the current head; switching it is what publishes a snapshot

No row is ever changed: `born` is the snapshot that a row came with, and the head lists those that have gone since. So a
reader sees the snapshot that it opened, whole, while another is being written.
"""

import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from index.embedder import Vectors
from index.errors import LibraryError
from index.milvus.address import MilvusAddress

if TYPE_CHECKING:
    from pymilvus import MilvusClient

Row = dict[str, Any]
Value = TypeVar("Value")
# The longest VARCHAR that Milvus has, in bytes.
LONGEST = 65_535
# Milvus takes messages of 64 MB.
_ROWS_AT_ONCE, _BYTES_AT_ONCE = 2_000, 16_000_000
_ASKED_AT_ONCE = 2_000
# What Milvus gives at most for one query or search.
MOST = 16_384
_CONNECT_SECONDS, _CALL_SECONDS = 10, 120
# A bounded read may miss the last five seconds, so until a snapshot has been open for longer it is read strongly.
_SECONDS_UNTIL_SETTLED = 10.0
# "alias not found" of a server and of Milvus Lite.
_NO_ALIAS = {100, 1600}
# pymilvus asks a server every ten seconds whether it is there; that of Milvus Lite hangs up on who asks so often.
_UNHURRIED = {"grpc.keepalive_time_ms": 600_000, "grpc.keepalive_permit_without_calls": False}
_M, _EF_CONSTRUCTION = 32, 200
_LEAST_EF = 256


class MilvusStore:
    """A connection to one library's collections. Safe to share between threads.

    Raises `LibraryError` when pymilvus is missing, or the server cannot be reached or refuses.
    """

    def __init__(self, address: MilvusAddress) -> None:
        self.address = address
        self.passages, self.articles, self.words = (f"{address.name}_{of}" for of in ("passages", "articles", "words"))
        self._client, self._faults = _connected(address)
        self._opened = monotonic()

    def server_version(self) -> str:
        """The version of the server."""
        return str(self.call("get_server_version"))

    def call(self, method: str, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 (pymilvus has no types)
        """What the client's method gives. Raises `LibraryError` for whatever Milvus objects to."""
        try:
            return getattr(self._client, method)(*arguments, timeout=_CALL_SECONDS, **named)
        except self._faults as error:
            raise self._told(error) from error

    def alias(self, name: str) -> str | None:
        """The collection that the alias stands for, None where there is none."""
        try:
            return str(self._client.describe_alias(name, timeout=_CALL_SECONDS)["collection_name"])
        except self._faults as error:
            if getattr(error, "code", None) in _NO_ALIAS:
                return None
            raise self._told(error) from error

    def load(self, head: str) -> None:
        """Have Milvus load the collections of a library and one of its heads: Milvus Lite has none when it starts."""
        for name in (head, self.passages, self.articles, self.words):
            self.call("load_collection", name)

    def make(self, dimension: int) -> None:
        """Make the collections of articles, passages and words, empty."""
        for name in (self.passages, self.articles, self.words):
            self.call("drop_collection", name)
        text = {"article": LONGEST, "language": 64}
        self.make_collection(self.passages, "row", ("start", "end", "published", "born"), text, dimension)
        facts = {"id": LONGEST, "version": 128, "language": 64, "place": LONGEST, "body": LONGEST}
        self.make_collection(self.articles, "key", ("number", "part", "published", "born"), facts)
        self.make_collection(self.words, "key", ("word", "born"), {"language": 64, "postings": LONGEST})

    def make_collection(
        self, name: str, key: str, numbers: Iterable[str], texts: Mapping[str, int], dimension: int = 0
    ) -> None:
        """Make a collection; one without vectors gets a field of zeros, since Milvus has none without."""
        from pymilvus import DataType

        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field(key, DataType.INT64, is_primary=True)
        for number in numbers:
            schema.add_field(number, DataType.INT64)
        for text, length in texts.items():
            schema.add_field(text, DataType.VARCHAR, max_length=length)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension or 2)
        index = self._client.prepare_index_params()
        if dimension and not self.address.is_file:
            parameters = {"M": _M, "efConstruction": _EF_CONSTRUCTION}
            index.add_index("vector", index_type="HNSW", metric_type="IP", params=parameters)
        else:
            index.add_index("vector", index_type="FLAT", metric_type="IP")
        self.call("create_collection", name, schema=schema, index_params=index, consistency_level="Strong")

    def insert(self, collection: str, rows: Iterable[Row]) -> Iterator[int]:
        """Write rows, batch by batch; gives how many each batch had."""
        for batch in _batches(rows):
            self.call("insert", collection, batch)
            yield len(batch)

    def delete(self, collection: str, key: str, keys: Sequence[int]) -> None:
        """Delete rows by their keys."""
        for some in in_batches(keys, _ASKED_AT_ONCE):
            self.call("delete", collection, filter=f"{key} in {some}")

    def rows(self, collection: str, condition: str, fields: Sequence[str]) -> list[Row]:
        """The rows that meet a condition which few of them can meet."""
        return list(self._given(collection, condition, fields))

    def rows_in(
        self, collection: str, field: str, values: Iterable[object], fields: Sequence[str], also: str = ""
    ) -> Iterator[Row]:
        """The rows whose `field` is among `values`, and that meet the condition `also`."""
        for some in in_batches(values, _ASKED_AT_ONCE):
            condition = f"{field} in [{', '.join(map(quoted, some))}]" + (f" and {also}" if also else "")
            yield from self._given(collection, condition, fields)

    def scan(self, collection: str, condition: str, fields: Sequence[str], at_once: int = 4_000) -> Iterator[Row]:
        """Every row that meets a condition, `at_once` at a time."""
        found = self.call(
            "query_iterator",
            collection,
            filter=condition,
            output_fields=list(fields),
            batch_size=at_once,
            consistency_level="Strong",
        )
        try:
            while batch := found.next():
                yield from batch
        except self._faults as error:
            raise self._told(error) from error
        finally:
            found.close()

    def count(self, collection: str, condition: str) -> int:
        """How many rows meet a condition."""
        (found,) = self._given(collection, condition, ["count(*)"])
        return int(found["count(*)"])

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """The vectors of those passages, float32, shape (len(rows), dimension)."""
        found: dict[int, Any] = {}
        for some in in_batches(dict.fromkeys(rows), _ASKED_AT_ONCE):
            given = self._given(self.passages, f"row in {some}", ["row", "vector"])
            found.update((one["row"], one["vector"]) for one in given)
        if missing := [row for row in rows if row not in found]:
            raise self.moved_on(f"passage {missing[0]}")
        return np.array([found[row] for row in rows], np.float32)

    def nearest(self, question: Vectors, k: int, condition: str) -> list[tuple[int, float]]:
        """The `k` passages nearest to `question` that meet a condition, as (row, cosine), best first."""
        (found,) = self.call(
            "search",
            self.passages,
            data=[np.asarray(question, np.float32).tolist()],
            limit=k,
            filter=condition,
            output_fields=["row"],
            search_params={"metric_type": "IP", "params": {"ef": max(_LEAST_EF, 2 * k)}},
            consistency_level=self._consistency(),
        )
        return [(int(hit["row"]), float(hit["distance"])) for hit in found]

    def _given(self, collection: str, condition: str, fields: Sequence[str]) -> Iterator[Row]:
        named = {"filter": condition, "output_fields": list(fields), "consistency_level": self._consistency()}
        yield from self.call("query", collection, **named)

    def _consistency(self) -> str:
        return "Strong" if monotonic() - self._opened < _SECONDS_UNTIL_SETTLED else "Bounded"

    def moved_on(self, what: str) -> LibraryError:
        """What to raise where something of a snapshot is not there any more."""
        return LibraryError(
            f"{what} is not in {self.address} any more, which has been indexed anew meanwhile; open the library again"
        )

    def _told(self, error: Exception) -> LibraryError:
        told = getattr(error, "message", None) or str(error)
        return LibraryError(f"Milvus at {self.address.uri} says: {told}; see that it runs and the address is right")


def quoted(value: object) -> str:
    """A value as a condition has it."""
    return json.dumps(value, ensure_ascii=False)


def in_batches(values: Iterable[Value], number: int) -> Iterator[list[Value]]:
    """The values in lists of `number`, the last one shorter."""
    rest = iter(values)
    while batch := list(islice(rest, number)):
        yield batch


def _connected(address: MilvusAddress) -> tuple["MilvusClient", tuple[type[Exception], ...]]:
    # Slow to import, and only needed by who has a library in Milvus.
    try:
        from pymilvus import MilvusClient
        from pymilvus.exceptions import MilvusException
    except ModuleNotFoundError as error:
        if error.name and not error.name.startswith(("pymilvus", "milvus_lite")):
            raise
        raise LibraryError(f"{address} needs pymilvus; run `pip install 'quotedesk[milvus]'`") from error
    # It writes to the log what it raises, and who reads the error need not read it twice.
    for noisy in ("pymilvus", "milvus_lite"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL + 1)
    if address.is_file:
        Path(address.uri).parent.mkdir(parents=True, exist_ok=True)
    faults: tuple[type[Exception], ...] = (MilvusException, ConnectionError, TimeoutError)
    try:
        named = {"grpc_options": _UNHURRIED} if address.is_file else {}
        token = os.environ.get("QUOTEDESK_MILVUS_TOKEN", "")
        return MilvusClient(address.uri, token=token, timeout=_CONNECT_SECONDS, **named), faults
    except faults as error:
        told = (
            "another process may have it open: a Milvus Lite file is for one process at a time"
            if address.is_file
            else "see that the server runs and the address is right"
        )
        raise LibraryError(f"cannot open {address} ({getattr(error, 'message', error)}); {told}") from error


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(len(value) if isinstance(value, str) else 8 for value in row.values()) + 4 * len(row["vector"])
        if len(batch) == _ROWS_AT_ONCE or size >= _BYTES_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
