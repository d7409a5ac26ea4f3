"""The one way from a question to its answer; every door goes through `Assistant`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from index.embedder import Embedder, SentenceTransformerEmbedder
from index.errors import LibraryError
from index.library import Library
from index.types import Filter
from qa.compare import conflicts
from qa.compose import compose, decline, short_answer
from qa.evidence import Evidence, confidence, is_enough
from qa.question import complete, understand
from qa.quote import cite
from qa.read import ReadStep, choose_passages, read
from qa.retrieve import Candidate, as_found, retrieve
from qa.types import Answer, Found, Turn


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps that decide what an answer rests on. They can be exchanged, to measure what each is worth."""

    choose: Callable[[Sequence[Candidate]], list[Candidate]] = choose_passages
    read: ReadStep = read
    enough: Callable[[Sequence[Evidence]], bool] = is_enough


class Assistant:
    """An open library with the embedder that made it. Safe to share between threads."""

    def __init__(self, library: Library, embedder: Embedder, steps: Steps = Steps()) -> None:
        self.library = library
        self.embedder = embedder
        self.steps = steps

    @classmethod
    def open(cls, library: Path | str) -> "Assistant":
        """Open a library folder and load the embedder its manifest names, so that the first question waits for nothing.

        Raises `LibraryError` when there is no whole library there, `ModelError` when its embedder can't be had.
        """
        opened = Library.open(library)
        embedder = SentenceTransformerEmbedder(opened.manifest.embedder)
        if embedder.dimension != opened.manifest.dimension:
            raise LibraryError(
                f"{library} holds vectors of {opened.manifest.dimension} numbers, {embedder.name} makes them of "
                f"{embedder.dimension}; index the articles into a new folder"
            )
        return cls(opened, embedder)

    def ask(
        self, question: str, *, history: Sequence[Turn] = (), where: Filter = Filter(), id: str | None = None
    ) -> Answer:
        """Answer `question` from the articles that `where` admits, or decline.

        `history` are the turns before it, oldest first; a follow-up is completed from them. `id` is handed through
        to the answer. Raises `BadQuestion` for a question that is blank or too long.
        """
        clock = _Clock()
        asked = understand(question, complete(question, history), where)
        vector = self.embedder.embed_question(asked.searched_for)
        candidates = self.steps.choose(retrieve(asked, vector, self.library))
        clock.lap("retrieve")
        evidence = self.steps.read(asked, vector, candidates, self.library, self.embedder)
        clock.lap("read")
        citations = cite(evidence) if self.steps.enough(evidence) else ()
        differing = conflicts(asked, citations)
        return Answer(
            question=question,
            language=asked.language,
            searched_for=asked.searched_for,
            status="answered" if citations else "abstained",
            short_answer=short_answer(asked, citations) if citations else "",
            text=compose(asked, citations, differing)
            if citations
            else decline(asked, searched=bool(candidates) or where.is_open),
            confidence=confidence(evidence),
            citations=citations,
            conflicts=differing,
            consulted=tuple(as_found(candidates, self.library)),
            timings_ms=clock.laps(),
            id=id,
        )

    def search(
        self, question: str, *, k: int = 10, history: Sequence[Turn] = (), where: Filter = Filter()
    ) -> list[Found]:
        """The `k` passages likeliest to hold the answer, best first. Takes and raises what `ask` does."""
        asked = understand(question, complete(question, history), where)
        candidates = retrieve(asked, self.embedder.embed_question(asked.searched_for), self.library, depth=k)
        return as_found(candidates[:k], self.library)


class _Clock:
    """Milliseconds a stage took, and all of them together."""

    def __init__(self) -> None:
        self._start = self._last = perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self._laps[stage] = round((now - self._last) * 1000, 1)
        self._last = now

    def laps(self) -> dict[str, float]:
        return self._laps | {"total": round((perf_counter() - self._start) * 1000, 1)}
