"""Histories from short lists of orders, counted as history.sql counts them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa

from kernklant.engine.ledger.history import History, Purchases
from kernklant.engine.units import twelve_months_before

AS_OF = date(2025, 12, 31)
MONEY = pa.decimal128(18, 2)
INT = ("orders", "x", "t_x", "t_end", "x_cal", "t_x_cal", "t_end_cal", "orders_holdout")
# customer, day (a date, or days before AS_OF), amount, cost (None: not known)
Order = tuple[int, date | int, str | float, str | float | None]


def cents(amount: str | float) -> Decimal:
    return Decimal(str(amount)).quantize(Decimal("0.01"))


def build(
    orders: Iterable[Order], *, as_of: date = AS_OF, cut: date | None = None
) -> tuple[History, Callable[[], pa.Table]]:
    """The history of sales lines until ``as_of``, and what reads its order days."""
    lines = defaultdict(list)
    for customer, day, amount, cost in orders:
        on = as_of - timedelta(days=day) if isinstance(day, int) else day
        if on <= as_of:
            lines[customer].append((on, cents(amount), None if cost is None else cents(cost)))
    first = min((line[0] for of in lines.values() for line in of), default=as_of)
    cut = cut or as_of - timedelta(days=min((as_of - first).days // 4, 364))
    rows = [_row(customer, lines[customer], as_of, cut) for customer in sorted(lines)]
    days = [
        {"customer": customer, "day": day, "amount": net}
        for customer in sorted(lines)
        for day, net in _bought(lines[customer], as_of)
    ]
    return as_history(rows, as_of=as_of, cut=cut), lambda: _order_days(days)


def as_history(rows: list[dict], *, as_of: date, cut: date) -> History:
    table = pa.table({name: pa.array([row[name] for row in rows], _type(name)) for name in COLUMNS})
    known = np.array([i for i, row in enumerate(rows) if row["x_cal"] is not None], dtype=np.int64)
    return History(
        table=table,
        purchases=_purchases(table, ("x", "t_x", "t_end")),
        buyer=table["orders"].to_numpy() > 0,
        calibration=_purchases(table.take(known), ("x_cal", "t_x_cal", "t_end_cal")),
        calibration_rows=known,
        as_of=as_of,
        cut=cut,
    )


def _purchases(table: pa.Table, names: tuple[str, str, str]) -> Purchases:
    return Purchases(*(table[name].to_numpy() for name in names))


def _type(name: str) -> pa.DataType:
    if name in INT:
        return pa.int32()
    if name in ("customer", "lines"):
        return pa.int64()
    return pa.date32() if name.endswith("_on") else MONEY


def _order_days(days: list[dict]) -> pa.Table:
    schema = pa.schema([("customer", pa.int64()), ("day", pa.date32()), ("amount", MONEY)])
    return pa.Table.from_pylist(days, schema=schema)


def _bought(lines: list, until: date) -> list[tuple[date, Decimal]]:
    net: dict[date, Decimal] = defaultdict(Decimal)
    for day, amount, _ in lines:
        if day <= until:
            net[day] += amount
    return sorted((day, amount) for day, amount in net.items() if amount > 0)


def _counts(bought: list[tuple[date, Decimal]], until: date, suffix: str) -> dict:
    if not bought:
        nothing = 0 if suffix == "" else None
        counts = {"x": nothing, "t_x": nothing, "t_end": nothing}
        money = {"spend": Decimal(0), "repeat_spend": Decimal(0)}
    else:
        first, last = bought[0][0], bought[-1][0]
        spend = sum(amount for _, amount in bought)
        counts = {
            "x": len(bought) - 1,
            "t_x": (last - first).days,
            "t_end": (until - first).days,
        }
        money = {"spend": spend, "repeat_spend": spend - bought[0][1]}
    return {name + suffix: value for name, value in {**counts, **money}.items()}


def _row(customer: int, lines: list, as_of: date, cut: date) -> dict:
    bought = _bought(lines, as_of)
    held = [amount for day, amount in bought if day > cut]
    year = [line for line in lines if line[0] > twelve_months_before(as_of)]
    return {
        "customer": customer,
        "lines": len(lines),
        "orders": len(bought),
        "first_order_on": bought[0][0] if bought else None,
        "last_order_on": bought[-1][0] if bought else None,
        "revenue": _sum(lines),
        "revenue_12m": _sum(year),
        "revenue_costed": _sum([line for line in lines if line[2] is not None]),
        "cost": sum((line[2] or Decimal(0) for line in lines), Decimal(0)),
        "revenue_costed_12m": _sum([line for line in year if line[2] is not None]),
        "cost_12m": sum((line[2] or Decimal(0) for line in year), Decimal(0)),
        **_counts(bought, as_of, ""),
        **_counts(_bought(lines, cut), cut, "_cal"),
        "orders_holdout": len(held),
        "spend_holdout": sum(held, Decimal(0)),
    }


def _sum(lines: list) -> Decimal:
    return sum((amount for _, amount, _ in lines), Decimal(0))


COLUMNS = tuple(_row(0, [], AS_OF, AS_OF))


def cdnow(path, *, as_of: date, cut: date) -> tuple[History, Callable[[], pa.Table]]:
    """The CDNOW sample's history; no cost is known."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    cells = (line.split(",") for line in lines)
    orders = [(int(of), date.fromisoformat(day), amount, None) for of, day, amount in cells]
    return build(orders, as_of=as_of, cut=cut)
