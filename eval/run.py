"""Running an eval set: every question searched for and asked, a record of each, and the facts of the run."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from time import perf_counter

from eval.facts import facts, library_hash
from eval.judge import DEPTH, judge
from eval.records import Record, Run
from eval.sets import BadSet, Case
from index.any_library import AnyLibrary
from index.progress import Progress
from qa.assistant import Assistant, Study
from qa.period import Times


def evaluate(assistant: Assistant, cases: Sequence[Case], name: str, progress: Progress) -> Run:
    """Search for and ask every case of the set called `name`.

    Raises `BadSet` for a set that names articles of which the library holds none.
    """
    _check_library(cases, name, assistant.library)
    start = perf_counter()
    records = tuple(_records(assistant, cases, progress))
    return Run(
        set_name=name,
        set_hash=set_hash(cases),
        library_hash=library_hash(assistant.library),
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(perf_counter() - start, 1),
        facts=facts(assistant),
        records=records,
    )


def set_hash(cases: Sequence[Case]) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of the cases, whatever file they came from.

    What counts for nothing, such as a note, is left out.
    """
    return sha256(
        "\n".join(case.model_dump_json(exclude={"note", "hint"}, exclude_defaults=True) for case in cases).encode()
    ).hexdigest()[:12]


def _check_library(cases: Sequence[Case], name: str, library: AnyLibrary) -> None:
    named = {article for case in cases for article in case.articles}
    if named and not named & library.table.versions().keys():
        raise BadSet(
            f"{library.folder} holds none of the {len(named)} articles that {name} names, such as {min(named)!r}; "
            "index the articles that the set is about, or give another --library"
        )


def studied(case: Case, assistant: Assistant) -> Study:
    """What is found for a case, asked after its turns, under its filter and on its day."""
    return assistant.study(case.question, history=case.turns(), where=case.filter(), times=Times(case.date))


def _records(assistant: Assistant, cases: Sequence[Case], progress: Progress) -> Iterator[Record]:
    for number, case in enumerate(cases, 1):
        found = assistant.search(case.question, k=DEPTH, history=case.turns(), where=case.filter())
        study = studied(case, assistant)
        plain = assistant.conclude(study)
        *_, answer = assistant.worded(study, plain)
        undeclined = answer if answer.citations else assistant.conclude(study, enough=True)
        yield judge(case, found, answer, undeclined, assistant.library)
        progress("asking", number, len(cases))
