"""What customers are divided on, as it may turn out."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernklant.engine.value.chances import Measure, reach
from kernklant.engine.value.criteria import Criterion
from kernklant.engine.value.measure import Turning, plain_measure, score_measure
from kernklant.engine.value.score import score

CLV = np.array([100.0, 400.0, 0.0, 2000.0])
TURNING = Turning(
    revenue=np.array([2.0, 1.0, np.nan, 0.5]),
    margin=np.array([0.6, 0.3, np.nan, 0.1]),
    service=np.array([10.0, 50.0, 20.0, 0.0]),
    upkeep=np.array([25.0, 120.0, 40.0, 0.0]),
)
MOST = np.full(4, 50_000.0)
ROWS = np.arange(4)
BOUNDED = {"shape": "bounded", "low": 0.0, "high": 1000.0}
CRITERIA = (
    Criterion("worth", source="clv", weight=50, **BOUNDED),
    Criterion(
        "brings",
        source="contribution_12m",
        weight=30,
        shape="threshold",
        steps=((0.0, 5.0), (100.0, 30.0)),
    ),
    Criterion("suits", source="profile", weight=20),
)
VALUES = {
    "worth": CLV - TURNING.upkeep,
    "brings": np.array([50.0, 70.0, -20.0, 200.0]),
    "suits": np.array([0.5, np.nan, 1.0, 0.0]),
}


def of_score(**changed: Any) -> Measure:
    scored = score(CRITERIA, VALUES, events=np.full(4, 9.0))
    asked: dict[str, Any] = {"values": VALUES, "turning": TURNING, "most": MOST, **changed}
    return score_measure(CRITERIA, scored, **asked)


def by_hand(measure: Measure, worth: np.ndarray) -> np.ndarray:
    """The score itself, if lifetime values turn out so."""
    became = {**VALUES, "worth": TURNING.of("clv", worth, ROWS)}
    brings = TURNING.of("contribution_12m", worth, ROWS)
    became["brings"] = np.where(np.isnan(brings), VALUES["brings"], brings)
    return score(CRITERIA, became, events=np.full(4, 9.0)).exact


@given(st.lists(st.floats(0, 40_000), min_size=4, max_size=4))
def test_the_score_turns_with_the_lifetime_value(values: list[float]) -> None:
    worth, measure = np.array(values), of_score()
    assert measure.turned(worth, ROWS) == pytest.approx(by_hand(measure, worth), abs=1e-6)


@given(st.lists(st.floats(0, 40_000), min_size=4, max_size=4), st.floats(0, 10_000))
def test_a_measure_never_falls_as_a_value_turns_out_higher(
    values: list[float], more: float
) -> None:
    worth, measure = np.array(values), of_score()
    assert (measure.turned(worth + more, ROWS) >= measure.turned(worth, ROWS) - 1e-9).all()


def test_some_rows_turn_as_in_the_whole() -> None:
    measure, worth = of_score(), np.array([10.0, 900.0, 3.0, 77.0])
    some = np.array([3, 1])
    assert measure.turned(worth[some], some).tolist() == measure.turned(worth, ROWS)[some].tolist()


def test_it_bends_at_its_knots_and_nowhere_else() -> None:
    measure = of_score()
    assert measure.knots.shape == (4, 4)
    for row in ROWS:
        knots = measure.knots[:, row]
        ends = np.unique(np.clip([0.0, *knots[~np.isnan(knots)], 50_000.0], 0.0, 50_000.0))
        for low, high in itertools.pairwise(ends):
            inside = np.linspace(low, high, 5)[1:-1]
            found = measure.turned(inside, np.full(3, row))
            assert found[0] - 2 * found[1] + found[2] == pytest.approx(0.0, abs=1e-7)


def test_the_least_value_that_reaches_a_score_reaches_it_and_less_does_not() -> None:
    measure = of_score()
    for cut in (5.0, 20.0, 35.0, 60.0, 80.0):
        least = reach(measure, cut)
        there = np.isfinite(least) & (least > 0)
        at = np.where(there, least, 0.0)
        assert (measure.turned(at, ROWS)[there] >= cut - 1e-6).all()
        assert (measure.turned(at * (1 - 1e-6) - 1e-6, ROWS)[there] < cut).all()
        assert (measure.turned(MOST, ROWS)[np.isinf(least)] < cut).all()


def test_what_cannot_turn_stays_as_it_stands() -> None:
    now = np.array([50.0, 70.0, -20.0, np.nan])
    measure = plain_measure("contribution_12m", now, TURNING, most=MOST)
    assert measure.turned(np.full(4, 100.0), ROWS).tolist() == [50.0, -20.0, -20.0, 10.0]
    without = replace(TURNING, margin=np.full(4, np.nan))
    nothing = plain_measure("contribution_12m", now, without, most=MOST)
    assert nothing.turned(np.full(4, 100.0), ROWS).tolist() == [50.0, 70.0, -20.0, -np.inf]
