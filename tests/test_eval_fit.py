"""What weights are fitted on: which sentences are known to answer, known not to, and neither."""

from collections.abc import Callable
from pathlib import Path

import pytest

from eval.fit import Asked
from eval.sets import Case, without_answers
from index.library import Library
from index.types import Filter, Span
from qa.assistant import Study
from qa.evidence import Evidence
from qa.types import Question
from tests.made_evidence import made_evidence

CASE = Case(id="q", question="What did it cost?", language="en", answers=("$48 million",), articles=("named",))
TOLD = "The factory cost 48 million dollars."


@pytest.fixture
def library(make_library: Callable[[dict[str, str]], Path]) -> Library:
    files = {"named.txt": TOLD, "copy.txt": f"{TOLD} It opened.", "other.txt": "The factory cost 52 million dollars."}
    return Library.open(make_library(files))


def evidence(library: Library, article: str) -> Evidence:
    return made_evidence(library.article(article), Span(0, len(TOLD)), Span(17, 35), 0.5)


def asked(case: Case) -> Asked:
    return Asked(case, news=True, study=Study(Question(case.question, case.question, "en", Filter()), [], [], [], {}))


@pytest.mark.parametrize(
    ("article", "answers", "known"),
    [("named", True, True), ("copy", False, False), ("other", False, True)],
)
def test_an_article_not_named_that_has_the_words_may_answer_or_not(
    library: Library, article: str, answers: bool, known: bool
) -> None:
    piece = evidence(library, article)
    assert (asked(CASE).held_by(piece), asked(CASE).judged(piece)) == (answers, known)


def test_so_it_may_where_the_named_ones_are_excluded(library: Library) -> None:
    twin = asked(without_answers(CASE))
    pieces = [evidence(library, article) for article in ("copy", "other")]
    assert [(twin.held_by(one), twin.judged(one)) for one in pieces] == [(False, False), (False, True)]
