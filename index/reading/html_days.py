"""The days that a web page declares of itself: in JSON-LD, in meta elements, in what a browser noted when saving it."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from typing import Any, TypeAlias

from trafilatura import extract_metadata

from index.metadata import find_date, parse_day, plausible

Element: TypeAlias = Any
"""An element of lxml, which has no types of its own."""

# What schema.org calls things that are published: NewsArticle, BlogPosting, Report, and the page itself.
_STORY = re.compile(r"Article|Posting|Report|Review|Story", re.IGNORECASE)
_CHANGED = re.compile(r"modif|updat|lastmod|last-mod|revis|lrdate", re.IGNORECASE)
_CHANGED_IN_JSON = re.compile(r'"(?:dateModified|dateUpdated|uploadDate)"\s*:\s*"[^"]*"\s*,?')
# SingleFile, and "Save as" of browsers since Internet Explorer.
_SINGLE_FILE = re.compile(r"<!--\s*Page saved with SingleFile\s+url:\s*(\S+)\s+saved date:\s*\w{3} (\w{3} \d\d \d{4})")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://\S+?)\s*-->")
_NAMES = ("property", "name", "itemprop")


def declared_days(tree: Element) -> tuple[date | None, date | None]:
    """The days of publication and of the last change that the head, the address or the structured data declare.

    The visible page is not asked. The first article that JSON-LD describes comes before meta elements.
    """
    published, updated = _json_ld_days(tree)
    return published or _published(tree), updated or _updated(tree)


def saved_copy(page: str) -> tuple[str | None, date | None]:
    """The address and the day of fetching that the program noted which saved the page."""
    head = page[:4096]
    if single := _SINGLE_FILE.search(head):
        return single[1], plausible(parse_day(single[2]))
    saved = _SAVED_FROM.search(head)
    return (saved[1] if saved else None), None


def only_time(tree: Element) -> date | None:
    """The day of the `<time>` elements that don't speak of a change, if they all name the same one."""
    times = [element for element in tree.iter("time") if not _is_change(element)]
    days = {(element.get("datetime") or "")[:10] for element in times}
    return find_date(days.pop()) if len(days) == 1 else None


def _is_change(element: Element) -> bool:
    return any(_CHANGED.search(element.get(name) or "") for name in (*_NAMES, "class"))


def _json_ld_days(tree: Element) -> tuple[date | None, date | None]:
    nodes = [node for script in tree.iter("script") if _is_json_ld(script) for node in _nodes(script.text or "")]
    dated = [node for node in nodes if "datePublished" in node or "dateModified" in node]
    stories = [node for node in dated if _STORY.search(str(node.get("@type"))[:200])] or dated
    return (_day(stories[0], "datePublished"), _day(stories[0], "dateModified")) if stories else (None, None)


def _is_json_ld(script: Element) -> bool:
    return (script.get("type") or "").strip().lower() == "application/ld+json"


def _nodes(text: str) -> Iterator[dict[str, Any]]:
    """Every object in a piece of JSON in order; nothing where it is none."""
    try:
        waiting = [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting += reversed(list(inner))


def _day(node: dict[str, Any], key: str) -> date | None:
    value = node.get(key)
    return plausible(parse_day(value)) if isinstance(value, str) else None


def _updated(tree: Element) -> date | None:
    """The day of the last change in meta elements, or else in the only `<time>` that speaks of one."""
    metas = [meta for meta in tree.iter("meta") if _is_change(meta) and not meta.get("http-equiv")]
    days = [plausible(parse_day(meta.get("content") or "")) for meta in metas]
    times = {element.get("datetime") or "" for element in tree.iter("time") if _is_change(element)}
    return next(filter(None, days), None) or (plausible(parse_day(times.pop())) if len(times) == 1 else None)


def _published(tree: Element) -> date | None:
    """What htmldate finds in a copy of the page without its visible text and what is said of changes."""
    declared = deepcopy(tree)
    for element in list(declared.iterdescendants("meta")):
        # The server's time of sending stands there too, for an HTTP head.
        if _is_change(element) or element.get("http-equiv"):
            element.drop_tree()
    for element in declared.iterdescendants("script", "title"):
        element.text = _CHANGED_IN_JSON.sub("", element.text or "") if _is_json_ld(element) else None
    for body in declared.iter("body"):
        for element in body.iterdescendants("*"):
            element.tail = None
            if element.tag not in {"script", "meta"}:
                element.text = None
                element.attrib.clear()
    tomorrow = (date.today() + timedelta(days=1)).isoformat()
    settings = {"original_date": True, "extensive_search": False, "max_date": tomorrow}
    found = extract_metadata(declared, date_config=settings).date
    return date.fromisoformat(found) if found else None
