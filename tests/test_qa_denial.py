"""Words that deny."""

import pytest

from qa.denial import denies

DENIALS = ["It did not open.", "Nobody came.", "They can't.", "He denied it."]
DENIALS += ["没有开放。", "他否认了。", "開きません。", "開かなかった。"]
OTHERS = ["It opened.", "Notable firms noted it.", "不断增长。", "不过开放了。", "開きました。", ""]


@pytest.mark.parametrize(("text", "denied"), [(text, True) for text in DENIALS] + [(text, False) for text in OTHERS])
def test_what_denies(text: str, *, denied: bool) -> None:
    assert denies(text) is denied
