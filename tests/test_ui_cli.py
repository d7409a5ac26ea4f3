"""The command line as its users meet it: every verb and option, what goes to which stream, and the exit codes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest
import typer
from typer.testing import CliRunner

from index.reading.files import KINDS
from index.update import index_paths
from qa.assistant import Assistant
from tests.fake_embedder import FakeEmbedder
from ui.access.door import AccessSettings
from ui.cli import main as cli
from ui.live import LiveAssistant

CHIPS = (
    "The chip factory by the river\n\n"
    "The chip factory by the river opened on Monday. The chip factory by the river cost 48 million dollars."
)
HARBOUR = "The harbour board and its cranes\n\nThe harbour board moved the four old cranes on Monday."
CHINESE = "河边的芯片工厂\n\n河边的芯片工厂周一正式开业，雇用了四百多名当地的居民。"
COST = "How many million dollars did the chip factory by the river cost?"
FOOTBALL = "Who won the football cup?"
COMMAND = Path(sys.executable).with_name("quotedesk")


class NamedFake(FakeEmbedder):
    """The fake embedder under the name it is asked for."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__()
        self.name = name or "fake"


@dataclass(frozen=True)
class Ran:
    """One run: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Quotedesk = Callable[..., Ran]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, the fake embedder for the real one, and no settings from outside."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ui.cli.main.SentenceTransformerEmbedder", NamedFake)
    monkeypatch.setattr("ui.cli.articles.SentenceTransformerEmbedder", NamedFake)
    monkeypatch.setattr("qa.assistant.SentenceTransformerEmbedder", NamedFake)
    monkeypatch.delenv("QUOTEDESK_LIBRARY", raising=False)
    monkeypatch.delenv("QUOTEDESK_EMBEDDER", raising=False)
    # On a busy machine even these runs take the seconds after which progress is told.
    monkeypatch.setattr("index.progress._SECONDS_BETWEEN_LINES", 3600.0)
    return tmp_path


@pytest.fixture
def quotedesk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Quotedesk:
    """`quotedesk("search", "chips")` runs the command in this process, from the entry point on."""

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["quotedesk", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as exited:
            cli.main()
        assert isinstance(exited.value.code, int)
        return Ran(exited.value.code, *capsys.readouterr())

    return run


@pytest.fixture
def library(here: Path) -> str:
    """`lib`, a library of two English articles, one of them dated, and a Chinese one."""
    write("articles/chips.txt", CHIPS)
    write("articles/zh.txt", CHINESE)
    row = {"id": "harbour", "url": "https://harbour.example/1", "published": "2024-05-03", "text": HARBOUR}
    write("articles/wire.jsonl", json.dumps(row))
    index_paths(Path("lib"), [Path("articles")], NamedFake())
    return "lib"


def write(file: str, data: str | bytes) -> str:
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def options(verb: str) -> dict[str, click.Parameter]:
    """Every option string and argument name of a verb, such as "articles list"."""
    command: Any = typer.main.get_command(cli.app)
    for name in verb.split():
        command = command.commands[name]
    return {word: one for one in command.params for word in (*one.opts, *one.secondary_opts)}


# The contract


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("index", "paths --library --json --embedder --prune"),
        ("articles list", "--library --language --since --until --source --json"),
        ("articles show", "article_id --library --marked --json"),
        ("articles failures", "--library --json"),
        ("articles remove", "article_ids --library --source"),
        ("search", "question --library -k --language --since --until --source --json"),
        ("ask", "question --library --batch --language --since --until --source --json"),
        ("serve", "--library --host --port --users --user-header --proxy --editor --requests-a-minute"),
        ("user add", "name --role --users"),
        ("ask", "--llm-url --llm-model --llm-timeout --show-prompt"),
        ("serve", "--library --host --port --llm-url --llm-model --llm-timeout"),
        ("ask", "--today --any-time"),
        ("eval run", "set_file --library --report --against --split --unanswerable --json"),
        ("eval run", "--llm-url --llm-model --llm-timeout"),
        ("eval init", "--library --out --number"),
        ("mcp", "--library"),
        ("doctor", "--library --json --offline --llm-url --llm-model --llm-timeout"),
    ],
)
def test_the_contract_has_every_verb_and_option(verb: str, words: str) -> None:
    assert set(words.split()) <= options(verb).keys()


def test_the_contract_has_its_defaults() -> None:
    assert options("search")["-k"].default == 10
    assert options("serve")["--host"].default == "127.0.0.1"
    assert options("serve")["--port"].default == 7860


def commands(command: Any, name: str = "quotedesk") -> Iterator[tuple[str, Any]]:
    yield name, command
    for word, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, f"{name} {word}")


def test_every_verb_and_option_says_what_it_does() -> None:
    for name, command in commands(typer.main.get_command(cli.app)):
        assert command.help, name
        mute = [one.opts[0] for one in command.params if one.param_type_name == "option" and not one.help]
        assert mute == [], name


def test_help_names_every_verb() -> None:
    shown = CliRunner().invoke(cli.app, ["--help"])
    assert shown.exit_code == 0
    assert "Every answer is a quote you can check." in shown.stdout
    for verb in ("index", "articles", "search", "ask", "serve", "eval", "doctor"):
        assert f" {verb} " in shown.stdout


# index


def test_index_prints_the_five_counts(quotedesk: Quotedesk) -> None:
    write("articles/chips.txt", CHIPS)
    write("articles/harbour.txt", HARBOUR)
    first = quotedesk("index", "articles", "--library", "lib")
    assert first == Ran(0, "added 2, updated 0, unchanged 0, duplicate 0, failed 0\n", "")
    write("articles/chips.txt", CHIPS + " It employs 400 people.")
    write("articles/copy.txt", HARBOUR)
    again = quotedesk("index", "articles", "--library", "lib")
    assert again == Ran(0, "added 1, updated 1, unchanged 1, duplicate 1, failed 0\n", "")


def test_index_gives_json(here: Path, quotedesk: Quotedesk) -> None:
    write("articles/chips.txt", CHIPS)
    write("articles/empty.txt", "")
    ran = quotedesk("index", "articles", "--library", "lib", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json == {
        "added": ["chips"],
        "updated": [],
        "unchanged": [],
        "moved": [],
        "duplicate": [],
        "failed": [f"{here.as_posix()}/articles/empty.txt: empty; check what it should hold, or take it away"],
        "gone": [],
        "removed": [],
    }


def test_what_is_gone_is_offered_for_removal(quotedesk: Quotedesk) -> None:
    for name, text in (("chips", CHIPS), ("harbour", HARBOUR), ("zh", CHINESE)):
        write(f"articles/{name}.txt", text)
    quotedesk("index", "articles", "--library", "lib")
    Path("articles/chips.txt").unlink()
    Path("articles/zh.txt").unlink()
    told = quotedesk("index", "articles", "--library", "lib")
    counts = "added 0, updated 0, unchanged 1, duplicate 0, failed 0"
    assert told == Ran(0, f"{counts}\ngone: 2, remove them with --prune\n", "")
    assert quotedesk("index", "articles", "--library", "lib", "--json").json["gone"] == ["chips", "zh"]
    assert quotedesk("index", "articles", "--library", "lib", "--prune").out == f"{counts}, removed 2\n"
    assert [one["id"] for one in quotedesk("articles", "list", "--library", "lib", "--json").json] == ["harbour"]


def test_a_bad_file_among_good_ones_is_named_and_the_rest_goes_in(here: Path, quotedesk: Quotedesk) -> None:
    write("articles/bad.txt", b"caf\xe9\xe9 by the harbour, open every day")
    write("articles/chips.txt", CHIPS)
    ran = quotedesk("index", "articles", "--library", "lib")
    assert (ran.code, ran.out) == (0, "added 1, updated 0, unchanged 0, duplicate 0, failed 1\n")
    told = "not UTF-8 (byte 3 is 0xe9); save it as UTF-8 and index it again"
    assert ran.err == f"failed: {here.as_posix()}/articles/bad.txt: {told}\n"
    assert quotedesk("articles", "list", "--library", "lib").out.startswith("chips ")


def test_progress_goes_to_standard_error_only(monkeypatch: pytest.MonkeyPatch, quotedesk: Quotedesk) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    write("articles/chips.txt", CHIPS)
    ran = quotedesk("index", "articles", "--library", "lib")
    assert "reading" in ran.err
    assert "embedding" in ran.err
    assert ran.out == "added 1, updated 0, unchanged 0, duplicate 0, failed 0\n"


def test_index_uses_the_embedder_that_is_named_and_then_the_librarys(quotedesk: Quotedesk) -> None:
    write("articles/chips.txt", CHIPS)
    assert quotedesk("index", "articles", "--library", "lib", "--embedder", "mine").code == 0
    assert json.loads(Path("lib/manifest.json").read_text("utf-8"))["embedder"] == "mine"
    assert quotedesk("index", "articles", "--library", "lib").out.startswith("added 0, updated 0, unchanged 1,")


def test_the_library_may_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, quotedesk: Quotedesk, library: str
) -> None:
    monkeypatch.setenv("QUOTEDESK_LIBRARY", library)
    assert [one["id"] for one in quotedesk("articles", "list", "--json").json] == ["chips", "harbour", "zh"]


# articles


def test_articles_list_has_a_line_for_each(here: Path, quotedesk: Quotedesk, library: str) -> None:
    ran = quotedesk("articles", "list", "--library", library)
    assert ran.out.splitlines() == [
        "chips  en  no date     The chip factory by the river",
        "harbour  en  2024-05-03  The harbour board and its cranes",
        "zh  zh  no date     河边的芯片工厂",
    ]
    assert quotedesk("articles", "list", "--library", library, "--json").json[1] == {
        "id": "harbour",
        "version": Assistant.open(library).library.article("harbour").version,
        "title": "The harbour board and its cranes",
        "url": "https://harbour.example/1",
        "published": "2024-05-03",
        "path": f"{here.as_posix()}/articles/wire.jsonl:1",
        "language": "en",
        "copy_of": None,
    }


@pytest.mark.parametrize(
    ("narrowed", "articles"),
    [
        (["--language", "zh"], ["zh"]),
        (["--since", "2024-05-03"], ["harbour"]),
        (["--until", "2024-05-02"], []),
        (["--source", "wire.jsonl"], ["harbour"]),
    ],
)
def test_articles_list_may_be_narrowed(
    quotedesk: Quotedesk, library: str, narrowed: list[str], articles: list[str]
) -> None:
    ran = quotedesk("articles", "list", "--library", library, *narrowed, "--json")
    assert [one["id"] for one in ran.json] == articles


def test_copies_are_told_of(quotedesk: Quotedesk, library: str) -> None:
    write("articles/reprint.txt", HARBOUR)
    quotedesk("index", "articles", "--library", library)
    line = "reprint  en  no date     The harbour board and its cranes  copy of harbour"
    assert line in quotedesk("articles", "list", "--library", library).out.splitlines()
    assert "\n  copy of  harbour\n" in quotedesk("articles", "show", "reprint", "--library", library).out
    assert "\n   copies  reprint\n" in quotedesk("articles", "show", "harbour", "--library", library).out
    shown = quotedesk("articles", "show", "harbour", "--library", library, "--json").json
    assert (shown["copy_of"], shown["copies"]) == (None, ["reprint"])
    listed = quotedesk("articles", "list", "--library", library, "--json").json
    assert {one["id"]: one["copy_of"] for one in listed}["reprint"] == "harbour"


def test_what_was_marked_may_be_shown_alone(quotedesk: Quotedesk) -> None:
    advert = "Advertisement: buy our cranes today!"
    write("page.html", f"<html><body><article><p>{HARBOUR}</p></article><aside>{advert}</aside></body></html>")
    quotedesk("index", "page.html", "--library", "lib")
    shown = quotedesk("articles", "show", "page", "--library", "lib", "--json").json
    blocks = [f"{start}-{end}\n{shown['text'][start:end].strip()}\n" for start, end in shown["boilerplate"]]
    assert quotedesk("articles", "show", "page", "--library", "lib", "--marked").out == "".join(blocks)


def test_failures_of_the_last_run_are_shown(here: Path, quotedesk: Quotedesk, library: str) -> None:
    none = quotedesk("articles", "failures", "--library", library)
    assert none.out == ""
    assert none.err.startswith("0 failed in the run of 20")
    write("articles/empty.txt", "")
    quotedesk("index", "articles", "--library", library)
    told = f"{here.as_posix()}/articles/empty.txt: empty; check what it should hold, or take it away"
    ran = quotedesk("articles", "failures", "--library", library)
    assert ran.out == f"{told}\n"
    assert ran.err.startswith("1 failed in the run of 20")
    noted = quotedesk("articles", "failures", "--library", library, "--json").json
    assert noted["failed"] == [told]
    assert noted["paths"] == [f"{here.as_posix()}/articles"]


def test_articles_show_gives_facts_and_text(here: Path, quotedesk: Quotedesk, library: str) -> None:
    ran = quotedesk("articles", "show", "harbour", "--library", library)
    path = f"{here.as_posix()}/articles/wire.jsonl:1"
    assert f"\npublished  2024-05-03\n      url  https://harbour.example/1\n     path  {path}\n" in ran.out
    assert ran.out.endswith(f"\n\n{HARBOUR}\n")
    shown = quotedesk("articles", "show", "harbour", "--library", library, "--json").json
    assert list(shown) == [
        "id",
        "version",
        "title",
        "url",
        "published",
        "path",
        "language",
        "updated",
        "fetched",
        "text",
        "boilerplate",
        "passages",
        "copy_of",
        "copies",
    ]
    assert (shown["text"], shown["boilerplate"]) == (HARBOUR, [])
    assert [HARBOUR[start:end] for start, end in shown["passages"]] == [HARBOUR]
    assert (
        "\n   marked  0 of 88 characters\n passages  1\n\n"
        in quotedesk("articles", "show", "harbour", "--library", library).out
    )


def test_articles_remove_takes_them_out(quotedesk: Quotedesk, library: str) -> None:
    assert quotedesk("articles", "remove", "chips", "zh", "--library", library) == Ran(0, "removed 2\n", "")
    assert [one["id"] for one in quotedesk("articles", "list", "--library", library, "--json").json] == ["harbour"]


def test_articles_remove_takes_out_all_of_a_source(quotedesk: Quotedesk, library: str) -> None:
    assert quotedesk("articles", "remove", "--source", "harbour.EXAMPLE", "--library", library).out == "removed 1\n"
    assert [one["id"] for one in quotedesk("articles", "list", "--library", library, "--json").json] == ["chips", "zh"]
    told = "no article in lib has 'harbour.example' in its url or path; `quotedesk articles list --json` shows both"
    again = quotedesk("articles", "remove", "--source", "harbour.example", "--library", library)
    assert again == Ran(1, "", f"quotedesk: {told}\n")


# search and ask


def test_search_gives_json_in_the_contracts_shape(quotedesk: Quotedesk, library: str) -> None:
    ran = quotedesk("search", "Who moved the harbour cranes?", "--library", library, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert {one["article"]["id"] for one in ran.json} == {"chips", "harbour", "zh"}
    best = ran.json[0]
    assert list(best) == ["article", "start", "end", "text", "score"]
    assert list(best["article"]) == ["id", "version", "title", "url", "published", "path"]
    assert (best["article"]["id"], best["text"]) == ("harbour", HARBOUR[best["start"] : best["end"]])
    scores = [one["score"] for one in ran.json]
    assert scores == sorted(scores, reverse=True)


def test_search_for_people_numbers_the_passages(quotedesk: Quotedesk, library: str) -> None:
    ran = quotedesk("search", "harbour cranes", "-k", "1", "--library", library)
    first, text = ran.out.splitlines()[:2]
    assert first.startswith("1  ")
    assert first.endswith("  The harbour board and its cranes (harbour, 2024-05-03)")
    assert text == f"   {' '.join(HARBOUR.split())}"


@pytest.mark.parametrize(
    ("narrowed", "articles"),
    [
        (["--language", "zh"], {"zh"}),
        (["--since", "2024-05-03"], {"harbour"}),
        (["--since", "2024-05-04"], set()),
        (["--until", "2024-05-03"], {"harbour"}),
        (["--until", "2024-05-02"], set()),
        (["--source", "harbour.example"], {"harbour"}),
        (["--source", "chips.txt"], {"chips"}),
        (["-k", "1"], {"chips"}),
    ],
)
def test_a_search_is_narrowed(quotedesk: Quotedesk, library: str, narrowed: list[str], articles: set[str]) -> None:
    ran = quotedesk("search", "chip factory", "--library", library, "--json", *narrowed)
    assert {one["article"]["id"] for one in ran.json} == articles


def test_ask_gives_json_in_the_contracts_shape(quotedesk: Quotedesk, library: str) -> None:
    ran = quotedesk("ask", COST, "--library", library, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert list(ran.json) == [
        *("id", "question", "language", "searched_for", "status", "short_answer", "text", "confidence"),
        *("citations", "conflicts", "consulted", "timings_ms", "period", "written_by", "notice"),
    ]
    assert (ran.json["id"], ran.json["status"], ran.json["short_answer"]) == (None, "answered", "48 million dollars")
    cited = ran.json["citations"][0]
    assert cited["article"]["id"] == "chips"
    assert cited["quote"] == CHIPS[cited["start"] : cited["end"]]


def test_ask_for_people_prints_the_quote_and_where_it_stands(quotedesk: Quotedesk, library: str) -> None:
    ran = quotedesk("ask", COST, "--library", library)
    given = Assistant.open(library).ask(COST)
    assert ran.out.startswith(f"{given.text}\n\n[1] The chip factory by the river (chips)\n")
    assert f"\n    {given.citations[0].quote.permalink}\n" in ran.out


def test_ask_declines_with_exit_code_0(quotedesk: Quotedesk, library: str) -> None:
    ran = quotedesk("ask", FOOTBALL, "--library", library)
    assert ran.code == 0
    assert ran.out.startswith("The articles do not answer this.\n\nNearest passages (not an answer):\n1  ")


@pytest.mark.parametrize(
    ("options", "period"),
    [
        (("--today", "2024-06-11"), {"words": "last year", "since": "2023-01-01", "until": "2023-12-31"}),
        (("--today", "2024-06-11", "--any-time"), None),
    ],
)
def test_ask_prefers_the_time_that_the_question_names(
    quotedesk: Quotedesk, library: str, options: tuple[str, ...], period: object
) -> None:
    assert (
        quotedesk("ask", f"{COST[:-1]} last year?", "--library", library, "--json", *options).json["period"] == period
    )


def test_ask_is_narrowed(quotedesk: Quotedesk, library: str) -> None:
    ran = quotedesk("ask", COST, "--library", library, "--json", "--since", "2024-05-01")
    assert {one["article"] for one in ran.json["consulted"]} == {"harbour"}


def test_a_question_in_a_broken_encoding_is_asked_all_the_same(quotedesk: Quotedesk, library: str) -> None:
    ran = quotedesk("ask", f"caf\udce9: {COST}", "--library", library, "--json")
    assert (ran.code, ran.json["question"]) == (0, f"caf?: {COST}")


# ask --batch


def batch(*lines: object) -> str:
    data = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    return write("questions.jsonl", data)


def test_a_batch_gives_one_answer_a_line_in_order(quotedesk: Quotedesk, library: str) -> None:
    file = batch({"id": "b", "question": FOOTBALL}, {"id": 7, "question": COST, "answers": ["48"]}, {"question": COST})
    ran = quotedesk("ask", "--batch", file, "--library", library)
    assert (ran.code, ran.err) == (0, "")
    assert [(line["id"], line["status"]) for line in ran.lines] == [
        ("b", "abstained"),
        (7, "answered"),
        (None, "answered"),
    ]
    assert [next(iter(line)) for line in ran.lines] == ["id", "id", "id"]


def test_bad_lines_of_a_batch_become_errors_in_their_place(quotedesk: Quotedesk, library: str) -> None:
    file = batch(
        b"not json",
        {"id": "blank", "question": " "},
        {"id": "ok", "question": COST},
        b"",
        b'{"question": "caf\xe9"}',
        {"id": "typo", "question": COST, "where": {"langauge": "en"}},
        {"id": "swapped", "question": COST, "where": {"since": "2024-02-01", "until": "2024-01-01"}},
        {"id": "last", "question": FOOTBALL},
    )
    ran = quotedesk("ask", "--batch", file, "--library", library)
    assert ran.code == 1
    assert ran.err == (
        'quotedesk: 5 questions of questions.jsonl could not be asked; their lines say why under "error"\n'
    )
    assert [line["id"] for line in ran.lines] == [None, "blank", "ok", None, None, "swapped", "last"]
    errors = [line.get("error", "") for line in ran.lines]
    assert errors[0].startswith("line 1: Invalid JSON: expected ident at line 1 column 2; mend that line")
    assert errors[1] == "the question ' ' has no words; ask with at least one word"
    assert errors[3].startswith("line 5: Invalid JSON: invalid unicode code point")
    assert errors[4] == "line 6: where.langauge: Extra inputs are not permitted; mend that line"
    assert errors[5] == "since 2024-02-01 lies after until 2024-01-01; swap them or drop one"
    assert errors[2] == errors[6] == ""


def test_a_batch_may_open_with_a_byte_order_mark_and_end_lines_like_windows(quotedesk: Quotedesk, library: str) -> None:
    line = json.dumps({"id": 1, "question": COST})
    ran = quotedesk("ask", "--batch", write("q.jsonl", f"\ufeff{line}\r\n{line}\r\n"), "--library", library)
    assert [line["status"] for line in ran.lines] == ["answered", "answered"]


def test_the_options_narrow_each_question_of_a_batch_that_says_nothing_itself(
    quotedesk: Quotedesk, library: str
) -> None:
    file = batch({"question": COST}, {"question": COST, "where": None}, {"question": COST, "where": {"language": "zh"}})
    ran = quotedesk("ask", "--batch", file, "--library", library, "--source", "harbour")
    assert [{one["article"] for one in line["consulted"]} for line in ran.lines] == [{"harbour"}, {"harbour"}, {"zh"}]


def test_a_batch_question_is_completed_from_its_history(quotedesk: Quotedesk, library: str) -> None:
    history = [{"role": "user", "content": "Where is the chip factory?"}, {"role": "assistant", "content": "There."}]
    ran = quotedesk(
        "ask", "--batch", batch({"question": "When did it open?", "history": history}), "--library", library
    )
    assert ran.lines[0]["searched_for"] == "When did it open? Where is the chip factory?"
    assert ran.lines[0]["question"] == "When did it open?"


# eval, serve, doctor


def test_eval_prints_the_measures(quotedesk: Quotedesk, library: str) -> None:
    case = {"id": "1", "question": COST, "answers": ["48 million dollars"], "articles": ["chips"], "split": "dev"}
    file = write("set.jsonl", json.dumps(case))
    ran = quotedesk("eval", file, "--library", library, "--json")
    assert ran.json["cases"] == [{"id": "1", "right": True, "status": "answered", "lost": ""}]
    first = {"measure": "success@1", "value": 1.0, "low": None, "high": None, "cases": 1}
    assert ran.json["measures"][0] == first
    assert (ran.json["set"], ran.json["facts"]["embedder"]) == ("set.jsonl", "fake")
    assert "answered rightly" in quotedesk("eval", "--library", library, "--split", "dev", file).out


def test_eval_reports_and_compares(here: Path, quotedesk: Quotedesk, library: str) -> None:
    rows = [
        {"id": "1", "question": COST, "answers": ["48 million dollars"], "articles": ["chips"]},
        {"id": "2", "question": FOOTBALL},
    ]
    file = write("set.jsonl", "\n".join(map(json.dumps, rows)))
    ran = quotedesk("eval", file, "--library", library, "--unanswerable", "--report", "first")
    assert (ran.code, ran.err) == (0, "")
    assert {one.name for one in (here / "first").iterdir()} == {"report.html", "run.json"}
    records = json.loads((here / "first" / "run.json").read_text("utf-8"))["records"]
    assert [record["id"] for record in records] == ["1", "2", "1#without"]
    again = quotedesk("eval", file, "--library", library, "--unanswerable", "--against", "first", "--report", "second")
    assert "a change of +0.0 points" in again.out
    assert "no difference can be told" in again.out
    compared = quotedesk("eval", file, "--library", library, "--unanswerable", "--against", "first", "--json").json
    assert compared["against"]["right"]["difference"] == 0.0


def test_eval_against_another_set_or_a_broken_run_is_an_error(quotedesk: Quotedesk, library: str) -> None:
    file = write("set.jsonl", json.dumps({"id": "1", "question": FOOTBALL}))
    other = write("other.jsonl", json.dumps({"id": "1", "question": COST}))
    assert quotedesk("eval", file, "--library", library, "--report", "first").code == 0
    ran = quotedesk("eval", other, "--library", library, "--against", "first")
    assert ran.code == 1
    assert ran.err.startswith("quotedesk: first is a run of other questions, set.jsonl; run both on the same set, with")
    for older in ("first", "first/run.json"):
        ran = quotedesk("eval", file, "--library", library, "--against", older, "--report", "first")
        told = f"the report would take the place of the run it is compared with, {older}; name another folder"
        assert (ran.code, ran.err) == (1, f"quotedesk: {told}\n")
    assert quotedesk("eval", file, "--library", library, "--against", "first", "--report", ".").code == 0
    ran = quotedesk("eval", file, "--library", library, "--against", "nowhere")
    wrong = "cannot read nowhere: [Errno 2] No such file or directory: 'nowhere'; give a folder made by"
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"quotedesk: {wrong}")


def test_eval_init_draws_up_a_set_that_is_refused_until_it_is_filled_in(
    here: Path, quotedesk: Quotedesk, library: str
) -> None:
    ran = quotedesk("eval", "init", "--library", library, "--out", "mine.jsonl", "--number", "2")
    assert ran == Ran(0, "6 rows in mine.jsonl: fill in question and answers of each, or delete the row\n", "")
    assert len((here / "mine.jsonl").read_text("utf-8").splitlines()) == 6
    ran = quotedesk("eval", "mine.jsonl", "--library", library)
    assert ran == Ran(1, "", "quotedesk: mine.jsonl:1: question: is empty; fill it in; mend that line\n")
    ran = quotedesk("eval", "init", "--library", library, "--out", "mine.jsonl")
    assert ran == Ran(1, "", "quotedesk: mine.jsonl is already there; name another file, or move it away\n")


def test_eval_of_an_empty_split_is_an_error(quotedesk: Quotedesk, library: str) -> None:
    file = write("set.jsonl", json.dumps({"id": "1", "question": COST, "split": "dev"}))
    ran = quotedesk("eval", file, "--library", library, "--split", "test")
    wrong = "set.jsonl has no case of the split 'test'; give dev, test, or leave it out for all"
    assert ran == Ran(1, "", f"quotedesk: {wrong}\n")


def test_serve_opens_the_chat_where_it_is_told_to(
    monkeypatch: pytest.MonkeyPatch, quotedesk: Quotedesk, library: str
) -> None:
    served: list[object] = []

    def whole_app(live: LiveAssistant, *, examples: list[str]) -> int:
        return live.library.size()

    def serve(app: object, host: str, port: int, **_options: object) -> None:
        served.append((app, host, port))

    server = ModuleType("ui.server")
    monkeypatch.setattr(server, "whole_app", whole_app, raising=False)
    monkeypatch.setattr(server, "serve", serve, raising=False)
    monkeypatch.setitem(sys.modules, "ui.server", server)
    monkeypatch.setattr("ui.server", server, raising=False)
    monkeypatch.setattr("ui.access.door.Access", lambda app, settings: (app, settings))
    assert quotedesk("serve", "--library", library, "--host", "127.0.0.2", "--port", "8080").code == 0
    assert served == [((3, AccessSettings("127.0.0.2")), "127.0.0.2", 8080)]
    proxied = ["--user-header", "X-User", "--proxy", "10.0.0.2", "--proxy", "10.1.0.0/16"]
    allowed = ["--editor", "Ann", "--requests-a-minute", "9"]
    assert quotedesk("serve", "--library", library, "--host", "0.0.0.0", *proxied, *allowed).code == 0
    proxies = ("10.0.0.2", "10.1.0.0/16")
    settings = AccessSettings("0.0.0.0", None, "X-User", proxies, frozenset({"Ann"}), 9)
    assert served[1] == ((3, settings), "0.0.0.0", 7860)
    told = "there is no library at new; make one with `quotedesk index PATH... --library new`"
    assert quotedesk("serve", "--library", "new") == Ran(1, "", f"quotedesk: {told}\n")


def test_serve_refuses_a_public_address_without_login_before_it_opens_anything(quotedesk: Quotedesk) -> None:
    told = "--host 0.0.0.0 lets in other machines, and nobody is asked who they are; add --users FILE or --user-header "
    ran = quotedesk("serve", "--library", "no-such-library", "--host", "0.0.0.0")
    assert ran == Ran(1, "", f"quotedesk: {told}NAME for login\n")


def test_doctor_says_what_is_missing_and_exits_with_1(monkeypatch: pytest.MonkeyPatch, quotedesk: Quotedesk) -> None:
    monkeypatch.setattr("ui.cli.doctor._PACKAGES", ("numpy", "no-such-package"))
    ran = quotedesk("doctor")
    assert ran.code == 1
    assert "bad no-such-package: missing -> pip install no-such-package\n" in ran.out
    assert ran.err == "quotedesk: no-such-package: missing; pip install no-such-package (1 of the above to mend)\n"


def test_doctor_says_how_a_library_is_searched(
    monkeypatch: pytest.MonkeyPatch, quotedesk: Quotedesk, make_library: Callable[[dict[str, str]], Path]
) -> None:
    monkeypatch.setattr("ui.cli.doctor._PACKAGES", ("numpy",))
    folder = make_library({"a.txt": "The harbour board moved the four old cranes."})
    ran = quotedesk("doctor", "--library", str(folder), "--json")
    assert ran.code == 0
    found = {finding["what"]: finding for finding in json.loads(ran.out)}
    expected = {"what": "search in en", "state": "1 passages, exact", "well": True, "cure": ""}
    assert found["search in en"] == expected | {"passages": 1, "recall@10": 1.0}
    assert "ok  search in en: 1 passages, exact\n" in quotedesk("doctor", "--library", str(folder)).out


# Errors the user can mend


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["index", "nowhere", "--library", "new"], "HERE/nowhere does not exist; check the path"),
        (
            ["index", "empty", "--library", "new"],
            "no article in empty; give a folder with files of these kinds: " + " ".join(KINDS),
        ),
        (
            ["index", "binary", "--library", "new"],
            "no article in binary: HERE/binary/data.txt: binary, not text (a NUL at byte 3); save its text as UTF-8",
        ),
        (
            ["index", "broken", "--library", "new"],
            "no article in broken: HERE/broken/cafe.txt: not UTF-8 (byte 3 is 0xe9); "
            "save it as UTF-8 and index it again",
        ),
        (
            ["index", "articles", "--library", "lib", "--embedder", "other"],
            "lib was made with the embedder 'fake', not 'other'; use --embedder fake or index into a new folder",
        ),
        *(
            (
                [*verb, "--library", "new"],
                "there is no library at new; make one with `quotedesk index PATH... --library new`",
            )
            for verb in (
                ["search", "chips"],
                ["ask", "chips"],
                ["ask", "--batch", "questions.jsonl"],
                ["articles", "list"],
                ["articles", "show", "chips"],
                ["articles", "remove", "chips"],
                ["eval", "init", "--out", "new.jsonl"],
            )
        ),
        (["search", " ", "--library", "lib"], "the question ' ' has no words; ask with at least one word"),
        (["ask", "", "--library", "lib"], "the question '' has no words; ask with at least one word"),
        (["ask", "?!", "--library", "lib"], "the question '?!' has no words; ask with at least one word"),
        *(
            (
                [verb, "chip " * 20_000, "--library", "lib"],
                "the question has 100,000 characters, at most 2,000 are read; shorten it",
            )
            for verb in ("search", "ask")
        ),
        (
            ["articles", "show", "nobody", "--library", "lib"],
            "no article 'nobody' in this library; `quotedesk articles list` shows what is inside",
        ),
        (
            ["articles", "remove", "nobody", "--library", "lib"],
            "no article 'nobody' in lib; `quotedesk articles list` shows what is inside",
        ),
        (
            ["search", "chips", "--library", "lib", "--since", "2024-02-01", "--until", "2024-01-01"],
            "since 2024-02-01 lies after until 2024-01-01; swap them or drop one",
        ),
        (
            ["ask", "--batch", "missing.jsonl", "--library", "lib"],
            "cannot read missing.jsonl: [Errno 2] No such file or directory: 'missing.jsonl'; "
            "give a UTF-8 file with one JSON object a line",
        ),
        (
            ["ask", "--batch", "articles", "--library", "lib"],
            "cannot read articles: [Errno 21] Is a directory: 'articles'; "
            "give a UTF-8 file with one JSON object a line",
        ),
        (
            ["eval", "missing.jsonl", "--library", "lib"],
            "cannot read the eval set missing.jsonl: [Errno 2] No such file or directory: 'missing.jsonl'; "
            "give a UTF-8 .jsonl file",
        ),
    ],
)
def test_an_error_is_one_line_with_its_value_and_the_next_step(
    here: Path, quotedesk: Quotedesk, library: str, arguments: list[str], error: str
) -> None:
    Path("empty").mkdir()
    write("binary/data.txt", b"abc\x00def")
    write("broken/cafe.txt", b"caf\xe9\xe9 by the harbour, open every day")
    assert quotedesk(*arguments) == Ran(1, "", f"quotedesk: {error.replace('HERE', here.as_posix())}\n")
    assert not Path("new").exists()


def test_a_file_name_cannot_steer_the_terminal(here: Path, quotedesk: Quotedesk) -> None:
    write("bad/\x1b[31mred\x9b2J.txt", b"caf\xe9\xe9 by the harbour")
    ran = quotedesk("index", "bad", "--library", "lib")
    name = f"{here.as_posix()}/bad/\\u001b[31mred\\u009b2J.txt"
    assert ran.err.startswith(f"quotedesk: no article in bad: {name}: not UTF-8 (byte 3")


def test_an_error_of_ours_is_not_dressed_up_as_the_users(
    monkeypatch: pytest.MonkeyPatch, quotedesk: Quotedesk, library: str
) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise KeyError("a mistake in quotedesk")

    monkeypatch.setattr(Assistant, "ask", broken)
    with pytest.raises(KeyError, match="a mistake in quotedesk"):
        quotedesk("ask", "--batch", batch({"question": COST}), "--library", library)


# Wrong usage


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ask", "--library", "lib"], "give either one"),
        (["ask", COST, "--batch", "questions.jsonl", "--library", "lib"], "give either one"),
        (["ask", COST, "--library", "lib", "--since", "2024-13-01"], "'2024-13-01' is not a day such as 2024-01-31"),
        (["search", COST, "--library", "lib", "--until", "soon"], "'soon' is not a day such as 2024-01-31"),
        (["search", COST, "--library", "lib", "--lang", "zh"], "No such option: --lang"),
        (["search", COST, "--library", "lib", "-k", "0"], "'-k': Input should be greater than or equal to 1"),
        (["search", COST, "--library", "lib", "-k", "many"], "'-k': Input should be a valid integer"),
        (["search", COST], "Missing option '--library'"),
        (["search", "--library", "lib"], "Missing argument 'question'"),
        (["index", "--library", "lib"], "Missing argument 'PATH...'"),
        (["articles", "remove", "--library", "lib"], "give either ids or --source SUBSTRING"),
        (["articles", "remove", "chips", "--source", "x", "--library", "lib"], "give either ids or --source SUBSTRING"),
        (["serve", "--library", "lib", "--port", "70000"], "'--port': Input should be less than or equal to 65535"),
        (["articles", "drop", "--library", "lib"], "No such command 'drop'"),
        (["chat"], "No such command 'chat'"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, quotedesk: Quotedesk, arguments: list[str], told: str
) -> None:
    monkeypatch.setenv("TERMINAL_WIDTH", "200")
    monkeypatch.setattr("typer.rich_utils.MAX_WIDTH", 200)
    ran = quotedesk(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


# The installed command


def run_installed(*arguments: str) -> Ran:
    done = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, encoding="utf-8", check=False)
    return Ran(done.returncode, done.stdout, done.stderr)


def test_the_installed_command_keeps_the_exit_codes() -> None:
    assert run_installed("articles", "list", "--library", "new") == Ran(
        1, "", "quotedesk: there is no library at new; make one with `quotedesk index PATH... --library new`\n"
    )
    assert run_installed("articles", "list").code == 2


def test_a_reader_that_goes_away_is_no_fault(library: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [COMMAND, "articles", "list", "--library", library, "--json"],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.model
def test_a_librarys_embedder_that_is_not_there_is_one_line(library: str) -> None:
    ran = run_installed("ask", COST, "--library", library)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("quotedesk: cannot open the embedding model 'fake' (")
    assert ran.err.count("\n") == 1


@pytest.mark.model
def test_the_installed_command_works_with_no_socket() -> None:
    ran = run_installed("doctor", "--offline")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("ok  offline: indexed and answered '48 million dollars'; no socket was opened\n")


def test_help_does_not_wait_for_torch() -> None:
    told = "import sys, ui.cli.main; print({'torch', 'transformers'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", told], cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
