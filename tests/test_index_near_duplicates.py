from collections.abc import Sequence
from datetime import date
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import to_article
from index.near_duplicates import copies_among, find_clusters, fingerprint
from index.same_story import is_copy
from index.sentences import split_sentences
from index.settle import settle
from index.story import Story
from index.types import Article, Draft

PARAGRAPHS = [
    "The old ferry between Marlow Point and the island of Senn will stop running on March 3, its owner said.",
    "Some 4,200 people a week still use the boat, half as many as before the bridge was opened in 2019.",
    'Captain Ilse Brandt has steered it for thirty-one years. "I know every stone of that bay by its sound," she said.',
    "The council offered 250,000 crowns a year to keep it, but the owner wants 400,000 and a new engine.",
    "A decision on the future of the landing stage is expected when the council meets again in the autumn.",
]
STORY = "\n\n".join(PARAGRAPHS)
ZH = (
    "往返于石岬镇与森岛之间的老渡轮将于3月3日停航，船主在周二说。\n\n每周仍有4200人乘坐这条船，只有2019年大桥通车之前的一半。"
    "\n\n船长白德兰已掌舵三十一年，她说海湾里的每块石头她都听得出来。\n\n镇议会愿意每年补贴25万元，船主却要40万元和一台新发动机。"
)
ZH_TRADITIONAL = (
    "往返於石岬鎮與森島之間的老渡輪將於3月3日停航，船主在週二說。\n\n每週仍有4200人乘坐這條船，只有2019年大橋通車之前的一半。"
    "\n\n船長白德蘭已掌舵三十一年，她說海灣裡的每塊石頭她都聽得出來。\n\n鎮議會願意每年補貼25萬元，船主卻要40萬元和一臺新發動機。"
)
JA = (
    "石岬町と森島を結ぶ古い渡し船が3月3日で運航を終えると、船主が火曜日に明らかにした。\n\n今も週に4200人が利用しているが、"
    "2019年に橋が開通する前の半分にすぎない。\n\n船長の白井さんは三十一年間舵を取ってきた。湾の石は音で一つ残らず分かると話す。"
)
BULLETINS = [
    f"Tide table for day {n}.\nHigh water at {n % 12}:10, low water at {n % 12 + 6}:25, wind {n} knots."
    for n in range(90)
]


def story(id_: str, text: str, published: date | None = None) -> Story:
    return Story.of(to_article(Draft(text, f"{id_}.txt", id=id_, published=published)))


def unmarked(text: str) -> Story:
    return Story.of(Article("a", "v", "", text, "und", None, None, "a.txt", (), split_sentences(text, "und", ())))


def clusters(*texts: str) -> list[tuple[str, ...]]:
    return copies_among(story(str(n), text) for n, text in enumerate(texts))


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        pytest.param(STORY, STORY, id="the same"),
        pytest.param(
            f"Last crossing for the Senn ferry\n\n{STORY}",
            "\n\n".join(["Island loses its boat after a century", *PARAGRAPHS[:-1]]),
            id="another headline, the last paragraph dropped",
        ),
        pytest.param(STORY, "\n".join(PARAGRAPHS[:2] + PARAGRAPHS[3:]), id="a paragraph dropped in the middle"),
        pytest.param(
            STORY, f"{STORY}\n\nTickets bought for later days will be paid back at the harbour.", id="one added"
        ),
        pytest.param(STORY, f"By Anna Holt\n\n{STORY}\n\n(Editing by Tom Rask)", id="bylines"),
        pytest.param(f"MARLOW POINT, Feb 1 (Aldine Wire) - {STORY}", f"MARLOW POINT — {STORY}", id="datelines"),
        pytest.param(STORY, STORY.replace('"', "”").replace(", half", " - half").upper(), id="punctuation and case"),
        pytest.param(STORY, STORY.replace("4,200", "4200"), id="a figure in another style"),
        pytest.param(STORY, STORY.replace("offered 250,000 crowns", "offered some 250,000 crowns"), id="a small word"),
        pytest.param(ZH, ZH_TRADITIONAL, id="traditional and simplified"),
        pytest.param(ZH, ZH.replace("\n\n", "\n").replace("，", "， "), id="zh white space"),
        pytest.param(f"老渡轮停航\n\n{ZH}", f"百年渡船告别海湾\n\n{ZH}", id="zh headline"),
        pytest.param(JA, JA.replace("\n\n", "\n"), id="ja"),
        pytest.param(f"【北電=石岬町】{JA}", JA, id="ja dateline"),
    ],
)
def test_a_copy_is_found(text: str, copy: str) -> None:
    assert clusters(text, copy) == [("0", "1")]


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        pytest.param(STORY, "4,200", "4,300", id="a figure"),
        pytest.param(STORY, "thirty-one", "thirty", id="a number in words"),
        pytest.param(STORY, "2019", "2018", id="a year"),
        pytest.param(STORY, "March 3", "March 4", id="a day"),
        pytest.param(STORY, "March 3", "May 3", id="a month"),
        pytest.param(STORY, "Ilse Brandt", "Ilse Brunner", id="a name"),
        pytest.param(STORY, "Ilse Brandt", "Brandt", id="a name dropped"),
        pytest.param(STORY, "will stop", "will not stop", id="a denial"),
        pytest.param(STORY, "250,000 crowns", "$250,000", id="a currency"),
        pytest.param(STORY, "half as many", "twice as many", id="a ratio"),
        pytest.param(STORY, "expected", "feared", id="another word"),
        pytest.param(ZH, "4200", "4300", id="zh figure"),
        pytest.param(ZH, "2019年", "2018年", id="zh year"),
        pytest.param(ZH, "白德兰", "白德芳", id="zh name"),
        pytest.param(ZH, "船主却要", "船主却不要", id="zh denial"),
        pytest.param(JA, "火曜日", "水曜日", id="ja day"),
        pytest.param(JA, "白井さん", "黒井さん", id="ja name"),
    ],
)
def test_what_differs_in_a_fact_is_no_copy(text: str, old: str, new: str) -> None:
    assert old in text
    assert clusters(text, text.replace(old, new)) == []


def test_a_fact_in_a_short_line_of_its_own_counts() -> None:
    assert clusters(f"{STORY}\n\nWinner: Ilse Brandt.", f"{STORY}\n\nWinner: Tom Rask.") == []


def test_a_headline_may_not_give_another_figure() -> None:
    assert clusters(f"Ferry for 4,200 stops\n\n{STORY}", f"Ferry for 5,100 stops\n\n{STORY}") == []


def test_an_excerpt_is_no_copy() -> None:
    assert clusters(STORY, PARAGRAPHS[0]) == []


def test_a_chain_of_small_changes_joins_no_two_that_differ() -> None:
    short = "\n\n".join(PARAGRAPHS[:3])
    first, last = f"{short}\n\nThe boat cost 90 crowns.", f"{short}\n\nThe boat cost 70 crowns."
    found = clusters(first, short, last)
    assert len(found) == 1
    assert {"0", "2"} - set(found[0])


def test_the_earliest_comes_first_and_undated_ones_last() -> None:
    days = {"a": None, "b": date(2024, 3, 2), "c": date(2024, 3, 1), "d": None, "e": date(2024, 3, 2)}
    assert copies_among(story(id_, STORY, day) for id_, day in days.items()) == [("c", "b", "e", "a", "d")]


def test_pages_of_one_pattern_are_not_joined() -> None:
    assert clusters(*BULLETINS) == []


def test_texts_without_words_have_no_copies() -> None:
    assert clusters("...", "...", "—") == []


VARIANTS = [
    STORY,
    "\n\n".join(PARAGRAPHS[:-1]),
    STORY.replace("4,200", "4,300"),
    "\n\n".join(PARAGRAPHS[:-1]).replace("4,200", "4,300"),
    ZH,
    ZH_TRADITIONAL,
    ZH.replace("4200", "4300"),
    JA,
    "\n\n".join(PARAGRAPHS[1:]),
    *BULLETINS[:5],
]


@settings(max_examples=25)
@given(st.permutations(range(len(VARIANTS))))
def test_the_order_does_not_matter(order: Sequence[int]) -> None:
    found = copies_among(story(f"{n:02}", VARIANTS[n]) for n in order)
    assert found == [("00", "01", "08"), ("02", "03"), ("04", "05")]


@settings(max_examples=50)
@given(
    st.lists(st.sampled_from([" ", "\n", "\n\n", "\t", " \n", "\u3000", "\u00a0"]), min_size=1),
    st.sampled_from([STORY, ZH]),
)
def test_white_space_makes_no_difference(spaces: list[str], text: str) -> None:
    changed = "".join(word + spaces[n % len(spaces)] for n, word in enumerate(text.split()))
    assert is_copy(unmarked(text), unmarked(settle(changed)))


@settings(max_examples=100)
@given(st.text(min_size=1))
def test_any_text_is_its_own_copy(text: str) -> None:
    one, other = story("a", text), story("b", text)
    assert copies_among([one, other]) == ([("a", "b")] if one.words else [])


def test_a_fingerprint_is_the_same_from_run_to_run() -> None:
    found = fingerprint(story("a", STORY))
    assert found.words == fingerprint(story("b", STORY.upper())).words
    assert found.signature.shape == (128,)
    assert found.signature.dtype == np.dtype(np.uint32)
    assert found.signature[:3].tolist() == [47685580, 14992772, 44748445]


def test_only_candidates_are_read() -> None:
    stories = {str(n): story(str(n), text) for n, text in enumerate([STORY, ZH, ZH_TRADITIONAL, JA])}
    read: list[str] = []

    def story_of(id_: str) -> Story:
        read.append(id_)
        return stories[id_]

    assert find_clusters({id_: fingerprint(one) for id_, one in stories.items()}, story_of) == [("1", "2")]
    assert sorted(read) == ["1", "2"]


def test_many_copies_of_many_stories() -> None:
    texts = [STORY.replace("4,200", str(n)) for n in range(1000, 1020)]
    stories = [story(f"{n:02}-{turn}", text) for n, text in enumerate(texts) for turn in range(3)]
    Random(1).shuffle(stories)
    assert copies_among(stories) == [(f"{n:02}-0", f"{n:02}-1", f"{n:02}-2") for n in range(20)]
