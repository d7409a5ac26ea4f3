"""The second look at two articles that look alike: copies of one text, or two that say different things.

Copies may differ in white space, punctuation, script and outlet's dress, in a headline, in whole sentences added or
dropped, and here and there in a small word. A figure, a name, a date, a denial that differs makes two texts.
"""

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from index.story import Sentence, Story, tellings_in, words_in

# What two copies share, of the shorter one and of the longer one. An excerpt is no copy: half of the story is missing.
_OF_THE_SHORTER, _OF_THE_LONGER = 0.7, 0.5
# Small words added or dropped within sentences: one, or one in fifty.
_SMALL_WORDS = 0.02
# Two sentences that share half the words of the shorter one are one sentence, altered.
_RELATED = 0.5
# UTF-8 bytes: a shorter sentence in another's place may be one fact in another's place ("Winner: ...").
_TELLS_ITS_OWN = 60
_LONGEST_HEADLINE = 160

_Sentences = Sequence[Sentence]


class _Overlap(NamedTuple):
    """How many words two texts have in the same order, and how many small ones only one of them has."""

    shared: int
    small: int

    def plus(self, other: "_Overlap") -> "_Overlap":
        return _Overlap(self.shared + other.shared, self.small + other.small)


_NOTHING = _Overlap(0, 0)


def is_copy(one: Story, other: Story) -> bool:
    """Whether two stories are copies of one text. Symmetric; what has no words is a copy of nothing."""
    left, right = sorted((one, other), key=lambda story: story.words)
    if left.words == right.words:
        return bool(left.words)
    overlap = _overlap(left, right)
    if overlap is None:
        return False
    shorter, longer = sorted((len(left.words), len(right.words)))
    enough = overlap.shared >= _OF_THE_SHORTER * shorter and overlap.shared >= _OF_THE_LONGER * longer
    return enough and overlap.small <= max(1, _SMALL_WORDS * longer)


def says_the_same(one: Sentence, other: Sentence) -> bool:
    """Whether two sentences differ in a small word at most."""
    if not _related(one, other):
        return False
    found = _compared([one], [other])
    return found is not None and found.small <= 1


def _overlap(left: Story, right: Story) -> _Overlap | None:
    """What the two share, None where one says something else than the other."""
    ours, theirs = ([sentence.words for sentence in story.sentences] for story in (left, right))
    total = _NOTHING
    for kind, i, j, k, n in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if kind == "equal":
            total = total.plus(_Overlap(len(words_in(left.sentences[i:j])), 0))
        elif kind == "replace":
            headlines = i == k == 0 and _only_headlines_differ(left, right)
            part = _in_place_of(left.sentences[i + headlines : j], right.sentences[k + headlines : n])
            if part is None:
                return None
            total = total.plus(part)
    return total


def _only_headlines_differ(left: Story, right: Story) -> bool:
    """Whether both begin with a headline, and neither's headline says what the other story does not know.

    Of two different headlines the figures have to stand in the other story; of one that was altered, also the names.
    """
    ours, theirs = left.sentences[0], right.sentences[0]
    if not all(head.open_ended and head.weight <= _LONGEST_HEADLINE for head in (ours, theirs)):
        return False
    altered = _related(ours, theirs)
    return all(
        set(_claims(head, other, figures_only=not altered)) <= set(story.words)
        for head, other, story in ((ours, theirs, right), (theirs, ours, left))
    )


def _claims(head: Sentence, other: Sentence, *, figures_only: bool) -> list[str]:
    telling = [word for word, tells in zip(head.words, head.telling, strict=True) if tells and word not in other.words]
    return [word for word in telling if word[-1].isdigit()] if figures_only else telling


def _in_place_of(ours: _Sentences, theirs: _Sentences) -> _Overlap | None:
    """What two runs of sentences share that stand in each other's place; None where one says something else."""
    whole = _compared(ours, theirs)
    if whole is not None or not (ours and theirs):
        return whole or _NOTHING
    total, related = _NOTHING, set[Sentence]()
    for one in ours:
        for other in theirs:
            if _related(one, other):
                part = _compared([one], [other])
                if part is None:
                    return None
                total = total.plus(part)
                related |= {one, other}
    lone = [[sentence for sentence in side if sentence not in related] for side in (ours, theirs)]
    replaced = all(lone) and any(sentence.weight < _TELLS_ITS_OWN for side in lone for sentence in side)
    return None if replaced else total


def _related(one: Sentence, other: Sentence) -> bool:
    common = (Counter(one.words) & Counter(other.words)).total()
    return common >= _RELATED * min(len(one.words), len(other.words))


def _compared(ours: _Sentences, theirs: _Sentences) -> _Overlap | None:
    """What two texts share, word by word; None where more than small words differ."""
    left, right = words_in(ours), words_in(theirs)
    tellings = tellings_in(ours), tellings_in(theirs)
    shared = small = 0
    for kind, i, j, k, n in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            shared += j - i
        elif kind == "replace":
            # "e-mail" and "email", "cooperate" and "co-operate"
            if "".join(left[i:j]) != "".join(right[k:n]) or any(tellings[0][i:j]):
                return None
        elif any(tellings[0][i:j]) or any(tellings[1][k:n]):
            return None
        else:
            small += j - i + n - k
    return _Overlap(shared, small)
