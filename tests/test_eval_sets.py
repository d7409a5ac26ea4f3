"""Eval sets: what is read, what is refused and how that is told, and that the set that comes with us is sound."""

import gzip
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from eval.match import holds_any
from eval.sets import (
    SAMPLE_ARTICLES,
    SAMPLE_QUESTIONS,
    BadSet,
    Case,
    load_cases,
    load_set,
    with_unanswerable,
    without_answers,
)
from index.article import to_article
from index.errors import UnreadableFile
from index.reading.files import read_paths
from index.types import Filter
from qa.inputs import Where
from qa.types import Turn

FULL = {
    "id": "q1",
    "language": "zh",
    "question": "多少块？",
    "answers": ["35万", "350,000"],
    "articles": ["chips"],
    "kind": "several",
    "parts": [["35万", "350,000"], ["60万"]],
    "split": "dev",
}

OTHER = {"id": "q2", "question": "How many?"}


@pytest.fixture(scope="module")
def shipped() -> list[Case]:
    return load_set(SAMPLE_QUESTIONS)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Article id to settled text, of every article that comes with us."""
    drafts = list(read_paths([SAMPLE_ARTICLES]))
    articles = [to_article(draft) for draft in drafts if not isinstance(draft, UnreadableFile)]
    assert len(articles) == len(drafts)
    return {article.id: article.text for article in articles}


def write(file: Path, *lines: object) -> Path:
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return file


def test_a_case_with_everything(tmp_path: Path) -> None:
    assert load_set(write(tmp_path / "set.jsonl", FULL)) == [
        Case(
            id="q1",
            question="多少块？",
            language="zh",
            answers=("35万", "350,000"),
            articles=("chips",),
            kind="several",
            parts=(("35万", "350,000"), ("60万",)),
            split="dev",
        )
    ]


def test_a_bare_case_is_unanswerable_and_other_keys_are_ignored(tmp_path: Path) -> None:
    (case,) = load_set(write(tmp_path / "set.jsonl", {"id": "q1", "question": "How many?", "source": "squad"}))
    assert case == Case(id="q1", question="How many?")
    assert not case.answerable
    assert Case(id="q1", question="How many?", answers=("7",)).answerable


def test_sources_that_differ_a_follow_up_and_a_filter(tmp_path: Path) -> None:
    line = {
        **OTHER,
        "values": ["48 million", ["52 million", "5200万"]],
        "history": [{"role": "user", "content": "Who built it?"}, {"role": "assistant", "content": "The town."}],
        "where": {"since": "2024-01-01", "exclude_articles": ["b", "a"]},
        "date": "2024-05-03",
        "note": "from the desk",
    }
    (case,) = load_set(write(tmp_path / "set.jsonl", line))
    assert case.wanted == case.values == (("48 million",), ("52 million", "5200万"))
    assert case.synonyms == ("48 million", "52 million", "5200万")
    assert case.turns() == [Turn("user", "Who built it?"), Turn("assistant", "The town.")]
    assert case.filter() == Filter(since=date(2024, 1, 1), exclude_articles=frozenset({"a", "b"}))
    assert (case.date, case.answerable) == (date(2024, 5, 3), True)


def test_what_is_wanted() -> None:
    assert Case(id="1", question="Who?").wanted == ()
    assert Case(id="1", question="Who?", answers=("7", "seven")).wanted == (("7", "seven"),)
    parted = Case(id="1", question="Who?", answers=("7", "8"), parts=(("7", "seven"), ("8",)))
    assert parted.wanted == (("7", "seven"), ("8",))
    assert parted.synonyms == ("7", "8", "seven")


def test_articles_alone_are_enough_to_be_answerable() -> None:
    assert Case(id="1", question="Who?", articles=("a",)).answerable


def test_a_case_without_the_articles_that_answer_it() -> None:
    case = Case(
        id="1", question="Who?", answers=("7",), articles=("a", "b"), where=Where(exclude_articles=frozenset({"c"}))
    )
    twin = without_answers(case)
    assert (twin.id, twin.kind, twin.answerable, twin.articles) == ("1#without", "excluded", False, ())
    assert twin.absent == (("7",),)
    assert twin.filter().exclude_articles == {"a", "b", "c"}
    assert with_unanswerable([case, Case(id="2", question="Who?")]) == [case, Case(id="2", question="Who?"), twin]
    same = case.model_copy(update={"id": "3", "articles": ("b", "a"), "kind": "other"})
    assert [one.id for one in with_unanswerable([case, same])] == ["1", "3", "1#without"]


def test_a_split_and_its_unanswerable_twins(tmp_path: Path) -> None:
    file = write(tmp_path / "set.jsonl", FULL, {**OTHER, "split": "test"})
    assert [case.id for case in load_cases(file)] == ["q1", "q2"]
    assert [case.id for case in load_cases(file, split="test", unanswerable=True)] == ["q2"]
    assert [case.id for case in load_cases(file, split="dev", unanswerable=True)] == ["q1", "q1#without"]


@pytest.mark.parametrize("split", ["train", ""])
def test_a_split_without_a_case_is_refused(tmp_path: Path, split: str) -> None:
    file = write(tmp_path / "set.jsonl", FULL)
    with pytest.raises(
        BadSet, match=rf"set\.jsonl has no case of the split '{split}'; give dev, test, or leave it out"
    ):
        load_cases(file, split=split)


def test_lang_and_docs_are_other_names(tmp_path: Path) -> None:
    (case,) = load_set(write(tmp_path / "set.jsonl", {"id": "1", "question": "Who?", "lang": "ja", "docs": ["a", "b"]}))
    assert (case.language, case.articles) == ("ja", ("a", "b"))


def test_packed_sets_blank_lines_and_a_byte_order_mark(tmp_path: Path) -> None:
    line = json.dumps(FULL)
    (tmp_path / "set.jsonl.gz").write_bytes(gzip.compress(f"\ufeff{line}\r\n\n{json.dumps(OTHER)}\n".encode()))
    assert [case.id for case in load_set(tmp_path / "set.jsonl.gz")] == ["q1", "q2"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"question": "Q"}, "id: Field required"),
        ({"id": "1"}, "question: Field required"),
        ({"id": "1", "question": ""}, "question: is empty; fill it in"),
        ({"id": 1, "question": "Q"}, "id: Input should be a valid string"),
        ({"id": "1", "question": "Q", "answers": 7}, "answers: Input should be a valid array"),
        ({"id": "1", "question": "Q", "answers": [""]}, "answers.0: is empty; fill it in"),
        ({"id": "1", "question": "Q", "anwsers": ["7"]}, "unknown field 'anwsers'; did you mean 'answers'?"),
        ({"id": "1", "question": "Q", "values": [["7"]]}, "has the single value ('7',); give two or more, or put it"),
        ({"id": "1", "question": "Q", "values": ["7", "8"], "parts": ["7"]}, "has both parts and values; give parts"),
        ({"id": "1", "question": "Q", "where": {"sinc": "2024-01-01"}}, "where.sinc: Extra inputs are not permitted"),
        ({"id": "1", "question": "Q", "history": [{"role": "system", "content": "x"}]}, "history.0.role: Input should"),
        ({"id": "1", "question": "Q", "draft": True}, "draft: fill in answers and articles, then take this field away"),
        ({"id": "1", "question": "?!"}, "the question '?!' has no words; ask with at least one word"),
        ({"id": "q1", "question": "What?"}, "id: 'q1' stands on an earlier line too; give each case its own"),
        ({"id": "1", "question": "Q", "answers": ["7", 8]}, "answers.1: Input should be a valid string"),
        ({"id": "1", "question": "Q", "parts": [7]}, "parts.0: Input should be a valid array"),
        ({"id": "1", "question": "Q", "split": "train"}, "split: Input should be 'dev', 'test' or ''"),
        (["1", "?"], "Input should be an object"),
        ("{", "Invalid JSON: EOF while parsing an object at line 1 column 1"),
    ],
)
def test_a_bad_line_is_named_with_file_line_and_field(tmp_path: Path, line: object, told: str) -> None:
    file = write(tmp_path / "set.jsonl", FULL, "", line)
    with pytest.raises(BadSet) as caught:
        load_set(file)
    assert str(caught.value).startswith(f"{file}:3: {told}")


def test_dates_that_exclude_each_other_are_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "set.jsonl", {**OTHER, "where": {"since": "2024-02-01", "until": "2024-01-01"}})
    with pytest.raises(BadSet, match=r"set\.jsonl:1: since 2024-02-01 lies after until 2024-01-01; swap them"):
        load_set(file)


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_set_is_refused(tmp_path: Path, text: str) -> None:
    file = write(tmp_path / "set.jsonl", text)
    with pytest.raises(BadSet, match=r"set\.jsonl holds no question; give one JSON object with id, question, answers"):
        load_set(file)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("set.jsonl", b'{"id": "caf\xe9"}', "'utf-8' codec can't decode byte 0xe9"),
        ("set.jsonl.gz", b"{}", "Not a gzipped file"),
        ("set.jsonl.gz", gzip.compress(json.dumps(FULL).encode())[:-9], "Compressed file ended before the end"),
        ("set.jsonl.gz", gzip.compress(json.dumps(FULL).encode())[:12] + b"\xff" * 40, "Error -3 while decompressing"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, data: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BadSet, match=rf"cannot read the eval set .*{name}: .*{told}.*; give a UTF-8 \.jsonl file"):
        load_set(tmp_path / name)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSet, match=r"cannot read the eval set .*none\.jsonl: .*No such file"):
        load_set(tmp_path / "none.jsonl")


def test_the_shipped_set_is_counted(shipped: list[Case]) -> None:
    assert len(shipped) == len({case.id for case in shipped}) == 169
    assert Counter((case.language, case.split) for case in shipped) == {
        ("en", "dev"): 39,
        ("en", "test"): 20,
        ("zh", "dev"): 36,
        ("zh", "test"): 19,
        ("ja", "dev"): 36,
        ("ja", "test"): 19,
    }
    assert Counter((case.language, case.kind) for case in shipped) == {
        ("en", "direct"): 24,
        ("en", "cross"): 10,
        ("en", "several"): 5,
        ("en", "differ"): 4,
        ("en", "none"): 12,
        ("en", "follow-up"): 4,
        ("zh", "direct"): 20,
        ("zh", "cross"): 10,
        ("zh", "several"): 5,
        ("zh", "differ"): 4,
        ("zh", "none"): 12,
        ("zh", "follow-up"): 4,
        ("ja", "direct"): 21,
        ("ja", "cross"): 10,
        ("ja", "several"): 4,
        ("ja", "differ"): 4,
        ("ja", "none"): 12,
        ("ja", "follow-up"): 4,
    }


def test_the_shipped_questions_are_asked_once(shipped: list[Case]) -> None:
    assert [question for question, times in Counter(case.question for case in shipped).items() if times > 1] == []


def test_the_shipped_articles_are_known_by_file_and_by_row(texts: dict[str, str]) -> None:
    stems = {file.stem for file in SAMPLE_ARTICLES.iterdir() if file.suffix != ".jsonl"}
    rows = (SAMPLE_ARTICLES / "wire.jsonl").read_text("utf-8").splitlines()
    assert texts.keys() == stems | {json.loads(row)["id"] for row in rows}
    assert len(texts) == 28


def test_the_shipped_answers_stand_in_every_article_that_is_named(shipped: list[Case], texts: dict[str, str]) -> None:
    wanting = [
        (case.id, article)
        for case in shipped
        for article in case.articles
        if not any(answer in texts[article] for answer in case.answers)
    ]
    assert wanting == []
    assert [case.id for case in shipped if case.answerable and not case.articles] == []


def test_the_shipped_parts_stand_in_one_of_the_articles(shipped: list[Case], texts: dict[str, str]) -> None:
    wanting = [
        (case.id, part)
        for case in shipped
        for part in case.wanted
        if not any(holds_any(texts[article], part) for article in case.articles)
    ]
    assert wanting == []
    assert {case.kind for case in shipped if case.parts} == {"several"}
    assert {case.kind for case in shipped if case.values} == {case.kind for case in shipped if case.kind == "differ"}


def test_the_shipped_unanswerable_cases_name_nothing(shipped: list[Case]) -> None:
    for case in shipped:
        assert case.answerable == (case.kind != "none"), case.id
        if case.kind == "none":
            assert (case.answers, case.articles, case.parts) == ((), (), ()), case.id
