"""The notebook of the Python interface runs, and what it says of each answer holds."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOK = nbformat.read(ROOT / "docs" / "assistant.ipynb", as_version=4)  # type: ignore[no-untyped-call]


def test_it_is_kept_without_what_it_prints() -> None:
    assert [cell for cell in NOTEBOOK.cells if cell.get("outputs") or cell.get("execution_count")] == []


@pytest.mark.model
# The kernel says that it is not encrypted, and closes its sockets after their loop.
@pytest.mark.filterwarnings("ignore")
def test_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    NotebookClient(NOTEBOOK, timeout=600).execute()
