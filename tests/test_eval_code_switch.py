"""Words of a question exchanged by a real dictionary, as far as some texts use them."""

from collections.abc import Sequence
from random import Random

import pytest

from eval.code_switch import Switcher

TEXTS = ["這個國家有許多河流。" * 3, "国家的港口和城市，国家的人口。" * 3]


class Always(Random):
    """Draws the highest share, and the first of what there is to choose from."""

    def uniform(self, _low: float, high: float) -> float:
        return high

    def random(self) -> float:
        return 0.0

    def choice(self, choices: Sequence[str]) -> str:  # type: ignore[override]
        return choices[0]


@pytest.fixture(scope="module")
def switcher() -> Switcher:
    return Switcher(TEXTS)


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("How many rivers has the country?", "多少河 has 国?"),
        ("What is the population of Zorblat?", "什么人口 Zorblat?"),
        ("这个国家有多少人口？", "this country have how many population ？"),
        ("谁建了港口？", "who establish port ？"),
        ("何時開港？", "when open Hong Kong ？"),
    ],
)
def test_words_are_exchanged(switcher: Switcher, question: str, other: str) -> None:
    assert switcher.switched(question, Always()) == other


def test_words_that_the_texts_do_not_use_stay(switcher: Switcher) -> None:
    assert switcher.switched("vertebrates", Always()) == "vertebrates"


def test_the_same_drawing_gives_the_same_question(switcher: Switcher) -> None:
    drawn = [switcher.switched("How many rivers has the country?", Random(7)) for _ in range(2)]
    assert drawn[0] == drawn[1]
