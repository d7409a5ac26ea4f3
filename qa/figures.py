"""Which figure of a quote a question asks for; it reads words around figures and knows nothing of other quotes."""

import re
from itertools import pairwise

from index.types import Span
from qa.measures import with_unit
from qa.quantities import Kind, Quantity, find_quantities
from qa.question import wanted

_PERCENT_ASKED = re.compile(
    r"percent|per cent|proportion|what share|百分|比例|[几幾]成|占比|パーセント|割合|何割|何[%％]", re.IGNORECASE
)
_MONEY_ASKED = re.compile(
    r"[$€£¥]|dollar|cost|price|worth|revenue|profit|spend|spent|expenditure|capex|\blos[est]|market value|dividend"
    r"|earn|income|\bpa(?:y|id)\b|money|fortune|budget|buyback"
    r"|美元|[价價]格|售[价價]|市值|[财財]富|身[价價]|[资資][产產]|[营營]收|收入|利[润潤]|[亏虧][损損]|花[费費了]|投[资資]|[开開]支|支出|股息|分[红紅]|多少[钱錢]|回[购購]"
    r"|ドル|円|いくら|価格|値段|資産|売上|利益|赤字|損失|費用|投資|配当|時価総額|自社株買い",
    re.IGNORECASE,
)
_DAY_OR_MONTH = re.compile(
    r"\d\s*[月日]|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_NUMBER = re.compile(
    r"\d|[二两兩三四五六七八九十百半]|一[个個名位家成次年倍半]"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|seventy|eighty"
    r"|ninety|hundred|thousand|million|billion|dozen|half|third|quarter|twice|double|triple|both|none|no)s?\b",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(?:and|to|or|[-–—~～至到和]|から|と)\s*")


def asked_for(question: str, quote: str) -> list[Quantity]:
    """The quantities of `quote` that could answer `question`: of the kind it asks for, and not stated in it."""
    stated = find_quantities(question)
    new = [figure for figure in find_quantities(quote) if not any(figure.agrees_with(one) for one in stated)]
    for kinds in _kinds(question):
        if chosen := [figure for figure in new if figure.kind in kinds]:
            return chosen
    return []


def answering_span(question: str, quote: str) -> Span | None:
    """Where the figure that answers stands in `quote` with its unit; a range, "$30 billion to $37 billion", is one.

    None where none is asked for, and where there are several and nothing tells which one answers.
    """
    figures = asked_for(question, quote)
    if not figures:
        return None
    gaps = pairwise(figures)
    if not all(_RANGE.fullmatch(quote, before.span.end, after.span.start) for before, after in gaps):
        return None
    return Span(figures[0].span.start, with_unit(figures[-1], quote).end)


def fits(question: str, sentence: str) -> int:
    """Whether the figures of `sentence` let it answer `question`.

    1 when it holds a figure or date such as is asked for, -1 when it does not, or when its figures are of other years
    than the one asked about, 0 when no figure is asked for.
    """
    match wanted(question):
        case "date":
            return 1 if asked_for(question, sentence) or _DAY_OR_MONTH.search(sentence) else -1
        case "amount":
            figures = [figure for figure in asked_for(question, sentence) if figure.kind != "date"]
            return 1 if figures and not of_other_years(question, sentence) else -1
        case _:
            return 0


def names_a_number(text: str) -> bool:
    """Whether a numeral or a number word stands in `text`; without one it answers no question for an amount."""
    return _NUMBER.search(text) is not None


def of_other_years(one: str, other: str) -> bool:
    """Whether both texts name years and none in common, so that their figures are of different things."""
    return bool(years(one) and years(other) and not years(one) & years(other))


def years(text: str) -> set[float]:
    """The years that `text` names."""
    return {figure.value for figure in find_quantities(text) if figure.kind == "date"}


def _kinds(question: str) -> list[tuple[Kind, ...]]:
    """The kinds of figure a question wants, the likeliest first."""
    match wanted(question):
        case "date":
            return [("date",)]
        case "amount" if _PERCENT_ASKED.search(question):
            return [("percent",)]
        case "amount" if _MONEY_ASKED.search(question):
            return [("money",), ("percent", "count")]
        case "amount":
            return [("count",), ("percent",), ("money",)]
        case _:
            return []
