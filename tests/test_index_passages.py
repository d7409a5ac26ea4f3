import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.boilerplate import find_boilerplate
from index.passages import split_passages
from index.sentences import split_sentences
from index.types import Span

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "meta-2024"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the five seed pages (../shared/corpus) are not here")


def words(text: str) -> int:
    return len(text.split())


def cut(text: str, size: int, overlap: int) -> list[str]:
    sentences = split_sentences(text, "en", ())
    return [span.of(text) for span in split_passages(text, sentences, (), words, size, overlap)]


def test_whole_sentences_up_to_the_size() -> None:
    assert cut("One two three. Four five. Six seven eight.", 5, 0) == ["One two three. Four five.", "Six seven eight."]


def test_overlap_is_whole_sentences() -> None:
    text = "One two three. Four five. Six seven. Eight nine."
    assert cut(text, 5, 2) == ["One two three. Four five.", "Four five. Six seven.", "Six seven. Eight nine."]
    assert cut(text, 5, 1) == ["One two three. Four five.", "Six seven. Eight nine."]


def test_a_sentence_that_fits_exactly_is_whole() -> None:
    assert cut("One two three four five. Six.", 5, 2) == ["One two three four five.", "Six."]


def test_a_sentence_that_does_not_fit_is_cut_alone_at_its_pauses() -> None:
    text = "One. Two three four, five six seven, eight. Nine."
    assert cut(text, 4, 0) == ["One.", "Two three four,", "five six seven, eight.", "Nine."]


def test_chinese_is_cut_at_a_pause() -> None:
    text = "堤坝加高了两米，镇上没有人相信。"
    sentences = split_sentences(text, "zh", ())
    assert [span.of(text) for span in split_passages(text, sentences, (), len, 10, 0)] == [
        "堤坝加高了两米，",
        "镇上没有人相信。",
    ]


def test_a_heading_goes_with_what_follows() -> None:
    text = "One two three four.\nThe cost\nFive six seven eight."
    assert cut(text, 6, 0) == ["One two three four.", "The cost\nFive six seven eight."]


def test_repeated_sentences_keep_their_own_offsets() -> None:
    text = "Yes. No. Yes. No. Yes."
    spans = split_passages(text, split_sentences(text, "en", ()), (), words, 1, 0)
    assert spans == (Span(0, 4), Span(5, 8), Span(9, 13), Span(14, 17), Span(18, 22))


def test_a_passage_ends_before_boilerplate() -> None:
    text = "One two.\nAdvertisement\nThree four."
    marks = (Span(9, 22),)
    spans = split_passages(text, split_sentences(text, "en", marks), marks, words, 50, 0)
    assert [span.of(text) for span in spans] == ["One two.", "Three four."]


def test_nothing_gives_nothing() -> None:
    assert split_passages("", (), (), words, 5, 0) == ()


@pytest.mark.parametrize(("size", "overlap"), [(0, 0), (5, 6), (5, -1)])
def test_impossible_sizes(size: int, overlap: int) -> None:
    with pytest.raises(ValueError, match=rf"got size {size} and overlap {overlap}"):
        split_passages("One.", (Span(0, 4),), (), words, size, overlap)


def test_each_sentence_is_counted_once() -> None:
    text = " ".join(f"Sentence number {number} is here." for number in range(200))
    sentences = split_sentences(text, "en", ())
    counted: Counter[str] = Counter()

    def count(piece: str) -> int:
        counted[piece] += 1
        return words(piece)

    split_passages(text, sentences, (), count, 20, 5)
    assert counted == Counter([span.of(text) for span in sentences] + [" "])


def test_a_long_article_is_quick() -> None:
    text = "The harbour wall was raised by two metres. " * 2400
    sentences = split_sentences(text, "en", ())
    start = time.perf_counter()
    split_passages(text, sentences, (), words, 100, 20)
    # Takes 0.02 s; the margin is for a busy machine.
    assert time.perf_counter() - start < 1


pieces = st.sampled_from(
    [
        "The wall held. ",
        "Why? ",
        "堤坝加高了。",
        "「はい。」",
        "A head\n",
        "\n\n",
        "long " * 9,
        "x" * 30,
        "，",
        "Ads\n",
        "😀",
    ]
)


@given(
    st.one_of(st.text(), st.lists(pieces, max_size=30).map("".join)),
    st.sampled_from([len, words]),
    st.integers(1, 40),
    st.data(),
)
def test_promises(text: str, count: Callable[[str], int], size: int, data: st.DataObject) -> None:
    overlap = data.draw(st.integers(0, size))
    edges = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=4)))
    marks = tuple(Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False))
    sentences = split_sentences(text, "zh", marks)
    spans = split_passages(text, sentences, marks, count, size, overlap)
    assert all(left.start < right.start and left.end < right.end for left, right in pairwise(spans))
    assert all(count(span.of(text)) <= size for span in spans)
    assert not any(span.overlaps(mark) for span in spans for mark in marks)
    fitting = [sentence for sentence in sentences if count(sentence.of(text)) <= size]
    assert all(any(span.covers(sentence) for span in spans) for sentence in fitting)
    starts, ends = {sentence.start for sentence in sentences}, {sentence.end for sentence in sentences}
    cut_in = [sentence for sentence in sentences if sentence not in fitting]
    for span in spans:
        assert (span.start in starts and span.end in ends) or any(sentence.covers(span) for sentence in cut_in)


@given(st.lists(pieces, max_size=30).map("".join), st.integers(1, 40))
def test_nothing_is_lost(text: str, size: int) -> None:
    sentences = split_sentences(text, "zh", ())
    spans = split_passages(text, sentences, (), len, size, 0)
    covered = {place for span in spans for place in range(span.start, span.end)}
    assert "".join(c for place, c in enumerate(text) if place not in covered).strip() == ""


@needs_corpus
@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_seed_pages(path: Path) -> None:
    text = path.read_text("utf-8")
    marks = find_boilerplate(text)
    sentences = split_sentences(text, "en", marks)
    spans = split_passages(text, sentences, marks, len, 600, 120)
    assert all(any(span.covers(sentence) for span in spans) for sentence in sentences)
    assert not any(span.overlaps(mark) for span in spans for mark in marks)
    assert max(map(len, spans)) <= 600
