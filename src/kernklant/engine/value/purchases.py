"""Will they buy again, and how often: MBG/NBD, BG/NBD and Pareto/NBD. Time is in weeks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from kernklant.engine.errors import Text
from kernklant.engine.ledger.history import Purchases
from kernklant.engine.value import newton, priors, sound
from kernklant.engine.value.bgnbd import BetaGeometric
from kernklant.engine.value.counts import Pairs, check, compress, pairs
from kernklant.engine.value.likelihood import log_likelihood
from kernklant.engine.value.pareto import ParetoNbd
from kernklant.engine.value.surfaces import Point

Model = Literal["mbg", "bg", "pareto"]
Parameters = tuple[float, float, float, float]
MODELS: dict[Model, BetaGeometric | ParetoNbd] = {
    "mbg": BetaGeometric(first=1),
    "bg": BetaGeometric(first=0),
    "pareto": ParetoNbd(),
}
WALL = 12.0  # of |ln parameter|: 6e-6 .. 160,000


@dataclass(frozen=True, slots=True)
class PurchaseFit:
    """Four parameters and how far to trust them.

    ``parameters`` in weeks: (r, alpha, a, b), or (r, alpha, s, beta) for "pareto".
    ``log_likelihood`` of the data alone. ``covariance`` (4, 4) of the *log* parameters, always
    finite and positive definite. ``prior``: a weak prior took part. ``sound``: within believable
    bounds; ``why`` says what is wrong when not.
    """

    model: Model
    parameters: Parameters
    log_likelihood: float
    covariance: np.ndarray
    prior: bool
    customers: int
    repeat_buyers: int
    sound: bool
    why: Text


def fit_purchases(
    history: Purchases, *, model: Model = "mbg", prior: bool | None = None
) -> PurchaseFit:
    """Estimate a model by maximum likelihood, or with weak priors (MAP).

    ``prior`` None: weak priors below 300 repeat buyers. Same result for any order of rows and any
    number of threads. Refuses (UserError) histories that cannot be, such as t_x > T; never
    refuses a base for being small or odd: then ``sound`` is False.
    Source: docs/algorithms/purchases.md, (1) and (4), where the papers are named.
    """
    histories = compress(history)
    repeat_buyers = int(histories.customers[histories.x > 0].sum())
    weak = repeat_buyers < priors.FEW_REPEAT_BUYERS if prior is None else prior
    data = log_likelihood(histories, MODELS[model].likelihood(histories))
    belief = priors.weak_prior(model, histories) if weak else None
    peak = _highest(data, belief, starts=priors.starts(model, histories))
    parameters = cast(Parameters, tuple(float(value) for value in np.exp(peak.at)))
    doubt = sound.doubt_about_data(
        customers=len(history.x),
        repeat_buyers=repeat_buyers,
        longest=int(history.T.max(initial=0)),
    ) or sound.doubt_about_fit(model, parameters, interior=peak.interior)
    return PurchaseFit(
        model=model,
        parameters=parameters,
        log_likelihood=peak.point.value - (belief(peak.at).value if belief else 0.0),
        covariance=_covariance(peak.point.hessian),
        prior=weak,
        customers=len(history.x),
        repeat_buyers=repeat_buyers,
        sound=doubt is None,
        why=doubt or sound.SOUND,
    )


def _highest(
    data: Callable[[np.ndarray], Point], belief: priors.Prior | None, *, starts: list[np.ndarray]
) -> newton.Peak:
    """The best of the searches; the later ones run only where an earlier found no true peak."""

    def posterior(at: np.ndarray) -> Point:
        return data(at) + belief(at) if belief else data(at)

    best: newton.Peak | None = None
    for start in starts:
        peak = newton.climb(posterior, start, wall=WALL)
        if best is None or (peak.interior, peak.point.value) > (best.interior, best.point.value):
            best = peak
        if best.interior:
            return best
    return cast(newton.Peak, best)


def _covariance(hessian: np.ndarray) -> np.ndarray:
    """The inverse of the curvature; where that is flat, no wider than the walls."""
    curvature, axes = np.linalg.eigh(-hessian)
    return np.asarray((axes / np.maximum(curvature, WALL**-2)) @ axes.T)


def chance_alive(fit: PurchaseFit, history: Purchases) -> np.ndarray:
    """Chance (n,) that each customer is still one; BG/NBD says 1 of everybody who bought once.

    Source: docs/algorithms/purchases.md, (2) and (5).
    """
    check(history)
    if len(history.x) == 0:
        return np.zeros(0)
    return MODELS[fit.model].chance_alive(fit.parameters, history)


def expected_purchases(fit: PurchaseFit, history: Purchases, *, weeks: float) -> np.ndarray:
    """Purchase days (n,) expected in the coming ``weeks`` (>= 0), chance of being alive included.

    Source: docs/algorithms/purchases.md, (3) and (6).
    """
    _check_weeks(weeks)
    return _discounted(fit, history, [(weeks, 1.0)])


def discounted_purchases(
    fit: PurchaseFit, history: Purchases, *, weeks: float | None, weekly_rate: float
) -> np.ndarray:
    """Expected purchases (n,), each worth exp(-weekly_rate x weeks ahead).

    Finite ``weeks``: a sum over weeks (the last may be shorter), discounted from their middle.
    None: for ever, discounted continuously (DERT); refused (ValueError) without a positive rate.
    Source: Fader, Hardie & Lee (2005), RFM and CLV; docs/algorithms/purchases.md, (7) and (8).
    """
    if weeks is not None:
        _check_weeks(weeks)
        return _discounted(fit, history, _by_week(weeks, weekly_rate))
    if weekly_rate <= 0:
        raise ValueError("purchases for ever need a positive discount rate")
    return _discounted(fit, history, _for_ever(weekly_rate))


def _check_weeks(weeks: float) -> None:
    if not 0 <= weeks < np.inf:
        raise ValueError("weeks must not be negative, and must end")


def _discounted(
    fit: PurchaseFit, history: Purchases, plan: list[tuple[float, float]]
) -> np.ndarray:
    """The sum of weight x expected purchases until each moment, for every customer."""
    alive = chance_alive(fit, history)
    if len(alive) == 0:
        return alive
    at, of = pairs(history.x, history.T)
    most = max(weeks for weeks, _ in plan)
    expected = MODELS[fit.model].while_alive(fit.parameters, at, most_weeks=most)
    total = np.zeros(len(at))
    for weeks, weight in plan:
        total += weight * expected(weeks)
    return np.asarray(alive * total[of])


def _by_week(weeks: float, rate: float) -> list[tuple[float, float]]:
    """Sum of discount x (E_i - E_i-1), summed by parts: a weight for each E_i."""
    ends = np.minimum(np.arange(1, np.ceil(weeks) + 1), weeks)
    starts = np.concatenate([[0.0], ends[:-1]])[: len(ends)]
    discount = np.exp(-rate * (starts + ends) / 2)
    weights = discount - np.append(discount[1:], 0.0)[: len(ends)]
    return list(zip(ends.tolist(), weights.tolist(), strict=True)) or [(0.0, 0.0)]


def _for_ever(rate: float) -> list[tuple[float, float]]:
    """The integral of rate x exp(-rate t) E(t): a trapezoid rule in ln t, exact to 1e-13."""
    step = 0.25
    log_time = np.arange(np.log(1e-9), np.log(40.0 / rate), step)
    time = np.exp(log_time)
    weights = step * rate * time * np.exp(-rate * time)
    return list(zip(time.tolist(), weights.tolist(), strict=True))


def expected_from_new(fit: PurchaseFit, *, weeks: float) -> float:
    """Repeat purchases of a customer who has just bought for the first time, over ``weeks``.

    Source: docs/algorithms/purchases.md, (3) and (6) at x = T = 0.
    """
    _check_weeks(weeks)
    model, just_now = MODELS[fit.model], Pairs(np.zeros(1, np.int64), np.zeros(1, np.int64))
    expected = model.while_alive(fit.parameters, just_now, most_weeks=weeks)
    return float(model.first_alive(fit.parameters) * expected(weeks)[0])


def count_tail(
    fit: PurchaseFit, x: np.ndarray, T: np.ndarray, *, weeks: float, most: int
) -> np.ndarray:
    """P(N >= n | alive at T) for n = 1..most >= 1: (pairs, most), exact, without random numbers.

    ``x`` and ``T`` (days) are the customers' pairs; N counts purchase days in ``weeks``.
    Source: docs/algorithms/purchases.md, (9) and (10).
    """
    _check_weeks(weeks)
    if len(x) == 0:
        return np.zeros((0, most))
    return MODELS[fit.model].count_tail(fit.parameters, Pairs(x, T), weeks=weeks, most=most)
