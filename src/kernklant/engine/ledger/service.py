"""What was done for each customer in a year: how often, how long, at what cost, by whose fault."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa

from kernklant.engine.store import Snapshot
from kernklant.engine.units import twelve_months_before

HERE = Path(__file__).parent


def service(facts: Snapshot, *, as_of: date, customers: Sequence[int] | None = None) -> pa.Table:
    """One row per customer and activity in the twelve months to ``as_of``, in that order.

    ``count`` times in all, of which ``costed`` with a known ``cost`` (euros) and ``untimed``
    with neither cost nor minutes. ``minutes`` are those of activities without a cost,
    ``costed_minutes`` those with one. ``fault_count``, ``fault_untimed``, ``fault_minutes`` and
    ``fault_cost``: the part of it that our own error caused. Without activities no rows.
    ``customers``: the rows of these alone.
    """
    table = facts.mart(
        HERE / "service.sql",
        by_customer=True,
        customers=customers,
        as_of=as_of,
        year_start=twelve_months_before(as_of),
    )
    return table.sort_by([("customer", "ascending"), ("activity", "ascending")])
