"""Each measure worked out by hand, and answerers broken on purpose, which the right measure must give away."""

import pytest

from eval import metrics
from eval.sets import Case
from index.types import Article, Hit, Passage, Span
from qa.types import Answer, Citation, Found, Quote

TEXT = "The factory cost 48 million dollars. It opened on Monday. The harbour has four cranes."
COST, OPENED, CRANES = Span(0, 36), Span(37, 57), Span(58, 86)
CASE = Case(id="1", question="How much?", answers=("$48 million", "48m"), articles=("chips", "copy"))
UNANSWERABLE = Case(id="2", question="Who won?")
TWO_PARTS = Case(
    id="3",
    question="What did it cost and how many cranes are there?",
    answers=("$48 million", "four cranes"),
    articles=("chips",),
    parts=(("$48 million",), ("four cranes", "4 cranes")),
)


def article(id_: str) -> Article:
    return Article(id_, "0123456789ab", "Title", TEXT, "en", None, None, f"{id_}.txt")


def found(*ids: str) -> list[Found]:
    return [Found(Hit(Passage(0, id_, "en", COST, COST.of(TEXT)), 0.5, "words"), article(id_)) for id_ in ids]


def cite(id_: str, span: Span, also_in: tuple[str, ...] = ()) -> Citation:
    return Citation(1, Quote(article(id_), span), also_in)


def answered(short_answer: str, *citations: Citation) -> Answer:
    return Answer("How much?", "en", "how much", "answered", short_answer, short_answer, 0.9, citations)


DECLINED = Answer("How much?", "en", "how much", "abstained", "", "The articles do not answer this.", 0.1)
RIGHT = answered("48 million dollars", cite("chips", COST))


@pytest.mark.parametrize(
    ("k", "ids", "value"),
    [
        (1, ["chips", "other"], 1.0),
        (1, ["other", "chips"], 0.0),
        (2, ["other", "copy"], 1.0),
        (5, ["other", "another"], 0.0),
        (5, [], 0.0),
    ],
)
def test_recall_at(k: int, ids: list[str], value: float) -> None:
    assert metrics.recall_at(k, CASE, found(*ids)) == value
    assert metrics.recall_at(k, UNANSWERABLE, found(*ids)) is None


@pytest.mark.parametrize(
    ("ids", "value"),
    [
        (["chips"], 1.0),
        (["other", "copy", "chips"], 0.5),
        (["other", "other", "other", "chips"], 0.25),
        (["other"], 0.0),
        ([], 0.0),
    ],
)
def test_reciprocal_rank(ids: list[str], value: float) -> None:
    assert metrics.reciprocal_rank(CASE, found(*ids)) == value
    assert metrics.reciprocal_rank(UNANSWERABLE, found(*ids)) is None


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (RIGHT, 1.0),
        (answered("It opened.", cite("chips", COST)), 1.0),  # the quote holds it
        (answered("4800万美元", cite("chips", OPENED)), 1.0),  # the short answer holds it
        (answered("48 million dollars", cite("other", COST)), 0.0),
        (answered("48 million dollars", cite("other", COST, ("copy",))), 1.0),
        (answered("On Monday", cite("chips", OPENED)), 0.0),
        (answered("48 million dollars"), 0.0),
        (DECLINED, 0.0),
    ],
)
def test_answered_rightly(answer: Answer, value: float) -> None:
    assert metrics.answered_rightly(CASE, answer) == value
    assert metrics.answered_rightly(UNANSWERABLE, answer) is None


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (answered("$48 million", cite("chips", COST), cite("chips", CRANES)), 1.0),
        (answered("four cranes", cite("chips", COST)), 1.0),
        (answered("$48 million", cite("chips", COST)), 0.0),
        (answered("$48 million", cite("chips", COST), cite("other", CRANES)), 1.0),
    ],
)
def test_every_part_has_to_be_shown(answer: Answer, value: float) -> None:
    assert metrics.answered_rightly(TWO_PARTS, answer) == value


def test_in_short_answer() -> None:
    assert metrics.in_short_answer(CASE, RIGHT) == 1.0
    assert metrics.in_short_answer(CASE, answered("On Monday", cite("chips", COST))) == 0.0
    assert metrics.in_short_answer(CASE, DECLINED) == 0.0
    assert metrics.in_short_answer(UNANSWERABLE, RIGHT) is None


def test_cited_rightly() -> None:
    assert metrics.cited_rightly(CASE, RIGHT) == 1.0
    assert metrics.cited_rightly(CASE, answered("x", cite("chips", OPENED), cite("copy", COST))) == 1.0
    assert metrics.cited_rightly(CASE, answered("48 million dollars", cite("chips", OPENED))) == 0.0
    assert metrics.cited_rightly(CASE, answered("48 million dollars", cite("other", COST))) == 0.0
    assert metrics.cited_rightly(CASE, answered("x", cite("other", COST, ("chips",)))) == 1.0
    assert metrics.cited_rightly(CASE, DECLINED) is None
    assert metrics.cited_rightly(UNANSWERABLE, RIGHT) is None


def test_declined() -> None:
    assert metrics.declined(DECLINED) == 1.0
    assert metrics.declined(RIGHT) == 0.0


def test_verbatim() -> None:
    assert metrics.verbatim(RIGHT) == 1.0
    assert metrics.verbatim(DECLINED) is None


class Invented(Quote):
    """A quote that says something else than its article, as no quote of ours can."""

    @property
    def text(self) -> str:
        return "The factory cost 84 million dollars."


def test_an_invented_quote_is_exposed() -> None:
    invented = Citation(2, Invented(article("chips"), COST))
    assert metrics.verbatim(answered("x", cite("chips", COST), invented, invented, invented)) == 0.25


@pytest.mark.parametrize("span", [Span(0, 87), Span(86, 87), Span(1000, 1001)])
def test_a_quote_that_is_no_slice_cannot_be_built(span: Span) -> None:
    with pytest.raises(ValueError, match=r"runs past the 86 characters of chips"):
        Quote(article("chips"), span)


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 3)])
def test_a_span_that_is_none_cannot_be_built(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=rf"a span needs 0 <= start < end, got \[{start}, {end}\)"):
        Span(start, end)


def test_an_answerer_that_always_declines_is_exposed() -> None:
    assert metrics.declined(DECLINED) == 1.0
    assert metrics.answered_rightly(CASE, DECLINED) == 0.0
    assert metrics.in_short_answer(CASE, DECLINED) == 0.0


def test_an_answerer_that_never_declines_is_exposed() -> None:
    assert metrics.answered_rightly(CASE, RIGHT) == 1.0
    assert metrics.declined(RIGHT) == 0.0


def test_an_answerer_that_cites_the_wrong_article_is_exposed() -> None:
    wrong = answered("48 million dollars", cite("other", COST))
    assert metrics.in_short_answer(CASE, wrong) == 1.0
    assert metrics.answered_rightly(CASE, wrong) == 0.0
    assert metrics.cited_rightly(CASE, wrong) == 0.0


def test_an_answerer_that_cites_another_sentence_is_exposed() -> None:
    beside = answered("48 million dollars", cite("chips", CRANES))
    assert metrics.answered_rightly(CASE, beside) == 1.0
    assert metrics.cited_rightly(CASE, beside) == 0.0


def test_an_answerer_that_quotes_but_says_something_else_is_exposed() -> None:
    beside = answered("On Monday", cite("chips", COST))
    assert metrics.cited_rightly(CASE, beside) == 1.0
    assert metrics.in_short_answer(CASE, beside) == 0.0
