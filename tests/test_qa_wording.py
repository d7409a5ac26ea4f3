"""What a sentence may say beside its quotes, in three languages and between them."""

from datetime import date

import pytest

from index.types import Article, Span
from qa.types import Quote
from qa.wording import Fault, fault


def quoted(text: str, language: str = "en", published: date | None = None) -> Quote:
    return Quote(Article("a", "0" * 12, "A", text, language, None, published, "a.txt"), Span(0, len(text)))


BRIDGE = quoted("The new bridge of Norwick, opened on 3 May 2024, cost $48 million, the mayor Ann Lee said.")
HARBOUR = quoted("Revenue of the harbour rose 12 percent last year.", published=date(2024, 4, 9))
GONE = quoted("The council did not approve the second bridge of Norwick.")
CHINESE = quoted("到2024年底，该公司将拥有35万块H100显卡，市长李安表示。", "zh")
JAPANESE = quoted("同社は2024年末までに35万個のＧＰＵを保有する予定だとザッカーバーグ氏は述べた。", "ja")


@pytest.mark.parametrize(
    ("sentence", "quote", "expected"),
    [
        ("The new bridge of Norwick cost $48 million.", BRIDGE, None),
        ("The bridge cost 48 million.", BRIDGE, None),
        ("The bridge cost 48,000,000 dollars.", BRIDGE, None),
        ("The bridge cost $47 million.", BRIDGE, "figure"),
        ("The bridge cost €48 million.", BRIDGE, "figure"),
        ("The bridge cost 48 percent.", BRIDGE, "figure"),
        ("The bridge cost forty million.", BRIDGE, "figure"),
        ("The two new bridges of Norwick opened.", BRIDGE, "figure"),
        ("The bridge opened on 3 May 2024.", BRIDGE, None),
        ("The bridge opened in May 2024.", BRIDGE, None),
        ("The bridge opened on 4 May 2024.", BRIDGE, "date"),
        ("The bridge opened on 3 May 2023.", BRIDGE, "date"),
        ("The bridge opened in June.", BRIDGE, "date"),
        ("Ann Lee said the bridge of Norwick cost $48 million.", BRIDGE, None),
        ("Ann Low said the bridge of Norwick cost $48 million.", BRIDGE, "name"),
        ("The bridge of Pell cost $48 million.", BRIDGE, "name"),
        ("NATO said the bridge of Norwick cost $48 million.", BRIDGE, "name"),
        ("Finally the bridge cost $48 million, mayor Ann Lee said.", BRIDGE, None),
        ("The bridge B48 of Norwick opened.", BRIDGE, "name"),
        ("The bridge did not cost $48 million.", BRIDGE, "denial"),
        ("The council did not approve the second bridge.", GONE, None),
        ("The council did approve the second bridge.", GONE, "denial"),
        ("Revenue of the harbour rose 12 percent in 2023.", HARBOUR, None),
        ("Revenue of the harbour rose 12 percent in 2024.", HARBOUR, "date"),
        ("Revenue of the harbour fell 12 percent last year.", HARBOUR, "direction"),
        ("See https://evil.example for the bridge of Norwick.", BRIDGE, "link"),
        ("See [the bridge](javascript:x) of Norwick.", BRIDGE, "link"),
        ("The bridge of Norwick is on evil.example, the mayor said.", BRIDGE, "link"),
        ("The weather was beautiful that day.", BRIDGE, "other words"),
        ("The bridge is ugly.", BRIDGE, "other words"),
        ("It is.", BRIDGE, "other words"),
        ("到2024年底，该公司将拥有35万块H100显卡。", CHINESE, None),
        ("到2024年底，該公司將擁有350,000塊H100顯卡。", CHINESE, None),
        ("到2024年底，该公司将拥有36万块H100显卡。", CHINESE, "figure"),
        ("该公司将拥有三十六万块H100显卡。", CHINESE, "figure"),
        ("该公司将拥有35万块A100显卡。", CHINESE, "name"),
        ("该公司没有35万块H100显卡。", CHINESE, "denial"),
        ("这座城市的天气十分宜人。", CHINESE, "other words"),
        ("35万個のGPUを2024年末までに保有する予定だ。", JAPANESE, None),
        ("ベゾス氏は35万個のGPUを2024年末までに保有する予定だと述べた。", JAPANESE, "name"),
        ("By the end of 2024 it will have 350,000 of the H100.", CHINESE, None),
        ("By the end of 2024 it will have 35,000 of them.", CHINESE, "figure"),
        ("The company is doing very well.", CHINESE, "other words"),
        ("桥的造价为4800万美元。", BRIDGE, None),
        ("桥很漂亮。", BRIDGE, "other words"),
    ],
)
def test_a_sentence_beside_its_quote(sentence: str, quote: Quote, expected: Fault | None) -> None:
    assert fault(sentence, [quote], "How much did it cost?") == expected


def test_in_another_language_the_question_is_no_answer() -> None:
    question = "Will it have 350,000 of the H100 by the end of 2024?"
    assert fault("It will have 350,000 of the H100 by the end of 2024.", [CHINESE], question) == "other words"


def test_several_quotes_bear_out_together() -> None:
    sentence = "The bridge of Norwick cost $48 million, and the council did not approve the second."
    assert fault(sentence, [BRIDGE], "?") == "denial"
    assert fault(sentence, [BRIDGE, GONE], "?") is None


@pytest.mark.parametrize(
    ("said", "quote", "expected"),
    [
        ("The club won.", "The club lost the cup, and won nothing.", None),
        ("The club won the cup.", "The club lost the cup.", "direction"),
        ("公司出售了工厂。", "公司收购了工厂。", "direction"),
        ("売上高は増加した。", "売上高は減少した。", "direction"),
    ],
)
def test_what_goes_the_other_way(said: str, quote: str, expected: Fault | None) -> None:
    language = "ja" if "売" in quote else "zh" if "公" in quote else "en"
    assert fault(said, [quoted(quote, language)], "?") in {expected, "denial" if expected is None else expected}
