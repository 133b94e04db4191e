"""Who is A: a first, provisional division by lifetime value under the policy's rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernklant.engine.errors import PolicyInvalid, Text
from kernklant.engine.segments.policy import Policy


@dataclass(frozen=True, slots=True)
class Division:
    """The segment of each customer ("A" or "C"), the value of the last A, the rule in words.

    ``cut`` is infinite when nobody is A. ``provisional``: B, exit and the score come later.
    """

    segment: np.ndarray
    cut: float
    rule: Text
    provisional: bool = True


def divide(
    clv: np.ndarray, customer: np.ndarray, policy: Policy, *, insolvent: np.ndarray
) -> Division:
    """Divide n customers by lifetime value (euros, NaN = not known) under the policy's A rule.

    Only customers with a positive, known value count, so a share is a share of those. An
    insolvent customer is never A where the policy vetoes it. Ties go by customer number, the
    older customer first. Refuses ``break_even``, which needs programmes with a cost.
    """
    counts = np.isfinite(clv) & (clv > 0)
    order = np.lexsort((customer, -np.where(counts, clv, 0.0)))[: int(counts.sum())]
    if "insolvent" in policy.segments.never_a:
        order = order[~insolvent[order]]
    chosen = order[: _how_many(clv[order], policy, among=int(counts.sum()))]
    segment = np.full(len(clv), "C")
    segment[chosen] = "A"
    cut = float(clv[chosen[-1]]) if len(chosen) else float("inf")
    return Division(segment, cut, rule_in_words(policy))


def _how_many(descending: np.ndarray, policy: Policy, *, among: int) -> int:
    """How many of the customers, highest value first, are A."""
    rule, value = policy.segments.a_rule, policy.segments.a_value
    if rule == "top_customers":
        return int(value)
    if rule == "top_share":
        return int(np.ceil(round(value * among, 9)))
    if rule == "at_least":
        return int((descending >= value).sum())
    if rule == "cumulative_share":
        running = np.cumsum(descending)
        whole = running[-1] if len(running) else 0.0
        return int(np.searchsorted(running, value * whole * (1 - 1e-12))) + 1 if whole else 0
    raise PolicyInvalid(
        Text(
            "De A-grens break_even kan nog niet: er zijn nog geen programma's met kosten.",
            "The A rule break_even cannot be used yet: there are no programmes with a cost.",
        ),
        Text(
            "Kies zolang top_share, top_customers, cumulative_share of at_least.",
            "Until then choose top_share, top_customers, cumulative_share or at_least.",
        ),
    )


def rule_in_words(policy: Policy) -> Text:
    """The A rule as one sentence."""
    rule, value = policy.segments.a_rule, policy.segments.a_value
    percentage = f"{value * 100:g}"
    words = {
        "top_share": Text(
            f"A: de {percentage} % klanten met de hoogste klantwaarde",
            f"A: the {percentage} % of customers with the highest lifetime value",
        ),
        "top_customers": Text(
            f"A: de {value:g} klanten met de hoogste klantwaarde",
            f"A: the {value:g} customers with the highest lifetime value",
        ),
        "cumulative_share": Text(
            f"A: de klanten die samen {percentage} % van de klantwaarde dragen",
            f"A: the customers who together carry {percentage} % of the lifetime value",
        ),
        "at_least": Text(
            f"A: klanten met een klantwaarde vanaf € {value:g}",
            f"A: customers with a lifetime value of at least € {value:g}",
        ),
        "break_even": Text(
            "A: klanten bij wie het A-programma zich terugbetaalt",
            "A: customers for whom the A programme pays for itself",
        ),
    }[rule]
    if "insolvent" in policy.segments.never_a:
        return Text(f"{words.nl}, nooit bij faillissement", f"{words.en}, never when insolvent")
    return words
