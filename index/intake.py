"""Articles on their way into a library: which is new, changed, moved, or gone, and by which id it is known.

An id that a source gives is the article's. Any other is made once, from a file's name, and stays:
- a file at the place where it was keeps its id, whatever it says now;
- a text whose file is gone and that turns up elsewhere has moved, under whatever name: it keeps its id, its passages
  and their numbers, so that permalinks to it hold;
- a file that is renamed and edited between two runs is a new article, and the old one is gone;
- of two files of one name the second has its id lengthened by a hash of its path.
"""

import os
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from index.article_writer import ArticleWriter
from index.errors import UnreadableFile
from index.reading.draft import shown
from index.types import Article, Draft, Span

# What cleans and splits an article besides our own code; what reads a file shows in the draft.
_CLEANERS = ("langchain-text-splitters", "opencc", "py3langid", "sentencex")
_PLACE = re.compile(r"(.+):\d+", re.DOTALL)


@dataclass(slots=True)
class IndexReport:
    """What a run of indexing did: article ids, and a line for each thing that failed.

    A duplicate is a copy (`index.copies`) of an article that was there before it, or that comes earlier among the new
    ones; it is counted under added or updated as well.
    A moved article is an unchanged one that is found in another place now. One that is gone was in the library, and is
    no longer where it was found; it stays until it is removed.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    duplicate: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether another library is there now."""
        return bool(self.added or self.updated or self.moved or self.removed)


class Intake:
    """Takes drafts one after the other and writes the articles that are new or changed. For one thread.

    `article_of` cleans a draft and splits it into sentences, `cut` splits an article into passages.
    """

    def __init__(
        self,
        writer: ArticleWriter,
        article_of: Callable[[Draft], Article],
        cut: Callable[[Article], tuple[Span, ...]],
    ) -> None:
        self.report = IndexReport()
        self._writer = writer
        self._article_of = article_of
        self._cut = cut

    def take(self, found: Draft | UnreadableFile) -> None:
        """Put in what was read, or note why it could not be read."""
        if isinstance(found, UnreadableFile):
            self.report.failed.append(str(found))
            return
        source = _fingerprint(found, self._article_of)
        # The same words at the same place under the same rules make the same article: nothing is cleaned again.
        known = self._writer.made_of(source)
        if known is None:
            self._take_anew(found, source)
        elif self._writer.seen(known) is None:
            self._writer.see(known, found.path)
            self.report.unchanged.append(known)

    def finish(self, paths: Sequence[Path], *, prune: bool) -> IndexReport:
        """What was done; with `prune`, the articles of `paths` that are gone are taken out.

        Of duplicates it knows only the files that say an article again; copies are found in the library as a whole.
        """
        self.report.gone = list(self._gone([shown(path) for path in paths]))
        if prune:
            for article_id in self.report.gone:
                self._writer.remove(article_id)
            self.report.removed, self.report.gone = self.report.gone, []
        return self.report

    def _take_anew(self, draft: Draft, source: str) -> None:
        made = self._article_of(draft)
        article = replace(made, id=self._id(made, draft))
        first = self._writer.seen(article.id) or article.path
        if first != article.path:
            if draft.id_is_given:
                self.report.failed.append(f"{draft.path}: has the id {article.id!r} of {first}; give it another")
            else:
                self.report.duplicate.append(article.id)
            return
        self._writer.see(article.id, article.path)
        stored = self._writer.get(article.id)
        if stored and replace(stored, path=article.path) == article:
            self.report.unchanged.append(article.id)
            if stored.path != article.path:
                self.report.moved.append(article.id)
            self._writer.move(article.id, article.path, source)
        elif passages := self._cut(article):
            (self.report.updated if stored else self.report.added).append(article.id)
            self._writer.put(article, passages, source)
        else:
            nothing = "nothing but adverts, menus and the like; check what the file holds"
            self.report.failed.append(f"{draft.path}: {nothing}")

    def _id(self, article: Article, draft: Draft) -> str:
        if draft.id_is_given:
            return article.id
        return self._id_kept(article) or self._free_id(article)

    def _id_kept(self, article: Article) -> str | None:
        """The id under which the library has what is found here: by its place, or by its text if that has moved."""
        here = self._writer.at(article.path)
        if here and (_file(article.path) == article.path or self._writer.version(here) == article.version):
            return here
        for article_id, path in self._writer.with_text(article.version):
            if not self._writer.seen(article_id) and (_is_gone(path) or _file(path) == _file(article.path)):
                return article_id
        return None

    def _free_id(self, article: Article) -> str:
        """The id made of the file's name, lengthened when another file, still there, has it too."""
        here = Path(article.path).resolve()
        longer = f"{article.id}-{sha256(bytes(here)).hexdigest()[:6]}"
        there = Path(self._writer.seen(article.id) or self._writer.path(article.id) or article.path)
        if self._writer.path(longer) is None and (there.resolve() == here or not there.exists()):
            return article.id
        return longer

    def _gone(self, roots: Sequence[str]) -> Iterator[str]:
        """The articles once found under `roots` that are not there any more. What could not be read is not gone."""
        failed = sorted(self.report.failed)
        for article_id, path in self._writer.unseen():
            file = _file(path)
            if not any(file == root or file.startswith(f"{root.rstrip('/')}/") for root in roots):
                continue
            place = bisect_left(failed, f"{file}:")
            has_failed = place < len(failed) and failed[place].startswith(f"{file}:")
            if not has_failed and (_is_gone(path) or self._writer.has_seen(file)):
                yield article_id


def _file(path: str) -> str:
    """The file of an article's path, which may name a place in it: "rows.jsonl:12"."""
    place = _PLACE.fullmatch(path)
    return place[1] if place and not os.path.lexists(path) else path


def _is_gone(path: str) -> bool:
    """Whether the file of an article's path is certainly not there: a folder that may not be entered says nothing."""
    try:
        Path(_file(path)).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _fingerprint(draft: Draft, article_of: Callable[[Draft], Article]) -> str:
    """A hash of all that decides what becomes of a draft: itself, and the rules by which it is cleaned and split."""
    rules = f"{_rules()} {article_of.__module__}.{getattr(article_of, '__qualname__', article_of)}"
    return sha256(f"{rules} {draft!r}".encode()).hexdigest()[:32]


@cache
def _rules() -> str:
    """A hash of this room's code and of the packages it cleans with, so that newer rules are applied to old files."""
    code = b"".join(file.read_bytes() for file in sorted(Path(__file__).parent.rglob("*.py")))
    return sha256(code + " ".join(map(version, _CLEANERS)).encode()).hexdigest()
