"""A small world of articles about Saltmarsh Point, and an assistant over it without a model, for tests of the page."""

import asyncio
import atexit
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from index.copies import Copies
from index.errors import BadQuestion, LibraryError
from index.types import Article, Filter, Hit, Listed, Passage, Span
from qa.period import Times
from qa.types import Answer, Citation, Conflict, ConflictValue, Found, Quote, Turn
from ui.stages import Stage

LIGHTHOUSE = """Skip to content  |  Subscribe for £1 a week

The lighthouse at Saltmarsh Point was lit again on Friday evening after eleven years of darkness, to the applause of \
several hundred people who had walked out along the causeway at low tide.

About 350,000 people visited the point in 2023, the harbour trust said, nearly twice the number of a decade ago. \
"We had planned for a third of that," said Ines Okafor, who leads the trust. "The path was never meant for it."

The lens, a second-order Fresnel cut in 1871, was taken apart into 212 prisms and cleaned by hand in a workshop in \
the old coastguard station. One prism was found to be cracked and was replaced with a cast of borosilicate glass.

ADVERTISEMENT — Winter coats, half price this weekend only

The trust expects the work to have cost £4.2m when the last invoices are in. Most of it came from the lottery fund, \
and £600,000 from people who live within sight of the light.

Visitors will be asked to book from the spring. Ms Okafor said that the number let through the gate would be set each \
week, according to the state of the path and of the terns that nest beside it.

Read next: The ten best fish and chip shops on the coast"""

CORRECTION = """The harbour trust has revised its count of visitors to Saltmarsh Point.

A new counter at the causeway gate recorded 410,000 visitors in 2023, the trust said on Monday. The earlier figure \
had been estimated from car park tickets and left out those who came by the coast path.

About 350,000 people visited the point in 2023, the harbour trust said in its first count, published in March."""

REPRINT = """About 350,000 people visited the point in 2023, the harbour trust said, nearly twice the number of a \
decade ago. The Courier understands that tickets will be needed from the spring."""

CHINESE_TEXT = """盐沼角灯塔在熄灭十一年之后，于上周五傍晚重新点亮，数百人趁退潮沿堤道步行前往观看。

据港口信托基金介绍，修复工程历时两年零四个月，共清洗了二百一十二块棱镜。其中一块出现裂纹，改用硼硅酸盐玻璃重新浇铸。

基金负责人表示，从明年春天起，参观者需要提前预约，每周放行的人数将根据步道和燕鸥筑巢的情况决定。"""

JAPANESE_TEXT = """ソルトマーシュ岬の灯台が金曜日の夕方、十一年ぶりに点灯した。堤道を歩いて訪れた数百人が拍手で迎えた。

レンズは一八七一年に作られた二等フレネルレンズで、二百十二枚のプリズムに分解し、すべて手作業で磨かれた。

港湾財団によると、来春からは事前の予約が必要になる。一週間に通す人数は、道の状態と、道ばたに巣を作るアジサシの様子を見て決めるという。"""

HOSTILE = '<script>window.pwned=1</script><img src=x onerror="window.pwned=1"> {{value}} ${window.pwned=1} & "quoted"'


def article(*fields: str, published: date | None, url: str | None) -> Article:
    name, title, text, language = fields
    grey = ("Skip to content  |  Subscribe for £1 a week", "ADVERTISEMENT — Winter coats, half price this weekend only",
            "Read next: The ten best fish and chip shops on the coast")  # fmt: skip
    spans = tuple(Span(text.find(line), text.find(line) + len(line)) for line in grey if line in text)
    return Article(name, "v1", title, text, language, url, published, f"articles/{name}.txt", spans)


ARTICLES = {
    item.id: item
    for item in (
        article("light", "A light returns to Saltmarsh Point", LIGHTHOUSE, "en", published=date(2024, 3, 2),
                url="https://www.tidegazette.example/2024/03/light"),
        article("count", "More came to the lighthouse than was thought", CORRECTION, "en", published=date(2024, 9, 16),
                url="https://coastnews.example/count"),
        article("reprint", "Saltmarsh Point to ask for tickets", REPRINT, "en", published=None, url=None),
        article("deng", "盐沼角灯塔重新点亮", CHINESE_TEXT, "zh", published=date(2024, 3, 4), url="https://haiwang.example/deng"),
        article("todai", "十一年ぶりに灯る岬の灯台", JAPANESE_TEXT, "ja", published=date(2024, 3, 3), url="https://misaki.example/todai"),
        article("hostile", HOSTILE, f"First line.\n\nHere is {HOSTILE} in the text.\n\nLast line.", "en",
                published=date(2023, 4, 9), url="javascript:window.pwned=1"),
    )
}  # fmt: skip


def quote(name: str, words: str) -> Quote:
    start = ARTICLES[name].text.index(words)
    return Quote(ARTICLES[name], Span(start, start + len(words)))


def near(name: str, words: str) -> Found:
    span = quote(name, words).span
    return Found(Hit(Passage(0, name, ARTICLES[name].language, span, words), 0.4, "fused"), ARTICLES[name])


def answered(question: str, language: str, text: str, quotes: Sequence[Quote], **more: Any) -> Answer:
    citations = tuple(
        Citation(number, each, ("reprint", "vanished") if each.article.id == "light" and number == 1 else ())
        for number, each in enumerate(quotes, 1)
    )
    return Answer(question, language, question, "answered", text, text, 0.9, citations, **more)


EVERYTHING = Filter()
VISITORS = "How many people visited Saltmarsh Point in 2023?"
PRISMS = "灯塔的棱镜有多少块？"
BOOKING = "灯台に行くには予約が必要ですか？"
KING = "Who is the king of Norway?"
ATTACK = "What does the script say?"
CRASH = "Please break"

ANSWERS = {
    VISITORS: answered(
        VISITORS, "en", "About 350,000 by the first count [1], and 410,000 by a later one [2][3].",
        [quote("light", "About 350,000 people visited the point in 2023, the harbour trust said, nearly twice the "
                        "number of a decade ago."),
         quote("count", "A new counter at the causeway gate recorded 410,000 visitors in 2023, the trust said on "
                        "Monday."),
         quote("light", "Visitors will be asked to book from the spring.")],
        conflicts=(Conflict("number", (ConflictValue("350,000", (1,)), ConflictValue("410,000", (2,)))),),
    ),
    PRISMS: answered(PRISMS, "zh", "共二百一十二块[1]，其中一块有裂纹[2]。",
                     [quote("deng", "据港口信托基金介绍，修复工程历时两年零四个月，共清洗了二百一十二块棱镜。"),
                      quote("todai", "二百十二枚のプリズムに分解し、すべて手作業で磨かれた。")]),
    BOOKING: answered(BOOKING, "ja", "はい、来春からは事前の予約が必要です[1]。[7]",
                      [quote("todai", "港湾財団によると、来春からは事前の予約が必要になる。"),
                       quote("deng", "从明年春天起，参观者需要提前预约")]),
    KING: Answer(KING, "en", KING, "abstained", "", "The articles don't hold an answer to this.", 0.1, consulted=(
        near("light", "The trust expects the work to have cost £4.2m when the last invoices are in."),
        near("deng", "从明年春天起，参观者需要提前预约，每周放行的人数将根据步道和燕鸥筑巢的情况决定。"),
    )),
    ATTACK: answered(f"What? {HOSTILE}", "en", f"It says {HOSTILE} [1].", [quote("hostile", HOSTILE)]),
}  # fmt: skip


_LISTED = [one.name for one in fields(Listed)]


_FOLDERS = Path(mkdtemp(prefix="quotedesk-tests-"))
atexit.register(rmtree, _FOLDERS, ignore_errors=True)


def some_folder() -> Path:
    """Where a library of no files may be said to lie, until the tests are over."""
    return Path(mkdtemp(dir=_FOLDERS)) / "library"


@dataclass
class FakeLibrary:
    """Six hand-written articles in three languages."""

    folder: Path = field(default_factory=some_folder)

    @property
    def table(self) -> "FakeLibrary":
        return self

    @property
    def copies(self) -> Copies:
        return Copies()

    def listed(self) -> Iterator[Listed]:
        return (Listed(*(getattr(one, name) for name in _LISTED)) for one in ARTICLES.values())

    def article(self, article_id: str) -> Article:
        if article_id not in ARTICLES:
            raise LibraryError(f"no article {article_id} in the library")
        return ARTICLES[article_id]

    def languages(self) -> dict[str, int]:
        return {"en": 4, "zh": 1, "ja": 1}

    def date_range(self) -> tuple[date, date] | None:
        return date(2023, 4, 9), date(2024, 9, 16)

    def size(self) -> int:
        return len(ARTICLES)


class EmptyLibrary(FakeLibrary):
    """A library that nothing was put into yet."""

    def listed(self) -> Iterator[Listed]:
        return iter(())

    def languages(self) -> dict[str, int]:
        return {}

    def date_range(self) -> tuple[date, date] | None:
        return None

    def size(self) -> int:
        return 0


@dataclass
class FakeAssistant:
    """Gives the written answers above and remembers what it was asked."""

    library: FakeLibrary = field(default_factory=FakeLibrary)
    asked: list[tuple[str, tuple[Turn, ...], Filter]] = field(default_factory=list)
    times: list[Times] = field(default_factory=list)
    seconds: float = 0.0
    told: tuple[Stage, ...] = ()
    given_up: list[str] = field(default_factory=list)
    refusal: Exception | None = None

    async def stages(
        self, question: str, *, history: Sequence[Turn] = (), where: Filter = EVERYTHING, times: Times = Times()
    ) -> AsyncGenerator[Stage | Answer, None]:
        self.asked.append((question, tuple(history), where))
        self.times.append(times)
        try:
            for stage in self.told:
                yield stage
                await asyncio.sleep(self.seconds)
            await asyncio.sleep(self.seconds)
        except (asyncio.CancelledError, GeneratorExit):
            self.given_up.append(question)
            raise
        if self.refusal:
            raise self.refusal
        if question == CRASH:
            raise RuntimeError("a fault of ours")
        if question not in ANSWERS:
            raise BadQuestion(f"the question {question!r} has no words to search for; write a full question")
        yield ANSWERS[question]
