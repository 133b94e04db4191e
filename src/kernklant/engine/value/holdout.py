"""Does a model forecast months it has not seen at least as well as the run-rate?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kernklant.engine.errors import Text
from kernklant.engine.ledger.history import History
from kernklant.engine.units import DAYS_PER_WEEK
from kernklant.engine.value.purchases import Model, expected_purchases, fit_purchases
from kernklant.engine.value.runrate import run_rate

FEWEST_WEEKS = 4.0
FEWEST_ORDERS = 20
BEYOND_CHANCE = 1.645  # one-sided 5 %
FAR_OFF = 2.0  # a total forecast more than this factor off

TOO_LITTLE = Text(
    "Niet getoetst: er zijn te weinig weken of aankopen om een deel achter te houden.",
    "Not tested: there are too few weeks or purchases to hold any back.",
)
UNSOUND_BEFORE = Text(
    "Niet getoetst: zonder de laatste maanden zijn er te weinig gegevens voor het koopmodel.",
    "Not tested: without the last months there are too few data for the purchase model.",
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
    """Whether there was a test, whether it was passed, the sentence, and the figures (JSON).

    ``off`` is how far the total of the rule that won was off, in logs; 0 when not tested.
    """

    tested: bool
    passed: bool
    off: float
    why: Text
    figures: dict[str, Any]


def hold_out(history: History, *, model: Model, prior: bool | None) -> Holdout:
    """Refit on ``history.calibration`` and compare forecasts of ``orders_holdout``.

    Worse means: a mean absolute error above the run-rate's beyond chance (paired, one-sided
    5 %), or a total more than a factor 2 off while the run-rate's is closer.
    """
    weeks = (history.as_of - history.cut).days / DAYS_PER_WEEK
    actual = history.table["orders_holdout"].to_numpy()[history.calibration_rows]
    figures: dict[str, Any] = {"weeks": round(weeks, 2), "customers": len(actual)}
    if weeks < FEWEST_WEEKS or actual.sum() < FEWEST_ORDERS:
        return Holdout(False, True, 0.0, TOO_LITTLE, untested(TOO_LITTLE) | figures)
    before = fit_purchases(history.calibration, model=model, prior=prior)
    if not before.sound:
        return Holdout(False, True, 0.0, UNSOUND_BEFORE, untested(UNSOUND_BEFORE) | figures)
    forecast = expected_purchases(before, history.calibration, weeks=weeks)
    rate = run_rate(history.calibration).expected(history.calibration, weeks=weeks)
    figures |= {"orders": int(actual.sum())}
    figures |= {"model": _errors(forecast, actual), "run_rate": _errors(rate, actual)}
    passed = not _worse(forecast, rate, actual)
    why = PASSED if passed else WORSE
    off = _off((forecast if passed else rate).sum(), actual.sum())
    return Holdout(
        True, passed, off, why, {"tested": True, "passed": passed, **_said(why), **figures}
    )


def untested(why: Text) -> dict[str, Any]:
    """What the figures say when there was no test."""
    return {"tested": False, "passed": None, **_said(why)}


def _said(why: Text) -> dict[str, Any]:
    return {"why": {"nl": why.nl, "en": why.en}}


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
