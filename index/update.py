"""Putting articles into a library and taking them out: read, mark, embed what is new, and publish a new snapshot."""

import os
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial
from pathlib import Path

from index.article import to_article
from index.article_writer import ArticleWriter
from index.articles import ArticleTable
from index.copies import Copies, find_copies
from index.embedder import Embedder
from index.embedding import KEPT, passage_vectors
from index.errors import LibraryError, UnreadableFile
from index.intake import IndexReport, Intake
from index.last_run import keep_last_run
from index.library import ARTICLES, Library, Manifest, read_manifest, snapshot_folder
from index.progress import Progress, no_progress
from index.reading.files import KINDS, read_paths
from index.remark import remark
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

Publish = Callable[[Path, Manifest, ArticleWriter, Embedder | None, Progress], Copies]
"""Given the folder, its manifest, what was written, and the embedder where there may be something to embed."""


def index_paths(  # noqa: PLR0913 - a folder, what goes in, three ways to do it, and whether what is gone goes out
    folder: Path,
    paths: Sequence[Path],
    embedder: Embedder,
    progress: Progress = no_progress,
    article_of: Callable[[Draft], Article] = to_article,
    *,
    prune: bool = False,
    publish: Publish | None = None,
) -> IndexReport:
    """Add or update the articles in `paths` (files and folders) in the library at `folder`, made if it isn't there.

    `article_of` cleans a draft and splits it into sentences. With `prune`, articles that were found under `paths` and
    are not there any more are taken out. `publish` lets what is written take over, by default in the folder itself.
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
            cut = partial(_passages, embedder=embedder, manifest=manifest)
            intake = Intake(writer, article_of, cut)
            for number, draft in enumerate(drafts, 1):
                progress("reading", number, None)
                intake.take(draft)
            report = intake.finish(whole, prune=prune)
            found = bool(report.added or report.updated or report.unchanged)
            if found and writer.changed:
                # Every article is read by now, so that what the pages of a site share can be told, and none embedded.
                remark(writer, cut)
                copies = (publish or _publish)(folder, manifest, writer, embedder, progress)
                report.duplicate[:0] = copies.new_among((*report.added, *report.updated))
            if read_manifest(folder):
                keep_last_run(folder, whole, report.failed)
            if not found:
                raise UnreadableFile(_nothing_found(paths, report))
    return report


def remove_articles(folder: Path, article_ids: Sequence[str], embedder: Embedder) -> None:
    """Take articles out of the library at `folder`. Raises `LibraryError` for an unknown id, and removes none then.

    `embedder` is asked only where their sites repeat fewer lines without them, which are passages of the others then.
    """
    Library.open(folder)
    take_out(folder, article_ids, embedder, _publish)


def take_out(folder: Path, article_ids: Sequence[str], embedder: Embedder, publish: Publish) -> None:
    """What `remove_articles` does where `folder` is known to hold a library; `publish` lets the rest take over."""
    with sole_writer(folder, KEPT):
        # Read under the lock: until it was ours, another process may have put a newer snapshot in place.
        manifest = read_manifest(folder) or _first_manifest(embedder)
        _check_embedder(folder, manifest, embedder)
        with new_snapshot(folder, manifest) as snapshot:
            writer = ArticleWriter(snapshot / ARTICLES)
            for article_id in dict.fromkeys(article_ids):
                if writer.version(article_id) is None:
                    raise LibraryError(
                        f"no article {article_id!r} in {folder}; `quotedesk articles list` shows what is inside"
                    )
                writer.remove(article_id)
            remarked = remark(writer, partial(_passages, embedder=embedder, manifest=manifest))
            publish(folder, manifest, writer, embedder if remarked else None, no_progress)


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
    # langchain takes a second to import, and only who adds articles needs it.
    from index.passages import split_passages

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
    return f"no article in {where}; give a folder with files of these kinds: {' '.join(KINDS)}"


def _and_more(number: int) -> str:
    return f"; and {number} more" if number > 0 else ""


def _publish(
    folder: Path,
    manifest: Manifest,
    writer: ArticleWriter,
    embedder: Embedder | None,
    progress: Progress = no_progress,
) -> Copies:
    """Embed what is new, write the searches and copies of the new snapshot, and let it take over. Gives the copies."""
    writer.commit()
    older, snapshot = (snapshot_folder(folder, manifest.snapshot + step) for step in (0, 1))
    recall = _write_searches(folder, manifest, writer.languages, embedder, progress)
    table = ArticleTable(snapshot / ARTICLES)
    copies = find_copies(table, snapshot, older, progress)
    copies.save(snapshot)
    # By now nobody but other processes holds the old snapshot, so that it can go.
    publish(folder, replace(manifest, recall=recall), *table.counts())
    (folder / KEPT).unlink(missing_ok=True)
    return copies


def _write_searches(
    folder: Path, manifest: Manifest, changed: AbstractSet[str], embedder: Embedder | None, progress: Progress
) -> dict[str, float]:
    """Vectors and words of the new snapshot, anew for the languages in `changed`; gives the manifest's `recall`."""
    recall: dict[str, float | None] = {}
    old = Library(folder, manifest) if manifest.snapshot else None
    older, snapshot = (snapshot_folder(folder, manifest.snapshot + step) for step in (0, 1))
    with passage_vectors(folder, manifest, old) as vectors:
        if embedder:
            vectors.embed_missing(embedder, progress)
        table = ArticleTable(snapshot / ARTICLES)
        for language in table.languages():
            if old and language in old.vectors and language not in changed:
                keep_searches(older, snapshot, language)
                recall[language] = manifest.recall.get(language)
            else:
                recall[language] = write_searches(snapshot, table, language, vectors, progress)
    return {language: share for language, share in recall.items() if share is not None}
