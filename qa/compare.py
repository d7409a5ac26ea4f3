"""Do the sources agree? Findings that give different answers to one question are at odds, without a verdict.

Precision comes before recall: a false alarm is worse than a miss. Two tests, either is enough: two sentences of
different articles that are the same but for the answer; and two figures of one kind, from evidence trusted alike, in
sentences that tell of the same.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from index.types import Span
from qa.dates import find_dates
from qa.evidence import Evidence
from qa.figures import asked_for, of_other_years
from qa.findings import Finding, same_answer, undated_figures
from qa.logistic import log_odds
from qa.quantities import find_quantities
from qa.question import deciding_words, wanted
from qa.quote import giving, in_one_line
from qa.types import Citation, Conflict, ConflictValue, Question

# The cosines, float32, of a text with each of the others.
Nearness = Callable[[str, Sequence[str]], NDArray[np.float32]]

# Evidence for the best finding that is compared with all other evidence, sentence by sentence.
_COMPARED = 4
# Two sentences are the same but for the answer when this share of their other words is, and so many of them at least.
_SAME_FRAME, _LEAST_FRAME = 0.8, 2
# Fewer distinct words in common than this share, and they need not be laid side by side.
_SHARED = 0.6
# A rival figure is trusted alike when its log odds are at most this far behind, and it is this probable by itself.
_BEHIND, _PROBABLE = 1.0, 0.1
# Its sentence tells of the same when the second model's cosine with the other is this large. On RGB's dev halves rivals
# that answer something else are below with few exceptions, and altered sentences far above.
_NEAR = 0.6
_MOST_VALUES = 3

_WORD = re.compile(r"[\d.,]*\d|[^\W\d_\u3040-\u30ff\u3400-\u9fff]+|[\u3040-\u30ff\u3400-\u9fff]")
_MONTH = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b"
)


def at_odds(
    question: Question, findings: Sequence[Finding], evidence: Sequence[Evidence], nearness: Nearness
) -> tuple[Finding, ...]:
    """The best finding and those at odds with it, the newest source first; nothing where the sources agree.

    `evidence` is all that was read, for findings hold only what is likely by itself. `nearness` gives the cosines of a
    text with others, whatever their languages.
    """
    if not findings:
        return ()
    best, rivals = findings[0], list[Finding]()
    for rival in [*_twins(question, best, evidence), *_other_figures(question, best, findings[1:], nearness)]:
        if not any(same_answer(rival.best, known.best) for known in (best, *rivals)):
            rivals.append(rival)
    return tuple(sorted((best, *rivals[: _MOST_VALUES - 1]), key=_published, reverse=True)) if rivals else ()


def conflicts(differing: Sequence[Finding], citations: Sequence[Citation]) -> tuple[Conflict, ...]:
    """At most one conflict: each value as its best source words it, with the numbers of the citations that give it."""
    values = [ConflictValue(_in_words(finding), giving(finding, citations)) for finding in differing]
    shown = tuple(value for value in values if value.citations)
    if len(shown) < 2:
        return ()
    return (Conflict("number" if all(find_quantities(value.value) for value in shown) else "statement", shown),)


def _published(finding: Finding) -> date:
    return finding.best.article.published or date.min


def _in_words(finding: Finding) -> str:
    return in_one_line(finding.best.value)


def _twins(question: Question, best: Finding, evidence: Sequence[Evidence]) -> Iterator[Finding]:
    """What other articles say in the very sentence that the finding rests on, where it is not the same."""
    own = [one for one in best.evidence if not of_other_years(question.searched_for, one.text)]
    others = [one for one in evidence if not of_other_years(question.searched_for, one.text)]
    for one in own[:_COMPARED]:
        for other in others:
            if other.article.id != one.article.id and (answer := other_words(one, other)):
                twin = replace(other, answer=answer)
                if _comparable(one, twin) and not same_answer(one, twin):
                    yield Finding((twin,), other.probability)


def _comparable(one: Evidence, other: Evidence) -> bool:
    """Whether both answers have figures, or neither, and dates of which the same parts are told."""
    dates, others = (find_dates(evidence.value, evidence.article.published) for evidence in (one, other))
    if bool(undated_figures(one.value, dates)) != bool(undated_figures(other.value, others)):
        return False
    return not (dates and others) or dates[0].tells_what(others[0])


def other_words(one: Evidence, other: Evidence) -> Span | None:
    """Where `other` says something else in the place of `one`'s answer; None if the sentences differ elsewhere too.

    Other figures or dates elsewhere make them different sentences, however alike their words are.
    """
    left, right = _words(one), _words(other)
    inside = [n for n, word in enumerate(left) if word.span.overlaps(one.answer)]
    frame = {word.text for word in left} - {left[n].text for n in inside}
    alike = 0.5 < len(left) / max(1, len(right)) < 2 and len(frame & {w.text for w in right}) >= _SHARED * len(frame)
    if not inside or not alike:
        return None
    first, last = inside[0], inside[-1] + 1
    matcher = SequenceMatcher(None, [word.text for word in left], [word.text for word in right], autojunk=False)
    same, place, replaced = 0, list[int](), list[_Word]()
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        before = min(max(0, first - start), end - start)
        after = min(max(0, end - last), end - start)
        if tag == "equal":
            same += before + after
            place += range(other_start + before, other_end - after)
        elif start < last and end > first:
            replaced += [*left[start : start + before], *left[end - after : end]]
            place += range(min(other_start + before, other_end), max(other_end - after, other_start))
        else:
            longer = end - start >= other_end - other_start
            replaced += left[start:end] if longer else right[other_start:other_end]
    if not place or same < max(_LEAST_FRAME, _SAME_FRAME * (same + len(replaced))) or _has_figures(replaced):
        return None
    return Span(right[min(place)].span.start, right[max(place)].span.end)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    span: Span


def _words(one: Evidence) -> list[_Word]:
    """The words of a sentence, Han and kana one by one, with their places in the article."""
    start = one.span.start
    return [_Word(m.group().casefold(), Span(start + m.start(), start + m.end())) for m in _WORD.finditer(one.text)]


def _has_figures(words: Sequence[_Word]) -> bool:
    text = " ".join(word.text for word in words)
    return any(map(str.isdigit, text)) or _MONTH.search(text) is not None


def _other_figures(
    question: Question, best: Finding, others: Sequence[Finding], nearness: Nearness
) -> Iterator[Finding]:
    """Findings with another figure of the kind asked for, of the same years, told of the same and trusted alike."""
    rivals = [
        rival
        for rival in others
        if rival.probability >= _PROBABLE
        and log_odds(best.probability) - log_odds(rival.probability) <= _BEHIND
        and _of_one_kind(deciding_words(question), best.best, rival.best)
    ]
    if rivals:
        cosines = nearness(best.best.text, [rival.best.text for rival in rivals])
        yield from (rival for rival, cosine in zip(rivals, cosines, strict=True) if cosine >= _NEAR)


def _of_one_kind(asked: str, one: Evidence, other: Evidence) -> bool:
    """Whether two articles answer with a date, or a figure of one kind and unit, and not of different years."""
    if one.article.id == other.article.id or not _comparable(one, other):
        return False
    if wanted(asked) == "date":
        return _dated(one) and _dated(other)
    if of_other_years(one.text, other.text):
        return False
    left, right = asked_for(asked, one.value), asked_for(asked, other.value)
    return len(left) == len(right) == 1 and (left[0].kind, left[0].unit) == (right[0].kind, right[0].unit)


def _dated(one: Evidence) -> bool:
    return bool(find_dates(one.value, one.article.published))
