"""Each measure by hand or as ir-measures has it, and answerers broken on purpose, given away by the right measure."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from math import log2

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG

from eval import metrics
from eval.declining import precision_recall
from eval.sets import Case
from index.types import Article, Span
from qa.types import Answer, Citation, Conflict, ConflictValue, Quote

TEXT = "The factory cost 48 million dollars. It opened on Monday. The harbour has four cranes."
COST, OPENED, CRANES = Span(0, 36), Span(37, 57), Span(58, 86)
OTHER_TEXT = "The factory cost 52 million dollars. It opened on Sunday. The harbour has four cranes."
# What the library keeps.
KEPT = defaultdict(lambda: TEXT, paper=OTHER_TEXT)

# chips and copy say the same, paper gives another cost, mirror says what chips says but isn't known to.
HOW_MUCH = Case(id="1", question="How much?", answers=("$48 million", "48m"), articles=("chips", "copy"))
HOW_MANY = Case(id="2", question="How many cranes?", answers=("four cranes", "4 cranes"), articles=("paper",))
DISPUTED = Case(
    id="3",
    question="What did it cost?",
    articles=("chips", "paper"),
    values=(("$48 million", "48m"), ("$52 million", "52m")),
)
WHO_WON = Case(id="4", question="Who won?")
TWO_PARTS = Case(
    id="5",
    question="What did it cost and how many cranes are there?",
    articles=("chips",),
    parts=(("$48 million",), ("four cranes", "4 cranes")),
)
NO_ARTICLES = Case(id="6", question="How much?", answers=("$48 million",))
FOR_THE_SEARCH = Case(id="7", question="How much?", articles=("chips",))


def article(id_: str) -> Article:
    text = OTHER_TEXT if id_ == "paper" else TEXT
    return Article(id_, "0123456789ab", "Title", text, "en", None, None, f"{id_}.txt")


def cite(id_: str, span: Span, also_in: tuple[str, ...] = (), number: int = 1) -> Citation:
    return Citation(number, Quote(article(id_), span), also_in)


def answered(short_answer: str, *citations: Citation, conflicts: tuple[Conflict, ...] = ()) -> Answer:
    return Answer("?", "en", "?", "answered", short_answer, short_answer, 0.9, citations, conflicts)


def conflict(*values: tuple[str, tuple[int, ...]]) -> Conflict:
    return Conflict("number", tuple(ConflictValue(value, numbers) for value, numbers in values))


DECLINED = Answer("?", "en", "?", "abstained", "", "The articles do not answer this.", 0.1)
RIGHT = answered("48 million dollars", cite("chips", COST))


def flags(text: str) -> list[bool]:
    """One flag for each letter: y for relevant."""
    return [letter == "y" for letter in text]


@pytest.mark.parametrize(
    ("k", "relevant", "total", "values"),  # the values of success, recall, reciprocal rank and nDCG
    [
        (1, "yn", 1, (1, 1, 1, 1)),
        (1, "ny", 1, (0, 0, 0, 0)),
        (2, "ny", 1, (1, 1, 1 / 2, 1 / log2(3))),
        (5, "nny", 2, (1, 1 / 2, 1 / 3, 0.5 / (1 + 1 / log2(3)))),
        (5, "yny", 2, (1, 1, 1, (1 + 0.5) / (1 + 1 / log2(3)))),
        (2, "yyy", 4, (1, 2 / 4, 1, 1)),  # more relevant than k: recall cannot be 1, nDCG can
        (2, "nny", 3, (0, 0, 0, 0)),
        (9, "nnn", 3, (0, 0, 0, 0)),
        (3, "", 3, (0, 0, 0, 0)),  # nothing found
        (3, "nn", 0, (0, 0, 0, 0)),  # nothing to find
        (3, "", 0, (0, 0, 0, 0)),
    ],
)
def test_ranking(k: int, relevant: str, total: int, values: tuple[float, float, float, float]) -> None:
    measured = (
        metrics.success_at(k, flags(relevant)),
        metrics.recall_at(k, flags(relevant), total),
        metrics.reciprocal_rank(k, flags(relevant)),
        metrics.ndcg_at(k, flags(relevant), total),
    )
    assert measured == pytest.approx(values, abs=1e-12)


@given(st.integers(1, 15), st.lists(st.booleans(), max_size=12), st.integers(0, 5))
def test_ranking_agrees_with_ir_measures(k: int, relevant: list[bool], missed: int) -> None:
    total = sum(relevant) + missed
    judged = {f"found {place}": int(flag) for place, flag in enumerate(relevant)}
    judged |= {f"missed {place}": 1 for place in range(missed)} | {"irrelevant": 0}
    run = {"q": {f"found {place}": float(-place) for place in range(len(relevant))}}
    theirs = ir_measures.calc_aggregate([Success @ k, R @ k, RR @ k, nDCG @ k], {"q": judged}, run)
    assert metrics.success_at(k, relevant) == theirs[Success @ k]
    assert metrics.recall_at(k, relevant, total) == pytest.approx(theirs[R @ k], abs=1e-6)
    assert metrics.reciprocal_rank(k, relevant) == pytest.approx(theirs[RR @ k], abs=1e-6)
    assert metrics.ndcg_at(k, relevant, total) == pytest.approx(theirs[nDCG @ k], abs=1e-6)


@pytest.mark.parametrize("k", [0, -1])
def test_a_k_that_is_none(k: int) -> None:
    measures: list[Callable[[int, Sequence[bool]], float]] = [metrics.success_at, metrics.reciprocal_rank]
    measures += [partial(metrics.recall_at, total=1), partial(metrics.ndcg_at, total=1)]
    for measure in measures:
        with pytest.raises(ValueError, match=f"k has to be 1 or more, got {k}"):
            measure(k, [True])


def test_a_thing_counted_twice() -> None:
    for measure in (metrics.recall_at, metrics.ndcg_at):
        with pytest.raises(ValueError, match="3 relevant ones were found where there are 2; count each of them once"):
            measure(1, [True, True, True], 2)


@pytest.mark.parametrize(
    ("given_", "answers", "language", "exact", "f1"),
    [
        ("The $48 million", ["four cranes", "48 million"], "en", 1.0, 1.0),
        ("48 million dollars", ["dollars", "48 million"], "en", 0.0, 4 / 5),
        ("扎克伯格", ["扎克", "马克·扎克伯格"], "zh", 0.0, 8 / 10),
        ("馬克·扎克伯格", ["马克·扎克伯格", "馬克扎克伯格"], "zh", 1.0, 1.0),
        ("東京都", ["大阪", "東京"], "ja", 0.0, 4 / 5),
        ("48 million", [], "en", 0.0, 0.0),
    ],
)
def test_the_best_of_several_answers_counts(
    given_: str, answers: Sequence[str], language: str, exact: float, f1: float
) -> None:
    assert metrics.exact_match(given_, answers, language) == exact
    assert metrics.f1(given_, answers, language) == pytest.approx(f1, abs=1e-12)


def test_declined() -> None:
    assert metrics.declined(DECLINED) is True
    assert metrics.declined(RIGHT) is False


@pytest.mark.parametrize(
    ("case", "answer", "short", "quotes", "rightly"),
    [
        (HOW_MUCH, RIGHT, 1, 1, 1),
        (HOW_MUCH, answered("It opened.", cite("chips", COST)), 0, 1, 1),
        (HOW_MUCH, answered("4800万美元", cite("chips", OPENED)), 1, 0, 1),
        (HOW_MUCH, answered("48 million dollars", cite("mirror", COST)), 1, 1, 0),
        (HOW_MUCH, answered("48 million dollars", cite("mirror", COST, ("copy",))), 1, 1, 1),
        (HOW_MUCH, answered("48 million dollars", cite("mirror", COST), cite("chips", OPENED)), 1, 1, 1),
        (HOW_MUCH, answered("On Monday", cite("chips", OPENED)), 0, 0, 0),
        (HOW_MUCH, answered("48 million dollars"), 1, 0, 0),
        (HOW_MUCH, DECLINED, 0, 0, 0),
        (TWO_PARTS, answered("$48 million", cite("chips", COST), cite("chips", CRANES)), 0, 1, 1),
        (TWO_PARTS, answered("four cranes", cite("chips", COST)), 0, 0, 1),
        (TWO_PARTS, answered("4 cranes, $48 million", cite("chips", OPENED)), 1, 0, 1),
        (TWO_PARTS, answered("$48 million", cite("chips", COST)), 0, 0, 0),
        (TWO_PARTS, answered("$48 million", cite("chips", COST), cite("mirror", CRANES)), 0, 1, 1),
        (DISPUTED, answered("$48m or $52m", cite("chips", OPENED)), 1, 0, 1),
        (DISPUTED, RIGHT, 0, 0, 0),
        (NO_ARTICLES, answered("$48 million"), 1, 0, 1),
        (NO_ARTICLES, answered("$52 million"), 0, 0, 0),
        (WHO_WON, RIGHT, 0, 0, 0),
        (WHO_WON, DECLINED, 0, 0, 0),
        (FOR_THE_SEARCH, RIGHT, 0, 0, 1),
    ],
)
def test_what_an_answer_holds(case: Case, answer: Answer, short: float, quotes: float, rightly: float) -> None:
    assert metrics.in_short_answer(case, answer) == short
    assert metrics.in_quotes(case, answer) == quotes
    assert metrics.answered_rightly(case, answer) == rightly


def test_treated_rightly() -> None:
    assert metrics.treated_rightly(HOW_MUCH, RIGHT) is True
    assert metrics.treated_rightly(HOW_MANY, RIGHT) is False
    assert metrics.treated_rightly(HOW_MUCH, DECLINED) is False
    assert metrics.treated_rightly(WHO_WON, DECLINED) is True
    assert metrics.treated_rightly(WHO_WON, RIGHT) is False
    # What a declined answer would have held does not count.
    assert metrics.treated_rightly(HOW_MUCH, replace(RIGHT, status="abstained")) is False


@pytest.mark.parametrize(
    ("case", "citations", "precision", "recall"),
    [
        (HOW_MUCH, [cite("chips", COST)], 1, 1),
        (HOW_MUCH, [cite("chips", OPENED), cite("copy", COST)], 1 / 2, 1),
        (HOW_MUCH, [cite("chips", OPENED)], 0, 0),
        (HOW_MUCH, [cite("mirror", COST)], 0, 0),
        (HOW_MUCH, [cite("mirror", COST, ("chips",))], 1, 1),
        (HOW_MUCH, [], None, 0),
        (TWO_PARTS, [cite("chips", COST), cite("mirror", CRANES)], 1 / 2, 1 / 2),
        (TWO_PARTS, [cite("chips", COST), cite("chips", OPENED), cite("chips", CRANES)], 2 / 3, 1),
        (TWO_PARTS, [cite("chips", Span(0, 86))], 1, 1),
        (DISPUTED, [cite("paper", COST)], 1, 1 / 2),
        (NO_ARTICLES, [cite("mirror", COST), cite("paper", COST)], 1 / 2, 1),
        (WHO_WON, [cite("chips", COST), cite("copy", COST)], 0, 0),
        (WHO_WON, [], None, 0),
        (FOR_THE_SEARCH, [cite("chips", COST)], 0, 0),
    ],
)
def test_citations(case: Case, citations: list[Citation], precision: float | None, recall: float) -> None:
    answer = answered("48 million dollars and four cranes", *citations)
    assert metrics.citation_precision(case, answer) == precision
    assert metrics.citation_recall(case, answer) == recall


class Shouted(Quote):
    """A quote that holds what its article says, but not in its very letters, as no quote of ours can."""

    @property
    def text(self) -> str:
        return self.span.of(self.article.text).upper()


def test_verbatim() -> None:
    shouted = Citation(2, Shouted(article("chips"), COST))
    assert metrics.verbatim(RIGHT, KEPT) == 1.0
    assert metrics.verbatim(answered("x", cite("chips", COST), shouted, shouted, shouted), KEPT) == 1 / 4
    assert metrics.verbatim(DECLINED, KEPT) is None


@pytest.mark.parametrize("span", [Span(0, 87), Span(86, 87), Span(1000, 1001)])
def test_a_quote_that_is_no_slice_cannot_be_built(span: Span) -> None:
    with pytest.raises(ValueError, match=r"runs past the 86 characters of chips"):
        Quote(article("chips"), span)


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 3)])
def test_a_span_that_is_none_cannot_be_built(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=rf"a span needs 0 <= start < end, got \[{start}, {end}\)"):
        Span(start, end)


BOTH_COSTS = (cite("chips", COST), cite("paper", COST, number=2))


@pytest.mark.parametrize(
    ("conflicts", "shown"),
    [
        ([conflict(("48 million dollars", ()), ("52 million dollars", ()))], True),
        ([conflict(("52m", ()), ("48m", ()))], True),
        ([conflict(("the one", (1,)), ("the other", (2,)))], True),  # the quotes hold them
        ([conflict(("48m", ()), ("7", ()), ("52m", ()))], True),
        ([conflict(("48m, not 52m", ()), ("48m", ()))], True),  # the first holds both, and has to stand for the second
        ([conflict(("48m, not 52m", ()), ("7", ()))], False),  # one value cannot stand for two
        ([conflict(("48m", (1,)), ("$48 million", (1,)))], False),
        ([conflict(("48m", ()), ("7", ())), conflict(("7", ()), ("52m", ()))], False),  # not set against each other
        ([conflict(("7", ()), ("8", ())), conflict(("48m", ()), ("52m", ()))], True),
        ([conflict(("the one", (1,)), ("the other", (9,)))], False),  # there is no citation 9
        ([conflict()], False),
        ([], False),
    ],
)
def test_conflict_shown(conflicts: list[Conflict], shown: bool) -> None:
    answer = answered("48 or 52 million dollars", *BOTH_COSTS, conflicts=tuple(conflicts))
    assert metrics.conflict_shown(DISPUTED, answer) is shown
    assert metrics.conflict_shown(HOW_MUCH, answer) is False
    assert metrics.conflict_shown(WHO_WON, answer) is False
    assert metrics.conflict_raised(answer) is bool(conflicts)


def test_each_of_three_values_needs_a_place_of_its_own() -> None:
    three = Case(id="8", question="How many?", values=(("48m",), ("52m",), ("60m",)))
    one_missing = conflict(("48m or 52m", ()), ("52m or 48m", ()), ("7", ()))
    assert not metrics.conflict_shown(three, answered("", conflicts=(one_missing,)))
    two_places = conflict(("48m or 52m", ()), ("60m", ()))
    assert not metrics.conflict_shown(three, answered("", conflicts=(two_places,)))
    all_there = conflict(("48m or 52m", ()), ("48m", ()), ("60m", ()))
    assert metrics.conflict_shown(three, answered("", conflicts=(all_there,)))


# Answerers, and what the measures say of them over four questions: two plain ones, a disputed one, an unanswerable one.

Answerer = Callable[[Case], Answer]
QUESTIONS = (HOW_MUCH, HOW_MANY, DISPUTED, WHO_WON)
DISPUTE = conflict(("48 million dollars", (1,)), ("52 million dollars", (2,)))


def good(case: Case) -> Answer:
    return {
        HOW_MUCH.id: RIGHT,
        HOW_MANY.id: answered("four cranes", cite("paper", CRANES)),
        DISPUTED.id: answered("48 million dollars; 52 million dollars", *BOTH_COSTS, conflicts=(DISPUTE,)),
        WHO_WON.id: DECLINED,
    }[case.id]


def always_the_first_sentence(case: Case) -> Answer:
    return answered("The factory cost 48 million dollars.", cite("chips", COST))


def always_declining(case: Case) -> Answer:
    return DECLINED


def never_declining(case: Case) -> Answer:
    return good(case) if case.answerable else answered("On Monday", cite("chips", OPENED))


def from_the_wrong_article(case: Case) -> Answer:
    """The right words, but each quote is of an article that isn't known to have the answer."""
    answer = good(case)
    moved = [
        replace(one, quote=Quote(replace(one.quote.article, id="mirror"), one.quote.span)) for one in answer.citations
    ]
    return replace(answer, citations=tuple(moved))


def not_verbatim(case: Case) -> Answer:
    answer = good(case)
    shouted = [replace(one, quote=Shouted(one.quote.article, one.quote.span)) for one in answer.citations]
    return replace(answer, citations=tuple(shouted))


def from_the_next_sentence(case: Case) -> Answer:
    """The right short answer and article, but the quote is the sentence about the opening."""
    answer = good(case)
    beside = [replace(one, quote=Quote(one.quote.article, OPENED)) for one in answer.citations]
    return replace(answer, citations=tuple(beside))


def saying_something_else(case: Case) -> Answer:
    answer = good(case)
    return answer if metrics.declined(answer) else replace(answer, short_answer="On Monday")


def always_in_conflict(case: Case) -> Answer:
    answer = good(case)
    return answer if metrics.declined(answer) else replace(answer, conflicts=(DISPUTE,))


def never_in_conflict(case: Case) -> Answer:
    return replace(good(case), conflicts=())


def mean(values: Sequence[float | None]) -> float | None:
    applying = [value for value in values if value is not None]
    return sum(applying) / len(applying) if applying else None


def measured(answerer: Answerer) -> dict[str, float | None]:
    """Every measure over the four questions; of conflicts the share shown of those raised, and of those there are."""
    every = [(case, answerer(case)) for case in QUESTIONS]
    answerable = [(case, answer) for case, answer in every if case.answerable]
    declined = np.array([metrics.declined(answer) for _, answer in every])
    decline_precision, decline_recall = precision_recall(declined, np.array([case.answerable for case in QUESTIONS]))
    raised = [metrics.conflict_shown(case, answer) for case, answer in every if metrics.conflict_raised(answer)]
    return {
        "treated rightly": mean([metrics.treated_rightly(*one) for one in every]),
        "answered rightly": mean([metrics.answered_rightly(*one) for one in answerable]),
        "in short answer": mean([metrics.in_short_answer(*one) for one in answerable]),
        "in quotes": mean([metrics.in_quotes(*one) for one in answerable]),
        "citation precision": mean([metrics.citation_precision(*one) for one in every]),
        "citation recall": mean([metrics.citation_recall(*one) for one in answerable]),
        "verbatim": mean([metrics.verbatim(answer, KEPT) for _, answer in every]),
        "decline precision": decline_precision,
        "decline recall": decline_recall,
        "conflict precision": mean(raised),
        "conflict recall": mean([metrics.conflict_shown(*one) for one in every if one[0].values]),
    }


PERFECT: dict[str, float | None] = dict.fromkeys(measured(good), 1.0)


def test_a_good_answerer_has_full_marks() -> None:
    assert measured(good) == PERFECT


@pytest.mark.parametrize(
    ("answerer", "given_away_by"),
    [
        (
            # Right for the first question, half right for the disputed one, where the citation supports one value.
            always_the_first_sentence,
            {
                "treated rightly": 1 / 4,
                "answered rightly": 1 / 3,
                "in short answer": 1 / 3,
                "in quotes": 1 / 3,
                "citation precision": 2 / 4,
                "citation recall": 1.5 / 3,
                "decline precision": None,
                "decline recall": 0.0,
                "conflict precision": None,
                "conflict recall": 0.0,
            },
        ),
        (
            always_declining,
            {
                "treated rightly": 1 / 4,
                "answered rightly": 0.0,
                "in short answer": 0.0,
                "in quotes": 0.0,
                "citation precision": None,
                "citation recall": 0.0,
                "verbatim": None,
                "decline precision": 1 / 4,
                "conflict precision": None,
                "conflict recall": 0.0,
            },
        ),
        (
            never_declining,
            {
                "treated rightly": 3 / 4,
                "citation precision": 3 / 4,
                "decline precision": None,
                "decline recall": 0.0,
            },
        ),
        (
            from_the_wrong_article,
            {
                "treated rightly": 1 / 4,
                "answered rightly": 0.0,
                "citation precision": 0.0,
                "citation recall": 0.0,
                # What paper says does not stand in the mirror.
                "verbatim": 5 / 6,
            },
        ),
        (not_verbatim, {"verbatim": 0.0}),
        (from_the_next_sentence, {"in quotes": 0.0, "citation precision": 0.0, "citation recall": 0.0}),
        (saying_something_else, {"in short answer": 0.0}),
        (always_in_conflict, {"conflict precision": 1 / 3}),
        (never_in_conflict, {"conflict precision": None, "conflict recall": 0.0}),
    ],
)
def test_a_broken_answerer_is_given_away(answerer: Answerer, given_away_by: dict[str, float | None]) -> None:
    assert measured(answerer) == PERFECT | given_away_by
