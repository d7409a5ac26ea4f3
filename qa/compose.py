"""Citations to an answer in words: the short answer, the text with its numbers, or the decline.

Every word of an answer is quoted; the few words between the quotes are a table below, one row a language.
"""

import re
from dataclasses import dataclass

from qa.figures import answering_span
from qa.question import deciding_words
from qa.types import Citation, Conflict, Question

_REFERENCE_MARK = re.compile(r"\[\d{1,3}\]")


@dataclass(frozen=True, slots=True)
class _Words:
    decline: str
    nothing_searched: str
    differ: str
    separator: str
    stop: str


_WORDS = {
    "en": _Words(
        decline="The articles do not answer this.",
        nothing_searched="No article meets the filter.",
        differ="Sources differ: ",
        separator="; ",
        stop=". ",
    ),
    "zh": _Words(
        decline="这些文章没有回答这个问题。",
        nothing_searched="没有符合筛选条件的文章。",
        differ="各来源说法不一：",
        separator="；",
        stop="。",
    ),
    "ja": _Words(
        decline="この質問への答えは記事の中に見つかりませんでした。",
        nothing_searched="条件に合う記事がありません。",
        differ="情報源によって異なります：",
        separator="；",
        stop="。",
    ),
}


def words_for(language: str) -> _Words:
    """The connecting words in that language, English where it has none of its own."""
    return _WORDS.get(language, _WORDS["en"])


def decline(question: Question, *, searched: bool) -> str:
    """What is said when the articles hold no answer, or none could be searched, in the question's language."""
    words = words_for(question.language)
    return words.decline if searched else words.nothing_searched


def compose(question: Question, citations: tuple[Citation, ...], conflicts: tuple[Conflict, ...]) -> str:
    """The answer's text: where sources differ that first, then each quote with its number."""
    words = words_for(question.language)
    quotes = " ".join(f"{_in_one_line(citation.quote.text)} [{citation.number}]" for citation in citations)
    return "".join(_differ(conflict, words) for conflict in conflicts) + quotes


def _in_one_line(quote: str) -> str:
    """The quote without its line ends and without reference marks of its own, which would read as our numbers."""
    return " ".join(_REFERENCE_MARK.sub("", quote).split())


def _differ(conflict: Conflict, words: _Words) -> str:
    values = words.separator.join(
        f"{value.value} {''.join(f'[{number}]' for number in value.citations)}" for value in conflict.values
    )
    return f"{words.differ}{values}{words.stop}"


def short_answer(question: Question, citations: tuple[Citation, ...]) -> str:
    """The few words asked for, cut from the first quote: its figure where one is asked for, else the quote itself."""
    quote = citations[0].quote.text
    figure = answering_span(deciding_words(question), quote)
    return " ".join((figure.of(quote) if figure else quote).split())
