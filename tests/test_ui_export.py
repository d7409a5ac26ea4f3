"""A conversation as Markdown: whole, quoted word for word, and with nothing in it that a reader could mistake."""

from dataclasses import replace
from datetime import date

from index.types import Filter
from tests.made_saltmarsh import ANSWERS, ATTACK, BOOKING, VISITORS
from ui.chat.exchange import Exchange
from ui.chat.export import as_markdown, file_name
from ui.chat.words import ENGLISH, JAPANESE

TODAY = date.today()


def test_questions_answers_and_quotes_stand_in_order() -> None:
    light, count, later = ANSWERS[VISITORS].citations
    assert (
        as_markdown("Visitors", [Exchange(ANSWERS[VISITORS])], ENGLISH, "https://desk.example")
        == f"""# Visitors

Exported from quotedesk, {ENGLISH.date(TODAY)}

## How many people visited Saltmarsh Point in 2023?

About 350,000 by the first count \\[1\\], and 410,000 by a later one \\[2\\]\\[3\\].

Sources differ:

- 350,000 \\[1\\]
- 410,000 \\[2\\]

> {light.quote.text}
>
> \\[1\\] [A light returns to Saltmarsh Point](<https://desk.example{light.quote.permalink}>), tidegazette.example, \
2 March 2024 ([Read the original](<https://www.tidegazette.example/2024/03/light>))

> {count.quote.text}
>
> \\[2\\] [More came to the lighthouse than was thought](<https://desk.example{count.quote.permalink}>), \
coastnews.example, 16 September 2024 ([Read the original](<https://coastnews.example/count>))

> {later.quote.text}
>
> \\[3\\] [A light returns to Saltmarsh Point](<https://desk.example{later.quote.permalink}>), tidegazette.example, \
2 March 2024 ([Read the original](<https://www.tidegazette.example/2024/03/light>))
"""
    )


def test_what_was_searched_is_told() -> None:
    asked = Exchange(replace(ANSWERS[BOOKING], searched_for="灯台 予約"), where=Filter("ja"))
    told = as_markdown("予約", [asked], JAPANESE)
    assert "*検索した言葉：灯台 予約*" in told
    assert "*対象を限定：日本語*" in told


def test_what_others_wrote_stays_text() -> None:
    told = as_markdown("x", [Exchange(ANSWERS[ATTACK])], ENGLISH)
    assert "<script>" not in told.replace("\\<script\\>", "")
    assert "javascript:" not in told


def test_a_file_is_named_after_its_conversation() -> None:
    assert file_name("How many? 多少／次") == "How-many-多少-次.md"
    assert file_name("???") == "conversation.md"
