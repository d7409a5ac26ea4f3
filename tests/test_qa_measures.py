"""What a question wants measured, and whether a text tells it."""

import pytest

from index.types import Span
from qa.measures import fits_measure, measured, measures, with_unit
from qa.quantities import find_quantities


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("How long did the repair take?", "duration"),
        ("修桥用了多久？", "duration"),
        ("橋の修理は何日間かかりましたか？", "duration"),
        ("How many hours did it last?", "duration"),
        ("How old is the keeper?", "age"),
        ("管理员多大年纪？", "age"),
        ("灯台守は何歳ですか？", "age"),
        ("How much does the bell weigh?", "mass"),
        ("鐘の重さは何キログラムですか？", "mass"),
        ("How far is the island?", "length"),
        ("岛有多远？", "length"),
        ("橋は何メートルですか？", "length"),
        ("How much power does the lamp need?", "power"),
        ("ランプの消費電力は何ワットですか？", "power"),
        ("这盏灯要用多少电？", "power"),
        ("周波数はいくつ？", "frequency"),
        ("橋の修理は何時間かかりますか？", "duration"),
        ("石油を何ヵ月分蓄えていますか？", "duration"),
        ("How many people came?", "things"),
        ("来了多少人？", "things"),
        ("客は何人いますか？", "things"),
        ("What percentage of visitors came by boat?", "percent"),
        ("坐船来的占百分之多少？", "percent"),
        ("How much money was spent?", "money"),
        ("多少钱？", "money"),
        ("How many million dollars did it cost?", "money"),
        ("一共花了多少亿美元？", "money"),
        ("何億円かかりましたか？", "money"),
        ("How many million tons were sold?", "mass"),
        # Nothing is measured, or it can't be told what.
        ("How much was lost?", ""),
        ("Who lit the lamp?", ""),
        ("開館は何年ですか？", ""),
        ("何人聽從他的建議？", ""),
        ("Which country has the longest bridge?", ""),
        ("Which country has the highest percentage of women in parliament?", ""),
        ("What is high-frequency trading?", ""),
        ("这几天发生了什么？", ""),
        ("OpenAI面临的多重压力来自哪里？", ""),
        ("为什么很多深圳公司去香港上市？", ""),
        ("利率有多高？", ""),
        ("比亚迪卖了多少电动车？", ""),
        ("消費電力は何が原因で増えた？", ""),
        ("How far did the shares fall?", ""),
    ],
)
def test_what_is_wanted(question: str, measure: str) -> None:
    assert measured(question) == measure


@pytest.mark.parametrize(
    ("text", "measure", "whole"),
    [
        ("It took 21 days.", "duration", "21 days"),
        ("年满38岁，", "age", "38岁"),
        ("重さは515グラムです", "mass", "515グラム"),
        ("塔高45米。", "length", "45米"),
        ("最高700瓦。", "power", "700瓦"),
        ("245兆瓦", "power", "245兆瓦"),
        ("従業員は8万6482人だった", "things", "8万6482人"),
        ("It rose 26 per cent.", "percent", "26 per cent"),
        ("It cost $232 billion.", "money", "$232 billion"),
        ("It has 57 doors.", "", "57"),
        ("In 2022 it closed.", "", "2022"),
        ("In 2022 people voted.", "", "2022"),
    ],
)
def test_what_a_figure_measures(text: str, measure: str, whole: str) -> None:
    (figure,) = find_quantities(text)
    assert measures(figure, text) == measure
    assert with_unit(figure, text) == Span(text.index(whole), text.index(whole) + len(whole))


@pytest.mark.parametrize(
    ("question", "text", "fits"),
    [
        ("ランプは何ワットですか？", "It costs $25,000.", -1),
        ("ランプは何ワットですか？", "It uses 700 watts.", 1),
        # Figures without a unit may be anything, but watts never stand without one.
        ("ランプは何ワットですか？", "It wants 350,000 of them.", -1),
        ("How many lamps are there?", "It wants 350,000 of them.", 0),
        ("How many people came?", "It cost $21.", -1),
        ("How many working days were lost?", "It took 21 days.", 0),
        ("How many people came?", "Nobody came.", 0),
        ("How long did it take?", "It took six days.", 1),
        ("用了多久？", "历时44年之久。", 1),
        ("用了多久？", "1995年建成。", 0),
        ("What percentage came by boat?", "A third came by boat.", 1),
        ("What percentage came by boat?", "40 came by boat.", 0),
        ("What percentage came by boat?", "It took 21 days.", -1),
        ("What percentage came by boat?", "Half of them did.", 1),
        ("How many percent came by boat?", "Some 52 percent did.", 1),
        ("How many nations signed?", "Twelve nations face a 25% tariff.", 0),
        ("How long did it take?", "It took fourteen months.", 1),
        ("How long did it take?", "It was closed from 1990 until 1994.", 0),
        ("How long did it take?", "It was open for 14 straight hours.", 0),
        ("How long did it take?", "It cost $3 billion.", -1),
        ("用了多久？", "20多年后建成。", 1),
        ("ランプの消費電力は何テラワット時？", "It uses 415 TWh.", 1),
        ("How heavy is it?", "It has 10m fans and a 5G mast.", 0),
        ("How old was he?", "Ada Lind, 38, lit it.", 0),
        ("Who lit it?", "It took 21 days.", 0),
    ],
)
def test_whether_a_text_tells_it(question: str, text: str, fits: int) -> None:
    assert fits_measure(question, text) == fits
