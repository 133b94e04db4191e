"""How likely a customer is A, becomes A, or costs more than he brings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import lognorm

from kernklant.engine.segments.odds import PARTS_WON, losing, odds
from kernklant.engine.segments.policy import Policy, default_policy
from kernklant.engine.value.chances import Measure

MEAN = np.array([1000.0, 400.0, 100.0, 50.0, 10.0])
NUMBER = np.arange(1, 6)
NOBODY = np.zeros(5, dtype=bool)


def above(euros: np.ndarray) -> np.ndarray:
    return np.where(euros < 0, 1.0, lognorm.sf(euros, 0.5, scale=MEAN))


def policy(**segments: object) -> Policy:
    base = default_policy()
    asked = {"segment_on": "clv", "a_rule": "top_share", "a_value": 0.4, **segments}
    return replace(base, segments=replace(base.segments, **asked))


def asked(
    rules: Policy, *, barred: np.ndarray = NOBODY, headroom: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, float]:
    measure = Measure(MEAN, lambda value, rows: value, np.empty((0, 5)), MEAN * 50)
    none = np.zeros(5) if headroom is None else headroom
    found, cut = odds(
        measure, NUMBER, rules, barred=barred, headroom=none, chance_above=above
    )  # fmt: skip
    return found.of_a, found.becoming_a, cut


def test_as_many_are_expected_above_the_cut_off_as_the_rule_makes_a() -> None:
    of_a, becoming, cut = asked(policy())
    assert of_a.sum() == pytest.approx(2.0, abs=2e-3)
    assert of_a == pytest.approx(above(np.full(5, cut)))
    assert (becoming == of_a).all()


def test_a_threshold_is_its_own_cut_off() -> None:
    of_a, _becoming, cut = asked(policy(a_rule="at_least", a_value=100.0))
    assert cut == 100.0
    assert of_a == pytest.approx(above(np.full(5, 100.0)))


def test_who_is_barred_has_no_chance_and_leaves_room() -> None:
    barred = np.array([True, False, False, False, False])
    of_a, becoming, _cut = asked(policy(), barred=barred)
    assert (of_a[0], becoming[0]) == (0.0, 0.0)
    assert of_a.sum() == pytest.approx(2.0, abs=2e-3)


def test_headroom_brings_nearer_by_the_parts_that_may_be_won() -> None:
    headroom = np.array([0.0, 0.0, 300.0, 0.0, 0.0])
    of_a, becoming, cut = asked(policy(), headroom=headroom)
    won = default_policy().potential.won
    grown = np.mean([above(cut - part * headroom)[2] for part in PARTS_WON])
    assert becoming[2] == pytest.approx(of_a[2] + won * (grown - of_a[2]))
    assert becoming[2] > of_a[2]
    assert np.delete(becoming, 2).tolist() == np.delete(of_a, 2).tolist()


def test_where_nobody_is_a_nobody_has_a_chance() -> None:
    of_a, becoming, cut = asked(policy(a_value=0.0))
    assert np.isinf(cut)
    assert not of_a.any()
    assert not becoming.any()


def loss(**changed: float) -> float:
    """The chance of the first customer to cost more than he brings, if this is so."""
    said = {"value": 1000.0, "margin": 0.5, "service": 200.0, "orders": 12.0, "months": 24.0}
    said |= changed
    found = losing(
        np.full(5, said["value"]),
        np.full(5, said["margin"]),
        service=np.full(5, said["service"]),
        orders_12m=np.full(5, said["orders"]),
        months=said["months"],
        chance_above=above,
    )
    return float(found[0])


def test_he_loses_when_what_is_left_of_his_value_does_not_pay_the_service() -> None:
    assert loss() == pytest.approx(lognorm.cdf(400, 0.5, scale=1000))


def test_without_margin_whoever_buys_again_costs() -> None:
    assert loss(margin=0.0, orders=0.5) == pytest.approx(1 - np.exp(-1))


@pytest.mark.parametrize("service", [0.0, np.nan])
def test_without_known_service_nothing_is_said(service: float) -> None:
    assert loss(service=service) == 0.0


@pytest.mark.parametrize(("less", "more"), [(100.0, 300.0), (300.0, 900.0)])
def test_dearer_service_is_never_less_likely_to_cost(less: float, more: float) -> None:
    assert loss(service=less) < loss(service=more)


def test_what_he_could_spend_may_bring_him_beyond_all_he_is_worth() -> None:
    """Nobody expects 10,000 of a small customer, but his headroom alone is twice that."""
    headroom = np.array([0.0, 0.0, 0.0, 0.0, 20_000.0])
    rules = policy(a_rule="at_least", a_value=10_000.0)
    of_a, becoming, _cut = asked(rules, headroom=headroom)
    assert of_a[4] == pytest.approx(0.0, abs=1e-9)
    won = sum(part * 20_000 >= 10_000 for part in PARTS_WON) / len(PARTS_WON)
    assert becoming[4] == pytest.approx(rules.potential.won * won, abs=1e-3)


def test_who_is_worth_nothing_for_certain_has_no_chance() -> None:
    """One A is wanted and half expected: the rest is not made up by those who have no value."""
    now = np.array([1000.0, 0.0, 0.0, -5.0, -50.0])
    measure = Measure(
        now,
        lambda value, rows: np.where(rows == 0, value, now[rows]),
        np.empty((0, 5)),
        np.array([5000.0, 0, 0, 0, 0]),
    )
    found, cut = odds(
        measure,
        NUMBER,
        policy(a_rule="top_customers", a_value=1),
        barred=NOBODY,
        headroom=np.zeros(5),
        chance_above=lambda euros: np.where(euros < 0, 1.0, 0.5 * (euros < 5000)),
    )
    assert found.of_a.tolist() == [0.5, 0, 0, 0, 0]
    assert 0 < cut < 1
