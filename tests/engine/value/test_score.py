"""The score: parts add up, missing is not zero, more is never less, nobody moves another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernklant.engine.value import score as module
from kernklant.engine.value.criteria import Criterion
from kernklant.engine.value.score import Score, inverse_share, score, share_of, with_bounds

BOUNDED = Criterion("worth", "clv", 35, "bounded", 0.0, 100_000.0)
LINEAR = Criterion("contribution", "contribution_12m", 25, "linear", -1_000.0, 30_000.0)
STEPS = Criterion("brings", "referrals", 7, "threshold", steps=((0.0, 0.0), (1.0, 4.0), (3.0, 7.0)))
FIT = Criterion("fit", "profile", 15)
RATED = Criterion("rated", "rating", 18)
ALL = (BOUNDED, LINEAR, STEPS, FIT, RATED)
NOT_KNOWN = float("nan")

Values = dict[str, np.ndarray]


def of(*rows: tuple[float, ...], criteria: tuple[Criterion, ...] = ALL, events: int = 9) -> Score:
    columns = np.array(rows, dtype=float).reshape(len(rows), len(criteria)).T
    values = {c.name: column for c, column in zip(criteria, columns, strict=True)}
    return score(criteria, values, events=np.full(len(rows), events))


EUROS = st.floats(-1e6, 1e6).map(lambda v: round(v, 2))
SHARES = st.floats(0, 1)
ROW = st.tuples(
    *(
        st.one_of(st.just(NOT_KNOWN), known)
        for known in (EUROS, EUROS, st.integers(0, 5).map(float), SHARES, SHARES)
    )
)
BASE = st.lists(ROW, min_size=1, max_size=12)


@given(BASE)
def test_parts_add_up_to_the_total_exactly(rows: list[tuple[float, ...]]) -> None:
    found = of(*rows)
    known = ~np.isnan(found.share)
    assert found.points.sum(axis=1).tolist() == found.total.tolist()
    assert np.all(found.points[~known] == 0)
    assert found.weights.sum() == (100 if found.names else 0)
    some = known.any(axis=1)
    assert np.all(np.abs(found.total - found.exact)[some] <= 0.5)
    earned = 100 * np.where(known, found.weights * np.nan_to_num(found.share), 0)
    told = (found.weights * known).sum(axis=1)[:, None]
    assert np.all(np.abs(found.points - earned / np.maximum(told, 1)) < 1 + 1e-6)


@given(BASE)
def test_who_earned_nothing_gets_no_point_by_rounding(rows: list[tuple[float, ...]]) -> None:
    found = of(*rows)
    assert np.all(found.points[found.share == 0] == 0)


@given(BASE)
def test_the_range_holds_the_score(rows: list[tuple[float, ...]]) -> None:
    found = of(*rows)
    some = ~np.isnan(found.exact)
    assert np.all((found.low <= found.exact)[some])
    assert np.all((found.exact <= found.high)[some])
    whole = ~np.isnan(found.share).any(axis=1) & bool(found.names)
    assert found.high[whole] == pytest.approx(found.low[whole], abs=1e-8)


@given(ROW, st.integers(0, 4), st.floats(0, 1e6))
def test_more_of_a_value_never_lowers_a_score(
    row: tuple[float, ...], which: int, more: float
) -> None:
    better = list(row)
    better[which] = min(row[which] + more, 1.0) if which > 2 else row[which] + more
    found = of(row, tuple(better))
    if not np.isnan(found.exact[0]):
        assert found.exact[1] >= found.exact[0]
        assert found.total[1] >= found.total[0]


@given(BASE)
def test_amounts_and_bounds_times_a_hundred_change_nothing(rows: list[tuple[float, ...]]) -> None:
    scale = np.array([100, 100, 1, 1, 1])
    criteria = tuple(
        replace(c, low=c.low * 100, high=c.high * 100) if isinstance(c.low, float) else c
        for c in ALL
    )
    one, other = of(*rows), of(*(np.array(rows) * scale), criteria=criteria)
    assert one.exact == pytest.approx(other.exact, abs=1e-8, nan_ok=True)
    assert one.total.tolist() == other.total.tolist()


@given(BASE, st.randoms(use_true_random=False))
def test_any_order_of_customers_gives_the_same_bits(
    rows: list[tuple[float, ...]], chance: Any
) -> None:
    order = list(range(len(rows)))
    chance.shuffle(order)
    one, other = of(*rows), of(*(rows[i] for i in order))
    for name in ("share", "exact", "points", "total", "low", "high", "evidence"):
        first, second = getattr(one, name)[order], getattr(other, name)
        assert first.tobytes() == second.tobytes(), name


def test_customers_by_the_block_get_the_same_bits_as_all_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(7)
    rows = [(*rng.uniform(-1e5, 2e5, 2), rng.integers(0, 5), *rng.random(2)) for _ in range(100)]
    whole = of(*rows)
    monkeypatch.setattr(module, "BLOCK", 7)
    blocks = of(*rows)
    for name in ("share", "exact", "points", "total", "low", "high", "evidence"):
        assert getattr(whole, name).tobytes() == getattr(blocks, name).tobytes(), name


@given(BASE, ROW)
def test_a_new_customer_changes_nobody_elses_score(
    rows: list[tuple[float, ...]], new: tuple[float, ...]
) -> None:
    everything = (1.0, 1.0, 1.0, 1.0, 1.0)  # so that no criterion is left out in either
    one, other = of(*rows, everything), of(*rows, everything, new)
    assert one.exact.tobytes() == other.exact[:-1].tobytes()
    assert one.points.tobytes() == np.ascontiguousarray(other.points[:-1]).tobytes()


def test_missing_is_not_zero_but_pro_rata() -> None:
    found = of((100_000, 30_000, NOT_KNOWN, NOT_KNOWN, NOT_KNOWN), (0, 30_000, 3, 1, 1))
    assert found.total.tolist() == [100, 65]
    assert found.points.tolist() == [[58, 42, 0, 0, 0], [0, 25, 7, 15, 18]]
    assert found.low.tolist() == [60, 65]
    assert found.high.tolist() == [100, 65]


def test_a_criterion_nobody_has_is_left_out_and_its_weight_shared() -> None:
    found = of((1e5, 3e4, NOT_KNOWN, 1, 1), (1e5, 3e4, NOT_KNOWN, 0, NOT_KNOWN))
    assert found.left_out == ("brings",)
    assert found.names == ("worth", "contribution", "fit", "rated")
    assert found.weights.tolist() == [38, 27, 16, 19]
    assert found.total[0] == 100


def test_a_criterion_without_weight_takes_no_part() -> None:
    found = of((1e5, 0.2), criteria=(replace(BOUNDED, weight=100), replace(FIT, weight=0)))
    assert found.names == ("worth",)
    assert found.left_out == ()
    assert found.total.tolist() == [100]


def test_evidence_is_known_weight_times_events() -> None:
    values = {
        "worth": np.array([1.0, 1.0, NOT_KNOWN]),
        "fit": np.array([1.0, NOT_KNOWN, NOT_KNOWN]),
    }
    criteria = replace(BOUNDED, weight=60), replace(FIT, weight=40)
    found = score(criteria, values, events=np.array([2, 50, 50]))
    assert found.evidence == pytest.approx([0.4, 0.6, 0])


def test_of_whom_nothing_is_known_the_score_is_not_known_either() -> None:
    found = of((1, 1, 1, 1, 1), (NOT_KNOWN,) * 5)
    assert np.isnan(found.exact[1])
    assert (found.low[1], found.high[1], found.evidence[1]) == (0, 100, 0)


def test_without_any_known_value_there_is_no_score() -> None:
    found = of((NOT_KNOWN,) * 5, (NOT_KNOWN,) * 5)
    assert found.names == ()
    assert found.left_out == tuple(c.name for c in ALL)
    assert np.isnan(found.exact).all()
    assert found.share.shape == found.points.shape == (2, 0)
    assert found.low.tolist() == [0, 0]
    assert found.high.tolist() == [100, 100]


def test_no_customers_have_no_scores() -> None:
    assert of().exact.shape == (0,)


def test_linear_goes_on_where_bounded_ends() -> None:
    line = replace(BOUNDED, weight=100, shape="linear")
    assert of((150_000,), (-50_000,), criteria=(line,)).total.tolist() == [150, -50]


def test_a_threshold_whose_last_step_gives_less_has_that_as_its_best() -> None:
    steps = replace(STEPS, weight=50, steps=((1.0, 10.0), (5.0, 30.0)))
    found = of((1e5, NOT_KNOWN), (0, 5), criteria=(replace(BOUNDED, weight=50), steps))
    assert found.high.tolist() == [100, 30]  # never below the score itself, here 100 pro rata


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_an_infinite_value_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="worth: a value is finite"):
        of((value, 0, 0, 0, 0))


@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_a_profile_beyond_its_scale_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="fit: a profile is a share"):
        of((0, 0, 0, value, 0))


def test_values_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one value for each of 2"):
        score((BOUNDED,), {"worth": np.zeros(3)}, events=np.zeros(2))


def test_bounds_that_are_not_there_yet_are_refused() -> None:
    with pytest.raises(ValueError, match="see with_bounds"):
        of((1,), criteria=(replace(BOUNDED, high="auto"),))


@given(st.sampled_from(ALL), st.floats(-0.5, 1.5))
def test_the_value_a_share_asks_for_earns_it_and_less_does_not(
    criterion: Criterion, wanted: float
) -> None:
    value = float(inverse_share(criterion, wanted))
    if np.isfinite(value):
        less = value - max(1e-6 * abs(value), 1e-6)
        assert share_of(criterion, np.array([value]))[0] >= wanted - 1e-9
        assert share_of(criterion, np.array([less]))[0] < wanted
    else:
        most = share_of(criterion, np.array([1.0 if criterion in (FIT, RATED) else 1e9]))[0]
        assert wanted <= 1e-9 if value < 0 else wanted > most


def test_the_value_of_an_unknown_share_is_unknown() -> None:
    for criterion in ALL:
        assert np.isnan(inverse_share(criterion, np.array([NOT_KNOWN]))).all()


def test_steps_ask_for_the_first_value_that_reaches_them() -> None:
    wanted = np.array([0, 0.1, 4, 4.5, 7, 7.1]) / 7
    assert inverse_share(STEPS, wanted).tolist() == [-np.inf, 1, 1, 3, 3, np.inf]


AUTO = replace(BOUNDED, low="auto", high="auto")


@pytest.mark.parametrize(
    ("values", "bounds"),
    [
        (np.arange(101) * 1000.0, (5000, 95_000)),
        (np.arange(101) * 1234.0, (6200, 120_000)),
        ([0.0] * 97 + [100, 200, 300], (0, 300)),  # more than 95 in 100 are alike
        ([500.0, 500.0], (0, 500)),
        ([0.0, 0.0], (0, 1)),
        ([-50.0], (-50, 0)),
        ([7.0, NOT_KNOWN], (0, 7)),
    ],
)
def test_bounds_come_from_what_is_known(values: Any, bounds: tuple[float, float]) -> None:
    (found,) = with_bounds((AUTO,), {"worth": np.array(values)})
    assert (found.low, found.high) == bounds


@settings(max_examples=200)
@given(
    st.lists(st.one_of(EUROS, st.just(NOT_KNOWN)), min_size=1, max_size=30),
    st.sampled_from([("auto", "auto"), (0.0, "auto"), ("auto", 10.0), (-5e5, "auto")]),
)
def test_bounds_are_always_apart(values: list[float], told: tuple[Any, Any]) -> None:
    (found,) = with_bounds(
        (replace(BOUNDED, low=told[0], high=told[1]),), {"worth": np.array(values)}
    )
    if np.isnan(values).all():
        assert (found.low, found.high) == told
    else:
        assert found.low < found.high
        assert all(
            was in ("auto", now) for was, now in zip(told, (found.low, found.high), strict=True)
        )
        score((found,), {"worth": np.array(values)}, events=np.ones(len(values)))


def test_a_bound_does_not_hang_on_what_arithmetic_left_behind() -> None:
    """Between 1.9 and 2.0 lies 1.95, whatever the order in which it was added up."""
    found = [
        with_bounds((AUTO,), {"worth": np.array([0.0, most])})[0].high
        for most in (1.95 / 0.95, np.nextafter(1.95 / 0.95, 0), np.nextafter(1.95 / 0.95, 9))
    ]
    assert found == [2.0, 2.0, 2.0]


def test_bounds_that_were_told_stay() -> None:
    assert with_bounds(ALL, {}) == ALL


def test_bounds_do_not_follow_the_order_of_customers() -> None:
    values = np.random.default_rng(1).lognormal(8, 2, 999)
    other = np.random.default_rng(2).permutation(values)
    assert with_bounds((AUTO,), {"worth": values}) == with_bounds((AUTO,), {"worth": other})
