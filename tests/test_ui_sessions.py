"""Sessions: a cookie that only this server could make, for a day, until it is ended."""

import pytest
from itsdangerous import URLSafeTimedSerializer

from ui.access.passwords import Account
from ui.access.sessions import SESSION_SECONDS, Sessions
from ui.access.users import User

ANN = Account(User("ann", "editor"), "$argon2id$ann")


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_800_000_000.0
        monkeypatch.setattr("time.time", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_a_session_is_the_accounts_as_it_was(clock: Clock) -> None:
    sessions = Sessions()
    session = sessions.read(sessions.begin(ANN))
    assert session is not None
    assert session.name == "ann"
    assert session.is_of(ANN)
    assert not session.is_of(Account(User("ann", "reader"), ANN.hash))
    assert not session.is_of(Account(ANN.user, "$argon2id$new"))
    assert not session.is_of(Account(User("ben", "editor"), ANN.hash))


def test_no_two_sessions_have_the_same_cookie(clock: Clock) -> None:
    sessions = Sessions()
    assert sessions.begin(ANN) != sessions.begin(ANN)


def test_it_lives_for_twelve_hours(clock: Clock) -> None:
    sessions = Sessions()
    cookie = sessions.begin(ANN)
    clock.now += 12 * 3600
    assert sessions.read(cookie) is not None
    clock.now += 1
    assert sessions.read(cookie) is None
    assert SESSION_SECONDS == 12 * 3600


def test_an_ended_session_stays_ended_and_the_others_go_on(clock: Clock) -> None:
    sessions = Sessions()
    ended, other = sessions.begin(ANN), sessions.begin(ANN)
    sessions.end(ended)
    assert sessions.read(ended) is None
    assert sessions.read(other) is not None
    clock.now += SESSION_SECONDS
    sessions.end(other)
    assert sessions.read(ended) is None
    assert sessions.read(other) is None


def test_every_changed_character_ends_it(clock: Clock) -> None:
    sessions = Sessions()
    cookie = sessions.begin(ANN)
    # The last character of a base64 text may hold bits that count for nothing, hence not that one.
    for place in range(len(cookie) - 1):
        changed = cookie[:place] + ("A" if cookie[place] != "A" else "B") + cookie[place + 1 :]
        assert sessions.read(changed) is None, place


@pytest.mark.parametrize("cookie", ["", ".", "a.b.c", "ann", "é", "x" * 10_000, "null", '["ann","",""]'])
def test_what_is_no_cookie_of_ours(cookie: str) -> None:
    assert Sessions().read(cookie) is None
    Sessions().end(cookie)


def test_another_key_makes_no_session() -> None:
    forged = URLSafeTimedSerializer("guessed", salt="quotedesk session").dumps(["ann", ANN.fingerprint, "0"])
    assert Sessions().read(str(forged)) is None
    assert Sessions().read(Sessions().begin(ANN)) is None
