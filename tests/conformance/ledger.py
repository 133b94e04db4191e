"""Invented ledgers full of odd cases: the same for the same seed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from kernklant.engine.ledger.tables import (
    ACTIVITIES,
    CONTRACTS,
    CUSTOMERS,
    FEEDBACK,
    PAYMENTS,
    SALES,
    TABLES,
    schema,
)

FIRST = date(2023, 1, 1)
DAYS = 500
LEAP_DAY = (date(2024, 2, 29) - FIRST).days


def ledger(seed: int) -> dict[str, pa.Table]:
    """Every table that a mart asks about."""
    empty = {name: schema(table).empty_table() for name, table in TABLES.items()}
    makers = {
        "sales": sales,
        "customers": customers,
        "activities": activities,
        "feedback": feedback,
        "payments": payments,
        "contracts": contracts,
    }
    return {**empty, **{name: make(seed) for name, make in makers.items()}}


def customers(seed: int, *, rows: int = 400) -> pa.Table:
    """What was told of 60 customers in eight imports, most columns left open each time."""
    draw = np.random.default_rng(seed)
    shape = schema(CUSTOMERS)
    made = [{field.name: _told(draw, field) for field in shape} for _ in range(rows)]
    return pa.table({name: [row[name] for row in made] for name in shape.names}, schema=shape)


def _told(draw: np.random.Generator, field: pa.Field) -> Any:
    if field.name == "customer":
        return int(draw.integers(1, 60))
    if field.name == "import_no":
        return int(draw.integers(1, 8))
    if field.name in ("row_key", "row_hash"):
        return draw.bytes(field.type.byte_width)
    if draw.random() < 0.7:
        return None
    number = int(draw.integers(0, 50))
    day = FIRST + timedelta(days=number % 5)  # few days, so that rows tie on the day they count
    values = {"string": f"é{number}", "int64": number, "bool": number % 2 == 0, "date32[day]": day}
    return values.get(str(field.type), Decimal(number) / 4)


def sales(seed: int, *, lines: int = 3000) -> pa.Table:
    """Sales lines of few customers on few days, so that lines share days and documents.

    A quarter are credits: of documents of their own customer, of another one's, of none, of
    later ones and of themselves. Cost and document are absent at times; amounts may be zero.
    """
    draw = np.random.default_rng(seed)
    made = [_line(draw) for _ in range(lines)]
    columns = {name: [line.get(name) for line in made] for name in schema(SALES).names}
    return pa.table(columns, schema=schema(SALES))


def _line(draw: np.random.Generator) -> dict[str, Any]:
    customer = int(min(draw.zipf(1.3), 500))  # a few with many lines, many with one
    day = LEAP_DAY if draw.random() < 0.05 else int(draw.integers(0, DAYS))
    credit = draw.random() < 0.25
    cents = int(draw.integers(0, 4)) * 2500 or int(draw.integers(0, 20_000))
    amount = Decimal(-cents if credit else cents) / 100
    return {
        "customer": customer,
        "date": FIRST + timedelta(days=day),
        "amount": amount,
        "cost": None if draw.random() < 0.4 else Decimal(int(draw.integers(0, 15_000))) / 100,
        "document": None if draw.random() < 0.1 else f"D{customer % 40}-{draw.integers(0, 12)}",
        "corrects": f"D{customer % 40}-{draw.integers(0, 15)}" if draw.random() < 0.4 else None,
        "quantity": Decimal(cents % 7 - 1),
        "list_price": None if cents % 3 == 0 else Decimal(cents % 50) / 4,
        "import_no": 1,
    }


def activities(seed: int, *, rows: int = 1500) -> pa.Table:
    """Few customers and activities, on few days that periods begin or end on, and on others."""
    draw = np.random.default_rng(seed)
    made = [_activity(draw) for _ in range(rows)]
    columns = {name: [row.get(name) for row in made] for name in schema(ACTIVITIES).names}
    return pa.table(columns, schema=schema(ACTIVITIES))


def _activity(draw: np.random.Generator) -> dict[str, Any]:
    edges = (LEAP_DAY, LEAP_DAY - 366, LEAP_DAY - 60, 180)
    day = int(draw.choice(edges)) if draw.random() < 0.3 else int(draw.integers(0, DAYS))
    cents, minutes = int(draw.integers(-500, 20_000)), int(draw.integers(-1, 200))
    return {
        "customer": int(draw.integers(1, 40)),
        "date": FIRST + timedelta(days=day),
        "activity": str(draw.choice(["visit", "Visit", "call", "é", "zz top"])),
        "count": None if draw.random() < 0.5 else int(draw.integers(-1, 4)),
        "minutes": None if draw.random() < 0.4 else Decimal(minutes) / 8,
        "cost": None if draw.random() < 0.6 else Decimal(cents) / 100,
        "our_fault": [None, False, True][int(draw.integers(0, 3))],
        "import_no": 1,
    }


def payments(seed: int, *, rows: int = 1500) -> pa.Table:
    """Invoices and credits of few customers: paid early, late, after the as-of day or never.

    Some have no due date, or one before the invoice; some amounts are zero.
    """
    draw = np.random.default_rng(seed)
    made = [_invoice(draw) for _ in range(rows)]
    columns = {name: [row.get(name) for row in made] for name in schema(PAYMENTS).names}
    return pa.table(columns, schema=schema(PAYMENTS))


def _invoice(draw: np.random.Generator) -> dict[str, Any]:
    written = FIRST + timedelta(days=int(draw.integers(-300, DAYS)))
    due = written + timedelta(days=int(draw.choice([-3, 0, 14, 30, 60])))
    paid = due + timedelta(days=int(draw.choice([-20, -1, 0, 1, 7, 30, 31, 90, 400])))
    return {
        "customer": int(draw.integers(1, 40)),
        "document": f"F{draw.integers(0, 10_000)}",
        "invoice_date": written,
        "due_date": None if draw.random() < 0.1 else due,
        "paid_date": None if draw.random() < 0.3 else paid,
        "amount": Decimal(int(draw.integers(-300, 2_000))) * 25 / 100,
        "import_no": 1,
    }


def feedback(seed: int, *, rows: int = 600) -> pa.Table:
    """Answers of few persons of few customers, some on other questions and scales."""
    draw = np.random.default_rng(seed)
    made = [_answer(draw, number) for number in range(rows)]
    columns = {name: [row.get(name) for row in made] for name in schema(FEEDBACK).names}
    return pa.table(columns, schema=schema(FEEDBACK))


def _answer(draw: np.random.Generator, number: int) -> dict[str, Any]:
    high = [None, Decimal(10), Decimal(5)][int(draw.integers(0, 3))]
    return {
        "customer": int(draw.integers(1, 40)),
        "date": FIRST + timedelta(days=int(draw.integers(0, DAYS))),
        "question": str(draw.choice(["nps", "nps", "csat"])),
        "score": None if draw.random() < 0.1 else Decimal(int(draw.integers(-1, 12))),
        "scale_low": None if high is None else Decimal(0),
        "scale_high": high,
        "contact": [None, "a", "b"][int(draw.integers(0, 3))],
        "comment": [None, "één", ""][number % 3],
        "row_key": number.to_bytes(16),
        "import_no": 1,
    }


def contracts(seed: int, *, rows: int = 200) -> pa.Table:
    """Contracts of few customers: running, cancelled, and some that begin after the as-of day."""
    draw = np.random.default_rng(seed)
    made = [_contract(draw, number) for number in range(rows)]
    columns = {name: [row.get(name) for row in made] for name in schema(CONTRACTS).names}
    return pa.table(columns, schema=schema(CONTRACTS))


def _contract(draw: np.random.Generator, number: int) -> dict[str, Any]:
    start = FIRST + timedelta(days=int(draw.integers(0, DAYS)))
    cancelled = start + timedelta(days=int(draw.integers(0, 300)))
    return {
        "customer": int(draw.integers(1, 40)),
        "contract": f"C{number}",
        "product": [None, "onderhoud"][number % 2],
        "started_on": start,
        "cancelled_on": cancelled if draw.random() < 0.4 else None,
        "reason": [None, "te duur"][number % 2],
        "amount": Decimal(int(draw.integers(0, 5000))) / 4,
        "import_no": 1,
    }
