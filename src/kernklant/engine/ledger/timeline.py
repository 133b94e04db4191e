"""What happened with one customer: per month, and as events."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa

from kernklant.engine.store import Snapshot

HERE = Path(__file__).parent


def sales_months(facts: Snapshot, customer: int, *, since: date, as_of: date) -> pa.Table:
    """Month, revenue, margin (null when a line of the month has no cost), documents; by month.

    Of the days after ``since`` to ``as_of``; a month without sales has no row.
    """
    return facts.mart(HERE / "sales_months.sql", only=customer, since=since, as_of=as_of)


def activity_months(facts: Snapshot, customer: int, *, since: date, as_of: date) -> pa.Table:
    """Month, activity, count, minutes, and ``untimed``: of how many no minutes are known."""
    return facts.mart(HERE / "activity_months.sql", only=customer, since=since, as_of=as_of)


def timeline(facts: Snapshot, customer: int, *, as_of: date, before: date, most: int) -> pa.Table:
    """Whole days before ``before``, newest first, until there are ``most`` events; see the text."""
    return facts.mart(HERE / "timeline.sql", only=customer, as_of=as_of, before=before, most=most)
