"""From the values of criteria to a score, and to what the policy divides on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kernklant.engine.evaluation.knowing import Known
from kernklant.engine.segments.policy import Policy
from kernklant.engine.segments.units import ADDS_UP, Units
from kernklant.engine.units import euros
from kernklant.engine.value.chances import Measure
from kernklant.engine.value.criteria import Criterion
from kernklant.engine.value.measure import Turning, plain_measure, score_measure
from kernklant.engine.value.score import Score, score, with_bounds


@dataclass(frozen=True, slots=True)
class Weighed:
    """The ``criteria`` with the bounds that were used, their ``values`` (u,) by name of u units,
    the ``score`` of them, and the ``measure`` that the policy divides on."""

    criteria: tuple[Criterion, ...]
    values: Mapping[str, np.ndarray]
    score: Score
    measure: Measure


def weigh(known: Known, values: Mapping[str, np.ndarray], policy: Policy, each: Units) -> Weighed:
    """Score the units that customers are divided as; ``values`` (n,) by criterion."""
    values = {
        criterion.name: _together(criterion, values[criterion.name], each, known)
        for criterion in policy.criteria
    }
    criteria = with_bounds(policy.criteria, values)
    scored = score(criteria, values, events=_events(known, each))
    most = each.of_largest(known.worth.highest()) * each.times
    turning, on = turning_of(known, each), policy.segments.segment_on
    if on == "score":
        measure = score_measure(criteria, scored, values=values, turning=turning, most=most)
    else:
        measure = _in_euros(known, each, on, turning=turning, most=most)
    return Weighed(criteria, values, scored, measure)


def _together(criterion: Criterion, value: np.ndarray, each: Units, known: Known) -> np.ndarray:
    """A criterion of each unit: what adds up is added, the rest is averaged by revenue."""
    if criterion.source in ADDS_UP:
        return each.total(value)
    return each.mean(value, euros(known.past.table["revenue_12m"]))


def _events(known: Known, each: Units) -> np.ndarray:
    return each.total(known.past.table["orders"].to_numpy().astype(np.float64))


def turning_of(known: Known, each: Units) -> Turning:
    """How the coming year goes with the lifetime value; see Turning."""
    table = known.worth.table
    clv = each.total(table["clv"].to_numpy())
    orders = table["expected_orders_12m"].to_numpy()
    revenue = orders * np.nan_to_num(table["expected_spend"].to_numpy())
    margin = np.where(table["margin_assumed"], np.nan, revenue * table["margin_share"].to_numpy())
    return Turning(
        revenue=_per_euro(each.total(revenue), clv),
        margin=_per_euro(each.total(margin), clv),
        service=np.nan_to_num(each.total(known.service.cost)),
        upkeep=each.total(known.upkeep),
    )


def _per_euro(amount: np.ndarray, clv: np.ndarray) -> np.ndarray:
    """NaN of a group in which one loses more than the others bring: it follows no lifetime value.

    Else it would bring less the more it is worth, and no cut-off would be reached just once.
    """
    unknown = np.full(len(clv), np.nan)
    return np.asarray(np.divide(amount, clv, out=unknown, where=(clv > 0) & (amount > 0)))


def _in_euros(known: Known, each: Units, on: str, *, turning: Turning, most: np.ndarray) -> Measure:
    now = each.total(known.lifetime if on == "clv" else known.contribution)
    return plain_measure(on, now, turning, most=most)
