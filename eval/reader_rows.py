"""What the reader is trained on: questions of published sets with a passage that answers, or one that only seems to.

The texts of the sets do not ship with quotedesk; the stories and accounts are its own. No paragraph that anything is
measured on is among them.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

from eval.account_source import AccountSource
from eval.accounts import read_accounts
from eval.code_switch import Switcher
from eval.data_files import SpanRow, read_rows
from eval.examples import Example, Source
from eval.span_sets import PARTLY_TRAINED, held_out
from eval.span_source import SpanSource
from eval.stories import read_stories
from eval.story_source import StorySource
from index.tokens import to_simplified

# Our own stories are news, with questions in other languages than theirs, which no set has. Our own accounts, of one
# thing and of things that sound like it, teach it to tell whether two sentences speak of the same.
STORIES, ACCOUNTS = OWN = ("stories", "accounts")
# Set to the share of the questions drawn from it. English is spread over sets of different manners; Japanese and
# Chinese have fewer sets and each has to weigh more.
MIX = {
    STORIES: 0.18,
    ACCOUNTS: 0.11,
    "jaquad/ja-train.spans.jsonl.gz": 0.15,
    "drcd/zh-hant-dev.spans.jsonl.gz": 0.18,
    "cmrc2018/zh-dev.spans.jsonl.gz": 0.09,
    "squad2/en.spans.jsonl.gz": 0.14,
    "squadshifts_newwiki/en-train.spans.jsonl.gz": 0.09,
    "squadshifts_reddit/en-train.spans.jsonl.gz": 0.02,
    "squadshifts_amazon/en-train.spans.jsonl.gz": 0.01,
    "nq_litm/en-train.spans.jsonl.gz": 0.015,
    "qed_dev/en-train.spans.jsonl.gz": 0.005,
    "qamr/en-train.spans.jsonl.gz": 0.005,
    "quoref_contrast/en-train.spans.jsonl.gz": 0.005,
}
# XQuAD is measured on, and some of its paragraphs stand in SQuAD 2.0 too, a part of which is measured on itself.
_MEASURED, _SQUAD = "xquad/en.spans.jsonl.gz", PARTLY_TRAINED["squad2"]
# Short answers in Chinese are found in traditional characters only; each of its rows is learned from in both scripts,
# and so are four fifths of those of its other part.
_TRADITIONAL, _ALSO = "drcd/zh-hant-dev.spans.jsonl.gz", PARTLY_TRAINED["drcd"]
_CHINESE = (_TRADITIONAL, "cmrc2018/zh-dev.spans.jsonl.gz")
# No dictionary between Japanese and the others is at hand.
_JAPANESE = "jaquad/ja-train.spans.jsonl.gz"


def read_sources(data: Path) -> dict[str, Source]:
    """The sets, the stories and the accounts. Raises `BadSet` when a file of any is missing or damaged."""
    stories = StorySource([story for story in read_stories() if not story.held_out])
    accounts = AccountSource([group for group in read_accounts() if not group.held_out])
    return {**read_sets(data), STORIES: stories, ACCOUNTS: accounts}


def read_sets(data: Path) -> dict[str, SpanSource]:
    """The sets of `MIX`. Raises `BadSet` when a file of `data` is missing or damaged."""
    measured = {row.context for row in read_rows(data / _MEASURED, SpanRow)}
    rows = {name: read_rows(data / name, SpanRow) for name in MIX if name not in OWN}
    rows[_SQUAD] = [row for row in rows[_SQUAD] if row.context not in measured and not held_out(row.context)]
    rows[_TRADITIONAL] += [row for row in read_rows(data / _ALSO, SpanRow) if not held_out(row.context)]
    rows[_TRADITIONAL] += [simple for row in rows[_TRADITIONAL] if (simple := in_simplified(row))]
    switcher = Switcher({row.context for name in _CHINESE for row in rows[name]})
    return {name: SpanSource(found, None if name == _JAPANESE else switcher) for name, found in rows.items()}


def in_simplified(row: SpanRow) -> SpanRow | None:
    """The row in simplified characters; None where a text changes its length, and an answer might change its place."""
    convert = to_simplified().convert
    texts = [row.question, row.context, *(answer.text for answer in row.answers)]
    question, context, *answers = (str(convert(text)) for text in texts)
    if [len(text) for text in texts] != [len(text) for text in (question, context, *answers)]:
        return None
    kept = tuple(answer.model_copy(update={"text": text}) for answer, text in zip(row.answers, answers, strict=True))
    return row.model_copy(update={"question": question, "context": context, "answers": kept})


def draw_examples(sources: Mapping[str, Source], seed: int) -> Iterator[list[Example]]:
    """Without end: a question drawn by `MIX` at a time, with what comes with it. The same seed gives the same ones."""
    drawing = Random(seed)  # noqa: S311 (a drawing, not a secret)
    names, shares = list(MIX), list(MIX.values())
    while True:
        (name,) = drawing.choices(names, shares)
        yield sources[name].draw(drawing)
