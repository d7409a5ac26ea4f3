"""The page's events around what is kept: rename, delete and export a conversation, judge an answer."""

from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

import gradio as gr
from markupsafe import Markup

from eval.drafts import add_draft
from index.errors import QuotedeskError
from ui.access.users import current_user
from ui.chat.answer_view import notice_html
from ui.chat.conversations import Conversations, NoConversation
from ui.chat.desk import words_of
from ui.chat.drawer import drawer_html
from ui.chat.exchange import history
from ui.chat.export import as_markdown, file_name
from ui.chat.pieces import UNCHANGED


@dataclass(frozen=True, slots=True)
class Archive:
    """Events of the list of conversations and of the thumbs; `drafts` is where a thumb down leaves a draft case."""

    conversations: Conversations
    drafts: Path

    def rename(self, current: str, event: gr.EventData, request: gr.Request) -> tuple[Any, Markup]:
        """The list with a conversation's new title, and a notice."""
        reader, words = current_user(request).name, words_of(request)
        try:
            self.conversations.rename(reader, str(event.id), str(event.title))
        except NoConversation:
            return UNCHANGED, notice_html(words.no_conversation)
        except QuotedeskError as error:
            return UNCHANGED, notice_html(str(error))
        return drawer_html(self.conversations.summaries(reader), current, words), notice_html("")

    def delete(self, current: str, event: gr.EventData, request: gr.Request) -> str:
        """The id of the conversation that is open then: none where that was the one to be deleted."""
        try:
            self.conversations.delete(current_user(request).name, str(event.id))
        except NoConversation:  # already deleted in another tab: what was wanted is so
            return current
        return "" if current == event.id else current

    def export(self, event: gr.EventData, request: gr.Request) -> tuple[Any, Markup]:
        """The conversation as Markdown, for the page to hand over as a file, and a notice."""
        reader, words = current_user(request).name, words_of(request)
        try:
            title = self.conversations.title(reader, str(event.id))
            exchanges = self.conversations.exchanges(reader, str(event.id))
        except NoConversation:
            return UNCHANGED, notice_html(words.no_conversation)
        except QuotedeskError as error:
            return UNCHANGED, notice_html(str(error))
        text = as_markdown(title, exchanges, words, _site(str(event.site)))
        # In an attribute it comes through letter for letter, and nothing in it is HTML.
        # The token makes the same text handed over twice two events for the page.
        handed = Markup('<p data-name="{}" data-text="{}" data-token="{}"></p>')
        return handed.format(file_name(title), text, token_hex(4)), notice_html("")

    def judge(self, current: str, event: gr.EventData, request: gr.Request) -> Markup:
        """Keep a thumb; of a thumb down a draft case too, with a note if one was written. A notice where that fails."""
        words, reader = words_of(request), current_user(request).name
        try:
            self.conversations.vote(reader, current, int(event.turn), event.vote)
            if event.vote == "down":
                self._keep_draft(reader, current, int(event.turn), str(event.note))
        except NoConversation:
            return notice_html(words.no_conversation)
        except (ValueError, LookupError):  # from a page older than its conversation, or from no page of ours
            return notice_html(words.gone)
        except QuotedeskError as error:
            return notice_html(str(error))
        return notice_html("")

    def _keep_draft(self, reader: str, conversation: str, turn: int, note: str) -> None:
        exchanges = self.conversations.exchanges(reader, conversation)
        judged = exchanges[turn]
        before = [] if judged.alone else history(exchanges[:turn])
        add_draft(self.drafts, judged.answer.question, judged.answer, note, history=before, where=judged.where)


def _site(text: str) -> str:
    """`https://host` of what the browser says its address is; empty for anything else."""
    try:
        parts = urlsplit(text)
        is_site = parts.scheme in {"http", "https"} and parts.hostname
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if is_site else ""
