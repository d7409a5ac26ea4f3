"""Putting articles into a library and taking them out: the one module that writes a snapshot."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from index.article import to_article
from index.articles import ArticleTable, ArticleWriter
from index.embedder import Embedder, Vectors
from index.errors import LibraryError, UnreadableFile
from index.library import Library, Manifest, next_manifest, read_manifest, snapshot_folder, take_over
from index.passages import split_passages
from index.read import read_paths
from index.tokens import tokens
from index.types import Article, Draft, Passage, Span
from index.vectors import VectorShelf
from index.words import WordShelf

# About three short paragraphs of news. Shorter passages find better but multiply the vectors, longer ones blur.
PASSAGE_SIZE = 200
# A sentence or two: what a sentence at a passage's edge needs to be found with its neighbour.
PASSAGE_OVERLAP = 40
_EMBED_AT_ONCE = 128

Progress = Callable[[str, int, int | None], None]
"""Called with the stage ("reading" or "embedding"), how many are done, and of how many, None where unknown."""


@dataclass(slots=True)
class IndexReport:
    """What a run of indexing did: article ids, and a line for each thing that failed.

    A duplicate is an article whose whole text another one has too; it is counted under added as well.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    duplicate: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether the library has to be written anew."""
        return bool(self.added or self.updated)


def index_paths(
    folder: Path, paths: Sequence[Path], embedder: Embedder, progress: Progress = lambda _stage, _done, _total: None
) -> IndexReport:
    """Add or update the articles in `paths` (files and folders) in the library at `folder`, made if it isn't there.

    Raises `UnreadableFile` when a path doesn't exist or holds no article at all, `LibraryError` when the library
    is damaged, is being written by another process, or was made with another embedder. Whatever is raised, the
    library stays as it was.
    """
    drafts = read_paths(paths)
    with _sole_writer(folder):
        manifest = read_manifest(folder) or Manifest(embedder.name, embedder.dimension, PASSAGE_SIZE, PASSAGE_OVERLAP)
        _check_embedder(folder, manifest, embedder)
        with _new_snapshot(folder, manifest) as snapshot:
            report = _put_drafts(snapshot, drafts, embedder, manifest, progress)
            if not (report.changed or report.unchanged):
                raise UnreadableFile(_nothing_found(paths, report.failed))
            if report.changed:
                _finish(folder, manifest, snapshot, embedder, progress)
    return report


def remove_articles(folder: Path, article_ids: Sequence[str], embedder: Embedder) -> None:
    """Take articles out of the library at `folder`. Raises `LibraryError` for an unknown id, and removes none then."""
    manifest = Library.open(folder).manifest
    with _sole_writer(folder), _new_snapshot(folder, manifest) as snapshot:
        writer = ArticleWriter(snapshot / "articles.sqlite")
        for article_id in article_ids:
            if writer.get(article_id) is None:
                raise LibraryError(
                    f"no article {article_id!r} in {folder}; `quotedesk articles list` shows what is inside"
                )
            writer.remove(article_id)
        writer.commit()
        _finish(folder, manifest, snapshot, embedder, lambda _stage, _done, _total: None)


@contextmanager
def _sole_writer(folder: Path) -> Iterator[None]:
    """Hold the library for writing, and leave no folder behind that was made for nothing."""
    was_there = folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock", timeout=0):
            yield
    except Timeout as error:
        raise LibraryError(f"another quotedesk is writing to {folder}; wait until it has ended") from error
    except OSError as error:
        raise LibraryError(f"cannot write to {folder}: {error}; the library is as it was") from error
    finally:
        if not was_there and read_manifest(folder) is None:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _new_snapshot(folder: Path, manifest: Manifest) -> Iterator[Path]:
    """A folder for the next snapshot, holding a copy of the current articles; dropped unless it took over."""
    snapshot = snapshot_folder(folder, manifest.snapshot + 1)
    shutil.rmtree(snapshot, ignore_errors=True)
    snapshot.mkdir()
    current = snapshot_folder(folder, manifest.snapshot) / "articles.sqlite"
    if current.exists():
        shutil.copyfile(current, snapshot / current.name)
    try:
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


def _put_drafts(
    snapshot: Path, drafts: Iterator[Draft | UnreadableFile], embedder: Embedder, manifest: Manifest, progress: Progress
) -> IndexReport:
    writer = ArticleWriter(snapshot / "articles.sqlite")
    known = writer.known()
    by_version = {version: article_id for article_id, (version, _) in known.items()}
    seen: dict[str, str] = {}
    report = IndexReport()
    for number, draft in enumerate(drafts, 1):
        progress("reading", number, None)
        if isinstance(draft, UnreadableFile):
            report.failed.append(str(draft))
            continue
        article = to_article(draft, article_id=_free_id(draft, known, seen))
        seen[article.id] = article.path
        passages = _passages(article, embedder, manifest)
        if not passages:
            report.failed.append(f"{draft.path}: nothing but adverts, menus and the like; check what the file holds")
        elif writer.get(article.id) == article:
            report.unchanged.append(article.id)
        else:
            (report.updated if article.id in known else report.added).append(article.id)
            if by_version.setdefault(article.version, article.id) != article.id:
                report.duplicate.append(article.id)
            known[article.id] = (article.version, article.path)
            writer.put(article, passages)
    writer.commit()
    return report


def _free_id(draft: Draft, known: dict[str, tuple[str, str]], seen: dict[str, str]) -> str:
    """The draft's id, lengthened when it was made of a file's name that another file, still there, has too."""
    path_of_same_id = seen.get(draft.id) or known.get(draft.id, ("", draft.path))[1]
    if draft.id_is_given or path_of_same_id == draft.path or not Path(path_of_same_id).exists():
        return draft.id
    return f"{draft.id}-{sha256(draft.path.encode()).hexdigest()[:6]}"


def _passages(article: Article, embedder: Embedder, manifest: Manifest) -> tuple[Span, ...]:
    size, overlap = manifest.passage_size, manifest.passage_overlap
    return split_passages(article.text, article.sentences, article.boilerplate, embedder.count_tokens, size, overlap)


def _nothing_found(paths: Sequence[Path], failed: Sequence[str]) -> str:
    where = ", ".join(map(str, paths))
    return (
        f"no article in {where}: {failed[0]}"
        if failed
        else f"no article in {where}; give a folder with .txt, .md, .html or .jsonl files"
    )


def _finish(folder: Path, manifest: Manifest, snapshot: Path, embedder: Embedder, progress: Progress) -> None:
    """Embed what is new, write the vectors and words of the new snapshot, and let it take over."""
    table = ArticleTable(snapshot / "articles.sqlite")
    old = Library(folder, manifest) if manifest.snapshot else None
    titles = table.titles()
    for language in table.languages():
        passages = list(table.passages_in(language))
        rows = [passage.row for passage in passages]
        known = old.vectors[language].by_row() if old and language in old.vectors else {}
        vectors = _embed(passages, titles, known, embedder, progress)
        VectorShelf.build(rows, vectors).save(snapshot / f"vectors-{language}.faiss")
        WordShelf.build(rows, [tokens(passage.text) for passage in passages]).save(snapshot / f"words-{language}")
    take_over(folder, next_manifest(manifest, *table.counts()))


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
        vectors[batch] = embedder.embed_passages([in_context(passages[i], titles) for i in batch])
        progress("embedding", first + len(batch), len(new))
    return vectors


def in_context(passage: Passage, titles: dict[str, str]) -> str:
    """What is embedded for a passage: its article's title, then its text, so that "the company" has a name."""
    return f"{titles[passage.article]}\n{passage.text}"
