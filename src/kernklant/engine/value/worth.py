"""Expected value of buyers: margin x spend x discounted purchases; and how it may turn out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from kernklant.engine.ledger.history import Purchases
from kernklant.engine.units import WEEKS_PER_YEAR
from kernklant.engine.value.baskets import Baskets
from kernklant.engine.value.intervals import Basket, Predictive, predictive
from kernklant.engine.value.ladder import ByModel, Choice, Rule
from kernklant.engine.value.purchases import chance_alive


@dataclass(frozen=True, slots=True)
class Worth:
    """Of each buyer (n,): chance of being there, purchases in a year, value in euros.

    ``judged``: a model said so; without one, ``alive`` is 1 of everybody.
    """

    alive: np.ndarray
    judged: bool
    orders_12m: np.ndarray
    clv: np.ndarray


def value(
    rule: Rule, buyers: Purchases, margin: np.ndarray, *, weeks: float, weekly_rate: float
) -> Worth:
    """Euros of each buyer over ``weeks``; ``margin`` (n,) euros of one purchase, not below 0."""
    coming = rule.discounted(buyers, weeks=weeks, weekly_rate=weekly_rate)
    return Worth(
        alive=chance_there(rule, buyers),
        judged=isinstance(rule, ByModel),
        orders_12m=rule.expected(buyers, weeks=WEEKS_PER_YEAR),
        clv=coming * np.maximum(margin, 0.0),
    )


def chance_there(rule: Rule, buyers: Purchases) -> np.ndarray:
    """The model's chance (n,) that each is still a customer; the run-rate has everybody stay."""
    return chance_alive(rule.fit, buyers) if isinstance(rule, ByModel) else np.ones(len(buyers.x))


def distribution(rule: Rule, buyers: Purchases, brings: Baskets, *, weeks: float) -> Predictive:
    """How the value of each buyer is distributed around its mean, given that he is still there."""
    basket = Basket(brings.p, brings.q)
    return predictive(rule, buyers.x, buyers.T, basket=basket, weeks=weeks)


def total_interval(
    tables: Predictive, worth: Worth, choice: Choice, *, level: float
) -> tuple[float, float]:
    """Low and high euros of the sum, log-normal with the variance of the sum.

    Customers vary on their own; all together they move with the error that the holdout showed.
    """
    total = float(worth.clv.sum())
    if total <= 0:
        return 0.0, 0.0
    there = np.where(worth.alive > 0, worth.alive, 1.0)
    own = float((worth.clv**2 * (tables.square() / there - 1)).sum())
    relative = own / total**2 + model_error(choice) ** 2
    spread = np.sqrt(np.log1p(relative))
    reach, centre = float(ndtri((1 + level) / 2)) * spread, np.log(total) - spread**2 / 2
    low, high = np.exp(centre - reach), np.exp(centre + reach)
    return float(min(low, total)), float(max(high, total))


def model_error(choice: Choice) -> float:
    """How far off, in logs, the rule's total was on the holdout; 0 when not tested."""
    return choice.holdout.off if choice.holdout else 0.0
