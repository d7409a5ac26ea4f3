"""What nearly answers a question: for a reader to learn to say that nothing here does.

Two kinds, made from a question and its passage: the passage without the sentences that hold the answer, and the
question about another name or year, in the manner of SQuAD 2.0's entity swaps (Rajpurkar et al., "Know what you don't
know", 2018). A third kind, other passages that share the question's words, is `eval.reader_rows`' own.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random

from eval.data_files import SpanRow
from index.sentences import split_sentences
from index.tokens import fold

# Passages shorter than this have lost what they were about.
_SHORTEST = 60
_YEAR = re.compile(r"(?<!\d)(?:1\d|20)\d\d(?!\d)")
_YEARS_AWAY = 9
# Not at a sentence's start, where every word has a capital.
_WORD_NAME = re.compile(r"(?<=[a-z0-9,;] )[A-Z][\w’-]+(?: (?:(?:of|the|de|von) )?[A-Z][\w’-]+)*")
_KANA_NAME = re.compile(r"[ァ-ヶー・]{3,}")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
# A run of Han characters is a name where few passages have it.
_LONGEST_HAN, _RARE = 6, 3
# So many other questions are looked at for a name to take another one's place.
_TRIED = 6


def without_answer(row: SpanRow) -> str | None:
    """The passage of `row` less every sentence that holds an answer; None where too little would be left."""
    sentences = split_sentences(row.context, row.language, ())
    answers = [(answer.start, answer.start + len(answer.text)) for answer in row.answers]
    pieces, start = [], 0
    for sentence in sentences:
        if any(sentence.start < b and a < sentence.end for a, b in answers):
            pieces.append(row.context[start : sentence.start].lstrip(" "))
            start = sentence.end
    kept = "".join([*pieces, row.context[start:].lstrip(" ")]).strip()
    folded = fold(kept)
    if len(kept) < _SHORTEST or any(fold(answer.text) in folded for answer in row.answers):
        return None
    return kept


class Renamer:
    """Puts a name of another of `rows`, or another year, into a question."""

    def __init__(self, rows: Sequence[SpanRow]) -> None:
        self._rows = rows
        self._passages = sorted({row.context for row in rows})

    def renamed(self, row: SpanRow, drawing: Random) -> str | None:
        """The question of `row` with a name or year that its passage has not.

        None where it shares none with its passage, or no other of its kind was drawn.
        """
        if (named := self._named(row)) is None:
            return None
        kind, start, end = named
        folded = fold(row.context)
        for other in self._others(kind, row.question[start:end], drawing):
            if fold(other) not in folded:
                return row.question[:start] + other + row.question[end:]
        return None

    def _others(self, kind: str, name: str, drawing: Random) -> Iterator[str]:
        for _ in range(_TRIED):
            if kind == "year":
                yield str(int(name) + drawing.choice((-1, 1)) * drawing.randint(1, _YEARS_AWAY))
                continue
            another = drawing.choice(self._rows)
            found = self._named(another)
            if found and found[0] == kind:
                yield another.question[found[1] : found[2]]

    def _named(self, row: SpanRow) -> tuple[str, int, int] | None:
        """The kind and the place of a name in the question that its passage has too; a year before all others."""
        for kind, names in (
            ("year", _YEAR.findall(row.context)),
            ("word", _proper(row.context)),
            ("kana", _KANA_NAME.findall(row.context)),
            ("han", self._rare_han(row)),
        ):
            for name in sorted(set(names), key=lambda name: (-len(name), name)):
                whole = rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"
                if found := re.search(whole, row.question, re.IGNORECASE):
                    return kind, *found.span()
        return None

    def _rare_han(self, row: SpanRow) -> Iterator[str]:
        """The longest run of Han characters that question and passage share and hardly any other passage has."""
        runs = _HAN.findall(row.question)
        for size in range(_LONGEST_HAN, 1, -1):
            for run in runs:
                for part in (run[start : start + size] for start in range(len(run) - size + 1)):
                    if part in row.context and self._is_rare(part):
                        yield part
                        return

    def _is_rare(self, part: str) -> bool:
        holding = (1 for passage in self._passages if part in passage)
        return len(list(islice(holding, _RARE + 1))) <= _RARE


def _proper(passage: str) -> list[str]:
    """Words with a capital that the passage never has without."""
    return [name for name in _WORD_NAME.findall(passage) if name.lower() not in passage]
