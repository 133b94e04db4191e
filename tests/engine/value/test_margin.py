"""Margin shares: own where much is known, everybody's where little is, assumed where nothing is."""

from __future__ import annotations

import numpy as np
import pytest

from kernklant.engine.value.margin import margins, within_to_between


def test_without_any_cost_the_default_counts_and_is_flagged() -> None:
    left = margins(np.zeros(3), np.zeros(3), orders=np.array([1, 2, 3]), default=0.25)
    assert left.share.tolist() == [0.25, 0.25, 0.25]
    assert left.assumed.all()
    assert left.mean is None


def test_only_customers_without_known_cost_are_flagged() -> None:
    left = margins(
        np.array([100.0, 0.0, 100.0]),
        np.array([70.0, 0.0, 50.0]),
        orders=np.array([1, 1, 4]),
        default=0.3,
    )
    assert left.assumed.tolist() == [False, True, False]
    assert left.share[1] == 0.3
    assert left.mean == pytest.approx(0.4)


def test_who_brought_all_back_has_a_known_cost_and_the_share_of_everybody() -> None:
    left = margins(
        np.array([-50.0, 0.0, 100.0, 100.0]),
        np.array([-20.0, 10.0, 70.0, 50.0]),
        orders=np.array([1, 1, 1, 4]),
        default=0.3,
    )
    assert not left.assumed.any()
    assert left.share[:2].tolist() == pytest.approx([0.4, 0.4])


def test_where_all_was_brought_back_the_default_counts_for_what_is_still_to_come() -> None:
    left = margins(np.array([-50.0]), np.array([-20.0]), orders=np.array([1]), default=0.3)
    assert (left.share.tolist(), left.assumed.tolist(), left.mean) == ([0.3], [False], None)


def test_kappa_is_the_ratio_of_simulated_variances() -> None:
    dice = np.random.default_rng(4)
    counts = dice.integers(1, 30, 20_000).astype(float)
    own = dice.normal(0.3, 0.1, 20_000) + dice.normal(0.0, 0.2, 20_000) / np.sqrt(counts)
    assert within_to_between(own, counts) == pytest.approx(4.0, rel=0.1)


def test_customers_who_do_not_differ_all_get_the_same_share() -> None:
    dice = np.random.default_rng(5)
    orders = dice.integers(1, 20, 5000)
    revenue = np.full(5000, 100.0)
    cost = 100 * (0.7 + dice.normal(0, 0.1, 5000) / np.sqrt(orders))
    left = margins(revenue, cost, orders=orders, default=0.1)
    assert left.share.std() < 0.01
    assert left.share.mean() == pytest.approx(0.3, abs=0.005)


def test_the_more_orders_the_closer_to_the_own_share() -> None:
    dice = np.random.default_rng(6)
    orders = np.concatenate([[1, 40], dice.integers(1, 40, 3000)])
    share = dice.normal(0.3, 0.1, 3002) + dice.normal(0, 0.15, 3002) / np.sqrt(orders)
    share[:2] = 0.6
    revenue = np.full(3002, 1000.0)
    left = margins(revenue, revenue * (1 - share), orders=orders, default=0.1)
    assert 0.3 < left.share[0] < left.share[1] < 0.6


def test_a_wild_booking_is_no_margin() -> None:
    left = margins(np.array([1.0]), np.array([1e9]), orders=np.array([5]), default=0.3)
    assert left.share[0] == -1.0


def test_equal_counts_meet_halfway() -> None:
    assert within_to_between(np.array([0.1, 0.5]), np.array([3.0, 3.0])) == 3.0
    assert within_to_between(np.array([0.2, 0.2]), np.array([3.0, 3.0])) == np.inf
