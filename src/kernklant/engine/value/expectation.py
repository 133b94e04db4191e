"""Expected purchases under a beta-distributed chance to leave, without a hypergeometric."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.polynomial import chebyshev
from scipy.fft import dct
from scipy.special import polygamma

from kernklant.engine.value.counts import distinct

STEP = 0.2  # of the trapezoid rule; its error is about exp(-2 pi (pi / 2) / STEP)
STRETCH = 8.0  # far tails are passed with ever longer steps
FAR = 38.0  # exp(-38) is below the last digit of a float
FEWEST_NODES, MOST_NODES = 16, 256
AT_ONCE = 1 << 20  # elements of one array


class WhileAlive:
    """E[(1 - (1 + p tau)^-(r + x)) / p] with p ~ Beta(a, b + x): purchases of those alive.

    tau = weeks / (alpha + T). For each distinct x it is one smooth function of tau, so a Chebyshev
    series of a few dozen terms serves all customers. It is regular at a = 1, where the
    textbook's form is 0 / 0.
    Source: Fader, Hardie & Lee (2005), their expectation before the mean over p is taken;
    docs/algorithms/purchases.md, (3).
    """

    def __init__(self, x: np.ndarray, most: np.ndarray, *, r: float, a: float, b: float) -> None:
        orders, self._of = distinct(x, below=int(x.max(initial=0)) + 1)
        reach = np.zeros(len(orders))
        np.maximum.at(reach, self._of, np.log1p(most))
        self._reach = np.where(reach > 0, reach, 1.0)
        self._series = _series(orders, self._reach, r=r, a=a, b=b)

    def __call__(self, tau: np.ndarray) -> np.ndarray:
        """The expectation for each row of x; tau (n,), nowhere above ``most``."""
        log_tau = np.log1p(tau)
        place = 2 * log_tau / self._reach[self._of] - 1
        return np.asarray(
            log_tau * chebyshev.chebval(place, self._series[:, self._of], tensor=False)
        )


def _series(x: np.ndarray, reach: np.ndarray, *, r: float, a: float, b: float) -> np.ndarray:
    """Chebyshev coefficients (terms, x) of the expectation over ln(1 + tau), until they vanish."""
    terms = FEWEST_NODES
    while True:
        nodes = np.cos(np.pi * (np.arange(terms) + 0.5) / terms)
        log_tau = (nodes[:, None] + 1) / 2 * reach
        values = np.hstack(
            [
                _expected(x[block], log_tau[:, block], r=r, a=a, b=b)
                for block in _blocks(len(x), terms)
            ]
        )
        series = _coefficients(values)
        size = np.abs(series).max(axis=0)
        if terms >= MOST_NODES or np.all(np.abs(series[-3:]).max(axis=0) <= 1e-14 * size):
            return series
        terms *= 2


def _coefficients(values: np.ndarray) -> np.ndarray:
    series = np.asarray(dct(values, axis=0)) / len(values)
    series[0] /= 2
    return series


def _blocks(orders: int, terms: int) -> Iterator[slice]:
    size = max(1, AT_ONCE // (terms * 256))
    yield from (slice(start, start + size) for start in range(0, orders, size))


def _expected(x: np.ndarray, log_tau: np.ndarray, *, r: float, a: float, b: float) -> np.ndarray:
    """The mean over p divided by ln(1 + tau): (terms, x)."""
    chance, weight = _beta_rule(a, b + x)
    waiting = np.log1p(chance * np.expm1(log_tau)[:, :, None])
    buys = -np.expm1(-(r + x)[:, None] * waiting)
    return np.asarray((buys / chance * weight).sum(axis=-1) / log_tau)


def _beta_rule(a: float, stays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights (x, nodes) for means under Beta(a, stays).

    A trapezoid rule in the log odds around the mode, in which the density has exponential tails;
    the weights are normalised to one, so no beta function is needed.
    """
    width = np.minimum(1.0, np.sqrt(polygamma(1, a) + polygamma(1, stays)))
    spread = np.sqrt(2 * FAR * (1 / a + 1 / stays))
    left = FAR / a + spread
    right = FAR / stays + np.log1p(np.sqrt(2 * FAR / a) + FAR / a) + np.sqrt(2 * FAR / stays)
    low = -STRETCH * np.arcsinh(left / (width * STRETCH))
    high = STRETCH * np.arcsinh(right / (width * STRETCH))
    nodes = int(np.ceil(np.max(high - low) / STEP)) + 1
    place = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, nodes)
    log_odds = np.log(a / stays)[:, None] + width[:, None] * STRETCH * np.sinh(place / STRETCH)
    log_leave, log_stay = -np.logaddexp(0.0, -log_odds), -np.logaddexp(0.0, log_odds)
    density = a * log_leave + stays[:, None] * log_stay + np.log(np.cosh(place / STRETCH))
    weight = np.exp(density - density.max(axis=1, keepdims=True))
    # A chance too small for a float acts like the smallest one: the mean is flat there.
    chance = np.exp(np.maximum(log_leave, -600.0))
    return chance, weight / weight.sum(axis=1, keepdims=True)
