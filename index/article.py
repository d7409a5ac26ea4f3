"""Make an article of a draft: settled, dated, in a known language, cut into sentences. Knows no files."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import PurePosixPath

from index.boilerplate import find_boilerplate
from index.language import detect_language
from index.metadata import find_dates, find_title
from index.sentences import split_sentences
from index.settle import settle, settle_id, settle_line
from index.types import Article, Draft, Span


def to_article(draft: Draft, article_id: str | None = None) -> Article:
    """The article that the library keeps of a draft; what the draft does not say is found in its text.

    Its id is `article_id`, or else the draft's, or else its file's name. Boilerplate is what the draft marks and what
    `find_boilerplate` finds; a text that would be boilerplate altogether is kept unmarked. Raises nothing.
    """
    text = draft.text if draft.boilerplate else settle(draft.text)
    boilerplate = merged((*draft.boilerplate, *find_boilerplate(text)))
    own = without(text, boilerplate)
    if not own.strip():
        boilerplate, own = (), text
    language = draft.language or detect_language(own)
    version = sha256(text.encode()).hexdigest()[:12]
    stem = PurePosixPath(draft.path).stem or "article"
    # A reader that marks boilerplate knows where the article begins, and has looked for its dates there.
    published, updated = (None, None) if draft.boilerplate else find_dates(text)
    return Article(
        id=article_id or draft.id or settle_id(stem) or version,
        version=version,
        title=settle_line(draft.title or "") or find_title(own, stem),
        text=text,
        language=language,
        url=draft.url,
        published=draft.published or published,
        path=draft.path,
        boilerplate=boilerplate,
        sentences=split_sentences(text, language, boilerplate),
        updated=draft.updated or updated,
        fetched=draft.fetched,
    )


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same code points as sorted spans that neither overlap nor touch."""
    union: list[Span] = []
    for span in sorted(spans):
        if union and span.start <= union[-1].end:
            union[-1] = Span(union[-1].start, max(union[-1].end, span.end))
        else:
            union.append(span)
    return tuple(union)


def without(text: str, spans: Sequence[Span]) -> str:
    """`text` less the sorted `spans`, a line end in the place of each."""
    starts, ends = (0, *(span.end for span in spans)), (*(span.start for span in spans), len(text))
    return "\n".join(text[start:end] for start, end in zip(starts, ends, strict=True))
