"""Names that nothing in a library has: which words of a question are names, and what counts as having them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from index.types import Article, Passage, Span
from qa.names import names, unmentioned
from qa.retrieve import Candidate, Rarity
from tests.made_evidence import made_evidence

TEXT = "The office of Nvidia in Germany has 40 desks."


@dataclass(frozen=True)
class Known:
    """A library of which only the tokens of each language matter."""

    held: Mapping[str, frozenset[str]]

    def languages(self) -> dict[str, int]:
        return dict.fromkeys(self.held, 1)

    def passages_holding(self, tokens: Sequence[str], language: str) -> dict[str, int]:
        return {token: int(token in self.held[language]) for token in tokens}


def asked(question: str, text: str = TEXT, title: str = "") -> tuple[str, ...]:
    article = Article("a", "v", title, text, "en", None, None, "a.txt")
    span = Span(0, len(text))
    candidate = Candidate(Passage(1, "a", "en", span, text), 0.1, 0.5, 0.8, Rarity({}), same_language=True)
    known = Known({"en": frozenset({"offic"}), "zh": frozenset({"marsh"})})
    return unmentioned(question, [made_evidence(article, span, span, 0.5)], [candidate], known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("How many desks has the office of Quillon?", ["Quillon"]),
        ("How many desks did Quillon's office buy from OldMill Ltd?", ["Quillon", "OldMill"]),
        ("What did Beyoncé and Łukasz tell the office?", ["Beyoncé", "Łukasz"]),
        ("Quillon has how many desks?", []),
        ("It rained. Quillon stayed open?", []),
        ("How Many Desks Has The Office Of Quillon?", []),
        ("How many GPUs did the US buy?", []),
        ("What did the office do in March 2024?", []),
        ("Quillonの机はいくつ？", []),
        ("去年Quillon有多少张桌子？", ["Quillon"]),
    ],
)
def test_the_names_in_a_question(question: str, found: list[str]) -> None:
    assert names(question) == found


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How many desks has the office of Quillon?", ("Quillon",)),
        ("How many desks has the office of Marsh?", ()),
        ("How many desks has the office of Nvida?", ()),
        ("How many desks has the German office?", ()),
    ],
    ids=["nowhere", "in the library", "meant another that was found", "another form of one that was found"],
)
def test_what_nothing_mentions(question: str, missing: tuple[str, ...]) -> None:
    assert asked(question) == missing


def test_a_name_in_a_title_is_mentioned() -> None:
    assert asked("How many desks has Quillon?", title="Quillon moves") == ()


def test_where_names_are_spelled_anew_nothing_is_said_of_them() -> None:
    assert asked("How many desks has Broadcom?", text="博通有四十张桌子。") == ()


def test_without_evidence_nothing_is_said() -> None:
    assert unmentioned("How many desks has Quillon?", [], [], Known({})) == ()  # type: ignore[arg-type]
