"""What is kept of an exchange comes back whole, with each article written down once."""

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from index.types import Article, Filter, Hit, Passage, Span
from qa.types import Answer, Citation, Found, Quote
from tests.made_saltmarsh import ANSWERS, ARTICLES, ATTACK, KING, VISITORS
from ui.chat.exchange import Exchange
from ui.chat.kept import pack, unpack, unpack_article

WHERE = Filter("zh", date(2024, 1, 1), None, "gazette", frozenset({"b", "a"}), frozenset({"c"}))
ANSWERED = Exchange(ANSWERS[VISITORS], {"reprint": ARTICLES["reprint"]}, WHERE, alone=True)


def through(exchange: Exchange) -> Exchange:
    packed, articles = pack(exchange)
    return unpack(packed, lambda key: unpack_article(articles[key]))


def test_an_answer_comes_back_as_it_was() -> None:
    assert through(ANSWERED) == ANSWERED


def test_a_decline_comes_back_with_its_nearest_passages() -> None:
    assert through(Exchange(ANSWERS[KING])) == Exchange(ANSWERS[KING])


def test_what_others_wrote_comes_back_letter_for_letter() -> None:
    assert through(Exchange(ANSWERS[ATTACK])) == Exchange(ANSWERS[ATTACK])


def test_an_article_is_written_down_once() -> None:
    packed, articles = pack(ANSWERED)
    kept = {unpack_article(article) for article in articles.values()}
    assert kept == {ARTICLES["light"], ARTICLES["count"], ARTICLES["reprint"]}
    assert ARTICLES["light"].text not in packed
    assert {citation["quote"]["article"] for citation in json.loads(packed)["answer"]["citations"]} < set(articles)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.data())
def test_a_quote_stays_the_slice_that_it_was(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    article = Article("a", "v", "", text, "und", None, None, "a.txt", (span,))
    found = Found(Hit(Passage(3, "a", "und", span, span.of(text)), 0.25, "fused"), article)
    cited = (Citation(1, Quote(article, span)),)
    asked = Exchange(Answer(text, "und", text, "answered", text, text, 0.5, cited, consulted=(found,)))
    again = through(asked)
    assert again == asked
    assert again.answer.citations[0].quote.text == span.of(text)
