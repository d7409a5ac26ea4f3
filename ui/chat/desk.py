"""The page's events around a conversation: from what the reader did to what the page shows next.
It knows Gradio's requests and events; how answers and articles look is in `answer_view` and `opening`.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from typing import Any

import anyio
import gradio as gr
from anyio.to_thread import run_sync
from markupsafe import Markup

from index.errors import LibraryError, QuotedeskError
from index.types import Article, Filter
from qa.period import Times
from qa.types import Answer
from ui.access.users import current_user
from ui.api.problem import Busy
from ui.chat.answer_view import exchange_html, notice_html, under_way_html, welcome
from ui.chat.conversations import Conversations, ConversationsError, NoConversation
from ui.chat.drawer import drawer_html
from ui.chat.exchange import Exchange, Pointer, history
from ui.chat.filters import filter_words, read_filter
from ui.chat.links import Address, read_address
from ui.chat.masthead import masthead_html
from ui.chat.opening import named_article, named_span, open_linked, open_source, since_then, warning_html
from ui.chat.pieces import UNCHANGED, Unchanged
from ui.chat.shelf import Answerer
from ui.chat.source_panel import empty_panel
from ui.chat.words import Words, words_for
from ui.stages import Reading, Waiting, Writing

# Steps of an answer closer than 50 ms are not seen as steps, only as flicker.
STEP_SECONDS = 0.06


@dataclass(frozen=True, slots=True)
class InFlight:
    """The question that was asked last and has no answer yet; `refused` where it will get none."""

    question: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and how it is asked; `alone` and `any_time` as in an `Exchange`."""

    question: str
    where: Filter
    alone: bool = False
    any_time: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """The events of the page. Holds nothing of any reader: what was said is in `conversations`."""

    assistant: Answerer
    conversations: Conversations
    examples: tuple[str, ...] = ()

    def greet(self, address: str, request: gr.Request) -> tuple[Any, ...]:
        """The page in the browser's language at its address: what `arrive` shows, then masthead and controls."""
        words = words_of(request)
        library = self.assistant.library
        languages = [(words.any_language, ""), *((words.language_name(code), code) for code in library.languages())]
        return (
            *self._arrived(read_address(address), request),
            masthead_html(library, words, current_user(request)),
            gr.update(label=words.question, placeholder=words.placeholder, submit_btn=words.ask),
            gr.update(label=words.search_in.format(words.everything)),
            gr.update(label=words.any_language, choices=languages, value=""),
            gr.update(label=words.from_date, placeholder=words.date_hint),
            gr.update(label=words.to_date, placeholder=words.date_hint),
        )

    def arrive(self, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """Conversation, panel, its id, the list and a notice, at an address that was chosen or gone back to."""
        return self._arrived(read_address(str(event.address)), request)

    def again_at(self, conversation: str, request: gr.Request) -> tuple[Any, ...]:
        """The same for the conversation of that id."""
        return self._arrived(Address(conversation), request)

    def narrow(self, language: str, since: str, until: str, request: gr.Request) -> tuple[Any, Markup]:
        """What is searched now, as the label of the filters, and what is wrong with them if anything is."""
        words = words_of(request)
        try:
            where = read_filter(language, since, until, words)
        except QuotedeskError as error:
            return gr.skip(), notice_html(str(error))
        return gr.update(label=words.search_in.format(filter_words(where, words))), notice_html("")

    async def ask(  # noqa: PLR0913, PLR0917 (an argument for each control of the page, as Gradio hands them over)
        self, question: str, language: str, since: str, until: str, conversation: str, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Conversation, notice, panel, its id, list, question in flight, box: acknowledged, then in steps."""
        if not question.strip():
            return
        words = words_of(request)
        # A browser may send half a surrogate pair, which no file can keep.
        question = question.encode("utf-8", "replace").decode()
        try:
            exchanges = await run_sync(self._held, conversation, request)
            where = read_filter(language, since, until, words)
        except QuotedeskError as error:
            yield self._refused(None, error, question, words)
            return
        asked = Asked(question, where)
        async for step in self._answered(asked, conversation, exchanges, request):
            yield step

    async def again(
        self, conversation: str, event: gr.EventData, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        """The same for a question that was asked before, as it was typed or of everything."""
        words = words_of(request)
        try:
            exchanges = await run_sync(self._held, conversation, request)
            before = exchanges[int(event.turn)]
        except (ValueError, IndexError):  # from another tab's conversation, or from no page of ours
            yield self._refused(None, QuotedeskError(words.gone), "", words)
            return
        except QuotedeskError as error:
            yield self._refused(None, error, "", words)
            return
        where = Filter() if event.how == "everything" else before.where
        typed, any_time = before.alone or event.how == "typed", before.any_time or event.how == "any-time"
        asked = Asked(before.answer.question, where, alone=typed, any_time=any_time)
        async for step in self._answered(asked, conversation, exchanges, request):
            yield *step[:5], None, gr.skip()  # what is in the box now is another question

    def stop(
        self, conversation: str, box: str, in_flight: InFlight | None, request: gr.Request
    ) -> tuple[list[Markup], Markup, Any, Any]:
        """After a question was given up: the conversation without it, no notice, the question back in its box."""
        exchanges = self._held(conversation, request)
        return self._conversation(exchanges, words_of(request)), notice_html(""), *put_back(box, in_flight)

    def apologise(self, conversation: str, request: gr.Request) -> tuple[list[Markup], Markup]:
        """After a fault of ours: the conversation without the question that failed, and a word about it."""
        words = words_of(request)
        return self._conversation(self._held(conversation, request), words), notice_html(words.broken)

    def open(self, conversation: str, event: gr.EventData, request: gr.Request) -> tuple[Any, Any]:
        """The panel for the source that was clicked, or a notice where this server no longer holds its answer."""
        words, at = words_of(request), str(event.at)
        if at.startswith("/articles/"):
            return self._linked(read_address(at), request), UNCHANGED
        try:
            return self._panel(self._held(conversation, request), Pointer.parse(at), words), UNCHANGED
        except (ValueError, LookupError):  # a page older than its conversation, or an event that our page did not send
            return UNCHANGED, notice_html(words.gone)
        except QuotedeskError as error:
            return UNCHANGED, notice_html(str(error))

    def example(self, event: gr.EventData) -> str:
        """The example question that was clicked."""
        return dict(enumerate(self.examples)).get(event.place, "")

    async def _answered(
        self, asked: Asked, conversation: str, exchanges: list[Exchange], request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        words = words_of(request)
        shown = await run_sync(self._conversation, exchanges, words) if exchanges else []
        # Not in the event loop: a library that has changed is opened anew for it.
        searching = words.searching.format(await run_sync(self._searched, asked.where, words))
        pending = under_way_html(asked.question, searching, words)
        unchanged = (UNCHANGED, UNCHANGED, UNCHANGED, UNCHANGED, gr.skip(), gr.skip())
        yield [*shown, pending], notice_html(""), UNCHANGED, UNCHANGED, UNCHANGED, InFlight(asked.question), ""
        before, times = () if asked.alone else history(exchanges), Times(date.today(), prefer=not asked.any_time)
        asking = self.assistant.stages(asked.question, history=before, where=asked.where, times=times)
        try:
            async with aclosing(asking):
                async for stage in asking:
                    if isinstance(stage, Answer):
                        answer = stage
                    elif isinstance(stage, Waiting):
                        yield UNCHANGED, *unchanged
                    else:
                        yield [*shown, _under_way(asked.question, stage, words)], *unchanged
        except QuotedeskError as error:
            yield await run_sync(self._refused, exchanges, error, asked.question, words)
            return
        exchange = await run_sync(self._exchange, answer, asked)
        yield [*shown, exchange_html(exchange, len(exchanges), words, with_evidence=False)], *unchanged
        await anyio.sleep(STEP_SECONDS)
        yield await run_sync(self._whole, exchange, conversation, exchanges, request)

    def _refused(
        self, exchanges: list[Exchange] | None, error: QuotedeskError, question: str, words: Words
    ) -> tuple[Any, ...]:
        """The notice; with the conversation drawn anew without the question, or left as it stands for None."""
        shown = UNCHANGED if exchanges is None else self._conversation(exchanges, words)
        in_flight = InFlight(question, refused=True) if question else None
        told = words.busy.format(error.retry_after) if isinstance(error, Busy) else str(error)
        return shown, notice_html(told), UNCHANGED, UNCHANGED, UNCHANGED, in_flight, gr.skip()

    def _exchange(self, answer: Answer, asked: Asked) -> Exchange:
        return Exchange(answer, self._copies(answer), asked.where, asked.alone, any_time=asked.any_time)

    def _whole(
        self, exchange: Exchange, conversation: str, exchanges: list[Exchange], request: gr.Request
    ) -> tuple[Any, ...]:
        """The conversation with the exchange, which is kept; or a notice that it could not be."""
        words, reader = words_of(request), current_user(request).name
        notice: Markup | Unchanged = UNCHANGED
        try:
            conversation = self.conversations.append(reader, conversation, exchange)
            exchanges = self.conversations.exchanges(reader, conversation)
        except ConversationsError as error:  # the answer is there all the same
            exchanges, notice = [*exchanges, exchange], notice_html(str(error))
        # The panel comes with the cards: a step later it would take the place of a source chosen in between.
        panel, listed = self._first_panel(exchanges, words), self._list(conversation, request)
        return self._conversation(exchanges, words), notice, panel, conversation, listed, None, gr.skip()

    def _arrived(self, address: Address, request: gr.Request) -> tuple[Any, ...]:
        words, conversation, notice = words_of(request), address.conversation, ""
        exchanges: list[Exchange] = []
        try:
            if conversation:
                exchanges = self.conversations.exchanges(current_user(request).name, conversation)
        except NoConversation:
            conversation, notice = "", words.no_conversation
        except ConversationsError as error:
            conversation, notice = "", str(error)
        panel = self._linked(address, request) if address.article else self._first_panel(exchanges, words)
        listed = self._list(conversation, request)
        return self._conversation(exchanges, words), panel, conversation, listed, notice_html(notice)

    def _held(self, conversation: str, request: gr.Request) -> list[Exchange]:
        """The exchanges so far; none where the conversation was deleted meanwhile."""
        try:
            return self.conversations.exchanges(current_user(request).name, conversation) if conversation else []
        except NoConversation:
            return []

    def _list(self, conversation: str, request: gr.Request) -> Markup | Unchanged:
        try:
            summaries = self.conversations.summaries(current_user(request).name)
            return drawer_html(summaries, conversation, words_of(request))
        except ConversationsError:  # told already, by whoever wanted more than the list
            return UNCHANGED

    def _conversation(self, exchanges: Sequence[Exchange], words: Words) -> list[Markup]:
        if not exchanges:
            return [welcome(words, self.examples, is_empty=self.assistant.library.size() == 0)]
        return [exchange_html(exchange, turn, words) for turn, exchange in enumerate(exchanges)]

    def _first_panel(self, exchanges: Sequence[Exchange], words: Words) -> Markup:
        citations = exchanges[-1].answer.citations if exchanges else ()
        if not citations:
            return empty_panel(words)
        return self._panel(exchanges, Pointer(len(exchanges) - 1, "quote", citations[0].number), words)

    def _panel(self, exchanges: Sequence[Exchange], pointer: Pointer, words: Words) -> Markup:
        shown = named_article(exchanges, pointer)
        span = None if pointer.kind == "copy" else named_span(exchanges, pointer)
        return open_source(exchanges, pointer, words, since_then(shown, span, self._today(shown.id), words))

    def _linked(self, address: Address, request: gr.Request) -> Markup:
        """The article at an address: in the version asked for, where it is today's or one that the reader has seen."""
        words, today = words_of(request), self._today(address.article)
        if today and address.version in {"", today.version}:
            return open_linked(today, address.span, words)
        kept = self.conversations.article(current_user(request).name, address.article, address.version)
        if kept:
            span = address.span if address.span and address.span.end <= len(kept.text) else None
            return open_linked(kept, span, words, since_then(kept, span, today, words))
        if today:
            return open_linked(today, None, words, warning_html(words.version_not_kept))
        return empty_panel(words, warning_html(words.no_article))

    def _today(self, article_id: str) -> Article | None:
        try:
            return self.assistant.library.article(article_id)
        except LibraryError:  # taken out since
            return None

    def _searched(self, where: Filter, words: Words) -> str:
        everything = words.count(self.assistant.library.size())
        return everything if where.is_open else filter_words(where, words)

    def _copies(self, answer: Answer) -> dict[str, Article]:
        wanted = {copy for citation in answer.citations for copy in citation.also_in}
        # One that was removed since it was indexed is left out: the quote stands without it.
        return {copy: found for copy in sorted(wanted) if (found := self._today(copy))}


def _under_way(question: str, stage: Reading | Writing, words: Words) -> Markup:
    if isinstance(stage, Reading):
        return under_way_html(question, words.reading.format(len(stage.found)), words)
    return under_way_html(question, words.writing.format(stage.model), words, stage.so_far)


def put_back(box: str, in_flight: InFlight | None) -> tuple[Any, Any]:
    """A question that got no answer goes back into its box, unless the reader has begun another."""
    if in_flight is None:
        return gr.skip(), gr.skip()
    return gr.skip() if box else in_flight.question, None


def put_back_refused(box: str, in_flight: InFlight | None) -> tuple[Any, Any]:
    """The same for a refused question alone: the next one may be in flight already."""
    return put_back(box, in_flight if in_flight and in_flight.refused else None)


def words_of(request: gr.Request) -> Words:
    """The page's words in the browser's language."""
    return words_for(request.headers.get("accept-language"))
