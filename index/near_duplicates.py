"""Which articles of a library are copies of one text. MinHash finds candidates, `index.same_story` decides.

What comes out depends on the stories alone: not on their order, nor on whether they came at once or one by one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import blake2b
from itertools import product
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.same_story import is_copy
from index.story import Story

Signature = NDArray[np.uint32]

# Two texts of which a third was dropped meet with 99 %, unlike ones (Jaccard 0.2) in one case of twenty:
# 1 - (1 - J ** 4) ** 32. Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.4.
_BANDS, _ROWS = 32, 4
_PERMUTATIONS = _BANDS * _ROWS
# Less alike by their signatures is not worth a second look: an excerpt of half the text has 0.5, give or take 0.1.
_ALIKE = 0.35
# Words in a shingle, and in Chinese and Japanese characters.
_SHINGLE = 4
# Pages of one pattern (weather, prices) are all alike: each is compared with so many of the likest.
_MOST_CANDIDATES = 64


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A digest of a story's words, the same for verbatim copies, and its MinHash, shape (128,), uint32."""

    words: str
    signature: Signature


def fingerprint(story: Story) -> Fingerprint:
    """What candidates are found by. The first call imports datasketch, which loads scipy.integrate."""
    from datasketch import MinHash

    words = story.words
    digest = blake2b("\x00".join(words).encode("utf-8", "replace"), digest_size=16).hexdigest()
    sketch = MinHash(_PERMUTATIONS, hashfunc=int, permutations=_permutations(), scheme="affine32")
    sketch.update_batch(np.unique(_shingles(words)))
    return Fingerprint(digest, sketch.hashvalues)


def find_clusters(fingerprints: Mapping[str, Fingerprint], story_of: Callable[[str], Story]) -> list[tuple[str, ...]]:
    """The ids of articles that are copies of each other, each cluster earliest published first, undated ones last.

    `fingerprints` are by article id; `story_of` is asked for candidates only, each once. In a cluster every two are
    copies: a chain of small changes joins no two that differ. Articles without a copy are left out.
    """
    story = cache(story_of)
    same: dict[str, list[str]] = {}
    for article_id, found in sorted(fingerprints.items()):
        same.setdefault(found.words, []).append(article_id)
    # Of verbatim copies the first by id stands for all; what has no words is a copy of nothing.
    chosen = {ids[0]: fingerprints[ids[0]].signature for words, ids in same.items() if words != _no_words()}
    joined = _joined(_candidates(chosen), lambda one, other: is_copy(story(one), story(other)))
    clusters = {ids[0]: ids for words, ids in same.items() if words != _no_words() and len(ids) > 1}
    for group in joined:
        clusters[min(group)] = [one for head in group for one in same[fingerprints[head].words]]
        for head in group - {min(group)}:
            clusters.pop(head, None)
    return sorted(_by_publication(map(story, ids)) for ids in clusters.values())


def copies_among(stories: Iterable[Story]) -> list[tuple[str, ...]]:
    """`find_clusters` of stories that are all at hand."""
    by_id = {story.id: story for story in stories}
    return find_clusters({id_: fingerprint(story) for id_, story in by_id.items()}, by_id.__getitem__)


def _by_publication(stories: Iterable[Story]) -> tuple[str, ...]:
    return tuple(story.id for story in sorted(stories, key=lambda story: (story.published or date.max, story.id)))


@cache
def _permutations() -> NDArray[np.uint32]:
    from datasketch import MinHash

    return np.asarray(MinHash(_PERMUTATIONS, scheme="affine32").permutations)


@cache
def _no_words() -> str:
    return blake2b(b"", digest_size=16).hexdigest()


@cache
def _hashed(word: str) -> int:
    return crc32(word.encode("utf-8", "replace"))


def _shingles(words: Sequence[str]) -> NDArray[np.uint32]:
    """A hash of every four words that follow each other, one of all words where they are fewer."""
    hashes = np.fromiter(map(_hashed, words), np.uint64, len(words))
    size = min(_SHINGLE, len(words))
    rolled = np.zeros(len(words) - size + 1, np.uint64)
    for place in range(size):
        # Multiplied by an odd constant (Knuth's golden ratio), so that the order of the words counts; it wraps around.
        rolled = rolled * np.uint64(0x9E3779B97F4A7C15) + hashes[place : place + len(rolled)]
    return (rolled >> np.uint64(32)).astype(np.uint32)


def _candidates(signatures: Mapping[str, Signature]) -> list[tuple[str, str]]:
    """Pairs of ids that may be copies, the likest first."""
    from datasketch import MinHash, MinHashLSH

    table = MinHashLSH(num_perm=_PERMUTATIONS, params=(_BANDS, _ROWS))
    sketches = {
        id_: MinHash(hashvalues=values, permutations=_permutations(), scheme="affine32")
        for id_, values in signatures.items()
    }
    for id_, sketch in sketches.items():
        table.insert(id_, sketch, check_duplication=False)
    pairs: dict[tuple[str, str], float] = {}
    for id_, sketch in sketches.items():
        near = sorted(other for other in table.query(sketch) if other != id_)
        if near:
            likeness = (np.stack([signatures[other] for other in near]) == sketch.hashvalues).mean(axis=1)
            for at in np.argsort(-likeness, kind="stable")[:_MOST_CANDIDATES]:
                if likeness[at] >= _ALIKE:
                    pairs[min(id_, near[at]), max(id_, near[at])] = float(likeness[at])
    return sorted(pairs, key=lambda pair: (-pairs[pair], pair))


def _joined(pairs: Sequence[tuple[str, str]], same: Callable[[str, str], bool]) -> list[set[str]]:
    """Groups in which every two are the same, grown along `pairs` in turn."""
    verdict = cache(same)
    group_of: dict[str, set[str]] = {}
    for one, other in pairs:
        ours, theirs = (group_of.get(id_, {id_}) for id_ in (one, other))
        if ours is theirs or other in ours:
            continue
        if all(verdict(*sorted(pair)) for pair in product(sorted(ours), sorted(theirs))):
            group = ours | theirs
            group_of |= dict.fromkeys(group, group)
    return list({id(group): group for group in group_of.values()}.values())
