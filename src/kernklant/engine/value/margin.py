"""Which share of revenue is left after cost, per customer, drawn towards the whole base."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernklant.engine.value.counts import exact_sum

WILDEST = (-1.0, 1.0)  # a share beyond is a booking, not a margin

LEAST_APART = 1e-12  # of squared shares: below is rounding


@dataclass(frozen=True, slots=True)
class Margins:
    """``share`` (n,) of revenue; ``assumed`` (n,) True where no cost is known.

    ``mean`` is the share of all that was sold at known cost, None without any; ``kappa`` says how
    many orders of a customer's own weigh as much as that mean (infinite: customers do not differ).
    """

    share: np.ndarray
    assumed: np.ndarray
    mean: float | None
    kappa: float


def margins(
    revenue: np.ndarray, cost: np.ndarray, *, orders: np.ndarray, default: float
) -> Margins:
    """Shrunken margin shares from revenue with known cost and that cost, in euros (n,).

    A customer without known cost gets ``default``: contribution is never silently revenue. One
    who brought back all he bought has a known cost and no share of his own: he gets the mean.
    """
    known, sold = (revenue != 0) | (cost != 0), revenue > 0
    share = np.full(len(revenue), float(default))
    if not sold.any():
        return Margins(share, ~known, None, np.inf)
    own = np.clip(1 - cost[sold] / revenue[sold], *WILDEST)
    mean = float(np.clip(1 - exact_sum(cost[sold]) / exact_sum(revenue[sold]), *WILDEST))
    seen = np.maximum(orders[sold], 1).astype(np.float64)
    kappa = within_to_between(own, seen)
    weight = seen / (seen + kappa) if np.isfinite(kappa) else np.zeros(len(seen))
    share[known] = mean
    share[sold] = weight * own + (1 - weight) * mean
    return Margins(share, ~known, mean, kappa)


def within_to_between(means: np.ndarray, counts: np.ndarray) -> float:
    """Variance within customers / variance between them, from means (n,) over counts (n,).

    The squared deviation of a mean is between + within / count on average: a weighted line
    through those, not below zero. Infinite when customers do not differ beyond chance.
    Source: Bühlmann & Straub (1970), estimated by moments.
    """
    in_order = np.lexsort((counts, means))  # then sums never depend on the order of rows
    means, counts = means[in_order], counts[in_order]
    centre = np.sum(counts * means) / counts.sum()
    squared, inverse = (means - centre) ** 2, 1 / counts
    spread = ((inverse - inverse.mean()) ** 2).sum()
    if spread <= 0:
        # All bought equally often: own and common cannot be told apart, so meet halfway.
        return float(counts[0]) if squared.max() > LEAST_APART else np.inf
    within = float(((inverse - inverse.mean()) * squared).sum() / spread)
    between = float(squared.mean() - within * inverse.mean())
    if between <= 0:
        return np.inf
    return max(within, 0.0) / between
