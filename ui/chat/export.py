"""A conversation as Markdown: questions, answers, and every quote with its source and its links."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from urllib.parse import quote

from index.settle import settle_id
from qa.types import Citation, Conflict, ConflictValue
from ui.chat.exchange import Exchange, asked_how, worded_how
from ui.chat.source_panel import outlet, web_address
from ui.chat.words import Words

_IN_ADDRESSES = "!#$%&'()*+,/:;=?@[]~"
_SIGNS = re.compile(r"([\\`*_\[\]<>#&|~])|^([-+=])", re.MULTILINE)


def as_markdown(title: str, exchanges: Sequence[Exchange], words: Words, site: str = "") -> str:
    """The conversation as CommonMark. Permalinks begin with `site`, such as `https://desk.example`.

    What articles and readers say is escaped: it reads as it stands there, whatever signs it holds.
    """
    head = f"# {_plain(title)}\n\n{words.exported.format(words.date(date.today()))}\n"
    return "\n".join([head, *(_exchange(exchange, words, site) for exchange in exchanges)])


def file_name(title: str) -> str:
    """A name for the file, of the title's letters and digits."""
    return f"{settle_id(title)[:60].strip('-.') or 'conversation'}.md"


def _exchange(exchange: Exchange, words: Words, site: str) -> str:
    answer = exchange.answer
    asked = [f"## {_plain(' '.join(answer.question.split()))}"]
    asked += [f"*{_plain(said)}*" for _, said in asked_how(exchange, words)]
    told = [_plain(line) for line in answer.text.splitlines() if line.strip()]
    told += [f"*{_plain(said)}*" for said in worded_how(answer)]
    differing = [_conflict(conflict, words) for conflict in answer.conflicts]
    quotes = [_quote(citation, words, site) for citation in answer.citations]
    return "\n\n".join([*asked, *told, *differing, *quotes]) + "\n"


def _conflict(conflict: Conflict, words: Words) -> str:
    values = [f"- {_plain(one.value)} {_plain(_numbers(one))}" for one in conflict.values]
    return "\n".join([f"{words.differ}:", "", *values])


def _numbers(value: ConflictValue) -> str:
    return "".join(f"[{number}]" for number in value.citations)


def _quote(citation: Citation, words: Words, site: str) -> str:
    article = citation.quote.article
    quoted = "\n".join(f"> {_plain(line)}".rstrip() for line in citation.quote.text.split("\n"))
    source = ", ".join(_source(citation, words, site))
    original = web_address(article)
    # In angle brackets an address may hold parentheses; what would end them is encoded.
    link = f" ([{words.original}](<{quote(original, safe=_IN_ADDRESSES)}>))" if original else ""
    return f"{quoted}\n>\n> \\[{citation.number}\\] {source}{link}"


def _source(citation: Citation, words: Words, site: str) -> Iterator[str]:
    article = citation.quote.article
    yield f"[{_plain(article.title or outlet(article))}](<{site}{citation.quote.permalink}>)"
    yield _plain(outlet(article))
    yield words.date(article.published)


def _plain(text: str) -> str:
    return _SIGNS.sub(lambda found: f"\\{found[0]}", text)
