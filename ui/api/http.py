"""The HTTP interface: ask, search, articles, quotes. The JSON is the command line's, errors are problem details."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path as FilePath
from threading import Lock
from typing import Annotated, Any, TypeVar
from urllib.parse import quote as quoted

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request, Response, UploadFile
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi_offline import FastAPIOffline
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from index.any_library import AnyLibrary
from index.errors import LibraryError
from index.intake import IndexReport
from index.progress import Progress
from index.types import Article, Span
from qa.types import Quote
from ui.access.limits import BODY_BYTES, UPLOAD_BYTES
from ui.api.bodies import AskBody, ListQuery, SearchBody, SpanQuery
from ui.api.events import EventStream, unless_gone
from ui.api.problem import (
    BAD_QUESTION,
    BUSY,
    FAULT,
    INVALID,
    LIBRARY,
    MODEL,
    NO_ARTICLE,
    NO_SPAN,
    OLD_VERSION,
    TOO_LARGE,
    UNREADABLE,
    Kind,
    Problem,
    problem_response,
    tell_problems,
)
from ui.api.shapes import (
    AnswerShape,
    ArticlePage,
    FoundShape,
    HealthShape,
    ProblemShape,
    QuoteShape,
    ReportShape,
    WholeArticle,
)
from ui.as_json import copies_json, listed_json, quote_json, report_json, whole_json
from ui.asking import Questions, Tell
from ui.chat.upload import add_file, add_files, remove_article
from ui.live import LiveAssistant
from ui.places import Places

Made = TypeVar("Made")
_WRITERS_WAITING = 4
_ABOUT = """Ask your own articles. Every quote is a slice of its article: `article.text[start:end] == quote`, counted in
code points. Errors are problem details (RFC 9457); their `detail` says what to do next."""


@dataclass(frozen=True, slots=True)
class Doors:
    """What the interface stands on: where questions go, and where changes of the library go, one at a time."""

    questions: Questions
    writing: Places
    # Files are put in place before the library locks itself; the page's come from a thread that knows no event loop.
    alone: Lock = field(default_factory=Lock)

    @classmethod
    def of(cls, live: LiveAssistant) -> "Doors":
        """The doors to a library, with the usual number of places."""
        return cls(Questions(live, Places()), Places(at_once=1, waiting=_WRITERS_WAITING))

    def add(self, files: Sequence[FilePath], progress: Progress) -> IndexReport:
        """Take in files that the page was handed, once nobody else changes the library."""
        with self.alone:
            return add_files(self.live.address, self.live.now().embedder, files, progress)

    async def write(self, work: Callable[[], Made]) -> Made:
        """What `work` makes, in a thread, once nobody else changes the library. Raises `Busy` where too many wait."""

        def by_itself() -> Made:
            with self.alone:
                return work()

        return await self.writing.run(by_itself)

    @property
    def live(self) -> LiveAssistant:
        """The assistant behind them."""
        return self.questions.live


def _doors(request: Request) -> Doors:
    doors: Doors = request.app.state.doors
    return doors


def _problems(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """What an address may answer besides its result. Any of them may find a fault or a damaged library."""
    told: dict[int | str, dict[str, Any]] = {}
    for kind in (*kinds, FAULT, LIBRARY):
        before = f"{told[kind.status]['description']}; " if kind.status in told else ""
        told[kind.status] = {"model": ProblemShape, "description": f"{before}{kind.title}"}
    return told


Here = Annotated[Doors, Depends(_doors)]
ArticleIdPath = Annotated[str, Path(description="An article's id.", examples=["harbour-bridge"])]
VersionPath = Annotated[str, Path(description="A version of the article's text.", examples=["0123456789ab"])]
routes = APIRouter(max_body_size=BODY_BYTES)


@routes.post(
    "/api/ask",
    response_model=AnswerShape,
    responses=_problems(BAD_QUESTION, TOO_LARGE, INVALID, BUSY)
    | {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def ask(asked: AskBody, request: Request, doors: Here) -> Response:
    """Answer a question with quotes, or say that the articles don't.

    With `Accept: text/event-stream` as server-sent events: `retrieved` (the passages found), `reading` (how many),
    `writing` (the text so far, where a language model words it), `answer` (what is else the whole response), `done`;
    `problem` in the place of the last two if something fails.
    """
    if "text/event-stream" in request.headers.get("accept", ""):
        return EventStream(partial(_ask_in_steps, doors, asked))
    return JSONResponse(await unless_gone(request.receive, lambda: doors.questions.ask(asked)))


@routes.post(
    "/api/search", response_model=list[FoundShape], responses=_problems(BAD_QUESTION, TOO_LARGE, INVALID, BUSY)
)
async def search(asked: SearchBody, request: Request, doors: Here) -> Response:
    """Find the passages likeliest to hold the answer, best first."""
    return JSONResponse(await unless_gone(request.receive, lambda: doors.questions.search(asked)))


@routes.get("/api/articles", response_model=ArticlePage, responses=_problems(INVALID))
def list_articles(page: Annotated[ListQuery, Query()], doors: Here) -> Response:
    """What is inside, by id, a page at a time."""
    library = doors.live.library
    found = list(library.table.listed(after=page.after, limit=page.limit + 1))
    originals = library.copies.originals()
    shown = found[: page.limit]
    following = shown[-1].id if len(found) > page.limit else None
    listed = [listed_json(article) | {"copy_of": originals.get(article.id)} for article in shown]
    return JSONResponse({"articles": listed, "total": library.size(), "next": following})


@routes.post(
    "/api/articles",
    response_model=ReportShape,
    responses=_problems(UNREADABLE, TOO_LARGE, INVALID, BUSY),
    max_body_size=UPLOAD_BYTES,
)
async def add_articles(file: UploadFile, doors: Here) -> Response:
    """Add a file, of any kind that `quotedesk index` reads. One of the same name is replaced, its articles updated.

    It is kept beside the library and indexed at once; the answer comes when its articles can be asked.
    """
    name = file.filename or "article.txt"
    report = await doors.write(lambda: add_file(doors.live.address, name, file.file, doors.live.now().embedder))
    return JSONResponse(report_json(report))


@routes.get("/api/articles/{article_id:path}", response_model=WholeArticle, responses=_problems(NO_ARTICLE, INVALID))
def get_article(article_id: ArticleIdPath, doors: Here) -> Response:
    """An article with its text, its boilerplate, and the versions of it that can be opened."""
    library = doors.live.library
    article = _article(library, article_id)
    return JSONResponse(whole_json(article) | copies_json(article_id, library.copies) | {"versions": [article.version]})


@routes.delete(
    "/api/articles/{article_id:path}",
    status_code=204,
    response_class=Response,
    responses=_problems(NO_ARTICLE, INVALID, BUSY),
)
async def delete_article(article_id: ArticleIdPath, doors: Here) -> Response:
    """Take an article out of the library. Its file goes too where it was added here and holds nothing else."""

    def remove() -> None:
        _article(doors.live.library, article_id)
        remove_article(doors.live.address, article_id, doors.live.now().embedder)

    await doors.write(remove)
    return Response(status_code=204)


@routes.get(
    "/api/cite/{article_id:path}@{version}",
    response_model=QuoteShape,
    responses=_problems(NO_ARTICLE, NO_SPAN, OLD_VERSION, INVALID),
)
def cite(
    article_id: ArticleIdPath, version: VersionPath, place: Annotated[SpanQuery, Query()], doors: Here
) -> Response:
    """The quote at a place of an article, checked against its text, with the sentences before and after it."""
    article = _article(doors.live.library, article_id)
    if version != article.version:
        raise Problem(
            OLD_VERSION,
            f"{article.id} is held in version {article.version} now, not in {version[:40]!r}; GET "
            f"/api/articles/{quoted(article.id, safe='')} and look for the quote in its text",
        )
    quote = _quote(article, place)
    before = [span for span in article.sentences if span.end <= quote.span.start]
    after = [span for span in article.sentences if span.start >= quote.span.end]
    around = {"before": before[-1].of(article.text) if before else None}
    return JSONResponse(quote_json(quote) | around | {"after": after[0].of(article.text) if after else None})


@routes.get("/articles/{address:path}", include_in_schema=False)
def permalink(address: str, request: Request) -> Response:
    """A permalink opens in the page. What stands behind the # stays with the browser, which brings it along."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/?article={quoted(address, safe='@')}")


@routes.get("/healthz", response_model=HealthShape, responses=_problems(MODEL))
def healthz(doors: Here) -> Response:
    """Whether questions can be answered."""
    if not doors.live.coming.done():
        told = "the models are being loaded, which takes some seconds; ask again in 2 s"
        raise Problem(MODEL, told, {"Retry-After": "2"})
    return JSONResponse({"status": "ok", "articles": doors.live.library.size()})


@routes.get("/metrics", responses=_problems() | {200: {"content": {"text/plain": {}}}}, response_class=Response)
def metrics(doors: Here) -> Response:
    """Counts and times for Prometheus."""
    return Response(doors.live.metrics.text(doors.live.library.size()), media_type="text/plain; version=0.0.4")


def build_api(doors: Doors, lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None) -> FastAPI:
    """The interface as an application, with its description at /openapi.json and, for people, at /docs."""
    app = FastAPIOffline(
        redoc_url=None,
        static_url="/docs/files",
        favicon_url="/favicon.ico",
        title="quotedesk",
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.doors = doors
    app.include_router(routes)
    app.add_middleware(_limited)
    tell_problems(app)
    app.openapi = partial(_description, app)  # type: ignore[method-assign]  # FastAPI's own way of changing it
    return app


def _limited(app: ASGIApp) -> ASGIApp:
    """`app` behind a look at how long a body is said to be: Starlette would turn it away too, but in plain text."""

    async def limited(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            said = Headers(scope=scope).get("content-length", "")
            most = UPLOAD_BYTES if scope["path"] == "/api/articles" else BODY_BYTES
            if said.isdecimal() and int(said) > most:
                told = f"the body has {int(said):,} bytes, at most {most:,} are taken here; send less at a time"
                await problem_response(TOO_LARGE, told)(scope, receive, send)
                return
        await app(scope, receive, send)

    return limited


async def _ask_in_steps(doors: Doors, asked: AskBody, tell: Tell) -> None:
    answer = await doors.questions.ask(asked, tell)
    await tell("answer", answer)
    await tell("done", {"status": answer["status"]})


def _article(library: AnyLibrary, article_id: str) -> Article:
    try:
        return library.article(article_id)
    except LibraryError as error:
        if article_id in library.table.versions():
            raise
        told = f"no article {article_id[:200]!r} in this library; GET /api/articles lists what is inside"
        raise Problem(NO_ARTICLE, told) from error


def _quote(article: Article, place: SpanQuery) -> Quote:
    try:
        return Quote(article, Span(place.start, place.end))
    except ValueError as error:
        length = len(article.text)
        told = f"start {place.start} and end {place.end} are no place in the {length} characters of {article.id}"
        raise Problem(NO_SPAN, f"{told}; give 0 <= start < end <= {length}") from error


def _description(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1; problems have a media type of their own, which FastAPI cannot be told."""
    if not app.openapi_schema:
        told = get_openapi(title=app.title, version=version("quotedesk"), description=_ABOUT, routes=app.routes)
        for operation in [one for path in told["paths"].values() for one in path.values()]:
            for status, response in operation["responses"].items():
                if status >= "400":
                    response["content"] = {"application/problem+json": response["content"]["application/json"]}
        app.openapi_schema = told
    return app.openapi_schema
