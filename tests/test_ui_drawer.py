"""The list of conversations: what it says of each, and what can be done with it."""

from datetime import UTC, datetime

from ui.chat.conversations import Summary
from ui.chat.drawer import drawer_html
from ui.chat.words import CHINESE, ENGLISH

LIGHT = Summary("abc", 'Who lit <the> "light"?', datetime(2024, 3, 2, 20, 15, tzinfo=UTC), 2)
OTHER = Summary("def", "灯塔", datetime(2024, 3, 1, 8, 0, tzinfo=UTC), 1)


def test_each_is_a_link_with_its_day_and_number_of_questions() -> None:
    html = drawer_html([LIGHT, OTHER], "def", ENGLISH)
    assert '<a href="./?c=abc" data-conversation="abc" dir="auto">Who lit &lt;the&gt; &#34;light&#34;?</a>' in html
    assert '<a href="./?c=def" data-conversation="def" aria-current="page" dir="auto">灯塔</a>' in html
    assert '<time datetime="2024-03-02T20:15:00+00:00">2 March 2024</time> · 2 questions' in html
    assert "1 question<" in html


def test_what_can_be_done_is_named_with_the_title() -> None:
    html = drawer_html([LIGHT], "", ENGLISH)
    assert 'aria-label="Rename, export or delete: Who lit &lt;the&gt; &#34;light&#34;?"' in html
    assert '<input type="text" name="title" value="Who lit &lt;the&gt; &#34;light&#34;?"' in html
    assert html.index("data-ask-delete") < html.index("Delete it for good?") < html.index('data-delete="abc"')


def test_an_empty_list_says_what_will_be_there() -> None:
    html = drawer_html([], "", CHINESE)
    assert "<li" not in html
    assert "你的提问和引文会保存在这里。" in html
