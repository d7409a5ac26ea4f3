"""Files of our own stories and accounts: groups of lines under headings, a tenth of them held out from training."""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

_GROUP = re.compile(r"#### (?P<name>\S.*)")

# A line without white space around it, and its number in its file, from 1.
NumberedLine = tuple[int, str]


def groups_of(file: Path) -> Iterator[tuple[str, list[NumberedLine]]]:
    """Each group's name, after that of its file, and its lines that are not blank; groups without any are left out."""
    name, lines = "", list[NumberedLine]()
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if named := _GROUP.fullmatch(line):
            if lines:
                yield name, lines
            name, lines = f"{file.stem}: {named['name']}", []
        elif line.strip():
            lines.append((number, line.strip()))
    if lines:
        yield name, lines


def is_held_out(group: str) -> bool:
    """Whether a group is of the tenth that nothing is trained on."""
    return int(sha256(group.encode()).hexdigest(), 16) % 10 == 0
