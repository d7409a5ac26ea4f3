"""From a question to its answer: on a small library with the fake embedder, and on the sample with the real one."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote as percent_encoded

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eval.sets import SAMPLE_ARTICLES
from index.embedder import SentenceTransformerEmbedder
from index.errors import BadQuestion, LibraryError, QuotedeskError
from index.library import Library
from index.types import Filter
from index.update import index_paths
from qa.assistant import Assistant
from qa.types import Answer, Turn
from tests.fake_embedder import FakeEmbedder
from tests.fake_reader import FakeReader

MakeLibrary = Callable[[dict[str, str]], Path]

HARBOUR = "Harbour news\n\nThe harbour of Pell was opened in 1987. It has 350,000 visitors a year. Gulls cry at night."
OFFICE = (
    '{"id": "office", "title": "Office", "published": "2024-04-09", "url": "https://example.org/office",'
    ' "text": "The office of Marsh has 40 desks. Nobody knows who painted its walls."}'
)
KOUWAN = "港口\n\n港口每年接待四十艘轮船。海鸥在夜里鸣叫，灯塔守护着海岸。"
FILES = {"harbour.txt": HARBOUR, "office.jsonl": OFFICE, "kouwan.txt": KOUWAN}


@pytest.fixture
def assistant(make_library: MakeLibrary, embedder: FakeEmbedder) -> Assistant:
    return Assistant(Library.open(make_library(FILES)), embedder, FakeReader())


def check_quotes(answer: Answer) -> None:
    """Every promise about quotes that can be read off an answer."""
    for number, citation in enumerate(answer.citations, 1):
        article, span = citation.quote.article, citation.quote.span
        assert citation.number == number
        assert citation.quote.text == article.text[span.start : span.end]
        assert (
            citation.quote.permalink
            == f"/articles/{percent_encoded(article.id, safe='')}@{article.version}#{span.start}-{span.end}"
        )
        assert f"[{number}]" in answer.text
    assert bool(answer.citations) == (answer.status == "answered") == bool(answer.short_answer)


def test_an_answer(assistant: Assistant) -> None:
    answer = assistant.ask("How many visitors has the harbour of Pell a year?", id="q7")
    assert (answer.id, answer.status, answer.language) == ("q7", "answered", "en")
    assert answer.question == answer.searched_for == "How many visitors has the harbour of Pell a year?"
    assert answer.short_answer == "350,000"
    assert answer.citations[0].quote.article.id == "harbour"
    assert "It has 350,000 visitors a year." in answer.citations[0].quote.text
    assert {found.article.id for found in answer.consulted} == {"harbour", "office", "kouwan"}
    check_quotes(answer)


def test_a_decline(assistant: Assistant) -> None:
    answer = assistant.ask("Which volcano erupted yesterday?")
    assert (answer.status, answer.short_answer, answer.citations, answer.conflicts) == ("abstained", "", (), ())
    assert answer.text == "The articles do not answer this."
    assert answer.id is None
    assert len(answer.consulted) == 3


def test_a_name_that_no_article_has_is_never_answered_from_others(assistant: Assistant) -> None:
    answer = assistant.ask("How many visitors has the harbour of Quillon a year?")
    assert (answer.status, answer.confidence, answer.citations) == ("abstained", 0.0, ())
    assert answer.text == "The articles do not answer this: no passage mentions Quillon."
    assert assistant.ask("How many visitors has the harbour of Pell a year?").status == "answered"


@pytest.mark.parametrize(
    ("where", "articles"),
    [
        (Filter(), {"harbour", "office", "kouwan"}),
        (Filter(language="zh"), {"kouwan"}),
        (Filter(since=date(2024, 4, 9)), {"office"}),
        (Filter(source="harbour"), {"harbour"}),
        (Filter(articles=frozenset({"office", "kouwan"})), {"office", "kouwan"}),
        (Filter(exclude_articles=frozenset({"harbour"})), {"office", "kouwan"}),
        (Filter(articles=frozenset({"nowhere"})), set()),
    ],
)
def test_filters(assistant: Assistant, where: Filter, articles: set[str]) -> None:
    question = "How many visitors has the harbour of Pell a year?"
    answer = assistant.ask(question, where=where)
    assert {found.article.id for found in answer.consulted} == articles
    assert {found.article.id for found in assistant.search(question, where=where)} == articles
    assert {citation.quote.article.id for citation in answer.citations} <= articles
    check_quotes(answer)


def test_no_evidence_no_confidence(assistant: Assistant) -> None:
    answer = assistant.ask("How many visitors?", where=Filter(articles=frozenset({"nowhere"})))
    assert (answer.status, answer.confidence, answer.consulted) == ("abstained", 0.0, ())
    assert answer.text == "No article meets the filter."


@pytest.mark.parametrize("k", [1, 2, 3])
def test_search_gives_the_k_best_first(assistant: Assistant, k: int) -> None:
    found = assistant.search("The harbour of Pell was opened in 1987", k=k)
    assert len(found) == k
    assert found[0].article.id == found[0].hit.passage.article == "harbour"
    assert [one.hit.score for one in found] == sorted((one.hit.score for one in found), reverse=True)


def test_timings(assistant: Assistant) -> None:
    timings = assistant.ask("How many visitors?").timings_ms
    assert list(timings) == ["retrieve", "read", "conclude", "total"]
    assert timings["retrieve"] + timings["read"] + timings["conclude"] == pytest.approx(timings["total"], abs=0.1)


def test_a_follow_up_is_completed(assistant: Assistant) -> None:
    history = [Turn("user", "How many visitors has the harbour of Pell?"), Turn("assistant", "350,000 [1]")]
    answer = assistant.ask("And in 1987?", history=history)
    assert answer.question == "And in 1987?"
    assert answer.searched_for == "How many visitors has the harbour of Pell in 1987?"


def test_a_bad_question(assistant: Assistant) -> None:
    with pytest.raises(BadQuestion, match=r"the question '\?!' has no words"):
        assistant.ask("?!", history=[Turn("user", "How many visitors?")])
    with pytest.raises(BadQuestion, match="has no words"):
        assistant.search("  ")


def test_no_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"there is no library at .*nowhere"):
        Assistant.open(tmp_path / "nowhere")


@pytest.mark.parametrize(("dimension", "opens"), [(16, True), (32, False)])
def test_an_embedder_of_another_dimension_is_refused(
    make_library: MakeLibrary, monkeypatch: pytest.MonkeyPatch, dimension: int, *, opens: bool
) -> None:
    loaded: list[str] = []

    class Named(FakeEmbedder):
        def __init__(self, name: str) -> None:
            super().__init__()
            loaded.append(name)
            self.dimension = dimension

    monkeypatch.setattr("qa.assistant.SentenceTransformerEmbedder", Named)
    monkeypatch.setattr("qa.assistant.builtin_reader", FakeReader)
    library = make_library(FILES)
    if opens:
        assert Assistant.open(library).library.size() == 3
    else:
        told = "lib.* holds vectors of 16 numbers, fake makes them of 32; index the articles into a new folder$"
        with pytest.raises(LibraryError, match=told):
            Assistant.open(library)
    assert loaded == ["fake"]


@pytest.mark.parametrize(("k", "number"), [(10, 10), (30, 30), (60, 60), (100, 60)])
def test_search_gives_k_where_there_are_so_many(
    make_library: MakeLibrary, embedder: FakeEmbedder, k: int, number: int
) -> None:
    rows = [f'{{"id": "{n}", "text": "The harbour of Pell has {n} cranes."}}' for n in range(60)]
    assistant = Assistant(Library.open(make_library({"rows.jsonl": "\n".join(rows)})), embedder, FakeReader())
    assert len({one.article.id for one in assistant.search("How many cranes?", k=k)}) == number


def test_marks_in_an_article_are_harmless(make_library: MakeLibrary, embedder: FakeEmbedder) -> None:
    text = "The harbour [1] of @Pell #7 has [2][3] 350,000 visitors@home#10-20 a year [99]."
    assistant = Assistant(Library.open(make_library({"a@b#1-2.txt": f"Harbour [1]\n\n{text}"})), embedder, FakeReader())
    answer = assistant.ask("Why has the harbour of Pell visitors a year?")
    assert answer.status == "answered"
    assert answer.citations[0].quote.text.endswith(text)
    assert answer.citations[0].quote.article.id == "a-b-1-2"
    assert "[2]" not in answer.text
    assert "The harbour of @Pell #7 has 350,000 visitors@home#10-20 a year. [1]" in answer.text
    check_quotes(answer)


def test_an_answer_is_plain_data(assistant: Assistant) -> None:
    answer = assistant.ask("How many visitors has the harbour of Pell a year?")
    assert asdict(answer)["citations"][0]["quote"]["span"] == asdict(answer.citations[0].quote.span)


WORDS = st.sampled_from(
    [
        "harbour",
        "Pell",
        "350,000",
        "2,045億ドル",
        "2045亿美元",
        "25%",
        "2023",
        "2023年",
        "[1]",
        "@",
        "#",
        "。",
        "？",
        ".",
        "\n",
        "\n\n",
        "港口",
        "港湾は",
        "ですか",
        "谁",
        "How many",
        "e",
        "\u0301",
        "😀",
        "\u3000",
    ]
)
TEXTS = st.lists(WORDS | st.text(max_size=12), max_size=12).map(" ".join)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=st.lists(TEXTS, min_size=1, max_size=4), question=TEXTS, anchored=st.booleans())
def test_whatever_the_texts_quotes_are_slices(*, texts: list[str], question: str, anchored: bool) -> None:
    with TemporaryDirectory() as folder:
        articles = Path(folder) / "articles"
        articles.mkdir()
        for number, text in enumerate(texts):
            (articles / f"{number}.txt").write_bytes(text.encode())
        embedder = FakeEmbedder()
        try:
            index_paths(Path(folder) / "library", [articles], embedder)
            library = Library.open(Path(folder) / "library")
            # A question made of an article's own words is answered, most others are declined.
            answer = Assistant(library, embedder, FakeReader()).ask(
                f"{texts[0][:500]} {question}" if anchored else question
            )
        except QuotedeskError:
            return
        check_quotes(answer)
        for citation in answer.citations:
            assert citation.quote.article == library.article(citation.quote.article.id)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("sample") / "library"
    index_paths(folder, [SAMPLE_ARTICLES], SentenceTransformerEmbedder())
    return Assistant.open(folder)


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "article", "words"),
    [
        ("How much money did the metaverse division lose in 2021?", "en-reality-labs-ledger", "$10.19 billion"),
        ("流到网上的那个Mistral早期模型叫什么?", "zh-market-value-record", "Miqu"),
        ("ダブリンの拠点では何人くらいが削減の対象になった？", "ja-layoffs-timeline", "490人"),
        ("What subject did Chris Cox study at Stanford?", "zh-leadership-eleven", "符号系统"),
        ("Oculus最早的一笔钱是在哪个平台上筹到的？", "en-reality-labs-ledger", "Kickstarter"),
    ],
)
def test_the_sample_in_every_language(sample: Assistant, question: str, article: str, words: str) -> None:
    answer = sample.ask(question)
    assert answer.status == "answered"
    assert any(c.quote.article.id == article and words in c.quote.text for c in answer.citations)
    check_quotes(answer)


@pytest.mark.model
def test_the_sample_does_not_know_of_ethanol(sample: Assistant) -> None:
    answer = sample.ask("What is the boiling point of ethanol?")
    assert (answer.status, answer.text) == ("abstained", "The articles do not answer this.")


@pytest.mark.model
def test_a_body_that_stands_twice_is_cited_once(sample: Assistant) -> None:
    answer = sample.ask("有哪家银行在自己的系统里用了Llama 2？")
    assert [c.quote.article.id for c in answer.citations if "富国银行" in c.quote.text] == ["zh-market-value-record"]


@pytest.mark.model
def test_a_syndicated_copy_is_listed(sample: Assistant) -> None:
    answer = sample.ask("AI联盟成员一年的研发投入加起来有多少?")
    (citation,) = (c for c in answer.citations if "800亿美元" in c.quote.text)
    assert (citation.quote.article.id, citation.also_in) == ("zh-ai-alliance-launch", ("zh-ai-alliance-reprint",))
    assert citation.first_published == "zh-ai-alliance-launch"
