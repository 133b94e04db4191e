"""The log-likelihood of a base, with gradient and Hessian, in one pass over distinct histories."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernklant.engine.value.counts import Histories
from kernklant.engine.value.surfaces import Point, Surface

# Histories taken together: they stay in the processor's cache, and the products of four columns
# stay so small that BLAS never divides one among threads, which could change its last digit.
CHUNK = 1 << 13

Surfaces = Callable[[np.ndarray], tuple[Surface, Surface, Point]]


def log_likelihood(histories: Histories, surfaces: Surfaces) -> Callable[[np.ndarray], Point]:
    """The sum over customers of logaddexp(end, last) + constant, at four log parameters."""
    customers = histories.customers_of
    at_end = np.bincount(histories.end, customers)

    def at(log_parameters: np.ndarray) -> Point:
        ends, lasts, constant = surfaces(log_parameters)
        mixed, left = fold(ends, lasts, histories)
        there = ends.total(np.bincount(histories.end, customers - left))
        gone = lasts.total(np.bincount(histories.last, left))
        return Point(
            constant.value + float(np.sum(at_end * ends.value)) + mixed.value,
            constant.gradient + there.gradient + gone.gradient,
            constant.hessian + there.hessian + gone.hessian + mixed.hessian,
        )

    return at


def fold(ends: Surface, lasts: Surface, histories: Histories) -> tuple[Point, np.ndarray]:
    """What needs every history: ln(1 + last / end), the mixed derivatives, and who left (n,).

    The Hessian of logaddexp(p, q) is w p'' + (1 - w) q'' + w (1 - w) (q' - p') (q' - p')^T; for
    the first two terms, as for the gradient, sums of w per pair will do.
    """
    of_ends = np.vstack([ends.value, ends.gradient.T])
    of_lasts = np.vstack([lasts.value, lasts.gradient.T])
    left = np.empty(len(histories))
    value, hessian = 0.0, np.zeros((4, 4))
    for start in range(0, len(histories), CHUNK):
        part = slice(start, start + CHUNK)
        customers = histories.customers_of[part]
        apart = of_lasts.take(histories.last[part], axis=1)
        apart -= of_ends.take(histories.end[part], axis=1)
        lead, slopes = apart[0], apart[1:]
        small = np.exp(-np.abs(lead))
        likely = 1 / (1 + small)
        value += float(np.sum(customers * (np.maximum(lead, 0.0) + np.log1p(small))))
        left[part] = customers * np.where(lead > 0, likely, small * likely)
        hessian += (slopes * (customers * small * likely**2)) @ slopes.T
    return Point(value, np.zeros(4), hessian), left
