"""Citations to an answer in words: the short answer, the text with its numbers, or the decline.

Every word of an answer is an article's; the few words between them are a table below, one row a language.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.dates import find_dates
from qa.figures import answering_span, names_a_number
from qa.findings import Finding
from qa.question import deciding_words, wanted, wants_more
from qa.quote import giving, in_one_line
from qa.types import Citation, Conflict, Question

# What is left of a sentence around an answer in it, and a full stop that is not left of one.
_AROUND = " ,;:!?、。，；：！？\"'“”‘’「」『』"
_ABBREVIATED = re.compile(r"\b[A-Z]\.$|\b(?:Inc|Ltd|Co|Jr|Sr|Corp)\.$")


@dataclass(frozen=True, slots=True)
class _Words:
    decline: str
    unmentioned: str
    nothing_searched: str
    differ: str
    separator: str
    as_of: str


_WORDS = {
    "en": _Words(
        decline="The articles do not answer this.",
        unmentioned="The articles do not answer this: no passage mentions {}.",
        nothing_searched="No article meets the filter.",
        differ="Sources differ: ",
        separator="; ",
        as_of=" (as of {0.day} {0:%B} {0.year})",
    ),
    "zh": _Words(
        decline="这些文章没有回答这个问题。",
        unmentioned="这些文章没有回答这个问题：没有一段提到{}。",
        nothing_searched="没有符合筛选条件的文章。",
        differ="各来源说法不一：",
        separator="；",
        as_of="（截至{0.year}年{0.month}月{0.day}日）",
    ),
    "ja": _Words(
        decline="この質問への答えは記事の中に見つかりませんでした。",
        unmentioned="この質問への答えは記事の中に見つかりませんでした：{}に触れている箇所はありません。",
        nothing_searched="条件に合う記事がありません。",
        differ="情報源によって異なります：",
        separator="；",
        as_of="（{0.year}年{0.month}月{0.day}日時点）",
    ),
}


def words_for(language: str) -> _Words:
    """The connecting words in that language, English where it has none of its own."""
    return _WORDS.get(language, _WORDS["en"])


def decline(question: Question, *, searched: bool, unmentioned: Sequence[str] = ()) -> str:
    """What is said when the articles hold no answer, or none could be searched, in the question's language.

    `unmentioned` are names of the question that nothing in the library has.
    """
    words = words_for(question.language)
    if unmentioned:
        return words.unmentioned.format(", ".join(unmentioned))
    return words.decline if searched else words.nothing_searched


def compose(question: Question, finding: Finding, citations: Sequence[Citation], conflicts: Sequence[Conflict]) -> str:
    """The text: the short answer or, where sources differ, each value; then, on a new line, what else is quoted.

    Every part of it is followed by the numbers of its quotes.
    """
    words = words_for(question.language)
    lead = [_differ(conflict, words) for conflict in conflicts]
    said = {number for conflict in conflicts for value in conflict.values for number in value.citations}
    numbers = giving(finding, citations)
    if not lead and numbers and not wants_more(deciding_words(question)):
        lead = [f"{short_answer(question, finding, citations)}{_as_of(question, finding, words)} {_marks(numbers)}"]
        said = set(numbers)
    quotes = [f"{in_one_line(one.quote.text)} [{one.number}]" for one in citations if one.number not in said]
    return "\n".join(part for part in (*lead, " ".join(quotes)) if part)


def _differ(conflict: Conflict, words: _Words) -> str:
    values = words.separator.join(f"{value.value} {_marks(value.citations)}" for value in conflict.values)
    return f"{words.differ}{values}"


def _marks(numbers: Sequence[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _as_of(question: Question, finding: Finding, words: _Words) -> str:
    """The day of the source, for a figure that moves with time and a sentence that says nothing of when it holds."""
    published = finding.best.article.published
    if not published or wanted(deciding_words(question)) != "amount" or not names_a_number(finding.best.value):
        return ""
    dated = find_dates(finding.best.text, published) or find_dates(question.searched_for)
    return "" if dated else words.as_of.format(published)


def short_answer(question: Question, finding: Finding, citations: Sequence[Citation]) -> str:
    """The few words asked for, as the finding has them, or its quote where more than a few are asked for."""
    asked, value = deciding_words(question), finding.best.value
    if wants_more(asked):
        numbers = giving(finding, citations)
        return in_one_line(citations[numbers[0] - 1 if numbers else 0].quote.text)
    few = in_one_line(_few_words(asked, value)).strip(_AROUND)
    few = few if _ABBREVIATED.search(few) else few.rstrip(".")
    few = few[1:-1] if few.startswith("(") and few.endswith(")") else few
    return few or in_one_line(finding.best.text)


def _few_words(asked: str, value: str) -> str:
    """The figure or the date in an answer's words where one is asked for, else the words."""
    match wanted(asked):
        case "amount" if figure := answering_span(asked, value):
            return figure.of(value)
        case "date" if dates := find_dates(value):
            return value[dates[0].span.start : dates[-1].span.end]
        case _:
            return value
