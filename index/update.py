"""Putting articles into a library and taking them out: read, mark, embed what is new, and publish a new snapshot."""

import os
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from index.article import to_article
from index.article_writer import ArticleWriter
from index.articles import ArticleTable
from index.embedder import Embedder
from index.embedding import KEPT, passage_vectors
from index.errors import LibraryError, UnreadableFile
from index.intake import IndexReport, Intake
from index.last_run import keep_last_run
from index.library import ARTICLES, Library, Manifest, read_manifest, snapshot_folder
from index.passages import split_passages
from index.progress import Progress, no_progress
from index.read import read_paths
from index.searches import keep_searches, write_searches
from index.snapshot import new_snapshot, publish, sole_writer
from index.types import Article, Draft, Span

# About three short paragraphs of news. Shorter passages find better but multiply the vectors, longer ones blur.
PASSAGE_SIZE = 200
# A sentence or two: what a sentence at a passage's edge needs to be found with its neighbour.
PASSAGE_OVERLAP = 40
# What a title may add to a passage before the embedder would cut it.
_TITLE_TOKENS = 56
_FAILURES_NAMED = 5


def index_paths(  # noqa: PLR0913 - a folder, what goes in, three ways to do it, and whether what is gone goes out
    folder: Path,
    paths: Sequence[Path],
    embedder: Embedder,
    progress: Progress = no_progress,
    article_of: Callable[[Draft], Article] = to_article,
    *,
    prune: bool = False,
) -> IndexReport:
    """Add or update the articles in `paths` (files and folders) in the library at `folder`, made if it isn't there.

    `article_of` cleans a draft and splits it into sentences. With `prune`, articles that were found under `paths` and
    are not there any more are taken out.
    Raises `UnreadableFile` when a path doesn't exist or holds no article at all, `LibraryError` when the library
    is damaged, is being written by another process, or was made with another embedder. Whatever is raised, the
    library stays as it was, and what was embedded by then is not embedded again.
    """
    # Kept as they are found from anywhere: a relative path would mean another file in another folder.
    whole = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 (resolve() follows links)
    drafts = read_paths(whole)
    with sole_writer(folder, KEPT):
        manifest = read_manifest(folder) or _first_manifest(embedder)
        _check_embedder(folder, manifest, embedder)
        with new_snapshot(folder, manifest) as snapshot:
            writer = ArticleWriter(snapshot / ARTICLES)
            intake = Intake(writer, article_of, lambda article: _passages(article, embedder, manifest))
            for number, draft in enumerate(drafts, 1):
                progress("reading", number, None)
                intake.take(draft)
            report = intake.finish(whole, prune=prune)
            found = bool(report.added or report.updated or report.unchanged)
            # Every article is read and marked by now, and no passage is embedded: here is the place for what only
            # the library as a whole can tell, such as boilerplate that many pages share.
            if found and writer.changed:
                _publish(folder, manifest, writer, progress, embedder)
            if read_manifest(folder):
                keep_last_run(folder, whole, report.failed)
            if not found:
                raise UnreadableFile(_nothing_found(paths, report))
    return report


def remove_articles(folder: Path, article_ids: Sequence[str]) -> None:
    """Take articles out of the library at `folder`. Raises `LibraryError` for an unknown id, and removes none then."""
    Library.open(folder)
    with sole_writer(folder, KEPT):
        # Opened again: until the lock was ours, another process may have put a newer snapshot in place.
        manifest = Library.open(folder).manifest
        with new_snapshot(folder, manifest) as snapshot:
            writer = ArticleWriter(snapshot / ARTICLES)
            for article_id in article_ids:
                if writer.version(article_id) is None:
                    raise LibraryError(
                        f"no article {article_id!r} in {folder}; `quotedesk articles list` shows what is inside"
                    )
                writer.remove(article_id)
            _publish(folder, manifest, writer)


def _first_manifest(embedder: Embedder) -> Manifest:
    size = min(PASSAGE_SIZE, max(embedder.max_tokens - _TITLE_TOKENS, embedder.max_tokens // 2))
    return Manifest(embedder.name, embedder.dimension, size, min(PASSAGE_OVERLAP, size // 5))


def _check_embedder(folder: Path, manifest: Manifest, embedder: Embedder) -> None:
    # Its name alone: what it makes is looked at when it has something to make, and its loading takes seconds.
    if manifest.embedder != embedder.name:
        raise LibraryError(
            f"{folder} was made with the embedder {manifest.embedder!r}, not {embedder.name!r}; "
            f"use --embedder {manifest.embedder} or index into a new folder"
        )


def _passages(article: Article, embedder: Embedder, manifest: Manifest) -> tuple[Span, ...]:
    size, overlap = manifest.passage_size, manifest.passage_overlap
    return split_passages(article.text, article.sentences, article.boilerplate, embedder.count_tokens, size, overlap)


def _nothing_found(paths: Sequence[Path], report: IndexReport) -> str:
    where, failed = ", ".join(map(str, paths)), report.failed
    if failed:
        return f"no article in {where}: {'; '.join(failed[:_FAILURES_NAMED])}{_and_more(len(failed) - _FAILURES_NAMED)}"
    if gone := len(report.gone) + len(report.removed):
        return (
            f"no article in {where}, where {gone} of the library's were; check the path, or take them out with "
            "`quotedesk articles remove --source`"
        )
    return f"no article in {where}; give a folder with .txt, .md, .html or .jsonl files"


def _and_more(number: int) -> str:
    return f"; and {number} more" if number > 0 else ""


def _publish(
    folder: Path,
    manifest: Manifest,
    writer: ArticleWriter,
    progress: Progress = no_progress,
    embedder: Embedder | None = None,
) -> None:
    """Embed what is new, write the vectors and words of the new snapshot, and let it take over."""
    writer.commit()
    # By now nobody but other processes holds the old snapshot, so that it can go.
    publish(folder, manifest, *_write_searches(folder, manifest, writer.languages, progress, embedder))
    (folder / KEPT).unlink(missing_ok=True)


def _write_searches(
    folder: Path, manifest: Manifest, changed: AbstractSet[str], progress: Progress, embedder: Embedder | None
) -> tuple[int, int]:
    """Vectors and words of the new snapshot, anew for the languages in `changed`. Gives its articles and passages."""
    old = Library(folder, manifest) if manifest.snapshot else None
    older, snapshot = (snapshot_folder(folder, manifest.snapshot + step) for step in (0, 1))
    with passage_vectors(folder, manifest, old) as vectors:
        if embedder:
            vectors.embed_missing(embedder, progress)
        table = ArticleTable(snapshot / ARTICLES)
        for language in table.languages():
            if old and language in old.vectors and language not in changed:
                keep_searches(older, snapshot, language)
            else:
                write_searches(snapshot, table, language, vectors, progress)
    return table.counts()
