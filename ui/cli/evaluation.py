"""The command line's `eval`: measure the answers to a set of questions, or start a set of one's own."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from eval.against import claim, claim_of, compare
from eval.figures import figures
from eval.records import RUN_FILE, BadRun, load_run, run_file
from eval.run import evaluate, set_hash
from eval.sets import load_cases
from eval.starter import write_starter
from index.libraries import open_library
from index.progress import shown_progress
from qa.assistant import Assistant
from ui.as_json import run_json
from ui.cli import show
from ui.cli.language_model import language_model
from ui.cli.options import LLM_SECONDS, AsJson, LibraryFolder, LlmModel, LlmTimeout, LlmUrl


class _RunUnlessNamed(TyperGroup):
    """`eval SET.jsonl` runs the set; a set called "init" is given as "./init"."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 (typer keeps its type to itself)
        named = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else ["run", *args])


eval_app = typer.Typer(help="Measure how good the answers are: eval SET.jsonl --library DIR", cls=_RunUnlessNamed)


@eval_app.command()
def run(
    set_file: Annotated[Path, typer.Argument(metavar="SET.jsonl", help="Questions with the answers that count.")],
    library: LibraryFolder,
    split: Annotated[str | None, typer.Option(help="Only the cases of this split: dev or test.")] = None,
    unanswerable: Annotated[
        bool, typer.Option("--unanswerable", help="Ask each question once more without the articles that answer it.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write report.html and run.json into this folder.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="OLDER_RUN", help="Compare with an older run: its folder or run.json.")
    ] = None,
    llm_url: LlmUrl = None,
    llm_model: LlmModel = None,
    llm_timeout: LlmTimeout = LLM_SECONDS,
    as_json: AsJson = False,
) -> None:
    """Measure how good the answers to a set of questions are. "run" may be left out: eval SET.jsonl."""
    # Read first: a mistake in either should not cost a whole run.
    asked = load_cases(set_file, split=split, unanswerable=unanswerable)
    older = load_run(against) if against else None
    if report and against and (report / RUN_FILE).resolve() == run_file(against).resolve():
        raise BadRun(f"the report would take the place of the run it is compared with, {against}; name another folder")
    if older and older.set_hash != set_hash(asked):
        raise BadRun(
            f"{against} is a run of other questions, {older.set_name}; run both on the same set, with the same --split "
            "and --unanswerable"
        )
    endpoint = language_model(llm_url, llm_model, llm_timeout)
    with shown_progress() as progress:
        result = evaluate(Assistant.open(library, endpoint), asked, set_file.name, progress)
    if report:
        result.save(report)
    comparison = compare(older, result) if older else None
    if report:
        # matplotlib takes seconds to import, and only a report needs it.
        from eval.report import write_report

        write_report(result, report, comparison)
    if as_json:
        show.json(run_json(result, comparison))
        return
    show.figures(figures(result.records))
    if comparison:
        show.said(claim(comparison))
        for difference in comparison.differences:
            show.said(claim_of(difference))


@eval_app.command()
def init(
    library: LibraryFolder,
    out: Annotated[Path, typer.Option(metavar="SET.jsonl", help="The file to write; it must not exist.")],
    number: Annotated[int, typer.Option(min=1, help="How many questions to prepare.")] = 30,
) -> None:
    """Draw up a set to be filled in: rows with an article and a sentence of it, questions and answers left open."""
    written = write_starter(open_library(library), out, number)
    show.said(f"{written} rows in {out}: fill in question and answers of each, or delete the row")
