"""A language model behind any endpoint that speaks OpenAI's chat completions; the one module that knows its client."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, cast
from urllib.parse import urlsplit

from pydantic import BaseModel

from index.errors import QuotedeskError
from qa.language_model import Message, ReplyFailed

try:
    import httpx2
    import openai
except ModuleNotFoundError as error:
    if error.name not in {"openai", "httpx2"}:
        raise
    raise QuotedeskError("a language model needs the package openai; pip install 'quotedesk[llm]'") from error

_STARTED = "quotedesk.started"
# Settings that some models refuse; they are asked again without.
_CAN_BE_LEFT_OUT = {"max_tokens", "temperature"}


class BadEndpoint(QuotedeskError):
    """An address or a model's name that nothing can be sent to."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a reply may take, in seconds, and how long it may be.

    `silence` is the longest wait for the first piece, and for each one after it. `tokens` is what the model is asked to
    keep to, `text` counts the characters that it sends, `received` the bytes that come over the wire for them.
    """

    connect: float = 5.0
    silence: float = 30.0
    whole: float = 60.0
    tokens: int = 1_000
    text: int = 12_000
    received: int = 2_000_000

    @classmethod
    def within(cls, seconds: float) -> "Limits":
        """The limits for a reply that may take `seconds`; half of them may pass in silence."""
        plain = cls()
        return replace(plain, connect=min(plain.connect, seconds), silence=seconds / 2, whole=seconds)


class _Delta(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Chunk(BaseModel):
    """What is read of an event of the stream; servers send more."""

    choices: list[_Choice] | None = None


class Endpoint:
    """A model at an address. Safe to share between threads. Nothing is sent before `reply`."""

    def __init__(self, url: str, model: str, *, key: str = "", limits: Limits = Limits()) -> None:
        """`url` is what the endpoint's documentation calls its base URL; `key` is sent there and nowhere else.

        Raises `BadEndpoint` for an address that is none, or no model.
        """
        self.url = _address(url)
        self.name = model.strip()
        self.limits = limits
        if not self.name:
            raise BadEndpoint(f"no model is named for {url}; name one that it serves with --llm-model")
        # A redirect is not followed: what was meant for one address would go to another.
        client = httpx2.Client(
            follow_redirects=False,
            limits=httpx2.Limits(max_keepalive_connections=0),  # nobody says when an endpoint is done with
            timeout=httpx2.Timeout(limits.silence, connect=limits.connect),
            headers={"Accept-Encoding": "identity"},  # a few bytes that unpack into many would pass for few
            event_hooks={"request": [_prepare], "response": [self._watch]},
        )
        # A server of one's own wants no key, but the client does not go without.
        self._client = openai.OpenAI(base_url=self.url, api_key=key or "none", max_retries=0, http_client=client)

    def request(self, messages: Sequence[Message]) -> dict[str, Any]:
        """What is sent for `messages`: the body of the request as a JSON object."""
        return {
            "model": self.name,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "max_tokens": self.limits.tokens,
            "temperature": 0,
            "stream": True,
        }

    def reply(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """The reply's text, piece by piece as it comes. Raises `ReplyFailed` where there is none, or no more of it."""
        try:
            with self._opened(self.request(messages)) as stream:
                yield from self._within_limits(_pieces(stream))
        except openai.APITimeoutError as error:
            raise self._slow() from error
        except openai.APIConnectionError as error:
            cause = _line(error.__cause__ or error)
            raise ReplyFailed("unreachable", f"{self.url} cannot be reached, or broke off ({cause})") from error
        except openai.RateLimitError as error:
            raise ReplyFailed("busy", f"{self.url} takes no more questions now ({_line(error)})") from error
        except openai.APIError as error:
            raise ReplyFailed("failed", f"{self.url} failed ({_line(error)})") from error
        except ValueError as error:  # an event that is no JSON, or JSON of another shape
            raise ReplyFailed("broken", f"{self.url} sent what is no chat completion ({_line(error)})") from error

    def _opened(self, body: dict[str, Any]) -> "openai.Stream[Any]":
        """The stream of events; a setting that the endpoint says it does not take is left out."""
        try:
            return cast("openai.Stream[Any]", self._client.chat.completions.create(**body))
        except openai.BadRequestError as error:
            if error.param not in _CAN_BE_LEFT_OUT & body.keys():
                raise
            rest = {name: value for name, value in body.items() if name != error.param}
            renamed = {"max_completion_tokens": body["max_tokens"]} if error.param == "max_tokens" else {}
            return self._opened(rest | renamed)

    def _within_limits(self, pieces: Iterator[str]) -> Iterator[str]:
        length = 0
        for piece in pieces:
            length += len(piece)
            if length > self.limits.text:
                raise ReplyFailed("endless", f"{self.name} wrote more than {self.limits.text:,} characters")
            yield piece

    def _watch(self, response: httpx2.Response) -> None:
        deadline = response.request.extensions[_STARTED] + self.limits.whole
        response.stream = _Watched(cast("httpx2.SyncByteStream", response.stream), deadline, self)

    def check(self, received: int, deadline: float) -> None:
        """Raises `ReplyFailed` where a response has brought too many bytes, or the time is over."""
        if monotonic() > deadline:
            raise self._slow()
        if received > self.limits.received:
            raise ReplyFailed("endless", f"{self.url} sent more than {self.limits.received:,} bytes")

    def _slow(self) -> ReplyFailed:
        return ReplyFailed("slow", f"{self.url} took too long ({self.limits.whole:g} s may be taken; --llm-timeout)")


class _Watched(httpx2.SyncByteStream):
    """A response's bytes, checked as they come in: also those of which the client makes no event."""

    def __init__(self, stream: httpx2.SyncByteStream, deadline: float, endpoint: Endpoint) -> None:
        self._stream = stream
        self._deadline = deadline
        self._endpoint = endpoint

    def __iter__(self) -> Iterator[bytes]:
        received = 0
        for part in self._stream:
            received += len(part)
            self._endpoint.check(received, self._deadline)
            yield part

    def close(self) -> None:
        self._stream.close()


def _pieces(stream: "openai.Stream[Any]") -> Iterator[str]:
    """The text of the events. A stream that does not say why it ends was cut off; one without events is no stream."""
    finish = None
    chunk = None
    for event in stream:
        chunk = _Chunk.model_validate(event, from_attributes=True)
        for choice in chunk.choices or ():
            finish = choice.finish_reason or finish
            if (choice.delta and choice.delta.refusal) or finish == "content_filter":
                raise ReplyFailed("refused", "the model refused to answer")
            if choice.delta and choice.delta.content:
                yield choice.delta.content
    if chunk is None:
        raise ReplyFailed("broken", "the endpoint sent no chat completion; see whether its address ends in /v1")
    if finish is None:
        raise ReplyFailed("unreachable", "the endpoint broke off in the middle of its reply")
    if finish == "length":
        raise ReplyFailed("endless", "the model wrote all the tokens it may, and was not done")


def _prepare(request: httpx2.Request) -> None:
    """Note when it was sent, and leave out what the client tells of this machine unasked."""
    request.extensions[_STARTED] = monotonic()
    for name in [name for name in request.headers if name.lower().startswith("x-stainless-")]:
        del request.headers[name]


def _address(url: str) -> str:
    """The base URL as given. Raises `BadEndpoint` for what cannot be one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise BadEndpoint(f"{url!r} is not the address of an endpoint; give one such as http://127.0.0.1:8080/v1")
    return url


def _line(error: BaseException) -> str:
    """What an error says, in a line that is not too long; an endpoint may answer with a whole page."""
    said = " ".join(str(error).split())
    return said if len(said) <= 200 else said[:200] + "…"
