"""A reader without a network, for tests: it looks for the words of the question, and answers with another one."""

import re
from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from index.tokens import tokens
from qa.reader import Reading

_WORD = re.compile(r"\d[\d.,]*\d|\w+|[^\w\s]")
_SENTENCE = re.compile(r"[^.。!?！？]+[.。!?！？]*")


class FakeReader:
    """The more of the question a passage holds, the surer it answers; so does a sentence, and a number before a word.

    `passages` is every text that `read` was given, in order.
    """

    def __init__(self) -> None:
        self.passages: list[str] = []

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """Each passage read for the question, in their order."""
        self.passages += passages
        return [_read(set(tokens(question)), passage) for passage in passages]

    def nearness(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """The cosine of their words."""
        return np.array([_cosine(set(tokens(question)), set(tokens(text))) for text in texts], np.float32)


def _cosine(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1.0, sqrt(len(one) * len(other)))


def _read(asked: set[str], passage: str) -> Reading:
    places, logits = [], []
    for sentence in _SENTENCE.finditer(passage):
        shared = len(asked & set(tokens(sentence.group())))
        for word in _WORD.finditer(sentence.group()):
            places.append((sentence.start() + word.start(), sentence.start() + word.end()))
            known = set(tokens(word.group())) <= asked
            logits.append(2.0 * shared - 6.0 * known + 3.0 * word.group()[0].isdigit())
    covered = len(asked & set(tokens(passage))) / max(1, len(asked))
    return Reading(16 * covered - 8, np.add.outer(logits, logits).astype(np.float32), places)
