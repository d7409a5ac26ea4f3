"""Stories of our own: the files are read as they are meant, faults are named, and what is drawn from them is right."""

from collections import Counter
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from eval.data_files import SpanAnswer
from eval.examples import Example
from eval.sets import BadSet
from eval.stories import Story, StoryQuestion, read_stories, span_rows
from eval.story_source import StorySource
from index.tokens import fold

TWO_CLOSURES = """\
#### bridge closures
== 2022-09-14 | Harbour bridge shuts
The Harbour Bridge of Velmont will close for four months.
Its 212 cables are to be replaced.
? en | How many cables has the bridge of Velmont? | 212
? zh | 维尔蒙特的桥关闭多久？ | four months
- ja | 費用はいくらですか。

== 2023-01-05 | Ferry bridge to stay shut
The ferry bridge of Carden stays closed until May.
? en | Until when is the bridge of Carden closed? | May
"""


def written(folder: Path, text: str) -> Path:
    (folder / "bridges-01.txt").write_text(text, "utf-8")
    return folder


def test_a_file_is_read_as_it_is_meant(tmp_path: Path) -> None:
    harbour, ferry = read_stories(written(tmp_path, TWO_CLOSURES))
    text = "The Harbour Bridge of Velmont will close for four months.\nIts 212 cables are to be replaced."
    asked = (
        StoryQuestion("en", "How many cables has the bridge of Velmont?", (62, 65)),
        StoryQuestion("zh", "维尔蒙特的桥关闭多久？", (45, 56)),
        StoryQuestion("ja", "費用はいくらですか。", None),
    )
    group = "bridges-01: bridge closures"
    assert harbour == Story(group, date(2022, 9, 14), "Harbour bridge shuts", text, "en", asked)
    assert (ferry.group, ferry.day, len(ferry.questions)) == (group, date(2023, 1, 5), 1)


def test_its_questions_in_its_language_and_in_another(tmp_path: Path) -> None:
    harbour, _ = read_stories(written(tmp_path, TWO_CLOSURES))
    (cables,), (closed, cost) = (span_rows(harbour, across=across) for across in (False, True))
    assert (cables.language, cables.context) == ("en", harbour.text)
    assert cables.answers == (SpanAnswer(text="212", start=62),)
    assert (closed.question, closed.answers) == ("维尔蒙特的桥关闭多久？", (SpanAnswer(text="four months", start=45),))
    assert (cost.question, cost.answers) == ("費用はいくらですか。", ())
    assert len({row.id for row in (cables, closed, cost)}) == 3


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("== 2022-09-14", "== 2022-09-31", r"bridges-01\.txt:2: a story begins with '== YYYY-MM-DD \| title'"),
        ("| 212", "| 213", r"bridges-01\.txt:5: '213' stands 0 times in the story"),
        ("| four months", "| the", r"bridges-01\.txt:6: 'the' stands 0 times"),
        ("| May", "| May.\nMay", r"bridges-01\.txt:12: not '\? LANGUAGE"),
        ("until May", "in May until May", r"bridges-01\.txt:11: 'May' stands 2 times in the story; give the words"),
        ("? zh | 维尔蒙特的桥关闭多久？ | ", "? zh | ", r"bridges-01\.txt:6: not '\? LANGUAGE \| question \| answer'"),
        ("- ja", "- fr", r"bridges-01\.txt:7: not"),
        (
            "? en | Until when is the bridge of Carden closed? | May",
            "",
            r"bridges-01\.txt:9: the story has no text, or no",
        ),
    ],
)
def test_a_fault_is_named_with_its_place(right: str, wrong: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(BadSet, match=told):
        read_stories(written(tmp_path, TWO_CLOSURES.replace(right, wrong)))


def test_no_stories_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadSet, match="no stories in"):
        read_stories(tmp_path)


def test_the_stories_that_there_are() -> None:
    stories = read_stories()
    assert {story.language for story in stories} == {"en", "ja", "zh"}
    titles = Counter((story.day, story.title) for story in stories)
    assert [title for title, times in titles.items() if times > 1] == []
    asked = Counter(one.question for story in stories for one in story.questions)
    assert [question for question, times in asked.items() if times > 1] == []
    answered = [(story, one, one.answer) for story in stories for one in story.questions if one.answer]
    told = [one.question for story, one, place in answered if fold(story.text[slice(*place)]) in fold(one.question)]
    assert told == []
    across = sum(story.language != one.language for story, one, _ in answered)
    assert 0.35 < across / len(answered) < 0.6
    assert 0.05 < sum(story.held_out for story in stories) / len(stories) < 0.15


def drawn(tmp_path: Path, number: int) -> list[list[Example]]:
    source, drawing = StorySource(read_stories(written(tmp_path, TWO_CLOSURES))), Random(1)
    return [source.draw(drawing) for _ in range(number)]


def test_a_question_comes_with_its_story_and_with_near_misses(tmp_path: Path) -> None:
    answers = {
        "How many cables has the bridge of Velmont?": "212",
        "维尔蒙特的桥关闭多久？": "four months",
        "Until when is the bridge of Carden closed?": "May",
    }
    found = drawn(tmp_path, 300)
    for answering, *misses in found:
        assert answering.span is not None
        assert answering.passage[slice(*answering.span)] == answers[answering.question]
        assert all(one.span is None for one in misses)
    assert {len(examples) for examples in found} == {1, 2, 3}
    missed = [(one, miss) for one, *misses in found for miss in misses]
    other_story = [miss for one, miss in missed if miss.question == one.question]
    left_open = [miss for one, miss in missed if miss.question != one.question]
    assert all(answers[miss.question] not in miss.passage for miss in other_story)
    assert {miss.question for miss in left_open} == {"費用はいくらですか。"}
    assert len(other_story) == pytest.approx(180, abs=30)


def test_most_are_read_under_title_and_day(tmp_path: Path) -> None:
    headed = sum("Harbour bridge shuts (2022-09-14)\nThe Harbour" in one.passage for one, *_ in drawn(tmp_path, 600))
    assert headed == pytest.approx(600 * 2 / 3 * 0.7, abs=40)


def test_noise_moves_the_span_with_its_words(tmp_path: Path) -> None:
    noisy = [one for one, *_ in islice(drawn(tmp_path, 200), 200) if one.passage.startswith("\n")]
    assert len(noisy) == pytest.approx(60, abs=20)
    assert all(one.span and one.passage[slice(*one.span)] in {"212", "four months", "May"} for one in noisy)
