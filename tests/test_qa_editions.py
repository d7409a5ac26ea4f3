"""Numbered kinds: what tells of another term, season, model or quarter than the question asks about."""

import pytest

from qa.editions import of_another_edition


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("香港第四任行政长官？", "习近平监誓香港特别行政区第五任行政长官。"),
        ("第12届大会在哪里举行？", "第十三届大会在港口举行。"),
        ("第二十一回大会は？", "第20回大会は中止になった。"),
        ("Who won the 108th edition?", "Bernal won the 106th edition of the tour."),
        ("What was the third quarter's profit?", "Profit of the second quarter was 4 million."),
        ("小米MIX1的处理器是什么", "小米MIX 2 全面屏2.0，骁龙835处理器."),
        ("Which chip does the Tern 5 have?", "The Tern 4 has another chip."),
        ("アストラ3の価格は？", "アストラ 2は4万円。"),
        ("2019-2020赛季欧冠冠军", "切尔西夺得2020—2021赛季欧冠冠军"),
        ("Who won the league in 2019/20?", "The town won the league of 2020-21."),
    ],
)
def test_another_one_is_told_of(question: str, text: str) -> None:
    assert of_another_edition(question, text)
    assert of_another_edition(text, question)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("香港第四任行政长官？", "梁振英当选为香港特区第4任行政长官。"),
        ("第二十一届大会", "第21届大会和第20届大会"),
        ("第十届和第二十届", "第10届"),
        ("Who won the third race?", "He won the third race and the fourth race."),
        ("Who won the third race?", "The second quarter was good."),
        ("Which chip does the Tern 5 have?", "The Heron 4 has another chip."),
        ("How good is GPT-4?", "GPT-3.5 was worse."),
        ("What has Meta 24 of?", "Meta 24,000 workers."),
        ("2019-2020赛季欧冠冠军", "2015-2019年的冠军"),
        ("Who won in 2019-20?", "On 2020-21-03 nobody won."),
        ("Who won?", ""),
    ],
)
def test_the_same_one_or_none_is(question: str, text: str) -> None:
    assert not of_another_edition(question, text)
    assert not of_another_edition(text, question)
