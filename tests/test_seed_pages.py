"""Accuracy and honesty on the five seed pages, which lie outside the repository; nothing of them is kept in it."""

from pathlib import Path

import pytest

from eval.metrics import answered_rightly, declined
from eval.sets import Case, load_set
from index.embedder import SentenceTransformerEmbedder
from index.update import index_paths
from qa.assistant import Assistant
from qa.types import Answer

SHARED = Path(__file__).parents[2] / "shared"
PAGES = SHARED / "corpus" / "meta-2024"
QUESTIONS = SHARED / "eval" / "meta-2024.dev.jsonl"

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not PAGES.is_dir(), reason=f"the seed pages are not there: {PAGES} is absent"),
]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Case, Answer]]:
    folder = tmp_path_factory.mktemp("seed") / "library"
    index_paths(folder, [PAGES], SentenceTransformerEmbedder())
    assistant = Assistant.open(folder)
    return [(case, assistant.ask(case.question)) for case in load_set(QUESTIONS)]


def test_three_in_four_are_answered_rightly(answers: list[tuple[Case, Answer]]) -> None:
    right = {case.id: answered_rightly(case, answer) for case, answer in answers if case.answerable}
    assert sum(map(bool, right.values())) >= 0.75 * len(right), [one for one, is_right in right.items() if not is_right]


def test_six_in_ten_of_the_unanswerable_are_declined(answers: list[tuple[Case, Answer]]) -> None:
    refused = {case.id: declined(answer) for case, answer in answers if not case.answerable}
    assert sum(refused.values()) >= 0.6 * len(refused), [one for one, is_declined in refused.items() if not is_declined]


def test_quotes_are_slices_and_hold_no_boilerplate(answers: list[tuple[Case, Answer]]) -> None:
    for case, answer in answers:
        for citation in answer.citations:
            article, span = citation.quote.article, citation.quote.span
            assert citation.quote.text == article.text[span.start : span.end], case.id
            assert not any(span.overlaps(mark) for mark in article.boilerplate), case.id


def test_no_article_is_cited_twice_with_the_same_words(answers: list[tuple[Case, Answer]]) -> None:
    for case, answer in answers:
        quotes = [(citation.quote.article.id, citation.quote.text) for citation in answer.citations]
        assert len(quotes) == len(set(quotes)), case.id
