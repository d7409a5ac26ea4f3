"""What is counted for Prometheus: questions by what came of them, seconds by stage, busy answers, articles."""

from asyncio import CancelledError
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from index.errors import BadQuestion
from qa.types import Answer
from ui.api.problem import Busy

_STATUSES = ("answered", "abstained", "refused", "failed", "given_up")
_STAGES = ("retrieve", "read", "conclude", "total")
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16)


class Metrics:
    """The counts of one server, from its start on. Safe to share between threads."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._questions = Counter(
            "quotedesk_questions", "Questions by what came of them.", ["status"], registry=self._registry
        )
        self._stages = Histogram(
            "quotedesk_stage_seconds",
            "Seconds that the stages of a question took.",
            ["stage"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._busy = Counter("quotedesk_busy", "Questions turned away because too many came.", registry=self._registry)
        self._articles = Gauge("quotedesk_articles", "Articles in the library.", registry=self._registry)
        for status in _STATUSES:
            self._questions.labels(status)
        for stage in _STAGES:
            self._stages.labels(stage)

    @contextmanager
    def counted(self) -> Iterator[Callable[[Answer], None]]:
        """Count one question: give the answer to what this yields, or let the error pass through."""
        try:
            yield self._answered
        except Busy:
            self._busy.inc()
            raise
        except BaseException as error:
            self._questions.labels(_status(error)).inc()
            raise

    def text(self, articles: int) -> bytes:
        """Everything in Prometheus' text format."""
        self._articles.set(articles)
        return generate_latest(self._registry)

    def _answered(self, answer: Answer) -> None:
        self._questions.labels(answer.status).inc()
        for stage, milliseconds in answer.timings_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1000)


def _status(error: BaseException) -> str:
    if isinstance(error, BadQuestion):
        return "refused"
    return "given_up" if isinstance(error, CancelledError) else "failed"
