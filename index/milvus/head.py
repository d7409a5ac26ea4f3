"""The head of a snapshot in Milvus: what made it, what is in it, and which rows have gone before it.

It is one JSON text, packed and cut into the rows of a collection, never changed once the library's alias names it.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from zlib import compress, decompress
from zlib import error as zlib_error

from index.copies import Copies
from index.errors import LibraryError
from index.library import Manifest
from index.milvus.store import LONGEST, MilvusStore, Row

# Raised whenever what lies in Milvus is laid out in another way.
LAYOUT = 1


@dataclass(frozen=True, slots=True)
class LanguageFacts:
    """How much of one language there is, and the snapshot in which all its words were last written anew.

    `words_at` is when that was, in seconds since 1970, `words_runs` counts the runs since that, each of which may have
    added blocks.
    """

    articles: int
    passages: int
    tokens: int
    words_since: int
    words_at: float
    words_runs: int


@dataclass(frozen=True, slots=True)
class Head:
    """One snapshot. `library` is the same from snapshot to snapshot, and another once a library is made anew.

    `dates` are the first and last day of publication. `gone_rows` (by language) and `gone_articles` are what has been
    taken out and may still lie in Milvus, each with the time when it went, in seconds since 1970. `last_row`,
    `last_article` and `last_word` are the last keys that were ever given away. `probe` is the packed vector by which an
    embedder is recognised.
    """

    library: str
    manifest: Manifest
    languages: Mapping[str, LanguageFacts] = field(default_factory=dict)
    dates: tuple[str, str] | None = None
    copies: Copies = field(default_factory=Copies)
    gone_rows: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    gone_articles: Mapping[int, float] = field(default_factory=dict)
    last_row: int = 0
    last_article: int = 0
    last_word: int = 0
    probe: str | None = None

    def rows(self) -> list[Row]:
        """As the rows of its collection."""
        kept = {name: getattr(self, name) for name in ("library", "dates", "last_row", "last_article", "last_word")}
        kept |= {"layout": LAYOUT, "manifest": asdict(self.manifest), "probe": self.probe}
        kept |= {"languages": {name: asdict(facts) for name, facts in self.languages.items()}}
        kept |= {"copies": self.copies.as_json()}
        kept |= {"gone_rows": self.gone_rows, "gone_articles": self.gone_articles}
        return [{"part": n, "body": part, "vector": [0.0, 0.0]} for n, part in enumerate(packed(kept))]

    @classmethod
    def read(cls, store: MilvusStore, collection: str) -> "Head":
        """The head that lies in `collection`. Raises `LibraryError` when it is damaged or of another layout."""
        store.load(collection)
        parts = sorted(store.scan(collection, "part >= 0", ["part", "body"]), key=lambda row: int(row["part"]))
        try:
            kept = unpacked(row["body"] for row in parts)
            if kept["layout"] != LAYOUT:
                raise LibraryError(
                    f"{store.address} is laid out as {kept['layout']}, this quotedesk reads {LAYOUT}; index into a new "
                    "name"
                )
            return cls._of(kept)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LibraryError(f"the head of {store.address} is damaged ({error}); index into a new name") from error

    @classmethod
    def _of(cls, kept: dict[str, Any]) -> "Head":
        return cls(
            library=kept["library"],
            manifest=Manifest(**kept["manifest"]),
            languages={name: LanguageFacts(**facts) for name, facts in kept["languages"].items()},
            dates=tuple(kept["dates"]) if kept["dates"] else None,
            copies=Copies.from_json(kept["copies"]),
            gone_rows={
                name: {int(row): went for row, went in rows.items()} for name, rows in kept["gone_rows"].items()
            },
            gone_articles={int(number): went for number, went in kept["gone_articles"].items()},
            last_row=kept["last_row"],
            last_article=kept["last_article"],
            last_word=kept["last_word"],
            probe=kept["probe"],
        )


def packed(value: object) -> list[str]:
    """A JSON value as parts that each fit a VARCHAR."""
    whole = b64encode(compress(json.dumps(value).encode())).decode()
    return [whole[start : start + LONGEST] for start in range(0, len(whole), LONGEST)]


def unpacked(parts: Iterable[str]) -> Any:  # noqa: ANN401 (any JSON)
    """The value that `packed` made the parts of, in order. Raises `ValueError` where they are not whole."""
    try:
        return json.loads(decompress(b64decode("".join(parts), validate=True)))
    except zlib_error as error:
        raise ValueError(f"not whole: {error}") from error
