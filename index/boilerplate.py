"""Finds what nobody should ever be quoted from: forum chrome, adverts, link lists, comments, a body that stands twice.

It knows the order and shape of lines and what stands twice; how each kind of line reads is in `index.chrome`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.chrome import CREDIT_TAIL, SELLS, WEAK_KINDS, kind_of
from index.sentences import paragraphs
from index.types import Span

_BULLET = re.compile(r"\s*(?:[-*–—]\s+|[•·‧・‣▪●○■◆▶►※]\s*)(?=\S)")
_ENDS_SENTENCE = re.compile(r"[.。][\"'”’」』）)]*\Z")
_ENDS_LOUDLY = re.compile(r"[!?！？:：;；][\"'”’」』）)]*\Z")
_SENTENCE_EDGE = re.compile(r"\n+|[.!?。！？…][\"'”’」』）)]*\s+|[。！？…][\"'”’」』）)]*")

# Kinds after which nothing but boilerplate follows when no prose does.
_CLOSING = frozenset({"related", "rights", "comments", "buttons"})

# UTF-8 bytes from which a repeated run of text is a second body and not a turn of phrase: 70 Han, 200 Latin letters.
_REPEATED_RUN = 200

# The same for one whole line: a headline, not a short reply or a refrain.
_REPEATED_LINE = 24


@dataclass(slots=True)
class _Line:
    """A line that is not blank: place, text without indent and bullet, kind; `wraps`: it goes on from the last."""

    start: int
    end: int
    text: str
    bullet: bool
    wraps: bool
    prose: bool
    kind: str = ""
    marked: bool = False

    @property
    def weight(self) -> int:
        return _weight(self.text)

    def mark(self, kind: str) -> None:
        self.kind, self.marked = self.kind or kind, True


def find_boilerplate(text: str) -> tuple[Span, ...]:
    """Spans of settled `text` that are boilerplate, sorted and disjoint; most are whole lines or runs of lines."""
    lines = list(_lines(text))
    repeats = [*_repeated_runs(text), *_repeated_lines(lines)]
    _mark_repeats(lines, repeats)
    _mark_lists(lines)
    _mark_headlines(lines)
    _mark_tail(lines)
    _mark_weak(lines)
    marked = [Span(line.start, line.end) for line in lines if line.marked]
    return _merged(text, [*marked, *repeats, *_credits(text, lines)])


def _weight(text: str) -> int:
    """UTF-8 bytes: a Han character says about as much as three Latin letters."""
    return len(text.encode("utf-8", "replace"))


def _lines(text: str) -> Iterator[_Line]:
    for start, end in paragraphs(text, ()):
        block = text[start:end].replace("\n", " ").strip()
        prose = _is_prose(block, _BULLET.match(block) is not None)
        for match in re.finditer(r"[^\n]+", text[start:end]):
            raw = match.group()
            bullet = _BULLET.match(raw)
            body = raw[bullet.end() if bullet else 0 :].strip()
            if not body:
                continue
            line = _Line(start + match.start(), start + match.end(), body, bullet is not None, match.start() > 0, prose)
            line.kind = kind_of(body)
            # A title may begin like a link to another story ("Opinion: ...").
            line.marked = line.kind not in {"", *WEAK_KINDS} and not (line.kind == "link" and line.start == 0)
            line.prose = prose and not line.kind
            yield line


def _is_prose(block: str, bullet: bool) -> bool:
    """Whether a paragraph reads as running text and not as a headline."""
    weight = _weight(block)
    if _ENDS_SENTENCE.search(block):
        return weight >= (60 if bullet else 20) and not block.endswith("..")
    return not bullet and weight >= (100 if _ENDS_LOUDLY.search(block) else 200)


def _repeated_runs(text: str) -> Iterator[Span]:
    """Long runs of text that stood before, whatever the white space, from the first whole sentence to the last."""
    offsets = [offset for offset, character in enumerate(text) if not character.isspace()]
    dense = "".join(text[offset] for offset in offsets)
    # Seeds at every 32nd character find any repeat of 63 or more.
    seed, at, floor = 32, 0, 0
    seeds: dict[str, int] = {}
    while at + seed <= len(dense):
        found = seeds.get(dense[at : at + seed])
        if found is None:
            if at % seed == 0:
                seeds[dense[at : at + seed]] = at
            at += 1
            continue
        first, last = _extended(dense, found, at, seed, floor)
        yield from _whole_sentences(text, offsets[first], offsets[last - 1] + 1)
        at = floor = last


def _extended(dense: str, found: int, at: int, seed: int, floor: int) -> tuple[int, int]:
    """The range around `at` that equals the range around `found`, grown to both sides."""
    back, ahead = 0, seed
    while found > back and at - back > floor and dense[found - back - 1] == dense[at - back - 1]:
        back += 1
    while at + ahead < len(dense) and dense[found + ahead] == dense[at + ahead]:
        ahead += 1
    return at - back, at + ahead


def _whole_sentences(text: str, start: int, end: int) -> Iterator[Span]:
    edges = [start + match.end() for match in _SENTENCE_EDGE.finditer(text[start:end])]
    if not text[text.rfind("\n", 0, start) + 1 : start].strip():
        edges.insert(0, start)
    if text[end : end + 1] in {"", "\n"}:
        edges.append(end)
    if len(edges) > 1 and edges[0] < edges[-1] and _weight(text[edges[0] : edges[-1]]) >= _REPEATED_RUN:
        yield Span(edges[0], edges[-1])


def _repeated_lines(lines: Sequence[_Line]) -> Iterator[Span]:
    """Whole lines that stood before: sentences, the title, and what stands again right below.

    A short line that returns farther down is left: a list of records repeats its labels and values.
    """
    seen: dict[str, int] = {}
    for place, line in enumerate(line for line in lines if not line.marked):
        dense = "".join(line.text.split())
        first = seen.setdefault(dense, place)
        if first == place or _weight(dense) < _REPEATED_LINE:
            continue
        sentence = _ENDS_SENTENCE.search(dense) and _weight(dense) >= 2 * _REPEATED_LINE
        if sentence or first == 0 or place - first == 1:
            yield Span(line.start, line.end)


def _mark_repeats(lines: Sequence[_Line], repeats: Sequence[Span]) -> None:
    for line in lines:
        if any(repeat.start <= line.start and line.end <= repeat.end for repeat in repeats):
            line.kind, line.marked, line.prose = "repeat", True, False


def _mark_lists(lines: Sequence[_Line]) -> None:
    """Marks what hangs on a line: the stories of a related list, the copy of an advert, the rest of a wrapped line."""
    last_prose = max((at for at, line in enumerate(lines) if line.prose and not line.marked), default=-1)
    listed = 0
    for place, line in enumerate(lines):
        if line.kind == "related" and place >= listed:
            listed = _list_end(lines, place + 1, last_prose)
            for item in lines[place + 1 : listed]:
                item.mark("item")
        elif line.kind == "advert" and _is_pitch(lines[place + 1 : place + 3]):
            lines[place + 1].mark("pitch")
        elif place and line.wraps and lines[place - 1].marked and lines[place - 1].kind not in {"repeat", "picture"}:
            line.mark("wrapped")


def _is_pitch(following: Sequence[_Line]) -> bool:
    """Whether the first of the two lines below an advert's label is its copy: it sells, or a subhead comes after it."""
    if not following or following[0].marked or following[0].weight > 160:
        return False
    sells = SELLS.search(following[0].text) is not None
    return sells or not any(line.prose or line.kind or line.bullet for line in following)


def _list_end(lines: Sequence[_Line], place: int, last_prose: int) -> int:
    """Where the headlines that begin at `place` end: at prose, or at a plain line after bullets if prose follows it."""
    bulleted = False
    for at in range(place, len(lines)):
        line = lines[at]
        ended = bulleted and not (line.bullet or line.wraps or line.kind) and at < last_prose
        subhead = at > place and at + 1 == last_prose and len(line.text) <= 20
        if line.prose or ended or subhead:
            return at
        bulleted = bulleted or line.bullet
    return len(lines)


def _mark_headlines(lines: Sequence[_Line]) -> None:
    """Marks runs of bulleted headlines in mid-article that have nothing to do with it: links to other stories."""
    place = 0
    while place < len(lines):
        end = place
        while end < len(lines) and lines[end].bullet and not lines[end].marked:
            end += 1
        if end - place >= 3 and _are_headlines(lines, place, end):
            for line in lines[place:end]:
                line.mark("item")
        place = max(end, place + 1)


def _are_headlines(lines: Sequence[_Line], place: int, end: int) -> bool:
    """Whether bullets are Title Case headlines whose words the rest of the article hardly uses."""
    introduced = place > 0 and _ENDS_LOUDLY.search(lines[place - 1].text) is not None
    if introduced or (end < len(lines) and not lines[end].prose):
        return False
    run = [line.text for line in lines[place:end]]
    words = [word for text in run for word in re.findall(r"[A-Za-z][\w.'’-]{3,}", text)]
    rest = " ".join(line.text for line in [*lines[:place], *lines[end:]]).casefold()
    titled = sum(word[0].isupper() for word in words)
    known = sum(word.casefold() in rest for word in words)
    return (
        len(words) >= 2 * len(run)
        and titled >= 0.9 * len(words)
        and known <= 0.5 * len(words)
        and not any(_ENDS_SENTENCE.search(text) for text in run)
    )


def _mark_tail(lines: Sequence[_Line]) -> None:
    """Marks what follows the article: all that comes after a closing line, up to prose that is no one's comment."""
    total = sum(line.weight for line in lines if not line.marked)
    before = 0
    for place, line in enumerate(lines):
        before += 0 if line.marked else line.weight
        # Share buttons and rights lines also stand above an article.
        if line.marked and line.kind in _CLOSING and before >= 0.4 * total:
            comments = line.kind == "comments" and before >= 0.6 * total
            end = len(lines) if comments else _tail_end(lines, place)
            for item in lines[place:end]:
                item.mark("tail")
            if end == len(lines):
                return


def _tail_end(lines: Sequence[_Line], place: int) -> int:
    """Where the posts, links and notices end that begin at `place`: the place itself if the article goes on there."""
    prose = aged = goes_on = False
    since, end = 0, place
    for at in range(place + 1, len(lines)):
        line = lines[at]
        if line.marked or line.kind == "ago":
            aged, since, end = aged or line.kind in {"ago", "dateline"}, 0, at + 1
        elif line.prose:
            prose, since = True, since + 1
        # A post of the seed pages has one paragraph; more than three without a sign of a post are the article's.
        goes_on = since > 3
        if goes_on:
            break
    if not aged:
        return place if prose else len(lines)
    return end if goes_on else len(lines)


def _mark_weak(lines: Sequence[_Line]) -> None:
    """Marks counters, dates, bylines and handles in the head of the page or beside other chrome."""
    first_prose = next((place for place, line in enumerate(lines) if line.prose and not line.marked), 0)
    # Page 000 has six lines of chrome above its body; a list without any prose is no head.
    head = min(first_prose, 12)
    title = next((place for place, line in enumerate(lines) if not line.marked), 0)
    for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
        for place in order:
            line, near = lines[place], lines[max(place - 1, 0) : place + 2]
            beside = any(other.marked and other.kind != "repeat" for other in near)
            if line.kind in WEAK_KINDS and (beside or place < head):
                line.mark(line.kind)
    for place in range(title + 1, min(head, len(lines) - 1)):
        line = lines[place]
        if lines[place + 1].kind in {"dateline", "header", "counter", "date", "ago"} and _is_handle(line):
            line.mark("handle")


def _is_handle(line: _Line) -> bool:
    return not line.marked and line.weight <= 40 and not _ENDS_LOUDLY.search(line.text)


def _credits(text: str, lines: Sequence[_Line]) -> Iterator[Span]:
    """Credits glued to the end of the last lines, after the last full stop."""
    for line in lines[-3:]:
        match = CREDIT_TAIL.search(text, line.start, line.end)
        if match and match.group() and not line.marked:
            yield Span(match.start(), match.end())


def _merged(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """`spans` sorted; those that overlap or have only white space between them are joined."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and not text[merged[-1].end : span.start].strip():
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)
