"""The one way from a question to its answer; every door goes through `Assistant`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from index.any_library import AnyLibrary
from index.embedder import Embedder, SentenceTransformerEmbedder
from index.errors import LibraryError
from index.libraries import open_library
from index.types import Filter
from qa.compare import at_odds, conflicts
from qa.compose import compose, decline, short_answer
from qa.copies import with_copies
from qa.evidence import Evidence
from qa.findings import Finding, confidence, find, is_enough
from qa.follow_up import complete
from qa.language_model import LanguageModel
from qa.names import unmentioned
from qa.period import Times
from qa.prompt import passages_to_send
from qa.question import check, understand
from qa.quote import cite
from qa.read import PassageReader, ReadStep, choose_passages, read
from qa.reader import builtin_reader
from qa.retrieve import Candidate, as_found, retrieve
from qa.types import Answer, Found, Question, Turn
from qa.verify import Sources
from qa.writer import write


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps that decide what an answer rests on. They can be exchanged, to measure what each is worth."""

    choose: Callable[[Sequence[Candidate]], list[Candidate]] = choose_passages
    read: ReadStep = read
    find: Callable[[Sequence[Evidence]], list[Finding]] = find
    enough: Callable[[Sequence[Finding]], bool] = is_enough


@dataclass(frozen=True, slots=True)
class Study:
    """A question and all that was found and read for it, before it is decided whether that is an answer.

    `unmentioned` are names of the question that nothing in the library has: nothing found is taken for an answer then.
    """

    question: Question
    candidates: list[Candidate]
    evidence: list[Evidence]
    findings: list[Finding]
    timings_ms: dict[str, float]
    unmentioned: tuple[str, ...] = ()

    def sources(self, answer: Answer) -> Sources:
        """What a language model is given to word the answer with, and what its sentences may rest on."""
        passages = passages_to_send(self.evidence, self.candidates)
        return Sources(self.question, passages, self.evidence, tuple(one.quote for one in answer.citations))


class Assistant:
    """An open library, the embedder that made it, and a reader. Safe to share between threads.

    Where it has a `language_model`, that words the answers; without one nothing leaves this machine.
    """

    def __init__(
        self,
        library: AnyLibrary,
        embedder: Embedder,
        reader: PassageReader,
        steps: Steps = Steps(),
        language_model: LanguageModel | None = None,
    ) -> None:
        self.library = library
        self.embedder = embedder
        self.reader = reader
        self.steps = steps
        self.language_model = language_model

    @classmethod
    def open(cls, library: Path | str, language_model: LanguageModel | None = None) -> "Assistant":
        """Open a library, a folder or a `milvus://` address, with the embedder that its manifest names and the reader.

        Both are loaded here: no question waits for them. Raises `LibraryError` when there is no whole library there,
        `ModelError` when a model can't be had.
        """
        opened = open_library(library)
        embedder = SentenceTransformerEmbedder(opened.manifest.embedder)
        if embedder.dimension != opened.manifest.dimension:
            raise LibraryError(
                f"{library} holds vectors of {opened.manifest.dimension} numbers, {embedder.name} makes them of "
                f"{embedder.dimension}; index the articles into a new folder"
            )
        return cls(opened, embedder, builtin_reader(), language_model=language_model)

    def over(
        self,
        library: AnyLibrary | None = None,
        steps: Steps | None = None,
        language_model: LanguageModel | None = None,
    ) -> "Assistant":
        """The same over another snapshot of the library, with other steps, or with another language model."""
        steps = self.steps if steps is None else steps
        writer = language_model or self.language_model
        return Assistant(library or self.library, self.embedder, self.reader, steps, writer)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        where: Filter = Filter(),
        times: Times = Times(),
        id: str | None = None,
    ) -> Answer:
        """Answer `question` from the articles that `where` admits, or decline.

        `history` are the turns before it, oldest first; a follow-up is completed from them. `times` says what becomes
        of date words. `id` is handed through to the answer. Raises `BadQuestion` for a question that is blank or too
        long.
        """
        *_, answer = self.stream(question, history=history, where=where, times=times, id=id)
        return answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        where: Filter = Filter(),
        times: Times = Times(),
        id: str | None = None,
    ) -> Iterator[Answer]:
        """The answer as it grows, sentence by sentence where a language model words it; the last one is the whole.

        Each begins with the text of the one before. Takes and raises what `ask` does; closing it ends the writing.
        """
        study = self.study(question, history=history, where=where, times=times)
        plain = self.conclude(study, id=id)
        yield from self.worded(study, plain)

    def study(
        self, question: str, *, history: Sequence[Turn] = (), where: Filter = Filter(), times: Times = Times()
    ) -> Study:
        """Find and read what could answer. Takes and raises what `ask` does."""
        clock = _Clock()
        asked = _understood(question, history, where, times)
        vector = self.embedder.embed_question(asked.searched_for)
        candidates = self.steps.choose(retrieve(asked, vector, self.library))
        clock.lap("retrieve")
        evidence = self.steps.read(asked, candidates, self.library, self.reader)
        findings = self.steps.find(evidence)
        clock.lap("read")
        missing = unmentioned(asked.searched_for, evidence, candidates, self.library)
        return Study(asked, candidates, evidence, findings, clock.laps, missing)

    def conclude(self, study: Study, *, enough: bool | None = None, id: str | None = None) -> Answer:
        """The answer that a study comes to, or the decline where what was found is not enough; by the steps if None."""
        clock = _Clock(study.timings_ms)
        asked, findings = study.question, study.findings
        if enough is None:
            enough = not study.unmentioned and self.steps.enough(findings)
        answers = bool(findings) and enough
        differing = at_odds(asked, findings, study.evidence, self.reader.nearness) if answers else ()
        cited = cite(findings, differing) if answers else ()
        citations = tuple(with_copies(citation, self.library, asked.where) for citation in cited)
        disagreement = conflicts(differing, citations)
        # Where sources differ the newest is told first.
        told = (differing if disagreement else findings)[:1]
        clock.lap("conclude")
        return Answer(
            question=asked.text,
            language=asked.language,
            searched_for=asked.searched_for,
            status="answered" if answers else "abstained",
            short_answer=short_answer(asked, told[0], citations) if answers else "",
            text=compose(asked, told[0], citations, disagreement)
            if answers
            else decline(asked, searched=bool(study.candidates) or asked.where.is_open, unmentioned=study.unmentioned),
            confidence=0.0 if study.unmentioned else confidence(findings),
            citations=citations,
            conflicts=disagreement,
            consulted=tuple(as_found(study.candidates, self.library)),
            timings_ms=clock.laps | {"total": round(sum(clock.laps.values()), 1)},
            id=id,
            period=asked.period,
        )

    def worded(self, study: Study, plain: Answer) -> Iterator[Answer]:
        """The answer in the language model's words, as it grows; as it is where there is no model, or a decline."""
        if self.language_model is None or plain.status == "abstained":
            yield plain
        else:
            for answer in write(plain, study.findings, study.sources(plain), self.language_model):
                citations = (with_copies(citation, self.library, study.question.where) for citation in answer.citations)
                yield replace(answer, citations=tuple(citations))

    def search(
        self, question: str, *, k: int = 10, history: Sequence[Turn] = (), where: Filter = Filter()
    ) -> list[Found]:
        """The `k` passages likeliest to hold the answer, best first. Takes and raises what `ask` does."""
        asked = _understood(question, history, where, Times(prefer=False))
        candidates = retrieve(asked, self.embedder.embed_question(asked.searched_for), self.library, depth=k)
        return as_found(candidates[:k], self.library)


def _understood(question: str, history: Sequence[Turn], where: Filter, times: Times) -> Question:
    check(question)
    return understand(question, complete(question, history), where, times)


class _Clock:
    """The milliseconds that each stage took."""

    def __init__(self, laps: Mapping[str, float] = {}) -> None:
        self.laps = dict(laps)
        self._last = perf_counter()

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self.laps[stage] = round((now - self._last) * 1000, 1)
        self._last = now
