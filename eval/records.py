"""What a run of an eval set leaves behind: one record a case, and the facts of the run; `run.json` holds it all.

Everything a report or a comparison says is worked out from here, so it can be made again from the file alone.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import QuotedeskError
from qa.inputs import first_fault

RUN_FILE = "run.json"


class BadRun(QuotedeskError):
    """A `run.json` that cannot be read or compared."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class QuoteGiven(_Strict):
    """A quote as it was shown: `article.text[start:end] == text`. `holds` says whether a wanted answer stands in it."""

    article: str
    title: str
    published: str | None
    start: int
    end: int
    text: str
    holds: bool


class Record(_Strict):
    """One case with what was answered and what each measure says of it; a measure that does not apply is absent.

    `languages` is "en" or, where the articles that hold the answer are in another language, "en>zh". `group` is the
    same for cases that share an article; intervals resample groups. `wanted` are groups of synonyms, each to be
    shown. `right` is whether the question was treated rightly: answered with what was wanted, or declined where
    the articles hold nothing. `right_if_answered` is the same for the answer that would have been given had nothing
    been declined; the risk-coverage curve needs it. `lost` says at which step a wrong case went wrong, "" if right.
    """

    id: str
    question: str
    searched_for: str
    language: str
    languages: str
    kind: str
    date: str | None
    group: str
    answerable: bool
    conflicting: bool
    wanted: tuple[tuple[str, ...], ...]
    answered: bool
    short_answer: str
    text: str
    confidence: float
    quotes: tuple[QuoteGiven, ...]
    conflict_raised: bool
    right: bool
    right_if_answered: bool
    lost: str
    scores: dict[str, float]
    timings_ms: dict[str, float]


class Run(_Strict):
    """One run over one set: what was run on what (name to value, to be shown as they are), and a record a case.

    `set_hash` and `library_hash` are the first 12 hexadecimal digits of a SHA-256; `seconds` is the whole run's time.
    """

    set_name: str
    set_hash: str
    library_hash: str
    made_at: str
    seconds: float
    facts: dict[str, str]
    records: tuple[Record, ...]

    def save(self, folder: Path) -> Path:
        """Write `run.json` into `folder`, made if need be, and say where it is. Raises `BadRun` where it cannot."""
        return write_into(folder, RUN_FILE, self.model_dump_json(indent=1) + "\n")


def run_file(place: Path) -> Path:
    """Where a run is kept: `place` itself, or its `run.json` where that is a folder."""
    return place / RUN_FILE if place.is_dir() else place


def load_run(place: Path) -> Run:
    """The run in a `run.json`, or in a folder that holds one. Raises `BadRun` naming the file and the field."""
    file = run_file(place)
    try:
        return Run.model_validate_json(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadRun(f"cannot read {file}: {error}; give a folder made by `quotedesk eval --report`") from error
    except ValidationError as error:
        raise BadRun(f"{file}: {first_fault(error)}; make the run again with `quotedesk eval --report`") from error


def write_into(folder: Path, name: str, text: str) -> Path:
    """Write a file into `folder`, made if need be, and say where it is. Raises `BadRun` where it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Bytes, because text would get the line ends of the platform.
        (folder / name).write_bytes(text.encode())
    except OSError as error:
        raise BadRun(f"cannot write {folder / name}: {error}; name another folder") from error
    return folder / name
