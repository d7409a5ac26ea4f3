"""What a reader narrows the search to: typed dates and a language as a filter, and a filter in words."""

import calendar
import re
import unicodedata
from datetime import date

from index.errors import QuotedeskError
from index.types import Filter
from ui.chat.words import Words


def read_filter(language: str, since: str, until: str, words: Words) -> Filter:
    """What is searched. Raises `QuotedeskError` in the page's language for a date that is none, or a swapped pair."""
    first, last = read_date(since, words, last=False), read_date(until, words, last=True)
    if first and last and first > last:
        raise QuotedeskError(words.dates_swapped.format(words.date(first), words.date(last)))
    return Filter(language=language or None, since=first, until=last)


def read_date(text: str, words: Words, *, last: bool) -> date | None:
    """A date typed as year, month or day: the first day of what is named, or its last one. None for nothing typed."""
    typed = unicodedata.normalize("NFKC", text or "").strip()
    if not typed:
        return None
    found = re.fullmatch(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?)?[年月日]?", typed)
    try:
        if found is None:
            raise ValueError(typed)
        year, month, day = (int(part) if part else None for part in found.groups())
        month = month or (12 if last else 1)
        return date(year or 0, month, day or (calendar.monthrange(year or 0, month)[1] if last else 1))
    except ValueError as error:
        raise QuotedeskError(words.not_a_date.format(typed)) from error


def filter_words(where: Filter, words: Words) -> str:
    """What is searched, in words: the language and the dates, or that it is everything."""
    if where.is_open:
        return words.everything
    language = words.language_name(where.language) if where.language else words.any_language
    if not (where.since or where.until):
        return language
    return f"{language} · {where.since or '…'} – {where.until or '…'}"
