"""Does the leash hold? A real language model words the answers to the shipped questions, and what is shown is checked.

    QUOTEDESK_LLM_KEY=... python -m eval.leash LIBRARY URL MODEL [--questions 50] [--seconds 60] [--show]

LIBRARY holds the sample articles. The check is made apart from the code that lets a sentence through: every quote that
is shown is cut again from the article as the library keeps it. The exit code is 1 where one is not the same.
"""

import argparse
import os
import re
import sys
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from eval.data_files import sample
from eval.datasets import positive
from eval.run import studied
from eval.sets import SAMPLE_QUESTIONS, Case, load_cases
from index.any_library import AnyLibrary
from index.errors import QuotedeskError
from qa.assistant import Assistant
from qa.endpoint import Endpoint, Limits
from qa.language_model import LanguageModel, Message
from qa.reply import claims
from qa.types import Answer, Citation
from qa.verify import Dropped, Sources, Verified

_SENTENCE = re.compile(r"(.+?) ((?:\[\d+\])+)(?: |$)")


class Recorder:
    """A language model whose last reply is kept."""

    def __init__(self, model: LanguageModel) -> None:
        self.name = model.name
        self.model = model
        self.said = ""

    def reply(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """What the model replies."""
        self.said = ""
        for piece in self.model.reply(messages):
            self.said += piece
            yield piece


@dataclass(slots=True)
class Tally:
    """What came of the questions: `unverified` and `bare` are what must not be."""

    asked: int = 0
    worded: int = 0
    sentences: int = 0
    quotes: int = 0
    unverified: int = 0
    bare: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)

    def add(self, answer: Answer, dropped: Sequence[Dropped], library: AnyLibrary) -> None:
        """Count one answer that a model was asked to word."""
        self.asked += 1
        self.dropped.update(one.reason for one in dropped)
        if answer.notice:
            self.notices[answer.notice] += 1
        self.unverified += sum(not is_verbatim(one, library) for one in answer.citations)
        if answer.written_by:
            said = sentences(answer)
            cited = {one.number for one in answer.citations}
            self.worded += 1
            self.sentences += len(said)
            self.quotes += len(answer.citations)
            self.bare += sum(not numbers or not numbers <= cited for _, numbers in said)


def main() -> None:
    """Ask the model, and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m eval.leash", description="Does the leash hold?")
    parser.add_argument("library", type=Path, help="a library of the sample articles")
    parser.add_argument("url", help="the endpoint, such as http://127.0.0.1:8080/v1")
    parser.add_argument("model", help="the model's name")
    parser.add_argument("--questions", type=positive, default=50, metavar="N", help="how many questions are sent")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the model may take for each")
    parser.add_argument("--show", action="store_true", help="print each answer that it worded, with its quotes")
    options = parser.parse_args()
    console = Console(width=120, highlight=False)
    try:
        key = os.environ.get("QUOTEDESK_LLM_KEY", "")
        model = Recorder(Endpoint(options.url, options.model, key=key, limits=Limits.within(options.seconds)))
        cases = load_cases(SAMPLE_QUESTIONS)
        tally = Tally()
        answers = _worded(Assistant.open(options.library, model), model, cases, options.questions, tally)
        for answer in track(answers, "asking", options.questions, console=Console(stderr=True)):
            if options.show and answer.written_by:
                console.print(Text(shown(answer)))
        console.print(table(tally))
    except QuotedeskError as error:
        sys.exit(f"eval.leash: {error}")
    sys.exit(1 if tally.unverified or tally.bare else 0)


def _worded(assistant: Assistant, model: Recorder, cases: Sequence[Case], most: int, tally: Tally) -> Iterator[Answer]:
    """The answers to `most` questions that are not declined, counted."""
    for case in sample(cases, len(cases)):
        if tally.asked == most:
            return
        study = studied(case, assistant)
        plain = assistant.conclude(study)
        if plain.status == "answered":
            *_, answer = assistant.worded(study, plain)
            tally.add(answer, dropped_of(study.sources(plain), model.said), assistant.library)
            yield answer


def dropped_of(sources: Sources, said: str) -> list[Dropped]:
    """The sentences of a reply that are not shown."""
    kept: list[Verified] = []
    dropped = []
    for claim in claims(said):
        one = sources.verify(claim, kept)
        if isinstance(one, Dropped):
            dropped.append(one)
        else:
            kept.append(one)
    return dropped


def is_verbatim(citation: Citation, library: AnyLibrary) -> bool:
    """Whether the quote is cut from the article as the library keeps it now."""
    quote = citation.quote
    article = library.article(quote.article.id)
    return article.version == quote.article.version and article.text[quote.span.start : quote.span.end] == quote.text


def sentences(answer: Answer) -> list[tuple[str, set[int]]]:
    """The sentences of the answer's last line, which the model wrote, each with its numbers; none where it has none."""
    line = answer.text.splitlines()[-1]
    found = [(said, {int(one) for one in re.findall(r"\d+", marks)}) for said, marks in _SENTENCE.findall(line)]
    rest = _SENTENCE.sub("", line).strip()
    return [*found, (rest, set())] if rest else found


def shown(answer: Answer) -> str:
    """The answer and its quotes, to be read by a person who judges whether they bear it out."""
    quotes = "\n".join(f"    [{one.number}] {' '.join(one.quote.text.split())}" for one in answer.citations)
    return f"{answer.question}\n  {answer.text}\n{quotes}\n"


def table(tally: Tally) -> Table:
    """A row for each count."""
    found = Table("what", "count")
    rows = {
        "questions sent": tally.asked,
        "answers worded by the model": tally.worded,
        "sentences shown": tally.sentences,
        "sentences shown without a quote": tally.bare,
        "quotes shown": tally.quotes,
        "quotes shown that are not their article's": tally.unverified,
        **{f"dropped: {reason}": count for reason, count in tally.dropped.most_common()},
        **{f"notice: {notice}": count for notice, count in tally.notices.most_common()},
    }
    for what, count in rows.items():
        found.add_row(what, str(count))
    return found


if __name__ == "__main__":
    main()
