"""Weights: whole points make 100, an order is kept, answers that cannot be are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernklant.engine.errors import UserError
from kernklant.engine.value.weights import (
    best_worst,
    rank_order,
    rank_sum,
    swing,
    whole_points,
)

SOME = st.lists(st.floats(0, 1e6), min_size=1, max_size=12).filter(lambda w: sum(w) > 1e-3)


@given(SOME)
def test_whole_points_make_a_hundred_and_are_off_by_less_than_one(weights: list[float]) -> None:
    points = whole_points(weights)
    assert points.sum() == 100
    assert points.dtype == np.int64
    assert np.all(np.abs(points - 100 * np.array(weights) / sum(weights)) < 1 + 1e-6)


@given(SOME)
def test_who_weighs_more_never_gets_fewer_points(weights: list[float]) -> None:
    points = whole_points(weights)[np.argsort(weights, kind="stable")]
    kept = np.sort(np.array(weights))
    apart = np.diff(kept) > 1e-6 * sum(weights)
    assert np.all(np.diff(points)[apart] >= 0)


def test_equal_weights_share_with_the_first_ahead() -> None:
    assert whole_points([1, 1, 1]).tolist() == [34, 33, 33]


def test_no_weights_make_no_points() -> None:
    assert whole_points([]).tolist() == []


@pytest.mark.parametrize("weights", [[-1, 2], [0, 0], [np.nan, 1], [np.inf, 1]])
def test_weights_that_are_none_make_no_points(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weights"):
        whole_points(weights)


@pytest.mark.parametrize("rule", [rank_sum, rank_order])
@pytest.mark.parametrize("n", [1, 2, 7, 20])
def test_an_order_gives_falling_weights_that_make_one(
    rule: Callable[[int], np.ndarray], n: int
) -> None:
    weights = rule(n)
    assert weights.sum() == pytest.approx(1)
    assert np.all(np.diff(weights) < 0)
    assert weights[-1] > 0


@pytest.mark.parametrize("rule", [rank_sum, rank_order])
def test_an_order_of_nothing_has_no_weights(rule: Callable[[int], np.ndarray]) -> None:
    with pytest.raises(ValueError, match="one criterion"):
        rule(0)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=6))
def test_answers_that_follow_from_weights_give_them_back(times: list[int]) -> None:
    """Who holds each criterion against the worst as w says, and the best alike, is consistent."""
    weights = np.array([1, *times, 9], dtype=float)
    asked = [w for w in weights if 9 % w == 0]
    found = best_worst([9 / w for w in asked], asked)
    assert found.weights == pytest.approx(np.array(asked) / sum(asked), abs=1e-9)
    assert found.consistency == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    "answers",
    [
        ((), ()),
        ((1, 2), (2,)),
        ((2, 3), (3, 1)),
        ((1, 2), (2, 3)),
        ((1, 10), (10, 1)),
        ((1, 0.5), (1, 2)),
    ],
)
def test_answers_without_a_best_or_a_worst_are_refused(answers: Any) -> None:
    with pytest.raises(UserError, match="do not fit") as refused:
        best_worst(*answers)
    assert "1 keer zichzelf" in refused.value.to("nl")


def test_one_criterion_has_all_the_weight() -> None:
    assert best_worst([1], [1]).weights.tolist() == [1]


def test_criteria_that_all_matter_alike_agree() -> None:
    found = best_worst([1, 1, 1], [1, 1, 1])
    assert found.weights == pytest.approx([1 / 3] * 3)
    assert found.consistency == 0


def test_answers_at_odds_with_each_other_are_told() -> None:
    assert best_worst([1, 9, 9], [9, 9, 1]).consistency == 1


@pytest.mark.parametrize("points", [[], [0, 0], [-1, 5], [np.nan, 5]])
def test_swings_without_points_are_refused(points: list[float]) -> None:
    with pytest.raises(UserError, match="no weights"):
        swing(points)


def test_a_best_that_is_the_worst_leaves_no_room_for_others() -> None:
    assert best_worst([1, 1, 3], [1, 1, 2]).consistency == 1.0
    assert best_worst([1, 1], [1, 1]).consistency == 0.0
