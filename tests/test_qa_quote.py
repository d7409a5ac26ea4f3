"""Evidence to citations: at most three, neighbours joined, copies listed and never shown twice."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Article, Span
from qa.evidence import Evidence
from qa.quote import cite, same_words
from qa.types import Citation


def article(id: str, *sentences: str, gap: str = " ") -> Article:
    """An article of these sentences with `gap` between them."""
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence) + len(gap)
    return Article(id, "v", "", gap.join(sentences), "en", None, None, f"{id}.txt", (), tuple(spans))


def evidence(source: Article, sentence: int, probability: float) -> Evidence:
    return Evidence(source, source.sentences[sentence], probability, same_language=True, features=())


def shown(citations: Sequence[Citation]) -> list[tuple[int, str, str, tuple[str, ...]]]:
    return [(c.number, c.quote.article.id, c.quote.text, c.also_in) for c in citations]


CHIPS = article(
    "chips", "Chips are made here.", "Ports are built there.", "Ships come home.", "Bells ring.", "Gulls cry."
)


def test_no_evidence_no_citation() -> None:
    assert cite([]) == ()


def test_three_at_most() -> None:
    sources = [article(name, f"The {name} is open.") for name in ("harbour", "factory", "office", "garden")]
    citations = cite([evidence(source, 0, 0.9) for source in sources])
    assert shown(citations) == [
        (1, "harbour", "The harbour is open.", ()),
        (2, "factory", "The factory is open.", ()),
        (3, "office", "The office is open.", ()),
    ]


def test_a_fourth_still_joins_and_a_copy_of_a_part_is_left_out() -> None:
    copy = article("copy", "Chips are made here.")
    pieces = [evidence(CHIPS, 0, 0.9), evidence(CHIPS, 2, 0.8), evidence(CHIPS, 4, 0.7)]
    assert shown(cite([*pieces, evidence(copy, 0, 0.6), evidence(CHIPS, 1, 0.5)])) == [
        (1, "chips", "Chips are made here. Ports are built there.", ()),
        (2, "chips", "Ships come home.", ()),
        (3, "chips", "Gulls cry.", ()),
    ]


@pytest.mark.parametrize(("probability", "number"), [(0.1, 2), (0.0999, 1)])
def test_a_fifth_of_the_best_is_worth_showing(probability: float, number: int) -> None:
    assert len(cite([evidence(CHIPS, 0, 0.5), evidence(CHIPS, 2, probability)])) == number


@pytest.mark.parametrize("gap", [" ", "\n\n", ""])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_neighbours_join(gap: str, order: tuple[int, int]) -> None:
    source = article("a", "Chips are made here.", "Ports are built there.", gap=gap)
    citations = cite([evidence(source, order[0], 0.9), evidence(source, order[1], 0.8)])
    assert shown(citations) == [(1, "a", source.text, ())]
    assert citations[0].quote.span == Span(0, len(source.text))


def test_sentences_with_words_between_stay_apart() -> None:
    assert [c.quote.text for c in cite([evidence(CHIPS, 0, 0.9), evidence(CHIPS, 2, 0.9)])] == [
        "Chips are made here.",
        "Ships come home.",
    ]


LONG = "In January the company said that it would buy 350,000 of the new chips before the end of this year."


@pytest.mark.parametrize(
    ("sentence", "copies"),
    [
        (LONG, ("other",)),
        (LONG.replace(".", "!"), ("other",)),
        (LONG.replace(" said", "\n said,"), ("other",)),
        (LONG.replace("new ", ""), ()),
        (LONG.replace("would buy", "would not buy"), ()),
        (LONG.replace("the company", "Oracle"), ()),
        (LONG.replace("350,000", "360,000"), ()),
        (LONG.replace("350,000", "350 thousand"), ()),
        ("The harbour is open.", ()),
    ],
)
def test_copies_in_another_article(sentence: str, copies: tuple[str, ...]) -> None:
    citations = cite([evidence(article("first", LONG), 0, 0.9), evidence(article("other", sentence), 0, 0.9)])
    assert citations[0].also_in == copies
    assert [c.quote.article.id for c in citations] == (["first"] if copies else ["first", "other"])


def test_a_copy_of_a_joined_sentence_is_not_shown_again() -> None:
    copy = article("copy", *[CHIPS.sentences[i].of(CHIPS.text) for i in (0, 1)])
    pieces = [evidence(CHIPS, 0, 0.9), evidence(copy, 0, 0.9), evidence(CHIPS, 1, 0.8), evidence(copy, 1, 0.8)]
    assert shown(cite(pieces)) == [(1, "chips", "Chips are made here. Ports are built there.", ("copy",))]


def test_an_article_that_repeats_itself_is_cited_once_and_is_no_copy_of_itself() -> None:
    source = article("a", LONG, "Ships come home.", LONG)
    assert shown(cite([evidence(source, 0, 0.9), evidence(source, 2, 0.9)])) == [(1, "a", LONG, ())]


def test_a_copy_that_repeats_itself_is_listed_once() -> None:
    copy = article("copy", LONG, "Ships come home.", LONG)
    pieces = [evidence(article("a", LONG), 0, 0.9), evidence(copy, 0, 0.9), evidence(copy, 2, 0.9)]
    assert shown(cite(pieces)) == [(1, "a", LONG, ("copy",))]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("扎克伯格身家达到1705亿美元", "扎克伯格身家達到1,705億美元", True),
        ("Revenue was $40 billion.", "Revenue was 40 billion.", True),
        ("売上高は401億ドル", "売上高は402億ドル", False),
        ("Chips are made here.", "Chips are made here by Meta.", False),
        ("Chips are made here.", "Here are chips made.", False),
        ("The board will sell the port.", "The board will not sell the port.", False),
        ("Marsh runs the port.", "Pell runs the port.", False),
        ("他会离开公司。", "他不会离开公司。", False),
        ("Chips, made HERE!", "chips made here", True),
    ],
)
def test_same_words(one: str, other: str, *, same: bool) -> None:
    assert same_words(one, other) is same
    assert same_words(other, one) is same


def test_a_copy_holds_every_sentence_of_a_joined_quote() -> None:
    whole = article("whole", "Bells ring.", "Ports are built there!", "Gulls cry.", "Chips are made here.")
    part = article("part", "Chips are made here.", "Ports are not built there.")
    pieces = [evidence(CHIPS, 0, 0.9), evidence(CHIPS, 1, 0.8), evidence(whole, 0, 0.7), evidence(part, 0, 0.6)]
    first, second = cite(pieces)
    assert (first.quote.text, first.also_in) == ("Chips are made here. Ports are built there.", ("whole",))
    assert (second.quote.text, second.also_in) == ("Bells ring.", ("chips",))


def test_a_quote_is_three_sentences_at_most() -> None:
    assert shown(cite([evidence(CHIPS, number, 0.9) for number in range(5)])) == [
        (1, "chips", "Chips are made here. Ports are built there. Ships come home.", ()),
        (2, "chips", "Bells ring. Gulls cry.", ()),
    ]


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(0, 4), st.floats(0.01, 0.99)),
        max_size=12,
        unique_by=lambda piece: piece[:2],
    )
)
def test_every_quote_is_a_slice_and_no_two_overlap(pieces: list[tuple[str, int, float]]) -> None:
    sources = {"a": CHIPS, "b": article("b", LONG, "Chips are made here.", "Bells ring.", "Rain falls.", "Snow melts.")}
    likeliest_first = sorted(pieces, key=lambda piece: -piece[2])
    citations = cite([evidence(sources[name], number, probability) for name, number, probability in likeliest_first])
    assert [c.number for c in citations] == list(range(1, len(citations) + 1))
    assert len(citations) <= 3
    for citation in citations:
        assert citation.quote.text == citation.quote.span.of(citation.quote.article.text)
        assert citation.quote.article.id not in citation.also_in
    spans = [(c.quote.article.id, c.quote.span) for c in citations]
    assert not any(x[0] == y[0] and x[1].overlaps(y[1]) for i, x in enumerate(spans) for y in spans[:i])
