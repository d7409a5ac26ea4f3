"""What the reading process makes of a file: drafts with ids, and a line for whatever a parser raises."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import to_article
from index.errors import UnreadableFile
from index.passages import split_passages
from index.reading.limits import Limits
from index.reading.process import PARSED_KINDS
from index.reading.worker import read_parsed
from index.settle import settle
from index.types import Draft
from tests.made_files import CHINESE, ENGLISH, JAPANESE, docx, epub, page, pdf

LIMITS = Limits()
WHOLE = {
    ".html": page("").encode(),
    ".pdf": pdf([[ENGLISH, "1"], [ENGLISH, "2"]]),
    ".docx": docx(["# Cranes", ENGLISH]),
    ".epub": epub({"1.xhtml": f"<p>{ENGLISH}</p>"}),
    ".eml": f"Subject: Cranes\nContent-Type: multipart/mixed; boundary=B\n\n--B\n\n{ENGLISH}\n--B--\n".encode(),
    ".mhtml": f"Content-Type: text/html\n\n{page('')}".encode(),
}


def read(path: Path, kind: str, data: bytes) -> list[Draft | UnreadableFile]:
    path = path.with_suffix(kind)
    path.write_bytes(data)
    return list(read_parsed(path, kind, LIMITS))


@pytest.mark.parametrize("kind", PARSED_KINDS)
def test_every_kind_has_a_reader_and_an_id(kind: str, tmp_path: Path) -> None:
    (one,) = read(
        tmp_path / "What's new", kind, WHOLE[{".htm": ".html", ".xhtml": ".html", ".mht": ".mhtml"}.get(kind, kind)]
    )
    assert isinstance(one, Draft)
    assert one.id is not None
    assert one.id.startswith("What-s-new")
    assert ENGLISH in one.text


def test_a_page_in_the_set_it_declares(tmp_path: Path) -> None:
    for charset, text in (("gb2312", CHINESE), ("euc-jp", JAPANESE), ("Shift_JIS", JAPANESE)):
        data = f'<meta charset="{charset}"><p>{text}</p>'.encode(charset)
        (one,) = read(tmp_path / "a", ".html", data)
        assert isinstance(one, Draft)
        assert one.text == text


def whole(draft: Draft) -> None:
    """Every promise about what comes out of reading: settled text, and spans that are slices of it."""
    assert settle(draft.text) == draft.text
    article = to_article(draft)
    assert article.text == draft.text
    passages = split_passages(article.text, article.sentences, article.boilerplate, len, 80, 20)
    for span in (*draft.boilerplate, *article.boilerplate, *article.sentences, *passages):
        assert 0 <= span.start < span.end <= len(article.text)
    assert not any(sentence.overlaps(mark) for sentence in article.sentences for mark in article.boilerplate)


@given(kind=st.sampled_from(sorted(WHOLE)), place=st.integers(0), junk=st.binary(max_size=40), cut=st.booleans())
def test_a_damaged_file_is_drafts_or_lines(
    tmp_path_factory: pytest.TempPathFactory, kind: str, place: int, junk: bytes, cut: bool
) -> None:
    data = WHOLE[kind]
    place %= len(data)
    damaged = data[:place] + junk + (b"" if cut else data[place + len(junk) :])
    for one in read(tmp_path_factory.getbasetemp() / "damaged", kind, damaged):
        if isinstance(one, Draft):
            whole(one)
        else:
            assert "\n" not in str(one)


@given(text=st.text(max_size=300), kind=st.sampled_from([".html", ".eml", ".mhtml", ".xhtml"]))
def test_any_text_in_a_page_or_mail(tmp_path_factory: pytest.TempPathFactory, text: str, kind: str) -> None:
    head = "" if kind.endswith("html") and kind != ".mhtml" else "Content-Type: text/html; charset=utf-8\n\n"
    data = f"{head}<p>{ENGLISH}</p><p>{text}".encode("utf-8", "surrogatepass")
    for one in read(tmp_path_factory.getbasetemp() / "any", kind, data):
        if isinstance(one, Draft):
            whole(one)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60), max_size=8))
def test_any_paragraphs_in_a_document(tmp_path_factory: pytest.TempPathFactory, blocks: list[str]) -> None:
    characters = "".join(character for character in "".join(blocks) if character not in "\ufffe\uffff")
    texts = ["".join(character for character in block if character in characters).lstrip("# ") for block in blocks]
    (one,) = read(tmp_path_factory.getbasetemp() / "any", ".docx", docx([ENGLISH, *texts]))
    assert isinstance(one, Draft)
    assert one.text == settle("\n\n".join([ENGLISH, *texts]))
    whole(one)
