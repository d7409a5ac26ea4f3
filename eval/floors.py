"""The gate: what the shipped set must at least reach, pinned to that very set in `floors.json`.

A floor lies about two cases under what was reached when it was set, for processors round differently. It is only ever
raised, or lowered in a commit that says why; a changed set needs floors of its own.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.figures import LOWER_IS_BETTER, figures
from eval.records import BadRun, Run

FLOORS_FILE = Path(__file__).parent / "floors.json"


@dataclass(frozen=True, slots=True)
class Floors:
    """The least value of each measure, or the greatest where lower is better, for the set with that hash."""

    set_hash: str
    limits: Mapping[str, float]


def load_floors(file: Path = FLOORS_FILE) -> Floors:
    """The floors kept in `file`. Raises `BadRun` for a file that is missing or of another shape."""
    try:
        fields = json.loads(file.read_text("utf-8"))
        return Floors(str(fields["set_hash"]), {str(name): float(value) for name, value in fields["limits"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRun(f"cannot read the floors in {file}: {error!r}; restore the file from the repository") from error


def broken_floors(run: Run, floors: Floors) -> list[str]:
    """A line for each measure of `run` that is worse than its floor, or that it does not have.

    Raises `BadRun` when the run is of another set than the floors are pinned to.
    """
    if run.set_hash != floors.set_hash:
        raise BadRun(
            f"the floors are pinned to the set {floors.set_hash}, the run is of {run.set_name} ({run.set_hash}); "
            "set new floors for a changed set"
        )
    values = {figure.measure: figure.value for figure in figures(run.records)}
    judged = ((measure, values.get(measure), limit) for measure, limit in floors.limits.items())
    return [
        f"{measure} is {'missing' if value is None else f'{value:.3f}'}, "
        f"{'at most' if measure in LOWER_IS_BETTER else 'at least'} {limit:.3f} is wanted"
        for measure, value, limit in judged
        if value is None or (value > limit if measure in LOWER_IS_BETTER else value < limit)
    ]
