"""Evidence to citations: at most three, neighbours joined, copies listed and never shown twice."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Article, Span
from qa import quote
from qa.evidence import Evidence
from qa.findings import Finding
from qa.quote import cite, giving
from qa.types import Citation, Quote
from tests.made_evidence import made_evidence


def article(id: str, *sentences: str, gap: str = " ") -> Article:
    """An article of these sentences with `gap` between them."""
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence) + len(gap)
    return Article(id, "v", "", gap.join(sentences), "en", None, None, f"{id}.txt", (), tuple(spans))


def evidence(source: Article, sentence: int, probability: float) -> Evidence:
    span = source.sentences[sentence]
    return made_evidence(source, span, span, probability)


def finding(*pieces: Evidence) -> Finding:
    """One answer that all of these give."""
    return Finding(pieces, pieces[0].probability)


def apart(*pieces: Evidence) -> list[Finding]:
    """Answers that have nothing in common, one for each piece."""
    return [finding(piece) for piece in pieces]


def shown(citations: Sequence[Citation]) -> list[tuple[int, str, str, tuple[str, ...]]]:
    return [(c.number, c.quote.article.id, c.quote.text, c.also_in) for c in citations]


CHIPS = article(
    "chips", "Chips are made here.", "Ports are built there.", "Ships come home.", "Bells ring.", "Gulls cry."
)


def test_no_finding_no_citation() -> None:
    assert cite([]) == ()


def test_three_at_most() -> None:
    sources = [article(name, f"The {name} is open.") for name in ("harbour", "factory", "office", "garden")]
    citations = cite(apart(*[evidence(source, 0, 0.9) for source in sources]))
    assert shown(citations) == [
        (1, "harbour", "The harbour is open.", ()),
        (2, "factory", "The factory is open.", ()),
        (3, "office", "The office is open.", ()),
    ]


def test_two_for_the_best_answer_then_the_likeliest_of_the_others_then_the_rest() -> None:
    best = finding(*[evidence(article(name, f"Pell runs the {name}."), 0, 0.9) for name in ("a", "b", "c", "d")])
    second = finding(evidence(article("e", "Marsh runs it."), 0, 0.6))
    third = finding(evidence(article("f", "Gull runs it."), 0, 0.8))
    assert [c.quote.article.id for c in cite([best, second, third])] == ["a", "b", "f"]
    assert [c.quote.article.id for c in cite([best])] == ["a", "b", "c"]
    one = finding(best.best)
    assert [c.quote.article.id for c in cite([one, second, third])] == ["a", "f", "e"]


def test_what_differs_is_quoted_first_however_unlikely() -> None:
    sources = [article(name, f"The {name} is open.") for name in ("harbour", "factory", "office")]
    findings = apart(*[evidence(source, 0, 0.9) for source in sources])
    rival = finding(evidence(article("rival", "The harbour is shut."), 0, 0.0001))
    assert shown(cite(findings, (rival, findings[0]))) == [
        (1, "rival", "The harbour is shut.", ()),
        (2, "harbour", "The harbour is open.", ()),
        (3, "factory", "The factory is open.", ()),
    ]


def test_what_differs_is_quoted_by_its_best_evidence_alone() -> None:
    rival = finding(evidence(article("rival", "It is shut."), 0, 0.0002), evidence(CHIPS, 4, 0.0001))
    best = finding(evidence(CHIPS, 0, 0.9))
    assert [c.quote.text for c in cite([best, rival], (best, rival))] == ["Chips are made here.", "It is shut."]


def test_a_fourth_still_joins_and_a_copy_of_a_part_is_left_out() -> None:
    copy = article("copy", "Chips are made here.")
    pieces = [evidence(CHIPS, 0, 0.9), evidence(CHIPS, 2, 0.8), evidence(CHIPS, 4, 0.7)]
    assert shown(cite(apart(*pieces, evidence(copy, 0, 0.6), evidence(CHIPS, 1, 0.5)))) == [
        (1, "chips", "Chips are made here. Ports are built there.", ()),
        (2, "chips", "Ships come home.", ()),
        (3, "chips", "Gulls cry.", ()),
    ]


@pytest.mark.parametrize(("share", "number"), [(1.0, 2), (0.999, 1)])
def test_a_quote_is_worth_showing_in_relation_to_the_best(share: float, number: int) -> None:
    least = quote.WORTH_SHOWING * 0.5
    assert len(cite(apart(evidence(CHIPS, 0, 0.5), evidence(CHIPS, 2, share * least)))) == number
    assert len(cite([finding(evidence(CHIPS, 0, 0.5), evidence(CHIPS, 2, share * least))])) == number


@pytest.mark.parametrize("gap", [" ", "\n\n", ""])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_neighbours_join(gap: str, order: tuple[int, int]) -> None:
    source = article("a", "Chips are made here.", "Ports are built there.", gap=gap)
    citations = cite([finding(evidence(source, order[0], 0.9), evidence(source, order[1], 0.8))])
    assert shown(citations) == [(1, "a", source.text, ())]
    assert citations[0].quote.span == Span(0, len(source.text))


def test_neighbours_join_across_answers() -> None:
    assert shown(cite(apart(evidence(CHIPS, 1, 0.9), evidence(CHIPS, 0, 0.8)))) == [
        (1, "chips", "Chips are made here. Ports are built there.", ())
    ]


def test_sentences_with_words_between_stay_apart() -> None:
    assert [c.quote.text for c in cite(apart(evidence(CHIPS, 0, 0.9), evidence(CHIPS, 2, 0.9)))] == [
        "Chips are made here.",
        "Ships come home.",
    ]


LONG = "In January the company said that it would buy 350,000 of the new chips before the end of this year."


@pytest.mark.parametrize(
    ("one", "other", "copies"),
    [
        (LONG, LONG, True),
        (LONG, LONG.replace(".", "!"), True),
        (LONG, LONG.replace(" said", "\n said,"), True),
        (LONG, LONG.replace("new ", ""), False),
        (LONG, LONG.replace("would buy", "would not buy"), False),
        (LONG, LONG.replace("the company", "Oracle"), False),
        (LONG, LONG.replace("350,000", "360,000"), False),
        (LONG, LONG.replace("350,000", "350 thousand"), False),
        (LONG, "The harbour is open.", False),
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
def test_copies_in_another_article(one: str, other: str, *, copies: bool) -> None:
    for first, second in ((one, other), (other, one)):
        pieces = (evidence(article("first", first), 0, 0.9), evidence(article("second", second), 0, 0.9))
        for citations in (cite([finding(*pieces)]), cite(apart(*pieces))):
            assert [c.quote.text for c in citations] == ([first] if copies else [first, second])
            assert citations[0].also_in == (("second",) if copies else ())


def test_a_copy_of_a_joined_sentence_is_not_shown_again() -> None:
    copy = article("copy", *[CHIPS.sentences[i].of(CHIPS.text) for i in (0, 1)])
    pieces = [evidence(CHIPS, 0, 0.9), evidence(copy, 0, 0.9), evidence(CHIPS, 1, 0.8), evidence(copy, 1, 0.8)]
    expected = [(1, "chips", "Chips are made here. Ports are built there.", ("copy",))]
    assert shown(cite([finding(*pieces)])) == shown(cite(apart(*pieces))) == expected


def test_an_article_that_repeats_itself_is_cited_once_and_is_no_copy_of_itself() -> None:
    source = article("a", LONG, "Ships come home.", LONG)
    assert shown(cite([finding(evidence(source, 0, 0.9), evidence(source, 2, 0.9))])) == [(1, "a", LONG, ())]


def test_a_copy_that_repeats_itself_is_listed_once() -> None:
    copy = article("copy", LONG, "Ships come home.", LONG)
    pieces = [evidence(article("a", LONG), 0, 0.9), evidence(copy, 0, 0.9), evidence(copy, 2, 0.9)]
    assert shown(cite([finding(*pieces)])) == [(1, "a", LONG, ("copy",))]


def test_a_copy_holds_every_sentence_of_a_joined_quote() -> None:
    whole = article("whole", "Bells ring.", "Ports are built there!", "Gulls cry.", "Chips are made here.")
    part = article("part", "Chips are made here.", "Ports are not built there.")
    pieces = [evidence(CHIPS, 0, 0.9), evidence(CHIPS, 1, 0.8), evidence(whole, 0, 0.7), evidence(part, 0, 0.6)]
    first, second = cite([finding(*pieces)])
    assert (first.quote.text, first.also_in) == ("Chips are made here. Ports are built there.", ("whole",))
    assert (second.quote.text, second.also_in) == ("Bells ring.", ("chips",))


def test_a_quote_is_three_sentences_at_most() -> None:
    assert shown(cite([finding(*[evidence(CHIPS, number, 0.9) for number in range(5)])])) == [
        (1, "chips", "Chips are made here. Ports are built there. Ships come home.", ()),
        (2, "chips", "Bells ring. Gulls cry.", ()),
    ]


def test_giving_are_the_quotes_that_hold_an_answer_of_the_finding() -> None:
    answer = finding(evidence(CHIPS, 0, 0.9), evidence(CHIPS, 4, 0.8))
    other = article("other", "Chips are made here.")
    quotes = [
        Quote(CHIPS, Span(CHIPS.sentences[3].start, CHIPS.sentences[4].end)),
        Quote(CHIPS, CHIPS.sentences[2]),
        Quote(other, other.sentences[0]),
        Quote(CHIPS, CHIPS.sentences[0]),
    ]
    citations = [Citation(number, quote) for number, quote in enumerate(quotes, 1)]
    assert giving(answer, citations) == (1, 4)
    assert giving(answer, citations[1:3]) == ()
    assert giving(answer, []) == ()


PIECES = st.tuples(st.sampled_from("ab"), st.integers(0, 4), st.floats(0.01, 0.99))
SOURCES = {"a": CHIPS, "b": article("b", LONG, "Chips are made here.", "Bells ring.", "Rain falls.", "Snow melts.")}


@given(st.lists(PIECES, max_size=12, unique_by=lambda piece: piece[:2]), st.lists(st.integers(0, 3)))
def test_every_quote_is_a_slice_and_no_two_overlap(pieces: list[tuple[str, int, float]], answers: list[int]) -> None:
    groups: dict[int, list[Evidence]] = {}
    likeliest_first = sorted(pieces, key=lambda piece: -piece[2])
    for number, (name, sentence, probability) in enumerate(likeliest_first):
        answer = answers[number] if number < len(answers) else 0
        groups.setdefault(answer, []).append(evidence(SOURCES[name], sentence, probability))
    findings = [finding(*group) for group in groups.values()]
    citations = cite(findings)
    assert [c.number for c in citations] == list(range(1, len(citations) + 1))
    assert bool(findings) <= len(citations) <= 3
    for citation in citations:
        assert citation.quote.text == citation.quote.span.of(citation.quote.article.text)
        assert citation.quote.article.id not in citation.also_in
    spans = [(c.quote.article.id, c.quote.span) for c in citations]
    assert not any(x[0] == y[0] and x[1].overlaps(y[1]) for i, x in enumerate(spans) for y in spans[:i])
