"""The notebook of the Python interface runs, and prints what stands in it."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from index.builtin_model import builtin_model_folder

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "docs" / "assistant.ipynb"

pytestmark = [pytest.mark.model]


def printed(notebook: Any) -> list[str]:
    """What each cell of code has printed to standard output."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return ["".join(one.text for one in cell.outputs if one.get("name") == "stdout") for cell in cells]


# zmq's sockets are closed by the kernel's manager, after the loop that they belong to.
@pytest.mark.filterwarnings("ignore")
def test_it_prints_what_stands_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    builtin_model_folder()
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    kept = printed(notebook)
    NotebookClient(notebook, timeout=600).execute()
    assert printed(notebook) == kept
    assert all(kept)
