"""A standing measurement from end to end on a tiny set: its library, its report, its row."""

import json
from pathlib import Path

import pytest

from eval import suite
from eval.data_files import ArticleRow, Dataset
from eval.datasets import READERS
from eval.figures import Figure
from eval.sets import SAMPLE_QUESTIONS, BadSet, Case
from index.library import Library
from tests.fake_embedder import FakeEmbedder
from tests.fake_reader import FakeReader

ROWS = (
    ArticleRow(id="chips", title="The chip factory by the river", text="The chip factory by the river cost 48 crowns."),
    ArticleRow(id="cranes", title="Cranes", text="The harbour board moved the four old cranes."),
)
CASES = [
    Case(id="1", question="What did the chip factory by the river cost?", answers=("48",), articles=("chips",)),
    Case(id="2", question="How many old cranes did the harbour board move?", answers=("four",), articles=("cranes",)),
]
TOWN = Dataset("town", ROWS, CASES)


def test_a_measurement_leaves_library_report_and_run(
    tmp_path: Path, embedder: FakeEmbedder, reader: FakeReader
) -> None:
    run = suite.measure(TOWN, tmp_path, embedder, reader, "town test")
    assert [record.id for record in run.records] == ["1", "2", "1#without", "2#without"]
    assert Library.open(tmp_path / "town").size() == 2
    assert {file.name for file in (tmp_path / "town-report").iterdir()} == {"report.html", "run.json"}
    assert json.loads((tmp_path / "town-report" / "run.json").read_text("utf-8"))["set_name"] == "town test"
    cells = suite.results_row(run).strip("| ").split(" | ")
    assert len(cells) == 3 + len(suite.COLUMNS) + 2
    assert cells[:3] == [run.made_at[:10], run.facts["code"].rpartition(" ")[2], "town test, 4"]
    assert cells[3].startswith("100.0 (")
    assert cells[suite.COLUMNS.index("conflict recall") + 3] == "-"


@pytest.mark.parametrize(
    ("figure", "printed"),
    [
        (Figure("F1", 0.8646, 0.744, 0.961, 37), "86.5 (74–96)"),
        (Figure("F1", 0.98, 0.975, 0.985, 900), "98.0 (97.5–98.5)"),
        (Figure("F1", 0.5, None, None, 2), "50.0 (–)"),
        (Figure("F1", None, None, None, 0), "-"),
    ],
)
def test_shares_are_printed_with_their_interval(figure: Figure, printed: str) -> None:
    assert suite.percent(figure) == printed


def test_a_sample_is_of_the_cases_alone(tmp_path: Path) -> None:
    splits = [json.loads(line)["split"] for line in SAMPLE_QUESTIONS.read_text("utf-8").splitlines()]
    assert len(suite.read_set(tmp_path, "sample", None, None).cases) == len(splits)
    assert len(suite.read_set(tmp_path, "sample", "test", None).cases) == splits.count("test")
    drawn = suite.read_set(tmp_path, "sample", None, 10)
    assert len({case.id for case in drawn.cases}) == 10
    assert [case.id for case in drawn.cases] == [case.id for case in suite.read_set(tmp_path, "sample", None, 10).cases]


def test_a_set_without_that_split_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READERS, "sample", lambda _data: TOWN)
    with pytest.raises(BadSet, match=r"^sample has no case of the split 'test'; leave --split out$"):
        suite.read_set(tmp_path, "sample", "test", None)


def test_a_library_of_another_folders_articles_is_refused(tmp_path: Path, embedder: FakeEmbedder) -> None:
    def town_in(folder: Path) -> Dataset:
        TOWN.write_articles(folder)
        return Dataset("town", folder, [])

    first, second = town_in(tmp_path / "first"), town_in(tmp_path / "second")
    for _ in range(2):
        suite.make_library(first, tmp_path / "town", embedder)
    told = (
        rf"^{tmp_path}/town was indexed from {tmp_path}/first, not from {tmp_path}/second; delete it, or name other --"
    )
    with pytest.raises(BadSet, match=told):
        suite.make_library(second, tmp_path / "town", embedder)
    assert Library.open(tmp_path / "town").size() == 2


@pytest.fixture
def fake_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command runs without the models that come with quotedesk."""
    monkeypatch.setattr(suite, "SentenceTransformerEmbedder", FakeEmbedder)
    monkeypatch.setattr(suite, "builtin_reader", FakeReader)


@pytest.mark.usefixtures("fake_models")
def test_the_command_prints_a_row_for_each_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(READERS, "sample", lambda _data: TOWN)
    monkeypatch.setattr("sys.argv", ["suite", str(tmp_path), "sample", "--libraries", str(tmp_path)])
    suite.main()
    assert capsys.readouterr().out.count(" | sample, 4 | ") == 1


@pytest.mark.usefixtures("fake_models")
def test_a_missing_set_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["suite", str(tmp_path), "jsquad", "--libraries", str(tmp_path)])
    with pytest.raises(
        SystemExit, match=r"^eval\.suite: cannot read .*ja-valid\.spans\.jsonl\.gz: .*; put the set jsquad"
    ):
        suite.main()
