"""What outsiders write: strict where a slip would change the answer, open where other people keep their own keys."""

import json
from datetime import date

import pytest
from pydantic import ValidationError

from index.errors import BadQuestion
from index.types import Filter
from qa.inputs import Ask, Where, first_fault, read_questions
from qa.types import Turn


def read(*lines: str | bytes) -> list[Ask]:
    """The questions of lines that are all well."""
    found = list(read_questions(lines))
    assert all(isinstance(one, Ask) for one in found)
    return [one for one in found if isinstance(one, Ask)]


def fault(line: str | bytes) -> str:
    """What is said of a line that is not."""
    (found,) = read_questions([line])
    assert isinstance(found, BadQuestion)
    return str(found)


def test_a_question_with_everything() -> None:
    where = {
        "language": "zh",
        "since": "2024-01-01",
        "until": "2024-12-31",
        "source": "wire",
        "articles": ["a", "b"],
        "exclude_articles": ["c"],
    }
    history = [{"role": "user", "content": "芯片？"}, {"role": "assistant", "content": "35万。"}]
    (asked,) = read(json.dumps({"id": "q1", "question": "多少？", "history": history, "where": where}))
    assert (asked.id, asked.question) == ("q1", "多少？")
    assert asked.turns() == [Turn("user", "芯片？"), Turn("assistant", "35万。")]
    assert asked.where is not None
    assert asked.where.as_filter() == Filter(
        language="zh",
        since=date(2024, 1, 1),
        until=date(2024, 12, 31),
        source="wire",
        articles=frozenset({"a", "b"}),
        exclude_articles=frozenset({"c"}),
    )


def test_a_bare_question_asks_for_no_filter_of_its_own() -> None:
    (asked,) = read('{"question": "How many?"}')
    assert (asked.id, asked.turns(), asked.where) == (None, [], None)
    assert read('{"question": "How many?", "where": null}')[0].where is None
    assert Where().as_filter() == Filter()


@pytest.mark.parametrize("id_", ["q1", "7", 7, 0, -1, "", None])
def test_an_id_comes_back_as_it_was_given(id_: str | int | None) -> None:
    (asked,) = read(json.dumps({"id": id_, "question": "How many?"}))
    assert asked.id == id_
    assert type(asked.id) is type(id_)


def test_keys_that_are_not_ours_are_let_through() -> None:
    (asked,) = read('{"question": "How many?", "answers": ["7"], "split": "dev"}')
    assert asked == Ask(question="How many?")


def test_blank_lines_are_skipped_and_lines_may_be_bytes() -> None:
    asked = read("", " \n", '{"question": "多少？"}'.encode(), b"\r\n", '{"question": "How many?"}\n')
    assert [one.question for one in asked] == ["多少？", "How many?"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"question": "?", "where": {"langauge": "en"}}', "where.langauge: Extra inputs are not permitted"),
        ('{"question": "?", "where": {"since": "2024-13-01"}}', "where.since: Input should be a valid date"),
        ('{"question": "?", "where": {"until": "soon"}}', "where.until: Input should be a valid date"),
        ('{"question": "?", "where": {"articles": "a"}}', "where.articles: Input should be a valid array"),
        ('{"question": "?", "where": ["en"]}', "where: "),
        ('{"id": "q1"}', "question: Field required"),
        ('{"question": 7}', "question: Input should be a valid string"),
        (
            '{"question": "?", "history": [{"role": "system", "content": "x"}]}',
            "history.0.role: Input should be 'user'",
        ),
        ('{"question": "?", "history": [{"role": "user"}]}', "history.0.content: Field required"),
        ('["question"]', "Input should be an object"),
        ("{question}", "Invalid JSON: "),
        (b'{"question": "caf\xe9"}', "Invalid JSON: "),
    ],
)
def test_a_bad_line_names_the_field_and_the_fault(line: str | bytes, told: str) -> None:
    assert fault(line).startswith(f"line 1: {told}")
    assert fault(line).endswith("; mend that line")


def test_a_bad_line_is_named_by_its_number_and_the_others_are_read() -> None:
    good, bad = '{"question": "How many?"}', '{"question": 7}'
    found = list(read_questions([good, "", bad, good, bad]))
    assert [str(one)[:7] for one in found if isinstance(one, BadQuestion)] == ["line 3:", "line 5:"]
    assert [type(one) for one in found] == [Ask, BadQuestion, Ask, BadQuestion]


def test_since_after_until_is_refused() -> None:
    where = Where(since=date(2024, 2, 1), until=date(2024, 1, 1))
    with pytest.raises(BadQuestion, match=r"^since 2024-02-01 lies after until 2024-01-01; swap them or drop one"):
        where.as_filter()
    same_day = Where(since=date(2024, 2, 1), until=date(2024, 2, 1)).as_filter()
    assert same_day == Filter(since=date(2024, 2, 1), until=date(2024, 2, 1))


def test_the_first_fault_is_told_with_its_place() -> None:
    with pytest.raises(ValidationError, match="2 validation errors for Where") as caught:
        Where.model_validate({"since": "soon", "langauge": "en"})
    assert first_fault(caught.value).startswith("since: Input should be a valid date")
