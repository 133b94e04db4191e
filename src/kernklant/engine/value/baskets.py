"""What the next purchase of each customer will bring, by the spending model or by shrinkage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from kernklant.engine.errors import Text
from kernklant.engine.units import euros
from kernklant.engine.value.counts import exact_sum
from kernklant.engine.value.spend import NOBODY, GammaGamma, dot, expected_spend, fit_gamma_gamma

FEWEST_REPEATERS = 300
WINSORISED = 0.99
MOST_SPREAD = 2.0  # of the variance of ln(amount): a mean then is at most e times the median
LEAST_SPREAD = 1e-6
HALF = 0.5
RELATED = 0.3  # correlation of counts and means from which the spending model is in doubt

FEW = Text(
    f"Minder dan {FEWEST_REPEATERS} klanten kochten vaker dan eens: bedragen zijn op "
    "logschaal naar het gemiddelde getrokken.",
    f"Fewer than {FEWEST_REPEATERS} customers bought more than once: amounts are drawn towards "
    "the mean on a log scale.",
)
LARGE_AMOUNTS = Text(
    "Enkele zeer grote aankopen brachten het meeste op; de verwachting telt ze maar voor een deel "
    "mee.",
    "A few very large purchases brought most of it; the expectation counts them only in part.",
)
CORRELATED = Text(
    "Wie vaker koopt, besteedt per keer duidelijk anders: het bestedingsmodel neemt aan van niet.",
    "Who buys more often spends clearly otherwise each time; the spending model assumes not.",
)


@dataclass(frozen=True, slots=True)
class Baskets:
    """``expected`` (n,) euros of a next purchase, and how far single purchases may differ.

    Given ``known`` (n,) purchases of a customer, k purchases to come bring
    expected x (p known + q - 1) / p x a beta prime (p k, p known + q): exact for the
    Gamma-Gamma, matched in mean and variance for the log-normal. ``error`` is the relative
    error of the level of all amounts together.
    """

    method: str
    p: float
    q: float
    known: np.ndarray
    expected: np.ndarray
    error: float
    figures: dict[str, Any]
    warnings: list[Text]


def baskets(
    orders: np.ndarray, spend: np.ndarray, *, order_days: Callable[[], pa.Table]
) -> Baskets:
    """Expected purchases of customers with ``orders`` (n,) >= 1 that brought ``spend`` euros.

    Gamma-Gamma where it is sound and at least 300 customers bought twice; else log-normal
    shrinkage over the purchase days themselves, which are read for that.
    """
    if len(orders) == 0:
        return _nothing()
    again = orders > 1
    fit = fit_gamma_gamma(orders, spend) if again.sum() >= FEWEST_REPEATERS else None
    if fit is not None and fit.sound:
        return _by_model(fit, orders, spend)
    return _by_shrinkage(fit.why if fit else FEW, orders, spend, days=order_days())


def _nothing() -> Baskets:
    none = np.zeros(0)
    figures = {"method": "none", **_said(NOBODY)}
    return Baskets("none", 1.0, 3.0, none, none, 0.0, figures, [])


def _by_model(fit: GammaGamma, orders: np.ndarray, spend: np.ndarray) -> Baskets:
    related = correlation(orders, spend)
    expected = expected_spend(fit, orders, spend)
    figures = {
        "parameters": {"p": fit.p, "q": fit.q, "v": fit.v},
        "log_likelihood": fit.log_likelihood,
        "customers": fit.customers,
        "mean": round(fit.mean, 2),
        "correlation": round(related, 3),
    }
    return Baskets(
        method="gg",
        p=fit.p,
        q=fit.q,
        known=orders,
        expected=expected,
        error=_model_error(fit, orders, spend, expected=expected),
        figures={"method": "gg", **_said(fit.why), **figures},
        warnings=[CORRELATED] if abs(related) > RELATED else [],
    )


def _model_error(
    fit: GammaGamma, orders: np.ndarray, spend: np.ndarray, *, expected: np.ndarray
) -> float:
    """Relative error of the sum of expected amounts, through the three parameters."""
    weight, stays = expected / expected.sum(), fit.p * orders + fit.q - 1
    moves = (fit.q - 1) / stays, -fit.q / stays, fit.v / (fit.v + spend)
    slope = np.array([dot(weight, by) for by in moves])
    return float(np.sqrt(slope @ fit.covariance @ slope))


def correlation(orders: np.ndarray, spend: np.ndarray) -> float:
    """Pearson's, of counts and means of customers with at least two purchases; 0 without any."""
    again = orders > 1
    counts, means = orders[again].astype(np.float64), spend[again] / orders[again]
    if len(counts) < 2 or counts.std() == 0 or means.std() == 0:
        return 0.0
    return float(np.corrcoef(counts, means)[0, 1])


def _said(why: Text) -> dict[str, Any]:
    return {"why": {"nl": why.nl, "en": why.en}}


def _by_shrinkage(why: Text, orders: np.ndarray, spend: np.ndarray, *, days: pa.Table) -> Baskets:
    amounts = np.log(euros(days["amount"]))
    amounts = np.minimum(amounts, np.quantile(amounts, WINSORISED))
    of = np.unique(days["customer"].to_numpy(), return_inverse=True)[1]
    spreads = log_normal(amounts, of)
    expected = spreads.expected()
    figures = {
        "parameters": {
            "median": round(float(np.exp(spreads.middle)), 2),
            "within": round(spreads.within, 4),
            "between": round(spreads.between, 4),
        },
        "purchases": len(amounts),
        "customers": len(orders),
        "mean": round(float(expected.mean()), 2),
    }
    return Baskets(
        method="ln",
        p=1 / np.expm1(spreads.within),
        q=2 + 1 / np.expm1(spreads.between),
        known=orders,
        expected=expected,
        error=spreads.error(),
        figures={"method": "ln", **_said(why), **figures},
        warnings=[LARGE_AMOUNTS] if dot(orders, expected) < HALF * spend.sum() else [],
    )


@dataclass(frozen=True, slots=True)
class LogNormal:
    """ln(amount) varies by ``within`` around each customer's own mean, those by ``between``."""

    within: float
    between: float
    middle: float
    counts: np.ndarray
    means: np.ndarray

    def expected(self) -> np.ndarray:
        """Euros of a next purchase, (customers,): own mean drawn to the middle, spread capped.

        Source: exp(mu + s2 / 2); weights of Bühlmann (1967).
        """
        weight = self.counts * self.between / (self.counts * self.between + self.within)
        spread = self.within + self.between * (1 - weight)
        log_mean = self.middle + weight * (self.means - self.middle)
        return np.asarray(np.exp(log_mean + np.minimum(spread, MOST_SPREAD) / 2))

    def error(self) -> float:
        """Relative error of the level of all amounts: that of the middle."""
        of_one = self.between + self.within * exact_sum(1 / self.counts) / len(self.counts)
        return float(np.sqrt(of_one / len(self.counts)))


def log_normal(amounts: np.ndarray, of: np.ndarray) -> LogNormal:
    """Moments of ln(amount) (orders,) of customers ``of`` (orders,), numbered from 0.

    Where everybody bought once, half of the variance is taken for each level.
    """
    counts = np.bincount(of)
    means = np.bincount(of, weights=amounts) / counts
    spare, all_ = len(amounts) - len(counts), float(np.sort(amounts).var())
    within = exact_sum((amounts - means[of]) ** 2) / spare if spare else all_ / 2
    within = float(np.clip(within, LEAST_SPREAD, MOST_SPREAD))
    apart = float(np.sort(means).var(ddof=1)) if len(means) > 1 else all_
    between = apart - within * exact_sum(1 / counts) / len(counts)
    between = float(np.clip(between, LEAST_SPREAD, MOST_SPREAD))
    return LogNormal(within, between, exact_sum(means) / len(means), counts, means)
