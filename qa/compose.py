"""Citations to an answer in words: the short answer, the text with its numbers, or the decline.

Every word of an answer is quoted; the few words between the quotes are a table below, one row a language.
"""

from dataclasses import dataclass

from qa.figures import answering_span
from qa.types import Citation, Conflict, Question


@dataclass(frozen=True, slots=True)
class _Words:
    decline: str
    differ: str
    separator: str
    stop: str


_WORDS = {
    "en": _Words("The articles do not answer this.", "Sources differ: ", "; ", ". "),
    "zh": _Words("这些文章没有回答这个问题。", "各来源说法不一：", "；", "。"),
    "ja": _Words("この質問への答えは記事の中に見つかりませんでした。", "情報源によって異なります：", "；", "。"),
}


def words_for(language: str) -> _Words:
    """The connecting words in that language, English where it has none of its own."""
    return _WORDS.get(language, _WORDS["en"])


def decline(question: Question) -> str:
    """What is said when the articles hold no answer, in the question's language."""
    return words_for(question.language).decline


def compose(question: Question, citations: tuple[Citation, ...], conflicts: tuple[Conflict, ...]) -> str:
    """The answer's text: where sources differ that first, then each quote with its number."""
    words = words_for(question.language)
    quotes = " ".join(f"{' '.join(citation.quote.text.split())} [{citation.number}]" for citation in citations)
    return "".join(_differ(conflict, words) for conflict in conflicts) + quotes


def _differ(conflict: Conflict, words: _Words) -> str:
    values = words.separator.join(
        f"{value.value} {''.join(f'[{number}]' for number in value.citations)}" for value in conflict.values
    )
    return f"{words.differ}{values}{words.stop}"


def short_answer(question: Question, citations: tuple[Citation, ...]) -> str:
    """The few words asked for, cut from the first quote: its figure where one is asked for, else the quote itself."""
    quote = citations[0].quote.text
    figure = answering_span(question.searched_for, quote)
    return " ".join((figure.of(quote) if figure else quote).split())
