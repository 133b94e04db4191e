"""The chance to reach a cut-off, against plain draws and by its properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import lognorm

from kernklant.engine.value.chances import Measure, chance_of, cut_for, reach

SPREAD = 0.8


def exponential(mean: np.ndarray) -> Measure:
    """Divided on twice the value plus one, so that something must be turned back."""
    return Measure(
        now=2 * mean + 1,
        turned=lambda value, rows: np.minimum(2 * value + 1, 1e6),
        knots=np.full((1, len(mean)), 0.5e6),
        most=lognorm.isf(1e-6, SPREAD, scale=mean),
    )


def above(mean: np.ndarray):
    return lambda euros: np.where(euros < 0, 1.0, lognorm.sf(euros, SPREAD, scale=mean))


def test_the_reach_of_a_cut_off_is_where_the_measure_gets_there() -> None:
    measure = exponential(np.array([10.0, 100.0, 1000.0]))
    assert reach(measure, 201.0) == pytest.approx([100.0, 100.0, 100.0], rel=1e-9)
    assert reach(measure, 1.0).tolist() == [-1.0, -1.0, -1.0]
    assert reach(measure, 2e6).tolist() == [np.inf, np.inf, np.inf]


def test_chances_are_those_of_a_hundred_thousand_draws() -> None:
    mean = np.array([10.0, 60.0, 100.0, 400.0])
    draws = lognorm.rvs(SPREAD, scale=mean, size=(100_000, 4), random_state=1)
    said = chance_of(exponential(mean), 201.0, chance_above=above(mean))
    assert said == pytest.approx((2 * draws + 1 >= 201).mean(axis=0), abs=0.01)


@given(means=st.lists(st.floats(1, 1e4), min_size=1, max_size=30), share=st.floats(0.05, 0.95))
def test_the_cut_off_gives_the_number_that_is_asked(means: list[float], share: float) -> None:
    mean = np.array(means)
    wanted = share * len(mean)
    among = np.ones(len(mean), dtype=bool)
    cut = cut_for(exponential(mean), wanted, chance_above=above(mean), among=among)
    said = chance_of(exponential(mean), cut, chance_above=above(mean))
    assert said.sum() == pytest.approx(wanted, abs=2e-3)


def test_only_those_among_whom_is_chosen_count() -> None:
    mean = np.array([50.0, 1e5])
    among = np.array([True, False])
    cut = cut_for(exponential(mean), 0.5, chance_above=above(mean), among=among)
    assert cut == pytest.approx(101.0, rel=1e-2)


def test_nobody_wanted_is_an_infinite_cut_off() -> None:
    mean = np.array([50.0])
    nobody = cut_for(exponential(mean), 0, chance_above=above(mean), among=np.ones(1, dtype=bool))
    assert nobody == np.inf


def test_without_doubt_the_cut_off_is_the_last_who_fits() -> None:
    now = np.array([1.0, 2.0, 3.0, 4.0])
    fixed = Measure(now, lambda value, rows: now[rows], np.empty((0, 4)), np.ones(4))
    cut = cut_for(fixed, 2, chance_above=lambda e: (e < 0) * 1.0, among=np.ones(4, dtype=bool))
    assert (now >= cut).sum() == 2


def test_a_jump_that_rounding_puts_beyond_its_knot_is_found_there() -> None:
    """At 0.1 + 0.2 a third is not 0.3: the jump is seen only just beyond its knot."""
    jump = 500 / 0.7
    assert 0.7 * np.nextafter(jump, 0) < 500  # the last bit decides on which side of it the jump is

    def turned(value: np.ndarray, rows: np.ndarray) -> np.ndarray:
        return 9.0 * (value > jump) + value / 1e4

    measure = Measure(np.zeros(1), turned, np.array([[jump]]), np.array([1e5]))
    assert reach(measure, 5.0) == pytest.approx([jump], rel=1e-9)
    assert reach(measure, 10.0) == pytest.approx([1e4], rel=1e-9)


def test_at_a_jump_the_cut_off_is_near_it() -> None:
    """Two stand surely at three: who asks for one gets both, and the cut-off is where they are."""
    mean = np.array([50.0, 60.0, 70.0])

    def turned(value: np.ndarray, rows: np.ndarray) -> np.ndarray:
        return np.where(rows < 2, 3.0, value / 1e4)

    measure = Measure(np.array([3.0, 3.0, 0.007]), turned, np.empty((0, 3)), np.full(3, 1e4))
    among = np.ones(3, dtype=bool)
    cut = cut_for(measure, 1, chance_above=above(mean), among=among)
    assert cut == pytest.approx(3.0, rel=1e-9)
