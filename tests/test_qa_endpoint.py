"""The endpoint over a real connection: what goes out, what comes in, and every way in which that fails."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest

from qa.endpoint import BadEndpoint, Endpoint, Limits
from qa.language_model import Message, ReplyFailed
from tests.fake_endpoint import FakeEndpoint, Script, Talk, running, saying

HELLO = [Message("system", "Be brief."), Message("user", "Hello?")]


@pytest.fixture
def server() -> Iterator[FakeEndpoint]:
    with running() as endpoint:
        yield endpoint


def said(server: FakeEndpoint, **limits: float) -> str:
    endpoint = Endpoint(server.url, "liar", key="k", limits=replace(Limits(), **limits))  # type: ignore[arg-type]
    return "".join(endpoint.reply(HELLO))


def test_what_goes_out_and_what_comes_in(server: FakeEndpoint) -> None:
    server.script = saying("Good ", "morning, 早上好。")
    assert said(server) == "Good morning, 早上好。"
    assert server.requests == [
        {
            "path": "/v1/chat/completions",
            "model": "liar",
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello?"}],
            "max_tokens": 1000,
            "temperature": 0,
            "stream": True,
        }
    ]


def test_the_headers_tell_nothing_of_this_machine(server: FakeEndpoint) -> None:
    assert said(server) == ""
    (headers,) = server.headers
    assert {name.lower() for name in headers} == {
        *("host", "accept-encoding", "connection", "authorization", "accept", "content-type", "user-agent"),
        "content-length",
    }
    assert headers["authorization"] == "Bearer k"
    assert headers["Accept-Encoding"] == "identity"


def test_a_request_shows_what_is_sent(server: FakeEndpoint) -> None:
    endpoint = Endpoint(server.url, "liar")
    shown = endpoint.request(HELLO)
    assert server.requests == []
    list(endpoint.reply(HELLO))
    assert server.requests == [{"path": "/v1/chat/completions"} | shown]


def test_nothing_is_sent_before_the_reply_is_read(server: FakeEndpoint) -> None:
    reply = Endpoint(server.url, "liar").reply(HELLO)
    assert server.requests == []
    reply.close()
    assert server.requests == []


def refusing(parameter: str, then: Script) -> Script:
    """A model that does not take a setting, as the newer ones do not."""

    def script(talk: Talk) -> None:
        if parameter in talk.endpoint.requests[-1]:
            talk.status(400, f"Unsupported parameter: {parameter!r}", param=parameter)
        else:
            then(talk)

    return script


def test_a_setting_that_is_not_taken_is_left_out(server: FakeEndpoint) -> None:
    server.script = refusing("max_tokens", refusing("temperature", saying("yes")))
    assert said(server) == "yes"
    assert len(server.requests) == 3
    assert server.requests[-1].keys() == {"path", "model", "messages", "max_completion_tokens", "stream"}
    assert server.requests[-1]["max_completion_tokens"] == 1000


def endless(talk: Talk) -> None:
    while True:
        talk.say("again and again and again, ")


def endless_bytes(talk: Talk) -> None:
    while True:
        talk.data(b": nothing that makes an event\n" * 100)


def trickle(talk: Talk) -> None:
    while not talk.endpoint.stopped.wait(0.05):
        talk.data(b": keep-alive\n\n")


def dies(talk: Talk) -> None:
    talk.say("half of a")
    talk.die()


def ends_without_a_word(talk: Talk) -> None:
    talk.say("half of a")
    talk.data(b"data: [DONE]\n\n")
    talk.end()


def refuses(talk: Talk) -> None:
    talk.event({"choices": [{"delta": {"refusal": "I cannot help with that."}}]})
    talk.done()


@pytest.mark.parametrize(
    ("script", "trouble", "told"),
    [
        (lambda talk: talk.status(500, "out of memory"), "failed", r"/v1 failed \(.*out of memory"),
        (lambda talk: talk.status(429, "slow down"), "busy", r"takes no more questions now \(.*slow down"),
        (lambda talk: talk.status(401, "no such key"), "failed", "no such key"),
        (lambda talk: talk.status(404, "no such model"), "failed", "no such model"),
        (lambda talk: talk.status(307, "elsewhere", Location="http://127.0.0.1:9/v1"), "failed", "elsewhere"),
        (lambda talk: talk.status(200, "a page"), "broken", "sent no chat completion; see whether .* ends in /v1"),
        (lambda talk: talk.event({"error": {"message": "the model crashed"}}), "failed", "the model crashed"),
        (lambda talk: talk.data(b"data: {not json\n\n"), "broken", "sent what is no chat completion"),
        (lambda talk: talk.data(b"data: \xff\xfe\n\n"), "broken", "sent what is no chat completion"),
        (lambda talk: talk.event(5), "broken", "sent what is no chat completion"),
        (lambda talk: talk.event({"choices": "none"}), "broken", "sent what is no chat completion"),
        (lambda talk: talk.event({"choices": [{"delta": {"content": 5}}]}), "broken", "sent what is no chat comp"),
        (lambda talk: talk.die(), "unreachable", "cannot be reached, or broke off"),
        (dies, "unreachable", "cannot be reached, or broke off"),
        (ends_without_a_word, "unreachable", "broke off in the middle of its reply"),
        (saying("half of a", reason="length"), "endless", "wrote all the tokens it may"),
        (saying("half of a", reason="content_filter"), "refused", "refused to answer"),
        (refuses, "refused", "refused to answer"),
        (endless, "endless", "liar wrote more than 12,000 characters"),
        (endless_bytes, "endless", "sent more than 2,000,000 bytes"),
    ],
)
def test_what_fails(server: FakeEndpoint, script: Script, trouble: str, told: str) -> None:
    server.script = script
    with pytest.raises(ReplyFailed, match=told) as failed:
        said(server)
    assert failed.value.trouble == trouble


@pytest.mark.parametrize("script", [lambda talk: talk.hang(), trickle])
def test_what_takes_too_long(server: FakeEndpoint, script: Script) -> None:
    server.script = script
    start = perf_counter()
    with pytest.raises(ReplyFailed, match=r"took too long \(0.5 s may be taken; --llm-timeout\)") as failed:
        said(server, silence=0.5, whole=0.5)
    assert failed.value.trouble == "slow"
    assert perf_counter() - start < 30


def test_nobody_there(server: FakeEndpoint) -> None:
    with running() as gone:
        address = gone.url
    with pytest.raises(ReplyFailed, match="cannot be reached, or broke off") as failed:
        list(Endpoint(address, "liar").reply(HELLO))
    assert failed.value.trouble == "unreachable"


def test_who_has_heard_enough_hangs_up(server: FakeEndpoint) -> None:
    heard = []

    def script(talk: Talk) -> None:
        try:
            endless(talk)
        except (BrokenPipeError, ConnectionResetError):
            heard.append("hung up")
            talk.endpoint.stopped.set()
            raise

    server.script = script
    with closing(Endpoint(server.url, "liar").reply(HELLO)) as reply:
        assert next(reply) == "again a"
    assert server.stopped.wait(60)
    assert heard == ["hung up"]


def test_limits_within_a_time() -> None:
    assert Limits.within(8) == Limits(connect=5, silence=4, whole=8)
    assert Limits.within(2) == Limits(connect=2, silence=1, whole=2)


@pytest.mark.parametrize("url", ["", "localhost:8080", "ftp://x/v1", "http://", "http://[::1/v1", "http://x:99999/v1"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(BadEndpoint, match=r"is not the address of an endpoint; give one such as http://127.0.0.1:8080"):
        Endpoint(url, "liar")


def test_a_model_without_a_name() -> None:
    with pytest.raises(
        BadEndpoint, match="no model is named for http://x/v1; name one that it serves with --llm-model"
    ):
        Endpoint("http://x/v1", " ")


def test_without_the_package_the_extra_is_named() -> None:
    program = (
        "import sys; sys.modules['openai'] = None\n"
        "from index.errors import QuotedeskError\n"
        "try:\n    import qa.endpoint\nexcept QuotedeskError as error:\n    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == (
        "a language model needs the package openai; pip install 'quotedesk[llm]'\n",
        "",
    )
