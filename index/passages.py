"""Cuts an article's sentences into the passages that are embedded: whole sentences, measured in the embedder's tokens.

It knows spans and a token counter; it knows no language, no model and no store.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from langchain_text_splitters import RecursiveCharacterTextSplitter, TextSplitter

from index.types import Span

# Where a sentence that does not fit is cut, best first: at a pause, at a space, between two characters.
_PAUSES = ["；", "; ", "。", "：", "，", "、", ": ", ", ", " ", ""]

# A heading is a short line without an end mark: the longest subhead of the seed pages has 60 columns, their
# shortest body line that lacks its full stop 79.
_HEADING_LENGTH = 70

_UNFINISHED = re.compile(r"[^.!?。！？…:：;；,，、\"”』」）)\]]\Z")


def split_passages(  # noqa: PLR0913, PLR0917 - a text, two kinds of spans in it, a counter, and two sizes in its unit
    article_text: str,
    sentences: Sequence[Span],
    boilerplate: Sequence[Span],
    count_tokens: Callable[[str], int],
    size: int,
    overlap: int,
) -> tuple[Span, ...]:
    """Passages of at most `size` tokens, sorted by start; neighbours share whole sentences of at most `overlap` tokens.

    `sentences` and `boilerplate` are sorted and disjoint spans of `article_text`. A passage starts where a sentence
    starts and ends where one ends, and holds no boilerplate; only a sentence longer than `size` is cut, into passages
    of its own. `count_tokens` leaves out special tokens, and is called once a sentence.
    Raises ValueError when `size` is not positive or `overlap` is not within `0..size`.
    """
    if size < 1 or not 0 <= overlap <= size:
        raise ValueError(f"a passage needs size >= 1 and 0 <= overlap <= size, got size {size} and overlap {overlap}")
    passages: list[Span] = []
    for run in _runs(sentences, boilerplate):
        lengths = [count_tokens(sentence.of(article_text)) for sentence in run]
        for fits, group in groupby(zip(run, lengths, strict=True), key=lambda pair: pair[1] <= size):
            if fits:
                units, counts = _units(article_text, list(group), count_tokens, size)
                passages += _merged(units, counts, size, overlap)
            else:
                passages += (
                    piece for sentence, _ in group for piece in _cut(article_text, sentence, count_tokens, size)
                )
    return tuple(passages)


def _runs(sentences: Sequence[Span], boilerplate: Sequence[Span]) -> Iterator[list[Span]]:
    """The sentences in runs that no boilerplate interrupts."""
    marked = iter(boilerplate)
    mark = next(marked, None)
    run: list[Span] = []
    for sentence in sentences:
        while mark and mark.end <= sentence.start:
            if run and run[-1].end <= mark.start:
                yield run
                run = []
            mark = next(marked, None)
        run.append(sentence)
    if run:
        yield run


class _Merger(TextSplitter):
    """langchain's merging of splits into chunks, over numbered units: a chunk is named by its first and last number."""

    def __init__(self, lengths: Sequence[int], size: int, overlap: int) -> None:
        super().__init__(size, overlap, length_function=lambda name: lengths[int(name)] if name.strip() else 0)

    def split_text(self, text: str) -> list[str]:
        """The chunks of the units that `text` numbers, each as "first last"."""
        return self._merge_splits(text.split(), " ")

    def _join_docs(self, docs: list[str], separator: str) -> str | None:
        return separator.join((docs[0], docs[-1])) if docs else None


def _units(
    text: str, sentences: Sequence[tuple[Span, int]], count_tokens: Callable[[str], int], size: int
) -> tuple[list[Span], list[int]]:
    """What is merged, and its length with the white space before it: sentences, a heading with the one after it."""
    units: list[Span] = []
    lengths: list[int] = []
    gaps: dict[str, int] = {"": 0}
    for span, length in sentences:
        gap = text[units[-1].end : span.start] if units else ""
        if gap not in gaps:
            gaps[gap] = count_tokens(gap)
        whole = gaps[gap] + length
        if units and _is_heading(text, units[-1]) and lengths[-1] + whole <= size:
            units[-1] = Span(units[-1].start, span.end)
            lengths[-1] += whole
        else:
            units.append(span)
            # A sentence that fits alone counts as fitting: it then stands at its passage's start, without the gap.
            lengths.append(min(size, whole))
    return units, lengths


def _merged(units: Sequence[Span], lengths: Sequence[int], size: int, overlap: int) -> Iterator[Span]:
    merger = _Merger(lengths, size, overlap)
    for chunk in merger.split_text(" ".join(map(str, range(len(units))))):
        first, last = map(int, chunk.split())
        yield Span(units[first].start, units[last].end)


def _is_heading(text: str, span: Span) -> bool:
    """Whether the sentence is a short line of its own without an end mark, with text after it."""
    alone = text[span.end : span.end + 1] == "\n" and (span.start == 0 or text[span.start - 1] == "\n")
    return alone and len(span) <= _HEADING_LENGTH and _UNFINISHED.search(span.of(text)) is not None


def _cut(text: str, sentence: Span, count_tokens: Callable[[str], int], size: int) -> Iterator[Span]:
    """A sentence that does not fit, cut into pieces that do."""
    splitter = RecursiveCharacterTextSplitter(
        _PAUSES,
        keep_separator="end",
        chunk_size=size,
        chunk_overlap=0,
        length_function=count_tokens,
        strip_whitespace=False,
    )
    start = sentence.start
    for piece in splitter.split_text(sentence.of(text)):
        body = piece.strip()
        if body:
            first = start + len(piece) - len(piece.lstrip())
            yield Span(first, first + len(body))
        start += len(piece)
