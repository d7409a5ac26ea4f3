"""What the last run noted: as it was noted, none before the first, and damage is told."""

from pathlib import Path

import pytest

from index.errors import LibraryError
from index.last_run import keep_last_run, last_run


def test_what_is_noted_is_read(tmp_path: Path) -> None:
    assert last_run(tmp_path) is None
    keep_last_run(tmp_path, [Path("/a")], ["/a/x.txt: empty; check it"])
    keep_last_run(tmp_path, [Path("/文"), Path("/b.jsonl")], ["/b.jsonl:3: not JSON; mend or drop this line"])
    noted = last_run(tmp_path)
    assert noted is not None
    assert noted.paths == ("/文", "/b.jsonl")
    assert noted.failed == ("/b.jsonl:3: not JSON; mend or drop this line",)
    assert len(noted.ended) == len("2026-11-22T16:00:00+00:00")


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"ended": "today", "paths": [], "failed": null}'])
def test_a_damaged_note_is_told(tmp_path: Path, damage: str) -> None:
    (tmp_path / "last-run.json").write_text(damage)
    with pytest.raises(
        LibraryError, match=r"/last-run\.json is damaged \(.+\); delete it, the next `quotedesk index` "
    ):
        last_run(tmp_path)
