"""Published data sets as articles and cases: one short reader a set, and what in each set has to be put right.

    python -m eval.datasets ../shared/data NAME FOLDER [--sample N]

The sets do not ship with quotedesk: the texts are other people's. Keep FOLDER outside the repository, too.
"""

import argparse
import datetime
import shlex
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from functools import partial
from itertools import chain
from pathlib import Path

from eval.data_files import (
    ArticleRow,
    DataRow,
    Dataset,
    SpanRow,
    article_id,
    paragraphs,
    read_rows,
    read_spans,
    sample,
    span_cases,
    write_cases,
)
from eval.sets import SAMPLE_ARTICLES, SAMPLE_QUESTIONS, BadSet, Case, load_set
from eval.span_sets import PARTLY_TRAINED, both_ways, drawn_pairs, fitted_on, held_out, read_pairs, read_untrained
from eval.stories import Story, read_stories
from index.errors import QuotedeskError
from qa.inputs import Message, Where

# As many as make 2,400 paragraphs hard to find and are still indexed in minutes.
_NOISE = 5000
# Those in which nothing may be fitted on, but for the tenth of `fitted_on`.
_BURIED = ("cmrc2018/zh-trial.spans.jsonl.gz", "drcd/zh-hant-test.spans.jsonl.gz", "jsquad/ja-valid.spans.jsonl.gz")
_Answers = str | tuple[str | tuple[str, ...], ...]


class _QuestionRow(DataRow):
    id: str
    language: str
    question: str
    answers: tuple[str, ...]
    articles: tuple[str, ...]
    date: datetime.date | None = None
    history: tuple[Message, ...] = ()
    rewritten: str = ""


class _AlteredRow(DataRow):
    """Answers are one string, a list of parts, or a list of lists of synonyms."""

    id: str
    language: str
    question: str
    answers: _Answers
    wrong_answers: _Answers
    articles: tuple[str, ...]
    wrong_articles: tuple[str, ...]

    @property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """The synonyms for each part of the right answer."""
        return _parts(self.answers)

    @property
    def values(self) -> tuple[tuple[str, ...], ...]:
        """The right answer's strings and the altered one's; only one group where both are the same answer."""
        right, wrong = (tuple(chain(*_parts(answers))) for answers in (self.answers, self.wrong_answers))
        return (right,) if set(right) & set(wrong) else (right, wrong)


def read_realtimeqa(data: Path) -> Dataset:
    """The news-quiz questions of 2023 that have an article holding the answer, among all articles.

    Two ids stand on two questions each: the later one's gets "-2". The split "dev" is what weights are fitted on; it
    shares no article with the split "test".
    """
    rows = [row for row in read_rows(data / "realtimeqa-2023/questions.jsonl.gz", _QuestionRow) if row.articles]
    cases = _halved(_with_own_ids([_case(row, kind="news quiz") for row in rows]))
    return Dataset("realtimeqa-2023", _there(data / "realtimeqa-2023/articles.jsonl.gz"), cases)


def read_cast(data: Path) -> Dataset:
    """Turns of conversations in English, their passages among 5,000 articles of Chinese news.

    The articles are known and no answer, so only the search can be measured. A conversation is a group. The note is the
    question as people rewrote it to stand alone.
    """
    rows = read_rows(data / "cast-2021/questions.jsonl.gz", _QuestionRow)
    cases = [
        _case(
            row,
            kind="follow-up" if row.history else "first turn",
            note=row.rewritten,
            group=row.id.partition("-")[0],
        )
        for row in rows
    ]
    noise = read_rows(data / "crud-news/articles.jsonl.gz", ArticleRow, most=_NOISE)
    passages = read_rows(data / "cast-2021/articles.jsonl.gz", ArticleRow)
    return Dataset("cast-2021", (*noise, *passages), cases)


def read_xquad_cross(data: Path) -> Dataset:
    """XQuAD's paragraphs in English and Chinese in one library, each question asked across languages, both ways.

    A question's own-language copy of the paragraph is excluded. The kind is "en>zh" or "zh>en"; the split "dev" are
    those on paragraphs that weights are fitted on.
    """
    pairs = read_pairs(data)
    fitted = {case.group for pair in drawn_pairs(pairs) for case in both_ways(pair)}
    cases = [_marked(case, fitted, kind=case.id.partition(":")[0]) for pair in pairs for case in both_ways(pair)]
    return Dataset("xquad-cross", paragraphs([row for pair in pairs for row in pair]), cases)


def read_own_stories(_data: Path) -> Dataset:
    """The questions on the stories of our own that the reader is not trained on, among all of our stories.

    The kind is "own language" or "other language", or "none" for what the story leaves open. The split "dev" is what
    weights are fitted on; groups of stories about one kind of event are not divided.
    """
    stories = read_stories()
    cases = [case for story in stories if story.held_out for case in _story_cases(story)]
    return Dataset("stories", tuple(_story_article(story) for story in stories), cases)


def read_partly_trained(name: str, data: Path) -> Dataset:
    """A span set that the reader is trained on in part; the split "test" is what nothing is fitted or trained on."""
    file = data / PARTLY_TRAINED[name]
    spans = read_spans(file)
    rows = read_rows(file, SpanRow)
    seen = {article_id(row.context) for row in rows if fitted_on(row.context) or not held_out(row.context)}
    seen |= {article_id(row.context) for pair in drawn_pairs(read_pairs(data)) for row in pair}
    return spans.with_cases([_marked(case, seen) for case in spans.cases])


def read_buried(data: Path) -> Dataset:
    """Paragraphs of CMRC 2018, DRCD and JSQuAD among 5,000 articles of Chinese news; a case's kind names its set."""
    rows, cases = read_rows(data / "crud-news/articles.jsonl.gz", ArticleRow, most=_NOISE), []
    for file in _BURIED:
        spans = [row for row in read_untrained(data, file) if not fitted_on(row.context)]
        rows += paragraphs(spans)
        cases += span_cases(spans, kind=Path(file).parent.name)
    return Dataset("buried", tuple(rows), cases)


def read_rgb(name: str, data: Path) -> Dataset:
    """RGB's facts: each question once with true and altered articles ("both"), once with true ones alone ("one side").

    Of both, the two values have to be shown; with one side there is nothing to differ. In zh_fact one altered answer
    is the right one in other words: that question is not asked of both. In en_fact two altered articles are true ones
    left as they were: they count as true. Of two questions that share a true article neither sees the other's altered
    ones.
    """
    rows = read_rows(data / name / "questions.jsonl.gz", _AlteredRow)
    cases = [case for row in rows for case in _altered_cases(row, rows)]
    return Dataset(name, _there(data / name / "articles.jsonl.gz"), cases)


def read_meta(data: Path) -> Dataset:
    """The five scraped pages and the dev questions on them, which lie beside the data folder."""
    cases = load_set(data / ".." / "eval" / "meta-2024.dev.jsonl")
    return Dataset("meta-2024", _there(data / ".." / "corpus" / "meta-2024"), cases)


def read_sample(_data: Path) -> Dataset:
    """The articles and questions that come with quotedesk."""
    return Dataset("sample", SAMPLE_ARTICLES, load_set(SAMPLE_QUESTIONS))


def _span_reader(file: str) -> Callable[[Path], Dataset]:
    return lambda data: read_spans(data / file)


READERS: dict[str, Callable[[Path], Dataset]] = {
    "realtimeqa-2023": read_realtimeqa,
    "xquad-cross": read_xquad_cross,
    "buried": read_buried,
    "rgb-zh_fact": partial(read_rgb, "rgb-zh_fact"),
    "rgb-en_fact": partial(read_rgb, "rgb-en_fact"),
    "cast-2021": read_cast,
    "squad2": partial(read_partly_trained, "squad2"),
    "jaquad": _span_reader("jaquad/ja-dev.spans.jsonl.gz"),
    "cmrc2018": _span_reader("cmrc2018/zh-trial.spans.jsonl.gz"),
    "drcd": partial(read_partly_trained, "drcd"),
    "jsquad": _span_reader("jsquad/ja-valid.spans.jsonl.gz"),
    "meta-2024": read_meta,
    "sample": read_sample,
    "stories": read_own_stories,
}
"""Name to reader. Each takes the data folder and raises `BadSet` when a file of it is missing or damaged."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a data set out and say how to index and run it; 0 when done, 1 with one line for what can be mended."""
    given = _parser().parse_args(arguments)
    questions = given.folder / "questions.jsonl"
    try:
        dataset = READERS[given.name](given.data)
        if questions.exists():
            raise BadSet(f"{questions} is already there; name another folder, or take it away")
        articles = dataset.write_articles(given.folder)
        write_cases(sample(dataset.cases, given.sample) if given.sample else dataset.cases, questions)
    except QuotedeskError as error:
        sys.stderr.write(f"eval.datasets: {error}\n")
        return 1
    library = given.folder / "library"
    for words in (("index", articles), ("eval", questions)):
        sys.stdout.write(shlex.join(["quotedesk", *map(str, words), "--library", str(library)]) + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m eval.datasets", description="Write a data set out to be run.")
    parser.add_argument("data", type=Path, help="the folder that holds the sets")
    parser.add_argument("name", choices=READERS, metavar="NAME", help=", ".join(READERS))
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the articles and questions are written")
    parser.add_argument("--sample", type=positive, metavar="N", help="only N of the questions, drawn at random")
    return parser


def positive(text: str) -> int:
    """A number of questions as an argument. Raises `argparse.ArgumentTypeError` for anything but 1 or more."""
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of questions; give 1 or more")
    return int(text)


def _there(path: Path) -> Path:
    if not path.exists():
        raise BadSet(f"{path} is not there; put the set {path.parent.name} there")
    return path


def _case(row: _QuestionRow, **more: str) -> Case:
    return Case.model_validate(row.model_dump(exclude={"rewritten"}) | more)


def _story_article(story: Story) -> ArticleRow:
    day = story.day.isoformat()
    return ArticleRow(
        id=article_id(story.text), title=story.title, published=day, language=story.language, text=story.text
    )


def _story_cases(story: Story) -> Iterator[Case]:
    here, split = article_id(story.text), "test" if int(article_id(story.group), 16) % 2 else "dev"
    for number, asked in enumerate(story.questions):
        kind = "own language" if asked.language == story.language else "other language"
        yield Case.model_validate(
            {
                "id": f"{here}-{number}",
                "question": asked.question,
                "language": asked.language,
                "answers": story.answers(asked),
                "articles": (here,) if asked.answer else (),
                "kind": kind if asked.answer else "none",
                "group": story.group,
                "split": split,
            }
        )


def _marked(case: Case, seen: Set[str], **more: str) -> Case:
    """The case marked as one of a paragraph, given by its id, that something was fitted on, or as one to measure by."""
    return case.model_copy(update={"split": "dev" if case.group in seen else "test", **more})


def _halved(cases: Sequence[Case]) -> list[Case]:
    """Half of the cases as "test", by chance; what shares an article with one of the other half belongs to it."""
    chosen = [case for case in cases if int(article_id(case.question), 16) % 2]
    fitted = {article for case in cases if case not in chosen for article in case.articles}
    test = [case.id for case in chosen if not fitted & set(case.articles)]
    return [case.model_copy(update={"split": "test" if case.id in test else "dev"}) for case in cases]


def _with_own_ids(cases: Sequence[Case]) -> list[Case]:
    """The cases with the second of an id named "ID-2", the third "ID-3"."""
    seen: Counter[str] = Counter()
    named = []
    for case in cases:
        seen[case.id] += 1
        named.append(case if seen[case.id] == 1 else case.model_copy(update={"id": f"{case.id}-{seen[case.id]}"}))
    return named


def _altered_cases(row: _AlteredRow, rows: Sequence[_AlteredRow]) -> Iterator[Case]:
    true = set(row.articles)
    twins = [other for other in rows if true & set(other.articles)]
    altered = [one for one in row.wrong_articles if one not in true]
    others = {one for other in twins for one in other.wrong_articles} - true - set(altered)
    asked = {"question": row.question, "language": row.language, "group": twins[0].id}
    if len(row.values) == 2:
        sides = {"values": row.values, "articles": (*row.articles, *altered), "where": _excluding(others)}
        yield Case.model_validate(asked | {"id": f"{row.id}#both", "kind": "both"} | sides)
    right = {"parts": row.parts} if len(row.parts) > 1 else {"answers": row.parts[0]}
    # An altered article of another question may well contradict a true one of this: here nothing altered is there.
    all_altered = {one for other in rows for one in other.wrong_articles if one not in other.articles} - true
    side = {"articles": row.articles, "where": _excluding(all_altered)}
    yield Case.model_validate(asked | {"id": f"{row.id}#one", "kind": "one side"} | right | side)


def _excluding(articles: Set[str]) -> Where:
    return Where(exclude_articles=frozenset(articles))


def _parts(answers: _Answers) -> tuple[tuple[str, ...], ...]:
    groups = (answers,) if isinstance(answers, str) else answers
    return tuple((group.strip(),) if isinstance(group, str) else tuple(map(str.strip, group)) for group in groups)


if __name__ == "__main__":
    sys.exit(main())
