"""The web chat: its layout, which event shows what, and how it is dressed.
It knows Gradio; what the events do is in `desk`, `archive` and `stacks`.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr

from ui.access.limits import UPLOAD_BYTES
from ui.chat.archive import Archive
from ui.chat.conversations import Conversations, ConversationsError
from ui.chat.desk import Desk, put_back, put_back_refused
from ui.chat.pieces import piece
from ui.chat.shelf import AddFiles, Answerer
from ui.chat.stacks import Stacks

# Gradio keeps for each, also after its page was closed, what it was last shown: half a megabyte. A page that stays open
# while so many others are used loses nothing but the question to put back into its box.
SESSIONS = 200
STYLES = ("quotedesk.css", "overlays.css")
SCRIPTS = ("quotedesk.js", "sent.js", "hover.js", "drawer.js", "library.js")
# For an event that comes in steps: its outputs arrive by a stream, and an event sent while that closes goes unheard.
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
# For one that is answered at once, as any request is.
SHORT: dict[str, Any] = {**QUIET, "queue": False}
Made = TypeVar("Made")

UI_FONTS = ("Avenir Next", "Segoe UI", "Noto Sans", "Liberation Sans", "PingFang SC", "Noto Sans CJK SC", "sans-serif")


def build_chat(
    assistant: Answerer, *, examples: Sequence[str] = (), add: AddFiles | None = None, keep: Path | None = None
) -> gr.Blocks:
    """The page as Gradio blocks, to launch or mount with `dress()`.

    `add` takes in files that editors hand in; without it nothing can be added. Conversations and draft cases are kept
    in the folder `keep`, by default one beside the library. Raises `ConversationsError` where that cannot be written.
    """
    # Gradio sums up its events with pandas after each of them, which is slow and warns; nobody reads that here.
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(sys.maxsize))
    folder = keep or desk_folder(assistant.library.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConversationsError(f"cannot keep conversations in {folder}: {error}; make it writable") from error
    conversations = Conversations(folder / "conversations.sqlite")
    desk = Desk(assistant, conversations, tuple(examples))
    return in_a_loop(lambda: _blocks(desk, Archive(conversations, folder / "drafts.jsonl"), Stacks(assistant, add)))


def desk_folder(library: Path) -> Path:
    """Where what the page keeps is kept: beside the library, so that a library can be made anew without its loss."""
    return library.with_name(f"{library.name}.desk")


def dress() -> dict[str, Any]:
    """How the page looks, as keyword arguments that both `launch` and `mount_gradio_app` take."""
    # The style is in the head, since Gradio confines the rules of its `css` to what lies inside its own container.
    style = f"<style>{_joined(STYLES)}</style>"
    icon = '<link rel="icon" type="image/svg+xml" href="favicon.ico">'
    return {
        "theme": gr.themes.Base(font=UI_FONTS, font_mono=("monospace",)).set(
            body_background_fill="#f6f7f3", body_background_fill_dark="#131716"
        ),
        "head": f'<meta name="color-scheme" content="light dark">{icon}{style}',
        "favicon_path": str(page_file("quotedesk.svg")),
        "footer_links": [],
        "max_file_size": UPLOAD_BYTES,
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


def page_file(name: str) -> Path:
    """A file of the page that is installed with the package."""
    return Path(str(files("ui") / "page" / name))


def _joined(names: Sequence[str]) -> str:
    return "\n".join(page_file(name).read_text("utf-8") for name in names)


@dataclass(frozen=True, slots=True)
class _Talk:
    """What stands in the conversation's column."""

    log: gr.HTML
    notice: gr.HTML
    box: gr.Textbox
    filters: gr.Accordion
    language: gr.Radio
    since: gr.Textbox
    until: gr.Textbox


@dataclass(frozen=True, slots=True)
class _Library:
    """What stands on the library page."""

    head: gr.HTML
    add: gr.UploadButton
    report: gr.HTML
    find: gr.Textbox
    page: gr.HTML


def _talk(languages: Sequence[str]) -> _Talk:
    with gr.Column(elem_id="qd-talk"):
        log = piece("log", '<div class="qd-log" role="log">${value ? value.join("") : ""}</div>', _joined(SCRIPTS))
        notice = piece("notice")
        box = gr.Textbox(elem_id="qd-box", max_lines=6, show_label=False, submit_btn="Ask")
        with gr.Accordion("", open=False, elem_id="qd-filters") as filters:
            language = gr.Radio(list(languages), value="", show_label=False, elem_id="qd-language")
            with gr.Row():
                since = gr.Textbox(elem_id="qd-since", min_width=120, max_lines=1)
                until = gr.Textbox(elem_id="qd-until", min_width=120, max_lines=1)
    return _Talk(log, notice, box, filters, language, since, until)


def _library() -> _Library:
    with gr.Column(elem_id="qd-library"):
        head = piece("library-head")
        add = gr.UploadButton("", file_count="multiple", elem_id="qd-add")
        report = piece("report")
        find = gr.Textbox(elem_id="qd-find", max_lines=1, show_label=False)
        page = piece("library-page")
    return _Library(head, add, report, find, page)


def _blocks(desk: Desk, archive: Archive, stacks: Stacks) -> gr.Blocks:
    blocks = gr.Blocks(title="quotedesk", analytics_enabled=False, fill_width=True, fill_height=True)
    blocks.state_session_capacity = SESSIONS
    with blocks:
        masthead = piece("masthead")
        with gr.Row(elem_id="qd-room"):
            talk = _talk(["", *desk.assistant.library.languages()])
            panel = piece("panel")
        library, drawer, handed = _library(), piece("drawer"), piece("handed")
        # Which conversation is open is the page's to know, so that a server started anew goes on with it.
        place = piece("place", '<span data-conversation="${value}"></span>')
        arrived = [talk.log, panel, place, drawer, talk.notice]
        questions = _wire_talk(desk, talk, panel, place, drawer)
        # Who leaves a conversation does not wait for its answer, which would lead back there.
        left: dict[str, Any] = {"trigger_mode": "always_last", "cancels": questions}
        talk.log.arrive(desk.arrive, None, arrived, **left, **SHORT)
        _wire_archive(desk, archive, talk, place, arrived)
        talk.log.export(archive.export, None, [handed, talk.notice], **SHORT)
        _wire_library(stacks, talk, library, masthead)
        controls = [masthead, talk.box, talk.filters, talk.language, talk.since, talk.until]
        address = gr.Textbox(visible=False)
        blocks.load(desk.greet, address, [*arrived, *controls], js="() => location.search + location.hash", **SHORT)
        blocks.load(stacks.dress, None, [library.head, library.find, library.add], **SHORT)
    return blocks


def _wire_talk(desk: Desk, talk: _Talk, panel: gr.HTML, place: gr.HTML, drawer: gr.HTML) -> list[Any]:
    """The events that may be waiting for an answer."""
    in_flight = gr.State(None)
    controls = [talk.box, talk.language, talk.since, talk.until, place]
    shown = [talk.log, talk.notice, panel, place, drawer, in_flight, talk.box]
    narrowed = [talk.language.change, talk.since.blur, talk.since.submit, talk.until.blur, talk.until.submit]
    gr.on(narrowed, desk.narrow, controls[1:4], [talk.filters, talk.notice], **SHORT)
    picked = talk.log.example(desk.example, None, talk.box, **SHORT)
    # How many are answered at once is decided where all questions come together; here each is acknowledged at once.
    asks: dict[str, Any] = {"concurrency_limit": None, **QUIET}
    submitted = talk.box.submit(desk.ask, controls, shown, trigger_mode="always_last", **asks)
    again = talk.log.again(desk.again, place, shown, **asks)
    questions = [submitted, picked.then(desk.ask, controls, shown, **asks), again]
    for asked in questions:
        failed = asked.failure(desk.apologise, place, [talk.log, talk.notice], **SHORT)
        asked.success(put_back_refused, [talk.box, in_flight], [talk.box, in_flight], **SHORT)
        failed.then(put_back, [talk.box, in_flight], [talk.box, in_flight], **SHORT)
    given_up = [talk.log, talk.notice, talk.box, in_flight]
    talk.log.stop(desk.stop, [place, talk.box, in_flight], given_up, cancels=questions, **SHORT)
    talk.log.listen(lambda: None, **asks)  # opens the stream that its answers come by; see sent.js
    talk.log.open(desk.open, place, [panel, talk.notice], trigger_mode="multiple", **SHORT)
    return questions


def _wire_archive(desk: Desk, archive: Archive, talk: _Talk, place: gr.HTML, arrived: Sequence[gr.HTML]) -> None:
    talk.log.rename(archive.rename, place, [arrived[3], talk.notice], **SHORT)
    deleted = talk.log.delete(archive.delete, place, place, **SHORT)
    deleted.then(desk.again_at, place, list(arrived), **SHORT)
    talk.log.judge(archive.judge, place, talk.notice, trigger_mode="multiple", **SHORT)


def _wire_library(stacks: Stacks, talk: _Talk, library: _Library, masthead: gr.HTML) -> None:
    for looked in (talk.log.library, library.find.input, library.find.submit):
        looked(stacks.show, library.find, library.page, trigger_mode="always_last", **SHORT)
    shown = [library.report, library.page, masthead, library.add]
    library.add.upload(stacks.take_in, [library.add, library.find], shown, concurrency_limit=1, **QUIET)
