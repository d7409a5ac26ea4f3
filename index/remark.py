"""Marks that change with the library: when pages of a site come or go, what it repeats is learned anew.

An article's text and the offsets in it stay; its own marks are kept, so that marks learned later can be taken back.
Only sites of which a page changed are looked at, and only articles whose marks changed get new passages.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from index.article import merged
from index.article_writer import ArticleWriter
from index.sentences import split_sentences
from index.site_lines import learn, repeated_lines, sampled, site_of
from index.types import Article, Span


def remark(writer: ArticleWriter, passages_of: Callable[[Article], Sequence[Span]]) -> list[str]:
    """Learn again what the sites that `writer` has changed repeat, and mark it in their articles.

    Gives the ids of those whose marks changed; they are cut into passages anew.
    """
    pages: dict[str, list[str]] = {}
    for article_id, url, path in writer.places():
        if (site := site_of(url, path)) in writer.sites:
            pages.setdefault(site, []).append(article_id)
    return [id_ for ids in pages.values() for id_ in _remark_site(writer, sorted(ids), passages_of)]


def with_marks(article: Article, boilerplate: tuple[Span, ...]) -> Article:
    """The article with those marks; as it is where no sentence would be left."""
    if boilerplate == article.boilerplate:
        return article
    sentences = split_sentences(article.text, article.language, boilerplate)
    return replace(article, boilerplate=boilerplate, sentences=sentences) if sentences else article


def _remark_site(
    writer: ArticleWriter, ids: Sequence[str], passages_of: Callable[[Article], Sequence[Span]]
) -> Iterable[str]:
    site = learn([article for id_ in sampled(ids) if (article := writer.get(id_))])
    for id_ in ids:
        own = writer.get(id_)
        if own is None:
            continue
        found, before = repeated_lines(own, site), writer.marks(id_)
        boilerplate = merged((*own.boilerplate, *found)) if found else own.boilerplate
        # Most pages keep their marks, and sentences take the most time.
        if boilerplate == before:
            continue
        marked = with_marks(own, boilerplate)
        if marked.boilerplate != before:
            writer.remark(marked, passages_of(marked))
            yield id_
