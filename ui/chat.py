"""The web chat: layout, events, and what passes between page and assistant.
It knows Gradio and sessions; how answers and articles look is in `answer_view` and `source_panel`.
"""

import asyncio
import calendar
import os
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol, TypeVar

import gradio as gr
from markupsafe import Markup

from index.errors import LibraryError, QuotedeskError
from index.types import Article, Filter
from qa.types import Answer, Turn
from ui.answer_view import (
    Exchange,
    Pointer,
    exchange_html,
    first_source,
    history,
    notice_html,
    open_source,
    searching_html,
    welcome,
)
from ui.source_panel import empty_panel
from ui.words import Words, words_for

# Gradio's default of one question at a time makes a second reader wait for the first; torch shares the cores anyway.
QUESTIONS_AT_ONCE = 8
# Steps of an answer closer than 50 ms are not seen as steps, only as flicker.
STEP_SECONDS = 0.06
LANGUAGES_NAMED = 4
Made = TypeVar("Made")

UI_FONTS = ("Avenir Next", "Segoe UI", "Noto Sans", "Liberation Sans", "PingFang SC", "Noto Sans CJK SC", "sans-serif")


class Shelf(Protocol):
    """What the page needs of a library."""

    def article(self, article_id: str, /) -> Article:
        """The article of that id; `LibraryError` if there is none."""

    def languages(self) -> dict[str, int]:
        """Language to number of articles."""

    def date_range(self) -> tuple[date, date] | None:
        """The earliest and the latest date of publication."""

    def size(self) -> int:
        """Number of articles."""


class Answerer(Protocol):
    """What the page needs of an assistant; `qa.Assistant` is one."""

    @property
    def library(self) -> Shelf:
        """What is asked."""

    def ask(self, question: str, *, history: Sequence[Turn] = (), where: Filter = ...) -> Answer:
        """The answer; a `QuotedeskError` where there can be none."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The events of the page: from what the reader did to what the page shows next. Holds nothing of any reader."""

    assistant: Answerer
    examples: tuple[str, ...]

    def greet(self, request: gr.Request) -> tuple[Any, ...]:
        """The page in the browser's language: masthead, conversation, panel, then the words on the controls."""
        words = _words(request)
        library = self.assistant.library
        languages = [(words.any_language, ""), *((words.language_name(code), code) for code in library.languages())]
        return (
            masthead_html(library, words),
            self._conversation([], words),
            empty_panel(words),
            gr.update(label=words.question, placeholder=words.placeholder, submit_btn=words.ask),
            gr.update(label=words.search_in.format(words.everything)),
            gr.update(label=words.any_language, choices=languages, value=""),
            gr.update(label=words.from_date, placeholder=words.date_hint),
            gr.update(label=words.to_date, placeholder=words.date_hint),
        )

    def narrow(self, language: str, since: str, until: str, request: gr.Request) -> tuple[Any, Markup]:
        """What is searched now, as the label of the filters, and what is wrong with them if anything is."""
        words = _words(request)
        try:
            where = read_filter(language, since, until, words)
        except QuotedeskError as error:
            return gr.skip(), notice_html(str(error))
        return gr.update(label=words.search_in.format(filter_words(where, words))), notice_html("")

    def ask(  # noqa: PLR0913, PLR0917 (an argument for each control of the page, as Gradio hands them over)
        self, question: str, language: str, since: str, until: str, exchanges: list[Exchange], request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Conversation, notice, panel, exchanges, question in flight, question box: acknowledged, then in steps."""
        if not question.strip():
            return
        words = _words(request)
        shown = self._conversation(exchanges, words)
        try:
            where = read_filter(language, since, until, words)
            pending = searching_html(question, self._searched(where, words), words)
            yield [*(shown if exchanges else []), pending], notice_html(""), gr.skip(), exchanges, question, ""
            answer = self.assistant.ask(question, history=history(exchanges), where=where)
        except QuotedeskError as error:
            yield shown, notice_html(str(error)), gr.skip(), exchanges, question, gr.skip()
            return
        yield from self._reveal(answer, exchanges, words)

    def apologise(self, exchanges: list[Exchange], request: gr.Request) -> tuple[list[Markup], Markup]:
        """After a fault of ours: the conversation without the question that failed, and a word about it."""
        words = _words(request)
        return self._conversation(exchanges, words), notice_html(words.broken)

    def open(self, exchanges: list[Exchange], event: gr.EventData, request: gr.Request) -> tuple[Any, Any]:
        """The panel for the source that was clicked, or a notice where this server no longer holds its answer."""
        words = _words(request)
        try:
            return open_source(exchanges, Pointer.parse(event.at), words), gr.skip()
        except (ValueError, LookupError):  # a page older than this server, or an event that our page did not send
            return gr.skip(), notice_html(words.gone)

    def example(self, event: gr.EventData) -> str:
        """The example question that was clicked."""
        return dict(enumerate(self.examples)).get(event.place, "")

    def _reveal(self, answer: Answer, exchanges: list[Exchange], words: Words) -> Iterator[tuple[Any, ...]]:
        exchange = Exchange(answer, self._copies(answer))
        told = self._conversation(exchanges, words) if exchanges else []
        prose_alone = exchange_html(exchange, len(exchanges), words, with_evidence=False)
        yield [*told, prose_alone], gr.skip(), gr.skip(), gr.skip(), gr.skip(), gr.skip()
        time.sleep(STEP_SECONDS)
        exchanges = [*exchanges, exchange]
        # The panel comes with the cards: a step later it would take the place of a source chosen in between.
        yield self._conversation(exchanges, words), gr.skip(), first_source(exchanges, words), exchanges, "", gr.skip()

    def _conversation(self, exchanges: Sequence[Exchange], words: Words) -> list[Markup]:
        if not exchanges:
            return [welcome(words, self.examples, is_empty=self.assistant.library.size() == 0)]
        return [exchange_html(exchange, turn, words) for turn, exchange in enumerate(exchanges)]

    def _searched(self, where: Filter, words: Words) -> str:
        everything = words.count(self.assistant.library.size())
        return everything if where.is_open else filter_words(where, words)

    def _copies(self, answer: Answer) -> dict[str, Article]:
        copies = {}
        for copy in {copy for citation in answer.citations for copy in citation.also_in}:
            try:
                copies[copy] = self.assistant.library.article(copy)
            except LibraryError:  # removed since it was indexed: the quote stands without it
                continue
        return copies


def build_chat(assistant: Answerer, *, examples: Sequence[str] = ()) -> gr.Blocks:
    """The page as Gradio blocks, to launch or mount with `dress()`."""
    # Gradio sums up its events with pandas after each of them, which is slow and warns; nobody reads that here.
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(sys.maxsize))
    return in_a_loop(lambda: _blocks(Desk(assistant, tuple(examples))))


def dress() -> dict[str, Any]:
    """How the page looks, as keyword arguments that both `launch` and `mount_gradio_app` take."""
    # The style is in the head, since Gradio confines the rules of its `css` to what lies inside its own container.
    style = f"<style>{page_file('quotedesk.css').read_text('utf-8')}</style>"
    icon = '<link rel="icon" type="image/svg+xml" href="favicon.ico">'
    return {
        "theme": gr.themes.Base(font=UI_FONTS, font_mono=("monospace",)).set(
            body_background_fill="#f6f7f3", body_background_fill_dark="#131716"
        ),
        "head": f'<meta name="color-scheme" content="light dark">{icon}{style}',
        "favicon_path": str(page_file("quotedesk.svg")),
        "footer_links": [],
        "run_history": False,
        "ssr_mode": False,
        "pwa": False,
        "mcp_server": False,
    }


def in_a_loop(make: Callable[[], Made]) -> Made:
    """What `make` makes. Outside of an event loop Gradio opens one for every lock that it makes, and closes none."""

    async def made() -> Made:
        return make()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        with closing(asyncio.new_event_loop()) as loop:
            return loop.run_until_complete(made())
    return make()


def masthead_html(library: Shelf, words: Words) -> Markup:
    """The product's name, and how many articles in which languages from which dates are loaded."""
    return Markup(
        '<header class="qd-masthead" lang="{}"><a href="" class="qd-name">quotedesk</a><p>{}</p></header>'
    ).format(
        words.language, Markup(" · ").join(Markup("<span>{}</span>").format(part) for part in _holdings(library, words))
    )


def put_back(box: str, in_flight: str) -> tuple[Any, Any]:
    """A question that got no answer goes back into its box, unless the reader has begun another."""
    if not in_flight:
        return gr.skip(), gr.skip()
    return gr.skip() if box else in_flight, ""


def read_filter(language: str, since: str, until: str, words: Words) -> Filter:
    """What is searched. Raises `QuotedeskError` in the page's language for a date that is none, or a swapped pair."""
    first, last = read_date(since, words, last=False), read_date(until, words, last=True)
    if first and last and first > last:
        raise QuotedeskError(words.dates_swapped.format(words.date(first), words.date(last)))
    return Filter(language=language or None, since=first, until=last)


def read_date(text: str, words: Words, *, last: bool) -> date | None:
    """A date typed as year, month or day: the first day of what is named, or its last one. None for nothing typed."""
    typed = unicodedata.normalize("NFKC", text or "").strip()
    if not typed:
        return None
    found = re.fullmatch(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?)?[年月日]?", typed)
    try:
        if found is None:
            raise ValueError(typed)
        year, month, day = (int(part) if part else None for part in found.groups())
        month = month or (12 if last else 1)
        return date(year or 0, month, day or (calendar.monthrange(year or 0, month)[1] if last else 1))
    except ValueError as error:
        raise QuotedeskError(words.not_a_date.format(typed)) from error


def filter_words(where: Filter, words: Words) -> str:
    """What is searched, in words: the language and the dates, or that it is everything."""
    if where.is_open:
        return words.everything
    language = words.language_name(where.language) if where.language else words.any_language
    if not (where.since or where.until):
        return language
    return f"{language} · {where.since or '…'} – {where.until or '…'}"


def page_file(name: str) -> Path:
    """A file of the page that is installed with the package."""
    return Path(str(files("ui") / "page" / name))


def _words(request: gr.Request) -> Words:
    return words_for(request.headers.get("accept-language"))


def _holdings(library: Shelf, words: Words) -> Iterator[str]:
    yield words.count(library.size())
    most_first = sorted(library.languages().items(), key=lambda item: -item[1])
    for code, number in most_first[:LANGUAGES_NAMED]:
        yield f"{words.language_name(code)} {number:,}"
    if dates := library.date_range():
        yield words.period.format(*(words.date(day) for day in dates))


def _blocks(desk: Desk) -> gr.Blocks:
    languages = ["", *desk.assistant.library.languages()]
    page = gr.Blocks(title="quotedesk", analytics_enabled=False, fill_width=True, fill_height=True)
    with page:
        exchanges, in_flight = gr.State([]), gr.State("")
        masthead = gr.HTML(elem_id="qd-masthead", apply_default_css=False)
        with gr.Row(elem_id="qd-room"):
            with gr.Column(elem_id="qd-talk"):
                log = gr.HTML(
                    elem_id="qd-log",
                    html_template='<div class="qd-log" role="log">${value ? value.join("") : ""}</div>',
                    js_on_load=page_file("quotedesk.js").read_text("utf-8"),
                    apply_default_css=False,
                )
                notice = gr.HTML(elem_id="qd-notice", apply_default_css=False)
                box = gr.Textbox(elem_id="qd-box", max_lines=6, show_label=False, submit_btn="Ask")
                with gr.Accordion("", open=False, elem_id="qd-filters") as filters:
                    language = gr.Radio(languages, value="", show_label=False, elem_id="qd-language")
                    with gr.Row():
                        since = gr.Textbox(elem_id="qd-since", min_width=120, max_lines=1)
                        until = gr.Textbox(elem_id="qd-until", min_width=120, max_lines=1)
            panel = gr.HTML(elem_id="qd-panel", apply_default_css=False)
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        controls = [box, language, since, until, exchanges]
        shown = [log, notice, panel, exchanges, in_flight, box]
        page.load(desk.greet, None, [masthead, log, panel, box, filters, language, since, until], **quiet)
        narrowed = [language.change, since.blur, since.submit, until.blur, until.submit]
        gr.on(narrowed, desk.narrow, [language, since, until], [filters, notice], **quiet)
        picked = log.example(desk.example, None, box, **quiet)
        submitted = box.submit(desk.ask, controls, shown, trigger_mode="always_last", **quiet)
        for asked in (submitted, picked.then(desk.ask, controls, shown, **quiet)):
            failed = asked.failure(desk.apologise, exchanges, [log, notice], **quiet)
            for ended in (asked.success, failed.then):
                ended(put_back, [box, in_flight], [box, in_flight], **quiet)
        log.open(desk.open, exchanges, [panel, notice], trigger_mode="multiple", **quiet)
    page.queue(default_concurrency_limit=QUESTIONS_AT_ONCE)
    return page
