"""The library as a page: what is inside, of which time, what stands there twice, and what came of the last files."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from markupsafe import Markup

from index.intake import IndexReport
from index.types import Listed
from ui.chat.date_plot import date_plot
from ui.chat.links import permalink
from ui.chat.masthead import holdings_html
from ui.chat.shelf import Shelf
from ui.chat.source_panel import byline, lang, outlet
from ui.chat.words import Words

# More than anybody reads through; who looks for one article types a word of it.
SHOWN = 200


def library_html(library: Shelf, find: str, words: Words) -> Markup:
    """The whole page but its controls; of the articles those whose title or source holds `find`."""
    articles = list(library.table.listed())
    undated = sum(article.published is None for article in articles)
    return Markup('<div class="qd-library"><p class="qd-holdings">{}</p>{}{}{}{}</div>').format(
        holdings_html(library, words),
        date_plot((article.published for article in articles if article.published), words),
        Markup('<p class="qd-byline">{}</p>').format(words.undated_articles.format(undated)) if undated else "",
        _listed(articles, find, words),
        _same_stories(articles, library.copies.clusters, words),
    )


def report_html(report: IndexReport, folder: Path, words: Words) -> Markup:
    """What came of the files that were added: how many articles of each kind, and a line for each failure."""
    counts = [
        (words.added, report.added),
        (words.updated, report.updated),
        (words.unchanged, report.unchanged),
        (words.duplicate, report.duplicate),
        (words.failed, report.failed),
    ]
    told = " · ".join(said.format(f"{len(found):,}") for said, found in counts if found)
    # Who reads this knows the files by their names; where they are kept is the server's business.
    failures = [Markup("<li>{}</li>").format(line.replace(f"{folder}/", "")) for line in report.failed]
    return Markup('<section class="qd-report" role="status"><h3>{}</h3><p>{}</p>{}</section>').format(
        words.last_added, told, Markup("<ul>{}</ul>").format(Markup("").join(failures)) if failures else ""
    )


def working_html(said: str) -> Markup:
    """What is being done with the files just now."""
    return Markup('<p class="qd-searching" role="status">{}</p>').format(said)


def _listed(articles: Iterable[Listed], find: str, words: Words) -> Markup:
    wanted = [article for article in articles if _holds(article, find)]
    newest_first = sorted(wanted, key=lambda article: (article.published or date.min, article.id), reverse=True)
    if not wanted and find.strip():
        return Markup('<p class="qd-none">{}</p>').format(words.none_match)
    rows = [_row(article, words) for article in newest_first[:SHOWN]]
    more = words.shown_of.format(f"{SHOWN:,}", f"{len(wanted):,}") if len(wanted) > SHOWN else ""
    return Markup('<ul class="qd-listed">{}</ul><p class="qd-byline">{}</p>').format(Markup("").join(rows), more)


def _holds(article: Listed, find: str) -> bool:
    said = f"{article.title} {article.url or ''} {article.path}"
    return _plain(find.strip()) in _plain(said)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _row(article: Listed, words: Words) -> Markup:
    return Markup('<li><button type="button" class="qd-listed-title" data-open="{}"{}>{}</button>{}</li>').format(
        permalink(article), lang(article.language), article.title or outlet(article), byline(article, words)
    )


def _same_stories(articles: Iterable[Listed], clusters: Sequence[Sequence[str]], words: Words) -> Markup:
    """The articles that are copies of each other, the first published before the others."""
    by_id = {article.id: article for article in articles}
    groups = [_group([by_id[one] for one in cluster if one in by_id], words) for cluster in clusters]
    if not groups:
        return Markup("")
    return Markup('<section class="qd-same"><h3>{}</h3><ul>{}</ul></section>').format(
        words.same_story, Markup("").join(groups)
    )


def _group(same: Iterable[Listed], words: Words) -> Markup:
    return Markup('<li><ul class="qd-listed">{}</ul></li>').format(Markup("").join(_row(one, words) for one in same))
