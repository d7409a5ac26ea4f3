"""The copies of what is cited: each article that says the same as a quote, and which of them was published first."""

from dataclasses import replace
from datetime import date

from index.any_library import AnyLibrary
from index.copies import repeats
from index.types import Article, Filter
from qa.types import Citation, Quote


def with_copies(citation: Citation, library: AnyLibrary, where: Filter = Filter()) -> Citation:
    """The citation with every copy of its article that `where` admits and that holds the quote, earliest first.

    `first_published` names the one of them all, the quoted article too, that was published a day or more before any
    other whose day is known; none where a copy that `where` leaves out was.
    """
    everywhere = _holding(citation.quote, library)
    shown = [article.id for article in library.copies_of(citation.quote.article.id, where)]
    others = [library.article(id_) for id_ in citation.also_in]
    named = {article.id: article for article in (*(one for one in everywhere if one.id in shown), *others)}
    first = _first([citation.quote.article, *everywhere, *others])
    return replace(
        citation,
        also_in=tuple(article.id for article in sorted(named.values(), key=_publication)),
        first_published=first if first in {citation.quote.article.id, *named} else None,
    )


def _holding(quote: Quote, library: AnyLibrary) -> list[Article]:
    return [one for one in library.copies_of(quote.article.id) if repeats(quote.article, quote.span, one)]


def _publication(article: Article) -> tuple[date, str]:
    return article.published or date.max, article.id


def _first(articles: list[Article]) -> str | None:
    """The id of the one that was published before the others, as far as their days are known."""
    dated = sorted({article.id: article for article in articles if article.published}.values(), key=_publication)
    return dated[0].id if len(dated) > 1 and dated[0].published != dated[1].published else None
