"""Expected value of buyers: margin x spend x discounted purchases; and how it may turn out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from kernklant.engine.ledger.history import Purchases
from kernklant.engine.units import WEEKS_PER_YEAR
from kernklant.engine.value.baskets import Baskets
from kernklant.engine.value.counts import compress
from kernklant.engine.value.intervals import Basket, Outlook, predictive
from kernklant.engine.value.ladder import ByModel, Rule
from kernklant.engine.value.purchases import chance_alive

SAMPLE = 5_000  # distinct histories: enough to know how the total moves with a parameter
STEP = 1e-3  # of a log parameter
DOUBT_MATTERS = 0.02  # relative error of the total by the parameters; below, no range moves
FARTHEST = 1.5  # most that an outlook shifts a log parameter: a factor 4.5
MIDDLE = 2 / 3  # three points of Gauss-Hermite
SIDES = ((1 / 6, np.sqrt(3.0)), (1 / 6, -np.sqrt(3.0)))


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far ahead value counts, and the weekly rate at which it is discounted."""

    weeks: float
    weekly_rate: float


@dataclass(frozen=True, slots=True)
class Worth:
    """Of each buyer (n,): chance of being there, purchases in a year, value in euros.

    ``judged``: a model said so; without one, ``alive`` is 1 of everybody.
    """

    alive: np.ndarray
    judged: bool
    orders_12m: np.ndarray
    clv: np.ndarray


def value(rule: Rule, buyers: Purchases, margin: np.ndarray, *, horizon: Horizon) -> Worth:
    """Euros of each buyer; ``margin`` (n,) euros of one purchase, below zero counts as zero."""
    coming = rule.discounted(buyers, weeks=horizon.weeks, weekly_rate=horizon.weekly_rate)
    return Worth(
        alive=chance_there(rule, buyers),
        judged=isinstance(rule, ByModel),
        orders_12m=rule.expected(buyers, weeks=WEEKS_PER_YEAR),
        clv=coming * np.maximum(margin, 0.0),
    )


def chance_there(rule: Rule, buyers: Purchases) -> np.ndarray:
    """The model's chance (n,) that each is still a customer; the run-rate has everybody stay."""
    return chance_alive(rule.fit, buyers) if isinstance(rule, ByModel) else np.ones(len(buyers.x))


@dataclass(frozen=True, slots=True)
class Doubt:
    """Relative ``error`` of the total by the rule's parameters, and the way (4,) they then move."""

    error: float
    direction: np.ndarray


def doubt(rule: Rule, buyers: Purchases, *, weeks: float) -> Doubt:
    """How unsure the expected purchases of all together are; of a run-rate, as of a count."""
    if not isinstance(rule, ByModel):
        return Doubt(1 / np.sqrt(max(1.0, float(buyers.x.sum()))), np.zeros(4))
    slope = total_slope(rule, buyers, weeks=weeks)
    error = float(np.sqrt(slope @ rule.fit.covariance @ slope))
    return Doubt(error, rule.fit.covariance @ slope / max(error, 1e-12))


def outlooks(
    rule: Rule,
    buyers: Purchases,
    brings: Baskets,
    *,
    margin: np.ndarray,
    worth: Worth,
    horizon: Horizon,
    unsure: Doubt,
) -> list[Outlook]:
    """How the value of each buyer may be distributed.

    One outlook, or three where the doubt about the parameters matters: the fit, and the fit
    shifted both ways in the direction that moves the total most. ``worth`` is that of the fit.
    """
    basket = Basket(brings.p, brings.q)
    found = []
    for weight, shifted in _shifts(rule, unsure):
        then = worth if shifted is rule else value(shifted, buyers, margin, horizon=horizon)
        mean = then.clv / np.where(then.alive > 0, then.alive, 1.0)
        tables = predictive(shifted, buyers.x, buyers.T, basket=basket, weeks=horizon.weeks)
        found.append(Outlook(weight, tables, then.alive, mean))
    return found


def _shifts(rule: Rule, unsure: Doubt) -> list[tuple[float, Rule]]:
    if not isinstance(rule, ByModel) or unsure.error < DOUBT_MATTERS:
        return [(1.0, rule)]
    shifted = [(weight, _shifted(rule, by * unsure.direction)) for weight, by in SIDES]
    return [(MIDDLE, rule), *shifted]


def _shifted(rule: ByModel, by: np.ndarray) -> ByModel:
    by = by * min(1.0, FARTHEST / max(float(np.abs(by).max()), FARTHEST))
    r, alpha, third, fourth = (np.array(rule.fit.parameters) * np.exp(by)).tolist()
    return ByModel(replace(rule.fit, parameters=(r, alpha, third, fourth)))


def total_slope(rule: ByModel, buyers: Purchases, *, weeks: float) -> np.ndarray:
    """d ln(expected purchases of all) / d ln(parameter) (4,), from a sample of histories."""
    histories = compress(buyers)
    every = slice(None, None, -(-len(histories) // SAMPLE))
    end, last = histories.end[every], histories.last[every]
    some = Purchases(histories.ends.x[end], histories.lasts.day[last], histories.ends.day[end])
    customers = histories.customers_of[every]

    def log_total(by: np.ndarray) -> float:
        return float(np.log(np.sum(customers * _shifted(rule, by).expected(some, weeks=weeks))))

    steps = STEP * np.eye(4)
    return np.array([log_total(step) - log_total(-step) for step in steps]) / (2 * STEP)


def total_interval(
    worth: Worth, outlook: list[Outlook], *, errors: list[float], level: float
) -> tuple[float, float]:
    """Low and high euros of the sum of values: log-normal, with the variance of the sum.

    Customers vary on their own; ``errors`` are relative errors that move all together.
    """
    total = float(worth.clv.sum())
    if total <= 0:
        return 0.0, 0.0
    there = np.where(worth.alive > 0, worth.alive, 1.0)
    own = float((worth.clv**2 * np.maximum(outlook[0].tables.square() / there - 1, 0.0)).sum())
    spread = np.sqrt(np.log1p(own / total**2 + sum(error**2 for error in errors)))
    reach, centre = float(ndtri((1 + level) / 2)) * spread, np.log(total) - spread**2 / 2
    low, high = np.exp(centre - reach), np.exp(centre + reach)
    return float(min(low, total)), float(max(high, total))
