"""Files of our own: their groups with the numbers of their lines, and the tenth that is held out."""

from pathlib import Path

from eval.own_files import groups_of, is_held_out

FILE = """\
before any
#### cranes
? one

  - two
#### nothing here

#### ships
= three"""


def test_groups_with_the_numbers_of_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "port-01.txt"
    file.write_text(FILE, "utf-8")
    assert list(groups_of(file)) == [
        ("", [(1, "before any")]),
        ("port-01: cranes", [(3, "? one"), (5, "- two")]),
        ("port-01: ships", [(9, "= three")]),
    ]


def test_about_a_tenth_is_held_out_always_the_same() -> None:
    held_out = [number for number in range(1000) if is_held_out(f"group {number}")]
    assert held_out == [number for number in range(1000) if is_held_out(f"group {number}")]
    assert 70 < len(held_out) < 130
