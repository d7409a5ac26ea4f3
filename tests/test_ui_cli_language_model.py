"""The language model's options: what they make, what they refuse, and what is sent when, over a real connection."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fake_embedder import FakeEmbedder
from tests.fake_endpoint import FakeEndpoint, claim, running, saying
from tests.fake_reader import FakeReader
from ui.cli import main as cli

HARBOUR = "Harbour news\n\nThe harbour of Pell was opened in 1987. It has 350,000 visitors a year. Gulls cry at night."
QUESTION = "How many visitors has the harbour of Pell a year?"
TRUTH = claim("It has 350,000 visitors a year.", (1, "It has 350,000 visitors a year"))

Quotedesk = Callable[..., tuple[int, str, str]]


@pytest.fixture
def server() -> Iterator[FakeEndpoint]:
    with running() as endpoint:
        endpoint.script = saying(TRUTH)
        yield endpoint


@pytest.fixture
def quotedesk(
    make_library: Callable[[dict[str, str]], Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Quotedesk:
    """`quotedesk("ask", QUESTION)` runs the verb over a small library, and gives exit code, output and errors."""
    library = make_library({"harbour.txt": HARBOUR})
    monkeypatch.setattr("qa.assistant.SentenceTransformerEmbedder", lambda _name: FakeEmbedder())
    monkeypatch.setattr("qa.assistant.builtin_reader", FakeReader)
    monkeypatch.setenv("QUOTEDESK_LIBRARY", str(library))
    for name in ("QUOTEDESK_LLM_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["quotedesk", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as exited:
            cli.main()
        assert isinstance(exited.value.code, int)
        return exited.value.code, *capsys.readouterr()

    return run


def test_an_answer_in_a_models_words(quotedesk: Quotedesk, server: FakeEndpoint) -> None:
    code, out, err = quotedesk("ask", QUESTION, "--llm-url", server.url, "--llm-model", "liar", "--json")
    answer: dict[str, Any] = json.loads(out)
    assert (code, err) == (0, "")
    assert answer["text"] == "It has 350,000 visitors a year. [1]"
    assert (answer["written_by"], answer["notice"]) == ("liar", None)
    assert [one["quote"] for one in answer["citations"]] == ["It has 350,000 visitors a year."]


@pytest.mark.parametrize(
    ("names", "key"),
    [
        ({}, "none"),
        ({"OPENAI_API_KEY": "theirs"}, "theirs"),
        ({"OPENAI_API_KEY": "theirs", "QUOTEDESK_LLM_KEY": "ours"}, "ours"),
    ],
)
def test_the_key_comes_from_the_environment(
    quotedesk: Quotedesk, server: FakeEndpoint, monkeypatch: pytest.MonkeyPatch, names: dict[str, str], key: str
) -> None:
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    assert quotedesk("ask", QUESTION, "--llm-url", server.url, "--llm-model", "liar")[0] == 0
    assert [headers["authorization"] for headers in server.headers] == [f"Bearer {key}"]


def test_the_prompt_is_what_would_be_sent(quotedesk: Quotedesk, server: FakeEndpoint) -> None:
    options = ("--llm-url", server.url, "--llm-model", "liar")
    code, out, err = quotedesk("ask", QUESTION, *options, "--show-prompt")
    assert (code, err, server.requests) == (0, "", [])
    shown = json.loads(out)
    quotedesk("ask", QUESTION, *options)
    (sent,) = server.requests
    fences = [body["messages"][1]["content"].split()[0] for body in (shown, sent)]
    assert fences[0] != fences[1]
    assert json.loads(json.dumps(shown).replace(*fences)) | {"path": "/v1/chat/completions"} == sent


def test_nothing_is_sent_for_a_decline(quotedesk: Quotedesk, server: FakeEndpoint) -> None:
    options = ("Which volcano erupted yesterday?", "--llm-url", server.url, "--llm-model", "liar")
    assert quotedesk("ask", *options, "--show-prompt") == (
        0,
        "",
        "The articles do not answer this: nothing would be sent.\n",
    )
    assert "The articles do not answer this." in quotedesk("ask", *options)[1]
    assert server.requests == []


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (("--llm-url", "http://x/v1"), 2, "--llm-url needs --llm-model: give both, or neither"),
        (("--llm-model", "liar"), 2, "--llm-model needs --llm-url: give both, or neither"),
        (("--llm-url", "x:1", "--llm-model", "liar"), 1, "quotedesk: 'x:1' is not the address of an endpoint"),
        (("--llm-url", "http://x/v1", "--llm-model", ""), 1, "quotedesk: no model is named for http://x/v1"),
        (("--show-prompt",), 2, "--show-prompt shows what an endpoint would be sent"),
        (("--llm-timeout", "0"), 2, "--llm-timeout"),
    ],
)
def test_options_that_do_not_fit(quotedesk: Quotedesk, options: tuple[str, ...], code: int, told: str) -> None:
    ended, out, err = quotedesk("ask", QUESTION, *options)
    assert (ended, out) == (code, "")
    assert " ".join(told.split()) in " ".join(err.replace("│", " ").split())


def test_a_batch_is_worded_too(quotedesk: Quotedesk, server: FakeEndpoint, tmp_path: Path) -> None:
    batch = tmp_path / "questions.jsonl"
    batch.write_text(json.dumps({"id": "q1", "question": QUESTION}), "utf-8")
    options = ("--llm-url", server.url, "--llm-model", "liar")
    answer = json.loads(quotedesk("ask", "--batch", str(batch), *options)[1])
    assert (answer["id"], answer["written_by"]) == ("q1", "liar")
    assert quotedesk("ask", "--batch", str(batch), "--show-prompt", *options)[0] == 2


def test_the_doctor_asks_an_endpoint(
    quotedesk: Quotedesk, server: FakeEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.cli.main.examine", lambda: iter(()))
    server.script = saying("yes")
    code, out, _ = quotedesk("doctor", "--llm-url", server.url, "--llm-model", "liar")
    assert (code, out.split(" after ")[0]) == (0, "ok  language model: liar began to answer")
    server.script = lambda talk: talk.status(401, "no such key")
    code, out, err = quotedesk("doctor", "--llm-url", server.url, "--llm-model", "liar")
    assert code == 1
    assert "no such key" in out
    assert "see that it runs, its address, its key" in err
