"""Do the sources agree: which findings are at odds, in which order, and above all which are not."""

from datetime import date
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Article, Filter, Span
from qa import compare
from qa.compare import Nearness, at_odds, conflicts, other_words
from qa.evidence import Evidence
from qa.findings import Finding, find, same_answer
from qa.logistic import Weights
from qa.quote import cite
from qa.types import Citation, Conflict, ConflictValue, Question, Quote
from tests.made_evidence import made_evidence

# A finding is as likely as its best sentence.
BEST_ALONE = Weights(0.0, (1.0, 0.0))
# As sure as the best one, and too unlikely to be trusted.
SURE, DOUBTFUL = 0.9, 0.001


def question(text: str) -> Question:
    return Question(text, text, "en", Filter())


def evidence(
    text: str, answer: str, probability: float = SURE, published: date | None = None, id: str | None = None
) -> Evidence:
    """The sentence `text` of an article of its own, where no `id` is given, answering with `answer`."""
    article = Article(id or text, "v", "", text, "en", None, published, "a.txt", (), (Span(0, len(text)),))
    return in_article(article, text, answer, probability)


def in_article(article: Article, sentence: str, answer: str, probability: float = SURE) -> Evidence:
    start = article.text.index(sentence)
    answer_start = start + sentence.index(answer)
    span = Span(start, start + len(sentence))
    return made_evidence(article, span, Span(answer_start, answer_start + len(answer)), probability)


def nearly(cosine: float = 1.0) -> Nearness:
    """A second model to whom all texts are equally near."""
    return lambda _text, others: np.full(len(others), cosine, np.float32)


def values(asked: Question, *read: Evidence, cosine: float = 1.0) -> list[str]:
    """The answers at odds with each other, where the second model finds their sentences so near."""
    return [finding.best.value for finding in at_odds(asked, find(read, BEST_ALONE), read, nearly(cosine))]


def shown(asked: Question, *read: Evidence) -> tuple[Conflict, ...]:
    """The conflict as it goes into an answer, with the citations that go there too."""
    findings = find(read, BEST_ALONE)
    differing = at_odds(asked, findings, read, nearly())
    return conflicts(differing, cite(findings, differing))


def of_values(*values: tuple[str, tuple[int, ...]], kind: str = "number") -> tuple[Conflict, ...]:
    return (Conflict(kind, tuple(ConflictValue(value, numbers) for value, numbers in values)),)


VALUE = question("How much did Meta's market value grow in one day?")
STAFF = question("How many people work there?")
DIRECTOR = question("Who directed it?")
OPENED = question("When was it opened?")


@pytest.mark.parametrize(
    ("asked", "one", "its", "other", "others"),
    [
        (DIRECTOR, "Directed by James Cameron.", "James Cameron", "Directed by Christoph Gans.", "Christoph Gans"),
        (DIRECTOR, "It was directed by James Cameron.", "James Cameron", "It was directed by Pell.", "Pell"),
        (
            question("谁执导的？"),
            "由詹姆斯·卡梅隆执导。",
            "詹姆斯·卡梅隆",
            "由克里斯多夫·甘斯执导。",
            "克里斯多夫·甘斯",
        ),
        (question("監督は誰？"), "この映画の監督は宮崎駿です。", "宮崎駿", "この映画の監督は細田守です。", "細田守"),
        (STAFF, "The port has 600 cranes.", "600", "The port has 450 cranes.", "450"),
        (OPENED, "It was opened in 1987.", "1987", "It was opened in 1990.", "1990"),
        (OPENED, "它于1987年开放。", "1987年", "它于1990年开放。", "1990年"),
        (OPENED, "港は4月7日に開いた。", "4月7日", "港は4月9日に開いた。", "4月9日"),
        (question("Where is it made?"), "MADE IN PELL, by hand.", "PELL", "Made in Marsh, by hand.", "Marsh"),
    ],
)
def test_two_sentences_that_are_the_same_but_for_the_answer(
    asked: Question, one: str, its: str, other: str, others: str
) -> None:
    sure, doubtful = evidence(one, its), evidence(other, others, DOUBTFUL)
    assert values(asked, sure, doubtful) == [its, others]
    # And the other way round.
    assert values(asked, evidence(other, others), evidence(one, its, DOUBTFUL)) == [others, its]


def test_what_stands_in_the_place_of_the_answer_differs_whatever_was_read_as_the_answer() -> None:
    one = evidence("Directed by James Cameron.", "James Cameron")
    other = evidence("Directed by Christoph Gans.", "Directed", DOUBTFUL)
    assert values(DIRECTOR, one, other) == ["James Cameron", "Christoph Gans"]


def test_a_sentence_too_unlikely_for_a_finding_is_compared_too() -> None:
    one = evidence("Directed by James Cameron.", "James Cameron")
    other = evidence("Directed by Christoph Gans.", "Christoph Gans", DOUBTFUL)
    differing = at_odds(DIRECTOR, find([one], BEST_ALONE), [one, other], nearly())
    assert [finding.best for finding in differing] == [one, other]


def test_every_sentence_for_the_best_finding_is_compared() -> None:
    read = [
        evidence("The film is a work of James Cameron.", "James Cameron"),
        evidence("Directed by Cameron.", "Cameron"),
        evidence("Directed by Christoph Gans.", "Christoph Gans", DOUBTFUL),
    ]
    assert values(DIRECTOR, *read) == ["James Cameron", "Christoph Gans"]


def test_who_agrees_with_a_sentence_for_the_best_finding_is_not_at_odds_with_it() -> None:
    read = [
        evidence("Some 1,012,000 work there.", "1,012,000"),
        # Both of the others are this figure, rounded.
        evidence("The port has a staff of 1,000,000.", "1,000,000"),
        evidence("The port has a staff of 988,000.", "988,000", DOUBTFUL),
    ]
    assert values(STAFF, *read) == []


@pytest.mark.parametrize(
    ("one", "its", "other", "others"),
    [
        # Other figures elsewhere: not the same thing at all.
        ("In 2022 the port had 600 cranes.", "600", "In 2023 the port had 450 cranes.", "450"),
        ("The 3 halls of Pell have 40 seats.", "40", "The 4 halls of Pell have 60 seats.", "60"),
        ("第3号厅里一共有40个座位。", "40", "第4号厅里一共有60个座位。", "60"),
        ("第3会場の座席は40席です。", "40", "第4会場の座席は60席です。", "60"),
        ("Will has run it for 3 years.", "Will", "Pell has run it for 4 years.", "Pell"),
        # Other words elsewhere.
        (
            "Will, they say, lies by the sea and has a port.",
            "Will",
            "Pell, they say, sat in the sun and had a sail.",
            "Pell",
        ),
        ("Will ran it.", "Will", "In the end, after a long and bitter fight, Pell ran it.", "Pell"),
        # The same answer, or a part of it.
        ("Directed by James Cameron.", "James Cameron", "Directed by Cameron.", "Cameron"),
        ("由詹姆斯·卡梅隆执导。", "詹姆斯·卡梅隆", "由卡梅隆执导。", "卡梅隆"),
        ("Directed by James Cameron.", "James Cameron", "directed by james cameron!", "james cameron"),
        ("The port has 600,000 cranes.", "600,000", "The port has 598,000 cranes.", "598,000"),
        ("It opened in 2024.", "in 2024", "It opened in April 2024.", "in April 2024"),
        ("涨了2045亿美元。", "2045亿美元", "涨了2,045億美元。", "2,045億美元"),
    ],
)
def test_sentences_that_do_not_differ_in_the_answer_alone(one: str, its: str, other: str, others: str) -> None:
    assert values(question("Which?"), evidence(one, its), evidence(other, others, DOUBTFUL)) == []
    assert values(question("Which?"), evidence(other, others), evidence(one, its, DOUBTFUL)) == []


def test_one_other_word_in_a_long_sentence_is_still_the_same_sentence() -> None:
    one = "The film that won so many prizes in that long winter was directed by Cameron."
    other = "The movie that won so many prizes in that long winter was directed by Gans."
    assert values(DIRECTOR, evidence(one, "Cameron"), evidence(other, "Gans", DOUBTFUL)) == ["Cameron", "Gans"]


def test_the_place_of_the_answer_is_found_inside_an_article() -> None:
    news = Article("news", "v", "", "Old news. Directed by Christoph Gans. Gulls cry.", "en", None, None, "n.txt")
    one = evidence("Directed by James Cameron.", "Cameron")
    other = in_article(news, "Directed by Christoph Gans.", "Directed")
    # "James" stands outside the answer but beside it, so that both words are in its place.
    assert other_words(evidence("Directed by James Cameron.", "James Cameron"), other) == Span(22, 36)
    assert other_words(one, in_article(news, "Gulls cry.", "Gulls")) is None


@pytest.mark.parametrize(
    ("asked", "one", "its", "other", "others"),
    [
        (STAFF, "Some 600 people work there.", "600 people", "It gives work to 450.", "450"),
        (STAFF, "In 2023, 600 people worked there.", "600", "From 2022 to 2023 it gave work to 450.", "450"),
        (VALUE, "The value grew by $196 billion.", "$196 billion", "一天涨了2045亿美元。", "2045亿美元"),
        (VALUE, "時価総額は1900億ドル増えた。", "1900億ドル", "It rose by $204.5 billion.", "$204.5 billion"),
        (question("By what percentage did it grow?"), "增长了5%。", "5%", "It grew by 7 percent.", "7 percent"),
        (OPENED, "The hall opened on April 7.", "April 7", "它在4月9日开放。", "4月9日"),
        (OPENED, "The hall opened in April 2024.", "April 2024", "2024年6月に始まった。", "2024年6月"),
    ],
)
def test_other_figures_and_dates_of_one_kind_trusted_alike(
    asked: Question, one: str, its: str, other: str, others: str
) -> None:
    assert values(asked, evidence(one, its), evidence(other, others)) == [its, others]
    assert values(asked, evidence(one, its), evidence(other, others), cosine=compare._NEAR - 0.01) == []
    assert values(asked, evidence(one, its), evidence(other, others, DOUBTFUL)) == []


def test_figures_that_are_all_improbable_are_not_at_odds() -> None:
    doubtful = compare._PROBABLE / 2
    one = evidence("Some 600 people work there.", "600", doubtful)
    other = evidence("It gives work to 450.", "450", doubtful)
    assert values(STAFF, one, other) == []


def test_a_figure_far_behind_the_best_is_not_at_odds_with_it() -> None:
    probable = (compare._PROBABLE + 1) / 2
    one = evidence("Some 600 people work there.", "600", 1 - 1e-9)
    other = evidence("It gives work to 450.", "450", probable)
    assert values(STAFF, one, other) == []


@pytest.mark.parametrize(
    ("asked", "one", "its", "other", "others"),
    [
        (VALUE, "It grew by $204.5 billion.", "$204.5 billion", "一天涨了2045亿美元。", "2045亿美元"),
        (VALUE, "一天漲了2045億美元。", "2045億美元", "2,045億ドル増えた。", "2,045億ドル"),
        (STAFF, "Nearly 600,000 people work there.", "600,000", "它有59.8万人。", "59.8万人"),
        (STAFF, "In 2022, 86,482 people worked there.", "86,482", "It had a staff of 67,317 in 2023.", "67,317"),
        (VALUE, "It grew by $25 billion.", "$25 billion", "The value rose €30 billion.", "€30 billion"),
        (question("Who runs it?"), "It was Will for 3 years.", "Will for 3 years", "Pell管了4年。", "Pell管了4年"),
        (question("Who runs it?"), "Will runs WhatsApp.", "Will", "The boss is called Pell.", "Pell"),
        (STAFF, "It gives work to many.", "many", "Some 600 people are there.", "600 people"),
        (STAFF, "Staff grew by 5%.", "5%", "Some 600 people are there.", "600 people"),
        (STAFF, "It has 500 to 700 people.", "500 to 700 people", "Some 450 are there.", "450"),
        (VALUE, "A chip costs $25,000 to $30,000.", "$25,000 to $30,000", "一块约4万美元。", "4万美元"),
        (OPENED, "The hall opened on 2024-04-07.", "2024-04-07", "它于2024年4月7日开放。", "2024年4月7日"),
        (OPENED, "The hall opened on April 7, 2024.", "April 7, 2024", "4月に始まった。", "4月"),
        (OPENED, "The hall opened on a Monday.", "a Monday", "Since 5 May it is there.", "5 May"),
    ],
    ids=[
        "languages",
        "scripts",
        "rounding",
        "years",
        "currency",
        "no figure asked",
        "other names in other words",
        "no figure",
        "kind",
        "range",
        "range and languages",
        "dates in languages",
        "a date that tells less",
        "no date",
    ],
)
def test_no_conflict(asked: Question, one: str, its: str, other: str, others: str) -> None:
    assert values(asked, evidence(one, its), evidence(other, others)) == []
    assert values(asked, evidence(other, others), evidence(one, its)) == []


@pytest.mark.parametrize(
    ("published", "differing"), [(date(2024, 2, 1), []), (date(2023, 2, 1), ["last year", "in May 2023"]), (None, [])]
)
def test_last_year_depends_on_the_day_it_was_written(published: date | None, differing: list[str]) -> None:
    relative = evidence("The hall opened last year.", "last year", published=published)
    assert values(OPENED, relative, evidence("It was there in May 2023.", "in May 2023")) == differing


@pytest.mark.parametrize(
    ("one", "other"),
    [("600 people work there.", "450 people work there."), ("Some 600 people work there.", "It gives work to 450.")],
    ids=["same sentence", "other words"],
)
def test_one_article_does_not_differ_with_itself(one: str, other: str) -> None:
    article = Article("a", "v", "", f"{one} {other}", "en", None, None, "a.txt")
    assert values(STAFF, in_article(article, one, "600"), in_article(article, other, "450")) == []
    # Two articles that say the same do.
    assert values(STAFF, evidence(one, "600"), evidence(other, "450")) == ["600", "450"]


def test_the_newest_source_comes_first_and_the_undated_last() -> None:
    older = evidence("The value grew by $196 billion.", "$196 billion", published=date(2024, 2, 2))
    newer = evidence("一天涨了2045亿美元。", "2045亿美元", published=date(2024, 2, 4))
    undated = evidence("時価総額は1900億ドル増えた。", "1900億ドル")
    assert shown(VALUE, undated, older, newer) == of_values(
        ("2045亿美元", (1,)), ("$196 billion", (2,)), ("1900億ドル", (3,))
    )


def test_of_one_day_the_likeliest_comes_first() -> None:
    day = date(2024, 2, 2)
    one, other = evidence("600 are there.", "600", 0.92, day), evidence("450 are there.", "450", 0.9, day)
    assert values(STAFF, one, other) == ["600", "450"]


def test_two_of_three_agree() -> None:
    read = [
        evidence("那里有60万人。", "60万人"),
        evidence("その数は45万人です。", "45万人"),
        evidence("It gives work to 600,000 people.", "600,000 people"),
    ]
    assert shown(STAFF, *read) == of_values(("60万人", (1, 3)), ("45万人", (2,)))


def test_who_is_not_at_odds_is_not_named() -> None:
    read = [
        evidence("Some 600 work there.", "600"),
        evidence("It gives work to 450.", "450"),
        evidence("The port has many.", "many"),
    ]
    assert shown(STAFF, *read) == of_values(("600", (1,)), ("450", (2,)))


def test_three_values_at_most_and_the_best_is_one_of_them() -> None:
    texts = [
        ("Some 600 work there.", "600"),
        ("It gives work to 450.", "450"),
        ("那里有350人。", "350人"),
        ("That is 250.", "250"),
    ]
    newest_last = [evidence(*text, 0.92 - 0.002 * n, date(2024, 2, n + 1)) for n, text in enumerate(texts)]
    assert values(STAFF, *newest_last) == ["350人", "450", "600"]
    assert shown(STAFF, *newest_last) == of_values(("350人", (1,)), ("450", (2,)), ("600", (3,)))


def test_names_that_differ_are_a_statement_and_figures_a_number() -> None:
    names = [evidence("Directed by Cameron.", "Cameron"), evidence("Directed by Gans.", "Gans", DOUBTFUL)]
    assert shown(DIRECTOR, *names) == of_values(("Cameron", (1,)), ("Gans", (2,)), kind="statement")
    figures = [evidence("It has 600 cranes.", "600"), evidence("It has 450 cranes.", "450", DOUBTFUL)]
    assert shown(STAFF, *figures) == of_values(("600", (1,)), ("450", (2,)))


def test_a_value_is_shown_in_one_line() -> None:
    read = [evidence("It grew by $196\nbillion.", "$196\nbillion"), evidence("一天涨了2045亿美元。", "2045亿美元")]
    assert shown(VALUE, *read) == of_values(("$196 billion", (1,)), ("2045亿美元", (2,)))


def test_a_reference_mark_is_no_part_of_a_value() -> None:
    read = [
        evidence("It grew by $196 [3] billion.", "$196 [3] billion"),
        evidence("一天涨了2045亿美元。", "2045亿美元"),
    ]
    assert shown(VALUE, *read) == of_values(("$196 billion", (1,)), ("2045亿美元", (2,)))


def test_a_copy_is_no_value_of_its_own() -> None:
    read = [
        evidence("Some 600 work there.", "600", id="first"),
        evidence("Some 600 work there.", "600", id="copy"),
        evidence("It gives work to 450.", "450"),
    ]
    assert shown(STAFF, *read) == of_values(("600", (1,)), ("450", (2,)))


def test_a_value_has_the_citations_that_hold_its_answer() -> None:
    text = "600 people work there. Gulls cry. Some 600 come by boat."
    article = Article("a", "v", "", text, "en", None, None, "a.txt")
    first, second = (
        in_article(article, "600 people work there.", "600"),
        in_article(article, "Some 600 come by boat.", "600"),
    )
    rival = evidence("It gives work to 450.", "450")
    differing = (Finding((first, second), SURE), Finding((rival,), SURE))
    spans = (first.span, Span(23, 33), second.span)
    citations = [Citation(n, Quote(article, span)) for n, span in enumerate(spans, 1)]
    citations.append(Citation(4, Quote(rival.article, rival.span)))
    assert conflicts(differing, citations) == of_values(("600", (1, 3)), ("450", (4,)))
    # A value that is not quoted cannot be checked, and one alone is no conflict.
    assert conflicts(differing, citations[:3]) == ()
    assert conflicts(differing, ()) == ()


def test_nothing_to_compare() -> None:
    assert at_odds(STAFF, [], [], nearly()) == ()
    assert values(STAFF, evidence("600 people work there.", "600")) == []
    assert conflicts((), ()) == ()


def test_a_follow_up_compares_what_it_asks_for_itself() -> None:
    read = [evidence("The hall has 40 seats.", "40 seats"), evidence("In it stand 60.", "60")]
    seats = Question("How many seats has it?", "When was the hall opened? How many seats has it?", "en", Filter())
    assert values(seats, *read) == ["40 seats", "60"]
    opened = Question("When was it opened?", "How many seats has the hall? When was it opened?", "en", Filter())
    assert values(opened, *read) == []


PIECES = st.sampled_from([
    "In", "the", "port", "had", "600", "450", "1,000", "$5", "cranes", "Pell", "last year", "1987", "·", ",", ".", "?",
    "去年", "1987年", "4月7日", "港口", "有", "は", "2045亿美元", "。",
])  # fmt: skip


def read_words(words: list[str], first: int, last: int, probability: float, published: date | None) -> Evidence:
    """Words read in the middle of an article, those from `first` to `last` as the answer."""
    article = Article(f"{words} {published}", "v", "", f"News. {' '.join(words)}", "en", None, published, "a.txt")
    places = [len(" ".join(["News.", *words[:n]])) + 1 for n in range(len(words))]
    first, last = sorted((first % len(words), last % len(words)))
    answer = Span(places[first], places[last] + len(words[last]))
    return made_evidence(article, Span(places[0], len(article.text)), answer, probability)


NUMBERS = st.integers(0, 9)
DAYS = st.sampled_from([None, date(2024, 1, 1), date(2025, 1, 1)])
READ = st.builds(
    read_words,
    st.lists(PIECES | st.text(min_size=1, max_size=4), min_size=1, max_size=8),
    NUMBERS,
    NUMBERS,
    st.floats(0.0, 1.0),
    DAYS,
)


@given(READ, READ)
def test_other_words_lie_in_the_other_sentence(one: Evidence, other: Evidence) -> None:
    found = other_words(one, other)
    assert found is None or other.span.covers(found)


@given(st.sampled_from([STAFF, VALUE, DIRECTOR, OPENED]), st.lists(READ, min_size=1, max_size=5))
def test_what_is_at_odds_is_two_or_three_answers_with_the_best_among_them(
    asked: Question, read: list[Evidence]
) -> None:
    likeliest_first = sorted(read, key=lambda one: -one.probability)
    findings = find(likeliest_first, BEST_ALONE)
    differing = at_odds(asked, findings, likeliest_first, nearly())
    assert len(differing) in {0, 2, 3}
    assert not differing or findings[0] in differing
    assert not any(same_answer(one.best, other.best) for one, other in combinations(differing, 2))
