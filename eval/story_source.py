"""Examples of our own stories: each with the question's near misses, which stories of a group are for each other."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from eval.examples import Example, among_lines, holds_answer
from eval.stories import Story, StoryQuestion
from qa.read import headline

# How often a story is read under its title and day, as an article is.
_HEADED = 0.7
# How often an answered question comes with another story of its group, and with a question that its story leaves open.
_OTHER_STORY, _LEFT_OPEN = 0.6, 0.8


class StorySource:
    """Questions on stories, in the story's language and in others."""

    def __init__(self, stories: Sequence[Story]) -> None:
        self._asked = [(story, one) for story in stories for one in story.questions if one.answer]
        self._texts = [story.text for story in stories]
        self._groups = defaultdict[str, list[Story]](list)
        for story in stories:
            self._groups[story.group].append(story)

    def draw(self, drawing: Random) -> list[Example]:
        """A question with its story, at times with another story and with a question that the story leaves open."""
        story, asked = drawing.choice(self._asked)
        answer = story.answers(asked)
        drawn = [self._example(story, asked, answer, drawing)]
        others = [one for one in self._groups[story.group] if one != story and not holds_answer(one.text, answer)]
        if others and drawing.random() < _OTHER_STORY:
            drawn.append(self._example(drawing.choice(others), replace(asked, answer=None), answer, drawing))
        left_open = [one for one in story.questions if not one.answer]
        if left_open and drawing.random() < _LEFT_OPEN:
            drawn.append(self._example(story, drawing.choice(left_open), (), drawing))
        return drawn

    def _example(self, story: Story, asked: StoryQuestion, answers: Sequence[str], drawing: Random) -> Example:
        head = headline(story.title, story.day) if drawing.random() < _HEADED else ""
        example = Example(asked.question, story.text, asked.answer).between(head)
        return among_lines(example, self._texts, answers, drawing)
