"""The measures of a search and of an answer, one short function each: a number in 0..1, or yes or no.

A measure averaged over the cases it applies to is the set's; None says that it doesn't apply to this one. What is
wanted of an answer is `case.wanted`; a case that names none (it is unanswerable, or for the search alone) has nothing
that an answer could show, and gives 0.0 or False unless said otherwise.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import log2

from eval.answer_text import exactly, token_f1
from eval.match import all_held, holds_any
from eval.sets import Case
from qa.types import Answer, Citation, Conflict


def success_at(k: int, relevant: Sequence[bool]) -> float:
    """Whether one of the first `k` found is relevant. `relevant`: a flag for each one found, best first."""
    return float(any(_first(k, relevant)))


def recall_at(k: int, relevant: Sequence[bool], total: int) -> float:
    """Share of the `total` relevant things that are among the first `k` found; 0.0 if there are none, as in trec_eval.

    Raises `ValueError` if more were found than `total`, which is a thing counted twice.
    """
    _check_total(relevant, total)
    return sum(_first(k, relevant)) / total if total else 0.0


def reciprocal_rank(k: int, relevant: Sequence[bool]) -> float:
    """One over the rank of the first relevant one among the first `k`, 0.0 without one; averaged it is MRR@k."""
    return next((1 / rank for rank, flag in enumerate(_first(k, relevant), 1) if flag), 0.0)


def ndcg_at(k: int, relevant: Sequence[bool], total: int) -> float:
    """Normalised discounted cumulative gain of the first `k`: gains of 0 and 1, the discount log2(rank + 1).

    The ideal ranking begins with all `total` relevant things; 0.0 if there are none, as in trec_eval. Raises
    `ValueError` if more were found than `total`. After Järvelin & Kekäläinen, "Cumulated gain-based evaluation of IR
    techniques" (2002), with the discount that trec_eval and most since have used.
    """
    _check_total(relevant, total)
    return _gain(_first(k, relevant)) / _gain([True] * min(k, total)) if total else 0.0


def _first(k: int, relevant: Sequence[bool]) -> Sequence[bool]:
    if k < 1:
        raise ValueError(f"k has to be 1 or more, got {k}")
    return relevant[:k]


def _check_total(relevant: Sequence[bool], total: int) -> None:
    if sum(relevant) > total:
        raise ValueError(f"{sum(relevant)} relevant ones were found where there are {total}; count each of them once")


def _gain(relevant: Sequence[bool]) -> float:
    return sum(1 / log2(rank + 1) for rank, flag in enumerate(relevant, 1) if flag)


def exact_match(given: str, answers: Sequence[str], language: str) -> float:
    """Whether `given` is one of `answers`, compared as `language`'s usual data set does; see `eval.answer_text`.

    `language` is that of the answers, not of the question: they differ where one asks across languages.
    """
    return max((exactly(given, answer, language) for answer in answers), default=0.0)


def f1(given: str, answers: Sequence[str], language: str) -> float:
    """F1 of the tokens of `given` and the most alike of `answers`, as `language`'s usual data set counts them.

    `language` is that of the answers; see `eval.answer_text`.
    """
    return max((token_f1(given, answer, language) for answer in answers), default=0.0)


def declined(answer: Answer) -> bool:
    """Whether the question was declined."""
    return answer.status == "abstained"


def in_short_answer(case: Case, answer: Answer) -> float:
    """Whether all that is wanted stands in the short answer."""
    return float(all_held([answer.short_answer], case.wanted))


def in_quotes(case: Case, answer: Answer) -> float:
    """Whether all that is wanted stands in the quotes, of whichever articles."""
    return float(all_held(_quotes(answer), case.wanted))


def answered_rightly(case: Case, answer: Answer) -> float:
    """Whether all that is wanted stands in the short answer or the quotes, and an article that has it is cited.

    Any article will do where the case names none; where it names articles and no answer, citing one of them will do.
    """
    cited = not case.articles or any(_of_right_article(case, citation) for citation in answer.citations)
    shown = all_held([answer.short_answer, *_quotes(answer)], case.wanted) if case.wanted else case.answerable
    return float(cited and shown)


def treated_rightly(case: Case, answer: Answer) -> bool:
    """Whether an answerable question was answered rightly, or an unanswerable one declined."""
    if not case.answerable:
        return declined(answer)
    return not declined(answer) and answered_rightly(case, answer) == 1.0


def citation_precision(case: Case, answer: Answer) -> float | None:
    """Share of the citations that support the answer: of an article that has it, with a quote that holds some of it.

    None without citations; 0.0 where an unanswerable question was given some. Called so after ALCE (Gao et al.,
    "Enabling large language models to generate text with citations", 2023), whose entailment model is replaced here
    by finding the wanted words and figures in the quote.
    """
    if not answer.citations:
        return None
    return len(list(_supporting(case, answer))) / len(answer.citations)


def citation_recall(case: Case, answer: Answer) -> float:
    """Share of what is wanted that stands in a citation of an article that has it.

    After ALCE (Gao et al. 2023) like `citation_precision`, with the groups of `case.wanted` for its statements and
    with finding words and figures for its entailment model.
    """
    quotes = [citation.quote.text for citation in _supporting(case, answer)]
    held = [any(holds_any(quote, group) for quote in quotes) for group in case.wanted]
    return sum(held) / len(held) if held else 0.0


def verbatim(answer: Answer, texts: Mapping[str, str]) -> float | None:
    """Share of the quotes that are the slice of their article which they say they are; None without quotes.

    `texts` is the text of each article by id, from where it is kept and not from the answer.
    """
    quotes = [citation.quote for citation in answer.citations]
    whole = [quote.text == texts[quote.article.id][quote.span.start : quote.span.end] for quote in quotes]
    return sum(whole) / len(whole) if whole else None


def conflict_raised(answer: Answer) -> bool:
    """Whether the answer says that sources differ."""
    return bool(answer.conflicts)


def conflict_shown(case: Case, answer: Answer) -> bool:
    """Whether one conflict of the answer sets all of `case.values` against each other, each as a value of its own.

    A value stands in a conflict's value if its words, or a quote cited for it, hold one of its synonyms.
    """
    return bool(case.values) and any(_sets_apart(case, conflict, answer) for conflict in answer.conflicts)


def _sets_apart(case: Case, conflict: Conflict, answer: Answer) -> bool:
    quotes = {citation.number: citation.quote.text for citation in answer.citations}
    texts = [(one.value, *(quotes.get(number, "") for number in one.citations)) for one in conflict.values]
    # For each wanted value, the places of the conflict's values that hold it; each needs a place of its own.
    places = [
        [place for place, held in enumerate(texts) if any(holds_any(text, group) for text in held)]
        for group in case.values
    ]
    return any(len(set(chosen)) == len(chosen) for chosen in product(*places))


def _quotes(answer: Answer) -> list[str]:
    return [citation.quote.text for citation in answer.citations]


def _supporting(case: Case, answer: Answer) -> Iterator[Citation]:
    for citation in answer.citations:
        of_right_article = not case.articles or _of_right_article(case, citation)
        if of_right_article and holds_any(citation.quote.text, case.synonyms):
            yield citation


def _of_right_article(case: Case, citation: Citation) -> bool:
    return not {citation.quote.article.id, *citation.also_in}.isdisjoint(case.articles)
