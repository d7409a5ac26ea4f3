"""Whether a text holds an answer, in three languages, two scripts, two widths and several currencies."""

import pytest

from eval.match import holds, holds_any


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        # Words, whatever the case, width, spacing and punctuation
        ("It is led by the FAIR lab.", "FAIR"),
        ("fair, an A.I. lab", "FAIR"),
        ("the ＦＡＩＲ lab", "FAIR"),
        ("Javier Olivan,47, runs operations", "Javier Olivan"),
        ("“Javier\nOlivan”", "javier olivan"),
        ("FAIR的研究员", "FAIR"),
        ("馬克·扎克伯格", "马克·扎克伯格"),
        ("马克·扎克伯格", "馬克・扎克伯格"),
        ("東京大學と慶應義塾大學", "东京大学"),
        ("第２世代のチップ", "第2世代"),
        ("ザッカーバーグ氏は", "ｻﾞｯｶｰﾊﾞｰｸﾞ"),
        ("7nm", "7NM"),
        # Figures
        ("到年底将有35万块H100", "350,000"),
        ("到年底將有35萬塊H100", "350,000"),
        ("H100を35万個", "350,000"),
        ("about 350,000 of them", "35万"),
        ("about 350,000 of them", "350000"),
        ("350 thousand chips", "350,000"),
        ("市值为2045亿美元", "$204.5 billion"),
        ("時価総額は2,045億ドル", "$204.5 billion"),
        ("worth $204.5 billion", "2045亿美元"),
        ("worth US$204.5bn", "2045億ドル"),
        ("worth 204.5 billion dollars", "$204.5 billion"),
        ("rose 57%", "57%"),
        ("rose 57 percent", "57%"),
        ("５７％上昇", "57%"),
        ("57%", "57"),
        ("57.", "57"),
        ("at 57, after 3", "57"),
        ("in 2013年", "2013"),
        ("增长4.5倍", "4.5倍"),
        ("1,200 people", "1200 people"),
        ("1200 people", "1,200 people"),
        ("Items 5, 7 were missing.", "5, 7"),
        ("the A.I. Act", "AI Act"),
    ],
)
def test_held(text: str, answer: str) -> None:
    assert holds(text, answer)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("it was done fairly", "FAIR"),
        ("affair", "FAIR"),
        ("FAIR2", "FAIR"),
        ("Meta", "Metaverse"),
        ("马克", "马克·扎克伯格"),
        ("570 people", "57"),
        ("157 people", "57"),
        ("1.57 metres", "57"),
        ("57.5%", "57"),
        ("57.5%", "57%"),
        ("1,057 people", "57"),
        ("57,000 people", "57"),
        ("It cost 15 billion dollars.", "1.5 billion"),
        ("It cost 1.5 billion dollars.", "15 billion"),
        ("up 35%", "3.5%"),
        ("增长45倍", "4.5倍"),
        ("Items 5, 7 were missing.", "57"),
        ("items 57", "5, 7"),
        ("A57", "57"),
        ("57B", "57"),
        ("35万", "350,001"),
        ("3.5万", "350,000"),
        ("57%", "57 people"),
        ("2045亿日元", "$204.5 billion"),
        ("€204.5 billion", "$204.5 billion"),
        ("204.5亿美元", "$204.5 billion"),
        ("", "57"),
        ("nothing", ""),
        ("nothing", "、。"),
    ],
)
def test_not_held(text: str, answer: str) -> None:
    assert not holds(text, answer)


def test_one_of_several_is_enough() -> None:
    assert holds_any("35万块", ("400,000", "350,000"))
    assert not holds_any("35万块", ("400,000", "FAIR"))
    assert not holds_any("35万块", ())
