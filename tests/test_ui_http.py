"""The HTTP interface over a real socket: every address, every kind of problem, the queue, and clients that leave."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from index.library import Library
from index.update import index_paths
from qa.assistant import Assistant
from qa.reader import Reading
from tests.fake_embedder import FakeEmbedder
from tests.fake_reader import FakeReader
from ui import server
from ui.access.limits import BODY_BYTES
from ui.api.http import Doors, build_api
from ui.api.shapes import AnswerShape, ProblemShape
from ui.as_json import answer_json, found_json, whole_json
from ui.asking import Questions
from ui.live import LiveAssistant
from ui.places import Places

BRIDGE = """The harbour bridge of Norwick

The new harbour bridge was opened on Friday after four years of work. The harbour bridge cost 48 million dollars. \
Two thousand people walked across it on the first evening."""
CHIPS = "The chip factory by the river opened on Monday. The chip factory by the river cost 60 million dollars."
CHINESE = "河边的芯片工厂\n\n河边的芯片工厂周一正式开业，雇用了四百多名当地的居民。"
COST = "How many million dollars did the harbour bridge cost?"
FERRY = "The ferry across the bay takes 25 minutes, and it leaves on every full hour until late in the evening."


class SlowReader(FakeReader):
    """A reader that waits at its gate, and tells when somebody is there."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.gate = Event(), Event()
        self.gate.set()

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        self.reached.set()
        assert self.gate.wait(60)
        return super().read(question, passages)


@dataclass(frozen=True)
class Served:
    """A library, its assistant with a slow reader, the doors to it, and a client of the server before them."""

    library: Path
    assistant: Assistant
    reader: SlowReader
    doors: Doors
    client: httpx.Client

    def problem(self, response: httpx.Response) -> dict[str, Any]:
        """The problem of a response, checked for its form."""
        assert response.headers["content-type"] == "application/problem+json"
        ProblemShape.model_validate(response.json())
        assert response.json()["status"] == response.status_code
        return dict(response.json())

    def metric(self, name: str) -> float:
        """A count of /metrics, by its name with its labels."""
        return float(dict(line.rsplit(" ", 1) for line in self.client.get("/metrics").text.splitlines())[name])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    for name, text in {"harbour-bridge.txt": BRIDGE, "chips.txt": CHIPS, "zh.txt": CHINESE}.items():
        (tmp_path / "articles").mkdir(exist_ok=True)
        (tmp_path / "articles" / name).write_text(text, "utf-8")
    library, embedder, reader = tmp_path / "library", FakeEmbedder(), SlowReader()
    index_paths(library, [tmp_path / "articles"], embedder)
    assistant = Assistant(Library.open(library), embedder, reader)
    live = LiveAssistant(assistant)
    doors = Doors(Questions(live, Places(at_once=1, waiting=1)), Places(at_once=1, waiting=1))
    running = server.start(build_api(doors))
    with httpx.Client(base_url=f"http://127.0.0.1:{running.port}", timeout=60) as client:
        yield Served(library, assistant, reader, doors, client)
    reader.gate.set()
    running.close()


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, for half a minute at most."""
    given_up = monotonic() + 30
    while not holds():
        assert monotonic() < given_up
        sleep(0.01)


def without_times(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "timings_ms"}


def events(response: httpx.Response) -> list[tuple[str, Any]]:
    """Name and data of each server-sent event."""
    found = re.findall(r"event: (\w+)\ndata: (.*)\n\n", response.text)
    return [(name, json.loads(data)) for name, data in found]


# Asking


def test_an_answer_is_the_command_lines(served: Served) -> None:
    response = served.client.post("/api/ask", json={"question": COST, "id": "q-7"})
    assert response.headers["content-type"] == "application/json"
    expected = answer_json(served.assistant.ask(COST, id="q-7"))
    assert list(response.json()) == list(expected)
    assert without_times(response.json()) == without_times(expected)
    assert response.json()["short_answer"] == "48 million dollars"
    AnswerShape.model_validate(response.json())


def test_every_quote_of_an_answer_is_a_slice_of_its_article(served: Served) -> None:
    cited = served.client.post("/api/ask", json={"question": COST}).json()["citations"]
    assert cited
    for one in cited:
        text = served.client.get(f"/api/articles/{one['article']['id']}").json()["text"]
        assert text[one["start"] : one["end"]] == one["quote"]


def test_an_answer_comes_in_steps_to_who_asks_for_events(served: Served) -> None:
    response = served.client.post("/api/ask", json={"question": COST}, headers={"Accept": "text/event-stream"})
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    (retrieved, found), (reading, passages), (answer, told), done = events(response)
    assert (retrieved, reading, answer) == ("retrieved", "reading", "answer")
    assert done == ("done", {"status": "answered"})
    assert found == {"searched_for": COST, "consulted": told["consulted"]}
    assert passages == {"passages": len(told["consulted"])}
    assert without_times(told) == without_times(answer_json(served.assistant.ask(COST)))


def test_the_first_event_does_not_wait_for_reading(served: Served) -> None:
    served.reader.gate.clear()
    with served.client.stream(
        "POST", "/api/ask", json={"question": COST}, headers={"Accept": "text/event-stream"}
    ) as response:
        assert next(response.iter_text()).startswith("event: retrieved\n")
        assert not served.reader.gate.is_set()
        served.reader.gate.set()


def test_the_filter_and_the_history_reach_the_assistant(served: Served) -> None:
    where = {"language": "en", "articles": ["chips"], "exclude_articles": []}
    answer = served.client.post("/api/ask", json={"question": COST, "where": where}).json()
    assert {one["article"] for one in answer["consulted"]} == {"chips"}
    history = [{"role": "user", "content": COST}, {"role": "assistant", "content": "48 [1]."}]
    answer = served.client.post("/api/ask", json={"question": "And the factory?", "history": history}).json()
    assert answer["searched_for"] == f"And the factory? {COST}"


def test_a_search_is_the_command_lines(served: Served) -> None:
    response = served.client.post("/api/search", json={"question": COST, "k": 2})
    assert response.json() == [found_json(one) for one in served.assistant.search(COST, k=2)]
    assert len(response.json()) == 2


# Articles


def test_the_list_comes_in_pages(served: Served) -> None:
    first = served.client.get("/api/articles", params={"limit": 2}).json()
    assert [one["id"] for one in first["articles"]] == ["chips", "harbour-bridge"]
    assert (first["total"], first["next"]) == (3, "harbour-bridge")
    second = served.client.get("/api/articles", params={"limit": 2, "after": first["next"]}).json()
    assert [one["id"] for one in second["articles"]] == ["zh"]
    assert second["next"] is None
    assert [one["copy_of"] for one in first["articles"] + second["articles"]] == [None, None, None]


def test_a_copy_is_listed_as_one(served: Served) -> None:
    served.client.post("/api/articles", files={"file": ("reprint.txt", BRIDGE.encode())})
    listed = served.client.get("/api/articles").json()["articles"]
    assert {one["id"]: one["copy_of"] for one in listed if one["copy_of"]} == {"reprint": "harbour-bridge"}
    told = [served.client.get(f"/api/articles/{name}").json() for name in ("harbour-bridge", "reprint")]
    assert [(one["copy_of"], one["copies"]) for one in told] == [(None, ["reprint"]), ("harbour-bridge", [])]


def test_an_article_has_its_text_and_its_version(served: Served) -> None:
    article = served.assistant.library.article("zh")
    told = served.client.get("/api/articles/zh").json()
    assert told == whole_json(article) | {"copy_of": None, "copies": [], "versions": [article.version]}
    assert told["text"] == CHINESE


def test_a_file_is_added_and_can_be_asked_at_once(served: Served) -> None:
    report = served.client.post("/api/articles", files={"file": ("ferry.txt", FERRY.encode())}).json()
    others = ("updated", "unchanged", "moved", "duplicate", "failed", "gone", "removed")
    assert report == {"added": ["ferry"]} | {key: [] for key in others}
    answer = served.client.post("/api/ask", json={"question": "How many minutes does the ferry across the bay take?"})
    assert answer.json()["short_answer"] == "25 minutes"
    assert served.metric("quotedesk_articles") == 4


def test_a_file_of_the_same_name_takes_the_place_of_the_first(served: Served) -> None:
    for text in (FERRY, FERRY.replace("25", "40")):
        report = served.client.post("/api/articles", files={"file": ("ferry.txt", text.encode())}).json()
    assert report["updated"] == ["ferry"]
    assert "40 minutes" in served.client.get("/api/articles/ferry").json()["text"]
    assert [file.name for file in (served.library.parent / "library.uploads").iterdir()] == ["ferry.txt"]


def test_a_file_that_is_no_article_leaves_everything_as_it_was(served: Served) -> None:
    served.client.post("/api/articles", files={"file": ("ferry.txt", FERRY.encode())})
    response = served.client.post("/api/articles", files={"file": ("ferry.txt", b"abc\x00def")})
    assert response.status_code == 400
    assert "binary, not text (a NUL at byte 3)" in served.problem(response)["detail"]
    (kept,) = (served.library.parent / "library.uploads").iterdir()
    assert kept.read_text("utf-8") == FERRY
    assert served.client.get("/api/articles/ferry").json()["text"] == FERRY


def test_an_article_is_taken_out_with_the_file_it_was_added_with(served: Served) -> None:
    served.client.post("/api/articles", files={"file": ("ferry.txt", FERRY.encode())})
    for name in ("ferry", "chips"):
        assert served.client.delete(f"/api/articles/{name}").status_code == 204
        assert served.client.get(f"/api/articles/{name}").status_code == 404
    assert list((served.library.parent / "library.uploads").iterdir()) == []
    assert (served.library.parent / "articles" / "chips.txt").exists()


# Quotes


def test_a_cited_place_comes_with_its_neighbours(served: Served) -> None:
    (cited, *_) = served.client.post("/api/ask", json={"question": COST}).json()["citations"]
    place, span = cited["permalink"].removeprefix("/articles/").split("#")
    start, end = span.split("-")
    told = served.client.get(f"/api/cite/{place}", params={"start": start, "end": end}).json()
    assert told.pop("before") == "The harbour bridge of Norwick"
    assert told.pop("after") == "Two thousand people walked across it on the first evening."
    assert told == {key: value for key, value in cited.items() if key not in {"number", "also_in", "first_published"}}


def test_the_ends_of_an_article_have_no_neighbours(served: Served) -> None:
    article = served.assistant.library.article("chips")
    told = served.client.get(f"/api/cite/chips@{article.version}", params={"start": 0, "end": len(CHIPS)}).json()
    assert (told["quote"], told["before"], told["after"]) == (CHIPS, None, None)


@pytest.mark.parametrize(
    ("start", "end"), [(0, 10_000), (5, 5), (9, 4)], ids=["past the end", "empty", "the wrong way round"]
)
def test_a_place_that_is_none_is_told(served: Served, start: int, end: int) -> None:
    version = served.assistant.library.article("chips").version
    response = served.client.get(f"/api/cite/chips@{version}", params={"start": start, "end": end})
    told = served.problem(response)
    assert told["type"] == "urn:quotedesk:no-such-span"
    assert told["detail"] == (
        f"start {start} and end {end} are no place in the {len(CHIPS)} characters of chips; "
        f"give 0 <= start < end <= {len(CHIPS)}"
    )


def test_an_old_version_is_told_with_the_one_that_is_held(served: Served) -> None:
    version = served.assistant.library.article("chips").version
    response = served.client.get("/api/cite/chips@0123456789ab", params={"start": 0, "end": 4})
    assert (response.status_code, served.problem(response)["type"]) == (410, "urn:quotedesk:old-version")
    assert response.json()["detail"].startswith(f"chips is held in version {version} now, not in '0123456789ab'")


def test_a_permalink_leads_into_the_page(served: Served) -> None:
    response = served.client.get("/articles/a%2Fb%20c@0123456789ab")
    assert (response.status_code, response.headers["location"]) == (307, "/?article=a%2Fb%20c@0123456789ab")


# Problems


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ({"question": COST, "top": 3}, 422, "body.top: Extra inputs are not permitted, got '3'"),
        ({"question": COST, "where": {"lang": "en"}}, 422, "body.where.lang: Extra inputs are not permitted, got 'en'"),
        ({}, 422, "body.question: Field required"),
        ({"question": 5}, 422, "body.question: Input should be a valid string, got '5'"),
        ({"question": ""}, 422, "body.question: String should have at least 1 character, got ''"),
        ({"question": "a" * 2001}, 422, "body.question: String should have at most 2000 characters, got 'aaaa"),
        ({"question": COST, "where": {"since": "2024-1-1"}}, 422, "body.where.since: is not a day such as 2024-01-31"),
        ({"question": COST, "where": {"since": "2024-02-30"}}, 422, "body.where.since: is not a day: day is out of"),
        ({"question": COST, "where": {"since": 0}}, 422, "body.where.since: Input should be a valid date, got '0'"),
        ({"question": COST, "history": [{"role": "system", "content": ""}]}, 422, "body.history.0.role: Input should"),
        (
            {"question": COST, "where": {"since": "2024-02-01", "until": "2024-01-01"}},
            400,
            "since 2024-02-01 lies after until 2024-01-01; swap them or drop one",
        ),
        ({"question": "?!"}, 400, "the question '?!' has no words; ask with at least one word"),
    ],
)
@pytest.mark.parametrize("address", ["/api/ask", "/api/search"])
def test_a_bad_body_is_told_by_place_and_value(
    served: Served, address: str, body: dict[str, Any], status: int, detail: str
) -> None:
    told = served.problem(served.client.post(address, json=body))
    assert (told["status"], told["detail"][: len(detail)]) == (status, detail)


def test_a_bad_question_is_a_problem_before_the_stream_begins(served: Served) -> None:
    response = served.client.post("/api/ask", json={"question": "?!"}, headers={"Accept": "text/event-stream"})
    assert (response.status_code, served.problem(response)["type"]) == (400, "urn:quotedesk:bad-question")


@pytest.mark.parametrize(
    ("method", "address", "status", "detail"),
    [
        ("GET", "/api/articles/nobody", 404, "no article 'nobody' in this library; GET /api/articles lists what is"),
        ("DELETE", "/api/articles/nobody", 404, "no article 'nobody' in this library; GET /api/articles lists what is"),
        ("GET", "/api/cite/nobody@v?start=0&end=1", 404, "no article 'nobody' in this library"),
        ("GET", "/api/articles/%00", 404, r"no article '\x00' in this library"),
        ("GET", "/api/nothing", 404, "GET /api/nothing: nothing is here; GET /openapi.json lists every address"),
        ("GET", "/api/ask", 405, "GET /api/ask: this address takes POST"),
        ("PUT", "/api/articles", 405, "PUT /api/articles: this address takes GET, POST"),
        ("PATCH", "/api/articles/chips", 405, "PATCH /api/articles/chips: this address takes DELETE, GET"),
        ("GET", "/api/articles?limit=0", 422, "query.limit: Input should be greater than or equal to 1, got '0'"),
        ("GET", "/api/articles?offset=1", 422, "query.offset: Extra inputs are not permitted, got '1'"),
        ("GET", "/api/cite/chips@v?start=x", 422, "query.start: Input should be a valid integer"),
        ("POST", "/api/articles", 422, "body.file: Field required"),
    ],
)
def test_a_wrong_address_is_a_problem(served: Served, method: str, address: str, status: int, detail: str) -> None:
    response = served.client.request(method, address)
    told = served.problem(response)
    assert (told["status"], told["detail"][: len(detail)]) == (status, detail)


def test_every_fault_of_a_request_is_listed(served: Served) -> None:
    told = served.problem(served.client.post("/api/ask", json={"quesion": COST}))
    assert [fault["where"] for fault in told["errors"]] == ["body.question", "body.quesion"]
    assert told["detail"] == (
        "body.question: Field required (1 more under errors); GET /openapi.json says what is taken"
    )


@pytest.mark.parametrize("sent", [b"{", b'{"question": "\xff"}', b""])
def test_what_is_no_json_is_told(served: Served, sent: bytes) -> None:
    response = served.client.post("/api/ask", content=sent, headers={"Content-Type": "application/json"})
    assert served.problem(response)["status"] in {400, 422}


def test_a_form_from_another_site_is_no_question(served: Served) -> None:
    sent = json.dumps({"question": COST})
    response = served.client.post("/api/ask", content=sent, headers={"Content-Type": "text/plain"})
    assert served.problem(response)["status"] == 422


@pytest.mark.parametrize("is_length_told", [True, False])
def test_a_huge_body_is_turned_away(served: Served, is_length_told: bool) -> None:
    body = json.dumps({"question": "a" * BODY_BYTES}).encode()
    sent: Any = body if is_length_told else iter([body])
    response = served.client.post("/api/ask", content=sent, headers={"Content-Type": "application/json"})
    assert (response.status_code, served.problem(response)["type"]) == (413, "urn:quotedesk:too-large")


def test_a_damaged_library_is_told_and_mended_without_a_restart(served: Served) -> None:
    manifest = served.library / "manifest.json"
    whole = manifest.read_text("utf-8")
    manifest.write_text("{", "utf-8")
    for response in (served.client.get("/healthz"), served.client.post("/api/ask", json={"question": COST})):
        assert (response.status_code, served.problem(response)["type"]) == (503, "urn:quotedesk:library-unavailable")
    manifest.write_text(whole, "utf-8")
    assert served.client.get("/healthz").json() == {"status": "ok", "articles": 3}


def test_a_fault_of_ours_says_nothing_of_the_inside(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise KeyError("a secret")

    monkeypatch.setattr("index.library.read_manifest", broken)
    response = served.client.get("/healthz")
    assert (response.status_code, served.problem(response)["type"]) == (500, "urn:quotedesk:fault")
    assert "secret" not in response.text


# Many at once


def test_who_finds_the_queue_full_is_told_when_to_come_again(served: Served) -> None:
    served.reader.gate.clear()
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(served.client.post, "/api/ask", json={"question": COST}) for _ in range(2)]
        until(lambda: served.doors.questions.places.taken == 2)
        for headers in ({}, {"Accept": "text/event-stream"}):
            response = served.client.post("/api/ask", json={"question": COST}, headers=headers)
            told = served.problem(response)
            assert (told["status"], told["type"]) == (503, "urn:quotedesk:busy")
            seconds = response.headers["retry-after"]
            assert told["detail"] == f"1 are under way and 1 are waiting; ask again in {seconds} s"
            assert int(seconds) >= 1
        assert served.client.get("/healthz").status_code == 200
        served.reader.gate.set()
        assert [one.result().json()["short_answer"] for one in asked] == ["48 million dollars"] * 2
    assert served.metric("quotedesk_busy_total") == 2
    assert served.metric('quotedesk_questions_total{status="answered"}') == 2


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_the_question_of_a_client_that_leaves_is_given_up(served: Served, accept: str) -> None:
    served.reader.gate.clear()
    places = served.doors.questions.places
    address = f"{served.client.base_url}/api/ask".replace("//api", "/api")
    with httpx.Client() as other, ThreadPoolExecutor() as pool:
        leaving = pool.submit(
            other.post, address, json={"question": COST}, headers={"Accept": accept}, timeout=httpx.Timeout(60, read=1)
        )
        assert served.reader.reached.wait(60)
        waiting = pool.submit(other.post, address, json={"question": COST}, timeout=httpx.Timeout(60, read=1))
        until(lambda: places.taken == 2)
        for one in (leaving, waiting):
            with pytest.raises(httpx.ReadTimeout):
                one.result()
        # Who only waited leaves at once; a place that is worked at is free when the stage is done.
        until(lambda: places.taken == 1)
        served.reader.gate.set()
        until(lambda: places.taken == 0)
    until(lambda: served.metric('quotedesk_questions_total{status="given_up"}') == 2)
    assert served.metric('quotedesk_questions_total{status="answered"}') == 0
    assert served.metric('quotedesk_stage_seconds_count{stage="conclude"}') == 0


def test_a_question_under_way_keeps_its_snapshot_and_the_next_one_sees_the_new(served: Served) -> None:
    served.reader.gate.clear()
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(served.client.post, "/api/ask", json={"question": COST})
        assert served.reader.reached.wait(60)
        for minutes in (25, 40, 55):  # so often that the first snapshot is dropped from the folder
            text = FERRY.replace("25", str(minutes)).encode()
            assert served.client.post("/api/articles", files={"file": ("ferry.txt", text)}).status_code == 200
        served.reader.gate.set()
        assert asked.result().json()["short_answer"] == "48 million dollars"
        assert {one["article"] for one in asked.result().json()["consulted"]} == {"harbour-bridge", "chips", "zh"}
    found = served.client.post("/api/search", json={"question": "ferry across the bay", "k": 1}).json()
    assert "55 minutes" in found[0]["text"]
    assert served.doors.live.now().embedder is served.assistant.embedder


# The description


def test_metrics_count_by_status_and_stage(served: Served) -> None:
    for question in (COST, "Who won the football cup?"):
        served.client.post("/api/ask", json={"question": question})
    served.client.post("/api/ask", json={"question": "?!"})
    for status in ("answered", "abstained", "refused"):
        assert served.metric(f'quotedesk_questions_total{{status="{status}"}}') == 1
    assert served.metric('quotedesk_stage_seconds_count{stage="total"}') == 2
    assert served.metric("quotedesk_articles") == 3


def test_the_description_is_for_people_too_and_fetches_nothing_from_outside(served: Served) -> None:
    page = served.client.get("/docs").text
    addresses = re.findall(r"""(?:src|href)=["']([^"']+)["']""", page)
    assert sorted(addresses) == ["/docs/files/swagger-ui-bundle.js", "/docs/files/swagger-ui.css", "/favicon.ico"]
    assert "//" not in re.sub(r"<!--.*?-->", "", page)
    assert all(served.client.get(address).status_code == 200 for address in addresses[:2] if "files" in address)


def test_every_problem_is_described(served: Served) -> None:
    paths = served.client.get("/openapi.json").json()["paths"]
    assert set(paths) == {
        "/api/ask", "/api/search", "/api/articles", "/api/articles/{article_id}",
        "/api/cite/{article_id}@{version}", "/healthz", "/metrics",
    }  # fmt: skip
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemShape"}}}
    told = [one["responses"] for path in paths.values() for one in path.values()]
    assert all(response["content"] == problem for one in told for code, response in one.items() if code >= "400")


CONFIG = """
[checks.positive_data_acceptance]
# What no schema can say: a question without words, a span behind the end, a file that is no article, an old version.
expected-statuses = [200, 204, 400, 404, 410]
"""


def test_schemathesis_finds_nothing(served: Served, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(CONFIG, "utf-8")
    description = f"{served.client.base_url}/openapi.json".replace("//openapi", "/openapi")
    command = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", "schemathesis.toml", "run"]
    options = ["--checks", "all", "--max-examples", "20", "--seed", "1", "--request-timeout", "120", "--no-color"]
    done = subprocess.run([*command, description, *options], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
