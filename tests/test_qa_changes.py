"""A change and what it came to, told by the words beside two figures."""

import pytest

from index.types import Span
from qa.changes import what_it_came_to
from qa.quantities import find_quantities

FORTUNE = "How much is the fortune of the founder?"
ROSE = "His fortune rose by $28 billion to $165 billion in a day."


def came_to(question: str, sentence: str, answer: str) -> str | None:
    start = sentence.index(answer)
    found = what_it_came_to(question, sentence, find_quantities(sentence), Span(start, start + len(answer)))
    return found.of(sentence) if found else None


@pytest.mark.parametrize(
    ("question", "sentence", "answer", "level"),
    [
        (FORTUNE, ROSE, "$28 billion", "$165 billion"),
        (FORTUNE, "Up about $28 billion, it reached $165 billion.", "$28 billion", "$165 billion"),
        ("创始人的财富有多少？", "他的财富一天多了280亿美元，达到1650亿美元。", "280亿美元", "1650亿美元"),
        ("公司有多少员工？", "员工增加了约2000人，升至1.2万人。", "2000", "1.2万"),
        ("創業者の資産はいくら？", "資産は1日で281億ドル増え、1705億ドルになった。", "281億ドル", "1705億ドル"),
    ],
)
def test_what_a_change_came_to_is_wanted(question: str, sentence: str, answer: str, level: str) -> None:
    assert came_to(question, sentence, answer) == level


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        # The change is asked for.
        ("How much did his fortune rise?", ROSE, "$28 billion"),
        ("他的财富增加了多少？", "他的财富一天多了280亿美元，达到1650亿美元。", "280亿美元"),
        ("資産はいくら増えましたか？", "資産は1日で281億ドル増え、1705億ドルになった。", "281億ドル"),
        # It is no change, or nothing of its kind is told beside it.
        (FORTUNE, ROSE, "$165 billion"),
        (FORTUNE, "His fortune rose by $28 billion.", "$28 billion"),
        (FORTUNE, "Sales rose by 20 percent to $165 billion.", "20 percent"),
        (FORTUNE, "He spent $28 billion and has $165 billion.", "$28 billion"),
        (FORTUNE, ROSE, "$28 billion to $165 billion"),
        ("Who has a fortune?", ROSE, "$28 billion"),
    ],
)
def test_the_answer_stays(question: str, sentence: str, answer: str) -> None:
    assert came_to(question, sentence, answer) is None
