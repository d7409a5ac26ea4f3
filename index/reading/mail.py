"""Read e-mail (.eml) and web pages that a browser saved whole (.mhtml): both are MIME messages."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from index.errors import UnreadableFile
from index.metadata import plausible
from index.reading.charset import declared_charset, decoded
from index.reading.draft import headed, letters
from index.reading.html import read_html
from index.reading.limits import Limits
from index.settle import settle, settle_line
from index.types import Draft


def read_mail(data: bytes, name: str, _limits: Limits) -> Iterator[Draft | UnreadableFile]:
    """The draft of a mail, and an error that names its attachments, which are not read.

    The text is a line with the sender and the plain part, or the HTML part where that has more than twice the
    letters ("Your program cannot show this mail"). Title and published are the subject and the date.
    """
    message = _parsed(data)
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    # A part without a head of its own counts as false.
    drafts = [] if plain is None else [Draft(settle(_text(plain, name)), name)]
    if rich is not None:
        drafts.append(read_html(_text(rich, name), name))
    if not drafts:
        # A multipart mail whose boundary never comes: its parts are there, with their own heads.
        drafts.append(Draft("" if message.is_multipart() else settle(_text(message, name)), name))
    body = drafts[-1] if letters(drafts[-1].text) > 2 * letters(drafts[0].text) else drafts[0]
    sender = _field(message, "from")
    if body.text:
        body = headed(body, f"From: {sender}" if letters(sender) else "")
    yield replace(body, title=_field(message, "subject") or body.title, published=_day(message) or body.published)
    if attached := _attachments(message):
        yield UnreadableFile(f"{name}: attachments not read: {', '.join(attached)}; save them beside it and index them")


def read_mhtml(data: bytes, name: str, _limits: Limits) -> Iterator[Draft]:
    """The draft of the page that was saved: its first HTML part. The day in the head is the one of fetching.

    Raises `UnreadableFile` where there is no such part.
    """
    message = _parsed(data)
    page = next(
        (part for part in message.walk() if part.get_content_type() in {"text/html", "application/xhtml+xml"}), None
    )
    if page is None:
        raise UnreadableFile(f"{name}: no web page inside; save the page anew from the browser")
    draft = read_html(_text(page, name), name)
    address = _field(message, "snapshot-content-location") or _field(page, "content-location")
    yield replace(
        draft,
        title=draft.title or _field(message, "subject") or None,
        url=draft.url or (address if address.startswith(("http:", "https:")) else None),
        fetched=draft.fetched or _day(message),
    )


def _parsed(data: bytes) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(data)


def _text(part: MIMEPart, name: str) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    return decoded(data, name, part.get_content_charset("") or declared_charset(data))


def _field(message: EmailMessage, field: str) -> str:
    """A field of the head on one line, "" where there is none or it can't be made sense of."""
    try:
        return settle_line(str(message[field] or ""))
    # The parser of structured fields (From, Date) trips over some that are malformed.
    except (MessageError, ValueError, LookupError, AttributeError, TypeError):
        return ""


def _day(message: EmailMessage) -> date | None:
    try:
        return plausible(parsedate_to_datetime(_field(message, "date")).date())
    except ValueError:
        return None


def _attachments(message: EmailMessage) -> list[str]:
    """The names of what is attached; pictures that the text shows are no attachments."""
    parts = [part for part in message.walk() if part is not message and not part.is_multipart()]
    attached = (
        part
        for part in parts
        if part.get_content_disposition() == "attachment" or (part.get_filename() and not part["content-id"])
    )
    return [settle_line(part.get_filename() or part.get_content_type())[:80] for part in attached]
