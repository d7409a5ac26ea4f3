"""A sentence that a language model wrote, with the quotes it claims: real citations, or the reason to drop it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index.settle import settle_line
from index.tokens import tokens
from index.types import Span
from qa.evidence import Evidence
from qa.locate import locate
from qa.prompt import Passage
from qa.quote import WORTH_SHOWING, in_one_line
from qa.reply import Claim, ClaimedQuote, Unreadable
from qa.types import Question, Quote
from qa.wording import Fault, fault

Reason = Literal[
    "unreadable", "nothing said", "too long", "no quote", "no such passage", "quote too short", "quote too long",
    "not in the passage", "an instruction", "beside the question", "said before", Fault,
]  # fmt: skip

_LONGEST_SENTENCE = 400
_MOST_QUOTES = 3
# Fewer tokens stand in many sentences by chance.
_LEAST_TOKENS = 3
# Sentences of the article that one quote may touch; a whole passage as a quote would bear out anything.
_MOST_SENTENCES = 3
# Words to a machine, that an article has no reason to say to its readers.
_TO_A_MACHINE = re.compile(
    r"\b(?:ignore|disregard|forget)\b.{0,40}\b(?:instructions?|rules|prompts?|above|previous)\b|\bsystem prompt\b"
    r"|\byou are (?:now )?(?:an?|the) (?:\w+ )?(?:assistant|ai|language model)\b"
    r"|\b(?:reply|respond|answer) (?:only )?with\b"
    r"|(?:忽略|无视|無視|忘记).{0,12}(?:指令|指示|提示|规则|規則)|系统提示|システムプロンプト|(?:指示|命令|ルール)を(?:全て|すべて)?無視",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Verified:
    """A sentence that its quotes bear out, as far as can be told. Each quote is of whole sentences of its article."""

    text: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that is not shown, and why."""

    text: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Sources:
    """What a sentence may rest on: the passages that were sent, and the evidence that was read, likeliest first.

    `chosen` are the quotes of our own answer.
    """

    question: Question
    passages: Sequence[Passage]
    evidence: Sequence[Evidence]
    chosen: Sequence[Quote] = ()

    def verify(self, claim: Claim | Unreadable, before: Sequence[Verified] = ()) -> Verified | Dropped:
        """The claim as it can be shown after `before`, or why it cannot."""
        if isinstance(claim, Unreadable):
            return Dropped(claim.text, "unreadable")
        text = settle_line(in_one_line(claim.sentence))
        if reason := _out_of_form(text, claim, before):
            return Dropped(text, reason)
        quotes: list[Quote] = []
        for claimed in claim.quotes:
            found = self._quote(claimed)
            if not isinstance(found, Quote):
                return Dropped(text, found)
            quotes.append(found)
        if not any(self._is_worth_showing(quote) for quote in quotes):
            return Dropped(text, "beside the question")
        if found_fault := fault(text, quotes, self.question.searched_for):
            return Dropped(text, found_fault)
        return Verified(text, tuple(dict.fromkeys(quotes)))

    def _quote(self, claimed: ClaimedQuote) -> Quote | Reason:
        """The whole sentences of the passage that the claimed quote stands in, or what is wrong with it."""
        passage = next((one for one in self.passages if one.number == claimed.passage), None)
        if passage is None:
            return "no such passage"
        if len(tokens(claimed.quote)) < _LEAST_TOKENS:
            return "quote too short"
        inside = locate(claimed.quote, passage.text)
        if inside is None:
            return "not in the passage"
        at = Span(inside.start + passage.span.start, inside.end + passage.span.start)
        touched = [span for span in passage.article.sentences if span.overlaps(at)]
        if not touched:
            return "not in the passage"
        if len(touched) > _MOST_SENTENCES:
            return "quote too long"
        quote = Quote(passage.article, Span(touched[0].start, touched[-1].end))
        return "an instruction" if _TO_A_MACHINE.search(quote.text) else quote

    def _is_worth_showing(self, quote: Quote) -> bool:
        """Whether our own answer quotes it, or could have: it is likely enough to answer, by the same measure."""
        if any(one.article.id == quote.article.id and one.span.overlaps(quote.span) for one in self.chosen):
            return True
        least = WORTH_SHOWING * self.evidence[0].probability if self.evidence else 0.0
        return any(
            one.probability >= least and one.article.id == quote.article.id and one.span.overlaps(quote.span)
            for one in self.evidence
        )


def _out_of_form(text: str, claim: Claim, before: Sequence[Verified]) -> Reason | None:
    if not text:
        return "nothing said"
    if len(text) > _LONGEST_SENTENCE or len(claim.quotes) > _MOST_QUOTES:
        return "too long"
    if not claim.quotes:
        return "no quote"
    return "said before" if any(tokens(text) == tokens(one.text) for one in before) else None
