"""An answer put into words by a language model, a sentence at a time, each with quotes that were checked.

What it rests on stays decided by our own reading: whether there is an answer, how sure it is, where sources differ.
"""

import logging
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from time import perf_counter

from qa.compose import compose, short_answer
from qa.findings import Finding
from qa.language_model import LanguageModel, ReplyFailed
from qa.notices import Why, notice
from qa.prompt import messages
from qa.quote import giving, numbered
from qa.reply import claims
from qa.types import Answer, Citation, Conflict, ConflictValue, Quote
from qa.verify import Dropped, Sources, Verified

_MOST_SENTENCES = 6

_log = logging.getLogger(__name__)


def write(plain: Answer, findings: Sequence[Finding], sources: Sources, model: LanguageModel) -> Iterator[Answer]:
    """`plain` in the model's words: an answer for each sentence that is added, the last one being the whole.

    Each begins with the text of the one before. Where no sentence holds, the only one is `plain` with a notice.
    """
    draft = Draft(plain, findings, sources, model.name)
    start = perf_counter()
    dropped = 0
    why: Why | None = None
    try:
        for one in checked(sources, model):
            if isinstance(one, Verified):
                draft.add(one)
                yield draft.answer(start)
            else:
                dropped += bool(one.text)
    except ReplyFailed as error:
        _log.warning("%s", error)
        why = error.trouble
    if not draft.sentences:
        why = why or ("unsupported" if dropped else "nothing")
    if why:
        yield draft.answer(start, why)


def checked(sources: Sources, model: LanguageModel) -> Generator[Verified | Dropped, None, None]:
    """The model's sentences about the sources as they come, verified or dropped, until enough of them hold.

    Raises `ReplyFailed` where the reply fails, after the sentences that came before.
    """
    kept: list[Verified] = []
    with closing(model.reply(messages(sources.question, sources.passages))) as pieces:
        for claim in claims(pieces):
            one = sources.verify(claim, kept)
            yield one
            if isinstance(one, Verified):
                kept.append(one)
            if len(kept) == _MOST_SENTENCES:
                return


class Draft:
    """The sentences kept so far, and the answer that they make."""

    def __init__(self, plain: Answer, findings: Sequence[Finding], sources: Sources, model: str) -> None:
        self.plain = plain
        self.findings = findings
        self.sources = sources
        self.model = model
        self.sentences: list[str] = []
        # Where sources differ, our quotes for it come first, and our words for it before the model's.
        self.conflicts, self.citations = _differing(plain)
        self._lead = self._differ()

    def add(self, sentence: Verified) -> None:
        """Add a sentence, with a number for each quote that has none yet."""
        numbers = dict.fromkeys(self._number(quote) for quote in sentence.quotes)
        self.sentences.append(f"{sentence.text} {''.join(f'[{number}]' for number in numbers)}")

    def answer(self, start: float, why: Why | None = None) -> Answer:
        """The answer so far; `why` is what kept the model from finishing. `start` is when it began (`perf_counter`)."""
        timings = self.plain.timings_ms | {"write": round((perf_counter() - start) * 1000, 1)}
        timings["total"] = round(sum(took for stage, took in timings.items() if stage != "total"), 1)
        told = notice(self.plain.language, self.model, why, cut_short=bool(self.sentences)) if why else None
        if not self.sentences:
            return replace(self.plain, notice=told, timings_ms=timings)
        return replace(
            self.plain,
            short_answer=self._short_answer(),
            text="\n".join(part for part in (self._lead, " ".join(self.sentences)) if part),
            citations=tuple(self.citations),
            conflicts=self.conflicts,
            timings_ms=timings,
            written_by=self.model,
            notice=told,
        )

    def _number(self, quote: Quote) -> int:
        for one in self.citations:
            if one.quote.article.id == quote.article.id and one.quote.span.covers(quote.span):
                return one.number
        (new,) = numbered([quote], self.sources.evidence)
        self.citations.append(replace(new, number=len(self.citations) + 1))
        return len(self.citations)

    def _differ(self) -> str:
        """Our own line that tells each value; nothing where sources do not differ."""
        if not self.conflicts:
            return ""
        return compose(self.sources.question, self.findings[0], self.citations, self.conflicts)

    def _short_answer(self) -> str:
        """The few words asked for, of the likeliest finding that the quotes give."""
        given = next((one for one in self.findings if giving(one, self.citations)), None)
        return short_answer(self.sources.question, given, self.citations) if given else self.plain.short_answer


def _differing(plain: Answer) -> tuple[tuple[Conflict, ...], list[Citation]]:
    """The conflicts of an answer and the citations they are told with, numbered from 1 without the others."""
    used = sorted({number for one in plain.conflicts for value in one.values for number in value.citations})
    new = {number: place for place, number in enumerate(used, 1)}

    def renumbered(value: ConflictValue) -> ConflictValue:
        return ConflictValue(value.value, tuple(new[number] for number in value.citations))

    conflicts = (Conflict(one.kind, tuple(map(renumbered, one.values))) for one in plain.conflicts)
    cited = {citation.number: citation for citation in plain.citations}
    return tuple(conflicts), [replace(cited[number], number=new[number]) for number in used]
