"""A change and what it came to: of "rose by $28 billion to $165 billion" a question for the fortune wants the second.

It reads the words beside two figures of one sentence; where they tell nothing, nothing is said.
"""

import re
from collections.abc import Sequence

from index.types import Span
from qa.quantities import Quantity
from qa.question import wanted

_NEARLY = r"(?:about|nearly|almost|some|around|roughly|over|more than|just|an estimated)"
_NEARLY_EAST = r"(?:大约|大約|将近|將近|约|約|近|超过|超過)?"
_ASKED = re.compile(
    r"\b(?:ris(?:e|es|en|ing)|rose|gr[eo]w\w*|gain\w*|increas\w*|jump\w*|climb\w*|soar\w*|surg\w*|add(?:s|ed)?|f[ae]ll\w*"
    r"|drop\w*|declin\w*|decreas\w*|los[est]\w*|plung\w*|shr[aiu]nk\w*|chang\w*|cut\w*|reduc\w*|differ\w*|more|less|fewer"
    r"|up|down)\b|[涨漲升增増跌降减減]|[多少][了出]|变化|變化|蒸[发發]|上が|下が|伸び|変化|失",
    re.IGNORECASE,
)
_CHANGE_BEFORE = re.compile(
    rf"\b(?:by|up|down|rose|grew|gained|added|jumped|soared|climbed|surged|fell|dropped|lost|increased|decreased)"
    rf"(?: by)?(?: {_NEARLY})? ?\Z"
    rf"|(?:[多少]了|(?:增加|增[长長]|上[涨漲升]|[涨漲升]|下[跌降]|[减減]少|[跌降]|蒸[发發])了?){_NEARLY_EAST}\Z",
    re.IGNORECASE,
)
_CHANGE_AFTER = re.compile(r"(?:も|近く|余り|の)?(?:増|減|上昇|下落|上がり|下がり|伸び)")
_LEVEL_BEFORE = re.compile(
    rf"\b(?:to|reach(?:ed|ing)|total(?:l?ed|l?ing))(?: {_NEARLY})? ?\Z|(?:[达達]到?了?|[至到]了?){_NEARLY_EAST}\Z",
    re.IGNORECASE,
)
_LEVEL_AFTER = re.compile(r"(?:近く|余り|超)?(?:に(?:なっ|なり|達し|増え|減っ|上が|下が|拡大|縮小)|と(?:なっ|なり))")


def what_it_came_to(question: str, sentence: str, figures: Sequence[Quantity], answer: Span) -> Span | None:
    """Where `sentence` has the figure that a change came to, if `answer`, a span of it, is the change alone.

    `figures` are those of the sentence. None where the question asks for the change, and where the words beside the
    figures do not tell.
    """
    if wanted(question) != "amount" or _ASKED.search(question):
        return None
    said = [figure for figure in figures if figure.span.overlaps(answer)]
    if len(said) != 1 or not _stands(said[0], sentence, _CHANGE_BEFORE, _CHANGE_AFTER):
        return None
    levels = (figure for figure in figures if (figure.kind, figure.unit) == (said[0].kind, said[0].unit))
    return next((one.span for one in levels if _stands(one, sentence, _LEVEL_BEFORE, _LEVEL_AFTER)), None)


def _stands(figure: Quantity, sentence: str, before: re.Pattern[str], after: re.Pattern[str]) -> bool:
    """Whether the words right before the figure, or right after it, are such."""
    return bool(before.search(sentence[: figure.span.start]) or after.match(sentence, figure.span.end))
