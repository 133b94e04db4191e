"""Service tables as ledger/service.py gives them, from a few words a row."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa

COUNTS = ("count", "untimed", "costed", "fault_count", "fault_untimed")
MINUTES = ("minutes", "costed_minutes", "fault_minutes")
MONEY = ("cost", "fault_cost")
SCHEMA = pa.schema(
    [("customer", pa.int64()), ("activity", pa.string())]
    + [(name, pa.int64()) for name in COUNTS]
    + [(name, pa.decimal128(28, 6)) for name in MINUTES]
    + [(name, pa.decimal128(18, 2)) for name in MONEY]
)

Row = tuple[int, str, dict[str, Any]]


def services(*rows: Row) -> pa.Table:
    """What a row leaves out is zero."""
    made = [
        dict.fromkeys(COUNTS, 0)
        | {name: Decimal(0) for name in (*MINUTES, *MONEY)}
        | {"customer": customer, "activity": activity}
        | {name: value if name in COUNTS else Decimal(str(value)) for name, value in more.items()}
        for customer, activity, more in rows
    ]
    columns = {name: [row[name] for row in made] for name in SCHEMA.names}
    return pa.table(columns, schema=SCHEMA)
