"""Pages of lines to paragraphs: what recurs at their edges is furniture, and lines that were wrapped are joined."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile

# So many lines from the top or bottom of a page may be a running head, a rule of words, a page number.
_EDGE = 3
# Heads that differ on left and right pages, and pages without any, leave each on a third of the pages.
_SHARE = 0.3
_NUMBER = re.compile(r"\d{1,4}")
_WIDE = re.compile("[\u1100-\u115f\u2e80-\uffdc\U00020000-\U0003ffff]")
_END = re.compile("[.!?。！？…:：;；][\"'”’»」』）)\\]】》〉]*\\Z")
_BULLET = re.compile(r"[-*•·‣▪●○■◆※▶►–—]\s|[•・●■◆※]|\(?\d{1,3}[.)、）]\s|[(（]?[一二三四五六七八九十]{1,3}[)）、]")
_PARTED = re.compile(r"(?P<head>[A-Za-z]*[a-z])[-\u00ad\u2010]\Z")
_REST = re.compile(r"[a-z]+")
_COMPOUND = re.compile(r"[A-Za-z]+-[A-Za-z]+")
# Of the columns that nine lines in ten keep within, a line that was wrapped fills so many: one long word short of it.
_FULL = 0.7
# Narrower columns are those of tables and slides, where a line is a line.
_NARROWEST = 24


def paragraphs(pages: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """The paragraphs of pages of lines in order, each with whether it is furniture of its page.

    Furniture is what recurs at the edge of pages, the same or counting with them; it follows the paragraph that runs
    over the end of its page. Words that were parted at the end of a line are made whole.
    """
    cut = [[line.strip() for line in page.splitlines() if line.strip()] for page in pages]
    compounds = frozenset(_COMPOUND.findall("\n".join(pages)))
    furniture = _furniture(cut)
    running: list[str] = []
    held: list[str] = []
    for page, recurring in zip(cut, furniture, strict=True):
        full = _full_width([line for place, line in enumerate(page) if place not in recurring])
        for place, line in enumerate(page):
            if place in recurring:
                held.append(line)
                if not running:
                    yield from _closed(running, held, compounds)
                    held = []
                continue
            if running and not _goes_on(running[-1], line, full):
                yield from _closed(running, held, compounds)
                running, held = [], []
            running.append(line)
    yield from _closed(running, held, compounds)


def _closed(running: Sequence[str], held: Sequence[str], compounds: frozenset[str]) -> Iterator[tuple[str, bool]]:
    if running:
        yield _joined(running, compounds), False
    yield from ((line, True) for line in held)


def _furniture(pages: Sequence[Sequence[str]]) -> list[set[int]]:
    """For each page, the places of its lines that recur at the edges of pages, with no other line outside of them."""
    times: Counter[str] = Counter()
    for number, page in enumerate(pages):
        times.update({key for place in _edges(len(page)) for key in _keys(page[place], number)})
    enough = max(2, _SHARE * len(pages))
    found = []
    for number, page in enumerate(pages):
        often = {
            place for place in _edges(len(page)) if any(times[key] >= enough for key in _keys(page[place], number))
        }
        from_above = takewhile(often.__contains__, range(len(page)))
        from_below = takewhile(often.__contains__, reversed(range(len(page))))
        found.append({*from_above, *from_below})
    return found


def _edges(lines: int) -> set[int]:
    return {*range(min(_EDGE, lines)), *range(max(0, lines - _EDGE), lines)}


def _keys(line: str, page: int) -> Iterator[str]:
    """What the line is compared by: itself, and each of its numbers less the page's, so that page numbers agree."""
    yield line
    for number in _NUMBER.finditer(line):
        yield f"{line[: number.start()]}\x00{int(number[0]) - page}{line[number.end() :]}"


def _full_width(lines: Sequence[str]) -> float:
    """Columns from which a line of the page counts as wrapped; infinite where most lines are short."""
    columns = sorted(map(_columns, lines))
    if not columns:
        return float("inf")
    full = _FULL * columns[min(int(0.9 * len(columns)), len(columns) - 1)]
    wrapped = sum(width >= full for width in columns)
    return full if full >= _NARROWEST and 2 * wrapped >= len(columns) else float("inf")


def _columns(line: str) -> int:
    return len(line) + len(_WIDE.findall(line))


def _goes_on(line: str, following: str, full: float) -> bool:
    """Whether `following` is the rest of the paragraph that `line` belongs to."""
    if _PARTED.search(line) and _REST.match(following):
        return True
    if _columns(line) < full or _BULLET.match(following):
        return False
    # A heading behind a last line that happens to be full.
    return not _END.search(line) or _columns(following) >= full or bool(_END.search(following))


def _joined(lines: Sequence[str], compounds: frozenset[str]) -> str:
    """The lines as one: a space between them, but none between Chinese or Japanese, and no hyphen that only parted."""
    text = ""
    for line in lines:
        parted, rest = _PARTED.search(text[-80:]), _REST.match(line)
        if parted and rest:
            stays = f"{parted['head']}-{rest[0]}" in compounds
            text = text if stays else text[:-1]
        elif text and not (_WIDE.match(text[-1]) and _WIDE.match(line[0])):
            text += " "
        text += line
    return text
