"""The page's own words in English, Chinese and Japanese, and which of them a browser wants. It knows no article."""

from ui.chat.chinese import CHINESE
from ui.chat.english import ENGLISH
from ui.chat.japanese import JAPANESE
from ui.chat.phrases import Words

__all__ = ["CHINESE", "ENGLISH", "JAPANESE", "PAGE_LANGUAGES", "Words", "words_for"]

PAGE_LANGUAGES = {words.language: words for words in (ENGLISH, CHINESE, JAPANESE)}


def words_for(accept_language: str | None) -> Words:
    """The words for a browser's `Accept-Language` header: its first language that the page speaks, else English."""
    for wish in (accept_language or "").split(","):
        primary = wish.split(";")[0].strip().lower().split("-")[0]
        if primary in PAGE_LANGUAGES:
            return PAGE_LANGUAGES[primary]
    return ENGLISH
