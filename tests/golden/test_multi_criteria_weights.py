"""Barron & Barrett (1996), Rezaei (2016) and Saaty (1980): weights as printed there."""

from __future__ import annotations

import numpy as np
import pytest

from kernklant.engine.value.weights import best_worst, rank_order, rank_sum, swing


@pytest.mark.parametrize(
    ("n", "printed"),
    [
        (3, [0.6111, 0.2778, 0.1111]),
        (4, [0.5208, 0.2708, 0.1458, 0.0625]),
        (5, [0.4567, 0.2567, 0.1567, 0.0900, 0.0400]),
        (6, [0.4083, 0.2417, 0.1583, 0.1028, 0.0611, 0.0278]),
    ],
)
def test_the_centre_of_an_order_is_as_printed(n: int, printed: list[float]) -> None:
    assert rank_order(n) == pytest.approx(printed, abs=5e-5)


def test_rank_sums_fall_in_equal_steps() -> None:
    assert rank_sum(4) == pytest.approx([0.4, 0.3, 0.2, 0.1])


def test_swings_are_in_proportion() -> None:
    assert swing([100, 60, 30, 10]) == pytest.approx([0.5, 0.3, 0.15, 0.05])


def test_best_and_worst_that_agree_leave_no_doubt() -> None:
    found = best_worst((1, 2, 4), (4, 2, 1))
    assert found.weights == pytest.approx([0.5714, 0.2857, 0.1429], abs=5e-5)
    assert found.xi == pytest.approx(0, abs=1e-12)
    assert found.consistency == 0


def test_best_and_worst_of_five_are_as_printed() -> None:
    found = best_worst((2, 1, 4, 3, 8), (4, 8, 2, 3, 1))
    assert found.weights == pytest.approx([0.2295, 0.4481, 0.1148, 0.1530, 0.0546], abs=5e-5)
    assert found.xi == pytest.approx(0.0109, abs=5e-5)
    assert found.consistency == pytest.approx(0.0179, abs=5e-5)


def test_a_linear_programme_is_no_worse_than_any_other_weights() -> None:
    """xi is the least largest difference: nothing near the answer does better."""
    best, worst = np.array((2, 1, 4, 3, 8)), np.array((4, 8, 2, 3, 1))
    found = best_worst(tuple(best), tuple(worst))

    def farthest(w: np.ndarray) -> float:
        return float(max(np.abs(w[1] - best * w).max(), np.abs(w - worst * w[4]).max()))

    rng = np.random.default_rng(0)
    near = found.weights + 0.01 * rng.standard_normal((500, 5))
    near = np.abs(near) / np.abs(near).sum(axis=1, keepdims=True)
    assert farthest(found.weights) == pytest.approx(found.xi, abs=1e-12)
    assert all(farthest(w) >= found.xi - 1e-12 for w in near)
