"""Errors as problem details (RFC 9457): what went wrong, with which value, and what to do next."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from index.errors import BadQuestion, LibraryError, ModelError, QuotedeskError, UnreadableFile
from qa.inputs import first_fault

_FAULTS_TOLD = 20


class Kind(NamedTuple):
    """A kind of problem. `name` ends its type, `urn:quotedesk:NAME`."""

    name: str
    status: int
    title: str


BAD_QUESTION = Kind("bad-question", 400, "This question cannot be searched for")
UNREADABLE = Kind("unreadable-file", 400, "This file cannot become an article")
NO_ARTICLE = Kind("no-such-article", 404, "There is no such article")
NO_SPAN = Kind("no-such-span", 404, "There is no such place in the article")
NO_ADDRESS = Kind("no-such-address", 404, "There is nothing at this address")
NO_METHOD = Kind("method-not-allowed", 405, "This address does not take that method")
OLD_VERSION = Kind("old-version", 410, "The article has changed since")
TOO_LARGE = Kind("too-large", 413, "The request is too large")
INVALID = Kind("invalid-request", 422, "The request is not of the form that is documented")
FAULT = Kind("fault", 500, "Something broke inside quotedesk")
LIBRARY = Kind("library-unavailable", 503, "The library cannot be used")
MODEL = Kind("model-unavailable", 503, "A model cannot be used")
BUSY = Kind("busy", 503, "Too many questions at once")

_OF_ERRORS = {BadQuestion: BAD_QUESTION, UnreadableFile: UNREADABLE, LibraryError: LIBRARY, ModelError: MODEL}
_OF_STATUSES = {404: NO_ADDRESS, 405: NO_METHOD, 413: TOO_LARGE}


class Problem(QuotedeskError):
    """An error whose kind is known where it is raised; its message is the detail."""

    def __init__(self, kind: Kind, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.kind = kind
        self.headers = headers


class Busy(Problem):
    """Too much is under way; `retry_after` says in how many seconds to come again."""

    def __init__(self, what: str, retry_after: int) -> None:
        super().__init__(BUSY, f"{what}; ask again in {retry_after} s", {"Retry-After": str(retry_after)})
        self.retry_after = retry_after


class Gone(QuotedeskError):
    """The client went away before its answer; nobody is left to tell."""


def problem_response(kind: Kind, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> Response:  # noqa: ANN401
    """A problem as a response; `more` are extension members."""
    return JSONResponse(problem_json(kind, detail) | more, kind.status, headers, media_type="application/problem+json")


def problem_json(kind: Kind, detail: str) -> dict[str, Any]:
    """A problem as JSON."""
    return {"type": f"urn:quotedesk:{kind.name}", "title": kind.title, "status": kind.status, "detail": detail}


def kind_of(error: QuotedeskError) -> Kind:
    """The kind of an error of ours."""
    if isinstance(error, Problem):
        return error.kind
    return next((kind for known, kind in _OF_ERRORS.items() if isinstance(error, known)), FAULT)


@contextmanager
def told_as(refusal: Callable[[str], Exception]) -> Iterator[None]:
    """What the user can mend, raised as the error in which another protocol tells it; other faults pass through."""
    try:
        yield
    except ValidationError as error:
        raise refusal(first_fault(error)) from error
    except QuotedeskError as error:
        raise refusal(str(error)) from error


def tell_problems(app: FastAPI) -> None:
    """Make `app` answer every error as a problem."""
    app.add_exception_handler(QuotedeskError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _fault)


async def _ours(_request: Request, error: Exception) -> Response:
    if isinstance(error, Gone):
        return Response(status_code=499)  # never seen: the connection is closed
    assert isinstance(error, QuotedeskError)
    headers = error.headers if isinstance(error, Problem) else None
    return problem_response(kind_of(error), str(error), headers)


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [_fault_of(one) for one in error.errors()[:_FAULTS_TOLD]]
    first = f"{faults[0]['where']}: {faults[0]['what']}"
    others = f" ({len(faults) - 1} more under errors)" if len(faults) > 1 else ""
    return problem_response(INVALID, f"{first}{others}; GET /openapi.json says what is taken", errors=faults)


async def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = _OF_STATUSES.get(error.status_code, Kind("refused", error.status_code, str(error.detail)))
    headers = {"Allow": _allowed(request)} if kind is NO_METHOD else error.headers
    asked = f"{request.method} {request.url.path[:200]}"
    return problem_response(kind, f"{asked}: {_advice(kind, str(error.detail), headers)}", headers)


async def _fault(_request: Request, _error: Exception) -> Response:
    return problem_response(FAULT, "the fault is written to the server's log; ask again, and report it if it stays")


def _fault_of(fault: Mapping[str, Any]) -> dict[str, str]:
    """Where and what. The value itself is told shortly: it may be anything."""
    where = ".".join(map(str, fault["loc"]))
    said = fault["msg"].removeprefix("Value error, ")
    given = fault.get("input")
    shown = f", got {str(given)[:60]!r}" if isinstance(given, str | int | float) else ""
    return {"where": where, "what": f"{said}{shown}"}


def _allowed(request: Request) -> str:
    """Every method of the address, where Starlette names only those of the first route that it found there."""
    route = request.scope.get("route")
    described = request.app.openapi()["paths"].get(getattr(route, "path_format", ""), {})
    return ", ".join(sorted({*getattr(route, "methods", ()), *map(str.upper, described)}))


def _advice(kind: Kind, detail: str, headers: Mapping[str, str] | None) -> str:
    if kind is NO_METHOD:
        return f"this address takes {(headers or {}).get('Allow')}"
    if kind is TOO_LARGE:
        return "the body is longer than is taken here; send less at a time"
    if kind is NO_ADDRESS:
        return "nothing is here; GET /openapi.json lists every address"
    return f"{detail}; GET /openapi.json says what is taken"
