"""Invoices by days beyond their terms, as they were known on the as-of day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from kernklant.engine.ledger.payments import payments
from kernklant.engine.ledger.tables import PAYMENTS, TABLES, schema
from kernklant.engine.store import Store
from tests.conformance import ledger
from tests.conformance.ledger import sales
from tests.engine.ledger.payments_reference import told

SCHEMAS = {name: schema(table) for name, table in TABLES.items()}
AS_OF = date(2024, 2, 29)
MUCH = Decimal(100)


def counted(invoices: pa.Table, as_of: date = AS_OF, **more: pa.Table) -> pa.Table:
    facts = Store.in_memory({"payments": invoices, **more}, schemas=SCHEMAS).snapshot()
    return payments(facts, as_of=as_of)


def one(**said: Any) -> dict[str, Any] | None:
    """The row of one invoice of a hundred euros, due fifty days ago."""
    due = AS_OF - timedelta(days=50)
    invoice = {"customer": 1, "invoice_date": due - timedelta(days=30), "due_date": due}
    row = invoice | {"paid_date": None, "amount": MUCH} | said
    columns = {name: [row.get(name)] for name in schema(PAYMENTS).names}
    found = counted(pa.table(columns, schema=schema(PAYMENTS))).to_pylist()
    assert len(found) <= 1
    return found[0] if found else None


def told_of(row: dict[str, Any] | None) -> tuple[Any, ...]:
    assert row is not None
    return row["period"], row["days"], row["unpaid"]


@pytest.mark.parametrize("as_of", [AS_OF, date(2024, 6, 1), date(2023, 6, 30)])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_one_question_agrees_with_plain_python(seed: int, as_of: date) -> None:
    invoices = ledger.payments(seed)
    found = counted(invoices, as_of)
    assert found.to_pylist() == told(invoices.to_pylist(), as_of).to_pylist()
    assert {row["period"] for row in found.to_pylist()} == {0, 1, 2, 3}


def test_days_run_from_the_due_date_to_the_day_it_was_paid() -> None:
    due = AS_OF - timedelta(days=50)
    assert told_of(one(paid_date=due + timedelta(days=12))) == (1, 12, False)
    assert told_of(one(paid_date=due)) == (1, 0, False)
    assert told_of(one(paid_date=due - timedelta(days=9))) == (1, 0, False)


def test_an_open_invoice_runs_until_the_as_of_day() -> None:
    assert told_of(one()) == (1, 50, True)


def test_what_was_paid_after_the_as_of_day_is_open() -> None:
    assert told_of(one(paid_date=AS_OF)) == (1, 50, False)
    assert told_of(one(paid_date=AS_OF + timedelta(days=1))) == (1, 50, True)


def test_an_open_invoice_not_yet_due_is_neither_late_nor_early() -> None:
    assert told_of(one(due_date=AS_OF)) == (0, 0, True)
    assert told_of(one(due_date=AS_OF + timedelta(days=20))) == (0, 0, True)
    assert told_of(one(due_date=AS_OF + timedelta(days=20), paid_date=AS_OF)) == (0, 0, False)


@pytest.mark.parametrize(
    ("ago", "period"), [(1, 1), (89, 1), (90, 2), (269, 2), (270, 3), (364, 3), (366, 0), (900, 0)]
)
def test_periods_are_by_the_day_it_fell_due(ago: int, period: int) -> None:
    due = AS_OF - timedelta(days=ago)
    written = due - timedelta(days=30)
    assert told_of(one(invoice_date=written, due_date=due)) == (period, ago, True)
    paid = told_of(one(invoice_date=written, due_date=due, paid_date=AS_OF))
    assert paid == (period, ago if period else 0, False)


def test_nobody_is_late_before_he_has_the_invoice() -> None:
    assert told_of(one(due_date=date(2013, 1, 1))) == (1, 80, True)


def test_without_a_due_date_no_days_are_known() -> None:
    assert told_of(one(due_date=None)) == (0, None, True)
    assert told_of(one(due_date=None, paid_date=AS_OF)) == (0, None, False)
    long_ago = date(2020, 1, 1)
    assert told_of(one(due_date=None, invoice_date=long_ago, paid_date=long_ago)) == (0, 0, False)


def test_a_credit_counts_only_while_it_is_open() -> None:
    assert one(amount=-MUCH, paid_date=AS_OF) is None
    found = one(amount=-MUCH)
    assert told_of(found) == (0, 0, True)
    assert found is not None
    assert (found["credit"], found["amount"]) == (True, -MUCH)


def test_an_invoice_after_the_as_of_day_is_not_known() -> None:
    assert one(invoice_date=AS_OF + timedelta(days=1)) is None


def test_rows_are_the_same_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    invoices, lines = ledger.payments(1), sales(1)
    whole = counted(invoices, sales=lines)
    monkeypatch.setattr("kernklant.engine.store.marts.ROWS_AT_ONCE", 200)
    assert counted(invoices, sales=lines).equals(whole)
