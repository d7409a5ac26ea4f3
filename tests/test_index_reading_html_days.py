"""Days that a page declares: published, updated and fetched, none of them taken for another."""

import json
from datetime import date

import pytest

from index.reading.html import read_html
from tests.made_files import page

APRIL_2, APRIL_9, MAY_2 = date(2024, 4, 2), date(2024, 4, 9), date(2024, 5, 2)


def json_ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


STORY = {"@type": "NewsArticle", "datePublished": "2024-04-02T08:00:00+08:00", "dateModified": "2024-04-09"}


@pytest.mark.parametrize(
    ("head", "published", "updated"),
    [
        (json_ld(STORY), APRIL_2, APRIL_9),
        (json_ld([{"@type": "WebSite"}, {"@graph": [{"@type": "Person"}, STORY]}]), APRIL_2, APRIL_9),
        (json_ld([{"@type": "WebPage", "datePublished": "2019-01-01"}, STORY]), APRIL_2, APRIL_9),
        (json_ld({"@type": "Article", "dateModified": "2024-04-09"}), None, APRIL_9),
        (json_ld({"@type": "Article", "datePublished": "2024年4月2日"}), APRIL_2, None),
        ('<meta property="article:modified_time" content="2024-04-09T10:00:00Z">', None, APRIL_9),
        (
            '<meta property="article:published_time" content="2024-04-02"><meta name="lastmod" content="2024-04-09">',
            APRIL_2,
            APRIL_9,
        ),
        ('<meta http-equiv="last-modified" content="2024-04-09">', None, None),
        (
            '<meta name="date" content="2024-04-02"><meta property="og:updated_time" content="1712620800">',
            APRIL_2,
            None,
        ),
        (json_ld({"@type": "Article", "dateModified": "2999-01-01"}), None, None),
        ('<script type="application/ld+json">{"@type": "Article", "datePublished": </script>', None, None),
        ('<script type="application/ld+json">' + "[" * 5000 + "</script>", None, None),
    ],
)
def test_declared_days(head: str, published: date | None, updated: date | None) -> None:
    draft = read_html(page("", head), "page.html")
    assert (draft.published, draft.updated) == (published, updated)


@pytest.mark.parametrize(
    ("body", "published", "updated"),
    [
        ('<time itemprop="dateModified" datetime="2024-04-09">1 h ago</time>', None, APRIL_9),
        (
            '<time datetime="2024-04-02">a</time><time class="updated" datetime="2024-04-09T10:00:00Z">b</time>',
            APRIL_2,
            APRIL_9,
        ),
        ("<p>发布于2024年4月2日</p><p>更新于2024年4月9日</p>", APRIL_2, APRIL_9),
        ("<p>最終更新：令和6年4月9日</p>", None, APRIL_9),
    ],
)
def test_days_on_the_page(body: str, published: date | None, updated: date | None) -> None:
    draft = read_html(page(body), "page.html")
    assert (draft.published, draft.updated) == (published, updated)


@pytest.mark.parametrize(
    ("comment", "url", "fetched"),
    [
        (
            "<!--\n Page saved with SingleFile \n url: https://quay.example.com/c \n"
            " saved date: Thu May 02 2024 10:00:00 GMT+0200 (CEST)\n-->",
            "https://quay.example.com/c",
            MAY_2,
        ),
        ("<!-- saved from url=(0026)https://quay.example.com/c -->", "https://quay.example.com/c", None),
        ("<!-- saved from my phone -->", None, None),
    ],
)
def test_what_a_browser_noted_when_it_saved_the_page(comment: str, url: str | None, fetched: date | None) -> None:
    draft = read_html(page("").replace("<html>", f"<html>{comment}"), "page.html")
    assert (draft.url, draft.fetched, draft.published) == (url, fetched, None)
