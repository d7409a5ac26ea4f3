"""Exchanges as JSON to be kept, each article beside them once, and back again word for word. Knows no database."""

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter

from index.types import Article
from ui.chat.exchange import Exchange

Json = dict[str, Any]

_EXCHANGE = TypeAdapter(Exchange)
_ARTICLE = TypeAdapter(Article)


def pack(exchange: Exchange) -> tuple[str, dict[str, str]]:
    """The exchange as JSON, in which an article is a key, and the articles as JSON by that key.

    The key is a hash of all that the article says, so that an article and its later version never share one.
    """
    fields: Json = _EXCHANGE.dump_python(exchange, mode="json")
    articles: dict[str, str] = {}
    for holder, name in _places(fields):
        packed = _json(holder[name])
        holder[name] = sha256(packed.encode()).hexdigest()[:32]
        articles[holder[name]] = packed
    for found in fields["answer"]["consulted"]:
        del found["hit"]["passage"]["text"]  # it is a slice of the article
    return _json(fields), articles


def unpack(packed: str, article_of: Callable[[str], Article]) -> Exchange:
    """The exchange that `pack` made `packed` of; `article_of` gives the article of a key."""
    fields: Json = json.loads(packed)
    for holder, name in _places(fields):
        holder[name] = article_of(holder[name])
    for found in fields["answer"]["consulted"]:
        passage = found["hit"]["passage"]
        passage["text"] = found["article"].text[passage["span"]["start"] : passage["span"]["end"]]
    return _EXCHANGE.validate_python(fields)


# As many as a long conversation shows; what an article's JSON says never changes.
@lru_cache(maxsize=512)
def unpack_article(packed: str) -> Article:
    """The article of that JSON."""
    return _ARTICLE.validate_json(packed)


def _places(fields: Json) -> Iterator[tuple[Json, str]]:
    """Every dictionary of an exchange that holds an article, and under which name."""
    for citation in fields["answer"]["citations"]:
        yield citation["quote"], "article"
    for found in fields["answer"]["consulted"]:
        yield found, "article"
    for copy in fields["copies"]:
        yield fields["copies"], copy


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
