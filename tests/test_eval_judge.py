"""A case's record worked out by hand: its languages, its group, its scores, and where a wrong answer was lost."""

from collections.abc import Callable
from datetime import date
from math import log2
from pathlib import Path

import pytest

from eval.judge import judge
from eval.records import QuoteGiven, Record
from eval.sets import Case, without_answers
from index.library import Library
from index.types import Hit, Span
from qa.types import Answer, Citation, Conflict, ConflictValue, Found, Quote

MakeLibrary = Callable[[dict[str, str]], Path]

COST, OPENED = "The factory cost 48 million dollars.", "The factory opened on Monday after a long delay."
FILES = {
    "cost.txt": COST,
    "other.txt": "The factory cost 52 million dollars.",
    "opened.txt": OPENED,
    "zh.txt": "河边的芯片工厂周一正式开业，雇用了四百多名当地的居民。",
}
CASE = Case(id="q", question="What did it cost?", language="en", answers=("$48 million",), articles=("cost",))


@pytest.fixture
def library(make_library: MakeLibrary) -> Library:
    return Library.open(make_library(FILES))


def found(library: Library, *ids: str) -> list[Found]:
    return [Found(Hit(library.table.passages_of(id_)[0], 0.5, "words"), library.article(id_)) for id_ in ids]


def answered(library: Library, short: str, *ids: str, conflicts: tuple[Conflict, ...] = ()) -> Answer:
    citations = tuple(
        Citation(n, Quote(library.article(id_), Span(0, len(library.article(id_).text))))
        for n, id_ in enumerate(ids, 1)
    )
    consulted = tuple(found(library, "cost", "other", "opened"))
    timings = {"retrieve": 1.0, "read": 2.0, "total": 3.5}
    return Answer(
        "What did it cost?", "en", "what cost", "answered", short, short, 0.8, citations, conflicts, consulted, timings
    )


def declined(library: Library, *consulted: str) -> Answer:
    return Answer("?", "en", "?", "abstained", "", "No.", 0.1, consulted=tuple(found(library, *consulted)))


def judged(library: Library, answer: Answer, case: Case = CASE, undeclined: Answer | None = None) -> Record:
    return judge(case, found(library, "opened", "cost"), answer, undeclined or answer, library)


def test_a_right_answer(library: Library) -> None:
    record = judged(library, answered(library, "48 million dollars", "cost", "opened"))
    assert (record.id, record.question, record.searched_for) == ("q", "What did it cost?", "what cost")
    assert (record.language, record.languages, record.group, record.kind, record.date) == ("en", "en", "cost", "", None)
    assert (record.answerable, record.conflicting, record.answered, record.conflict_raised) == (
        True,
        False,
        True,
        False,
    )
    assert (record.right, record.right_if_answered, record.lost, record.confidence) == (True, True, "", 0.8)
    assert record.wanted == (("$48 million",),)
    assert record.timings_ms == {"retrieve": 1.0, "read": 2.0, "total": 3.5}
    assert record.quotes == (
        QuoteGiven(article="cost", title=COST, published=None, start=0, end=len(COST), text=COST, holds=True),
        QuoteGiven(article="opened", title=OPENED, published=None, start=0, end=len(OPENED), text=OPENED, holds=False),
    )


def test_its_scores(library: Library) -> None:
    record = judged(library, answered(library, "48 million dollars", "cost", "opened"))
    second = {"success@5": 1.0, "success@10": 1.0, "recall@5": 1.0, "recall@10": 1.0, "MRR@10": 0.5}
    assert record.scores == {
        "success@1": 0.0,
        **second,
        "nDCG@10": 1 / log2(3),
        **{f"passage {name}": value for name, value in second.items()},
        "passage nDCG@10": 1 / log2(3),
        "declined, of the answerable": 0.0,
        "verbatim": 1.0,
        "answered rightly": 1.0,
        "in the short answer": 1.0,
        "in the quotes": 1.0,
        "citation recall": 1.0,
        "citation precision": 0.5,
        "exact match": 0.0,
        # "48 million dollars" and "$48 million" share two of three and two tokens.
        "F1": 2 * (2 / 3) / (2 / 3 + 1),
        "conflict false alarm": 0.0,
    }


def test_one_part_of_several_is_no_exact_match(library: Library) -> None:
    parted = CASE.model_copy(update={"answers": ("48", "52"), "parts": (("48",), ("52",))})
    scores = judged(library, answered(library, "48", "cost"), parted).scores
    assert not {"exact match", "F1"} & scores.keys()
    assert (scores["answered rightly"], scores["citation recall"]) == (0.0, 0.5)


def test_an_article_named_twice_is_one(library: Library) -> None:
    twice = CASE.model_copy(update={"articles": ("cost", "cost")})
    assert judged(library, declined(library), twice).scores["recall@5"] == 1.0


def test_a_passage_of_the_right_article_without_the_answer_counts_for_the_article_alone(library: Library) -> None:
    case = CASE.model_copy(update={"answers": ("49 million",)})
    scores = judge(case, found(library, "cost"), declined(library), declined(library), library).scores
    assert (scores["success@1"], scores["passage success@5"], scores["passage recall@5"]) == (1.0, 0.0, 0.0)


def test_articles_alone_measure_the_search(library: Library) -> None:
    case = CASE.model_copy(update={"answers": ()})
    scores = judged(library, answered(library, "48 million", "cost"), case).scores
    assert scores["MRR@10"] == 0.5
    assert (
        not {"passage MRR@10", "F1", "answered rightly", "citation precision", "conflict false alarm"} & scores.keys()
    )


def test_an_unanswerable_case_has_no_search_to_measure(library: Library) -> None:
    case = Case(id="n", question="Who won?", language="en")
    record = judged(library, declined(library, "cost"), case, answered(library, "on Monday", "opened"))
    assert record.scores == {"declined, of the unanswerable": 1.0, "declined, where nothing read answers": 1.0}
    assert (record.right, record.right_if_answered, record.lost, record.group) == (True, False, "", "n")
    guessed = judged(library, answered(library, "on Monday", "opened"), case)
    assert (guessed.right, guessed.right_if_answered, guessed.lost) == (False, False, "answered, though unanswerable")
    wrong = {"declined, of the unanswerable": 0.0, "declined, where nothing read answers": 0.0}
    assert guessed.scores == {**wrong, "verbatim": 1.0}


def test_what_another_article_answers_after_all_is_not_counted_among_what_nothing_does(library: Library) -> None:
    measure, twin = "declined, where nothing read answers", without_answers(CASE)
    assert judged(library, declined(library, "other", "opened"), twin).scores[measure] == 1.0
    held = judged(library, declined(library, "cost"), twin)
    assert (held.scores["declined, of the unanswerable"], measure in held.scores) == (1.0, False)


def test_where_it_was_lost(library: Library) -> None:
    wrong = answered(library, "on Monday", "opened")
    assert judged(library, wrong).lost == "read, not quoted"
    assert judged(library, declined(library, "opened", "cost")).lost == "read, declined"
    # Found by the search, but not among what was read; then not even found.
    assert judged(library, declined(library, "opened")).lost == "retrieved, not read"
    unfound = judge(CASE, found(library, "other"), declined(library, "other"), declined(library), library)
    assert unfound.lost == "not retrieved"
    # Half of what is wanted is as good as nothing.
    both = CASE.model_copy(update={"parts": (("48 million",), ("49 million",))})
    assert judged(library, declined(library, "cost"), both).lost == "not retrieved"
    # Where no article is named, any that holds the answer counts.
    unnamed = CASE.model_copy(update={"articles": ()})
    assert judged(library, declined(library, "cost"), unnamed).lost == "read, declined"


def test_a_declined_answer_that_would_have_been_right(library: Library) -> None:
    record = judged(library, declined(library, "cost"), undeclined=answered(library, "48 million", "cost"))
    assert (record.right, record.right_if_answered, record.answered) == (False, True, False)


def test_a_conflict_is_scored_where_sources_differ_and_a_false_alarm_where_not(library: Library) -> None:
    differ = Conflict("number", (ConflictValue("48 million", (1,)), ConflictValue("52 million", (2,))))
    answer = answered(library, "48 million", "cost", "other", conflicts=(differ,))
    case = CASE.model_copy(
        update={"answers": (), "values": (("48 million",), ("52 million",)), "articles": ("cost", "other")}
    )
    record = judged(library, answer, case)
    assert (record.conflicting, record.conflict_raised, record.scores["conflict recall"]) == (True, True, 1.0)
    assert "conflict false alarm" not in record.scores
    assert judged(library, answered(library, "48 million", "cost", "other"), case).scores["conflict recall"] == 0.0
    assert judged(library, answer).scores["conflict false alarm"] == 1.0


def test_languages(library: Library) -> None:
    across = Case(id="x", question="工厂什么时候开业？", language="zh", answers=("Monday",), articles=("opened",))
    assert judged(library, declined(library), across).languages == "zh>en"
    both = across.model_copy(update={"articles": ("opened", "zh")})
    assert judged(library, declined(library), both).languages == "zh"
    absent = across.model_copy(update={"articles": ("nowhere",)})
    assert judged(library, declined(library), absent).languages == "zh"
    # Not said in the set: the language that the question was taken to be in.
    assert judged(library, declined(library), across.model_copy(update={"language": ""})).languages == "en"


def test_the_group_is_the_first_article_by_name_and_the_date_is_kept(library: Library) -> None:
    case = CASE.model_copy(update={"articles": ("opened", "cost"), "date": date(2024, 5, 3)})
    record = judged(library, declined(library), case)
    assert (record.group, record.date) == ("cost", "2024-05-03")
