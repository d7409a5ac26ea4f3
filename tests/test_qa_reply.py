"""A reply taken apart: claims as they come, whatever stands around them, and what is none by name."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.reply import Claim, ClaimedQuote, Unreadable, claims

LINE = '{"sentence": "It cost 48 million.", "quotes": [{"passage": 1, "quote": "cost 48 million"}]}'
CLAIM = Claim(sentence="It cost 48 million.", quotes=(ClaimedQuote(passage=1, quote="cost 48 million"),))


@pytest.mark.parametrize(
    "reply",
    [
        LINE,
        LINE + "\n",
        f"Here you are:\n```json\n{LINE}\n```\nI hope that helps.",
        f"[{LINE}]",
        f"<think>The passages say so.</think>\n{LINE}",
        json.dumps(json.loads(LINE), indent=2),
    ],
)
def test_a_claim_is_found_in_whatever_stands_around_it(reply: str) -> None:
    assert list(claims(reply)) == [CLAIM]
    assert list(claims([reply])) == [CLAIM]


def test_a_claim_comes_before_the_rest_of_the_reply() -> None:
    def pieces() -> object:
        yield from (LINE[:30], LINE[30:] + LINE[:5])
        raise AssertionError("asked for more than the first claim needs")

    assert next(claims(pieces())) == CLAIM  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "broken",
    [
        '{"sentence": "It cost 48 million.", "quotes": []',
        '{"sentence": "It cost "48 million".", "quotes": []}',
        '{"sentence": "No quotes."}',
        '{"sentence": "Extra.", "quotes": [], "confidence": 1}',
        '{"sentence": 7, "quotes": []}',
        '{"sentence": "Text for a number.", "quotes": [{"passage": "one", "quote": "x"}]}',
        "{}",
        "{not json}",
    ],
)
def test_what_is_no_claim(broken: str) -> None:
    assert list(claims(broken)) == [Unreadable(broken)]


def test_a_string_without_an_end_takes_no_other_line_with_it() -> None:
    broken = '{"sentence": "It cost, "quotes": [{"passage": 1, "quote": "x"}]}\n'
    assert list(claims(broken + LINE)) == [Unreadable(broken), CLAIM]


def test_marks_inside_a_string_are_not_the_objects_own() -> None:
    line = json.dumps({"sentence": 'A } brace, a \\ and a " mark {', "quotes": []})
    assert list(claims(line + LINE)) == [Claim(sentence='A } brace, a \\ and a " mark {', quotes=()), CLAIM]


@given(text=st.text() | st.text(alphabet='{}[]"\\\n ,:ab'), size=st.integers(1, 9))
def test_nothing_breaks_it_and_pieces_do_not_matter(text: str, size: int) -> None:
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    assert list(claims(pieces)) == list(claims(text))


@given(sentences=st.lists(st.text(), max_size=4))
def test_whatever_a_sentence_holds_it_comes_through(sentences: list[str]) -> None:
    reply = "\n".join(json.dumps({"sentence": sentence, "quotes": []}) for sentence in sentences)
    assert list(claims(reply)) == [Claim(sentence=sentence, quotes=()) for sentence in sentences]
