"""The reader's conversations as a list: open, rename, export, delete. It knows summaries and words, not Gradio."""

from collections.abc import Sequence

from markupsafe import Markup

from ui.chat.conversations import Summary
from ui.chat.words import Words


def drawer_html(summaries: Sequence[Summary], current: str, words: Words) -> Markup:
    """The whole drawer, `current` marked as the conversation that is open."""
    items = [_item(one, words, is_current=one.id == current) for one in summaries]
    listed = Markup("<ul>{}</ul>").format(Markup("").join(items))
    return Markup(
        '<nav class="qd-drawer" aria-label="{}"><header><h2>{}</h2>'
        '<button type="button" class="qd-icon" data-close-drawer aria-label="{}">×</button></header>'
        '<a class="qd-new" href="./" data-new>{}</a>{}</nav>'
    ).format(
        words.conversations,
        words.conversations,
        words.close_list,
        words.new_conversation,
        listed if items else Markup('<p class="qd-none">{}</p>').format(words.no_conversations),
    )


def _item(summary: Summary, words: Words, *, is_current: bool) -> Markup:
    return Markup(
        '<li class="qd-kept"><a href="./?c={}" data-conversation="{}"{} dir="auto">{}</a>'
        '<p class="qd-byline"><time datetime="{}">{}</time> · {}</p>'
        '<button type="button" class="qd-icon qd-more" data-more="{}" aria-expanded="false" aria-label="{}">⋯</button>'
        "{}</li>"
    ).format(
        summary.id,
        summary.id,
        Markup(' aria-current="page"') if is_current else "",
        summary.title,
        summary.changed.isoformat(),
        words.date(summary.changed.date()),
        words.count_questions(summary.questions),
        summary.id,
        words.more_about.format(summary.title),
        _choices(summary, words),
    )


def _choices(summary: Summary, words: Words) -> Markup:
    """What can be done with a conversation; deleting asks once more."""
    return Markup(
        '<div class="qd-choices" hidden>'
        '<form data-rename="{}"><input type="text" name="title" value="{}" maxlength="90" aria-label="{}" required>'
        '<button type="submit" class="qd-quiet">{}</button></form>'
        '<button type="button" class="qd-quiet" data-export="{}">{}</button>'
        '<button type="button" class="qd-quiet" data-ask-delete>{}</button>'
        '<p class="qd-sure" hidden>{} <button type="button" class="qd-quiet qd-alert" data-delete="{}">{}</button>'
        '<button type="button" class="qd-quiet" data-keep>{}</button></p></div>'
    ).format(
        summary.id,
        summary.title,
        words.title,
        words.rename,
        summary.id,
        words.export,
        words.delete,
        words.delete_for_good,
        summary.id,
        words.delete,
        words.keep_it,
    )
