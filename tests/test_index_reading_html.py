"""Web pages: what can be seen of them, what of it is marked as not the article, and their title, day and address."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.reading.html import _kept_blocks, read_html
from index.settle import settle
from index.types import Draft

ENGLISH = """<!DOCTYPE html><html lang="en"><head><title>Old cranes leave the harbour | The Quay</title>
<meta property="article:published_time" content="2024-04-09T06:55:00-05:00">
<link rel="canonical" href="https://quay.example.com/news/old-cranes"><style>p { color: red }</style></head><body>
<div class="cookie">We use cookies. <a href="#">Accept</a><a href="#">Reject</a></div>
<nav><ul><li>World</li><li>Harbour</li><li>The cranes</li><li>Sport</li></ul></nav>
<main><article><h1>Old cranes leave the harbour</h1>
<div class="byline"><span>By Ann Lee</span><span>April 9, 2024</span></div>
<p>The harbour board voted on Monday to move the four old cranes, which have <em>stood</em> idle for nearly thirty
years beside the <b>fish</b>market, and to plant trees where they were. The vote was close.</p>
<p>The cranes were built in 1931 by a firm from the north. They lifted coal until the last mine closed, then timber,
and in the end only tourists, two at a time, for the price of an ice cream.</p>
<div class="ad-box"><span>Advertisement</span><div class="ad">Buy the new Gullwing raincoat now</div></div>
<h2>The cranes</h2>
<p>&ldquo;Nobody who has seen them against the evening sky will agree,&rdquo; said Marta Quill, who leads a group of
neighbours. She has gathered 2,100 signatures and wants the board to vote again before the winter.</p>
<table><tr><th>Crane</th><th>Tonnes</th></tr><tr><td>North</td><td><p>12</p></td></tr>
<tr><td>South</td><td>18</td></tr></table>
<p>The work is to cost 3.4 million pounds. The board expects half of the sum from the sale of the steel, although the
price of scrap has fallen by a third since the plan was drawn up in the spring of last year.</p></article></main>
<aside><h3>Related</h3><ul><li><a href="/a">Ferry fares rise again</a> <time>2024-12-20</time></li>
<li><a href="/b">New mayor for the island</a></li></ul></aside>
<footer><p>&copy; 2024 The Quay. All rights reserved.</p></footer>
<script>var date = "2019-01-01";</script></body></html>"""

CHINESE = """<html><head><meta charset="utf-8"><title>港口旧吊车将迁走_江边日报</title></head><body>
<div class="top"><a href="/">首页</a><a href="/news">新闻</a><a href="/life">生活</a></div>
<div class="content"><h1>港口旧吊车将迁走</h1>
<div class="info"><span>2024年4月9日 08:00</span> <span>来源：江边日报</span></div>
<p>港务局周一投票决定，把闲置了近三十年的四台旧吊车迁走，在原地种树。投票结果非常接近，赞成票只比反对票多两张。</p>
<p>这些吊车造于1931年，先是吊煤，矿井关闭之后改吊木材，最后只吊游客，一次两人，票价与一支冰淇淋相同，生意却不错。</p>
<p>居民代表方小满说，看过它们在夕阳下的样子的人都不会同意。她已征集到两千一百个签名，希望在入冬之前重新投票。</p></div>
<div class="related"><h3>相关阅读</h3><ul>
<li><a href="/1">渡轮票价再次上调</a> 2024-12-20</li><li><a href="/2">岛上选出新市长</a></li></ul></div>
</body></html>"""

JAPANESE = """<html><head><title>港の古いクレーン、移設へ｜岸辺新聞</title></head><body>
<header><ul><li>トップ</li><li>経済</li><li>暮らし</li></ul></header>
<article><h1>港の古いクレーン、移設へ</h1><p class="date">令和6年4月9日</p>
<p>港の理事会は月曜日、三十年近く使われていない四基の古いクレーンを移し、跡地に木を植えることを決めた。採決は僅差だった。</p><p>クレーンは1931年に造られ、<ruby>石炭<rp>（</rp><rt>せきたん</rt><rp>）</rp></ruby>を運び、
炭鉱が閉じると木材を、最後は観光客を運んだ。料金はアイス一本と同じだった。</p>
<p>住民の会の代表は「夕日の中の姿を見た人なら反対する」と話す。署名は二千百人分に達し、冬の前に採決をやり直すよう求めている。</p></article>
<section><h3>関連記事</h3><ul><li>フェリー運賃、再び値上げ</li><li>島に新しい町長</li></ul></section></body></html>"""


def marked(draft: Draft) -> list[str]:
    return [span.of(draft.text) for span in draft.boilerplate]


def test_an_english_page() -> None:
    draft = read_html(ENGLISH, "quay.html")
    assert (draft.title, draft.published) == ("Old cranes leave the harbour", date(2024, 4, 9))
    assert (draft.url, draft.path, draft.id) == ("https://quay.example.com/news/old-cranes", "quay.html", None)
    assert marked(draft) == [
        "We use cookies. Accept Reject\n\nWorld\n\nHarbour\n\nThe cranes\n\nSport",
        "By Ann Lee April 9, 2024",
        "Advertisement\n\nBuy the new Gullwing raincoat now",
        "Related\n\nFerry fares rise again 2024-12-20\n\nNew mayor for the island"
        "\n\n© 2024 The Quay. All rights reserved.",
    ]
    assert "have stood idle for nearly thirty years beside the fishmarket, and" in draft.text
    assert "\n\nThe cranes\n\n“Nobody who" in draft.text
    assert "\n\nCrane\tTonnes\n\nNorth\t12\n\nSouth\t18\n\n" in draft.text
    assert "color" not in draft.text
    assert "2019" not in draft.text


def test_a_chinese_page_is_dated_by_its_dateline() -> None:
    draft = read_html(CHINESE, "jiang.html")
    assert (draft.title, draft.published, draft.url) == ("港口旧吊车将迁走", date(2024, 4, 9), None)
    assert marked(draft) == [
        "首页 新闻 生活",
        "相关阅读\n\n渡轮票价再次上调 2024-12-20\n\n岛上选出新市长",
    ]


def test_a_japanese_page_loses_the_readings_above_its_words() -> None:
    draft = read_html(JAPANESE, "kishibe.html")
    assert (draft.title, draft.published) == ("港の古いクレーン、移設へ", date(2024, 4, 9))
    assert "1931年に造られ、石炭を運び" in draft.text
    assert marked(draft)[0] == "トップ\n\n経済\n\n暮らし"
    assert marked(draft)[-1] == "関連記事\n\nフェリー運賃、再び値上げ\n\n島に新しい町長"
    assert not any("クレーン" in text for text in marked(draft))


def test_lines_that_were_cut_differently_find_their_blocks() -> None:
    blocks = [
        "Harbour",
        "Title",
        "One long line of text",
        "and another long line",
        "Buy now",
        "First half.\nSecond half.",
        "…",
    ]
    lines = ["Title", "One long line of text and another long line", "First half.", "Second half.", "- Harbour"]
    assert _kept_blocks(blocks, lines, "Title") == [False, True, True, True, False, True, True]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<p>re<b>build</b>ing</p>", "rebuilding"),
        ("<p>H<sub>2</sub>O</p>", "H2O"),
        ("<p>line<br>break</p>", "line\nbreak"),
        ("<p>new<br> <br/>paragraph</p>", "new\n\nparagraph"),
        ("loose <i>text</i> here<div>block</div>tail", "loose text here\n\nblock\n\ntail"),
        ("<a>World</a><a>Sport</a>", "World Sport"),
        ("<span>Ann Lee</span><span>April</span>", "Ann Lee April"),
        ("<span>江边日报</span><span>2024</span>", "江边日报 2024"),
        ("<span>10:05</span><span>阅读</span>", "10:05 阅读"),
        ("<b>re</b><i>build</i>", "rebuild"),
        ("<p>a<!-- hidden -->b</p>", "ab"),
        (
            "<p>shown</p><p hidden>no</p><p style='display: none'>no</p><div style='visibility:hidden'><p>no</p></div>",
            "shown",
        ),
        ("<p>a<script>no</script>b<style>no</style>c<noscript>no</noscript>d<template>no</template>e</p>", "abcde"),
        ("<p>before<svg><title>no</title><text>no</text></svg>after</p>", "beforeafter"),
        ("<select><option>no</option></select><textarea>no</textarea><p>yes</p>", "yes"),
        ("<ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul>", "one\n\ninner\n\ntwo"),
        ("<table><tr><td>a b</td><td>c<br>d</td></tr></table>", "a b\tc d"),
        ("<table><tr><td><p>one</p><p>two</p></td></tr></table>", "one\n\ntwo"),
        (
            f"<table><tr><td><p>{'one ' * 120}</p></td><td><p>two</p></td></tr></table>",
            f"{('one ' * 120).strip()}\n\ntwo",
        ),
        ("<pre>a\n  b\n\nc</pre>", "a\nb\n\nc"),
        ("<p>&nbsp;</p><p>\u200b</p><p>x&nbsp;&amp;&lt;y</p>", "x &<y"),
        ("<p>e&#x301;</p>", "é"),
        ("<p>x</p></body></html><p>behind</p>", "x\n\nbehind"),
        ("\x00a\x00b <h1>c&#1;d</h1>&#xfffe;e", "ab\n\ncd\n\ne"),
        ("", ""),
    ],
)
def test_visible_text(body: str, text: str) -> None:
    page = f"<html><head><title>t</title></head><body>{body}</body></html>"
    assert read_html(page, "page.html").text == text


@pytest.mark.parametrize(
    "page", ["", "   ", "no markup at all", "<", "<p>short</p>", "\x00", "<?xml version='1.0'?>", "<!--"]
)
def test_what_is_hardly_a_page_is_no_error(page: str) -> None:
    assert read_html(page, "page.html").boilerplate == ()


def test_where_no_main_text_is_found_nothing_is_marked() -> None:
    page = "<html><body><div><a href='/a'>One</a></div><div><a href='/b'>Two</a></div></body></html>"
    draft = read_html(page, "page.html")
    assert (draft.text, draft.boilerplate) == ("One\n\nTwo", ())


@pytest.mark.parametrize(
    ("head", "body", "day"),
    [
        ('<meta name="date" content="2024-04-09">', "", date(2024, 4, 9)),
        (
            '<script type="application/ld+json">{"datePublished":"2024-04-09T10:00:00Z"}</script>',
            "",
            date(2024, 4, 9),
        ),
        ("", '<meta itemprop="datePublished" content="2024-04-09">', date(2024, 4, 9)),
        ('<link rel="canonical" href="https://quay.example.com/2024/04/09/cranes">', "", date(2024, 4, 9)),
        ("", '<time datetime="2024-04-09T10:00:00Z">3 hours ago</time>', date(2024, 4, 9)),
        ("", '<time datetime="2024-04-09">a</time><time datetime="2024-12-20">b</time>', None),
        ("", "<p>On April 9, 2024 the board met.</p>", None),
        ("", '<aside class="date">Ferry fares rise 2024-12-20</aside>', None),
        ("<script>var published = '2019-01-01T10:00:00';</script>", "", None),
        ('<meta name="date" content="2999-04-09">', "", None),
        ("<title>Report of 31 December 2023</title>", "", None),
        ("", "", None),
    ],
)
def test_a_wrong_date_is_worse_than_none(head: str, body: str, day: date | None) -> None:
    main = ENGLISH[ENGLISH.index("<p>The harbour") : ENGLISH.index("</article>")]
    page = f"<html><head>{head}</head><body><article><h1>Cranes</h1>{main}</article>{body}</body></html>"
    assert read_html(page, "page.html").published == day


@pytest.mark.parametrize("tag", ["div", "span", "font", "b"])
def test_a_page_whose_tags_are_never_closed_is_read_to_its_end(tag: str) -> None:
    assert read_html(f"<html><body>{f'<{tag}>x ' * 600}the end", "page.html").text.split() == ["x"] * 600 + [
        "the",
        "end",
    ]


def test_a_page_that_no_parser_reads_to_its_end_is_refused() -> None:
    with pytest.raises(UnreadableFile, match=r"^bomb\.html: nested more than 2,048 elements deep; save"):
        read_html(f"<html><body>{'<div>' * 3000}deep", "bomb.html")


TAGS = st.sampled_from(
    [
        "p",
        "div",
        "b",
        "a",
        "span",
        "li",
        "ul",
        "table",
        "tr",
        "td",
        "h1",
        "article",
        "br",
        "pre",
        "time",
        "svg",
        "ruby",
        "rt",
    ]
)
PIECES = st.one_of(
    TAGS.map("<{}>".format),
    TAGS.map("</{}>".format),
    st.text(max_size=20),
    st.just("The board voted to move them. " * 4),
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_markup_gives_settled_text_and_spans_of_whole_blocks(body: str) -> None:
    draft = read_html(f"<html><body>{body}</body></html>", "page.html")
    assert settle(draft.text) == draft.text
    blocks = draft.text.split("\n\n")
    covered = [block for text in marked(draft) for block in text.split("\n\n")]
    assert all(block in blocks for block in covered)
    assert list(draft.boilerplate) == sorted(draft.boilerplate)
    assert all(left.end + 2 < right.start for left, right in pairwise(draft.boilerplate))


@given(st.text())
def test_any_text_is_no_error(page: str) -> None:
    assert settle(read_html(page, "page.html").text) == read_html(page, "page.html").text
