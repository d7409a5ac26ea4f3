"""Cuts settled text into sentences, in English, Chinese and Japanese, also where scraping glued or wrapped it.

It knows text and where boilerplate stands; what a sentence is about, and what a passage is, it does not know.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sentencex import get_sentence_boundaries

from index.types import Span

_CLOSERS = "\"'”’»」』）)\\]】》〉"
_END = re.compile(rf"[.!?。！？…｡:：;；][{_CLOSERS}]*\Z")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_WIDE = re.compile(r"[\u1100-\u115f\u2e80-\uffdc\U00020000-\U0003ffff]")

# What stands before a list item; such a line never goes on from the one above.
_BULLET = re.compile(
    r"\s*(?:[-*•·‣▪●○■◆※▶►–—]\s|[•・●■◆※]|\(?\d{1,3}[.)、）]\s|[(（]?[一二三四五六七八九十]{1,3}[)）、])"
)

# A row of a table, as Markdown and trafilatura write it: it says something by itself, however wide its rows are.
_ROW = re.compile(r"\s*\|")

# A line that stops on one of these goes on in the next one.
_HANGING = re.compile(r"[,，、(（「『“\[]\Z")
_HANGING_WORD = re.compile(r"\b(?:the|a|an|of|and|or|to|in|for|with|by|from|at|on|that|as|is|are|was)\Z")

# A line of so few columns that stops on such a word may be a subhead ("Where it came from").
_SUBHEAD = 40

# Words that open a sentence and are seldom the second half of a name. Measured on page 003 and the 5,490 articles of
# realtimeqa-2023: after a word of small letters every one of the 24 hits is a lost full stop or line end.
_OPENERS = re.compile(
    "The|This|These|Those|That|There|He|She|They|It|Its|We|You|I|A|An|His|Her|Their|Our|My|However|But|And|Yet|While|"
    "When|Where|Although|Though|Despite|Because|Since|Moreover|Furthermore|Meanwhile|Additionally|Also|According|After|"
    "Before|During|If|As|At|By|For|From|In|On|With|Many|Some|Most|Such|Other|Another|One|Two|Recently|Currently|Today|"
    "Now|Then|Thus|Therefore|What|Why|How|Who"
)
# After a word with capitals only those that no product name ends on: LinkedIn, BookIt and LlamaOn stay whole.
_FIRM_OPENERS = re.compile(
    "The|This|These|Those|There|That|He|She|They|However|Although|While|Despite|Moreover|Furthermore|Meanwhile"
)
_GLUED = re.compile(
    r"(?<![\w@/.#-])(?P<first>[A-Za-z][\w-]*?[a-z0-9]|[A-Z]{2,})(?P<second>[A-Z](?:[a-z]+|(?= )))(?=[ ,'’])"
)
# "It" after a name only with its verb: "Pell & MarshIt also", but "BookIt" and "PledgeIt" are names.
_IT_DOES = re.compile(r" (?:is|was|has|had|will|would|can|could|may|might|also|does|did)\b")

# From this length on a word of small letters with a capital inside is two words: shorter ones are often names
# (deGrom, duPont, easyJet, openDemocracy), longer ones never in realtimeqa-2023.
_LONG_WORD = 5

# A full stop that sentencex misses: after a figure, before a capital ("in 2023.In 2024").
_AFTER_FIGURE = re.compile(r"(?<=\d\.)(?=[A-Z][a-z]+[ ,'’])")

# Sentence ends that sentencex leaves alone: before a figure or Latin letter, after a bracket.
_WIDE_END = re.compile(rf"[。！？｡][。！？!?…｡]*[{_CLOSERS}]*|(?<=[\u3040-\u9fff])[!?]+[{_CLOSERS}]*")
_SAID = re.compile(
    r"[^，。！？：；“”「」,.:\s]{0,18}(?:说|說|道|表示|称|稱|问|問|答|喊|写道|寫道|指出|补充|補充|透露|强调|強調|认为|認為|坦言)"
    r"(?:着|道)?(?:[，。！？…,]|\Z)"
)
_PARTICLE = re.compile(r"(?:と|って|という|など|の|を|が|は|に|へ|も|で|、|，)")
_ENUMERATOR = re.compile(r"(?:\A|[.!?。！？]\s+)[(（]?(?:\d{1,3}|[A-Za-z])[.)）]\Z")
_BRAND = re.compile(r"[a-z][A-Z]")
_DOMAIN = re.compile(r"[A-Z]{2}|(?:Com|Net|Org|Io)\b")

# sentencex takes time that grows with the square of a Chinese paragraph: 0.03 s for 15,000 characters, 1.1 s for
# 120,000. Longer blocks are handed over in parts that end at a sentence's end.
_LONGEST_BLOCK = 8_000

# Longer sentences, in columns (a Han character is two), are hard to read as a quote and are broken: at an end within
# a quotation or a semicolon from 400 columns on (0.5 % of the sentences of crud-news, 0.3 % of realtimeqa-2023), at a
# comma, which leaves half a thought, only from 600 on (0.1 % and 0.04 %).
_INNER_END = re.compile(rf"(?:[.!?][{_CLOSERS}]*(?=\s)|[。！？][{_CLOSERS}]*)")
_PAUSES = ((400, _INNER_END), (400, re.compile(r"[;；]")), (600, re.compile(r"[,，、](?!\d)")))


def split_sentences(text: str, language: str, boilerplate: Sequence[Span]) -> tuple[Span, ...]:
    """Sentence spans of `text`, sorted and disjoint, that cover every non-blank character outside `boilerplate`.

    `language` is an ISO 639-1 code or "und"; `boilerplate` is sorted and disjoint. No span overlaps boilerplate,
    starts or ends with white space, or is blank. Boundaries are sentencex's (Wikimedia), corrected for scraped text.
    """
    spans: list[Span] = []
    for start, end in paragraphs(text, boilerplate):
        block = text[start:end].replace("\n", " ")
        for left, right in pairwise([0, *_cuts(block, language), len(block)]):
            spans += _trimmed(block, left, right, start)
    return tuple(spans)


def paragraphs(text: str, boilerplate: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Ranges of `text` outside `boilerplate` that read as one: a line, or the lines of a paragraph that was wrapped.

    `boilerplate` is sorted and disjoint; so are the ranges, which leave out line ends but keep other white space.
    """
    start = 0
    for mark in (*boilerplate, None):
        end = mark.start if mark else len(text)
        for paragraph in re.finditer(r"[^\n]+(?:\n[^\n]+)*", text[start:end]):
            yield from _unwrapped(paragraph.group(), start + paragraph.start())
        start = mark.end if mark else end


def _trimmed(block: str, left: int, right: int, offset: int) -> Iterator[Span]:
    piece = block[left:right]
    body = piece.strip()
    if body:
        first = offset + left + len(piece) - len(piece.lstrip())
        yield Span(first, first + len(body))


def _columns(line: str) -> int:
    return len(line) + len(_WIDE.findall(line))


def _unwrapped(paragraph: str, offset: int) -> Iterator[tuple[int, int]]:
    """The ranges of the lines of `paragraph`, those joined that go on in the next."""
    lines = paragraph.split("\n")
    width = _wrap_width(lines)
    start = end = offset
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        end += len(line)
        if not _goes_on(line.rstrip(), following.lstrip(), width):
            yield start, end
            start = end + 1
        end += 1


def _wrap_width(lines: Sequence[str]) -> float:
    """Columns from which a line counts as wrapped; infinite where the lines show no common width."""
    if len(lines) < 3:
        return float("inf")
    columns = [_columns(line) for line in lines]
    # One long word short of the edge; books and mails wrap at 60 to 80 columns, converters up to 120.
    near = max(columns) - 15
    full = sum(width >= near for width in columns[:-1])
    return near if 40 <= max(columns) <= 120 and full >= 0.7 * (len(lines) - 1) else float("inf")


def _goes_on(line: str, following: str, width: float) -> bool:
    """Whether `following` is the rest of the sentence that `line` breaks off."""
    if not line or not following or _BULLET.match(following) or _END.search(line):
        return False
    if _ROW.match(line) or _ROW.match(following):
        return False
    if _HANGING.search(line) or _columns(line) >= (min(width, _SUBHEAD) if _HANGING_WORD.search(line) else width):
        return True
    if following[0].islower():
        return not _BRAND.match(following)
    # "... from Llama" / "3 may not only": a figure torn from its name, in the midst of a sentence.
    torn = re.match(r"\d+(?:\.\d+)? [a-z]", following) or re.search(r"[.!?] \S", line)
    return following[0].isdigit() and torn is not None


def _cuts(block: str, language: str) -> list[int]:
    """Offsets in `block` where one sentence ends and the next begins."""
    speech = _speech(block, language)
    found = {*_sentencex_cuts(block, speech), *_glued_cuts(block)}
    if speech in {"zh", "ja"}:
        found |= set(_wide_cuts(block))
    cuts = sorted({_past_closers(block, cut) for cut in found})
    return _shortened(block, [cut for cut in cuts if 0 < cut < len(block) and not _is_inside(block, cut)])


def _speech(block: str, language: str) -> str:
    """The language whose rules fit the block: what it is written in goes before what the article is in."""
    if _KANA.search(block):
        return "ja"
    if _HAN.search(block):
        return "zh"
    return "en" if language in {"zh", "ja"} else language


def _sentencex_cuts(block: str, speech: str) -> Iterator[int]:
    start = 0
    while start < len(block):
        end = min(start + 2 * _LONGEST_BLOCK, len(block))
        if end - start > _LONGEST_BLOCK:
            match = _INNER_END.search(block, start + _LONGEST_BLOCK, end)
            end = match.end() if match else end
        yield from (start + boundary["end_index"] for boundary in get_sentence_boundaries(speech, block[start:end]))
        start = end


def _glued_cuts(block: str) -> Iterator[int]:
    """Ends of sentences whose full stop or following space was lost."""
    yield from (match.start() for match in _AFTER_FIGURE.finditer(block))
    for match in _GLUED.finditer(block):
        first, second = match["first"], match["second"]
        small = first.islower() and first.replace("-", "").isalpha()
        if small and _OPENERS.fullmatch(second):
            glued = first != "linked"
        elif small:
            glued = len(first) >= _LONG_WORD and len(second) > 2 and block.count(match.group()) == 1
        else:
            glued = bool(_FIRM_OPENERS.fullmatch(second) or (second == "It" and _IT_DOES.match(block, match.end())))
        if glued:
            yield match.start("second")


def _wide_cuts(block: str) -> Iterator[int]:
    """Ends of Chinese and Japanese sentences outside any quotation."""
    depths = _depths(block)
    yield from (match.end() for match in _WIDE_END.finditer(block) if depths[match.end() - 1] == 0)


def _depths(block: str) -> list[int]:
    """How deep in quotation marks and brackets each character stands; nowhere deep when they do not balance."""
    depth, depths = 0, []
    for character in block:
        depth = max(depth + (character in "“「『（《【") - (character in "”」』）》】"), 0)
        depths.append(depth)
    return depths if depth == 0 else [0] * len(block)


def _past_closers(block: str, cut: int) -> int:
    while cut < len(block) and block[cut] in "”’»」』）)]】》〉。！？…":
        cut += 1
    return cut


def _is_inside(block: str, cut: int) -> bool:
    """Whether a boundary that was proposed at `cut` lies within a sentence."""
    left, right = block[max(cut - 60, 0) : cut].rstrip(), block[cut : cut + 60].lstrip()
    if right[:1].islower():
        return not _BRAND.match(right)
    if left[-1:] in '”’」』）)】》"' and (_SAID.match(right) or (left[-1:] in "」』）" and _PARTICLE.match(right))):
        return True
    if block[cut - 1] == "." and _DOMAIN.match(block, cut):
        return True
    return _ENUMERATOR.search(left) is not None


def _shortened(block: str, cuts: Sequence[int]) -> list[int]:
    """`cuts`, and more of them where a sentence would be too long to quote."""
    more = [pause for left, right in pairwise([0, *cuts, len(block)]) for pause in _breaks(block, left, right)]
    return sorted({*cuts, *more})


def _breaks(block: str, left: int, right: int) -> list[int]:
    """Where a sentence over the limit is broken: the best kind of pause, the nearest to its middle, again and again."""
    columns, middle, slack = _columns(block[left:right]), (left + right) // 2, (right - left) // 3
    for longest, pattern in _PAUSES:
        found = pattern.finditer(block, middle - slack, middle + slack) if columns > longest else ()
        pauses = [match.end() for match in found]
        if pauses:
            at = min(pauses, key=lambda pause: abs(pause - middle))
            return [*_breaks(block, left, at), at, *_breaks(block, at, right)]
    return []
