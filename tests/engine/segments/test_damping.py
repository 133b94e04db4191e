"""Damping: fewer moves than re-ranking, and closer to the truth all the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr

from kernklant.engine.segments.damping import chance_of_current, damp
from kernklant.engine.segments.policy import default_policy

POLICY = default_policy()
CUSTOMERS, QUARTERS, WARM = 5_000, 24, 8
KEEPS, NOISE = 0.97, 0.5
SHARES = (0.15, 0.45)  # A, and A with B


def letters(value: np.ndarray) -> np.ndarray:
    """By rank: the top is A, the next B."""
    a, b = (np.quantile(value, 1 - share) for share in SHARES)
    return np.where(value >= a, "A", np.where(value >= b, "B", "C"))


def damped(by_rule: str, before: str, *, a: float, b: float, months: float = 99) -> str:
    answer = damp(
        np.array([by_rule]),
        POLICY,
        before=np.array([before]),
        months=np.array([months]),
        of_a=np.array([a]),
        becoming_a=np.array([b]),
    )
    return str(answer[0])


@pytest.mark.parametrize(
    ("before", "by_rule", "a", "months", "expected"),
    [
        ("", "A", 0.1, 0, "A"),
        ("A", "C", 0.41, 99, "A"),
        ("A", "C", 0.39, 99, "C"),
        ("A", "C", 0.39, 5, "A"),
        ("A", "C", 0.19, 0, "C"),
        ("C", "A", 0.59, 99, "C"),
        ("C", "A", 0.61, 99, "A"),
        ("C", "A", 0.81, 0, "A"),
    ],
)
def test_a_customer_moves_when_his_segment_has_become_unlikely(
    before: str, by_rule: str, a: float, months: float, expected: str
) -> None:
    assert damped(by_rule, before, a=a, b=0.0, months=months) == expected


def test_at_the_bound_between_b_and_c_both_are_as_likely() -> None:
    bound = np.array([POLICY.segments.b_chance])
    for before in ("B", "C"):
        assert chance_of_current(np.array([before]), POLICY, np.zeros(1), bound)[0] == 0.5


def test_damping_moves_a_third_as_often_as_re_ranking_and_agrees_better() -> None:
    """The simulation of Kernklant's science note, section 5.4, with values seen through noise."""
    rng = np.random.default_rng(1)
    policy = replace(POLICY, hysteresis=replace(POLICY.hysteresis, minimum_stay_months=0))
    truth = rng.standard_normal(CUSTOMERS)
    mean, variance = np.zeros(CUSTOMERS), 1.0
    before, naive_before = np.full(CUSTOMERS, ""), np.full(CUSTOMERS, "")
    moves, naive_moves, right, naive_right = [], [], [], []
    for quarter in range(QUARTERS):
        truth = KEEPS * truth + np.sqrt(1 - KEEPS**2) * rng.standard_normal(CUSTOMERS)
        seen = truth + NOISE * rng.standard_normal(CUSTOMERS)
        mean, variance = KEEPS * mean, KEEPS**2 * variance + 1 - KEEPS**2
        gain = variance / (variance + NOISE**2)
        mean, variance = mean + gain * (seen - mean), (1 - gain) * variance
        cuts = np.quantile(truth, [1 - share for share in SHARES])
        of_a, of_b = (ndtr((mean - cut) / np.sqrt(variance)) for cut in cuts)
        given_not_a = (of_b - of_a) / np.maximum(1 - of_a, 1e-12)
        now = damp(
            letters(mean),
            policy,
            before=before,
            months=np.full(CUSTOMERS, 99.0),
            of_a=of_a,
            becoming_a=2 * policy.segments.b_chance * given_not_a,
        )
        naive, real = letters(seen), letters(truth)
        if quarter >= WARM:
            moves.append((now != before).mean())
            naive_moves.append((naive != naive_before).mean())
            right.append((now == real).mean())
            naive_right.append((naive == real).mean())
        before, naive_before = now, naive
    assert np.mean(moves) <= np.mean(naive_moves) / 3
    assert np.mean(right) > np.mean(naive_right) + 0.03
