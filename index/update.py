"""Putting articles into a library and taking them out: the one module that writes a snapshot."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from index.article import to_article
from index.articles import ArticleTable, ArticleWriter
from index.copies import Copies, find_copies
from index.embedder import Embedder, Vectors, in_context
from index.errors import LibraryError, UnreadableFile
from index.library import Library, Manifest, next_manifest, read_manifest, snapshot_folder, take_over
from index.passages import split_passages
from index.progress import Progress
from index.read import read_paths
from index.remark import remark
from index.site_lines import site_of
from index.tokens import tokens
from index.types import Article, Draft, Passage, Span
from index.vectors import VectorShelf
from index.words import WordShelf

# About three short paragraphs of news. Shorter passages find better but multiply the vectors, longer ones blur.
PASSAGE_SIZE = 200
# A sentence or two: what a sentence at a passage's edge needs to be found with its neighbour.
PASSAGE_OVERLAP = 40
_EMBED_AT_ONCE = 128
# What a title may add to a passage before the embedder would cut it.
_TITLE_TOKENS = 56
_FAILURES_NAMED = 5


@dataclass(slots=True)
class IndexReport:
    """What a run of indexing did: article ids, and a line for each thing that failed.

    A duplicate is a copy of an article that was there before it, or that comes earlier among the new ones; it is
    counted under added or updated as well.
    A moved article is an unchanged one that is found in another place now.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    duplicate: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether the library has to be written anew."""
        return bool(self.added or self.updated or self.moved)


def index_paths(
    folder: Path,
    paths: Sequence[Path],
    embedder: Embedder,
    progress: Progress = lambda _stage, _done, _total: None,
    article_of: Callable[[Draft], Article] = to_article,
) -> IndexReport:
    """Add or update the articles in `paths` (files and folders) in the library at `folder`, made if it isn't there.

    `article_of` cleans a draft and splits it into sentences.
    Raises `UnreadableFile` when a path doesn't exist or holds no article at all, `LibraryError` when the library
    is damaged, is being written by another process, or was made with another embedder. Whatever is raised, the
    library stays as it was.
    """
    # Kept as they are found from anywhere: a relative path would mean another file in another folder.
    drafts = read_paths([Path(os.path.abspath(path)) for path in paths])  # noqa: PTH100 (resolve() follows links)
    with _sole_writer(folder):
        manifest = read_manifest(folder) or _first_manifest(embedder)
        _check_embedder(folder, manifest, embedder)
        with _new_snapshot(folder, manifest) as snapshot:
            report = _put(snapshot, _articles(drafts, article_of), embedder, manifest, progress)
            if not (report.changed or report.unchanged):
                raise UnreadableFile(_nothing_found(paths, report.failed))
            if report.changed:
                copies = _finish(folder, manifest, snapshot, embedder, progress)
                report.duplicate[:0] = _duplicates((*report.added, *report.updated), copies)
    return report


def remove_articles(folder: Path, article_ids: Sequence[str], embedder: Embedder) -> None:
    """Take articles out of the library at `folder`. Raises `LibraryError` for an unknown id, and removes none then."""
    Library.open(folder)
    with _sole_writer(folder):
        # Opened again: until the lock was ours, another process may have put a newer snapshot in place.
        manifest = Library.open(folder).manifest
        _check_embedder(folder, manifest, embedder)
        with _new_snapshot(folder, manifest) as snapshot:
            writer = ArticleWriter(snapshot / "articles.sqlite")
            places = writer.places()
            for article_id in article_ids:
                if writer.get(article_id) is None:
                    raise LibraryError(
                        f"no article {article_id!r} in {folder}; `quotedesk articles list` shows what is inside"
                    )
                writer.remove(article_id)
            sites = {site_of(*places[article_id]) for article_id in article_ids}
            remark(writer, sites, lambda article: _passages(article, embedder, manifest))
            writer.commit()
            _finish(folder, manifest, snapshot, embedder, lambda _stage, _done, _total: None)


def _first_manifest(embedder: Embedder) -> Manifest:
    size = min(PASSAGE_SIZE, max(embedder.max_tokens - _TITLE_TOKENS, embedder.max_tokens // 2))
    return Manifest(embedder.name, embedder.dimension, size, min(PASSAGE_OVERLAP, size // 5))


@contextmanager
def _sole_writer(folder: Path) -> Iterator[None]:
    """Hold the library for writing, and leave no folder behind that was made for nothing."""
    made = False
    try:
        with suppress(FileExistsError):
            folder.mkdir(parents=True)
            made = True
        with FileLock(folder / ".lock", timeout=0):
            try:
                yield
            finally:
                # Under the lock: of two processes that start together, the one that gives way takes nothing away.
                if made and read_manifest(folder) is None:
                    shutil.rmtree(folder, ignore_errors=True)
    except Timeout as error:
        raise LibraryError(f"another quotedesk is writing to {folder}; wait until it has ended") from error
    except (OSError, sqlite3.Error) as error:
        raise LibraryError(
            f"cannot write to {folder}: {error}; the library is as it was, index again when this is mended"
        ) from error


@contextmanager
def _new_snapshot(folder: Path, manifest: Manifest) -> Iterator[Path]:
    """A folder for the next snapshot, holding a copy of the current articles; dropped unless it took over."""
    snapshot = snapshot_folder(folder, manifest.snapshot + 1)
    shutil.rmtree(snapshot, ignore_errors=True)
    current = snapshot_folder(folder, manifest.snapshot) / "articles.sqlite"
    try:
        snapshot.mkdir()
        if current.exists():
            shutil.copyfile(current, snapshot / current.name)
        yield snapshot
    finally:
        taken_over = read_manifest(folder)
        if taken_over is None or taken_over.snapshot <= manifest.snapshot:
            shutil.rmtree(snapshot, ignore_errors=True)


def _check_embedder(folder: Path, manifest: Manifest, embedder: Embedder) -> None:
    if manifest.embedder != embedder.name:
        raise LibraryError(
            f"{folder} was made with the embedder {manifest.embedder!r}, not {embedder.name!r}; "
            f"use --embedder {manifest.embedder} or index into a new folder"
        )
    if manifest.dimension != embedder.dimension:
        raise LibraryError(
            f"{folder} holds vectors of dimension {manifest.dimension}, the embedder {embedder.name!r} now makes "
            f"{embedder.dimension}; index into a new folder"
        )


def _articles(
    drafts: Iterator[Draft | UnreadableFile], article_of: Callable[[Draft], Article]
) -> Iterator[tuple[Draft, Article] | UnreadableFile]:
    for draft in drafts:
        yield draft if isinstance(draft, UnreadableFile) else (draft, article_of(draft))


def _put(
    snapshot: Path,
    found: Iterator[tuple[Draft, Article] | UnreadableFile],
    embedder: Embedder,
    manifest: Manifest,
    progress: Progress,
) -> IndexReport:
    writer = ArticleWriter(snapshot / "articles.sqlite")
    known, before = writer.known(), writer.places()
    seen: dict[str, str] = {}
    said_twice: list[str] = []
    report = IndexReport()
    for number, one in enumerate(found, 1):
        progress("reading", number, None)
        if isinstance(one, UnreadableFile):
            report.failed.append(str(one))
            continue
        draft, article = one
        article = replace(article, id=_free_id(article, draft, known, seen))
        if seen.get(article.id, article.path) != article.path:
            if draft.id_is_given:
                report.failed.append(f"{draft.path}: has the id {article.id!r} of {seen[article.id]}; give it another")
            else:
                said_twice.append(article.id)
            continue
        seen[article.id] = article.path
        passages = _passages(article, embedder, manifest)
        if not passages:
            report.failed.append(f"{draft.path}: nothing but adverts, menus and the like; check what the file holds")
        elif (stored := writer.get(article.id)) and replace(stored, path=article.path) == article:
            report.unchanged.append(article.id)
            if stored.path != article.path:
                report.moved.append(article.id)
                writer.move(article.id, article.path)
        else:
            (report.updated if article.id in known else report.added).append(article.id)
            known[article.id] = (article.version, article.path)
            writer.put(article, passages)
    changed, after = {*report.added, *report.updated, *report.moved}, writer.places()
    sites = {site_of(*places[one]) for places in (before, after) for one in changed & places.keys()}
    remark(writer, sites, lambda article: _passages(article, embedder, manifest))
    writer.commit()
    report.duplicate = said_twice
    return report


def _duplicates(changed: Sequence[str], copies: Copies) -> list[str]:
    """Of the changed articles, those that are copies of one that stood there before, or comes earlier among them."""
    clusters = {article_id: cluster for cluster in copies.clusters for article_id in cluster}
    there = {cluster for cluster in copies.clusters if not set(cluster) <= set(changed)}
    found = []
    for article_id in dict.fromkeys(changed):
        cluster = clusters.get(article_id)
        if cluster in there:
            found.append(article_id)
        elif cluster:
            there.add(cluster)
    return found


def _free_id(article: Article, draft: Draft, known: dict[str, tuple[str, str]], seen: dict[str, str]) -> str:
    """The article's id, lengthened when it was made of a file's name that another file, still there, has too."""
    here = Path(draft.path).resolve()
    longer = f"{article.id}-{sha256(bytes(here)).hexdigest()[:6]}"
    there = Path(seen.get(article.id) or known.get(article.id, ("", draft.path))[1])
    if draft.id_is_given or (longer not in known and (there.resolve() == here or not there.exists())):
        return article.id
    return longer


def _passages(article: Article, embedder: Embedder, manifest: Manifest) -> tuple[Span, ...]:
    size, overlap = manifest.passage_size, manifest.passage_overlap
    return split_passages(article.text, article.sentences, article.boilerplate, embedder.count_tokens, size, overlap)


def _nothing_found(paths: Sequence[Path], failed: Sequence[str]) -> str:
    where = ", ".join(map(str, paths))
    if failed:
        return f"no article in {where}: {'; '.join(failed[:_FAILURES_NAMED])}{_and_more(len(failed) - _FAILURES_NAMED)}"
    return f"no article in {where}; give a folder with .txt, .md, .html or .jsonl files"


def _and_more(number: int) -> str:
    return f"; and {number} more" if number > 0 else ""


def _finish(folder: Path, manifest: Manifest, snapshot: Path, embedder: Embedder, progress: Progress) -> Copies:
    """Embed what is new, find the copies, write the rest of the new snapshot, and let it take over."""
    table = ArticleTable(snapshot / "articles.sqlite")
    old = Library(folder, manifest) if manifest.snapshot else None
    copies = find_copies(table, snapshot, snapshot_folder(folder, manifest.snapshot) if old else None)
    copies.save(snapshot)
    titles = table.titles()
    for language in table.languages():
        passages = list(table.passages_in(language))
        rows = [passage.row for passage in passages]
        known = old.vectors[language].by_row() if old and language in old.vectors else {}
        vectors = _embed(passages, titles, known, embedder, progress)
        VectorShelf.build(rows, vectors).save(snapshot / f"vectors-{language}.faiss")
        WordShelf.build(rows, [tokens(passage.text) for passage in passages]).save(snapshot / f"words-{language}")
    take_over(folder, next_manifest(manifest, *table.counts()))
    return copies


def _embed(
    passages: Sequence[Passage],
    titles: dict[str, str],
    known: dict[int, Vectors],
    embedder: Embedder,
    progress: Progress,
) -> Vectors:
    """The passages' vectors, shape (len(passages), dimension): known ones as they are, new ones in batches."""
    vectors = np.empty((len(passages), embedder.dimension), np.float32)
    new: list[int] = []
    for place, passage in enumerate(passages):
        if passage.row in known:
            vectors[place] = known[passage.row]
        else:
            new.append(place)
    for first in range(0, len(new), _EMBED_AT_ONCE):
        batch = new[first : first + _EMBED_AT_ONCE]
        vectors[batch] = embedder.embed_passages(
            [in_context(titles[passages[i].article], passages[i].text) for i in batch]
        )
        progress("embedding", first + len(batch), len(new))
    return vectors
