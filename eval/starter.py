"""A starter set: rows with an article and a sentence of it, for the library's owner to fill in."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import cycle, islice, zip_longest
from pathlib import Path
from random import Random

from eval.sets import BadSet
from index.any_library import AnyLibrary
from index.types import Article
from qa.quantities import find_quantities

# Less is a heading or a date line, more is too long to be read as a hint.
_FEWEST_LETTERS, _MOST_CHARACTERS = 30, 300
_WHOLE = re.compile(r"[.。!！][\"'”’」』)）]*$")
_QUESTION = re.compile(r"[?？]")
# A capital inside an English sentence, a Latin name inside a Chinese or Japanese one, a title or quotation in brackets.
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]|(?<=[\u3040-\u9fff])\s?[A-Z][A-Za-z]|[《『「]")
_FIRST_CJK = "\u2e80"

_HINT_FOLLOW_UP = (
    "Follow-up: write in the history the question that its sentence answers, then as the question one that is only "
    "understood after it, and take the field draft away"
)
_HINTS_UNANSWERABLE = (
    "Unanswerable: ask what your readers may well ask and no article says; leave answers and articles empty",
    "Unanswerable: ask for a year or a figure that no article gives of something they do tell of; leave both empty",
    "Unanswerable: ask about a person or a company much like one in the articles; leave both empty",
)


@dataclass(frozen=True, slots=True)
class StarterRow:
    """A case to be filled in. While a question, or an answer that is asked for, is "", `load_set` refuses the row."""

    id: str
    language: str
    question: str = ""
    answers: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    kind: str = ""
    split: str = ""
    history: tuple[dict[str, str], ...] = ()
    draft: bool = False
    hint: str = ""

    def line(self) -> str:
        """The row as JSON; history and draft only where there is something in them."""
        rarely = {"history", "draft"}
        fields = {name: value for name, value in asdict(self).items() if value or name not in rarely}
        return json.dumps(fields, ensure_ascii=False)


def write_starter(library: AnyLibrary, file: Path, number: int = 30, seed: int = 0) -> int:
    """Write the rows of `starter_set` to `file` and say how many. A file that is there already is never written over.

    Raises `BadSet` then, where it cannot be written, and as `starter_set` does.
    """
    rows = starter_set(library, number, seed)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.writelines(f"{row.line()}\n" for row in rows)
    except OSError as error:
        # A file where a folder is wanted is also one that exists.
        if isinstance(error, FileExistsError) and file.exists():
            raise BadSet(f"{file} is already there; name another file, or move it away") from error
        raise BadSet(f"cannot write {file}: {error}; name another file") from error
    return len(rows)


def starter_set(library: AnyLibrary, number: int = 30, seed: int = 0) -> list[StarterRow]:
    """`number` rows (at least 1) spread evenly over languages and dates, three unanswerable ones, and a follow-up.

    Each has a sentence as its hint, with a figure or else a name in it. Articles come more than once where there are
    fewer than `number`; rows are fewer where there are too few sentences. The same library and seed give the same rows.
    Raises `BadSet` where the library has no such sentence.
    """
    found = list(islice(_sentences(library, Random(seed)), number + 1))  # noqa: S311 (a drawing, not a secret)
    if not found:
        raise BadSet(
            f"no sentence in {library.folder} has a figure or a name; write the set by hand, see eval/README.md"
        )
    facts = [
        StarterRow(f"starter-{place:02}", article.language, answers=("",), articles=(article.id,), hint=sentence)
        for place, (article, sentence) in enumerate(found[:number], 1)
    ]
    return [*facts, *_unanswerable(library), _follow_up(*found[-1])]


def _unanswerable(library: AnyLibrary) -> Iterator[StarterRow]:
    languages = cycle(library.languages())
    for place, (hint, language) in enumerate(zip(_HINTS_UNANSWERABLE, languages, strict=False), 1):
        yield StarterRow(f"starter-none-{place}", language, kind="none", hint=hint)


def _follow_up(article: Article, sentence: str) -> StarterRow:
    return StarterRow(
        "starter-follow-up",
        article.language,
        answers=("",),
        articles=(article.id,),
        kind="follow-up",
        history=({"role": "user", "content": ""}, {"role": "assistant", "content": sentence}),
        draft=True,
        hint=_HINT_FOLLOW_UP,
    )


def _sentences(library: AnyLibrary, drawing: Random) -> Iterator[tuple[Article, str]]:
    """A sentence of each article in turn, then another of each, until there are no more; none comes twice."""
    order, told = _spread(library, drawing), {""}
    while True:
        before = len(told)
        for article_id in order:
            article = library.article(article_id)
            if worth_asking := _worth_asking(article, told):
                sentence = drawing.choice(worth_asking)
                told.add(sentence)
                yield article, sentence
        if len(told) == before:
            return


def _worth_asking(article: Article, told: set[str]) -> list[str]:
    """The article's sentences with a figure that were not told yet; where there are none, those with a name."""
    sentences = (" ".join(span.of(article.text).split()) for span in article.sentences)
    fresh = [sentence for sentence in sentences if sentence not in told and _is_statement(sentence)]
    return [one for one in fresh if find_quantities(one)] or [one for one in fresh if _NAME.search(one)]


def _is_statement(sentence: str) -> bool:
    if len(sentence) > _MOST_CHARACTERS or not _WHOLE.search(sentence) or _QUESTION.search(sentence):
        return False
    # A Chinese or Japanese character says about as much as two Latin letters.
    return sum(1 + (letter >= _FIRST_CJK) for letter in sentence if letter.isalpha()) >= _FEWEST_LETTERS


def _spread(library: AnyLibrary, drawing: Random) -> list[str]:
    """Every article's id, the languages in turn, and within each language the dates in turn."""
    dated: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for article in library.table.articles():
        dated[article.language].append((article.published or date.min, article.id))
    orders = [_evenly([article_id for _, article_id in sorted(dated[name])], drawing) for name in library.languages()]
    return [article_id for taken in zip_longest(*orders) for article_id in taken if article_id is not None]


def _evenly(ids: Sequence[str], drawing: Random) -> list[str]:
    """`ids` in an order of which any beginning is spread evenly over the whole, started at random.

    It is the van der Corput sequence: places sorted by their binary digits read backwards.
    """
    start, digits = drawing.randrange(len(ids)), len(ids).bit_length()
    turned = [*ids[start:], *ids[:start]]
    return [turned[place] for place in sorted(range(len(ids)), key=lambda place: f"{place:0{digits}b}"[::-1])]
