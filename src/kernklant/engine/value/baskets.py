"""What the next purchase of each customer will bring, by the spending model or by shrinkage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from kernklant.engine.errors import Text
from kernklant.engine.units import euros
from kernklant.engine.value.spend import NOBODY, GammaGamma, expected_spend, fit_gamma_gamma

FEWEST_REPEATERS = 300
WINSORISED = 0.99
MOST_SPREAD = 2.0  # of the variance of ln(amount): a mean then is at most e times the median
LEAST_SPREAD = 1e-4
RELATED = 0.3  # correlation of counts and means from which the spending model is in doubt

FEW = Text(
    f"Minder dan {FEWEST_REPEATERS} klanten kochten vaker dan eens: bedragen zijn op "
    "logschaal naar het gemiddelde getrokken.",
    f"Fewer than {FEWEST_REPEATERS} customers bought more than once: amounts are drawn towards "
    "the mean on a log scale.",
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
    Gamma-Gamma, matched in mean and variance for the log-normal.
    """

    method: str
    p: float
    q: float
    known: np.ndarray
    expected: np.ndarray
    covariance: np.ndarray
    why: Text
    figures: dict[str, Any]
    warnings: list[Text]

    def unit(self) -> np.ndarray:
        """Euros (n,) of one beta prime unit."""
        return np.asarray(self.expected * (self.p * self.known + self.q - 1) / self.p)


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
    return Baskets("none", 1.0, 3.0, none, none, np.zeros((3, 3)), NOBODY, figures, [])


def _by_model(fit: GammaGamma, orders: np.ndarray, spend: np.ndarray) -> Baskets:
    related = correlation(orders, spend)
    warnings = [CORRELATED] if abs(related) > RELATED else []
    figures = {
        "parameters": {"p": fit.p, "q": fit.q, "v": fit.v},
        "log_likelihood": fit.log_likelihood,
        "customers": fit.customers,
        "mean": round(fit.mean, 2),
        "correlation": round(related, 3),
    }
    expected = expected_spend(fit, orders, spend)
    return Baskets(
        "gg",
        fit.p,
        fit.q,
        orders,
        expected,
        fit.covariance,
        fit.why,
        {"method": "gg", **_said(fit.why), **figures},
        warnings,
    )


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
    amounts = np.log(np.maximum(euros(days["amount"]), 0.01))
    amounts = np.minimum(amounts, np.quantile(amounts, WINSORISED, method="higher"))
    of = np.unique(days["customer"].to_numpy(), return_inverse=True)[1]
    counts = np.bincount(of)
    means = np.bincount(of, weights=amounts) / counts
    within, between, middle = _spreads(amounts, means, counts=counts, of=of)
    weight = counts * between / (counts * between + within)
    left = between * (1 - weight)
    log_mean = middle + weight * (means - middle)
    expected = np.exp(log_mean + np.minimum(within + left, MOST_SPREAD) / 2)
    figures = {
        "parameters": {
            "median": round(float(np.exp(middle)), 2),
            "within": round(within, 4),
            "between": round(between, 4),
        },
        "purchases": len(amounts),
        "customers": len(counts),
        "mean": round(float(expected.mean()), 2),
    }
    return Baskets(
        "ln",
        1 / np.expm1(within),
        2 + 1 / np.expm1(between),
        orders,
        expected,
        np.zeros((3, 3)),
        why,
        {"method": "ln", **_said(why), **figures},
        [],
    )


def _spreads(
    amounts: np.ndarray, means: np.ndarray, *, counts: np.ndarray, of: np.ndarray
) -> tuple[float, float, float]:
    """Variance of ln(amount) within and between customers, and their middle, by moments."""
    extra = int(counts.sum()) - len(counts)
    all_ = float(amounts.var())
    within = float(((amounts - means[of]) ** 2).sum() / extra) if extra else all_ / 2
    within = float(np.clip(within, LEAST_SPREAD, MOST_SPREAD))
    middle = float(means.mean())
    between = float(means.var(ddof=1) - within * (1 / counts).mean()) if len(means) > 1 else all_
    between = float(np.clip(between, LEAST_SPREAD, MOST_SPREAD))
    return within, between, middle
