"""Purchase histories as the literature counts them: repeat days, weeks = days / 7."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import numpy as np

from kernklant.engine.ledger.history import Purchases
from kernklant.engine.value.purchases import Model, Parameters, PurchaseFit, fit_purchases

CALIBRATION_END = date(1997, 9, 30)
HOLDOUT_END = date(1998, 6, 30)


def purchase_days(path: Path) -> dict[int, list[date]]:
    """Each customer's distinct purchase days, in order."""
    days: dict[int, set[date]] = {}
    with path.open() as lines:
        for line in csv.DictReader(lines):
            day = date.fromisoformat(line["date"])
            days.setdefault(int(line["customer_id"]), set()).add(day)
    return {customer: sorted(days[customer]) for customer in sorted(days)}


def until(days: Iterable[list[date]], end: date) -> Purchases:
    """The histories as they stood at the end of a day."""
    seen = [[day for day in purchases if day <= end] for purchases in days]
    rows = [
        (len(bought) - 1, (bought[-1] - bought[0]).days, (end - bought[0]).days)
        for bought in seen
        if bought
    ]
    return customers(*zip(*rows, strict=True))


def customers(x: Iterable[int], t_x: Iterable[int], end: Iterable[int]) -> Purchases:
    """Histories from three columns, in days."""
    return Purchases(*(np.array(list(column), dtype=np.int32) for column in (x, t_x, end)))


def in_weeks(x: Iterable[int], t_x: Iterable[float], end: Iterable[float]) -> Purchases:
    """Histories from printed weeks, which are whole days rounded."""
    return customers(x, (round(7 * week) for week in t_x), (round(7 * week) for week in end))


def given(model: Model, parameters: Parameters) -> PurchaseFit:
    """A fit with parameters from a publication instead of an estimate."""
    nobody = customers([], [], [])
    fit = fit_purchases(nobody, model=model)
    return PurchaseFit(
        model=model,
        parameters=parameters,
        log_likelihood=0.0,
        covariance=fit.covariance,
        prior=False,
        customers=0,
        repeat_buyers=0,
        sound=True,
        why=fit.why,
    )
