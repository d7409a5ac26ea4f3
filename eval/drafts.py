"""A question that was answered badly, kept as a draft case: what a thumbs-down in the chat leaves behind."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from eval.sets import BadSet
from index.types import Filter
from qa.inputs import Where
from qa.types import Answer, Citation, Turn

Json = dict[str, Any]

# A draft is written in milliseconds; who waits longer waits for a lock that will not be given back.
_SECONDS = 10


def add_draft(  # noqa: PLR0913 (a case is a question, its history and its filter)
    file: Path,
    question: str,
    answer: Answer,
    note: str = "",
    *,
    history: Sequence[Turn] = (),
    where: Filter = Filter(),
) -> str:
    """Keep a question and what was answered as a line of the drafts `file`, made if need be; gives the draft's id.

    `question` is as it was typed, after the turns of `history` and under the filter `where`.
    The same question with the same answer is one line however often it is voted down; a new note is added to it.
    What was in the file stays: it is replaced whole, under a lock that other threads and processes wait for.
    `load_set` refuses a draft until its answers are filled in and its field `draft` is taken away.
    Raises `BadSet` where the file cannot be read or written, or is held for more than ten seconds.
    """
    file = file.resolve()
    draft = _draft(question, answer, note, history, where)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(file.with_name(f"{file.name}.lock"), timeout=_SECONDS):
            _put(file, draft)
    except Timeout as error:
        raise BadSet(f"{file} is held by another process; try again, or take {file.name}.lock away") from error
    except OSError as error:
        raise BadSet(f"cannot keep a draft in {file}: {error}; free the file, or name another") from error
    return str(draft["id"])


def _draft(question: str, answer: Answer, note: str, history: Sequence[Turn], where: Filter) -> Json:
    turns = [asdict(turn) for turn in history]
    narrowed = {} if where.is_open else Where(**asdict(where)).model_dump(mode="json", exclude_none=True)
    given = _given(answer)
    known = [question, turns, narrowed, {name: given[name] for name in ("status", "short_answer", "text", "quotes")}]
    return {
        "id": f"draft-{sha256(_packed(known)).hexdigest()[:12]}",
        "question": question,
        "language": answer.language,
        "answers": [],
        "articles": [],
        "kind": "draft",
        "draft": True,
        "history": turns,
        "where": narrowed,
        "date": date.today().isoformat(),
        "note": note,
        "given": given,
    }


def _given(answer: Answer) -> Json:
    """What was answered: enough to see what was wrong with it, and to copy a right article's id from."""
    return {
        "searched_for": answer.searched_for,
        "status": answer.status,
        "short_answer": answer.short_answer,
        "text": answer.text,
        "confidence": round(answer.confidence, 4),
        "quotes": [_quote(citation) for citation in answer.citations],
    }


def _quote(citation: Citation) -> Json:
    quote = citation.quote
    place = {"article": quote.article.id, "version": quote.article.version}
    return place | {"start": quote.span.start, "end": quote.span.end, "text": quote.text}


def _put(file: Path, draft: Json) -> None:
    """Add the draft, or its note to the line that is there; lines that are no drafts of ours are left as they are."""
    lines = file.read_bytes().splitlines() if file.exists() else []
    for place, line in enumerate(lines):
        known = _read(line)
        if known.get("id") == draft["id"]:
            if draft["note"] in str(known.get("note", "")):
                return
            lines[place] = _packed(known | {"note": "; ".join(filter(None, (known.get("note"), draft["note"])))})
            break
    else:
        lines.append(_packed(draft))
    _replace(file, b"".join(line + b"\n" for line in lines))


def _read(line: bytes) -> Json:
    """The row in a line, empty where the line is none: someone may be halfway through mending it."""
    try:
        row = json.loads(line)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}


def _packed(value: object) -> bytes:
    # A question typed in another encoding holds half surrogates, which UTF-8 cannot.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _replace(file: Path, content: bytes) -> None:
    """Put `content` in the file's place in one step, with the permissions it had."""
    beside = file.with_name(f"{file.name}.new")
    try:
        beside.write_bytes(content)
        if file.exists():
            shutil.copymode(file, beside)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
