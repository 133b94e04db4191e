"""payments.sql in plain Python, one invoice at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from kernklant.engine.units import twelve_months_before

SCHEMA = pa.schema(
    [
        ("customer", pa.int64()),
        ("credit", pa.bool_()),
        ("period", pa.int32()),
        ("days", pa.int32()),
        ("unpaid", pa.bool_()),
        ("invoices", pa.int64()),
        ("amount", pa.decimal128(18, 2)),
    ]
)
Invoice = dict[str, Any]


def told(invoices: Iterable[Invoice], as_of: date) -> pa.Table:
    """What ledger/payments.py tells of these rows of the table payments."""
    found: dict[tuple[Any, ...], list[Any]] = defaultdict(lambda: [0, Decimal(0)])
    for invoice in invoices:
        if invoice["invoice_date"] <= as_of and (key := key_of(invoice, as_of)):
            total = found[(invoice["customer"], *key)]
            total[0] += 1
            total[1] += invoice["amount"]
    rows = [(*key, *total) for key, total in found.items()]
    rows.sort(key=lambda row: [(part is None, part or 0) for part in row])
    columns = list(zip(*rows, strict=True)) or [[] for _ in SCHEMA]
    return pa.table([list(column) for column in columns], schema=SCHEMA)


def key_of(invoice: Invoice, as_of: date) -> tuple[Any, ...] | None:
    """Credit, period, days, unpaid; None for a credit that is settled."""
    paid = invoice.get("paid_date")
    unpaid = paid is None or paid > as_of
    if invoice["amount"] <= 0:
        return (True, 0, 0, True) if unpaid else None
    year_start, due = twelve_months_before(as_of), invoice.get("due_date")
    if due is None:
        matters = unpaid or invoice["invoice_date"] > year_start
        return (False, 0, None if matters else 0, unpaid)
    due = max(due, invoice["invoice_date"])
    days = max(((as_of if unpaid else paid) - due).days, 0)
    period = period_of(due, as_of)
    return (False, period, days if unpaid or period else 0, unpaid)


def period_of(due: date, as_of: date) -> int:
    if due >= as_of or due <= twelve_months_before(as_of):
        return 0
    if due > as_of - timedelta(days=90):
        return 1
    return 2 if due > as_of - timedelta(days=270) else 3
