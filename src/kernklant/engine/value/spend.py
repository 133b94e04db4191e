"""What a purchase of a customer is worth: Gamma-Gamma, or shrinkage of few and large orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, polygamma, psi

from kernklant.engine.errors import Text
from kernklant.engine.value import newton
from kernklant.engine.value.counts import distinct
from kernklant.engine.value.surfaces import Point

P, Q, V = range(3)
WALL = 12.0  # of |ln parameter|, amounts in units of the mean order
CENTS = 100
SHAPE = (0.05, 1e3)  # of p: orders of one customer between wild and all alike
LEAST_Q = 1.5  # at q <= 1 the mean order is infinite; close to it, it hangs on a few customers

FITS = Text(
    "De bedragen passen bij het bestedingsmodel.",
    "The amounts fit the spending model.",
)
NOBODY = Text("Er zijn geen aankopen.", "There are no purchases.")
HEAVY_TAIL = Text(
    "Enkele zeer grote bedragen bepalen alles: het bestedingsmodel heeft geen betrouwbaar "
    "gemiddelde.",
    "A few very large amounts decide everything: the spending model has no reliable mean.",
)
NO_SPREAD = Text(
    "De bedragen verschillen te weinig of te veel voor het bestedingsmodel.",
    "The amounts differ too little or too much for the spending model.",
)


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """Orders are gamma (p, nu) with nu gamma (q, v) per customer; ``v`` in euros.

    ``covariance`` (3, 3) is that of the log parameters. ``sound`` says whether the mean exists
    and the shapes are believable; ``why`` says what is wrong when not.
    """

    p: float
    q: float
    v: float
    log_likelihood: float
    covariance: np.ndarray
    customers: int
    sound: bool
    why: Text

    @property
    def mean(self) -> float:
        """The mean order of the population in euros; infinite when q <= 1."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else np.inf


def fit_gamma_gamma(orders: np.ndarray, spend: np.ndarray) -> GammaGamma:
    """Maximum likelihood of (p, q, v) from counts (n,) and total euros (n,).

    Rows without orders or spend take no part. The same result for any order of rows.
    Source: Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value, eq. 1a.
    """
    n, cents, customers = _compressed(orders, spend)
    unit = dot(customers, cents) / max(dot(customers, n), 1.0)
    if len(n) == 0:
        return GammaGamma(1.0, 2.0, 1.0, 0.0, np.eye(3), 0, sound=False, why=NOBODY)
    top = newton.climb(
        _log_likelihood(n, cents / unit, customers), np.log([2.0, 3.0, 1.5]), wall=WALL
    )
    p, q, v = np.exp(top.at)
    # Of the mean per order, as the literature reports it, not of the total.
    to_mean = dot(customers, np.log(n)) - customers.sum() * np.log(unit / CENTS)
    doubt = _doubt(float(p), float(q), interior=top.interior)
    return GammaGamma(
        p=float(p),
        q=float(q),
        v=float(v) * unit / CENTS,
        log_likelihood=float(top.point.value + to_mean),
        covariance=_covariance(top.point.hessian),
        customers=int(customers.sum()),
        sound=doubt is None,
        why=doubt or FITS,
    )


def dot(first: np.ndarray, second: np.ndarray) -> float:
    """The inner product, summed in a fixed order: a BLAS one may depend on threads."""
    return float(np.sum(first * second))


def _doubt(p: float, q: float, *, interior: bool) -> Text | None:
    if q < LEAST_Q:
        return HEAVY_TAIL
    return None if interior and SHAPE[0] < p < SHAPE[1] else NO_SPREAD


def _compressed(orders: np.ndarray, spend: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct (orders, cents) with their customers, sorted: sums then never depend on rows."""
    cents = np.rint(spend * CENTS).astype(np.int64)
    some = (orders > 0) & (cents > 0)
    values, of = distinct(orders[some], below=int(orders.max(initial=0)) + 1)
    by_amount = np.lexsort((cents[some], of)) if _wide(cents, len(values)) else None
    if by_amount is None:
        keys = np.sort(of.astype(np.int64) * (int(cents.max(initial=0)) + 1) + cents[some])
        of, cents = np.divmod(keys, int(cents.max(initial=0)) + 1)
    else:
        of, cents = of[by_amount], cents[some][by_amount]
    first = np.concatenate([[True], (of[1:] != of[:-1]) | (cents[1:] != cents[:-1])])[: len(of)]
    starts = np.flatnonzero(first)
    customers = np.diff(np.append(starts, len(of))).astype(np.float64)
    return values[of[starts]].astype(np.float64), cents[starts].astype(np.float64), customers


def _wide(cents: np.ndarray, values: int) -> bool:
    return (int(cents.max(initial=0)) + 1) * max(values, 1) >= 1 << 62


def _log_likelihood(
    n: np.ndarray, total: np.ndarray, customers: np.ndarray
) -> Callable[[np.ndarray], Point]:
    """In (ln p, ln q, ln v), with gradient and Hessian; gamma functions per distinct count."""
    counts, of = np.unique(n, return_inverse=True)
    weights = np.bincount(of, weights=customers)
    many, log_total = customers.sum(), dot(customers, np.log(total))
    n_log_total = dot(customers * n, np.log(total))

    def at(log_parameters: np.ndarray) -> Point:
        p, q, v = np.exp(log_parameters)
        gammas = _gammas(p, q, counts=counts, weights=weights)
        log_sum, share = np.log(v + total), v / (v + total)
        power = p * n + q
        s_log, s_n_log = dot(customers, log_sum), dot(customers * n, log_sum)
        value = gammas.value + many * q * np.log(v) + p * n_log_total - log_total
        value -= p * s_n_log + q * s_log
        first = p * (n_log_total - s_n_log), q * (many * np.log(v) - s_log)
        s_share, s_n_share = dot(customers, share), dot(customers * n, share)
        third = many * q - dot(customers, power * share)
        gradient = gammas.gradient + np.array([*first, third])
        hessian = gammas.hessian + np.diag(
            [first[0], first[1], -dot(customers, power * share * (1 - share))]
        )
        hessian[P, V] = hessian[V, P] = -p * s_n_share
        hessian[Q, V] = hessian[V, Q] = q * (many - s_share)
        return Point(float(value), gradient, hessian)

    return at


def _gammas(p: float, q: float, *, counts: np.ndarray, weights: np.ndarray) -> Point:
    """The sum of ln G(pn + q) - ln G(pn) - ln G(q), differentiated in ln p and ln q."""
    both, own, many = p * counts + q, p * counts, weights.sum()
    value = dot(weights, gammaln(both) - gammaln(own)) - many * gammaln(q)
    d_both, d_own = psi(both), psi(own)
    dd_both, dd_own = polygamma(1, both), polygamma(1, own)
    in_p = dot(weights, own * (d_both - d_own))
    in_q = q * (dot(weights, d_both) - many * psi(q))
    hessian = np.zeros((3, 3))
    hessian[P, P] = in_p + dot(weights, own**2 * (dd_both - dd_own))
    hessian[P, Q] = hessian[Q, P] = q * (dot(weights, own * dd_both))
    hessian[Q, Q] = in_q + q**2 * (dot(weights, dd_both) - many * polygamma(1, q))
    return Point(float(value), np.array([in_p, in_q, 0.0]), hessian)


def _covariance(hessian: np.ndarray) -> np.ndarray:
    """The inverse of the curvature; where that is flat, no wider than the walls."""
    curvature, axes = np.linalg.eigh(-hessian)
    return np.asarray((axes / np.maximum(curvature, WALL**-2)) @ axes.T)


def expected_spend(fit: GammaGamma, orders: np.ndarray, spend: np.ndarray) -> np.ndarray:
    """Euros (n,) a coming order is expected to bring, given ``orders`` that brought ``spend``.

    Refuses (ValueError) a fit without a mean (q <= 1).
    Source: Fader & Hardie (2013), eq. 5.
    """
    if fit.q <= 1:
        raise ValueError("this fit has no mean: q must be above 1")
    return np.asarray(fit.p * (fit.v + spend) / (fit.p * orders + fit.q - 1))
