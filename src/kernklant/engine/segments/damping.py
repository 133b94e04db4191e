"""Against flip-flop: a customer moves only when his present segment has become unlikely."""

from __future__ import annotations

import numpy as np

from kernklant.engine.segments.policy import Policy

TOSS_UP = 0.5  # the chance of B of a customer exactly at the bound between B and C


def damp(
    by_rule: np.ndarray,
    policy: Policy,
    *,
    before: np.ndarray,
    months: np.ndarray,
    of_a: np.ndarray,
    becoming_a: np.ndarray,
) -> np.ndarray:
    """The segment (n,) after damping; ``before`` "" of a new customer, who goes by the rules.

    A customer moves at once when the chance of his present segment is below the policy's
    ``at_once_below``; below ``move_if_chance_of_current_below`` he moves after the minimum stay;
    else he stays. Source: the rule "P(current) < .4" simulated in docs/algorithms/segments.md.
    """
    rules, chance = policy.hysteresis, chance_of_current(before, policy, of_a, becoming_a)
    stayed = months >= rules.minimum_stay_months
    goes = (chance < rules.at_once_below) | ((chance < rules.move_below) & stayed)
    return np.where((before == "") | goes, by_rule, before)


def chance_of_current(
    before: np.ndarray, policy: Policy, of_a: np.ndarray, becoming_a: np.ndarray
) -> np.ndarray:
    """How likely (n,) each customer's present segment still is.

    Of A the chance of being A. Between B and C the rule is a bound on a chance, which itself has
    no spread: at the bound both are as likely, from nought B is nothing, from twice the bound C.
    """
    bound = max(policy.segments.b_chance, 1e-9)
    of_b = np.clip(TOSS_UP * becoming_a / bound, 0.0, 1.0)
    rest = 1 - of_a
    return np.where(before == "A", of_a, rest * np.where(before == "B", of_b, 1 - of_b))
