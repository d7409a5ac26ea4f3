"""An answered question as the page keeps it, and the names by which a click says what to open. Knows no HTML."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from index.types import Article, Filter
from qa.notices import signature
from qa.period import Period, is_recent
from qa.types import Answer, Turn
from ui.chat.filters import filter_words
from ui.chat.words import Words

Vote = Literal["", "up", "down"]
Kind = Literal["quote", "near", "copy"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """An answered question, the articles that its citations are also in, by id, and how it was asked and judged.

    `alone` says that it was asked without the turns before it, as it was typed, `any_time` that no time was preferred.
    """

    answer: Answer
    copies: Mapping[str, Article] = field(default_factory=dict)
    where: Filter = Filter()
    alone: bool = False
    vote: Vote = ""
    any_time: bool = False


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a click opens: the quote of that number, the nearest passage at that place, or a quote's n-th copy."""

    turn: int
    kind: Kind
    number: int
    copy: int = 0

    def __str__(self) -> str:
        return f"{self.turn}.{self.kind}.{self.number}.{self.copy}"

    @classmethod
    def parse(cls, text: str) -> "Pointer":
        """The pointer that prints as `text`. Raises `ValueError` for any other text: it comes from a browser."""
        found = re.fullmatch(r"(\d{1,6})\.(quote|near|copy)\.(\d{1,6})\.(\d{1,6})", text, re.ASCII)
        if found is None:
            raise ValueError(f"not a pointer to a source: {text[:80]!r}")
        turn, kind, number, copy = found.groups()
        return cls(int(turn), _kind(kind), int(number), int(copy))


def history(exchanges: Sequence[Exchange]) -> list[Turn]:
    """Earlier questions and answers as the turns that a follow-up is understood by."""
    turns = []
    for exchange in exchanges:
        turns += [Turn("user", exchange.answer.question), Turn("assistant", exchange.answer.text)]
    return turns


def asked_how(exchange: Exchange, words: Words) -> Iterator[tuple[str, str]]:
    """What there is to say about how it was asked, each after the way in which it differs from as it was typed."""
    answer = exchange.answer
    if answer.searched_for.strip() not in {"", answer.question.strip()}:
        yield "typed", words.searched_for.format(answer.searched_for)
    if not exchange.where.is_open:
        yield "everything", words.only_in.format(filter_words(exchange.where, words))
    if answer.period and _has_some_of(answer.period, answer):
        yield "any-time", words.time_preferred.format(answer.period.words)


def _has_some_of(period: Period, answer: Answer) -> bool:
    """Whether there was something to prefer: what is new is looked for in vain where the articles are old."""
    return not period.recent or any(is_recent(period, one.article) for one in answer.consulted)


def worded_how(answer: Answer) -> list[str]:
    """Which language model worded it, and what kept it from it; nothing where the words are the articles' own."""
    written = [signature(answer.language, answer.written_by)] if answer.written_by else []
    return [*written, answer.notice] if answer.notice else written


def _kind(name: str) -> Kind:
    if name == "near":
        return "near"
    return "copy" if name == "copy" else "quote"
