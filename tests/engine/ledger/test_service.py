"""What was done for each customer in a year, counted once and for the right year."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from kernklant.engine.ledger.service import service
from kernklant.engine.ledger.tables import ACTIVITIES, TABLES, schema
from kernklant.engine.store import Store
from kernklant.engine.units import twelve_months_before
from tests.conformance.ledger import activities, sales

SCHEMAS = {name: schema(table) for name, table in TABLES.items()}
AS_OF = date(2024, 2, 29)
NOTHING = Decimal(0)


def table_of(rows: list[dict[str, Any]]) -> pa.Table:
    columns = {name: [row.get(name) for row in rows] for name in schema(ACTIVITIES).names}
    return pa.table(columns, schema=schema(ACTIVITIES))


def counted(told: pa.Table, as_of: date = AS_OF, **more: pa.Table) -> list[dict[str, Any]]:
    facts = Store.in_memory({"activities": told, **more}, schemas=SCHEMAS).snapshot()
    return list(service(facts, as_of=as_of).to_pylist())


def one(**told: Any) -> dict[str, Any]:
    row = {"customer": 1, "date": AS_OF, "activity": "call"} | told
    (found,) = counted(table_of([row]))
    return found


def by_hand(told: pa.Table, as_of: date) -> list[dict[str, Any]]:
    """The same, a row at a time."""
    totals: dict[tuple[int, str], dict[str, Any]] = defaultdict(lambda: defaultdict(int))
    for row in told.to_pylist():
        if twelve_months_before(as_of) < row["date"] <= as_of:
            total = totals[row["customer"], row["activity"]]
            for name, value in parted(row).items():
                total[name] += value
                if row["our_fault"] and f"fault_{name}" in FAULTS:
                    total[f"fault_{name}"] += value
    return [
        {"customer": key[0], "activity": key[1]} | dict.fromkeys(FAULTS, 0) | totals[key]
        for key in sorted(totals)
    ]


FAULTS = ("fault_count", "fault_untimed", "fault_minutes", "fault_cost")


def parted(row: dict[str, Any]) -> dict[str, Any]:
    times = 1 if row["count"] is None else max(row["count"], 0)
    minutes = None if row["minutes"] is None or row["minutes"] < 0 else row["minutes"]
    dear = row["cost"] is not None
    return {
        "count": times,
        "untimed": times if not dear and minutes is None else 0,
        "minutes": NOTHING if dear else minutes or NOTHING,
        "costed": times if dear else 0,
        "costed_minutes": (minutes or NOTHING) if dear else NOTHING,
        "cost": row["cost"] or NOTHING,
    }


@pytest.mark.parametrize("as_of", [AS_OF, date(2024, 12, 31), date(2023, 6, 30)])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_one_question_agrees_with_plain_python(seed: int, as_of: date) -> None:
    told = activities(seed)
    found = counted(told, as_of)
    assert found == by_hand(told, as_of)
    assert len(found) > 50


def test_the_year_begins_after_the_same_day_a_year_ago() -> None:
    days = [date(2023, 2, 28), date(2023, 3, 1), AS_OF, date(2024, 3, 1)]
    rows = [{"customer": 1, "date": day, "activity": day.isoformat()} for day in days]
    found = [row["activity"] for row in counted(table_of(rows))]
    assert found == ["2023-03-01", "2024-02-29"]


def test_an_empty_count_is_one_and_one_below_zero_is_none() -> None:
    assert one()["count"] == 1
    assert one(count=7)["untimed"] == 7
    assert one(count=-3)["count"] == 0


def test_minutes_below_zero_are_not_known() -> None:
    assert (one(minutes=Decimal(-1))["minutes"], one(minutes=Decimal(-1))["untimed"]) == (0, 1)
    assert (one(minutes=Decimal(0))["minutes"], one(minutes=Decimal(0))["untimed"]) == (0, 0)


def test_a_known_cost_takes_the_place_of_its_minutes() -> None:
    found = one(cost=Decimal("12.50"), minutes=Decimal(30), count=2, our_fault=True)
    assert (found["cost"], found["costed"], found["minutes"], found["untimed"]) == (
        Decimal("12.50"), 2, 0, 0,
    )  # fmt: skip
    assert found["costed_minutes"] == 30
    assert (found["fault_count"], found["fault_cost"]) == (2, Decimal("12.50"))


def test_rows_are_in_order_of_customer_and_activity_even_in_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told, lines = activities(1), sales(1)
    whole = counted(told, sales=lines)
    monkeypatch.setattr("kernklant.engine.store.marts.ROWS_AT_ONCE", 200)
    assert counted(told, sales=lines) == whole
    assert [(row["customer"], row["activity"]) for row in whole] == sorted(
        (row["customer"], row["activity"]) for row in whole
    )


def test_customers_beyond_those_who_bought_are_counted_in_parts_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prospect = {"customer": 10**6, "date": AS_OF, "activity": "visit"}
    monkeypatch.setattr("kernklant.engine.store.marts.ROWS_AT_ONCE", 200)
    found = counted(table_of([prospect]), sales=sales(1))
    assert [row["customer"] for row in found] == [10**6]


def test_of_some_customers_it_is_as_of_all() -> None:
    facts = Store.in_memory({"activities": activities(1)}, schemas=SCHEMAS).snapshot()
    whole = service(facts, as_of=AS_OF)
    some = whole["customer"].unique().to_pylist()[::3]
    asked = service(facts, as_of=AS_OF, customers=some)
    assert asked.num_rows
    assert asked.equals(whole.filter(pc.is_in(whole["customer"], pa.array(some))))
