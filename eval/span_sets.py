"""Which questions of the span sets the weights are fitted on: the same each time, drawn into one collection.

The reader is not trained on any of their paragraphs: it is surer of what it has learned by heart.
"""

from collections.abc import Sequence
from pathlib import Path

from eval.data_files import ArticleRow, Dataset, SpanRow, article_id, paragraphs, read_rows, sample, span_case
from eval.sets import BadSet, Case

# Whole, these are too few to be for measuring alone.
PARTLY_TRAINED = {"squad2": "squad2/en.spans.jsonl.gz", "drcd": "drcd/zh-hant-test.spans.jsonl.gz"}
_SETS = (*PARTLY_TRAINED.values(), "jaquad/ja-dev.spans.jsonl.gz")
_PARALLEL_SETS = ("xquad/en.spans.jsonl.gz", "xquad/zh.spans.jsonl.gz")
_QUESTIONS = 40
_PAIRS = 150
# Of all those, so many are asked in their own language and across languages: each takes two or three seconds.
_SAME_LANGUAGE, _ACROSS_LANGUAGES = 45, 60

Pair = tuple[SpanRow, SpanRow]


def draw(data: Path) -> Dataset:
    """45 questions of three sets together, and 60 of XQuAD's asked across languages, among 453 paragraphs.

    A question in one language of XQuAD is on the other language's paragraph; its own copy is excluded from its search.
    Raises `BadSet` when a file of `data` is missing or damaged.
    """
    cases: list[Case] = []
    articles: list[ArticleRow] = []
    for file in _SETS:
        rows = [row for row in read_rows(data / file, SpanRow) if fitted_on(row.context)]
        drawn = sample([row for row in rows if row.answers], _QUESTIONS)
        articles += paragraphs(rows)[: 2 * _QUESTIONS] + paragraphs(drawn)
        cases += [_case(row, row) for row in drawn]
    pairs = drawn_pairs(read_pairs(data))
    articles += paragraphs([row for pair in pairs for row in pair])
    across = [case for pair in pairs[:_QUESTIONS] for case in both_ways(pair)]
    drawn_cases = [*sample(cases, _SAME_LANGUAGE), *sample(across, _ACROSS_LANGUAGES)]
    return Dataset("span-sets", tuple({row.id: row for row in articles}.values()), drawn_cases)


def held_out(paragraph: str) -> bool:
    """Whether a paragraph of a set of `PARTLY_TRAINED` is of the fifth that nothing is trained on."""
    return int(article_id(paragraph), 16) % 5 == 0


def read_untrained(data: Path, file: str) -> list[SpanRow]:
    """The rows of a set in the folder `data` without those on paragraphs that the reader is trained on.

    Raises `BadSet` when the file is missing or damaged.
    """
    rows = read_rows(data / file, SpanRow)
    return [row for row in rows if file not in PARTLY_TRAINED.values() or held_out(row.context)]


def fitted_on(paragraph: str) -> bool:
    """Whether a paragraph is of the tenth that weights may be fitted on; nothing is trained on it, or measured."""
    return int(article_id(paragraph), 16) % 10 == 0


def drawn_pairs(pairs: Sequence[Pair]) -> list[Pair]:
    """The 150 of XQuAD's questions that are drawn."""
    return sample(pairs, _PAIRS)


def read_pairs(data: Path) -> list[Pair]:
    """XQuAD's questions, each in English and in Chinese with the paragraph in that language.

    Raises `BadSet` when a file of `data` is missing or damaged.
    """
    english, chinese = (read_rows(data / file, SpanRow) for file in _PARALLEL_SETS)
    if [row.id for row in english] != [row.id for row in chinese]:
        raise BadSet(f"{data / 'xquad'}: en and zh are not of the same questions; put the set xquad there again")
    return list(zip(english, chinese, strict=True))


def both_ways(pair: Pair) -> tuple[Case, Case]:
    """The question in one language on the other language's paragraph, and the other way round."""
    english, chinese = pair
    return _case(english, chinese), _case(chinese, english)


def _case(asking: SpanRow, holding: SpanRow) -> Case:
    return span_case(asking, holding, f"{asking.language}>{holding.language}:{asking.id}")
