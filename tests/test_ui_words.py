"""The page's words: every language says everything, and the browser's first wish is heard."""

from dataclasses import fields
from datetime import date

import pytest

from ui.chat.words import CHINESE, ENGLISH, JAPANESE, PAGE_LANGUAGES, Words, words_for


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (None, ENGLISH),
        ("", ENGLISH),
        ("de-DE,de", ENGLISH),
        ("zh-Hant-TW", CHINESE),
        ("de,ja;q=0.8,en;q=0.7", JAPANESE),
    ],
)
def test_the_first_language_that_the_page_speaks_is_taken(header: str | None, words: Words) -> None:
    assert words_for(header) is words


@pytest.mark.parametrize("words", PAGE_LANGUAGES.values(), ids=PAGE_LANGUAGES)
def test_every_language_has_the_same_blanks_to_fill(words: Words) -> None:
    for one in fields(Words):
        said = getattr(words, one.name)
        assert said
        if one.name not in {"day", "month"}:
            assert said.count("{}") == getattr(ENGLISH, one.name).count("{}"), one.name


@pytest.mark.parametrize(
    ("words", "day", "month"),
    [
        (ENGLISH, "2 March 2024", "March 2024"),
        (CHINESE, "2024年3月2日", "2024年3月"),
        (JAPANESE, "2024年3月2日", "2024年3月"),
    ],
)
def test_dates_read_as_each_language_writes_them(words: Words, day: str, month: str) -> None:
    assert words.date(date(2024, 3, 2)) == day
    assert words.month.format(date(2024, 3, 2)) == month


def test_one_is_counted_in_the_singular() -> None:
    assert [ENGLISH.count(1), ENGLISH.count(1200)] == ["1 article", "1,200 articles"]
    assert [ENGLISH.count_questions(1), ENGLISH.count_questions(2)] == ["1 question", "2 questions"]
