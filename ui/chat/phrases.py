"""Every phrase that the page says by itself, as the fields of one class. It knows no language."""

from dataclasses import dataclass
from datetime import date

LANGUAGE_NAMES = {
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "pt": "Português",
    "ru": "Русский",
    "zh": "中文",
}


@dataclass(frozen=True, slots=True)
class Words:
    """Everything the page says by itself in one language; `{}` stands where a value goes."""

    language: str
    motto: str
    ask_your_articles: str
    you_might_ask: str
    question: str
    placeholder: str
    ask: str
    articles: str
    one_article: str
    no_articles: str
    period: str
    sent: str
    searching: str
    reading: str
    writing: str
    stop: str
    busy: str
    sign_out: str
    signed_in: str
    search_in: str
    everything: str
    any_language: str
    unknown_language: str
    from_date: str
    to_date: str
    date_hint: str
    not_a_date: str
    dates_swapped: str
    searched_for: str
    quotes: str
    source: str
    also_in: str
    first_published: str
    differ: str
    nearest: str
    near_passage: str
    undated: str
    source_panel: str
    step: str
    previous: str
    following: str
    close: str
    original: str
    greyed: str
    updated_on: str
    panel_title: str
    panel_hint: str
    gone: str
    broken: str
    conversations: str
    new_conversation: str
    no_conversations: str
    questions: str
    one_question: str
    more_about: str
    rename: str
    export: str
    delete: str
    title: str
    save: str
    keep_it: str
    delete_for_good: str
    close_list: str
    no_conversation: str
    exported: str
    ask_as_typed: str
    only_in: str
    ask_everything: str
    time_preferred: str
    ask_any_time: str
    read_too: str
    good_answer: str
    bad_answer: str
    draft_kept: str
    note_kept: str
    copy_quote: str
    copied: str
    text_changed: str
    see_now: str
    words_gone: str
    open_now: str
    taken_out: str
    linked: str
    whole_article: str
    version_not_kept: str
    no_article: str
    library: str
    close_library: str
    by_date: str
    undated_articles: str
    find: str
    shown_of: str
    none_match: str
    same_story: str
    add_articles: str
    add_hint: str
    drop_here: str
    not_an_editor: str
    uploading: str
    reading_files: str
    preparing: str
    last_added: str
    added: str
    updated: str
    unchanged: str
    duplicate: str
    failed: str
    month: str
    year: str
    day: str

    def date(self, day: date | None) -> str:
        """A date as this language writes it, or its word for a missing one."""
        return self.day.format(day) if day else self.undated

    def language_name(self, code: str) -> str:
        """A language's name in that language, or its code where we have no name for it."""
        return self.unknown_language if code == "und" else LANGUAGE_NAMES.get(code, code)

    def count(self, number: int) -> str:
        """How many articles, in words."""
        return self.one_article if number == 1 else self.articles.format(f"{number:,}")

    def count_questions(self, number: int) -> str:
        """How many questions, in words."""
        return self.one_question if number == 1 else self.questions.format(f"{number:,}")
