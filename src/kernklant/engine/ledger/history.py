"""One row per customer: how often, how recently, how long, and for how much."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.store import Snapshot
from kernklant.engine.units import today, twelve_months_before

HERE = Path(__file__).parent
LONGEST_HOLDOUT_DAYS = 52 * 7
CALIBRATION = ["x_cal", "t_x_cal", "t_end_cal"]
# What is asked for the fit and its proof alone.
FITTING = [*CALIBRATION, "spend", "repeat_spend", "spend_cal", "repeat_spend_cal"]
FITTING += ["orders_holdout", "spend_holdout"]


@dataclass(frozen=True, slots=True)
class Purchases:
    """Purchase timing of n customers, in whole days: int32 arrays of length n.

    ``x`` repeat purchase days; ``t_x`` days from first to last purchase (0 when x = 0);
    ``T`` days from first purchase to the as-of date; 0 <= t_x <= T.
    """

    x: np.ndarray
    t_x: np.ndarray
    T: np.ndarray


@dataclass(frozen=True, slots=True)
class History:
    """What history.sql says of every customer, and the same as arrays.

    ``purchases`` has the length of ``table``; a row without orders has x = t_x = T = 0 there
    and False in ``buyer``. ``calibration`` is the state at ``cut`` of the rows
    ``calibration_rows``: those with a purchase until then.
    """

    table: pa.Table
    purchases: Purchases
    buyer: np.ndarray
    calibration: Purchases
    calibration_rows: np.ndarray
    as_of: date
    cut: date

    def after_fit(self) -> History:
        """The same without what only a fit and its proof ask: a third of its room."""
        nobody = np.zeros(0, dtype=np.int64)
        return replace(
            self,
            table=self.table.drop_columns(FITTING),
            calibration=Purchases(nobody, nobody, nobody),
            calibration_rows=nobody,
        )


def history(facts: Snapshot, *, as_of: date, cut: date | None = None) -> History:
    """The histories of all customers with a sales line on or before ``as_of``, by number.

    ``cut`` parts calibration from holdout; by default a quarter of the observed span before
    ``as_of``, at most 52 weeks.
    """
    cut = cut or _default_cut(facts, as_of)
    table = facts.mart(
        HERE / "history.sql",
        by_customer=True,
        as_of=as_of,
        cut=cut,
        year_start=twelve_months_before(as_of),
    )
    known = np.flatnonzero(pc.is_valid(table["x_cal"]).to_numpy())
    return History(
        table=table,
        purchases=_purchases(table, ""),
        buyer=table["orders"].to_numpy() > 0,
        calibration=_purchases(table.select(CALIBRATION).take(known), "_cal"),
        calibration_rows=known,
        as_of=as_of,
        cut=cut,
    )


def first_sales_day(facts: Snapshot) -> date | None:
    """The day of the first sales line; None without sales."""
    return _span(facts, date.max)[0]


def last_sales_day(facts: Snapshot, *, until: date | None = None) -> date | None:
    """The day of the last sales line until a day (None: today); None without sales.

    An invoice paid ahead or a mistyped year is no reason to look back from the future.
    """
    return _span(facts, until or today())[1]


def sales_after(facts: Snapshot, day: date) -> tuple[int, date | None]:
    """How many sales lines there are after a day, and the last day of those."""
    many, last = facts.mart(HERE / "sales_after.sql", day=day).to_pylist()[0].values()
    return many, last


def order_days(facts: Snapshot, *, as_of: date) -> pa.Table:
    """Every purchase day with its net amount (customer, day, amount), by customer and day."""
    days = facts.mart(HERE / "orders.sql", as_of=as_of)
    return days.sort_by([("customer", "ascending"), ("day", "ascending")])


def _default_cut(facts: Snapshot, as_of: date) -> date:
    first, last = _span(facts, as_of)
    if first is None or last is None:
        return as_of
    return as_of - timedelta(days=min((as_of - first).days // 4, LONGEST_HOLDOUT_DAYS))


def _span(facts: Snapshot, until: date) -> tuple[date | None, date | None]:
    first, last = facts.mart(HERE / "history_span.sql", as_of=until).to_pylist()[0].values()
    return first, last


def _purchases(table: pa.Table, suffix: str) -> Purchases:
    x, t_x, t_end = (table[name + suffix].to_numpy() for name in ("x", "t_x", "t_end"))
    return Purchases(x, t_x, t_end)
