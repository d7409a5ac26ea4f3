from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.boilerplate import find_boilerplate
from index.sentences import paragraphs, split_sentences
from index.types import Span

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "meta-2024"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the five seed pages (../shared/corpus) are not here")


def cut(text: str, language: str) -> list[str]:
    return [span.of(text) for span in split_sentences(text, language, ())]


def of_page(corpus_name: str, language: str) -> list[str]:
    (path,) = CORPUS.glob(f"{corpus_name}_*.txt")
    text = path.read_text("utf-8")
    return [span.of(text) for span in split_sentences(text, language, find_boilerplate(text))]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["Mr. Smith paid $3.5 million.", "Inc. 500 firms in the U.S. did not."]),
        ("en", ["“No! It isn’t,” he said.", "She left."]),
        ("en", ['He called it "open science.".', "Nobody laughed."]),
        ("en", ["Wait… what?", "Yes!"]),
        ("en", ["He uses Node.js, ASP.NET and booking.com at work.", "It works."]),
        ("zh", ["他说：“走吧。我们走。”", "天黑了。"]),
        ("zh", ["“太好了！”他说。", "天黑了。"]),
        ("zh", ["“这不是路线之争。”独立顾问符启明认为，“是位置之争。”", "天黑了。"]),
        ("zh", ["价格涨到3.5亿元；成本没有变。", "2024年会怎样？"]),
        ("zh", ["涨了20%。", "5月又跌了。"]),
        ("zh", ["真的吗?", "是的!", "好吧。"]),
        ("zh", ["路线——开放的路线……没有变。", "（见下文。）", "然后他走了。"]),
        ("ja", ["「行こう。」と言った。", "夜だった。"]),
        ("ja", ["彼は「本当？」と聞いた。", "3.5％上がった。"]),
        ("ja", ["「公開してよいか。ことわる理由はない。」", "そう聞いた。"]),
        ("zh", ["🙂 今天天气好。", "😀 明天也好。"]),
        ("en", ["🙂 Hello there.", "😀 Bye now."]),
    ],
)
def test_boundaries(language: str, sentences: list[str]) -> None:
    assert cut(("" if language in {"zh", "ja"} else " ").join(sentences), language) == sentences


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("It rose to $5.2 billion.", "The company was pleased."),
        ("It began in 2023.", "In 2024 it ended."),
        ("He spoke of the wall's evolution", "This dual focus is new."),
        ("They talked about coding and memory", "These parts are needed."),
        ("He believes in general-purpose AI", "He insisted that it is near."),
        ("It served the council's vision", "Ada Lund said that it was enough for them."),
        ("So argued a note from Pell & Marsh", "It also leaves little room."),
    ],
)
def test_glued_sentences_are_parted(left: str, right: str) -> None:
    assert cut(left + right, "en") == [left, right]


NAMES = "OpenAI DeepMind WhatsApp CodeLlama iPhone LeCun GenAI YouTube LlamaOn LinkedIn BookIt deGrom easyJet"
NAMES += " openDemocracy PyTorch McDonald eBay H100 JavaScript"


@pytest.mark.parametrize("name", NAMES.split())
def test_names_with_capitals_inside_stay_whole(name: str) -> None:
    sentence = f"According to the terms, if in {name} the date of release is later, they wait."
    assert cut(sentence, "en") == [sentence]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param(
            "The company has told its staff on Tuesday that the next\nround is on the way.",
            ["The company has told its staff on Tuesday that the next\nround is on the way."],
            id="small letter",
        ),
        pytest.param(
            "Engineers measured for years. They trained Llama\n3 will be stronger.",
            ["Engineers measured for years.", "They trained Llama\n3 will be stronger."],
            id="a figure torn from its name",
        ),
        pytest.param(
            "The announcement came in a long paper that the Harbour\n"
            "Council had kept for the whole of a winter, and Ada\n"
            "Lund read it out to all of them on the day after this.",
            [
                "The announcement came in a long paper that the Harbour\nCouncil had kept for the whole of a winter, "
                "and Ada\nLund read it out to all of them on the day after this."
            ],
            id="lines of one width",
        ),
        pytest.param(
            "港口的堤坝去年加高了两米，镇上没有人相信它能撑过\n一百年，工程师们为此测量了十一个冬天的潮水，而镇上\n的人仍旧不信。",
            [
                "港口的堤坝去年加高了两米，镇上没有人相信它能撑过\n一百年，工程师们为此测量了十一个冬天的潮水，而镇上\n的人仍旧不信。"
            ],
            id="zh lines of one width",
        ),
        pytest.param(
            "What it cost\nFour million.\nWhere it came from\nThe sea.",
            ["What it cost", "Four million.", "Where it came from", "The sea."],
            id="subheads",
        ),
        pytest.param("为什么\n不知道。", ["为什么", "不知道。"], id="zh subhead"),
        pytest.param(
            "The figures are:\n- height two metres\n- cost 4 million",
            ["The figures are:", "- height two metres", "- cost 4 million"],
            id="list",
        ),
        pytest.param("1. Install it\n2. Run it", ["1. Install it", "2. Run it"], id="numbered list"),
        pytest.param("One line\n\nanother line", ["One line", "another line"], id="blank line"),
        pytest.param("Sales fell\niPhone sales rose", ["Sales fell", "iPhone sales rose"], id="brand"),
    ],
)
def test_lines(text: str, sentences: list[str]) -> None:
    assert cut(text, "en") == sentences


def test_the_rows_of_a_table_are_sentences_however_wide_they_are() -> None:
    rows = [
        "| Name | Day of release | What it is good at, in a word | Size |",
        "|------|----------------|-------------------------------|------|",
        "| Gull | 18 July        | words and talk                | 7 bn |",
        "| Tern | 22 August      | speech, and the               | 2 bn |",
    ]
    assert cut("\n".join(["These can be had", *rows, "and more are to come."]), "en") == [
        "These can be had",
        *rows,
        "and more are to come.",
    ]


def test_a_sentence_too_long_to_quote_is_broken_at_a_pause() -> None:
    half = "a word and " * 20 + "a stop"
    assert cut(f"{half}; {half}.", "en") == [f"{half};", f"{half}."]
    assert cut(f"{half}, {half}.", "en") == [f"{half}, {half}."]
    assert cut("没" * 160 + "，" + "有" * 160 + "。", "zh") == ["没" * 160 + "，", "有" * 160 + "。"]
    assert cut("没" * 500, "zh") == ["没" * 500]


def test_boilerplate_parts_sentences() -> None:
    text = "The tide rose\nAdvertisement\nand fell."
    assert [span.of(text) for span in split_sentences(text, "en", (Span(14, 27),))] == ["The tide rose", "and fell."]


def test_paragraphs_leave_out_line_ends_only() -> None:
    text = "One\n\ntwo three\nFour"
    assert [text[start:end] for start, end in paragraphs(text, ())] == ["One", "two three", "Four"]


pieces = st.sampled_from(
    [
        "The wall.",
        "no",
        "In",
        "U.S.",
        "3.5",
        "他说。",
        "“走吧！”",
        "「はい。」",
        "と言った",
        "\n",
        " ",
        "- ",
        "(",
        ")",
        "”",
        "?!",
        "…",
        "；",
        "A",
        "😀",
    ]
)
texts = st.one_of(st.text(), st.lists(pieces).map("".join), st.text(alphabet="aA.\n 。”「」,，1"))


@given(texts, st.sampled_from(["en", "zh", "ja", "und", "fr"]), st.data())
def test_sentences_cover_all_unmarked_text_once(text: str, language: str, data: st.DataObject) -> None:
    edges = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    marks = tuple(Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False))
    spans = split_sentences(text, language, marks)
    assert all(left.end <= right.start for left, right in pairwise(spans))
    assert all(span.of(text) == span.of(text).strip() != "" for span in spans)
    assert not any(span.overlaps(mark) for span in spans for mark in marks)
    covered = {place for span in (*spans, *marks) for place in range(span.start, span.end)}
    assert "".join(c for place, c in enumerate(text) if place not in covered).strip() == ""


def test_a_long_paragraph_is_cut_in_parts() -> None:
    assert cut("堤坝加高了两米。" * 3000, "zh") == ["堤坝加高了两米。"] * 3000


@needs_corpus
@pytest.mark.parametrize(("name", "language", "count"), [("000", "en", 45), ("001", "zh", 54), ("003", "en", 34)])
def test_seed_pages(name: str, language: str, count: int) -> None:
    sentences = of_page(name, language)
    assert len(sentences) == len(set(sentences)) == count
    assert max(map(len, sentences)) <= 410


@needs_corpus
def test_page_004_has_its_torn_names_in_one_sentence() -> None:
    assert sum("Llama\n" in sentence for sentence in of_page("004", "en")) == 5


@needs_corpus
def test_no_sentence_of_page_000_is_chrome() -> None:
    assert not any(word in sentence for sentence in of_page("000", "en") for word in ("支持", "收藏", "SNT", "声明"))
