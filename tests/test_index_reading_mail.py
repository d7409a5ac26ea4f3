"""Mails and saved pages: which part is read, head fields, attachments, and messages that are not what they say."""

from datetime import date
from email.message import EmailMessage

import pytest

from index.errors import UnreadableFile
from index.reading.limits import Limits
from index.reading.mail import read_mail, read_mhtml
from index.types import Draft
from tests.made_files import CHINESE, ENGLISH, JAPANESE, page

MIXED = "Subject: hi\nContent-Type: multipart/mixed; boundary=X\n\n"


def mail(plain: str | None = None, html: str | None = None, charset: str = "utf-8") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "港口 Old cranes"
    message["From"] = "Ann Lee <ann@quay.example.com>"
    message["Date"] = "Tue, 09 Apr 2024 10:00:00 +0800"
    if plain is not None:
        message.set_content(plain, charset=charset)
    if html is not None and plain is not None:
        message.add_alternative(html, subtype="html", charset=charset)
    elif html is not None:
        message.set_content(html, subtype="html", charset=charset)
    return message


def read(data: bytes) -> list[Draft | str]:
    return [str(one) if isinstance(one, UnreadableFile) else one for one in read_mail(data, "a.eml", Limits())]


@pytest.mark.parametrize(
    ("text", "charset"),
    [(ENGLISH, "utf-8"), (CHINESE, "gb2312"), (CHINESE, "utf-8"), (JAPANESE, "iso-2022-jp"), (JAPANESE, "shift_jis")],
)
def test_a_plain_mail(text: str, charset: str) -> None:
    assert read(mail(text, charset=charset).as_bytes()) == [
        Draft(
            f"From: Ann Lee <ann@quay.example.com>\n\n{text}",
            "a.eml",
            title="港口 Old cranes",
            published=date(2024, 4, 9),
        )
    ]


def test_the_plain_part_is_read_unless_it_only_points_to_the_other() -> None:
    html = f"<p>{ENGLISH}</p><p>{ENGLISH}</p>"
    (draft,) = read(mail(f"{ENGLISH}\n\n{ENGLISH}", html).as_bytes())
    assert isinstance(draft, Draft)
    assert draft.text.endswith(f"com>\n\n{ENGLISH}\n\n{ENGLISH}")
    (draft,) = read(mail("Your program cannot show this mail.", html).as_bytes())
    assert isinstance(draft, Draft)
    assert draft.text.endswith(f"com>\n\n{ENGLISH}\n\n{ENGLISH}")


def test_the_marks_of_an_html_part_move_behind_the_sender() -> None:
    menu = "<nav><ul><li>World news</li><li>Sport news</li></ul></nav>"
    (draft,) = read(mail(html=page("").replace("<article>", f"{menu}<article>")).as_bytes())
    assert isinstance(draft, Draft)
    assert "World news\n\nSport news" in [span.of(draft.text) for span in draft.boilerplate]


def test_attachments_are_named() -> None:
    message = mail(ENGLISH)
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="议程.pdf")
    message.add_attachment("a,b", filename="b.csv")
    draft, note = read(message.as_bytes())
    assert isinstance(draft, Draft)
    assert note == "a.eml: attachments not read: 议程.pdf, b.csv; save them beside it and index them"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (ENGLISH.encode(), ENGLISH),
        (f"Subject: hi\n\n{ENGLISH}".encode(), ENGLISH),
        (f"Subject: hi\nContent-Type: text/plain; charset=no-such-set\n\n{CHINESE}".encode(), CHINESE),
        (f"From: <<>>@@;:\nDate: Tue, 99 Foo\n\n{ENGLISH}".encode(), ENGLISH),
        (
            f"{MIXED}--X\nContent-Type: text/plain\n\n{ENGLISH}".encode(),
            ENGLISH,
        ),
        (
            f"{MIXED}--Y\n\n{ENGLISH}\n--Y--".encode(),
            f"--Y\n\n{ENGLISH}\n--Y--",
        ),
    ],
)
def test_mails_that_are_not_what_they_say(data: bytes, text: str) -> None:
    (draft,) = read(data)
    assert isinstance(draft, Draft)
    assert draft.text == text
    assert draft.published is None


MHTML = """From: <Saved by Blink>
Snapshot-Content-Location: https://quay.example.com/cranes
Subject: =?utf-8?Q?Old=20cranes?=
Date: Thu, 2 May 2024 09:00:00 -0000
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="----B"

------B
Content-Type: text/html
Content-Location: https://quay.example.com/cranes

{page}
------B
Content-Type: image/png
Content-Location: https://quay.example.com/c.png

x
------B--
"""


def test_a_saved_page_was_fetched_on_the_day_in_its_head() -> None:
    saved = MHTML.format(page=page("", '<meta property="article:published_time" content="2024-04-09T06:55:00Z">'))
    (draft,) = read_mhtml(saved.encode(), "a.mhtml", Limits())
    assert (draft.title, draft.url) == ("Old cranes leave the harbour", "https://quay.example.com/cranes")
    assert (draft.published, draft.updated, draft.fetched) == (date(2024, 4, 9), None, date(2024, 5, 2))
    assert draft.text.startswith("Old cranes leave the harbour\n\n" + ENGLISH)


def test_a_saved_page_without_a_page() -> None:
    with pytest.raises(UnreadableFile, match=r"^a\.mhtml: no web page inside; save the page anew from the browser$"):
        list(read_mhtml(b"Subject: hi\n\nhello", "a.mhtml", Limits()))
