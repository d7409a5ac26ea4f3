"""Starter sets: which articles and sentences are drawn, what is left open, and that nothing unfilled is ever run."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from eval.sets import BadSet, load_set
from eval.starter import StarterRow, starter_set, write_starter
from index.library import Library
from index.update import index_paths
from tests.fake_embedder import FakeEmbedder

MakeLibrary = Callable[[dict[str, str]], Path]

HARBOUR = """The new harbour cost the city of Lindau 48 million euros.
Who is going to pay for it?
The mayor said nothing about it at all to anyone.
Built in 1970
On Monday the council heard of it from Ada Lind, who keeps the books."""
COST = "The new harbour cost the city of Lindau 48 million euros."
LIND = "On Monday the council heard of it from Ada Lind, who keeps the books."


@pytest.fixture
def harbour(make_library: MakeLibrary) -> Library:
    return Library.open(make_library({"harbour.txt": HARBOUR}))


def make_dated(folder: Path, *articles: dict[str, Any]) -> Library:
    folder.mkdir()
    lines = (json.dumps(article) for article in articles)
    (folder / "articles.jsonl").write_text("\n".join(lines), "utf-8")
    index_paths(folder / "library", [folder / "articles.jsonl"], FakeEmbedder())
    return Library.open(folder / "library")


def dated(number: int, language: str = "en") -> dict[str, Any]:
    day = date(2024, 1, 1) + timedelta(days=number)
    text = {
        "en": f"The ferry of that day carried {number + 100} people across the lake.",
        "zh": f"那一天渡轮载着{number + 100}人渡过了湖面，比前一天多了不少。",
    }
    return {"id": f"{language}{number:02}", "published": day.isoformat(), "language": language, "text": text[language]}


def test_the_rows_of_a_library_of_one_article(harbour: Library) -> None:
    first, second, *others = starter_set(harbour)
    assert first == StarterRow("starter-01", "en", answers=("",), articles=("harbour",), hint=COST)
    assert second == StarterRow("starter-02", "en", answers=("",), articles=("harbour",), hint=LIND)
    assert [(row.id, row.kind, row.answers, row.articles) for row in others] == [
        ("starter-none-1", "none", (), ()),
        ("starter-none-2", "none", (), ()),
        ("starter-none-3", "none", (), ()),
        ("starter-follow-up", "follow-up", ("",), ("harbour",)),
    ]
    assert all(row.question == "" for row in (first, second, *others))
    assert others[-1].history == ({"role": "user", "content": ""}, {"role": "assistant", "content": LIND})


def test_a_line_is_what_its_owner_fills_in(harbour: Library) -> None:
    first, *_, follow_up = starter_set(harbour, 1)
    assert json.loads(first.line()) == {
        "id": "starter-01",
        "language": "en",
        "question": "",
        "answers": [""],
        "articles": ["harbour"],
        "kind": "",
        "split": "",
        "hint": COST,
    }
    assert json.loads(follow_up.line())["draft"] is True


def test_dates_are_spread_evenly(tmp_path: Path) -> None:
    library = make_dated(tmp_path / "ferry", *(dated(number) for number in range(32)))
    for seed in range(5):
        drawn = sorted(int(row.articles[0][2:]) for row in starter_set(library, 4, seed)[:4])
        gaps = [later - earlier for earlier, later in zip(drawn, [*drawn[1:], drawn[0] + 32], strict=True)]
        assert gaps == [8, 8, 8, 8]


def test_a_small_language_is_not_buried(tmp_path: Path) -> None:
    articles = [*(dated(number) for number in range(20)), *(dated(number, "zh") for number in range(3))]
    rows = starter_set(make_dated(tmp_path / "ferry", *articles), 10)[:10]
    assert [row.language for row in rows] == ["en", "zh", "en", "zh", "en", "zh", "en", "en", "en", "en"]
    assert len({row.hint for row in rows}) == 10


def test_the_same_seed_draws_the_same_rows(tmp_path: Path) -> None:
    library = make_dated(tmp_path / "ferry", *(dated(number) for number in range(32)))
    assert starter_set(library, 5, seed=3) == starter_set(library, 5, seed=3)
    assert len({starter_set(library, 1, seed)[0].hint for seed in range(20)}) > 1


def test_a_copy_gives_no_second_row_of_the_same_sentence(make_library: MakeLibrary) -> None:
    library = Library.open(make_library({"a.txt": f"{COST} The rest is silence.", "b.txt": f"{COST} So it was told."}))
    assert [row.hint for row in starter_set(library) if row.kind == ""] == [COST]


def test_a_library_with_nothing_to_ask(make_library: MakeLibrary) -> None:
    folder = make_library({"a.txt": "it rained all day and nobody came to see the lake."})
    with pytest.raises(BadSet, match=r"no sentence in .*/library has a figure or a name; write the set by hand, see"):
        starter_set(Library.open(folder))


def test_an_unfilled_set_is_refused_by_line_and_field(tmp_path: Path, harbour: Library) -> None:
    assert write_starter(harbour, tmp_path / "new" / "mine.jsonl", 1) == 5
    with pytest.raises(BadSet, match=r"/mine\.jsonl:1: question: .*; mend that line$"):
        load_set(tmp_path / "new" / "mine.jsonl")


@pytest.mark.parametrize(
    ("place", "filled", "fault"),
    [
        (0, {"question": "How much?"}, r"answers\.0: "),
        (0, {"answers": ["48 million"]}, "question: "),
        (1, {}, "question: "),
        (4, {"question": "And who pays?", "answers": ["the city"]}, "draft: fill in answers and articles, then take"),
    ],
)
def test_no_row_passes_half_filled(
    place: int, filled: dict[str, Any], fault: str, tmp_path: Path, harbour: Library
) -> None:
    row = json.loads(starter_set(harbour, 1)[place].line()) | filled
    (tmp_path / "mine.jsonl").write_text(json.dumps(row), "utf-8")
    with pytest.raises(BadSet, match=rf"/mine\.jsonl:1: {fault}"):
        load_set(tmp_path / "mine.jsonl")


def test_a_filled_set_loads(tmp_path: Path, harbour: Library) -> None:
    rows = [json.loads(row.line()) for row in starter_set(harbour, 1)]
    for row in rows:
        row |= {"question": "How much?", "answers": ["48 million euros" for _ in row["answers"]]}
        row.pop("draft", None)
    rows[-1]["history"][0]["content"] = "Who told the council?"
    (tmp_path / "mine.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    loaded = load_set(tmp_path / "mine.jsonl")
    assert [case.answerable for case in loaded] == [True, False, False, False, True]
    assert [turn.content for turn in loaded[-1].turns()] == ["Who told the council?", LIND]


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path, harbour: Library) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text("hours of work", "utf-8")
    with pytest.raises(BadSet, match=r"/mine\.jsonl is already there; name another file, or move it away$"):
        write_starter(harbour, file)
    assert file.read_text("utf-8") == "hours of work"


def test_a_file_that_cannot_be_written(tmp_path: Path, harbour: Library) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(BadSet, match=r"cannot write .*/file/mine\.jsonl: .*; name another file$"):
        write_starter(harbour, tmp_path / "file" / "mine.jsonl")
