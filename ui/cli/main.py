"""The command line: the contract's verbs, each a few lines over the rooms that do the work."""

import json
import sys
from codecs import BOM_UTF8
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from index.embedder import SentenceTransformerEmbedder
from index.errors import BadQuestion, QuotedeskError
from index.libraries import index_paths, manifest_of, open_library
from index.progress import shown_progress
from index.types import Filter
from qa.assistant import Assistant
from qa.inputs import Ask, read_questions
from qa.period import Times
from ui.as_json import answer_json, finding_json, found_json, report_json
from ui.cli import show
from ui.cli.articles import articles_app
from ui.cli.doctor import Unwell, check_endpoint, check_offline, examine, examine_library
from ui.cli.evaluation import eval_app
from ui.cli.language_model import language_model, show_prompt
from ui.cli.options import (
    LLM_SECONDS,
    AnyTime,
    AsJson,
    Editor,
    Language,
    LibraryFolder,
    LibraryToLookInto,
    LlmModel,
    LlmTimeout,
    LlmUrl,
    Proxy,
    RequestsAMinute,
    Since,
    Source,
    Today,
    Until,
    UserHeader,
    Users,
)
from ui.cli.user import user_app

app = typer.Typer(
    help="Ask your own articles. Every answer is a quote you can check.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(articles_app, name="articles")
app.add_typer(eval_app, name="eval")
app.add_typer(user_app, name="user")


@app.command("index")
def index_command(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Folders and files to add or update.")],
    library: LibraryFolder,
    embedder: Annotated[
        str | None,
        typer.Option(envvar="QUOTEDESK_EMBEDDER", help="A sentence-transformers model; by default the built-in one."),
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Take out the articles of PATH that are not there any more.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add or update articles, and say which were added, updated, unchanged, duplicate, failed or gone."""
    manifest = manifest_of(library)
    model = SentenceTransformerEmbedder(embedder or (manifest.embedder if manifest else None))
    with shown_progress() as progress:
        report = index_paths(library, paths, model, progress, prune=prune)
    if as_json:
        show.json(report_json(report))
    else:
        show.report(report)


@app.command()
def search(
    question: str,
    library: LibraryFolder,
    k: Annotated[int, typer.Option("-k", min=1, help="How many passages.")] = 10,
    language: Language = None,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    as_json: AsJson = False,
) -> None:
    """Find the passages likeliest to hold the answer, best first."""
    found = Assistant.open(library).search(question, k=k, where=Filter(language, since, until, source))
    if as_json:
        show.json([found_json(one) for one in found])
    else:
        show.found(found)


@app.command()
def ask(
    library: LibraryFolder,
    question: Annotated[str | None, typer.Argument(help="The question; leave it out with --batch.")] = None,
    batch: Annotated[Path | None, typer.Option(metavar="QUESTIONS.jsonl", help="Ask every line of a file.")] = None,
    language: Language = None,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    today: Today = None,
    any_time: AnyTime = False,
    llm_url: LlmUrl = None,
    llm_model: LlmModel = None,
    llm_timeout: LlmTimeout = LLM_SECONDS,
    only_prompt: Annotated[
        bool, typer.Option("--show-prompt", help="Print what the language model would be sent, and send nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Answer a question with quotes, or say that the articles don't; with --batch one JSON answer a line."""
    if (question is None) == (batch is None):
        raise typer.BadParameter('give either one "QUESTION" or --batch QUESTIONS.jsonl')
    where, times = Filter(language, since, until, source), Times(today or date.today(), prefer=not any_time)
    endpoint = language_model(llm_url, llm_model, llm_timeout)
    if only_prompt and question is None:
        raise typer.BadParameter("--show-prompt shows what one question would send: leave --batch out")
    if only_prompt and question is not None:
        show_prompt(Assistant.open(library), endpoint, question, where, times)
    elif batch is not None:
        _ask_batch(Assistant.open(library, endpoint), batch, where, times)
    elif question is not None:
        answer = Assistant.open(library, endpoint).ask(question, where=where, times=times)
        if as_json:
            show.json(answer_json(answer))
        else:
            show.answer(answer)


@app.command()
def serve(
    library: LibraryFolder,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 7860,
    example: Annotated[
        list[str] | None, typer.Option(metavar="QUESTION", help="A question to offer on the empty page; repeatable.")
    ] = None,
    users: Users = None,
    user_header: UserHeader = None,
    proxy: Proxy = None,
    editor: Editor = None,
    requests_a_minute: RequestsAMinute = None,
    llm_url: LlmUrl = None,
    llm_model: LlmModel = None,
    llm_timeout: LlmTimeout = LLM_SECONDS,
) -> None:
    """Open the web chat over a library, to this machine or with login to others.

    Programs find the HTTP interface and MCP tools at the same address.
    """
    # What serves takes a second to import and no other verb needs it.
    from ui.access.settings import AccessSettings

    # First: models take a while to load, and nothing may be bound before it is settled who may come in.
    access = AccessSettings(host, users, user_header, tuple(proxy or ()), frozenset(editor or ()), requests_a_minute)
    endpoint = language_model(llm_url, llm_model, llm_timeout)
    # Gradio takes seconds to import and no other verb needs it.
    from ui import server
    from ui.access.door import Access
    from ui.live import LiveAssistant

    # Pages come before the models, which take seconds to load; questions wait for them.
    coming: Future[Assistant] = Future()
    live = LiveAssistant(coming, open_library(library))
    app = Access(server.whole_app(live, examples=example or ()), access)

    def load() -> None:
        try:
            coming.set_result(Assistant.open(library, endpoint))
        except BaseException as error:
            coming.set_exception(error)  # for the questions that wait
            raise

    server.serve(app, host, port, say=lambda told: typer.echo(told, err=True), load=load)


@app.command()
def mcp(library: LibraryFolder) -> None:
    """Serve the library to a language model's program, as MCP tools over standard input and output."""
    # The protocol's package takes a second to import and no other verb needs it.
    from ui.api.mcp import serve_stdio

    serve_stdio(Assistant.open(library))


@app.command()
def doctor(
    library: LibraryToLookInto = None,
    offline: Annotated[bool, typer.Option("--offline", help="Prove that indexing and asking open no socket.")] = False,
    llm_url: LlmUrl = None,
    llm_model: LlmModel = None,
    llm_timeout: LlmTimeout = LLM_SECONDS,
    as_json: AsJson = False,
) -> None:
    """Say what is installed, which model is used, how a library is searched, what is missing and how to get it."""
    endpoint = language_model(llm_url, llm_model, llm_timeout)
    findings = [*examine(), *(examine_library(library) if library else ())]
    findings += [check_endpoint(endpoint)] if endpoint else []
    ill = [finding for finding in findings if not finding.well]
    if as_json:
        proof = [check_offline()] if offline and not ill else []
        show.json([finding_json(finding) for finding in (*findings, *proof)])
    else:
        show.findings(findings)
    if ill:
        raise Unwell(f"{ill[0].what}: {ill[0].state}; {ill[0].cure} ({len(ill)} of the above to mend)")
    if offline and not as_json:
        show.findings([check_offline()])


def main() -> None:
    """Run the command line: exit 0 when done, 1 with one line for what the user can mend, 2 for wrong usage."""
    try:
        app()
    except QuotedeskError as error:
        typer.echo(f"quotedesk: {show.printable(' '.join(str(error).split()))}", err=True)
        sys.exit(1)


def _ask_batch(assistant: Assistant, file: Path, where: Filter, times: Times) -> None:
    """A bad line becomes a line with its error, so that answers stay in step; then the exit code is 1."""
    failed = 0
    for asked in read_questions(_lines(file)):
        answered = _answer_one(assistant, asked, where, times)
        failed += "error" in answered
        typer.echo(json.dumps(answered, ensure_ascii=False))
    if failed:
        raise BadQuestion(f'{failed} questions of {file} could not be asked; their lines say why under "error"')


def _answer_one(assistant: Assistant, asked: Ask | BadQuestion, where: Filter, times: Times) -> dict[str, Any]:
    if isinstance(asked, BadQuestion):
        return {"id": None, "error": str(asked)}
    try:
        narrowed = where if asked.where is None else asked.where.as_filter()
        answer = assistant.ask(asked.question, history=asked.turns(), where=narrowed, times=times)
    except BadQuestion as error:
        return {"id": asked.id, "question": asked.question[:200], "error": str(error)}
    return answer_json(answer) | {"id": asked.id}


def _lines(file: Path) -> list[bytes]:
    try:
        return file.read_bytes().removeprefix(BOM_UTF8).splitlines()
    except OSError as error:
        raise BadQuestion(f"cannot read {file}: {error}; give a UTF-8 file with one JSON object a line") from error
