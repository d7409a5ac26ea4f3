"""Steps of work that takes a while, and what goes wrong in it."""

import pytest

from index.errors import UnreadableFile
from index.intake import IndexReport
from index.progress import Progress
from ui.chat.steps import steps_of


def test_steps_are_told_before_the_report() -> None:
    report = IndexReport(added=["a"])

    def work(progress: Progress) -> IndexReport:
        progress("reading", 1, None)
        progress("embedding", 2, 2)
        return report

    *steps, last = steps_of(work)
    assert last is report
    assert steps[-1] == ("embedding", 2, 2)


def test_what_goes_wrong_is_raised_in_the_end() -> None:
    def work(progress: Progress) -> IndexReport:
        progress("reading", 1, None)
        raise UnreadableFile("nothing in it; take another")

    with pytest.raises(UnreadableFile, match="nothing in it"):
        list(steps_of(work))
