"""How each customer pays: invoices by days beyond their terms, and what is open."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from kernklant.engine.store import Snapshot
from kernklant.engine.units import twelve_months_before

HERE = Path(__file__).parent
RECENT_DAYS = 90
BEFORE_DAYS = 180
# What `period` says of an invoice: when it fell due.
NO_PERIOD, RECENT, BEFORE, EARLIER = 0, 1, 2, 3


def payments(facts: Snapshot, *, as_of: date) -> pa.Table:
    """One row per customer, ``credit``, ``period``, ``days`` and ``unpaid``, as known on ``as_of``.

    ``invoices`` and ``amount`` (euros) of each. ``period``: due in the last 90 days (1), in the
    180 days before (2), earlier in the last twelve months (3), or none of these (0: due longer
    ago, today or later, without terms, or a credit). ``days`` beyond terms until the day it was
    paid, or until ``as_of`` when ``unpaid``; 0 when not late, null when no due date is known. Of
    period 0 only open invoices have their days, and of credits only the open ones have a row.
    """
    table = facts.mart(
        HERE / "payments.sql",
        by_customer=True,
        as_of=as_of,
        recent_start=as_of - timedelta(days=RECENT_DAYS),
        before_start=as_of - timedelta(days=RECENT_DAYS + BEFORE_DAYS),
        year_start=twelve_months_before(as_of),
    )
    keys = ("customer", "credit", "period", "days", "unpaid")
    return table.sort_by([(name, "ascending") for name in keys])
