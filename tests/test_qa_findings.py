"""From sentences to answers: which answers are one, what other sources add, how sure the best one is."""

from datetime import date
from math import e, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.tokens import tokens
from index.types import Article, Span
from qa import findings
from qa.evidence import Evidence, Signs
from qa.findings import (
    Finding,
    Grounds,
    confidence,
    find,
    grounds,
    is_enough,
    joined_signs,
    same_answer,
    same_words,
    support,
)
from qa.logistic import Weights

SIGNS = Signs(
    relevance=3.0,
    certainty=2.0,
    share=1.5,
    height=7.0,
    coverage=0.9,
    in_sentence=0.75,
    fits=1,
    answer_fits=-1,
    echo=0.5,
    length=4.0,
    lead=0.05,
    background=0.8,
    timely=0.0,
    passage_near=0.0,
    near=0.0,
    at_home=0.0,
    recent=-1.0,
    newness=0.4,
)
# With these the log odds of a finding are those of its best sentence and its support, added.
ADDED = Weights(0.0, (1.0, 1.0))
EASTER_2024 = date(2024, 3, 31)
VALUES = [
    "350,000", "35万", "nearly 340,000", "$5", "5元", "5%", "5 people", "40 to 50",
    "April 2024", "2024年4月", "7 April", "2024", "2023年", "去年", "last month", "from 2021 to 2023",
    "Ann", "Ann Lee", "Lee", "马斯克", "埃隆·马斯克", "the", "...",
]  # fmt: skip


def said(
    value: str,
    article: str = "a",
    probability: float = 0.5,
    *,
    text: str | None = None,
    published: date | None = None,
    same_language: bool = True,
) -> Evidence:
    """A sentence, `text`, that answers with `value`."""
    text = text or value
    start = text.index(value)
    source = Article(article, "v", "", text, "en", None, published, "a.txt", (), (Span(0, len(text)),))
    answer = Span(start, start + len(value))
    return Evidence(source, 0, Span(0, len(text)), answer, probability, same_language, SIGNS)


def values(found: list[Finding]) -> list[list[str]]:
    return [[one.value for one in finding.evidence] for finding in found]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("350,000", "35万"),
        ("350,000 GPUs", "35萬個"),
        ("３５０，０００", "350 thousand"),
        ("$204.5 billion", "2045亿美元"),
        ("2045亿美元", "2,045億ドル"),
        ("5.0 percent", "5%"),
        ("5%", "5パーセント"),
        ("40 cranes", "as many as 40"),
        ("40 to 50", "40から50"),
        ("$40", "40"),
        ("nearly 600,000", "598,000"),
    ],
)
def test_figures_that_agree(one: str, other: str) -> None:
    assert same_answer(said(one), said(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("35万", "35,000"),
        ("$5", "€5"),
        ("5%", "5"),
        ("40 to 50", "40"),
        ("40 to 50", "40 to 60"),
        ("40", "forty"),
        ("40 cranes", "cranes"),
    ],
)
def test_figures_that_differ(one: str, other: str) -> None:
    assert not same_answer(said(one), said(other))


@pytest.mark.parametrize(("times", "same"), [(0.99, True), (1.01, False)])
def test_figures_agree_within_rounding(times: float, *, same: bool) -> None:
    rounded = 1_000_000 * (1 - findings.ROUNDING * times)
    assert same_answer(said("1 million"), said(f"{rounded:,.0f}")) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("April 2024", "2024年4月", True),
        ("April 2024", "2024年5月", False),
        ("April 2024", "April 2023", False),
        ("7 April 2024", "2024-04-07", True),
        ("7 April 2024", "April 8, 2024", False),
        ("7 April", "2024年4月", True),
        ("in 2024", "2024年4月7日", True),
        ("in 2024", "since April", False),
        ("2021 to 2023", "2021年至2023年", True),
        ("2021 to 2023", "2021年至2022年", False),
        ("in 2024", "Ann", False),
    ],
)
def test_dates(one: str, other: str, *, same: bool) -> None:
    assert same_answer(said(one), said(other)) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("last year", "2023", True),
        ("last year", "2024", False),
        ("去年", "in 2023", True),
        ("昨年7月", "July 2023", True),
        ("去年7月", "July 2024", False),
        ("last month", "2024年2月", True),
        ("先月", "March 2024", False),
        ("今年", "2024", True),
    ],
)
def test_last_year_is_the_year_before_its_article(one: str, other: str, *, same: bool) -> None:
    assert same_answer(said(one, published=EASTER_2024), said(other)) is same


def test_last_year_of_two_articles() -> None:
    earlier = said("去年", published=EASTER_2024)
    assert same_answer(earlier, said("last year", published=date(2024, 12, 31)))
    assert not same_answer(earlier, said("去年", published=date(2025, 1, 1)))


def test_last_year_of_an_article_without_a_date_is_no_year() -> None:
    assert not same_answer(said("last year"), said("2023"))
    assert same_answer(said("last year"), said("last year", published=EASTER_2024))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ann Lee", "Lee", True),
        ("ANN", "ann lee", True),
        ("the cranes", "a crane", True),
        ("马斯克", "埃隆·马斯克", True),
        ("馬斯克", "马斯克", True),
        ("the", "The", True),
        ("Ann Lee", "Ann Ray", False),
        ("Ann", "Bo", False),
        ("Ann", "Annabel", False),
        ("马斯克", "Musk", False),
        ("Ann", "...", False),
        ("...", "...", False),
    ],
)
def test_words_within_words(one: str, other: str, *, same: bool) -> None:
    assert same_answer(said(one), said(other)) is same


def test_the_answer_decides_and_not_its_sentence() -> None:
    one = said("40", text="Pell has 40 cranes.")
    assert not same_answer(one, said("Pell", text="Pell has 40 cranes."))
    assert same_answer(one, said("40", text="In May it was 40."))


@given(st.sampled_from(VALUES) | st.text(max_size=9), st.sampled_from(VALUES) | st.text(max_size=9))
def test_the_same_either_way(one: str, other: str) -> None:
    left, right = said(f"{one} "), said(f"{other} ", published=EASTER_2024)
    assert same_answer(left, right) == same_answer(right, left)
    assert same_answer(left, left) == bool(tokens(one))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("It has 40 cranes.", "it has 40 cranes!", True),
        ("它有35万台。", "它有35萬台", True),
        ("It has 40 cranes.", "It has 41 cranes.", False),
        ("Ann saw Bo.", "Bo saw Ann.", False),
        ("It cost $5.", "It cost €5.", False),
        ("It grew by 5%.", "It grew by 5.", False),
        ("It has 40 cranes.", "It has 40 cranes now.", False),
    ],
)
def test_copies(one: str, other: str, *, same: bool) -> None:
    assert same_words(one, other) is same


def test_support_by_hand() -> None:
    others = [said("40", "b", 0.25, text="It has 40."), said("40", "c", 0.25, text="There are 40.")]
    assert support([said("40", "a", 0.9), *others]) == pytest.approx(log(1.5))


def test_the_best_alone_has_no_support() -> None:
    assert support([said("40", "a", 0.9)]) == 0


@pytest.mark.parametrize(
    "second",
    [
        said("40", "a", text="There are 40."),
        said("40", "b", text="It has 40!"),
    ],
    ids=["its article again", "a copy"],
)
def test_no_support_of_its_own(second: Evidence) -> None:
    assert support([said("40", "a", 0.9, text="It has 40."), second]) == 0


@pytest.mark.parametrize(
    "third",
    [
        said("40", "b", text="40 stand there."),
        said("40", "c", text="There are 40"),
    ],
    ids=["its article again", "a copy"],
)
def test_each_supporter_counts_once(third: Evidence) -> None:
    listed = [said("40", "a", 0.9, text="It has 40."), said("40", "b", 0.5, text="There are 40."), third]
    assert support(listed) == pytest.approx(log(1.5))


def test_a_copy_of_what_was_not_counted_counts() -> None:
    again, copy = said("40", "a", 0.9, text="40 stand there."), said("40", "b", 0.5, text="40 stand there.")
    assert support([said("40", "a", 0.9, text="It has 40."), again, copy]) == pytest.approx(log(1.5))


def test_joined_signs_by_hand() -> None:
    assert joined_signs([said("40", "a", 0.75), said("40", "b", 0.5, text="It has 40.")]) == pytest.approx(
        (log(3), log(1.5))
    )


def test_the_answer_of_two_comes_before_the_likelier_one_of_one() -> None:
    ann, here, there = said("Ann", "c", 0.55), said("350,000", "a", 0.5), said("35万", "b", 0.5)
    first, second = find([ann, here, there], ADDED)
    assert (first.evidence, second.evidence) == ((here, there), (ann,))
    assert first.best == here
    # Even odds times one and a half: 1.5 / 2.5.
    assert (first.probability, second.probability) == pytest.approx((0.6, 0.55))


def test_an_answer_is_what_its_likeliest_evidence_says() -> None:
    assert values(find([said("Ann Lee"), said("Ann"), said("Lee")], ADDED)) == [["Ann Lee", "Ann", "Lee"]]
    assert values(find([said("Ann"), said("Ann Lee"), said("Lee")], ADDED)) == [["Ann", "Ann Lee"], ["Lee"]]
    assert values(find([said("Ann"), said("Lee"), said("Ann Lee")], ADDED)) == [["Ann", "Ann Lee"], ["Lee"]]


def test_findings_as_likely_stay_in_order() -> None:
    assert values(find([said("Ann"), said("Bo"), said("40"), said("Ann")], ADDED)) == [["Ann", "Ann"], ["Bo"], ["40"]]


def test_what_the_best_sentence_and_its_support_weigh() -> None:
    (finding,) = find([said("40", "a", 0.75), said("40", "b", 0.5, text="It has 40.")], Weights(1.0, (0.0, 2.0)))
    # The odds are e times the square of one and a half.
    assert finding.probability == pytest.approx(2.25 * e / (1 + 2.25 * e))


def test_without_weights_the_fitted_ones_count() -> None:
    listed = [said("40"), said("Ann")]
    assert find(listed) == find(listed, findings._JOINED)


def test_only_the_likeliest_evidence_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "_EVIDENCE", 2)
    assert values(find([said("Ann"), said("Bo"), said("Ann"), said("40")], ADDED)) == [["Ann"], ["Bo"]]


def test_no_evidence_is_no_finding() -> None:
    assert find([]) == []


@given(st.lists(st.tuples(st.sampled_from(VALUES), st.sampled_from("abc"), st.floats(0, 1)), max_size=12))
def test_all_evidence_is_in_one_finding(listed: list[tuple[str, str, float]]) -> None:
    evidence = sorted((said(*one) for one in listed), key=lambda one: -one.probability)
    found = find(evidence, ADDED)
    assert sorted(id(one) for finding in found for one in finding.evidence) == sorted(map(id, evidence))
    assert [one.probability for one in found] == sorted((one.probability for one in found), reverse=True)
    # Other sources only ever make an answer likelier.
    assert all(one.probability >= one.best.probability - 1e-9 for one in found)


BEST = Finding((said("40", "a", 0.5), said("40", "b", 0.25, text="It has 40.")), 0.75)
NEXT = Finding((said("50", "c", 0.5),), 0.5)
ACROSS = Finding((said("40", same_language=False), said("40", "b")), 0.5)


def test_grounds_by_hand() -> None:
    assert grounds([BEST, NEXT]) == pytest.approx(
        Grounds(
            finding=log(3),
            ahead=log(3),
            support=log(1.25),
            relevance=3.0,
            certainty=2.0,
            coverage=0.9,
            in_sentence=0.75,
            answer_fits=-1,
            lead=0.05,
            background=0.8,
            across=0.0,
            recent=-1.0,
        )
    )


def test_how_far_ahead_is_measured_from_the_next_one() -> None:
    rival = Finding((said("50"),), 0.75)
    assert grounds([BEST, rival, NEXT]).ahead == pytest.approx(0)
    assert grounds([BEST]).ahead == 0


def test_another_language_is_told() -> None:
    assert (grounds([ACROSS]).across, grounds([NEXT]).across) == (1.0, 0.0)


def test_every_ground_has_a_weight() -> None:
    assert len(findings._CONFIDENCE.factors) == len(Grounds._fields)
    assert len(findings._JOINED.factors) == len(joined_signs(BEST.evidence))


def test_confidence_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    factors = Grounds(*[0.0] * len(Grounds._fields))._replace(finding=2.0, coverage=10.0)
    monkeypatch.setattr(findings, "_CONFIDENCE", Weights(-9.0, factors))
    # -9 + 2 log(3) + 10 * 0.9, which are odds of nine to one.
    assert confidence([BEST, NEXT]) == pytest.approx(0.9)


def test_confidence_rests_on_the_first_and_its_lead_on_the_next() -> None:
    assert confidence([BEST, NEXT, ACROSS]) == confidence([BEST, NEXT])


@pytest.mark.parametrize("best", [BEST, ACROSS])
@pytest.mark.parametrize(("sure", "enough"), [(0.4, True), (0.4 - 1e-9, False)])
def test_the_threshold_itself_is_enough(
    monkeypatch: pytest.MonkeyPatch, best: Finding, sure: float, *, enough: bool
) -> None:
    monkeypatch.setattr(findings, "_ANSWER_FROM", 0.4)
    monkeypatch.setattr(findings, "confidence", lambda _findings: sure)
    assert is_enough([best, NEXT]) is enough


def test_nothing_found_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "_ANSWER_FROM", 0.0)
    assert confidence([]) == 0.0
    assert not is_enough([])
