"""The command line's verbs for what is inside a library: list, show, failures, remove."""

from typing import Annotated

import typer

from index.embedder import SentenceTransformerEmbedder
from index.errors import LibraryError
from index.libraries import last_run, open_library, remove_articles
from index.types import Filter
from ui.as_json import copies_json, listed_json, whole_json
from ui.cli import show
from ui.cli.options import AsJson, Language, LibraryFolder, Since, Source, Until

articles_app = typer.Typer(help="What is inside a library.", no_args_is_help=True)


@articles_app.command("list")
def articles_list(
    library: LibraryFolder,
    language: Language = None,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    as_json: AsJson = False,
) -> None:
    """List articles with their language, date and title, and what each is a copy of."""
    opened = open_library(library)
    originals = opened.copies.originals()
    found = opened.table.articles(Filter(language, since, until, source))
    if as_json:
        show.json([listed_json(article) | {"copy_of": originals.get(article.id)} for article in found])
    else:
        show.articles(found, originals)


@articles_app.command("show")
def articles_show(
    article_id: str,
    library: LibraryFolder,
    marked: Annotated[
        bool, typer.Option("--marked", help="Only what was marked as adverts, menus and the like.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show one article: its facts, its copies, and its text with what was marked dimmed."""
    opened = open_library(library)
    article = opened.article(article_id)
    told = copies_json(article_id, opened.copies)
    passages = [passage.span for passage in opened.table.passages_of(article_id)]
    if as_json:
        show.json(whole_json(article) | {"passages": [[span.start, span.end] for span in passages]} | told)
    elif marked:
        show.marked(article)
    else:
        facts = {"passages": str(len(passages)), "copy of": told["copy_of"], "copies": ", ".join(told["copies"])}
        show.article(article, {name: value for name, value in facts.items() if value})


@articles_app.command("failures")
def articles_failures(library: LibraryFolder, as_json: AsJson = False) -> None:
    """List what the last run of `index` could not take in, and why."""
    open_library(library)
    run = last_run(library)
    failed = run.failed if run else ()
    if as_json:
        show.json({"ended": run.ended if run else None, "paths": run.paths if run else (), "failed": failed})
        return
    for line in failed:
        show.said(line)
    show.noted(f"{len(failed)} failed in the run of {run.ended}" if run else "no run is noted yet")


@articles_app.command("remove")
def articles_remove(
    library: LibraryFolder,
    article_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Articles by their ids.")] = None,
    source: Annotated[
        str | None, typer.Option(metavar="SUBSTRING", help="Instead: every article whose url or path holds it.")
    ] = None,
) -> None:
    """Take articles out of the library."""
    if bool(article_ids) == bool(source):
        raise typer.BadParameter("give either ids or --source SUBSTRING")
    ids = article_ids or _found_at(library, source or "")
    remove_articles(library, ids, SentenceTransformerEmbedder(open_library(library).manifest.embedder))
    typer.echo(f"removed {len(ids)}")


def _found_at(library: str, source: str) -> list[str]:
    found = [article.id for article in open_library(library).table.articles(Filter(source=source))]
    if not found:
        raise LibraryError(
            f"no article in {library} has {source!r} in its url or path; `quotedesk articles list --json` shows both"
        )
    return found
