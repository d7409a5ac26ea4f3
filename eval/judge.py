"""One case and what came of it, to the record that every figure is worked out from."""

from collections.abc import Sequence

from eval import metrics
from eval.match import all_held, holds_any
from eval.records import QuoteGiven, Record
from eval.sets import Case, group_of
from index.any_library import AnyLibrary
from qa.types import Answer, Citation, Found

# Passages searched for: ten articles, which is as deep as any measure looks, are mostly among them.
DEPTH = 30


def judge(case: Case, found: Sequence[Found], answer: Answer, undeclined: Answer, library: AnyLibrary) -> Record:
    """The record of a case: `found` by a search of `DEPTH`, the answer, and the answer had declining been forbidden."""
    held_in = sorted(set(case.articles) & library.table.versions().keys())
    languages = _languages(case.language or answer.language, held_in, library)
    right = metrics.treated_rightly(case, answer)
    return Record(
        id=case.id,
        question=case.question,
        searched_for=answer.searched_for,
        language=case.language or answer.language,
        languages=languages,
        kind=case.kind,
        date=case.date.isoformat() if case.date else None,
        group=group_of(case),
        answerable=case.answerable,
        conflicting=bool(case.values),
        wanted=case.wanted,
        answered=not metrics.declined(answer),
        short_answer=answer.short_answer,
        text=answer.text,
        confidence=answer.confidence,
        quotes=tuple(_quote(case, citation) for citation in answer.citations),
        conflict_raised=metrics.conflict_raised(answer),
        right=right,
        right_if_answered=case.answerable and metrics.treated_rightly(case, undeclined),
        lost="" if right else _lost(case, found, answer),
        scores=_searching(case, found, held_in, library) | _answering(case, answer, library),
        timings_ms=answer.timings_ms,
    )


def _languages(asked_in: str, held_in: Sequence[str], library: AnyLibrary) -> str:
    others = sorted({library.article(article).language for article in held_in} - {asked_in})
    same = not held_in or any(library.article(article).language == asked_in for article in held_in)
    return asked_in if same else f"{asked_in}>{'+'.join(others)}"


def _quote(case: Case, citation: Citation) -> QuoteGiven:
    quote = citation.quote
    published = quote.article.published
    return QuoteGiven(
        article=quote.article.id,
        title=quote.article.title,
        published=published.isoformat() if published else None,
        start=quote.span.start,
        end=quote.span.end,
        text=quote.text,
        holds=holds_any(quote.text, case.synonyms),
    )


def _searching(case: Case, found: Sequence[Found], held_in: Sequence[str], library: AnyLibrary) -> dict[str, float]:
    """By article: each found article once, at its first passage. By passage: those that hold a wanted string."""
    if not case.articles:
        return {}
    articles = [article in case.articles for article in dict.fromkeys(one.article.id for one in found)]
    scores = _ranking("", articles, len(set(case.articles))) | {"success@1": metrics.success_at(1, articles)}
    if not case.synonyms:
        return scores
    passages = [one.article.id in case.articles and holds_any(one.hit.passage.text, case.synonyms) for one in found]
    holding = (passage.text for article in held_in for passage in library.table.passages_of(article))
    return scores | _ranking("passage ", passages, sum(holds_any(text, case.synonyms) for text in holding))


def _ranking(of: str, relevant: Sequence[bool], total: int) -> dict[str, float]:
    return {
        f"{of}success@5": metrics.success_at(5, relevant),
        f"{of}success@10": metrics.success_at(10, relevant),
        f"{of}recall@5": metrics.recall_at(5, relevant, total),
        f"{of}recall@10": metrics.recall_at(10, relevant, total),
        f"{of}MRR@10": metrics.reciprocal_rank(10, relevant),
        f"{of}nDCG@10": metrics.ndcg_at(10, relevant, total),
    }


def _answering(case: Case, answer: Answer, library: AnyLibrary) -> dict[str, float]:
    scores = _declining(case, answer)
    if answer.citations:
        texts = {one.quote.article.id: library.article(one.quote.article.id).text for one in answer.citations}
        scores["verbatim"] = metrics.verbatim(answer, texts) or 0.0
    if case.wanted:
        scores |= _finding(case, answer)
    if case.values:
        scores["conflict recall"] = float(metrics.conflict_shown(case, answer))
    elif case.wanted:
        scores["conflict false alarm"] = float(metrics.conflict_raised(answer))
    return scores


def _declining(case: Case, answer: Answer) -> dict[str, float]:
    declined = float(metrics.declined(answer))
    if case.answerable:
        return {"declined, of the answerable": declined}
    scores = {"declined, of the unanswerable": declined}
    if not all_held([one.hit.passage.text for one in answer.consulted], case.absent):
        scores["declined, where nothing read answers"] = declined
    return scores


def _finding(case: Case, answer: Answer) -> dict[str, float]:
    scores = {
        "answered rightly": metrics.answered_rightly(case, answer),
        "in the short answer": metrics.in_short_answer(case, answer),
        "in the quotes": metrics.in_quotes(case, answer),
        "citation recall": metrics.citation_recall(case, answer),
    }
    if answer.citations:
        scores["citation precision"] = metrics.citation_precision(case, answer) or 0.0
    if len(case.wanted) == 1:
        # A short answer is cut from the first quote, and is compared as that language's sets compare.
        cut_from = answer.citations[0].quote.article.language if answer.citations else case.language
        scores["exact match"] = metrics.exact_match(answer.short_answer, case.synonyms, cut_from)
        scores["F1"] = metrics.f1(answer.short_answer, case.synonyms, cut_from)
    return scores


def _lost(case: Case, found: Sequence[Found], answer: Answer) -> str:
    """The step at which the answer was lost."""
    if not case.answerable:
        return "answered, though unanswerable"
    if not _hold_all(case, found) and not _hold_all(case, answer.consulted):
        return "not retrieved"
    if not _hold_all(case, answer.consulted):
        return "retrieved, not read"
    return "read, declined" if metrics.declined(answer) else "read, not quoted"


def _hold_all(case: Case, found: Sequence[Found]) -> bool:
    """Whether the passages of the right articles (of any, where none is named) hold all that is wanted."""
    texts = [one.hit.passage.text for one in found if not case.articles or one.article.id in case.articles]
    return bool(texts) and (not case.wanted or all_held(texts, case.wanted))
