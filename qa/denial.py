"""Words that deny, in English, Chinese and Japanese; it knows that one stands there, not what it denies."""

import re

_DENIAL = re.compile(
    r"\b(?:not?|never|none|nobody|nothing|neither|nor|without|cannot|den(?:y|ies|ied)|false|untrue)\b|n['’]t\b"
    r"|[不没沒未無无非](?![断斷过過久])|否[认認定]|ない|ません|なかった|なく|ず[、に]|否定",
    re.IGNORECASE,
)


def denies(text: str) -> bool:
    """Whether a word of `text` denies: "not", "never", 没有, ません."""
    return _DENIAL.search(text) is not None
