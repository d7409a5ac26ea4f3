"""How results look on a terminal: results to standard output, what failed to standard error."""

import re
from collections.abc import Iterable, Mapping, Sequence
from json import dumps

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.figures import Figure
from index.intake import IndexReport
from index.types import Article
from qa.notices import signature
from qa.types import Answer, Citation, Found
from ui.cli.doctor import Finding

_out = Console(soft_wrap=True, highlight=False, emoji=False)
_err = Console(stderr=True, highlight=False, emoji=False)
# What a terminal obeys instead of showing it, and what turns the reading direction; texts are settled, file names not.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """`text` with each control character spelled out, so that a file's name cannot steer the terminal."""
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def report(result: IndexReport) -> None:
    """The counts on standard output, each failure on standard error."""
    for line in result.failed:
        _err.print(Text(printable(f"failed: {line}")), soft_wrap=True)
    kinds = ("added", "updated", "unchanged", "duplicate", "failed", *(["removed"] if result.removed else []))
    _out.print(", ".join(f"{kind} {len(getattr(result, kind))}" for kind in kinds))
    if result.gone:
        _out.print(f"gone: {len(result.gone)}, remove them with --prune")


def articles(found: Iterable[Article], originals: Mapping[str, str] = {}) -> None:
    """A line for each article, and of what it is a copy."""
    for article in found:
        day = article.published.isoformat() if article.published else "no date   "
        copied = f"  copy of {originals[article.id]}" if article.id in originals else ""
        _line(article.id, (f"  {article.language}  {day}  ", "dim"), article.title, (copied, "dim"))


def article(one: Article, more: Mapping[str, str] = {}) -> None:
    """An article's facts, how much of it was marked, and `more` of them, then its text with the boilerplate dimmed."""
    days = ("published", *(day for day in ("updated", "fetched") if getattr(one, day)))
    facts = {name: getattr(one, name) for name in ("id", "version", "title", "language", *days, "url", "path")}
    marked = f"{sum(map(len, one.boilerplate)):,} of {len(one.text):,} characters"
    for name, value in (facts | {"marked": marked} | dict(more)).items():
        _line((f"{name:>9}  ", "dim"), str(value or "-"))
    text = Text(one.text)
    for span in one.boilerplate:
        text.stylize("dim", span.start, span.end)
    _out.print()
    _out.print(text)


def marked(one: Article) -> None:
    """What of an article was marked, a block for each span."""
    for span in one.boilerplate:
        _line((f"{span.start}-{span.end}", "dim"))
        _out.print(Text(span.of(one.text).strip("\n")))


def found(results: Sequence[Found]) -> None:
    """Each passage with its score and article."""
    for number, one in enumerate(results, 1):
        _line((str(number), "bold"), f"  {one.hit.score:.2f}  ", *_source(one.article))
        _out.print(Text(f"   {' '.join(one.hit.passage.text.split())}\n"))


def answer(given: Answer) -> None:
    """The answer, then each citation; for a decline the nearest passages, called that."""
    _out.print(Text(given.text, style="bold"))
    if given.written_by:
        _line((signature(given.language, given.written_by), "dim"))
    if given.notice:
        _line((given.notice, "yellow"))
    for citation in given.citations:
        _line((f"\n[{citation.number}]", "bold"), " ", *_source(citation.quote.article), _also(citation))
        _out.print(Text(f"    {citation.quote.permalink}", style="dim"))
    if not given.citations and given.consulted:
        _out.print("\n[dim]Nearest passages (not an answer):[/]")
        found(given.consulted[:3])


def figures(found: Sequence[Figure]) -> None:
    """The table of figures with their 95 % intervals."""
    table = Table("measure", "value", "95 % interval", "cases")
    for one in found:
        interval = "-" if one.low is None or one.high is None else f"{one.low:.3f} to {one.high:.3f}"
        table.add_row(one.measure, "-" if one.value is None else f"{one.value:.3f}", interval, str(one.cases))
    _out.print(table)


def said(text: str) -> None:
    """A line as it is."""
    _line(text)


def noted(text: str) -> None:
    """A line as it is on standard error, beside the results."""
    _err.print(Text(printable(text)), soft_wrap=True)


def json(value: object) -> None:
    """A value as JSON."""
    # A question typed in another encoding holds half surrogates, which no stream can write.
    typer.echo(dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "replace").decode())


def findings(lines: Sequence[Finding]) -> None:
    """The doctor's report."""
    for line in lines:
        cure = f" -> {line.cure}" if line.cure else ""
        _line(("ok  ", "green") if line.well else ("bad ", "red"), f"{line.what}: {line.state}{cure}")


def _line(*pieces: str | tuple[str, str]) -> None:
    """Print pieces of text, some with a style, as they are: no markup in them counts."""
    styled = [(piece, "") if isinstance(piece, str) else piece for piece in pieces]
    _out.print(Text.assemble(*((printable(text), style) for text, style in styled)))


def _source(article: Article) -> tuple[str, tuple[str, str]]:
    day = f", {article.published}" if article.published else ""
    return article.title, (f" ({article.id}{day})", "dim")


def _also(citation: Citation) -> tuple[str, str]:
    first = f", first published by {citation.first_published}" if citation.first_published else ""
    return (f" also in {', '.join(citation.also_in)}{first}" if citation.also_in else "", "dim")
