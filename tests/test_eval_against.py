"""Two runs compared: the pairs, every difference by hand, and the words that may be used of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.against import Change, Comparison, Difference, claim, claim_of, compare
from eval.records import BadRun, Record, Run
from eval.statistics import McNemar
from tests.test_eval_figures import record

# Wilson's bound for none of eight groups: z² / (8 + z²).
NONE_OF_EIGHT = 3.841458820694124 / 11.841458820694124


def run(*records: Record, **changed: object) -> Run:
    plain: dict[str, object] = {
        "set_name": "news.jsonl",
        "set_hash": "aaaaaaaaaaaa",
        "library_hash": "cccccccccccc",
        "made_at": "2026-11-22T09:00:00+00:00",
        "seconds": 1.0,
        "facts": {},
        "records": records,
    }
    return Run.model_validate(plain | changed)


def eight(right: str, **changed: object) -> list[Record]:
    """Eight cases, right where `right` has a "+"."""
    return [record(str(number), right=sign == "+", **changed) for number, sign in enumerate(right)]


def difference(
    low: float | None, high: float | None, measure: str = "F1", changed: int | None = 50, cases: int = 1074
) -> Difference:
    return Difference(measure, 0.612, 0.640, 0.028, low, high, cases, changed)


def comparison(right: Difference, p_value: float, measures: int = 0) -> Comparison:
    return Comparison(right, McNemar(600, 57, 87, 330, p_value), (difference(0.0, 0.1),) * measures, (), (), ())


def test_cases_are_paired_by_id() -> None:
    before, after = eight("++++----"), eight("+++-+++-")
    found = compare(run(*before), run(*reversed(after)))
    assert found.mcnemar == McNemar(3, 1, 3, 1, p_value=2 * (1 + 4) / 16)
    assert (found.became_right, found.became_wrong) == (("4", "5", "6"), ("3",))
    right = found.right
    assert (right.measure, right.before, right.after, right.difference) == ("Right", 0.5, 0.75, 0.25)
    assert (right.cases, right.changed) == (8, 4)


def test_every_measure_of_both_runs_is_compared() -> None:
    before = [record("1", scores={"F1": 0.5, "odd": 1.0}), record("2", scores={"success@1": 0.0, "F1": 1.0})]
    after = [record("1", scores={"F1": 1.0, "success@1": 1.0}), record("2", scores={"success@1": 1.0, "F1": 0.75})]
    found = {one.measure: one for one in compare(run(*before), run(*after)).differences}
    assert list(found) == ["success@1", "F1", "AURC", "calibration error", "latency p50, ms", "latency p95, ms"]
    # Only case 2 has success@1 in both runs.
    assert found["success@1"] == Difference("success@1", 0.0, 1.0, 1.0, None, None, 1, 1)
    assert found["F1"] == Difference("F1", 0.75, 0.875, 0.125, -0.25, 0.5, 2, 2)


def test_measures_of_the_whole_set_are_compared_pair_by_pair() -> None:
    before = [record(str(n), timings_ms={"total": 100.0 * n}, confidence=0.8) for n in range(1, 9)]
    after = [one.model_copy(update={"timings_ms": {"total": one.timings_ms["total"] + 50}}) for one in before]
    after = [one.model_copy(update={"confidence": 0.9}) for one in after]
    found = {one.measure: one for one in compare(run(*before), run(*after)).differences}
    # Every case became slower by 50 ms, so every draw did, however much the times themselves differ.
    assert found["latency p50, ms"] == Difference("latency p50, ms", 450.0, 500.0, 50.0, 50.0, 50.0, 8)
    error = found["calibration error"]
    assert (error.before, error.after, error.difference) == pytest.approx((0.2, 0.1, -0.1))
    aurc = found["AURC"]
    assert (aurc.before, aurc.after, aurc.difference, aurc.cases) == (0.0, 0.0, 0.0, 8)
    assert (aurc.low, aurc.high) == pytest.approx((-NONE_OF_EIGHT, NONE_OF_EIGHT))


def test_declining_is_compared_over_what_either_run_declined() -> None:
    before = [record("1", answered=False, answerable=False), record("2"), record("3"), record("4", answerable=False)]
    after = [
        record("1", answered=False, answerable=False),
        record("2", answered=False),
        record("3"),
        record("4", answerable=False),
    ]
    found = {one.measure: one for one in compare(run(*before), run(*after)).differences}
    precision, recall = found["declining precision"], found["declining recall"]
    assert (precision.before, precision.after, precision.difference, precision.cases) == (1.0, 0.5, -0.5, 2)
    assert (recall.before, recall.after, recall.difference, recall.cases) == (0.5, 0.5, 0.0, 2)


def test_changed_counts_groups_that_differ_in_sum() -> None:
    before = [record("1", group="a", scores={"F1": 0.1}), record("2", group="a", scores={"F1": 0.2})]
    after = [record("1", group="a", scores={"F1": 0.2}), record("2", group="a", scores={"F1": 0.1})]
    lone = record("3", scores={"F1": 0.0}), record("3", scores={"F1": 1.0})
    found = {one.measure: one for one in compare(run(*before, lone[0]), run(*after, lone[1])).differences}
    assert found["F1"].changed == 1


def test_facts_that_changed() -> None:
    before = run(
        record("1"), facts={"embedder": "e5", "machine": "2 cores", "code": "0.1"}, library_hash="dddddddddddd"
    )
    after = run(record("1"), facts={"embedder": "e5", "code": "0.2", "reranker": "none"})
    assert compare(before, after).changed == (
        Change("machine", "2 cores", None),
        Change("code", "0.1", "0.2"),
        Change("library hash", "dddddddddddd", "cccccccccccc"),
        Change("reranker", None, "none"),
    )
    assert compare(before, before).changed == ()


def test_runs_of_different_sets_are_refused() -> None:
    other = run(record("1"), set_name="old.jsonl", set_hash="bbbbbbbbbbbb")
    message = (
        r"the runs are of different sets, news.jsonl \(aaaaaaaaaaaa\) and old.jsonl \(bbbbbbbbbbbb\); "
        "run both on the same set"
    )
    with pytest.raises(BadRun, match=message):
        compare(run(record("1")), other)


def test_runs_of_different_cases_are_refused() -> None:
    message = "3 of the cases of news.jsonl are in one of the runs only, such as '2'; run both on the same set"
    with pytest.raises(BadRun, match=message):
        compare(run(record("1"), record("2")), run(record("1"), record("3"), record("4")))


def test_runs_without_a_case_are_refused() -> None:
    with pytest.raises(
        BadRun, match=r"the runs of news.jsonl hold no case; run both again with `quotedesk eval --report`"
    ):
        compare(run(), run())


def test_a_case_that_stands_twice_is_refused() -> None:
    with pytest.raises(BadRun, match=r"news.jsonl has the case '1' twice in one run; give each case its own id"):
        compare(run(record("1"), record("1")), run(record("1")))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            difference(0.004, 0.052),
            "F1: 61.2 % -> 64.0 %, a change of +2.8 points (95 % interval +0.4 to +5.2, 1,074 cases): better.",
        ),
        (
            difference(-0.004, 0.06),
            "F1: 61.2 % -> 64.0 %, a change of +2.8 points (95 % interval -0.4 to +6.0, 1,074 cases): "
            "no difference can be told.",
        ),
        (
            difference(0.0, 0.06),
            "F1: 61.2 % -> 64.0 %, a change of +2.8 points (95 % interval +0.0 to +6.0, 1,074 cases): "
            "no difference can be told.",
        ),
        (
            difference(0.0002, 0.06),
            "F1: 61.2 % -> 64.0 %, a change of +2.8 points (95 % interval +0.02 to +6.0, 1,074 cases): better.",
        ),
        (
            difference(0.004, 0.052, measure="AURC", changed=None),
            "AURC: 61.2 % -> 64.0 %, a change of +2.8 points (95 % interval +0.4 to +5.2, 1,074 cases): worse.",
        ),
        (
            difference(0.004, 0.052, changed=5),
            "F1: 61.2 % -> 64.0 %, a change of +2.8 points (95 % interval +0.4 to +5.2, 1,074 cases): "
            "no difference can be told, as too few cases changed (5).",
        ),
        (
            difference(0.004, 0.052, changed=6),
            "F1: 61.2 % -> 64.0 %, a change of +2.8 points (95 % interval +0.4 to +5.2, 1,074 cases): better.",
        ),
        (
            difference(None, None, cases=1),
            "F1: 61.2 % -> 64.0 %, a change of +2.8 points (no interval, 1 case): "
            "no difference can be told, as all cases share one article.",
        ),
        (
            Difference("F1", 0.5, 0.4, -0.1, -0.15, -0.05, 80, 20),
            "F1: 50.0 % -> 40.0 %, a change of -10.0 points (95 % interval -15.0 to -5.0, 80 cases): worse.",
        ),
        (
            Difference("conflict false alarm", 0.5, 0.4, -0.1, -0.15, -0.05, 80, 20),
            "conflict false alarm: 50.0 % -> 40.0 %, a change of -10.0 points "
            "(95 % interval -15.0 to -5.0, 80 cases): better.",
        ),
        (
            Difference("latency p95, ms", 1240.0, 1085.0, -155.0, -201.6, -90.2, 80),
            "latency p95, ms: 1,240 ms -> 1,085 ms, a change of -155 ms or -12.5 % "
            "(95 % interval -202 to -90 ms, 80 cases): better.",
        ),
        (
            Difference("latency p50, ms", 0.0, 4.0, 4.0, 2.0, 6.0, 80),
            "latency p50, ms: 0 ms -> 4 ms, a change of +4 ms (95 % interval +2 to +6 ms, 80 cases): worse.",
        ),
    ],
)
def test_a_claim_says_no_more_than_the_interval(given: Difference, said: str) -> None:
    assert claim_of(given) == said


@pytest.mark.parametrize(
    ("p_value", "said"),
    [
        (0.021, "McNemar p = 0.021): better."),
        (0.0004, "McNemar p < 0.001): better."),
        (
            0.0625,
            "McNemar p = 0.062): no difference can be told, as McNemar's test does not bear the interval out.",
        ),
    ],
)
def test_a_claim_of_what_is_right_needs_both_tests(p_value: float, said: str) -> None:
    right = difference(0.004, 0.052, measure="Right")
    start = "Right: 61.2 % -> 64.0 %, a change of +2.8 points (95 % interval +0.4 to +5.2, 1,074 cases, "
    assert claim(comparison(right, p_value)) == start + said


def test_many_measures_call_for_caution_once() -> None:
    right = difference(-0.004, 0.052, measure="Right")
    assert claim(comparison(right, 0.4, measures=20)) == (
        "Right: 61.2 % -> 64.0 %, a change of +2.8 points (95 % interval -0.4 to +5.2, 1,074 cases, "
        "McNemar p = 0.400): no difference can be told. "
        "The intervals of the other 20 measures are not corrected for their number: "
        "even if nothing had changed, about 1 in 20 would leave out 0."
    )


def test_a_run_against_itself_shows_no_difference() -> None:
    same = run(*eight("+-+-++--", scores={"F1": 0.5}))
    found = compare(same, same)
    said = [claim(found), *map(claim_of, found.differences)]
    assert [words for words in said if "no difference can be told" not in words] == []


def judged(id_: str, group: str, right: bool, quarters: int) -> Record:
    return record(id_, group=group, right=right, right_if_answered=right, confidence=quarters / 4)


PAIRS = st.lists(
    st.tuples(st.sampled_from("abc"), *[st.tuples(st.booleans(), st.integers(0, 4))] * 2),
    min_size=1,
    max_size=8,
)


@settings(max_examples=4)
@given(PAIRS)
def test_swapping_the_runs_flips_every_sign(pairs: list[tuple[str, tuple[bool, int], tuple[bool, int]]]) -> None:
    numbered = [(str(number), *pair) for number, pair in enumerate(pairs)]
    before = run(*(judged(id_, group, *old) for id_, group, old, _ in numbered))
    after = run(*(judged(id_, group, *new) for id_, group, _, new in numbered))
    there, back = compare(before, after), compare(after, before)
    assert (there.became_right, there.became_wrong) == (back.became_wrong, back.became_right)
    assert there.mcnemar.p_value == back.mcnemar.p_value
    for one, other in zip((there.right, *there.differences), (back.right, *back.differences), strict=True):
        assert (other.before, other.after) == (one.after, one.before)
        assert other.difference == pytest.approx(-one.difference)
        if one.low is not None and one.high is not None:
            assert one.low <= one.difference <= one.high
            assert (other.low, other.high) == pytest.approx((-one.high, -one.low))
