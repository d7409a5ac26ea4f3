"""A claim against its sources, by hand: which sentences its quotes become, and what is read before any words are."""

from index.types import Article, Filter, Span
from qa.prompt import Passage
from qa.reply import Claim, ClaimedQuote, Unreadable
from qa.types import Question, Quote
from qa.verify import Dropped, Sources, Verified
from tests.made_evidence import made_evidence

TEXT = "Read more below. The bridge cost 48 million. It opened on Monday. Gulls cry at night. It rains."
SENTENCES = (Span(17, 44), Span(45, 65), Span(66, 85), Span(86, 95))
ARTICLE = Article("a", "0" * 12, "Bridge", TEXT, "en", None, None, "a.txt", (Span(0, 16),), SENTENCES)
QUESTION = Question("What did it cost?", "What did it cost?", "en", Filter())
EVIDENCE = [
    made_evidence(ARTICLE, SENTENCES[0], Span(33, 43), 0.8),
    made_evidence(ARTICLE, SENTENCES[1], Span(58, 64), 0.16),
    made_evidence(ARTICLE, SENTENCES[2], Span(66, 71), 0.15),
]
SOURCES = Sources(QUESTION, [Passage(1, ARTICLE, Span(17, 95))], EVIDENCE)
COST = Quote(ARTICLE, SENTENCES[0])


def claim(sentence: str, *quotes: str) -> Claim:
    return Claim(sentence=sentence, quotes=tuple(ClaimedQuote(passage=1, quote=quote) for quote in quotes))


def verified(sentence: str, *quotes: str) -> Verified | Dropped:
    return SOURCES.verify(claim(sentence, *quotes))


def test_a_quote_becomes_the_whole_sentences_it_stands_in() -> None:
    assert verified("The bridge cost 48 million.", "bridge cost 48") == Verified("The bridge cost 48 million.", (COST,))
    both = Quote(ARTICLE, Span(17, 65))
    assert verified("The bridge opened on Monday.", "cost 48 million. It opened") == Verified(
        "The bridge opened on Monday.", (both,)
    )


def test_two_quotes_of_one_sentence_are_one() -> None:
    assert verified("The bridge cost 48 million.", "The bridge cost", "cost 48 million") == Verified(
        "The bridge cost 48 million.", (COST,)
    )


def test_marks_and_line_ends_of_the_models_own_are_left_out() -> None:
    assert verified("The bridge [7] cost\n48 million [1][2].", "bridge cost 48") == Verified(
        "The bridge cost 48 million.", (COST,)
    )


def test_what_is_outside_of_the_passage_is_not_quoted() -> None:
    assert verified("Read more below.", "Read more below") == Dropped("Read more below.", "not in the passage")


def test_a_quote_touches_three_sentences_at_most() -> None:
    three, four = (
        "cost 48 million. It opened on Monday. Gulls",
        "cost 48 million. It opened on Monday. Gulls cry at night. It",
    )
    assert isinstance(verified("The bridge cost 48 million.", three), Verified)
    assert verified("The bridge cost 48 million.", four) == Dropped("The bridge cost 48 million.", "quote too long")


def test_a_fifth_of_the_best_is_likely_enough() -> None:
    assert isinstance(verified("It opened on Monday.", "It opened on Monday"), Verified)
    assert verified("Gulls cry at night.", "Gulls cry at night") == Dropped(
        "Gulls cry at night.", "beside the question"
    )
    assert isinstance(verified("It cost 48 million, gulls cry.", "Gulls cry at night", "bridge cost 48"), Verified)


def test_what_our_own_answer_quotes_is_likely_enough() -> None:
    chosen = Sources(QUESTION, SOURCES.passages, EVIDENCE, (Quote(ARTICLE, SENTENCES[2]),))
    assert isinstance(chosen.verify(claim("Gulls cry at night.", "Gulls cry at night")), Verified)


def test_what_is_said_again_is_dropped() -> None:
    first = verified("The bridge cost 48 million.", "bridge cost 48")
    assert isinstance(first, Verified)
    again = claim("The BRIDGE cost 48 million!", "bridge cost 48")
    assert SOURCES.verify(again, [first]) == Dropped("The BRIDGE cost 48 million!", "said before")


def test_what_is_no_claim() -> None:
    assert SOURCES.verify(Unreadable("{oh")) == Dropped("{oh", "unreadable")
    assert verified("") == Dropped("", "nothing said")
    assert verified("\u200b \n", "bridge cost 48") == Dropped("", "nothing said")


def test_without_evidence_nothing_holds() -> None:
    empty = Sources(QUESTION, SOURCES.passages, [])
    assert empty.verify(claim("The bridge cost 48 million.", "bridge cost 48")) == Dropped(
        "The bridge cost 48 million.", "beside the question"
    )
