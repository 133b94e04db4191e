"""What happened with one customer: per month, and as events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from kernklant.engine.store import Snapshot

HERE = Path(__file__).parent
Values = Mapping[str, date | int]


class Happened(NamedTuple):
    """Of one customer.

    ``sales``: month, revenue, margin (null when a line of the month has no cost), documents; a
    month without sales has no row. ``activities``: month, activity, count, minutes, and
    ``untimed``: of how many no minutes are known. ``events``: see :func:`timeline`.
    """

    sales: pa.Table
    activities: pa.Table
    events: pa.Table


def happened(facts: Snapshot, customer: int, *, since: date, as_of: date, most: int) -> Happened:
    """The months of the days after ``since`` to ``as_of``, and the newest events."""
    after: Values = {"since": since, "as_of": as_of}
    asked = [(HERE / "sales_months.sql", after), (HERE / "activity_months.sql", after)]
    newest: Values = {"as_of": as_of, "before": as_of + timedelta(days=1), "most": most}
    return Happened(*facts.marts_of(customer, [*asked, (HERE / "timeline.sql", newest)]))


def timeline(facts: Snapshot, customer: int, *, as_of: date, before: date, most: int) -> pa.Table:
    """Whole days before ``before``, newest first, until there are ``most`` events; see the text."""
    asked: Values = {"as_of": as_of, "before": before, "most": most}
    return facts.marts_of(customer, [(HERE / "timeline.sql", asked)])[0]
