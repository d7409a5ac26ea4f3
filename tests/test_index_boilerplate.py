from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.boilerplate import find_boilerplate

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "meta-2024"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the five seed pages (../shared/corpus) are not here")

BODY = "The harbour wall was raised by two metres last year. Nobody in the town expected it to hold for a century."
MORE = "Engineers had measured the tide for eleven winters before the council agreed to pay for the work."
ZH = "港口的堤坝去年加高了两米，镇上没有人相信它能撑过一百年，工程师们为此测量了十一个冬天的潮水。"
JA = "港の堤防は昨年二メートル高くなったが、百年もつと信じる町民は一人もいなかったという。"

POSTS = ["猜你喜欢", "- 渔船返港", "-", "海潮今年来得早，渔民都说没有见过这样的春天。", "- 盐汽水", "- 3 天前"]
POSTS += ["- 支持", "- 反对", "- 回复", "- 收藏"]


def page(corpus_name: str) -> str:
    (path,) = CORPUS.glob(f"{corpus_name}_*.txt")
    return path.read_text("utf-8")


def marked(text: str) -> list[str]:
    return [line.strip() for span in find_boilerplate(text) for line in span.of(text).split("\n") if line.strip()]


def kept(text: str) -> list[str]:
    pieces, end = [], 0
    for span in find_boilerplate(text):
        pieces.append(text[end : span.start])
        end = span.end
    return [line.strip() for line in "\n".join([*pieces, text[end:]]).split("\n") if line.strip()]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["The wall that held", "saltmarsh", "发表于 2021-3-4 10:20:30", "235", "0", BODY],
            ["saltmarsh", "发表于 2021-3-4 10:20:30", "235", "0"],
            id="forum head",
        ),
        pytest.param([BODY, "Advertisement", MORE], ["Advertisement"], id="advert between paragraphs"),
        pytest.param(
            [BODY, "广告", "【磐石学院】夜校报名，名额有限", MORE],
            ["广告", "【磐石学院】夜校报名，名额有限"],
            id="copy",
        ),
        pytest.param([BODY, "Advertisement", "What it cost", MORE], ["Advertisement"], id="a subhead is no copy"),
        pytest.param([ZH, "图片", ZH[:20] + "。"], ["图片"], id="picture"),
        pytest.param(
            [BODY, "You may also like", "- Tides to rise 3% by May", "- Council sells the pier", MORE],
            ["You may also like", "- Tides to rise 3% by May", "- Council sells the pier"],
            id="list in mid-article ends at prose",
        ),
        pytest.param(
            [BODY, "Related", "Tides to rise by May", "Council sells the pier for a song"],
            ["Related", "Tides to rise by May", "Council sells the pier for a song"],
            id="list without bullets at the end",
        ),
        pytest.param(
            [BODY, "Related", "- Tides to rise by May", "- Pier sold", "What it cost", MORE],
            ["Related", "- Tides to rise by May", "- Pier sold"],
            id="a subhead after bullets is kept",
        ),
        pytest.param(
            [JA, "関連記事", "・潮位、来年も上昇へ", "・桟橋を売却"],
            ["関連記事", "・潮位、来年も上昇へ", "・桟橋を売却"],
            id="ja list",
        ),
        pytest.param(
            [
                BODY,
                "- Bakers Poised for Strike",
                "- Cheese Exports Boosted",
                "- Historic Milestone in Curling",
                MORE * 3,
            ],
            ["- Bakers Poised for Strike", "- Cheese Exports Boosted", "- Historic Milestone in Curling"],
            id="headlines of other stories without a heading",
        ),
        pytest.param([ZH, *POSTS], POSTS, id="posts of others"),
        pytest.param(
            [BODY, "3 Comments", "Ada", "I was there when they poured the concrete, it was freezing."],
            ["3 Comments", "Ada", "I was there when they poured the concrete, it was freezing."],
            id="comments",
        ),
        pytest.param(
            [ZH, "本文为转载内容，授权事宜请联系原著作权人。", "林小满", "• 渔船返港", "评论", "微博"],
            ["本文为转载内容，授权事宜请联系原著作权人。", "林小满", "• 渔船返港", "评论", "微博"],
            id="tail after a rights line",
        ),
        pytest.param([f"{ZH}返回搜狐，查看更多责任编辑："], ["返回搜狐，查看更多责任编辑："], id="glued credit"),
        pytest.param(["A wall", "", "A wall", "", BODY], [], id="short title twice"),
        pytest.param(
            ["The harbour wall that held on", BODY, "The harbour wall that held on"],
            ["The harbour wall that held on"],
            id="title twice",
        ),
        pytest.param([BODY, MORE, BODY], [BODY], id="paragraph twice"),
    ],
)
def test_marks(lines: list[str], expected: list[str]) -> None:
    assert marked("\n".join(lines)) == expected


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(
            [BODY, "The figures are:", "- Height: 2 metres", "- Cost: $4 million", "- Workers: 120"], id="figures"
        ),
        pytest.param([BODY, "Share of the work", MORE], id="subhead"),
        pytest.param(["“Will it hold?”", "“Yes.”", "“How long?”", "“Yes.”", BODY], id="dialogue"),
        pytest.param([ZH, "「走吧。」", "「去哪里？」", "「走吧。」"], id="zh dialogue"),
        pytest.param([BODY, "School: Gilbert", "Ada Lund", "School: Gilbert", MORE], id="records"),
        pytest.param(["By the sea", BODY], id="title"),
        pytest.param(["More: a story of greed", BODY], id="title like a link"),
        pytest.param([BODY, "1996", MORE], id="a year as heading"),
        pytest.param(
            [
                BODY,
                "Further reading",
                "- The tide book by Ada Lund explains how the wall was built and who paid for it.",
            ],
            id="sentences under a related heading",
        ),
        pytest.param(
            [
                BODY,
                "The wall has:",
                "- Upper Harbour Walkway",
                "- Lower Harbour Gate",
                "- Tide Measuring Station",
                MORE,
            ],
            id="a list that a colon announces",
        ),
    ],
)
def test_content_stays(lines: list[str]) -> None:
    assert [line for line in marked("\n".join(lines)) if line not in {"Further reading"}] == []


def test_second_body_is_marked_and_first_stays_though_lines_were_joined() -> None:
    body = [BODY, MORE, "Then the storm came, and the sea stood at the top step for nine hours without a break."]
    text = "\n\n".join(["The wall", *body]) + "\n\n" + " ".join(body)
    assert kept(text) == ["The wall", *body]


def test_repeat_with_another_figure_is_kept() -> None:
    other = BODY.replace("two", "three")
    assert kept(f"{BODY}\n{other}") == [BODY, other]


def test_wrapped_disclaimer_is_marked_whole() -> None:
    text = f"{BODY}\nShare\nHarbour Post does not give investment advice. The value\nof investments can fall."
    assert marked(text)[-2:] == ["Harbour Post does not give investment advice. The value", "of investments can fall."]


chrome = st.sampled_from(
    ["图片", "Advertisement", "支持", "猜你喜欢", "-", "3 天前", "12", BODY, ZH, JA, "Share", "", "评论"]
)


@given(st.one_of(st.text(), st.lists(st.one_of(chrome, st.text(max_size=30))).map("\n".join)))
def test_spans_are_sorted_disjoint_and_not_blank(text: str) -> None:
    spans = find_boilerplate(text)
    assert all(left.end < right.start for left, right in pairwise(spans))
    assert all(span.of(text).strip() and span.end <= len(text) for span in spans)


@given(st.lists(st.sampled_from([BODY, MORE, ZH, JA]), min_size=1))
def test_every_paragraph_stays_once(paragraphs: list[str]) -> None:
    assert kept("\n\n".join(paragraphs)) == list(dict.fromkeys(paragraphs))


@needs_corpus
def test_page_000_keeps_only_title_and_article() -> None:
    lines = kept(page("000"))
    assert len(lines) == 19
    assert not any(word in line for line in lines for word in ("支持", "收藏", "声明", "SNT", "発"))


@needs_corpus
def test_page_001_stands_once() -> None:
    lines = kept(page("001"))
    assert len(lines) == len(set(lines)) == 31
    assert not any(word in line for line in lines for word in ("评论", "下载", "编辑", "转载"))


@needs_corpus
def test_page_002_loses_pictures_and_credits_only() -> None:
    lines = marked(page("002"))
    assert lines.count("图片") == len(lines) - 4 == page("002").split("\n").count("图片")


@needs_corpus
def test_page_003_loses_adverts_and_links() -> None:
    lines = marked(page("003"))
    assert len(lines) == 8
    assert sum(line.startswith("-") for line in lines) == 5


@needs_corpus
def test_page_004_is_all_article() -> None:
    assert marked(page("004")) == []
