"""What a page shows of one customer's history, against the plain tables."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kernklant.engine.evaluation.facts_of_one import (
    EVENTS,
    MONTHS,
    Event,
    customer_facts,
    events_of,
)
from kernklant.engine.store import Snapshot, Store
from tests.conformance.ledger import FIRST, ledger
from tests.engine.evaluation.companies import SCHEMAS, company

AS_OF = FIRST + timedelta(days=450)
TABLES = ledger(2)
FACTS = Store.in_memory(TABLES, schemas=SCHEMAS).snapshot()
CUSTOMERS = (1, 2, 7, 23, 38)
MINUTES = {"call": 15.0}


def rows(table: str, customer: int, day: str = "date") -> list[dict[str, Any]]:
    """The rows of a customer until the as-of day."""
    mine = [row for row in TABLES[table].to_pylist() if row["customer"] == customer]
    return [row for row in mine if row[day] is not None and row[day] <= AS_OF]


def pages(facts: Snapshot, customer: int, most: int) -> list[list[Event]]:
    found, before, left = [], None, True
    while left:
        page = events_of(facts, customer, as_of=AS_OF, before=before, most=most)
        found.append(list(page.events))
        before, left = page.earlier, page.earlier is not None
    return found


@pytest.mark.parametrize("customer", CUSTOMERS)
def test_the_months_hold_all_that_was_sold_and_done(customer: int) -> None:
    months = customer_facts(FACTS, customer, as_of=AS_OF, minutes=MINUTES).months
    assert [month.month for month in months] == sorted({month.month for month in months})
    assert (len(months), months[-1].month) == (MONTHS, AS_OF.replace(day=1))
    for month in months:
        in_month = [
            [row for row in rows(table, customer) if row["date"].replace(day=1) == month.month]
            for table in ("sales", "activities")
        ]
        sold, done = in_month
        assert month.revenue == sum((row["amount"] for row in sold), Decimal(0))
        costs = [row["cost"] for row in sold]
        if None in costs:
            assert month.margin is None
        else:
            assert month.margin == month.revenue - sum(costs, Decimal(0))
        times = [max(0, 1 if row["count"] is None else row["count"]) for row in done]
        timed = [row["minutes"] is not None and row["minutes"] >= 0 for row in done]
        known = [one or row["cost"] is not None for row, one in zip(done, timed, strict=True)]
        assert month.activities == sum(times)
        guess = [
            MINUTES.get(row["activity"], 0.0) * time * (not told)
            for row, time, told in zip(done, times, known, strict=True)
        ]
        assert month.assumed == sum(guess)
        worked = [float(row["minutes"]) for row, told in zip(done, timed, strict=True) if told]
        assert month.minutes == pytest.approx(sum(worked) + month.assumed)
        assert month.untimed == sum(
            time
            for row, time, told in zip(done, times, known, strict=True)
            if not told and row["activity"] not in MINUTES
        )


@pytest.mark.parametrize("customer", CUSTOMERS)
def test_the_last_contact_is_the_last_time_anybody_met_him(customer: int) -> None:
    met = [
        row["date"]
        for row in rows("activities", customer)
        if row["activity"] not in {"delivery", "order_line", "return"} and row["count"] != 0
    ]
    assert customer_facts(FACTS, customer, as_of=AS_OF).last_contact == max(met, default=None)


@pytest.mark.parametrize("customer", CUSTOMERS)
@pytest.mark.parametrize("most", [1, 7, 10_000])
def test_the_pages_hold_every_event_once_newest_first_and_whole_days(
    customer: int, most: int
) -> None:
    found = pages(FACTS, customer, most)
    events = [event for page in found for event in page]
    assert events == list(events_of(FACTS, customer, as_of=AS_OF, most=10**6).events)
    days = [event.date for event in events]
    assert days == sorted(days, reverse=True)
    assert all(len(page) >= most for page in found[:-1])
    ends = [{event.date for event in page} for page in found]
    assert sum(map(len, ends)) == len(set(days))  # no day stands on two pages


@pytest.mark.parametrize("customer", CUSTOMERS)
def test_the_events_are_those_of_the_tables(customer: int) -> None:
    events = events_of(FACTS, customer, as_of=AS_OF, most=10**6).events
    of = {
        kind: [event for event in events if event.kind == kind]
        for kind in ("order", "credit", "activity", "late", "feedback", "contract", "cancelled")
    }
    assert sum(map(len, of.values())) == len(events)
    sold = rows("sales", customer)
    orders = {(row["date"], row["document"]) for row in sold}
    assert len(of["order"]) + len(of["credit"]) == len(orders)
    both = [*of["order"], *of["credit"]]
    assert sum(event.amount for event in both) == sum(row["amount"] for row in sold)
    assert sum(event.times for event in both) == len(sold)
    assert len(of["feedback"]) == len(rows("feedback", customer))
    assert len(of["contract"]) == len(rows("contracts", customer, "started_on"))
    assert len(of["cancelled"]) == len(rows("contracts", customer, "cancelled_on"))
    assert sorted(map(repr, of["late"])) == sorted(map(repr, map(_late, _too_late(customer))))


def _too_late(customer: int) -> list[dict[str, Any]]:
    """Invoices that were paid, or are open, after they were due."""
    invoices = [row for row in rows("payments", customer, "invoice_date") if row["amount"] > 0]
    known = [row for row in invoices if row["due_date"] is not None]
    return [row for row in known if _until(row) > row["due_date"]]


def _until(row: dict[str, Any]) -> date:
    return min(row["paid_date"] or AS_OF, AS_OF)


def _late(row: dict[str, Any]) -> Event:
    paid = row["paid_date"] is not None and row["paid_date"] <= AS_OF
    day = row["paid_date"] if paid else row["due_date"] + timedelta(days=1)
    days = (_until(row) - row["due_date"]).days
    told = "paid" if paid else "open"
    return Event(day, "late", row["document"], told, row["amount"], None, None, days, None)


def test_the_invented_customers_have_every_kind_of_event() -> None:
    found = {
        event.kind
        for customer in CUSTOMERS
        for event in events_of(FACTS, customer, as_of=AS_OF, most=10**6).events
    }
    assert len(found) == 7


def test_a_page_of_who_is_not_there_is_empty() -> None:
    found = customer_facts(FACTS, 10**9, as_of=AS_OF)
    assert (found.timeline.events, found.timeline.earlier) == ((), None)
    assert {(month.revenue, month.margin, month.minutes) for month in found.months} == {
        (Decimal(0), Decimal(0), 0.0)
    }


def test_one_answer_holds_months_and_the_newest_events() -> None:
    facts = company().store().snapshot()
    found = customer_facts(facts, 3, as_of=AS_OF, minutes=MINUTES)
    assert found.months == customer_facts(facts, 3, as_of=AS_OF, minutes=MINUTES).months
    assert found.timeline == events_of(facts, 3, as_of=AS_OF, most=EVENTS)
