"""The bench: its tables are whole and say what was measured. How fast anything is, no test asks."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from eval import bench, bench_articles
from eval.bench_articles import articles
from eval.bench_clock import own_memory, seconds_and_memory
from eval.bench_library import ONE_DAY_OF_A_HUNDRED, made_up_text, make_library
from eval.bench_search import search
from eval.bench_table import Measured, Scale, show_markdown
from eval.bench_vectors import like
from index import vectors
from index.library import Library
from tests.fake_embedder import FakeEmbedder

REAL = np.eye(8, dtype=np.float32)


def test_made_up_vectors_are_near_to_the_real_ones() -> None:
    first, second = (np.vstack(list(like(REAL, 20_000))) for _ in range(2))
    assert first.shape == (20_000, 8)
    assert first.dtype == np.float32
    assert np.allclose(np.linalg.norm(first, axis=1), 1, atol=1e-6)
    assert (first == second).all()
    assert (np.max(first @ REAL.T, axis=1) > 0.7).all()


def test_made_up_text_is_the_same_each_time() -> None:
    assert made_up_text(6, 1) == made_up_text(6, 1) != made_up_text(6, 2)
    assert len(made_up_text(6, 1).split()) == 6


def test_a_made_up_library_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "MOST_EXACT", 100)
    steps, memory = make_library(tmp_path, 1015, REAL)
    assert list(steps) == ["vectors", "lists", "words"]
    assert memory > 0
    library = Library.open(tmp_path)
    assert (library.manifest.articles, library.manifest.passages) == (102, 1015)
    assert library.manifest.recall["en"] >= 0.98
    admitted = library.rows_admitted(ONE_DAY_OF_A_HUNDRED)
    assert admitted is not None
    assert admitted.tolist() == [*range(1, 11), *range(1001, 1011)]


def test_search_is_measured_at_each_size(tmp_path: Path, make_library: Callable[[dict[str, str]], Path]) -> None:
    real = make_library({f"{n}.txt": f"Lot {n} went to the {n}th bidder." for n in range(9)})
    made, searched = search(Scale(None, 1, (40, 20), like=real))
    assert [row[0] for row in made.rows] == [row[0] for row in searched.rows] == ["20", "40"]
    assert all(len(row) == len(table.head) for table in (made, searched) for row in table.rows)
    # Twenty made-up vectors and ten wanted; of the one day there are ten.
    assert [row[-3:] for row in searched.rows] == [("1.000", "1.000", "1.000")] * 2
    assert "like those of library;" in made.notes[0]


def test_a_pile_is_indexed_stage_by_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_articles, "SentenceTransformerEmbedder", FakeEmbedder)
    pile = tmp_path / "pile.jsonl.gz"
    with gzip.open(pile, "wt") as out:
        out.writelines(json.dumps({"text": f"Lot {n} went to the {n}th bidder."}) + "\n" for n in range(5))
    (table,) = articles(Scale(pile, 3, ()))
    assert table.title == "Indexing 3 articles, 3 passages, without embedding them"
    assert [row[0] for row in table.rows] == [
        *("read, clean, split", "note passages, without embedding them", "write vectors and words"),
        *("fingerprints for copies", "compare copies, check, settle on the disk"),
        *("all of it", "all of it again, nothing changed"),
    ]
    assert table.rows[-2][-1] == "100%"
    assert len(table.notes) == 1


def test_a_pile_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_articles, "SentenceTransformerEmbedder", FakeEmbedder)
    (table,) = articles(Scale(tmp_path / "gone.jsonl", 3, ()))
    assert (
        table.notes[1]
        == f"A pile of articles was skipped: {tmp_path / 'gone.jsonl'} is not there; the sample's stand in."
    )


def test_memory_is_the_most_there_was_meanwhile() -> None:
    before = own_memory()
    _, most = seconds_and_memory(lambda: np.ones(50_000_000 // 8).sum())
    assert most >= before


def test_the_bench_runs_the_parts_it_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = Measured("Size", ("what", "ms"), (("search", "1.0"),), ("On this machine.",))
    seen = []

    def part(scale: Scale) -> list[Measured]:
        seen.append(scale)
        return [table]

    monkeypatch.setattr(bench, "PARTS", {"one": part, "two": part})
    bench.main(["two", "--passages", "5", "--markdown"])
    assert seen == [Scale(None, 20_000, (5,))]
    assert capsys.readouterr().out == (
        "### Size\n\n| what | ms |\n| --- | --- |\n| search | 1.0 |\n\nOn this machine.\n\n"
    )
    bench.main([])
    assert len(seen) == 3
    assert "search" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        bench.main(["three"])
    assert "no part three; there are one, two" in capsys.readouterr().err


def test_markdown_has_no_notes_where_there_are_none(capsys: pytest.CaptureFixture[str]) -> None:
    show_markdown(Measured("Size", ("what",), (("search",),)))
    assert capsys.readouterr().out == "### Size\n\n| what |\n| --- |\n| search |\n\n"
