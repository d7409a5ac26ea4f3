"""Examples of our own accounts: whether a sentence fills the gap in another one, and which words of it do."""

from collections.abc import Sequence
from random import Random

from eval.accounts import Account, AccountGroup
from eval.examples import Example, among_lines

# How often a sentence with a gap asks, instead of a question; how often it is one that tells of something else than
# the rest of its group, so that nothing there fills it.
_GAPPED, _ALONE = 0.8, 0.25


class AccountSource:
    """Sentences of a group asked about each other."""

    def __init__(self, groups: Sequence[AccountGroup]) -> None:
        self._groups = groups
        self._texts = [one.statement.text for group in groups for one in (*group.same, *group.other)]

    def draw(self, drawing: Random) -> list[Example]:
        """A gap or a question with a sentence that fills or answers it, and one that does not."""
        group = drawing.choice(self._groups)
        if drawing.random() >= _GAPPED:
            question = drawing.choice(group.questions)
            told, missed = drawing.choice(group.same), drawing.choice(group.other)
        elif drawing.random() < _ALONE:
            one, other = drawing.choice(group.other), drawing.choice(group.same)
            return [self._example(one.statement.gapped, other, drawing)]
        else:
            one, told = drawing.sample(group.same, 2)
            question, missed = one.statement.gapped, drawing.choice(group.other)
        return [self._example(question, told, drawing, answers=True), self._example(question, missed, drawing)]

    def _example(self, question: str, account: Account, drawing: Random, *, answers: bool = False) -> Example:
        text, value = account.statement
        span = (value.start, value.end) if answers else None
        return among_lines(Example(question, text, span), self._texts, (value.of(text),), drawing)
