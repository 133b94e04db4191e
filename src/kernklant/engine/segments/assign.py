"""Who is A: a first, provisional division by lifetime value under the policy's rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernklant.engine.errors import PolicyInvalid, Text
from kernklant.engine.segments.policy import Policy
from kernklant.engine.segments.wording import counted, figure, percent

MEASURES = {
    "clv": Text("klantwaarde", "lifetime value"),
    "score": Text("score", "score"),
    "contribution_12m": Text("bijdrage van 12 maanden", "contribution of 12 months"),
}


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

    Only customers with a positive, known value can be A, and ``top_share`` is a share of those;
    ``cumulative_share`` is a share of their value together. An insolvent customer is never A
    where the policy vetoes it: the next one takes his place. Ties go by customer number, the
    older customer first. Refuses (PolicyInvalid) ``break_even``, which needs programmes with a
    cost, and ``at_least`` unless it is told in euros of lifetime value.
    """
    counts = np.isfinite(clv) & (clv > 0)
    order = np.lexsort((customer, -np.where(counts, clv, 0.0)))[: int(counts.sum())]
    if "insolvent" in policy.segments.never_a:
        order = order[~insolvent[order]]
    chosen = order[: _how_many(clv[order], policy, among=int(counts.sum()))]
    segment = np.full(len(clv), "C")
    segment[chosen] = "A"
    cut = float(clv[chosen[-1]]) if len(chosen) else float("inf")
    return Division(segment, cut, rule_in_words(policy, on="clv"))


def _how_many(descending: np.ndarray, policy: Policy, *, among: int) -> int:
    """How many of the customers, highest value first, are A."""
    rule, value = policy.segments.a_rule, policy.segments.a_value
    if rule == "top_customers":
        return int(value)
    if rule == "top_share":
        return int(np.ceil(round(value * among, 9)))
    if rule == "cumulative_share":
        return _carrying(descending, value)
    if rule == "at_least" and policy.segments.segment_on == "clv":
        return int((descending >= value).sum())
    raise _too_early(rule, policy.segments.segment_on)


def _carrying(descending: np.ndarray, share: float) -> int:
    """The fewest customers who together carry the share of the value."""
    if share == 0 or len(descending) == 0:
        return 0
    running = np.cumsum(descending)
    # A hair less, for the last sum of many floats is not exactly the whole.
    return int(np.searchsorted(running, share * running[-1] * (1 - 1e-12))) + 1


def _too_early(rule: str, on: str) -> PolicyInvalid:
    if rule == "break_even":
        return PolicyInvalid(
            Text(
                "De A-grens break_even kan nog niet: er zijn nog geen programma's met kosten.",
                "The A rule break_even cannot be used yet: there are no programmes with a cost.",
            ),
            Text(
                "Kies zolang top_share, top_customers of cumulative_share.",
                "Until then choose top_share, top_customers or cumulative_share.",
            ),
        )
    return PolicyInvalid(
        Text(
            f"De A-grens at_least op {MEASURES[on].nl} kan nog niet: de verdeling gaat voorlopig "
            "op klantwaarde.",
            f"The A rule at_least on {MEASURES[on].en} cannot be used yet: the division goes by "
            "lifetime value for now.",
        ),
        Text(
            'Zet segment_on = "clv" en at_least in euro\'s, of kies top_share of top_customers.',
            'Set segment_on = "clv" and at_least in euros, or choose top_share or top_customers.',
        ),
    )


def rule_in_words(policy: Policy, *, on: str) -> Text:
    """The A rule as one sentence, measured on lifetime value, score or contribution."""
    rule, value, measure = policy.segments.a_rule, policy.segments.a_value, MEASURES[on]
    share, threshold = percent(value), _threshold(value, on)
    people = counted(value, one=Text("klant", "customer"), more=Text("klanten", "customers"))
    words = {
        "top_share": Text(
            f"A: de {share.nl} van de klanten met de hoogste {measure.nl}",
            f"A: the {share.en} of customers with the highest {measure.en}",
        ),
        "top_customers": Text(
            f"A: de {people.nl} met de hoogste {measure.nl}",
            f"A: the {people.en} with the highest {measure.en}",
        ),
        "cumulative_share": Text(
            f"A: de klanten die samen {share.nl} van de {measure.nl} dragen",
            f"A: the customers who together carry {share.en} of the {measure.en}",
        ),
        "at_least": Text(
            f"A: klanten met een {measure.nl} vanaf {threshold.nl}",
            f"A: customers with a {measure.en} of at least {threshold.en}",
        ),
        "break_even": Text(
            "A: klanten bij wie het A-programma zich terugbetaalt",
            "A: customers for whom the A programme pays for itself",
        ),
    }[rule]
    if "insolvent" in policy.segments.never_a:
        return Text(f"{words.nl}, nooit bij faillissement.", f"{words.en}, never when insolvent.")
    return Text(f"{words.nl}.", f"{words.en}.")


def _threshold(value: float, on: str) -> Text:
    if on == "score":
        return counted(value, one=Text("punt", "point"), more=Text("punten", "points"))
    return Text(f"€ {figure(value).nl}", f"€{figure(value).en}")
