"""Does a model forecast months it has not seen at least as well as the run-rate?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kernklant.engine.errors import Text
from kernklant.engine.ledger.history import History, Purchases
from kernklant.engine.units import DAYS_PER_WEEK
from kernklant.engine.value.priors import FEW_REPEAT_BUYERS
from kernklant.engine.value.purchases import (
    Model,
    PurchaseFit,
    expected_purchases,
    fit_purchases,
)
from kernklant.engine.value.runrate import run_rate
from kernklant.engine.value.sound import FEWEST_REPEAT_BUYERS

FEWEST_WEEKS = 4.0
FEWEST_ORDERS = 20
SHORTEST_DAYS = 91
BEYOND_CHANCE = 1.645  # one-sided 5 %
FAR_OFF = 2.0  # a total forecast more than this factor off
UNKNOWN = 0.5  # error of a total, in logs, that nothing tested; the run-rate's on CDNOW was 0.44
PRIOR_SPEAKS = 0.3  # standard error of a log parameter of leaving; the prior's own is 1

TOO_LITTLE = Text(
    "Niet getoetst: er zijn te weinig weken of aankopen om een deel achter te houden.",
    "Not tested: there are too few weeks or purchases to hold any back.",
)
TOO_LITTLE_BEFORE = Text(
    "Niet getoetst: zonder de laatste maanden zijn er te weinig gegevens voor het koopmodel.",
    "Not tested: without the last months there are too few data for the purchase model.",
)
TOO_SHORT = Text(
    "De historie is korter dan dertien weken: te kort om jaren vooruit te rekenen.",
    "The history is shorter than thirteen weeks: too short to reckon years ahead.",
)
PASSED = Text(
    "Getoetst: het koopmodel voorspelde de achtergehouden periode niet slechter dan het eigen "
    "kooptempo.",
    "Tested: the purchase model forecast the period held back no worse than the own rate.",
)
WORSE = Text(
    "Getoetst en afgekeurd: het eigen kooptempo voorspelde de achtergehouden periode beter dan "
    "het koopmodel.",
    "Tested and refused: the own rate forecast the period held back better than the purchase "
    "model.",
)


@dataclass(frozen=True, slots=True)
class Holdout:
    """Whether there was a test, whether the fit may be used, why, and the figures (JSON).

    ``off`` is how far the total of the rule that won may be off, in logs; ``level`` which part,
    at most all, of the run-rate's forecast came true.
    """

    tested: bool
    passed: bool
    off: float
    level: float
    why: Text
    figures: dict[str, Any]


def hold_out(history: History, *, fit: PurchaseFit, prior: bool | None) -> Holdout:
    """Refit on ``history.calibration`` and compare forecasts of ``orders_holdout``.

    Refused: a ``fit`` that is unsound; one that is so without the last months; and one that
    forecasts worse: a mean absolute error above the run-rate's beyond chance (paired, one-sided
    5 %), or a total more than a factor 2 off while the run-rate's is closer.
    """
    weeks = (history.as_of - history.cut).days / DAYS_PER_WEEK
    past = history.calibration
    actual = history.table["orders_holdout"].to_numpy()[history.calibration_rows]
    sizes: dict[str, Any] = {
        "weeks": round(weeks, 2),
        "customers": len(actual),
        "orders": int(actual.sum()),
    }
    rate = run_rate(past).expected(past, weeks=weeks)
    level = min(1.0, (float(actual.sum()) + 0.5) / (float(rate.sum()) + 0.5))
    if weeks < FEWEST_WEEKS or actual.sum() < FEWEST_ORDERS:
        return _untested(fit, TOO_LITTLE, sizes, off=UNKNOWN, level=level)
    sizes["run_rate"] = _errors(rate, actual)
    off = _off(rate.sum(), actual.sum())
    before = believable_fit(past, model=fit.model, prior=prior) if fit.sound else fit
    short = int(past.T.max(initial=0)) < SHORTEST_DAYS
    if short or before.repeat_buyers < FEWEST_REPEAT_BUYERS or not fit.sound:
        return _untested(fit, TOO_LITTLE_BEFORE, sizes, off=off, level=level)
    forecast = expected_purchases(before, past, weeks=weeks)
    sizes["model"] = _errors(forecast, actual)
    why = _verdict(before, forecast, rate, actual=actual)
    if why is PASSED:
        off = _off(forecast.sum(), actual.sum())
    said = {"tested": True, "passed": why is PASSED, **_said(why)}
    return Holdout(True, why is PASSED, off, level, why, said | sizes)


def _untested(
    fit: PurchaseFit, why: Text, figures: dict[str, Any], *, off: float, level: float
) -> Holdout:
    """A sound fit passes untested, so nothing says how far off it is; an unsound one fails."""
    why = why if fit.sound else fit.why
    off = UNKNOWN if fit.sound else off
    said = {"tested": False, "passed": None, **_said(why)}
    return Holdout(False, fit.sound, off, level, why, said | figures)


def _said(why: Text) -> dict[str, Any]:
    return {"why": {"nl": why.nl, "en": why.en}}


def believable_fit(history: Purchases, *, model: Model, prior: bool | None) -> PurchaseFit:
    """A fit in which a weak prior does not hide that the data say nothing about leaving.

    On a base that is large enough for maximum likelihood the prior may only steady it: where
    leaving stays unsure with the prior, the fit without one decides whether it is sound.
    No fit to less than thirteen weeks is.
    """
    fit = fit_purchases(history, model=model, prior=prior)
    unsure = float(np.sqrt(np.diag(fit.covariance)[2:].max()))
    if fit.sound and history.T.max() < SHORTEST_DAYS:
        return replace(fit, sound=False, why=TOO_SHORT)
    if fit.repeat_buyers < FEW_REPEAT_BUYERS or not fit.prior or unsure < PRIOR_SPEAKS:
        return fit
    alone = fit_purchases(history, model=model, prior=False)
    return fit if alone.sound else alone


def _verdict(
    before: PurchaseFit, forecast: np.ndarray, rate: np.ndarray, *, actual: np.ndarray
) -> Text:
    if not before.sound:
        return Text(
            f"Zonder de laatste maanden hield het koopmodel geen stand. {before.why.nl}",
            f"Without the last months the purchase model did not hold. {before.why.en}",
        )
    return WORSE if _worse(forecast, rate, actual) else PASSED


def _errors(forecast: np.ndarray, actual: np.ndarray) -> dict[str, float]:
    total = float(forecast.sum())
    return {
        "orders": round(total, 2),
        "mae": round(float(np.abs(forecast - actual).mean()), 4),
        "bias": round(total / float(actual.sum()) - 1, 4),
    }


def _worse(forecast: np.ndarray, rate: np.ndarray, actual: np.ndarray) -> bool:
    more = np.abs(forecast - actual) - np.abs(rate - actual)
    chance = more.std() / np.sqrt(len(more))
    if more.mean() > BEYOND_CHANCE * chance:
        return True
    off, rule_off = (_off(total, actual.sum()) for total in (forecast.sum(), rate.sum()))
    return off > np.log(FAR_OFF) and off > rule_off


def _off(forecast: float, actual: float) -> float:
    """How far a total is off, in logs; nothing forecast counts as a factor of a million."""
    return abs(float(np.log(max(forecast, actual * 1e-6) / actual)))
