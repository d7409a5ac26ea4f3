"""Plain text and Markdown: front matter as various programs write it, and what only looks like it."""

from datetime import date

import pytest

from index.reading.text import read_markdown, read_text
from index.types import Draft
from tests.made_files import CHINESE, ENGLISH, JAPANESE


@pytest.mark.parametrize(
    ("fields", "draft"),
    [
        (
            'title: "Cranes: the end" # working title\ndate: 2024-04-09\nlastmod: 2024-04-11T10:00:00Z\n'
            "url: https://quay.example.com/c\nlang: zh-Hant\naccessed: 2024-05-02",
            Draft(
                CHINESE,
                "a.md",
                title="Cranes: the end",
                url="https://quay.example.com/c",
                published=date(2024, 4, 9),
                language="zh",
                updated=date(2024, 4, 11),
                fetched=date(2024, 5, 2),
            ),
        ),
        (
            "Title: 'It''s over'\nDate: 2024年4月9日\nsource: https://quay.example.com/c\ntags:\n  - quay",
            Draft(CHINESE, "a.md", title="It''s over", url="https://quay.example.com/c", published=date(2024, 4, 9)),
        ),
        ("published: 令和6年4月9日\nsource: The Quay", Draft(CHINESE, "a.md", published=date(2024, 4, 9))),
        ("title:\ndate: soon\nlanguage: Chinese", Draft(CHINESE, "a.md")),
    ],
)
def test_front_matter(fields: str, draft: Draft) -> None:
    assert read_markdown(f"---\n{fields}\n---\n{CHINESE}\n".encode(), "a.md") == draft


def test_a_file_without_front_matter() -> None:
    assert read_markdown(f"# Cranes\n\n{ENGLISH}".encode(), "a.md") == Draft(f"# Cranes\n\n{ENGLISH}", "a.md")


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "shift_jis", "euc_jp"])
def test_text_in_any_usual_encoding(charset: str) -> None:
    assert read_text((JAPANESE * 4).encode(charset), "a.txt") == Draft(JAPANESE * 4, "a.txt")
