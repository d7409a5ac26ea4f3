"""What a reader is told of a language model, in three languages and in English for the others."""

from typing import get_args

import pytest

from qa.language_model import Trouble
from qa.notices import notice, signature


@pytest.mark.parametrize("why", [*get_args(Trouble), "nothing", "unsupported"])
def test_every_way_of_failing_has_words_in_every_language(why: str) -> None:
    told = {notice(language, "gpt", why, cut_short=cut) for language in ("en", "zh", "ja") for cut in (True, False)}  # type: ignore[arg-type]
    assert len(told) == 6
    assert all("gpt" in one and "{" not in one for one in told)


def test_another_language_is_told_in_english() -> None:
    told = "The language model gpt took too long. The answer is in the articles' own words."
    assert notice("fr", "gpt", "slow", cut_short=False) == told
    assert signature("und", "gpt") == signature("en", "gpt")


def test_a_signature() -> None:
    assert signature("zh", "gpt") == "由语言模型gpt撰写，每句话都已与引文核对。"
