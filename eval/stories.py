"""Stories of our own with questions in three languages, in the files of `eval/stories`, checked as they are read.

A file holds groups of stories about the same kind of event, so that each story of a group nearly answers what the
others do:

    #### bridge closures
    == 2022-09-14 | Harbour bridge in Velmont shuts for four months
    The story.
    ? en | How many cables are to be replaced? | 212
    - zh | a question that the story does not answer
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from pathlib import Path

from eval.data_files import SpanAnswer, SpanRow
from eval.own_files import NumberedLine, groups_of, is_held_out
from eval.sets import BadSet
from index.language import detect_language

FOLDER = Path(__file__).parent / "stories"

_HEAD = re.compile(r"== (?P<day>\d{4}-\d\d-\d\d) \| (?P<title>\S.*)")
_ANSWERED = re.compile(r"\? (?P<language>en|zh|ja) \| (?P<question>[^|]*\S) \| (?P<answer>\S.*)")
_ASKED = re.compile(r"[?-] \w\w \|.*")
_UNANSWERED = re.compile(r"- (?P<language>en|zh|ja) \| (?P<question>\S.*)")


@dataclass(frozen=True, slots=True)
class StoryQuestion:
    """A question on a story; `answer` is its place in the text in code points, None where the story has none."""

    language: str
    question: str
    answer: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Story:
    """An invented article with the name of its group and the questions on it."""

    group: str
    day: date
    title: str
    text: str
    language: str
    questions: tuple[StoryQuestion, ...]

    def answers(self, asked: StoryQuestion) -> tuple[str, ...]:
        """The answer to a question on it in its words; empty where it has none."""
        return (self.text[slice(*asked.answer)],) if asked.answer else ()

    @property
    def held_out(self) -> bool:
        """Whether its group is of the tenth that nothing is trained on."""
        return is_held_out(self.group)


def read_stories(folder: Path = FOLDER) -> list[Story]:
    """All stories, in the order of their files. Raises `BadSet` naming file and line of what is not as it should be."""
    stories = [story for file in sorted(folder.glob("*.txt")) for story in _stories(file)]
    if not stories:
        raise BadSet(f"no stories in {folder}; they come with the sources, not with the installed package")
    return stories


def span_rows(story: Story, *, across: bool) -> list[SpanRow]:
    """The questions on a story that are in its language, or those in another, in the form of a published set."""
    asked = [(n, one) for n, one in enumerate(story.questions) if (one.language != story.language) is across]
    return [
        SpanRow(
            id=f"{story.group} {story.title} {number}",
            language=story.language,
            question=one.question,
            context=story.text,
            answers=tuple(SpanAnswer(text=text, start=story.text.index(text)) for text in story.answers(one)),
        )
        for number, one in asked
    ]


def _stories(file: Path) -> Iterator[Story]:
    for group, lines in groups_of(file):
        told = list[NumberedLine]()
        for numbered in lines:
            if numbered[1].startswith("== ") and told:
                yield _story(file, group, told)
                told = []
            told.append(numbered)
        yield _story(file, group, told)


def _story(file: Path, group: str, lines: list[NumberedLine]) -> Story:
    (first, top), *rest = lines
    head = _HEAD.fullmatch(top)
    day = _day(head["day"]) if head else None
    if not head or not day:
        raise BadSet(f"{file}:{first}: a story begins with '== YYYY-MM-DD | title'; it is {top!r}")
    told = [line for _, line in takewhile(lambda numbered: not _ASKED.fullmatch(numbered[1]), rest)]
    text = "\n".join(told)
    asked = tuple(_question(file, number, line, text) for number, line in rest[len(told) :])
    if not text or not any(one.answer for one in asked):
        raise BadSet(f"{file}:{first}: the story has no text, or no question that it answers")
    return Story(group, day, head["title"], text, detect_language(text), asked)


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _question(file: Path, number: int, line: str, text: str) -> StoryQuestion:
    if found := _UNANSWERED.fullmatch(line):
        return StoryQuestion(found["language"], found["question"], None)
    if not (found := _ANSWERED.fullmatch(line)):
        raise BadSet(f"{file}:{number}: not '? LANGUAGE | question | answer' or '- LANGUAGE | question': {line!r}")
    answer = found["answer"]
    if (times := text.count(answer)) != 1:
        raise BadSet(f"{file}:{number}: {answer!r} stands {times} times in the story; give the words around it too")
    start = text.index(answer)
    return StoryQuestion(found["language"], found["question"], (start, start + len(answer)))
