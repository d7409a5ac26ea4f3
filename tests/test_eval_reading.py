"""A reading scored by hand against the answers of its paragraph, in English, Chinese and Japanese."""

import pytest

from eval.data_files import SpanAnswer, SpanRow
from eval.reading import Score, score
from index.types import Span
from qa.reader import Reading

ENGLISH = "The bridge was opened in May. It cost 48 million dollars. Nobody came."
CHINESE = "大桥五月通车。它花了四千八百万元。"


def row(context: str, answer: str, language: str) -> SpanRow:
    return SpanRow(
        id="1",
        language=language,
        question="?",
        context=context,
        answers=(SpanAnswer(text=answer, start=context.index(answer)),),
    )


def reading(context: str, words: str) -> Reading:
    start = context.index(words)
    return Reading(0.0, 0.0, Span(start, start + len(words)))


@pytest.mark.parametrize(
    ("context", "answer", "language", "words", "scored"),
    [
        (ENGLISH, "48 million dollars", "en", "48 million dollars", Score(1.0, 1.0, 1.0)),
        (ENGLISH, "48 million dollars", "en", "48 million", Score(0.0, 2 * 1 * (2 / 3) / (1 + 2 / 3), 1.0)),
        (ENGLISH, "48 million dollars", "en", "in May", Score(0.0, 0.0, 0.0)),
        (ENGLISH, "48 million dollars", "en", "It", Score(0.0, 0.0, 1.0)),
        (ENGLISH, "48 million dollars", "en", "May. It", Score(0.0, 0.0, 1.0)),
        (CHINESE, "四千八百万元", "zh", "四千八百万元", Score(1.0, 1.0, 1.0)),
        (CHINESE, "四千八百万元", "zh", "五月", Score(0.0, 0.0, 0.0)),
    ],
)
def test_a_reading_is_scored(context: str, answer: str, language: str, words: str, scored: Score) -> None:
    found = score(row(context, answer, language), reading(context, words))
    assert (found.exact, found.sentence) == (scored.exact, scored.sentence)
    assert found.f1 == pytest.approx(scored.f1)


def test_no_span_is_nothing() -> None:
    assert score(row(ENGLISH, "May", "en"), Reading(0.0, 0.0, None)) == Score(0.0, 0.0, 0.0)
