"""What each customer paid in a year beside what the price list asks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa

from kernklant.engine.store import Snapshot
from kernklant.engine.units import twelve_months_before

HERE = Path(__file__).parent


def prices(facts: Snapshot, *, as_of: date) -> pa.Table:
    """One row per customer with lines that tell a list price, by number.

    ``realised`` and ``listed``, euros of the twelve months to ``as_of``, both above zero.
    """
    return facts.mart(
        HERE / "prices.sql",
        by_customer=True,
        as_of=as_of,
        year_start=twelve_months_before(as_of),
    )
