"""Names in a question that no passage of the library has: what is said of somebody else is no answer then.

Only names in Latin script count, and only against evidence in Latin script: elsewhere names are spelled anew.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from index.any_library import AnyLibrary
from index.tokens import HAN_OR_KANA, LETTER, fold, tokens
from qa.dates import find_dates
from qa.evidence import Evidence
from qa.retrieve import Candidate

_WORD = re.compile(rf"(?<!{LETTER})(?<![’'-]){LETTER}+")
_POSSESSIVE = re.compile(r"[’']s\b")
_SPELLED_ANEW = re.compile(rf"[{HAN_OR_KANA}]")
_SENTENCE_START = re.compile(r"(?:^|[.?!:]\s+)[\"“‘'(]*\Z")
# Shorter ones are units and abbreviations as often as names.
_SHORTEST = 4
# A word that begins like the name may be another form of it, or what it was meant to be: Germany, Nvidia.
_ALIKE = 0.6


def unmentioned(
    question: str, evidence: Sequence[Evidence], candidates: Sequence[Candidate], library: AnyLibrary
) -> tuple[str, ...]:
    """The names in `question` that nothing in the library has, nor anything like them in what was found for it.

    `evidence` is what was read, likeliest first; nothing is asked where the likeliest spells names anew.
    """
    if not evidence or _SPELLED_ANEW.search(evidence[0].text):
        return ()
    missing = [name for name in names(question) if not _is_known(name, library)]
    if not missing:
        return ()
    found = fold("\n".join([*(one.article.title for one in evidence), *(one.passage.text for one in candidates)]))
    return tuple(name for name in missing if fold(name)[: max(_SHORTEST, round(_ALIKE * len(name)))] not in found)


def names(question: str) -> list[str]:
    """Words with a capital inside a sentence that has words without; no dates."""
    question = _POSSESSIVE.sub("", question)
    words = re.findall(rf"(?:(?!\d){LETTER})+", question)
    if not _SPELLED_ANEW.search(question) and 2 * sum(word.islower() for word in words) < len(words):
        return []
    dates = [date.span for date in find_dates(question)]
    return [
        found.group()
        for found in _WORD.finditer(question)
        if len(found.group()) >= _SHORTEST
        and _is_written_as_one(found.group())
        and not _SENTENCE_START.search(question[: found.start()])
        and not any(span.start < found.end() and found.start() < span.end for span in dates)
    ]


def _is_written_as_one(word: str) -> bool:
    """Whether a word begins large and goes on small, if only for two letters: WhatsApp, Beyoncé, not GPU."""
    return word[0].isupper() and any(one.islower() and other.islower() for one, other in pairwise(word))


def _is_known(name: str, library: AnyLibrary) -> bool:
    """Whether some language's passages have every token of the name."""
    return any(all(library.passages_holding(tokens(name), language).values()) for language in library.languages())
