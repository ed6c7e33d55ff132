import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.evaluation.measures import (
    FootnoteMatch,
    bootstrap_interval,
    compare_footnotes,
    first_rank,
    holds_fragments,
    measure_mean,
    recall_at,
    reciprocal_rank,
    wilson_interval,
)

ranks = st.none() | st.integers(1, 50)
shares = st.floats(0, 1, allow_subnormal=False)
words = st.lists(st.sampled_from(["6", "osób", "w", "2025", "r."]), min_size=1)
marks = st.sampled_from([" [18]", "[18]", " [59]–[63]", "[1, 2]", " [4] [5]"])
gaps = st.sampled_from([" ", "\n", "\u00a0", " \t "])


@given(words, marks, gaps, st.data())
def test_marks_and_line_breaks_do_not_hide_a_wording(words, mark, gap, data):
    at = data.draw(st.integers(1, len(words)))
    printed = gap.join(words[:at]) + mark + gap + gap.join(words[at:])

    assert holds_fragments(printed, [[" ".join(words)]])
    assert holds_fragments(" ".join(words), [[printed]])


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Zginęło 6 osób w 2025 r.", True),
        ("Zginęło sześć osób w 2025 r.", True),
        ("Zginęło 6 osób.", False),
        ("W 2025 r. nikt nie zginął.", False),
        ("zginęło 6 OSÓB w 2025 r.", False),
    ],
)
def test_a_quote_holds_one_wording_of_each_group(text, holds):
    fragments = [["6 osób", "sześć osób"], ["2025 r."]]

    assert holds_fragments(text, fragments) is holds


def test_without_fragments_nothing_can_be_said_to_answer():
    with pytest.raises(ValueError, match="no fragments"):
        holds_fragments("Prawo", [])


@given(st.lists(st.booleans()))
def test_the_first_rank_is_a_match_and_none_before_it_is(matches):
    rank = first_rank(matches)

    if rank is None:
        assert not any(matches)
    else:
        assert matches[:rank] == [False] * (rank - 1) + [True]


@given(ranks)
def test_recall_grows_with_its_depth_and_bounds_the_reciprocal_rank(rank):
    recalls = [recall_at(k, rank) for k in range(1, 60)]

    assert recalls == sorted(recalls)
    assert recalls[0] <= reciprocal_rank(rank) <= recalls[-1]


def test_recall_at_none_is_undefined():
    with pytest.raises(ValueError, match="count from 1"):
        recall_at(0, 1)


@given(st.sets(st.integers(1, 9)), st.sets(st.integers(1, 9)))
def test_exact_footnotes_are_those_with_full_precision_and_recall(shown, gold):
    match = compare_footnotes(shown, gold)
    mirrored = compare_footnotes(gold, shown)

    assert match.exact == (shown == gold)
    assert match.exact == (match.precision == match.recall == 1)
    assert (match.precision, match.recall) == (mirrored.recall, mirrored.precision)


@pytest.mark.parametrize(
    ("shown", "gold", "match"),
    [
        (set(), set(), FootnoteMatch(1.0, 1.0, True)),
        (set(), {18}, FootnoteMatch(0.0, 0.0, False)),
        ({18}, set(), FootnoteMatch(0.0, 0.0, False)),
        ({1, 2, 3}, {2, 4}, FootnoteMatch(1 / 3, 0.5, False)),
    ],
)
def test_footnotes_are_compared_as_sets(shown, gold, match):
    assert compare_footnotes(shown, gold) == match


# Newcombe, Statistics in Medicine 17 (1998), Table I, method 3.
@pytest.mark.parametrize(
    ("successes", "n", "ends"),
    [
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_wilsons_interval_is_the_published_one(successes, n, ends):
    interval = wilson_interval(successes, n)

    assert (round(interval.low, 4), round(interval.high, 4)) == ends


@given(st.integers(1, 5000), st.data())
def test_wilsons_interval_holds_the_share_and_mirrors(n, data):
    successes = data.draw(st.integers(0, n))
    interval = wilson_interval(successes, n)
    mirrored = wilson_interval(n - successes, n)

    assert 0 <= interval.low <= successes / n <= interval.high <= 1
    assert interval.low < interval.high
    assert interval.low == pytest.approx(1 - mirrored.high)


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (3, 2), (-1, 2)])
def test_an_impossible_share_has_no_interval(successes, n):
    with pytest.raises(ValueError, match="successes of"):
        wilson_interval(successes, n)


@given(st.lists(shares, min_size=1, max_size=60), st.randoms())
def test_the_bootstrap_does_not_depend_on_order_and_stays_among_the_values(
    values, random
):
    shuffled = random.sample(values, len(values))

    interval = bootstrap_interval(values)

    assert interval == bootstrap_interval(shuffled)
    assert min(values) <= interval.low <= interval.high <= max(values)


def test_the_bootstrap_is_near_the_normal_interval_where_that_one_holds():
    values = [rank / 400 for rank in range(1, 401)]
    half = 1.96 * (1 / 12 / 400) ** 0.5

    interval = bootstrap_interval(values)

    assert interval.low == pytest.approx(0.50125 - half, abs=0.002)
    assert interval.high == pytest.approx(0.50125 + half, abs=0.002)


def test_nothing_has_no_bootstrap():
    with pytest.raises(ValueError, match="no values"):
        bootstrap_interval([])


@given(st.lists(shares, min_size=1, max_size=60))
def test_a_mean_has_an_interval_that_holds_it_and_has_width(values):
    measure = measure_mean("mrr", values)

    assert measure.value == pytest.approx(sum(values) / len(values))
    assert measure.interval.low <= measure.value + 1e-9
    assert measure.interval.high >= measure.value - 1e-9
    assert measure.n == len(values)
    if len(set(values)) == 1:
        assert measure.interval.low < measure.interval.high


@pytest.mark.parametrize(
    ("values", "method"),
    [([1.0, 0.0, 1.0], "wilson"), ([0.5, 0.5], "wilson"), ([0.5, 1.0], "bootstrap")],
)
def test_shares_and_means_have_their_own_intervals(values, method):
    assert measure_mean("mrr", values).interval.method == method


def test_nothing_to_measure_has_no_value():
    measure = measure_mean("mrr", [])

    assert (measure.value, measure.interval, measure.n) == (None, None, 0)
