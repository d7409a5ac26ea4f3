"""The head of the page: what is loaded, and a way out for who signed in on our page."""

from tests.made_saltmarsh import FakeLibrary
from ui.access.users import LOCAL, User
from ui.chat.masthead import masthead_html
from ui.chat.words import CHINESE, ENGLISH, JAPANESE

ANN = User("ann<b>", "reader", has_session=True)


def test_who_has_a_session_can_sign_out() -> None:
    told = {words.language: masthead_html(FakeLibrary(), words, ANN) for words in (ENGLISH, CHINESE, JAPANESE)}
    assert all('<form class="qd-sign-out" method="post" action="./logout">' in one for one in told.values())
    assert 'title="Signed in as ann&lt;b&gt;">Sign out</button>' in told["en"]
    assert ">退出登录</button>" in told["zh"]
    assert ">ログアウト</button>" in told["ja"]


def test_who_has_none_cannot() -> None:
    for user in (LOCAL, User("ann", "reader")):
        assert "logout" not in masthead_html(FakeLibrary(), ENGLISH, user)
