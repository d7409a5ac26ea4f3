"""What the last run could not index, and why, kept beside the library until the next one."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from index.errors import LibraryError
from index.reading.draft import shown
from index.snapshot import write_whole

_FILE = "last-run.json"


@dataclass(frozen=True, slots=True)
class LastRun:
    """When a run ended (local time, ISO 8601), what it was given, and a line for each thing that failed, with why."""

    ended: str
    paths: tuple[str, ...]
    failed: tuple[str, ...]


def keep_last_run(folder: Path, paths: Sequence[Path], failed: Sequence[str]) -> None:
    """Note what failed. Raises `OSError` when it cannot be written."""
    ended = datetime.now().astimezone().isoformat(timespec="seconds")
    run = LastRun(ended, tuple(map(shown, paths)), tuple(failed))
    write_whole(folder / _FILE, json.dumps(asdict(run), ensure_ascii=False, indent=2) + "\n")


def last_run(folder: Path) -> LastRun | None:
    """What the last run noted, None if there was none since this is noted. Raises `LibraryError` for a damaged note."""
    try:
        fields = json.loads((folder / _FILE).read_text("utf-8"))
        return LastRun(fields["ended"], tuple(fields["paths"]), tuple(fields["failed"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LibraryError(
            f"{folder / _FILE} is damaged ({error}); delete it, the next `quotedesk index` writes it again"
        ) from error
