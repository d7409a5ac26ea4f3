"""Postings as Milvus keeps them: what goes in comes out, in blocks that fit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.milvus.store import LONGEST
from index.milvus.words import Postings, word_of, word_rows

SOME = st.integers(0, 2**31 - 1)


@given(st.dictionaries(st.integers(0, 2**62), st.tuples(SOME, SOME), max_size=50))
def test_postings_come_back(made: dict[int, tuple[int, int]]) -> None:
    rows = sorted(made)
    counts, lengths = (np.array([made[row][at] for row in rows], np.int64) for at in (0, 1))
    whole = Postings(np.array(rows, np.int64), counts, lengths)
    back = Postings.decode([whole.encode()])
    assert (back.rows.tolist(), back.counts.tolist(), back.lengths.tolist()) == (
        rows,
        counts.tolist(),
        lengths.tolist(),
    )


def test_a_token_of_many_passages_takes_several_blocks_that_each_fit() -> None:
    noise = np.random.default_rng(0).integers(0, 2**62, 7_000)
    passages = ((int(row), ["the"] * 3 + ["end"]) for row in np.sort(noise))
    rows = [row for row in word_rows(passages, "en", 4, 10) if row["word"] == word_of("the", "en")]
    assert [len(row["postings"]) <= LONGEST for row in rows] == [True] * 3
    assert {row["born"] for row in rows} == {4}
    found = Postings.decode(row["postings"] for row in reversed(rows))
    assert found.rows.tolist() == sorted(noise.tolist())
    assert (set(found.counts.tolist()), set(found.lengths.tolist())) == ({3}, {4})


def test_a_token_is_another_in_another_language() -> None:
    assert word_of("die", "de") != word_of("die", "en")
