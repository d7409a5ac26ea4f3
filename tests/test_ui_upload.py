"""Names of files that strangers choose: whatever they are, the file lies in its folder and keeps its kind."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.upload import safe_name, uploads_folder


@pytest.mark.parametrize("name", ["report.txt", "2024-05.report.html", "芯片.md", "wire.jsonl.gz", "a_b-c.jsonl"])
def test_a_safe_name_stays_as_it_is(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("../../etc/passwd.txt", r"passwd-[0-9a-f]{6}\.txt"),
        (r"C:\articles\bridge.html", r"bridge-[0-9a-f]{6}\.html"),
        ("a b.txt", r"a-b-[0-9a-f]{6}\.txt"),
        (".htaccess", r"htaccess-[0-9a-f]{6}"),
        ("..", r"article-[0-9a-f]{6}"),
        ("", r"article-[0-9a-f]{6}"),
        ("\x00.txt", r"article-[0-9a-f]{6}\.txt"),
        ("a" * 300 + ".jsonl.gz", r"a{40}-[0-9a-f]{6}\.jsonl\.gz"),
    ],
)
def test_any_other_name_is_made_safe_and_stays_apart(name: str, pattern: str) -> None:
    assert re.fullmatch(pattern, safe_name(name))


@settings(deadline=None)
@given(st.text())
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    safe = safe_name(name)
    assert Path(safe).name == safe
    assert not safe.startswith(".")
    assert len(safe.encode()) <= 255


def test_the_folder_lies_beside_the_library() -> None:
    assert uploads_folder(Path("a/b.library")) == Path("a/b.library.uploads")
