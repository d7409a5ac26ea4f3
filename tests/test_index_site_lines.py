from datetime import date
from random import Random

import pytest

from index.article import to_article
from index.site_lines import learn, repeated_lines, sampled, site_of
from index.types import Article, Draft

TOPICS = ["ferry", "bakery", "orchard", "railway", "library", "quarry", "theatre", "brewery", "airfield", "sawmill"]


def body(n: int) -> str:
    topic, morning = TOPICS[n % 10], "sunny" if n % 2 else "rainy"
    return (
        f"The {topic} of Senn was sold for {n + 3} million crowns, and nobody in the town had seen it coming.\n\n"
        "Background\n\n"
        f"Its {n + 20} workers were told on a {morning} morning that the {topic} would close its gates."
    )


def page(n: int, text: str, published: date | None = None) -> Article:
    return to_article(Draft(text, f"senn/{n:02}.txt", id=f"{n:02}", language="en", published=published))


def chrome(n: int) -> str:
    head = f"The Senn Lantern, issue {n}\n\nA walk through the {TOPICS[n % 10]}\n\n"
    return f"{head}{body(n)}\n\nLanterns are lit by {n * 7} friends\n\nOur printers never sleep"


def learned(pages: list[Article]) -> dict[str, list[str]]:
    site = learn(pages)
    return {one.id: [span.of(one.text) for span in repeated_lines(one, site)] for one in pages}


def test_lines_around_the_body_are_learned_whatever_their_figures() -> None:
    found = learned([page(n, chrome(n)) for n in range(8)])
    assert found["03"] == [
        "The Senn Lantern, issue 3",
        "Background",
        "Lanterns are lit by 21 friends",
        "Our printers never sleep",
    ]


def test_three_pages_teach_nothing() -> None:
    assert set(map(tuple, learned([page(n, chrome(n)) for n in range(3)]).values())) == {()}


def test_a_subhead_of_some_pages_is_kept() -> None:
    pages = [page(n, chrome(n) if n < 5 else chrome(n).replace("Background\n\n", "")) for n in range(12)]
    assert "Background" not in learned(pages)["00"]


def test_a_line_within_the_body_whose_figures_differ_is_kept() -> None:
    texts = [chrome(n).replace("Background", f"Year {1990 + n}") for n in range(8)]
    assert not any(line.startswith("Year") for line in learned([page(n, text) for n, text in enumerate(texts)])["02"])


def test_copies_of_one_story_teach_nothing() -> None:
    story = chrome(0).replace("Our printers never sleep", "")
    copies = [page(50 + n, f"{story}\n\nSeen {'again ' * n}in Senn") for n in range(6)]
    others = [page(n, body(n).replace("Background\n\n", "")) for n in range(10)]
    assert all(not lines for lines in learned([*copies, *others]).values())


def test_pages_of_nothing_but_chrome_are_left_as_they_are() -> None:
    stub = "The Senn Lantern\n\nOur printers never sleep\n\nRead on with a pass"
    pages = [page(n, f"{chrome(n)}\n\nRead on with a pass") for n in range(8)] + [page(20, stub)]
    assert learned(pages)["20"] == ["Our printers never sleep", "Read on with a pass"]
    only = page(21, "Our printers never sleep\n\nRead on with a pass")
    assert repeated_lines(only, learn(pages)) == ()


def test_a_repeated_sentence_stays_where_it_stood_first() -> None:
    about = "The Senn Lantern has been printed since 1871 and belongs to the people who read it every morning."
    pages = [page(n, f"{chrome(n)}\n\n{about}", date(2024, 3, 9 - n)) for n in range(8)]
    found = learned(pages)
    assert [id_ for id_, lines in found.items() if about not in lines] == ["07"]


def test_the_order_of_the_pages_does_not_matter() -> None:
    pages = [page(n, chrome(n)) for n in range(8)]
    shuffled = Random(1).sample(pages, len(pages))
    assert learn(shuffled) == learn(pages)


def test_a_mark_is_not_made_twice() -> None:
    pages = [page(n, f"{chrome(n)}\n\nAdvertisement") for n in range(8)]
    assert "Advertisement" not in learned(pages)["00"]


@pytest.mark.parametrize(
    ("url", "path", "site"),
    [
        ("https://www.lantern.example.com/a/b", "x.txt", "lantern.example.com"),
        ("https://lantern.example.com:8080/", "x.txt", "lantern.example.com"),
        (None, "senn/pages/a.txt", "senn/pages"),
        (None, "senn/rows.jsonl:12", "senn"),
        ("https://[broken", "senn/a.txt", "senn"),
        ("", "a.txt", "."),
    ],
)
def test_a_site_is_a_host_or_a_folder(url: str | None, path: str, site: str) -> None:
    assert site_of(url, path) == site


def test_the_same_pages_are_sampled_whatever_came_first() -> None:
    ids = [f"page-{n}" for n in range(3000)]
    assert sampled(ids) == sampled(ids[::-1])
    assert len(sampled(ids)) == 2000
    assert sampled(["b", "a"]) == ["a", "b"]
