"""Lines that a site puts on page after page: boilerplate learned from the library itself, in whatever language.

It knows the pages of one site at a time, and how often a line stands on them; how a line reads is `index.chrome`'s.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import ceil
from pathlib import PurePath
from urllib.parse import urlsplit

from index.types import Article, Span

# From so many pages on, and of all pages of the site, a line above or below the body is the site's.
_PAGES, _SHARE = 4, 0.1
# Between paragraphs of the body it has to stand on most pages: a common subhead ("Background") does not.
_SHARE_WITHIN = 0.5
# So many pages tell what a site repeats; taken by a hash of their ids, so that it is the same ones whatever came first.
_MOST_PAGES = 2000
# UTF-8 bytes: a paragraph of a body, or a sentence that says enough to be quoted.
_PARAGRAPH, _QUOTABLE = 100, 60

_FIGURES = re.compile(r"\d+")
_ENDS = re.compile(r"[.。!?！？][\"'”’」』）)]*\Z")


@dataclass(frozen=True, slots=True)
class _Line:
    """An unmarked line of a page; `key` is what it is counted by: case, white space and figures folded."""

    span: Span
    text: str
    key: str

    @property
    def weight(self) -> int:
        return len(self.text.encode("utf-8", "replace"))

    @property
    def is_body(self) -> bool:
        return self.weight >= _PARAGRAPH or (self.weight >= _QUOTABLE and _ENDS.search(self.text) is not None)


@dataclass(frozen=True, slots=True)
class SiteLines:
    """What a site repeats around its bodies and within them, as keys; `first` is where a body line stays unmarked."""

    around: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    first: dict[str, str] = field(default_factory=dict)


def site_of(url: str | None, path: str) -> str:
    """The site that a page belongs to: its host, or where it has no url the folder of its file."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        host = None
    return (host or "").removeprefix("www.") or PurePath(path.rpartition(":")[0] or path).parent.as_posix()


def sampled(ids: Sequence[str]) -> list[str]:
    """The pages that a site's lines are learned from: all, or 2,000 of them, always the same ones."""
    return sorted(sorted(ids, key=lambda id_: blake2b(id_.encode("utf-8", "replace")).digest())[:_MOST_PAGES])


def learn(pages: Sequence[Article]) -> SiteLines:
    """The lines that the pages of one site, with their own marks, repeat. The order of the pages does not matter.

    Copies of one text and pages without a text of their own (half of the page repeats) do not count.
    """
    distinct = {page.version: page for page in sorted(pages, key=_publication, reverse=True)}
    lines = {page.id: list(_lines(page)) for page in distinct.values()}
    common = _common(lines, _SHARE)
    telling = {id_: found for id_, found in lines.items() if not _mostly(found, common)}
    around, within = _common(telling, _SHARE), _common(telling, _SHARE_WITHIN)
    first: dict[str, str] = {}
    for page in sorted(distinct.values(), key=_publication):
        for line in telling.get(page.id, ()):
            if line.key in around and line.is_body:
                first.setdefault(line.key, page.id)
    return SiteLines(around, within - _varying(telling), first)


def repeated_lines(page: Article, site: SiteLines) -> tuple[Span, ...]:
    """The unmarked lines of a page that its site repeats; none where nothing would be left.

    A line within the body counts only where most pages have it, figures and all. A sentence stays in the page that
    was the first to have it, so that what is said is still found there.
    """
    lines = list(_lines(page))
    bodies = [n for n, line in enumerate(lines) if line.is_body and line.key not in site.around]
    first, last = (bodies[0], bodies[-1]) if bodies else (len(lines), -1)
    found = [
        line
        for n, line in enumerate(lines)
        if line.key in (site.within if first < n < last else site.around) and site.first.get(line.key) != page.id
    ]
    return () if len(found) == len(lines) else tuple(line.span for line in found)


def _publication(page: Article) -> tuple[str, str]:
    return (page.published.isoformat() if page.published else "9999", page.id)


def _lines(page: Article) -> Iterator[_Line]:
    marks = iter(page.boilerplate)
    mark = next(marks, None)
    for match in re.finditer(r"[^\n]*\S[^\n]*", page.text):
        while mark and mark.end <= match.start():
            mark = next(marks, None)
        if mark and mark.start < match.end():
            continue
        text = " ".join(match.group().split())
        key = _FIGURES.sub("0", text.casefold())
        if any(map(str.isalpha, key)):
            yield _Line(Span(match.start(), match.end()), text, key)


def _common(lines: dict[str, list[_Line]], share: float) -> frozenset[str]:
    counts = Counter(key for found in lines.values() for key in {line.key for line in found})
    least = max(_PAGES, ceil(share * len(lines)))
    return frozenset(key for key, pages in counts.items() if pages >= least)


def _mostly(lines: Sequence[_Line], common: frozenset[str]) -> bool:
    return 2 * sum(line.weight for line in lines if line.key in common) > sum(line.weight for line in lines)


def _varying(lines: dict[str, list[_Line]]) -> frozenset[str]:
    """The keys of lines whose figures differ from page to page."""
    texts: dict[str, str] = {}
    seen = (line for found in lines.values() for line in found)
    return frozenset(
        line.key for line in seen if texts.setdefault(line.key, line.text.casefold()) != line.text.casefold()
    )
