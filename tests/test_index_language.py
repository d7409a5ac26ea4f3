"""The language of articles, of noisy pages and of short questions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language import _identifier, detect_language

ENGLISH = "The harbour board voted on Monday to move the old cranes, which have stood idle for nearly thirty years.\n"
CHINESE = "港务局周一投票决定迁走那些闲置了近三十年的旧吊车，市民对此看法不一，有人觉得可惜。\n"
JAPANESE = "港の理事会は月曜日、三十年近く使われていない古いクレーンを移すことを決めました。\n"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Who runs WhatsApp?", "en"),
        ("How old is Susan Li?", "en"),
        ("Meta 2024 capex", "en"),
        ("capex", "en"),
        ("H100", "en"),
        ("Zuckerberg net worth", "en"),
        ("Javier Olivan role", "en"),
        ("notable application jet engines", "en"),
        ("WHO IS THE CHIEF FINANCIAL OFFICER", "en"),
        ("Who is 扎克伯格?", "en"),
        ("What is 元宇宙?", "en"),
        ("CEO of 字节跳动", "en"),
        ("Is 微信 owned by Tencent?", "en"),
        ("Susan Li现在多少岁?", "zh"),
        ("従業員数", "ja"),
        ("Meta 営業利益", "ja"),
        ("円安の影響", "ja"),
        ("員工人數", "zh"),
        ("H100采购数量", "zh"),
        ("首席財務官是誰", "zh"),
        ("Meta 2024 capex是多少", "zh"),
        ("谁是首席财务官？", "zh"),
        ("資本支出是多少", "zh"),
        ("台積電股價", "zh"),
        ("Quest 3销量", "zh"),
        ("扎克伯格 Threads", "zh"),
        ("Bank of America的CEO是谁", "zh"),
        ("The Beatles是谁", "zh"),
        ("Mark Zuckerberg and Priscilla Chan是谁", "zh"),
        ("《The Lord of the Rings》的作者是谁", "zh"),
        ("《君の名は》的导演是谁?", "zh"),
        ("优衣库の秘密是什么", "zh"),
        ("WHO总干事是谁", "zh"),
        ("任天堂の社長は誰ですか?", "ja"),
        ("資本支出は?", "ja"),
        ("首席財務官は誰", "ja"),
        ("Threadsの責任者", "ja"),
        ("GPT-4とは", "ja"),
        ("ソニー 株価", "ja"),
        ("目的は何ですか", "ja"),
        ("Metaの2024年の設備投資額", "ja"),
        ("ﾒﾀ 株価", "ja"),
        ("WhatsApp의 책임자는 누구입니까?", "ko"),
        ("李在明 대통령은 누구인가요?", "ko"),
        ("Quand Meta a-t-il été fondé ?", "fr"),
        ("Wie viele GPUs kauft Meta?", "de"),
        ("¿Quién dirige WhatsApp?", "es"),
        ("Quem é o CEO?", "pt"),
        ("Kiedy założono Meta?", "pl"),
        ("Meta kaç GPU alıyor?", "tr"),
        ("Кто возглавляет WhatsApp?", "ru"),
        ("من يدير واتساب؟", "ar"),
        ("ใครบริหาร WhatsApp", "th"),
        ("Ποιος διευθύνει το WhatsApp;", "el"),
        ("", "und"),
        ("2024 - 350,000 (+12%)", "und"),
        ("😀 !!!", "und"),
    ],
)
def test_short_questions(question: str, language: str) -> None:
    assert detect_language(question) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH * 5, "en"),
        (CHINESE * 5, "zh"),
        (JAPANESE * 5, "ja"),
        (ENGLISH * 12 + "- " + JAPANESE * 8, "en"),
        (CHINESE * 12 + "- " + JAPANESE * 8, "zh"),
        (JAPANESE * 12 + "- " + CHINESE * 8, "ja"),
        (CHINESE * 6 + "他提到了「ドラゴンクエスト」和「ファイナルファンタジー」这两款游戏。\n" * 3, "zh"),
        ("分享\n登录\n" * 5 + ENGLISH * 6, "en"),
        ("Home\nSubscribe\nShare this\n" * 3 + CHINESE * 6, "zh"),
        (CHINESE.replace("\n", "") * 8 + "（The Port of the North is the name of the company）" * 3, "zh"),
        ("Daniil Medvedev (RUS), Novak Djokovic (SRB) ; 2020, Dominic Thiem (AUT) ; 2019, Rafael Nadal (ESP)", "en"),
        (
            "Le conseil du port a voté lundi le déplacement des vieilles grues, immobiles depuis près de trente ans.",
            "fr",
        ),
        ("Der Hafenrat hat am Montag beschlossen, die alten Kräne zu versetzen, die seit Jahren stillstehen.", "de"),
    ],
)
def test_articles_with_their_noise(text: str, language: str) -> None:
    assert detect_language(text) == language


@given(st.text())
def test_any_text_has_a_two_letter_code_or_und(text: str) -> None:
    language = detect_language(text)
    assert language == "und" or (len(language) == 2 and language.isascii() and language.islower())


def test_a_hostile_line_takes_linear_time() -> None:
    assert detect_language("中a" * 100_000 + "(（《「" * 100_000) == "zh"


def test_chinese_and_japanese_never_load_the_model() -> None:
    _identifier.cache_clear()
    assert detect_language("港务局周一投票") == "zh"
    assert detect_language("港の理事会") == "ja"
    assert _identifier.cache_info().currsize == 0
