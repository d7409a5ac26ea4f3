"""The page's events around the library: look through it, and add files to it."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from markupsafe import Markup

from index.errors import QuotedeskError
from index.intake import IndexReport
from ui.access.users import current_user
from ui.chat.answer_view import notice_html
from ui.chat.desk import words_of
from ui.chat.library_page import library_html, report_html, working_html
from ui.chat.masthead import masthead_html
from ui.chat.pieces import UNCHANGED
from ui.chat.shelf import AddFiles, Answerer
from ui.chat.steps import Step, steps_of
from ui.chat.upload import uploads_folder
from ui.chat.words import Words


@dataclass(frozen=True, slots=True)
class Stacks:
    """Events of the library page; without `add` nothing can be added here."""

    assistant: Answerer
    add: AddFiles | None = None

    def dress(self, request: gr.Request) -> tuple[Any, ...]:
        """The library page's fixed words: title and way back, the box to find something, the button to add files."""
        words = words_of(request)
        return (
            _head_html(words, may_add=self._may_add(request)),
            gr.update(placeholder=words.find, label=words.find),
            gr.update(label=words.add_articles, visible=self._may_add(request)),
        )

    def show(self, find: str, request: gr.Request) -> Markup:
        """What is inside, as far as title or source hold the words in the box."""
        return library_html(self.assistant.library, find, words_of(request))

    def take_in(
        self, files: Sequence[str] | None, find: str, request: gr.Request
    ) -> Iterator[tuple[Any, Any, Any, Any]]:
        """What is being done, then the report; the library page, the masthead and an empty button with it."""
        words = words_of(request)
        if not files:
            return
        if self.add is None or not self._may_add(request):
            yield notice_html(words.not_an_editor), UNCHANGED, UNCHANGED, None
            return
        add, paths = self.add, [Path(file) for file in files]
        try:
            for step in steps_of(lambda progress: add(paths, progress)):
                yield self._told(step, words), UNCHANGED, UNCHANGED, gr.skip()
        except QuotedeskError as error:
            yield notice_html(self._without_folder(str(error))), UNCHANGED, UNCHANGED, None
            return
        masthead = masthead_html(self.assistant.library, words, current_user(request))
        yield UNCHANGED, self.show(find, request), masthead, None

    def _may_add(self, request: gr.Request) -> bool:
        return self.add is not None and current_user(request).may_edit

    def _told(self, step: Step | IndexReport, words: Words) -> Markup:
        if isinstance(step, IndexReport):
            return report_html(step, self._kept_in(), words)
        stage, done, total = step
        if stage == "embedding" and total:
            return working_html(words.preparing.format(f"{done:,}", f"{total:,}"))
        return working_html(words.reading_files.format(f"{done:,}"))

    def _without_folder(self, told: str) -> str:
        return told.replace(f"{self._kept_in()}/", "")

    def _kept_in(self) -> Path:
        """The folder of added files, as messages name it."""
        return Path(os.path.abspath(uploads_folder(self.assistant.library.folder)))  # noqa: PTH100 (as indexing does)


def _head_html(words: Words, *, may_add: bool) -> Markup:
    hint = Markup('<p class="qd-motto" data-drop="{}" data-uploading="{}">{}</p>').format(
        words.drop_here, words.uploading, words.add_hint
    )
    return Markup(
        '<header class="qd-library-head"><h2 tabindex="-1">{}</h2>'
        '<button type="button" class="qd-quiet" data-close-library>{}</button></header>{}'
    ).format(words.library, words.close_library, hint if may_add else "")
