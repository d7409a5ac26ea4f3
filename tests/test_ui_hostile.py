"""Hostile articles and hostile visitors: whatever stands in an article, nothing of it runs, and no path leads out."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from lxml import html as parser

from index.library import Library
from index.types import Article, Hit, Passage, Span
from index.update import index_paths
from qa.assistant import Assistant
from qa.types import Answer, Citation, Conflict, ConflictValue, Found, Quote
from tests.fake_embedder import FakeEmbedder
from tests.fake_reader import FakeReader
from tests.served_app import sent_raw, serving
from ui.access.login_page import login_page
from ui.access.settings import AccessSettings
from ui.chat.answer_view import exchange_html, notice_html, under_way_html, welcome
from ui.chat.exchange import Exchange, Pointer
from ui.chat.opening import open_source
from ui.chat.words import ENGLISH
from ui.live import LiveAssistant
from ui.server import whole_app

RUNS = "window.pwned=1"
PAYLOADS = [
    f"<script>{RUNS}</script>",
    f"<ScRiPt src=//evil.example></sCrIpT >{RUNS}",
    f'"><img src=x onerror="{RUNS}">',
    f"'><svg/onload={RUNS}>",
    f'" onmouseover="{RUNS}" autofocus onfocus="{RUNS}" x="',
    f"' onclick='{RUNS}' y='",
    f"`onclick={RUNS}`",
    f"</p></blockquote></article></div></template></textarea></title></style></script><script>{RUNS}</script>",
    f"<!--><script>{RUNS}</script>-->",
    f"<iframe srcdoc='&lt;script&gt;parent.{RUNS}&lt;/script&gt;'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'><base href=https://evil.example>",
    f"<form action=javascript:{RUNS}><button formaction=javascript:{RUNS} data-open=0.quote.1.0>OK</button></form>",
    f"<style>@import 'https://evil.example';</style><a style=position:fixed href=javascript:{RUNS}>x</a>",
    f"javascript:{RUNS}",
    f"java\tscript:{RUNS}",
    f" javascript:{RUNS}//http://a.example",
    f"data:text/html,<script>{RUNS}</script>",
    f'https://a.example/" onclick="{RUNS}',
    f'https://a.example"><script>{RUNS}</script>',
    f"https://javascript:{RUNS}@a.example/",
    f"${{{RUNS}}} {{{{{RUNS}}}}} {{% {RUNS} %}} <%= {RUNS} %>",
    "{0.__class__.__init__.__globals__} %s %(x)s {}",
    "&lt;script&gt;window.pwned=1&lt;/script&gt; &#60;script>",
    "\u202egnirts\u202c \ufeff<scr\u200bipt>",
]
FIELDS = ["title", "text", "url", "path", "id", "language"]
TAGS = re.compile(
    "a|article|blockquote|button|details|div|form|h1|h2|h3|header|input|label|li|mark|ol|p|path|section|span|summary|svg"
    "|time|ul"
)
ATTRIBUTES = re.compile(
    "aria-(busy|hidden|label|live|pressed)|autocomplete|class|d|datetime|dir|disabled|height|hidden|href|lang|maxlength"
    "|data-(again|at|close|copied|copy|example|kept|label|link|note|open|shown|stop|turn|vote)|name|rel|role|tabindex|target"
    "|title|type|viewbox|width"
)
OPENS = re.compile(r"\d+\.(quote|near|copy)\.\d+\.\d+")


def article(field: str, payload: str) -> Article:
    """An article with the payload in one of its fields, as whoever wrote it could have brought it in."""
    given: dict[str, Any] = {
        "title": "The bridge",
        "text": "The bridge was opened. It cost 48 million.",
        "id": "bridge",
    }
    given |= {"url": "https://a.example/bridge", "path": "in/bridge.txt", "language": "en"}
    if field == "text":
        given["text"] = f"Menu {payload}\n\n{payload}\n\nThe bridge {payload} cost 48 million."
    else:
        given[field] = payload
    return Article(version="v", published=date(1, 1, 1), boilerplate=(Span(0, 4),), **given)


def shown(hostile: Article, payload: str) -> Iterator[str]:
    """Everything that the page shows of an article, of a question, and of a message."""
    whole = Span(0, len(hostile.text))
    citations = (Citation(1, Quote(hostile, whole), ("copy",)), Citation(2, Quote(hostile, Span(5, 9))))
    asked: dict[str, Any] = {"question": payload, "language": hostile.language, "searched_for": f"{payload}!"}
    conflict = Conflict("number", (ConflictValue(payload, (1,)), ConflictValue("48", (2, 7))))
    answer = Answer(
        status="answered",
        short_answer=payload,
        text=f"{payload} [1][2] [{payload}] [9]",
        confidence=0.9,
        citations=citations,
        conflicts=(conflict,),
        **asked,
    )
    near = Found(Hit(Passage(0, hostile.id, hostile.language, whole, hostile.text), 0.4, "fused"), hostile)
    declined = Answer(
        status="abstained", short_answer="", text=payload, confidence=0.1, citations=(), consulted=(near,), **asked
    )
    exchanges = [Exchange(answer, {"copy": hostile}), Exchange(declined)]
    yield from (exchange_html(exchange, turn, ENGLISH) for turn, exchange in enumerate(exchanges))
    for pointer in (Pointer(0, "quote", 1), Pointer(0, "quote", 2), Pointer(0, "copy", 1), Pointer(1, "near", 0)):
        yield open_source(exchanges, pointer, ENGLISH)
    yield under_way_html(payload, payload, ENGLISH, exchanges[0].answer)
    yield notice_html(payload)
    yield welcome(ENGLISH, [payload], is_empty=False)


def faults(page: str) -> Iterator[str]:
    """Elements and attributes that our own pages never have, and addresses that a click must not open."""
    for element in parser.fragment_fromstring(page, create_parent="div").iter():
        if not TAGS.fullmatch(element.tag):
            yield f"<{element.tag}>"
        for name, value in element.attrib.items():
            if not ATTRIBUTES.fullmatch(name):
                yield f"<{element.tag} {name}>"
            if name == "href" and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
                yield f"href={value}"
            if name in {"data-open", "data-at"} and not OPENS.fullmatch(value):
                yield f"{name}={value}"


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_of_an_article_becomes_an_element_or_an_attribute(field: str, payload: str) -> None:
    pages = list(shown(article(field, payload), payload))
    assert len(pages) == 9
    assert [fault for page in pages for fault in faults(page)] == []
    assert all(payload in parser.fragment_fromstring(page, create_parent="div").text_content() for page in pages[:2])


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_is_typed_at_the_login_becomes_an_element(payload: str) -> None:
    page = bytes(login_page("en", "wrong", given=payload).body).decode()
    empty = bytes(login_page("en", "wrong", given="x").body).decode()
    parsed, expected = (parser.document_fromstring(one) for one in (page, empty))
    assert [element.tag for element in parsed.iter()] == [element.tag for element in expected.iter()]
    assert [list(element.attrib) for element in parsed.iter()] == [list(element.attrib) for element in expected.iter()]
    # A browser leaves out what no form field can hold.
    assert parsed.get_element_by_id("name").get("value").split() == payload.split()


def test_the_fault_finder_finds_faults() -> None:
    page = '<p onclick="x">a<script>b</script><a href="javascript:c">d</a><i data-open="0.quote.1.0 x">e</i></p>'
    assert list(faults(page)) == ["<p onclick>", "<script>", "href=javascript:c", "<i>", "data-open=0.quote.1.0 x"]


# The whole server


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "articles").mkdir()
    bridge = "The harbour bridge was opened on Friday. The harbour bridge cost 48 million."
    (folder / "articles" / "bridge.txt").write_text(bridge, "utf-8")
    index_paths(folder / "library", [folder / "articles"], FakeEmbedder())
    return folder / "library"


@pytest.fixture(scope="module")
def desk(library: Path) -> Iterator[httpx.Client]:
    """The whole server as it is served by default, over a library with one article."""
    app = whole_app(LiveAssistant(Assistant(Library.open(library), FakeEmbedder(), FakeReader())))
    with (
        serving(AccessSettings(), app, lifespan=True) as address,
        httpx.Client(base_url=address, timeout=120) as client,
    ):
        yield client


def files(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


IDS = [
    "../../../../etc/passwd",
    "..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "%2fetc%2fpasswd",
    "..\\..\\etc\\passwd",
    "%00",
    "bridge%00.txt",
    "bridge'%20OR%20'1'='1",
    "x" * 2000,
]


@pytest.mark.parametrize("id", IDS)
def test_an_id_is_no_path(desk: httpx.Client, id: str) -> None:
    address = f"{desk.base_url}".rstrip("/")
    for method, path in (
        ("GET", f"/api/articles/{id}"),
        ("DELETE", f"/api/articles/{id}"),
        ("GET", f"/api/cite/{id}@v?start=0&end=9"),
    ):
        head = f"{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
        answer = sent_raw(address, head.encode())
        assert answer.split()[1] in {b"404", b"422"}, answer
        assert b"root:" not in answer
    assert desk.get("/api/articles/bridge").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=../../../../etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=http://169.254.169.254/latest/meta-data",
        "/static/../../../../etc/passwd",
        "/static/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/assets/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/docs/files/..%2f..%2f..%2f..%2fetc%2fpasswd",
    ],
)
def test_the_page_gives_out_no_file_but_its_own(desk: httpx.Client, library: Path, path: str) -> None:
    address = f"{desk.base_url}".rstrip("/")
    answer = sent_raw(address, f"GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode())
    assert answer.split()[1] in {b"400", b"403", b"404"}, answer[:200]
    of_the_library = desk.get(f"/gradio_api/file={library / 'manifest.json'}")
    assert of_the_library.status_code in {403, 404}


def test_a_hostile_article_comes_back_as_it_is_and_as_data(desk: httpx.Client) -> None:
    payload = PAYLOADS[7]
    text = f"The ferry {payload} leaves every hour. The ferry takes 25 minutes across the bay, and {payload} it is."
    row = {"title": payload, "url": f"javascript:{RUNS}", "text": text}
    dated = json.dumps(row | {"published": payload}).encode()
    refused = desk.post("/api/articles", files={"file": ("wire.jsonl", dated)})
    assert (refused.status_code, refused.headers["content-type"]) == (400, "application/problem+json")
    assert "published: not a day such as 2024-04-09" in refused.json()["detail"]
    sent = desk.post("/api/articles", files={"file": ("wire.jsonl", json.dumps(row).encode())})
    assert sent.status_code == 200, sent.text
    (added,) = sent.json()["added"]
    held = desk.get(f"/api/articles/{added}")
    assert held.headers["content-type"] == "application/json"
    assert held.headers["x-content-type-options"] == "nosniff"
    assert "'unsafe-inline'" not in held.headers["content-security-policy"].split(";")[1]
    told = held.json()
    assert (told["text"], told["title"], told["published"]) == (text, payload, None)
    opened = desk.get(f"/articles/{payload}@v", follow_redirects=False)
    assert opened.headers["location"].startswith("/?article=%3C%2Fp%3E%3C%2Fblockquote%3E")


def test_what_is_asked_for_is_a_filter_and_no_code(desk: httpx.Client) -> None:
    for where, told in (({"source": "%' OR 1=1 --"}, 200), ({"language": "en'; DROP TABLE articles; --"}, 422)):
        answer = desk.post("/api/search", json={"question": "harbour bridge", "where": where})
        assert answer.status_code == told
        assert told == 422 or answer.json() == []
    assert desk.get("/api/articles/bridge").status_code == 200


NAMES = [
    "../../../outside.txt",
    "..\\..\\outside.txt",
    "/etc/outside.txt",
    "C:\\outside.txt",
    "....//....//outside.txt",
    "..%2f..%2foutside.txt",
    "outside.txt/../../..",
    f"<img src=x onerror={RUNS}>.txt",
    '"; rm -rf ~; ".txt',
    "CON.txt",
    ".hidden",
    "x" * 3000 + ".txt",
]


def test_a_file_lands_in_its_folder_whatever_it_is_called(desk: httpx.Client, library: Path) -> None:
    root = library.parent
    before = {path for path in files(root) if path.parts[0] != library.name}
    for number, name in enumerate(NAMES):
        text = f"The mill number {number} was opened on Monday. The mill number {number} cost {number} million."
        sent = desk.post("/api/articles", files={"file": (name, text.encode())})
        assert sent.status_code in {200, 400, 422}, (name, sent.text)
    added = {path for path in files(root) if path.parts[0] != library.name} - before
    assert added
    assert {path.parent for path in added} == {Path("library.uploads")}
    assert all(re.fullmatch(r"[\w-][\w.-]{0,120}", path.name) for path in added)
    assert not [path for path in (root.parent / "outside.txt", Path("/etc/outside.txt")) if path.exists()]
