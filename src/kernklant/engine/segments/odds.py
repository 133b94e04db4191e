"""How likely each customer is A, becomes A, or costs more than he brings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kernklant.engine.segments.assign import Outlook, chosen_by_rule
from kernklant.engine.segments.policy import Policy
from kernklant.engine.value.chances import ChanceAbove, Measure, cut_for, reach

THRESHOLDS = ("at_least", "break_even")
LEAST = 1e-6  # euros or points: who is worth nothing is never A, whatever the rule
# Of the headroom of a customer who is won any part may come, all as likely (docs/decisions/081).
PARTS_WON = (0.125, 0.375, 0.625, 0.875)


def odds(
    measure: Measure,
    customer: np.ndarray,
    policy: Policy,
    *,
    barred: np.ndarray,
    headroom: np.ndarray,
    chance_above: ChanceAbove,
) -> tuple[Outlook, float]:
    """Chances of n customers to be and to become A, and the cut-off they are the chances of.

    One cut-off, such that as many are expected to reach it as the policy's rule makes A; a
    threshold is its own. ``barred`` (n,) bool can never be A. ``headroom`` (n,) euros of lifetime
    value that a customer could still give us, 0 where not known; the policy says how many of
    those we go after do.
    """
    rules = policy.segments
    wanted = len(chosen_by_rule(measure.now, customer, policy, barred=barred))
    cut = rules.a_value
    if rules.a_rule not in THRESHOLDS:
        cut = cut_for(measure, wanted, chance_above=chance_above, among=~barred)
    cut = max(cut, LEAST)
    if not np.isfinite(cut):
        nobody = np.zeros(len(customer))
        return Outlook(nobody, nobody), cut
    # What brings him to the cut-off may lie beyond all that he is expected to be worth, and still
    # within what he could spend.
    least = reach(replace(measure, most=measure.most + headroom), cut)
    becoming = of_a = np.asarray(chance_above(least))
    if headroom.any():
        grown = sum(chance_above(least - part * headroom) for part in PARTS_WON) / len(PARTS_WON)
        becoming = of_a + policy.potential.won * np.maximum(grown - of_a, 0.0)
    return Outlook(np.where(barred, 0.0, of_a), np.where(barred, 0.0, becoming)), cut


def losing(
    value: np.ndarray,
    margin: np.ndarray,
    *,
    service: np.ndarray,
    orders_12m: np.ndarray,
    months: float,
    chance_above: ChanceAbove,
) -> np.ndarray:
    """P(n,) that a customer buys on within ``months`` and costs more than he brings.

    ``margin`` (n,) is the part of a euro of lifetime value that falls in the coming year,
    ``service`` (n,) a year's cost to serve, NaN where not known: then nothing is said (0). Who
    stays away costs nothing. Where buying leaves no margin, whoever buys again costs.
    """
    known = ~np.isnan(service)
    if not (known & (service > 0)).any():
        return np.zeros(len(value))
    buys_at_all = -np.expm1(-months / 12 * orders_12m)
    pays = np.divide(service, margin, out=np.full(len(value), np.inf), where=margin > 0)
    loses = chance_above(np.zeros(len(value))) - chance_above(np.where(known, pays, 0.0))
    loses = np.where((margin > 0) & (value > 0), loses, buys_at_all)
    return np.where(known & (service > 0), np.maximum(loses, 0.0), 0.0)
