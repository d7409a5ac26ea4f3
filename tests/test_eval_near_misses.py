"""Near misses: passages that lost their answer, questions about another name, and when neither can be made."""

from random import Random

import pytest

from eval.data_files import SpanAnswer, SpanRow
from eval.near_misses import Renamer, without_answer


def row(question: str, context: str, answer: str, language: str = "en") -> SpanRow:
    found = SpanAnswer(text=answer, start=context.index(answer))
    return SpanRow(id="1", language=language, question=question, context=context, answers=(found,))


BRIDGE = (
    "The old ferry was slow and often late. The bridge opened in 1911 after six years of work. It carries two roads."
)


def test_the_sentence_with_the_answer_is_taken_out() -> None:
    assert without_answer(row("When did the bridge open?", BRIDGE, "1911")) == (
        "The old ferry was slow and often late. It carries two roads."
    )


@pytest.mark.parametrize(
    "context",
    ["The bridge opened in 1911 after six years of work.", f"{BRIDGE} It was painted in 1911 and in most years since."],
    ids=["nothing would be left", "the answer stands elsewhere too"],
)
def test_no_passage_where_that_cannot_be_done(context: str) -> None:
    assert without_answer(row("When did the bridge open?", context, "1911")) is None


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        (
            row("Who built the mill of Norwick?", "The mill of Norwick was built by Amy Hart.", "Amy Hart"),
            row("where does the elmouth ferry land", "Boats of the Elmouth company land at Oak Quay.", "Oak Quay"),
            "where does the Norwick ferry land",
        ),
        (
            row("ノーウィックの橋はいつできましたか。", "橋はノーウィックに1911年にできた。", "1911年", "ja"),
            row("エルマスの市長は誰ですか。", "エルマスの市長は森さんだ。", "森さん", "ja"),
            "ノーウィックの市長は誰ですか。",
        ),
        (
            row("北海大桥何时建成？", "北海大桥于去年建成。", "去年", "zh"),
            row("南山水库有多深？", "南山水库深九十米。", "九十米", "zh"),
            "北海大桥有多深？",
        ),
    ],
    ids=["words", "kana", "han"],
)
def test_a_name_gives_way_to_one_of_another_question(first: SpanRow, second: SpanRow, wanted: str) -> None:
    renamed = {Renamer([first, second]).renamed(second, Random(seed)) for seed in range(9)}
    assert renamed == {wanted}
    assert Renamer([second]).renamed(second, Random(1)) is None


def test_a_year_gives_way_to_one_near_it_that_the_passage_has_not() -> None:
    asked = row("Who was mayor in 1911?", "Amy Hart was mayor in 1910, 1911 and 1912.", "Amy Hart")
    renamed = {Renamer([asked]).renamed(asked, Random(seed)) for seed in range(200)}
    years = {year for year in range(1902, 1921) if year not in {1910, 1911, 1912}}
    assert renamed == {f"Who was mayor in {year}?" for year in years}


def test_a_run_of_han_that_many_passages_have_is_no_name() -> None:
    asked = [row("水库有多深？", f"第{number}座水库究竟多深很少有人知道。", "很少", "zh") for number in range(4)]
    named = row("谁管南山？", "南山由县里管。", "县里", "zh")
    assert Renamer([*asked, named]).renamed(asked[0], Random(1)) is None
    assert Renamer([*asked[:3], named]).renamed(asked[0], Random(1)) == "南山有多深？"


def test_a_sentence_s_first_word_is_no_name() -> None:
    asked = row("What does the engine burn?", "Engine oil is dear. Engine fuel is coal.", "coal")
    named = row("Who built the mill of Norwick?", "The mill of Norwick was built by Amy Hart.", "Amy Hart")
    assert Renamer([asked, named]).renamed(asked, Random(1)) is None
