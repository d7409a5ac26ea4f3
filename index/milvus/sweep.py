"""Taking away what no reader needs any more: rows never published, rows long gone, collections left over."""

import re

from index.milvus.changes import is_forgotten
from index.milvus.head import Head
from index.milvus.store import MilvusStore, quoted

# A turn's collection that is a day old belongs to a process that was killed.
_LEFTOVER_SECONDS = 86_400.0
_DATED = re.compile(r"_(?P<of>at|turn)_(?P<at>\d+)_[0-9a-f]+")


def sweep(store: MilvusStore, head: Head, now: float) -> None:
    """Take away what a run left that was killed, and what has been gone for long enough."""
    unpublished = f"born > {head.manifest.snapshot}"
    for collection, key in ((store.passages, "row"), (store.articles, "key"), (store.words, "key")):
        store.delete(collection, key, [row[key] for row in store.scan(collection, unpublished, [key])])
    gone = [row for rows in head.gone_rows.values() for row, went in rows.items() if went and is_forgotten(went, now)]
    store.delete(store.passages, "row", gone)
    numbers = [number for number, went in head.gone_articles.items() if is_forgotten(went, now)]
    parts = store.rows_in(store.articles, "number", numbers, ["key"])
    store.delete(store.articles, "key", [row["key"] for row in parts])
    for name, facts in head.languages.items():
        if is_forgotten(facts.words_at, now):
            older = f"language == {quoted(name)} and born < {facts.words_since}"
            store.delete(store.words, "key", [row["key"] for row in store.scan(store.words, older, ["key"])])
    current = store.alias(store.address.name)
    for collection in store.call("list_collections"):
        if collection != current and _is_old(collection.removeprefix(store.address.name), now):
            store.call("drop_collection", collection)


def _is_old(name: str, now: float) -> bool:
    """Whether a collection is a head that was replaced long ago, or the place of a process that was killed."""
    found = _DATED.fullmatch(name)
    if found is None:
        return False
    at = int(found["at"])
    return is_forgotten(at, now) if found["of"] == "at" else now - at > _LEFTOVER_SECONDS
