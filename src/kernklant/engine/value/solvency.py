"""Who may stop paying: days beyond terms, what is open, and the lifetime value at stake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Text
from kernklant.engine.ledger.payments import BEFORE, NO_PERIOD, RECENT
from kernklant.engine.units import euros
from kernklant.engine.value import solvency_words as words

# The chance that a customer becomes insolvent within twelve months, by days beyond terms. The
# classes are those in which credit bureaus grade payment (30, 60, 90, 120 days); the chances are
# an assumption of ours, until a company has counted enough insolvencies of its own customers.
CHANCE_BY_DAYS = ((0, 0.01), (15, 0.02), (30, 0.05), (60, 0.12), (90, 0.20), (120, 0.30))
# Invoices that the habit of all customers together weighs beside a customer's own; an assumption.
HABIT_INVOICES = 5
# Of what is open at an insolvency: 0.6 to 0.9 for trade credit without security.
LOSS_GIVEN_DEFAULT = 0.75
WATCH_CHANCE = 0.10
WATCH_TREND_DAYS = 20
WATCH_OVERDUE = 0.30
OVERDUE_DAYS = 30
FEWEST_INVOICES = 2  # of a period, before it says anything of a trend

REASONS = ("none", "unknown", "insolvent", "chance", "trend")


@dataclass(frozen=True, slots=True)
class Solvency:
    """How n customers pay, (n,) each; NaN where it is not known.

    ``dbt``: days beyond terms of what fell due in the last twelve months, weighed by amount; what
    is unpaid counts until now, and ``at_least`` (bool) says that there is such. ``trend``: days
    beyond terms of what fell due in the last 90 days less those of the 180 days before, unpaid
    invoices estimated. ``open``: euros not paid, credits taken off; ``overdue_30``: the share of
    it more than 30 days beyond terms, of what has terms. ``chance`` of insolvency within twelve
    months, an assumption; 1 when ``insolvent``. ``watch``: a person should look. Expected loss
    ``value_at_risk`` in euros. ``reason``: int8 place in REASONS.
    """

    customer: np.ndarray
    dbt: np.ndarray
    at_least: np.ndarray
    trend: np.ndarray
    open: np.ndarray
    overdue_30: np.ndarray
    chance: np.ndarray
    insolvent: np.ndarray
    watch: np.ndarray
    value_at_risk: np.ndarray
    reason: np.ndarray
    warnings: list[Text]

    def reasons(self, place: int, *, insolvent_on: date | None = None) -> list[Text]:
        """Why the customer in this place is insolvent or watched, as sentences; else none."""
        code = REASONS[self.reason[place]]
        if code == "insolvent":
            return [words.insolvent(insolvent_on)]
        if code not in ("chance", "trend"):
            return []
        paying = words.paying(
            self.dbt[place], trend=self.trend[place], at_least=bool(self.at_least[place])
        )
        overdue = words.overdue(self.overdue_30[place], of=self.open[place])
        said = [Text(f"{paying.nl}{overdue.nl}.", f"{paying.en}{overdue.en}.")]
        return [*said, words.chance(self.chance[place])] if code == "chance" else said


@dataclass(frozen=True, slots=True)
class BeyondTerms:
    """After how many days beyond terms how much is still unpaid.

    ``days`` (m,) int64, rising; ``unpaid`` (m,) the share still unpaid after each. ``mean`` days,
    ``at_least`` that when the longest are not paid yet. ``median``: the first day after which at
    most half is unpaid; NaN when that was not reached. ``invoices`` seen, ``open`` of them unpaid.
    """

    days: np.ndarray
    unpaid: np.ndarray
    mean: float
    median: float
    at_least: bool
    invoices: int
    open: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of ledger/payments.py: ``of`` is the place of the customer; amounts in whole cents.

    Whole numbers, so that sums of floats are exact and the same for any order of rows.
    """

    of: np.ndarray
    period: np.ndarray
    days: np.ndarray
    unpaid: np.ndarray
    credit: np.ndarray
    invoices: np.ndarray
    cents: np.ndarray

    def where(self, chosen: np.ndarray) -> Rows:
        """Some of the rows."""
        return Rows(*(getattr(self, name)[chosen] for name in self.__slots__))


def solvency(
    payments: pa.Table, customer: np.ndarray, insolvent: np.ndarray, *, clv: np.ndarray
) -> Solvency:
    """What the payments of ledger/payments.py say of ``customer`` (n,), sorted numbers.

    ``insolvent`` (n,) bool: a formal event, known elsewhere; ``clv`` (n,) euros, NaN not known.
    Rows of other customers are left out. Expected loss = chance x (loss given default x open +
    lifetime value above zero). A watched customer is more likely to fail than one in ten, or pays
    20 days later than before with 30 % of what is open a month overdue.
    Source: days beyond terms and loss given default as in trade credit; rule set: own.
    """
    n = len(customer)
    if payments.num_rows == 0:
        return _nothing_known(customer, insolvent)
    rows = _rows(payments, customer)
    due = rows.where(rows.period != NO_PERIOD)
    dbt = _share(_sum(due, due.cents * due.days, n), _sum(due, due.cents, n))
    trend = _trend(rows, n)
    at_risk, overdue = _open(rows, n)
    habit = float(np.sum(due.invoices * due.days) / max(due.invoices.sum(), 1))
    assumed = chance_of_default(dbt, _sum(due, due.invoices, n), habit=habit)
    chance = np.where(insolvent, 1.0, assumed)
    later = (trend > WATCH_TREND_DAYS) & (overdue > WATCH_OVERDUE)
    likely = chance > WATCH_CHANCE
    reason = np.select([insolvent, likely, later, np.isnan(dbt)], [2, 3, 4, 1], default=0)
    return Solvency(
        customer=customer,
        dbt=dbt,
        at_least=_sum(due, due.unpaid, n) > 0,
        trend=trend,
        open=at_risk,
        overdue_30=overdue,
        chance=chance,
        insolvent=insolvent,
        watch=(likely | later) & ~insolvent,
        value_at_risk=chance * (LOSS_GIVEN_DEFAULT * at_risk + np.maximum(clv, 0)),
        reason=reason.astype(np.int8),
        warnings=_warnings(rows),
    )


def _nothing_known(customer: np.ndarray, insolvent: np.ndarray) -> Solvency:
    """Without payments only a formal event is known; one NaN stands for all, for room's sake."""
    unknown, no = np.broadcast_to(np.nan, len(customer)), np.broadcast_to(False, len(customer))
    reason = np.where(insolvent, REASONS.index("insolvent"), REASONS.index("unknown"))
    return Solvency(
        customer=customer,
        dbt=unknown,
        at_least=no,
        trend=unknown,
        open=unknown,
        overdue_30=unknown,
        chance=np.where(insolvent, 1.0, np.nan) if insolvent.any() else unknown,
        insolvent=insolvent,
        watch=no,
        value_at_risk=unknown,
        reason=reason.astype(np.int8),
        warnings=[words.NOTHING_IMPORTED],
    )


def chance_of_default(dbt: np.ndarray, invoices: np.ndarray, *, habit: float) -> np.ndarray:
    """The assumed chance of insolvency within twelve months, (n,); NaN where ``dbt`` is.

    Days beyond terms ``dbt`` (n,) of few ``invoices`` (n,) are drawn to ``habit``, the days of
    any invoice; the chance rises by straight lines between the steps of CHANCE_BY_DAYS.
    """
    drawn = (invoices * dbt + HABIT_INVOICES * habit) / (invoices + HABIT_INVOICES)
    days, chances = np.array(CHANCE_BY_DAYS, dtype=np.float64).T
    return np.asarray(np.interp(drawn, days, chances), dtype=np.float64)


def beyond_terms(
    payments: pa.Table,
    *,
    customer: int | None = None,
    weigh: Literal["amount", "invoices"] = "amount",
) -> BeyondTerms | None:
    """The days beyond terms of a company's invoices, or of one ``customer``'s.

    Of what fell due in the last twelve months; an invoice paid in time is paid after 0 days, and
    an unpaid one leaves the reckoning on its age. By euro, or by invoice. None without invoices.
    Source: Kaplan & Meier (1958); the mean until the longest time seen: Efron (1967).
    """
    numbers = np.unique(payments["customer"].to_numpy()) if customer is None else [customer]
    rows = _rows(payments, np.asarray(numbers, dtype=np.int64))
    rows = rows.where(rows.period != NO_PERIOD)
    if len(rows.of) == 0:
        return None
    weight = rows.cents if weigh == "amount" else rows.invoices
    days, place = np.unique(rows.days, return_inverse=True)
    paid, left = (
        np.bincount(place.reshape(-1), weights=np.where(rows.unpaid == state, weight, 0.0))
        for state in (False, True)
    )
    threatened = np.cumsum((paid + left)[::-1])[::-1]
    unpaid = np.cumprod(1 - paid / threatened)
    halved = np.flatnonzero(unpaid <= 0.5)
    return BeyondTerms(
        days=days,
        unpaid=unpaid,
        mean=float(np.sum(np.diff(days, prepend=0) * np.append(1.0, unpaid[:-1]))),
        median=float(days[halved[0]]) if len(halved) else np.nan,
        at_least=bool(unpaid[-1] > 0),
        invoices=int(rows.invoices.sum()),
        open=int(rows.invoices[rows.unpaid].sum()),
    )


def mean_days(rows: Rows, n: int) -> np.ndarray:
    """The mean days beyond terms of n customers, by euro; NaN without invoices.

    What is unpaid is taken to be paid like what was unpaid as long and is known for longer; the
    longest counts until now, so it is the least the mean can be.
    Source: Kaplan & Meier (1958); the mean until the longest time seen: Efron (1967).
    """
    rows = rows.where(np.lexsort((rows.unpaid, rows.days, rows.of)))
    first = np.diff(rows.of, prepend=-1) != 0
    start = np.flatnonzero(first)
    before = np.cumsum(rows.cents) - rows.cents
    place = np.cumsum(first) - 1
    whole = _sum(rows, rows.cents, n)[rows.of]
    threatened = whole - (before - before[start][place])
    # Paid rows telescope; each unpaid one hands its part on to those after it.
    after = threatened - rows.cents
    handed = np.where(rows.unpaid & (after > 0), threatened / np.maximum(after, 1), 1.0)
    unpaid = threatened / whole * _product_before(handed, place)
    step = np.diff(rows.days, prepend=0)
    step[start] = rows.days[start]
    return np.where(np.bincount(rows.of, minlength=n) > 0, _sum(rows, step * unpaid, n), np.nan)


def _product_before(factor: np.ndarray, place: np.ndarray) -> np.ndarray:
    """The product of the factors before each row within its place, rows sorted by place.

    By doubling, so that a customer's bits do not depend on who stands before him.
    """
    product = np.ones(len(factor))
    alike = place[1:] == place[:-1]
    product[1:][alike] = factor[:-1][alike]
    reach = 1
    while reach < len(place) and np.any(alike := place[reach:] == place[:-reach]):
        further = np.where(alike, product[:-reach], 1.0)
        product[reach:] = product[reach:] * further
        reach *= 2
    return product


def _trend(rows: Rows, n: int) -> np.ndarray:
    recent, before = (rows.where(rows.period == period) for period in (RECENT, BEFORE))
    enough = np.minimum(_sum(recent, recent.invoices, n), _sum(before, before.invoices, n))
    change = mean_days(recent, n) - mean_days(before, n)
    return np.asarray(np.where(enough >= FEWEST_INVOICES, change, np.nan))


def _open(rows: Rows, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Euros open, and the share of it more than a month overdue; credits settle the oldest."""
    unpaid = rows.where(rows.unpaid)
    owed = unpaid.where(~unpaid.credit)
    termed = owed.where(~np.isnan(owed.days))
    overdue = termed.where(termed.days > OVERDUE_DAYS)
    credited = -_sum(unpaid, np.where(unpaid.credit, unpaid.cents, 0.0), n)
    whole, known, late = (
        np.maximum(_sum(part, part.cents, n) - credited, 0) for part in (owed, termed, overdue)
    )
    seen = np.bincount(rows.of, minlength=n) > 0
    return np.where(seen, whole / 100, np.nan), _share(late, known)


def _rows(payments: pa.Table, customer: np.ndarray) -> Rows:
    number = payments["customer"].to_numpy()
    place = np.searchsorted(customer, number)
    theirs = place < len(customer)
    theirs[theirs] = customer[place[theirs]] == number[theirs]
    found = Rows(
        of=place,
        period=payments["period"].to_numpy(),
        days=pc.cast(payments["days"], pa.float64()).to_numpy(),
        unpaid=payments["unpaid"].to_numpy(),
        credit=payments["credit"].to_numpy(),
        invoices=payments["invoices"].to_numpy(),
        cents=np.rint(euros(payments["amount"]) * 100),
    )
    return found if theirs.all() else found.where(theirs)


def _sum(rows: Rows, values: np.ndarray, n: int) -> np.ndarray:
    return np.bincount(rows.of, weights=values, minlength=n)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    share = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return np.asarray(share)


def _warnings(rows: Rows) -> list[Text]:
    without = int(rows.invoices[np.isnan(rows.days)].sum())
    return [words.without_terms(without)] if without else []
