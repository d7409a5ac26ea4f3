"""Data sets: what their readers make of files of our own making, and of the real ones where these are at hand."""

import gzip
import json
import re
from collections import Counter
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import datasets
from eval.data_files import ArticleRow, Dataset, SpanRow, article_id, read_rows, read_spans, sample, write_cases
from eval.datasets import READERS
from eval.match import holds, holds_any
from eval.sets import SAMPLE_ARTICLES, BadSet, Case, load_set
from eval.span_sets import PARTLY_TRAINED, draw, fitted_on, held_out
from eval.stories import read_stories
from index.errors import UnreadableFile
from index.reading.files import read_paths
from qa.inputs import Message, Where

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "data"
README = (ROOT / "eval" / "README.md").read_text("utf-8")
EXAMPLES = [line for line in README.splitlines() if line.startswith("{")]

at_hand = pytest.mark.skipif(not DATA.is_dir(), reason=f"the data sets are not there: {DATA} is absent")

PORT = "The port of Lindau has four cranes. A ferry leaves at nine."
PORT_ZH = "林道港有四台起重机。渡轮每天早上九点开出，傍晚回来。"

# By their ids: a paragraph that weights are fitted on, one that nothing is fitted or trained on, any other one.
FITTED, HELD, FREE = (f"The port of Lindau has {number} cranes." for number in (9, 6, 4))


def pack(file: Path, *rows: dict[str, Any]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    return file


def span(id_: str, question: str, context: str, *answers: str, language: str = "en") -> dict[str, Any]:
    found = [{"text": answer, "start": context.index(answer)} for answer in answers]
    return {"id": id_, "language": language, "question": question, "context": context, "answers": found}


def put_xquad(data: Path) -> None:
    pack(data / "xquad/en.spans.jsonl.gz", *(span(f"q{n}", f"{n} cranes?", PORT, "four") for n in range(151)))
    zh = (span(f"q{n}", f"{n}台？", PORT_ZH, "四台", language="zh") for n in range(151))
    pack(data / "xquad/zh.spans.jsonl.gz", *zh)


def altered(id_: str, question: str, right: object, wrong: object, *articles: str) -> dict[str, Any]:
    """A row with `articles` in two strings, the true ones' ids and the altered ones'."""
    true, false = (ids.split() for ids in articles)
    sides = {"answers": right, "articles": true, "wrong_answers": wrong, "wrong_articles": false}
    return {"id": id_, "language": "en", "question": question} | sides


def read_altered(data: Path, *rows: dict[str, Any]) -> Dataset:
    pack(data / "rgb-en_fact/questions.jsonl.gz", *rows)
    pack(data / "rgb-en_fact/articles.jsonl.gz", {"id": "a", "text": PORT})
    return READERS["rgb-en_fact"](data)


def test_a_span_file_becomes_paragraphs_and_questions(tmp_path: Path) -> None:
    file = pack(
        tmp_path / "harbours" / "en.spans.jsonl.gz",
        span("1", "How many cranes?", PORT, "four cranes", "four", "four cranes"),
        span("2", "Who runs the ferry?", PORT),
        span("3", "", PORT, "nine"),
    )
    assert article_id(PORT) == "a933f94f2552"
    assert read_spans(file) == Dataset(
        "harbours",
        (ArticleRow(id="a933f94f2552", language="en", text=PORT),),
        [
            Case(
                id="1",
                question="How many cranes?",
                language="en",
                answers=("four cranes", "four"),
                articles=("a933f94f2552",),
                group="a933f94f2552",
            ),
            Case(id="2", question="Who runs the ferry?", language="en", kind="none", group="a933f94f2552"),
        ],
    )
    assert [case.answerable for case in read_spans(file).cases] == [True, False]


def test_rows_are_written_and_paths_stay_where_they_are(tmp_path: Path) -> None:
    row = ArticleRow(id="port", published="2023-05-01", language="zh", text=PORT_ZH)
    written = Dataset("ours", (row,), []).write_articles(tmp_path / "new" / "ours.articles")
    assert written == tmp_path / "new" / "ours.articles" / "articles.jsonl"
    (draft,) = read_paths([written])
    assert not isinstance(draft, UnreadableFile)
    assert (draft.id, draft.text, str(draft.published), draft.language) == ("port", PORT_ZH, "2023-05-01", "zh")
    assert Dataset("ours", tmp_path / "big.jsonl.gz", []).write_articles(tmp_path) == tmp_path / "big.jsonl.gz"
    assert not (tmp_path / "articles.jsonl").exists()


def test_articles_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(BadSet, match=r"cannot write .*/file/articles\.jsonl: .*; name another folder$"):
        Dataset("ours", (ArticleRow(id="port", text=PORT),), []).write_articles(tmp_path / "file")


def test_other_cases_on_the_same_articles() -> None:
    one, other = Case(id="1", question="One?"), Case(id="2", question="Two?")
    assert Dataset("ours", (), [one]).with_cases((other,)) == Dataset("ours", (), [other])


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
groups = st.lists(st.lists(words, min_size=1).map(tuple), min_size=2).map(tuple)
wheres = st.builds(
    Where,
    since=st.none() | st.dates(),
    articles=st.none() | st.frozensets(words),
    exclude_articles=st.frozensets(words),
)
cases = st.builds(
    Case,
    id=words,
    question=words.map("Why {}".format),
    answers=st.lists(words).map(tuple),
    articles=st.lists(words).map(tuple),
    values=st.just(()) | groups,
    history=st.lists(st.builds(Message, role=st.sampled_from(["user", "assistant"]), content=words)).map(tuple),
    where=wheres,
    date=st.none() | st.dates(),
    split=st.sampled_from(["dev", "test", ""]),
    note=words,
)


@given(st.lists(cases, min_size=1, unique_by=lambda case: case.id))
def test_cases_are_read_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, written: list[Case]
) -> None:
    file = tmp_path_factory.mktemp("sets") / "set.jsonl"
    write_cases(written, file)
    assert load_set(file) == written


def test_a_case_is_written_without_what_goes_without_saying(tmp_path: Path) -> None:
    case = Case(id="1", question="几台？", articles=("a",), where=Where(exclude_articles=frozenset({"c", "b"})))
    write_cases([case], tmp_path / "set.jsonl")
    line = '{"id":"1","question":"几台？","articles":["a"],"where":{"exclude_articles":["b","c"]}}\n'
    assert (tmp_path / "set.jsonl").read_text("utf-8") == line


def test_a_drawing_is_the_same_each_time() -> None:
    assert sample(range(100), 5) == [17, 72, 97, 8, 32]
    assert sample(range(100), 5, seed=2) == [7, 11, 10, 46, 21]
    assert sorted(sample(range(3), 5)) == [0, 1, 2]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSet, match=r"cannot read .*/drcd/x\.gz: .*; put the set drcd there$"):
        read_rows(tmp_path / "drcd" / "x.gz", SpanRow)


def test_a_torn_file_is_named(tmp_path: Path) -> None:
    file = pack(tmp_path / "drcd" / "x.gz", span("1", "How many?", PORT, "four"))
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(BadSet, match=r"cannot read .*/drcd/x\.gz: Compressed file ended.*; put the set drcd there$"):
        read_rows(file, SpanRow)


def test_a_file_that_is_not_packed_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_text("{}", "utf-8")
    with pytest.raises(BadSet, match=r"cannot read .*/x\.gz: Not a gzipped file"):
        read_rows(tmp_path / "x.gz", SpanRow)


def test_a_row_of_another_shape_is_named_by_line_and_field(tmp_path: Path) -> None:
    bad = span("2", "How many?", PORT, "four") | {"answers": [{"text": "four"}]}
    file = pack(tmp_path / "drcd" / "x.gz", span("1", "How many?", PORT, "four"), bad)
    with pytest.raises(BadSet, match=r"/x\.gz:2: answers\.0\.start: Field required; put the set drcd there again$"):
        read_rows(file, SpanRow)
    assert [row.id for row in read_rows(file, SpanRow, most=1)] == ["1"]


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSet, match=r"/x\.gz is empty; put the set drcd there again$"):
        read_rows(pack(tmp_path / "drcd" / "x.gz"), SpanRow)


def test_xquad_is_asked_across_languages_both_ways(tmp_path: Path) -> None:
    put_xquad(tmp_path)
    dataset = READERS["xquad-cross"](tmp_path)
    assert isinstance(dataset.articles, tuple)
    assert [row.text for row in dataset.articles] == [PORT, PORT_ZH]
    english, chinese = dataset.cases[:2]
    assert english == Case(
        id="en>zh:q0",
        question="0 cranes?",
        language="en",
        answers=("四台",),
        articles=(article_id(PORT_ZH),),
        kind="en>zh",
        where=Where(exclude_articles=frozenset({article_id(PORT)})),
        split=english.split,
        group=min(article_id(PORT), article_id(PORT_ZH)),
    )
    assert chinese.group == english.group
    assert (chinese.id, chinese.answers, chinese.articles) == ("zh>en:q0", ("four",), (article_id(PORT),))
    assert chinese.where.exclude_articles == {article_id(PORT_ZH)}
    # All stand on one paragraph: what is fitted on some of them takes the rest along.
    assert {case.split for case in dataset.cases} == {"dev"}


def test_xquad_with_a_question_in_one_language_only(tmp_path: Path) -> None:
    put_xquad(tmp_path)
    pack(tmp_path / "xquad/zh.spans.jsonl.gz", span("q0", "几台？", PORT_ZH, "四台", language="zh"))
    with pytest.raises(
        BadSet, match=r"/xquad: en and zh are not of the same questions; put the set xquad there again$"
    ):
        READERS["xquad-cross"](tmp_path)


def test_ids_that_stand_twice_are_told_apart_and_questions_without_articles_left_out(tmp_path: Path) -> None:
    asked = {"id": "1", "language": "en", "answers": ["four"], "articles": ["port"], "date": "2023-05-01"}
    elsewhere = {"question": "How many now?", "articles": ["bridge"]}
    questions = ({"question": "How many?"}, {"question": "How few?", "articles": []}, elsewhere)
    pack(tmp_path / "realtimeqa-2023/questions.jsonl.gz", *(asked | question for question in questions))
    articles = pack(tmp_path / "realtimeqa-2023/articles.jsonl.gz", {"id": "port", "text": PORT})
    dataset = READERS["realtimeqa-2023"](tmp_path)
    assert dataset.articles == articles
    assert [(case.id, case.question, str(case.date)) for case in dataset.cases] == [
        ("1", "How many?", "2023-05-01"),
        ("1-2", "How many now?", "2023-05-01"),
    ]
    # Even and odd: the ids of the questions' words end in c and in 7.
    assert [case.split for case in dataset.cases] == ["dev", "test"]
    pack(
        tmp_path / "realtimeqa-2023/questions.jsonl.gz",
        *(asked | question for question in questions[:2]),
        asked | {"question": "How many now?"},
    )
    assert [case.split for case in READERS["realtimeqa-2023"](tmp_path).cases] == ["dev", "dev"]


def test_of_our_own_stories_those_are_asked_about_that_are_not_trained_on() -> None:
    dataset = READERS["stories"](Path())
    stories = {article_id(story.text): story for story in read_stories()}
    assert isinstance(dataset.articles, tuple)
    assert [row.id for row in dataset.articles] == list(stories)
    asked_of = Counter(case.id.partition("-")[0] for case in dataset.cases)
    assert asked_of == {key: len(story.questions) for key, story in stories.items() if story.held_out}
    for case in dataset.cases:
        story = stories[case.id.partition("-")[0]]
        assert (case.group, case.answerable) == (story.group, case.kind != "none")
        assert case.articles == (() if case.kind == "none" else (article_id(story.text),))
        assert all(answer in story.text for answer in case.answers)
        if case.kind != "none":
            assert (case.kind == "own language") == (case.language == story.language)
    dev, test = ({case.group for case in dataset.cases if case.split == split} for split in ("dev", "test"))
    assert dev
    assert test
    assert not dev & test


def test_a_conversation_has_its_history_and_no_answers(tmp_path: Path) -> None:
    first = {"id": "9-1", "language": "en", "question": "Cranes?", "answers": [], "articles": ["port"], "history": []}
    turns = [{"role": "user", "content": "Cranes?"}, {"role": "assistant", "content": "Four."}]
    second = first | {"id": "9-2", "question": "Since when?", "history": turns, "rewritten": "Cranes since when?"}
    pack(tmp_path / "cast-2021/questions.jsonl.gz", first, second)
    pack(tmp_path / "cast-2021/articles.jsonl.gz", {"id": "port", "text": PORT})
    pack(tmp_path / "crud-news/articles.jsonl.gz", {"id": "news", "text": PORT_ZH})
    dataset = READERS["cast-2021"](tmp_path)
    assert dataset.articles == (ArticleRow(id="news", text=PORT_ZH), ArticleRow(id="port", text=PORT))
    one, other = dataset.cases
    assert (one.kind, one.history, one.answerable, one.wanted) == ("first turn", (), True, ())
    assert (one.group, other.group) == ("9", "9")
    assert (other.kind, other.note, other.articles) == ("follow-up", "Cranes since when?", ("port",))
    assert [(turn.role, turn.content) for turn in other.turns()] == [("user", "Cranes?"), ("assistant", "Four.")]


def test_a_missing_articles_file_is_named(tmp_path: Path) -> None:
    row = {"id": "1", "language": "en", "question": "Cranes?", "answers": ["four"], "articles": ["port"]}
    pack(tmp_path / "realtimeqa-2023/questions.jsonl.gz", row)
    with pytest.raises(
        BadSet, match=r"/realtimeqa-2023/articles\.jsonl\.gz is not there; put the set realtimeqa-2023 there$"
    ):
        READERS["realtimeqa-2023"](tmp_path)


def test_altered_facts_are_asked_of_both_sides_and_of_one(tmp_path: Path) -> None:
    row = altered("1", "How many cranes?", [["four", "4"]], "nine ", "t1 t2", "f1 f2")
    both, one = read_altered(tmp_path, row).cases
    assert both == Case(
        id="1#both",
        question="How many cranes?",
        language="en",
        values=(("four", "4"), ("nine",)),
        articles=("t1", "t2", "f1", "f2"),
        kind="both",
        group="1",
    )
    assert one == Case(
        id="1#one",
        question="How many cranes?",
        language="en",
        answers=("four", "4"),
        articles=("t1", "t2"),
        kind="one side",
        group="1",
        where=Where(exclude_articles=frozenset({"f1", "f2"})),
    )


def test_an_answer_of_several_parts(tmp_path: Path) -> None:
    both, one = read_altered(
        tmp_path, altered("1", "Where?", ["Lindau", "Bavaria"], ["Bregenz", "Tyrol"], "t", "f")
    ).cases
    assert both.values == (("Lindau", "Bavaria"), ("Bregenz", "Tyrol"))
    assert (one.parts, one.answers) == ((("Lindau",), ("Bavaria",)), ())


def test_an_altered_answer_that_is_the_right_one_is_no_conflict(tmp_path: Path) -> None:
    (one,) = read_altered(tmp_path, altered("1", "Who?", [["Ada Lind", "Lind"]], "Ada Lind", "t", "f")).cases
    assert (one.id, one.where.exclude_articles) == ("1#one", frozenset({"f"}))


def test_an_altered_article_left_as_it_was_counts_as_true(tmp_path: Path) -> None:
    both, one = read_altered(tmp_path, altered("1", "How many?", "four", "nine", "t same", "f same")).cases
    assert (both.articles, both.where.exclude_articles) == (("t", "same", "f"), frozenset())
    assert (one.articles, one.where.exclude_articles) == (("t", "same"), frozenset({"f"}))


def test_twin_questions_do_not_see_each_others_altered_articles(tmp_path: Path) -> None:
    rows = altered("1", "How many?", "four", "nine", "t", "f1"), altered("2", "how many?", "four", "six", "t u", "f2")
    cases = read_altered(tmp_path, *rows).cases
    excluded = {case.id: case.where.exclude_articles for case in cases}
    assert excluded == {"1#both": {"f2"}, "1#one": {"f1", "f2"}, "2#both": {"f1"}, "2#one": {"f1", "f2"}}
    assert [case.group for case in cases] == ["1"] * 4


def test_where_one_side_is_asked_of_no_question_s_altered_articles_are_there(tmp_path: Path) -> None:
    rows = altered("1", "How many?", "four", "nine", "t", "f1"), altered("2", "Who?", "Ann", "Eve", "u", "u f2")
    excluded = {case.id: case.where.exclude_articles for case in read_altered(tmp_path, *rows).cases}
    assert excluded == {"1#both": set(), "1#one": {"f1", "f2"}, "2#both": set(), "2#one": {"f1", "f2"}}


def test_paragraphs_are_buried_among_news(tmp_path: Path) -> None:
    files = {"cmrc2018/zh-trial": "cmrc2018", "drcd/zh-hant-test": "drcd", "jsquad/ja-valid": "jsquad"}
    # Of DRCD only what the reader was not trained on is there.
    texts = (text for text in (f"港口 {number} 号有四台起重机。" for number in count()) if not fitted_on(text))
    for file, name in files.items():
        text = next(text for text in texts if held_out(text))
        pack(tmp_path / f"{file}.spans.jsonl.gz", span(name, "几台？", text, "四台", language="zh"))
    news = ({"id": f"news{number}", "text": "渡轮今天停开。", "published": "2023-08-14"} for number in range(5001))
    pack(tmp_path / "crud-news/articles.jsonl.gz", *news)
    dataset = READERS["buried"](tmp_path)
    assert isinstance(dataset.articles, tuple)
    assert [dataset.articles[place].id for place in (0, 4999, 5000)] == [
        "news0",
        "news4999",
        dataset.cases[0].articles[0],
    ]
    assert len(dataset.articles) == 5003
    assert [(case.id, case.kind) for case in dataset.cases] == [(name, name) for name in files.values()]


def test_paragraphs_that_weights_are_fitted_on_are_not_buried(tmp_path: Path) -> None:
    for file in ("cmrc2018/zh-trial", "drcd/zh-hant-test", "jsquad/ja-valid"):
        rows = (span(text, "How many?", text, text.split()[-2]) for text in (FITTED, HELD, FREE))
        pack(tmp_path / f"{file}.spans.jsonl.gz", *rows)
    pack(tmp_path / "crud-news/articles.jsonl.gz", {"id": "news", "text": PORT})
    dataset = READERS["buried"](tmp_path)
    assert isinstance(dataset.articles, tuple)
    assert {row.text for row in dataset.articles} == {PORT, HELD, FREE}
    assert [case.id for case in dataset.cases] == [HELD, FREE, HELD, HELD, FREE]


@pytest.mark.parametrize(("name", "file"), PARTLY_TRAINED.items())
def test_a_set_partly_trained_on_is_measured_where_nothing_is_fitted_or_trained_on(
    tmp_path: Path, name: str, file: str
) -> None:
    answered = (span(text, "How many?", text, text.split()[-2]) for text in (FITTED, HELD, FREE))
    pack(tmp_path / file, *answered, span("none", "Who runs it?", HELD))
    put_xquad(tmp_path)
    dataset = READERS[name](tmp_path)
    assert [(case.id, case.split) for case in dataset.cases] == [
        (FITTED, "dev"),
        (HELD, "test"),
        (FREE, "dev"),
        ("none", "test"),
    ]
    assert isinstance(dataset.articles, tuple)
    assert [row.text for row in dataset.articles] == [FITTED, HELD, FREE]


@given(st.text())
def test_of_ten_paragraphs_weights_are_fitted_on_one_and_nothing_is_trained_on_two(text: str) -> None:
    number = int(article_id(text), 16)
    assert (fitted_on(text), held_out(text)) == (number % 10 == 0, number % 10 in {0, 5})


def test_weights_are_fitted_on_answerable_questions_of_their_own_paragraphs(tmp_path: Path) -> None:
    for file in ("squad2/en", "drcd/zh-hant-test", "jaquad/ja-dev"):
        asked = [span(f"{file}-{text}", "How many?", text, text.split()[-2]) for text in (FITTED, HELD, FREE)]
        pack(tmp_path / f"{file}.spans.jsonl.gz", *asked, span(f"{file}-none", "Who runs it?", FITTED))
    put_xquad(tmp_path)
    drawn = draw(tmp_path)
    assert isinstance(drawn.articles, tuple)
    assert {row.text for row in drawn.articles} == {FITTED, PORT, PORT_ZH}
    assert {case.id for case in drawn.cases[:3]} == {
        f"en>en:{file}-{FITTED}" for file in ("squad2/en", "drcd/zh-hant-test", "jaquad/ja-dev")
    }
    # Sixty of forty questions that are asked both ways.
    assert len(drawn.cases) == 3 + 60
    assert {case.id.partition(":")[0] for case in drawn.cases[3:]} == {"en>zh", "zh>en"}


def test_the_command_writes_a_set_and_says_what_to_do_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack(
        tmp_path / "jaquad/ja-dev.spans.jsonl.gz",
        *(span(f"q{n}", f"{n}台？", PORT_ZH, "四台", language="ja") for n in range(20)),
    )
    out = tmp_path / "my folder"
    assert datasets.main([str(tmp_path), "jaquad", str(out), "--sample", "3"]) == 0
    assert capsys.readouterr().out == (
        f"quotedesk index '{out}/articles.jsonl' --library '{out}/library'\n"
        f"quotedesk eval '{out}/questions.jsonl' --library '{out}/library'\n"
    )
    drawn = load_set(out / "questions.jsonl")
    assert drawn == sample(READERS["jaquad"](tmp_path).cases, 3)
    assert datasets.main([str(tmp_path), "jaquad", str(out)]) == 1
    assert capsys.readouterr().err == (
        f"eval.datasets: {out}/questions.jsonl is already there; name another folder, or take it away\n"
    )
    assert load_set(out / "questions.jsonl") == drawn


def test_the_command_indexes_a_big_file_where_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert datasets.main([str(tmp_path), "sample", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out.splitlines()[0] == (
        f"quotedesk index {SAMPLE_ARTICLES} --library {tmp_path}/out/library"
    )
    assert load_set(tmp_path / "out" / "questions.jsonl") == READERS["sample"](tmp_path).cases


def test_the_command_without_the_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert datasets.main([str(tmp_path), "jaquad", str(tmp_path / "out")]) == 1
    assert re.fullmatch(
        r"eval\.datasets: cannot read .*/jaquad/ja-dev\.spans\.jsonl\.gz: .*; put the set jaquad there\n",
        capsys.readouterr().err,
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["DATA", "nosuch", "OUT"], "invalid choice: 'nosuch'"),
        (["DATA", "sample"], "the following arguments are required: FOLDER"),
        (
            ["DATA", "sample", "OUT", "--sample", "0"],
            "argument --sample: '0' is not a number of questions; give 1 or more",
        ),
    ],
)
def test_wrong_usage(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^2$"):
        datasets.main(arguments)
    assert said in capsys.readouterr().err


def test_every_example_of_the_readme_loads_and_is_true(tmp_path: Path) -> None:
    file = tmp_path / "examples.jsonl"
    file.write_text("\n".join(EXAMPLES), "utf-8")
    examples = load_set(file)
    assert [case.kind for case in examples] == [
        *("fact", "several", "differ", "none", "follow-up", "filtered", "search only"),
    ]
    drafts = [draft for draft in read_paths([SAMPLE_ARTICLES]) if not isinstance(draft, UnreadableFile)]
    texts = {draft.id: draft.text for draft in drafts}
    for case in examples:
        assert set(case.articles) <= texts.keys()
        for group in case.wanted:
            assert any(holds_any(texts[article], group) for article in case.articles), case.id
        for article in case.articles:
            assert not case.synonyms or holds_any(texts[article], case.synonyms), (case.id, article)
    assert [case.answerable for case in examples] == [True, True, True, False, True, True, True]


def test_what_the_readme_says_is_compared_is() -> None:
    assert holds("35万", "350,000")
    assert holds("臺灣", "台湾")


def test_the_readme_has_every_field_and_every_set() -> None:
    named = re.findall(r"^\| (`[^|]+`) \|", README, re.MULTILINE)
    words_in_ticks = [word for cell in named for word in re.findall(r"`([^`]+)`", cell)]
    assert sorted(words_in_ticks) == sorted([*Case.model_fields, *READERS])


@cache
def real(name: str) -> Dataset:
    return READERS[name](DATA)


@cache
def real_ids(name: str) -> frozenset[str]:
    """The id of every article that the index can read."""
    articles = real(name).articles
    if isinstance(articles, tuple):
        return frozenset(row.id for row in articles)
    drafts = read_paths([articles])
    return frozenset(draft.id or "" for draft in drafts if not isinstance(draft, UnreadableFile))


@at_hand
@pytest.mark.parametrize("name", READERS)
def test_a_real_set_is_as_the_readme_says_and_sound(name: str) -> None:
    dataset = real(name)
    row = re.search(rf"^\| `{name}` \| ([\d,]+) \| ([\d,]+) \|", README, re.MULTILINE)
    assert row
    assert (f"{len(real_ids(name)):,}", f"{len(dataset.cases):,}") == row.groups()
    assert len({case.id for case in dataset.cases}) == len(dataset.cases)
    for case in dataset.cases:
        assert set(case.articles) <= real_ids(name), case.id
        assert case.where.exclude_articles <= real_ids(name), case.id
        assert not case.where.exclude_articles & set(case.articles), case.id


@at_hand
def test_the_numbers_of_the_real_cases_by_kind() -> None:
    counted = {
        (name, kind): sum(case.kind == kind for case in real(name).cases)
        for name in READERS
        for kind in {case.kind for case in real(name).cases}
    }
    assert counted["realtimeqa-2023", "news quiz"] == 487
    assert counted["xquad-cross", "en>zh"] == counted["xquad-cross", "zh>en"] == 1190
    assert counted["rgb-zh_fact", "one side"] == counted["rgb-en_fact", "one side"] == 100
    # One of the Chinese altered answers is the right one.
    assert (counted["rgb-zh_fact", "both"], counted["rgb-en_fact", "both"]) == (99, 100)
    assert [counted["buried", kind] for kind in ("cmrc2018", "drcd", "jsquad")] == [871, 367, 3912]
    assert counted["cast-2021", "follow-up"] == 213
    assert counted["squad2", "none"] == 3168


@at_hand
@pytest.mark.parametrize("name", ["xquad-cross", "buried", "squad2", "jaquad", "cmrc2018", "drcd", "jsquad"])
def test_every_real_answer_stands_in_its_paragraph(name: str) -> None:
    articles = real(name).articles
    assert isinstance(articles, tuple)
    texts = {row.id: row.text for row in articles}
    for case in real(name).cases:
        assert all(answer in texts[case.articles[0]] for answer in case.answers), case.id


@at_hand
def test_the_weights_are_fitted_on_the_same_questions_as_ever() -> None:
    drawn = draw(DATA)
    assert isinstance(drawn.articles, tuple)
    assert (len(drawn.cases), len(drawn.articles)) == (105, 453)
    # Ids, articles and excluded articles in order, as they were when the weights were fitted.
    told = json.dumps([[case.id, *case.articles, *case.where.exclude_articles] for case in drawn.cases])
    assert article_id(told) == "58e533b3afb7"
    across = {case.id for case in drawn.cases if case.where.exclude_articles}
    assert len(across) == 60
    measured = [case for case in real("xquad-cross").cases if case.split == "test"]
    assert across.isdisjoint(case.id for case in measured)
    groups = {case.group for case in drawn.cases if case.id in across}
    assert groups.isdisjoint(case.group for case in measured)
    assert len(measured) == 1184


@at_hand
def test_no_paragraph_that_weights_are_fitted_on_is_buried_or_of_squads_test_split() -> None:
    fitted = {case.group for case in draw(DATA).cases if not case.where.exclude_articles}
    squad = [case for case in real("squad2").cases if case.split == "test"]
    assert (len(squad), len(real("buried").cases)) == (575, 5150)
    assert fitted.isdisjoint(case.group for case in [*squad, *real("buried").cases])


@at_hand
def test_the_weights_are_fitted_on_half_of_the_news_quiz() -> None:
    splits = [case.split for case in real("realtimeqa-2023").cases]
    assert (splits.count("dev"), splits.count("test"), len(splits)) == (294, 193, 487)
