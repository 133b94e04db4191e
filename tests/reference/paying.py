"""What serving a customer costs, and how he pays: row by row."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from kernklant.engine.value.cost_to_serve import Rates
from tests.reference.facts import Facts, Row

NOT_MET = ("delivery", "order_line", "return")
STEPS = ((0, 0.01), (15, 0.02), (30, 0.05), (60, 0.12), (90, 0.20), (120, 0.30))


@dataclass
class Service:
    """Euros, hours and contacts of twelve months; ``cost`` None where nothing is recorded."""

    cost: float | None = 0.0
    low: float | None = 0.0
    high: float | None = 0.0
    fault: float | None = 0.0
    hours: float | None = 0.0
    contacts: int = 0


def tidy(name: str) -> str:
    return "_".join(name.casefold().replace("-", " ").replace("_", " ").split())


def services(facts: Facts, customers: Sequence[int], rates: Rates) -> dict[int, Service]:
    """Each customer's, by number. Source: Kaplan & Anderson (2004)."""
    rows = facts.last_year("activities")
    if not rows:
        return {customer: Service(*[None] * 5) for customer in customers}
    minutes = {tidy(name): value for name, value in rates.minutes.items()}
    found = {customer: Service() for customer in customers}
    for row in rows:
        if row["customer"] in found:
            serve(found[row["customer"]], row, minutes, rates.hour)
    return found


def serve(into: Service, row: Row, minutes: Mapping[str, float], hour: float) -> None:
    """Add what one activity took; minutes by tidied name, euros an hour."""
    times = 1 if row["count"] is None else max(row["count"], 0)
    name, worked = tidy(row["activity"]), row["minutes"]
    worked = None if worked is None or worked < 0 else float(worked)
    assumed = 0.0
    if row["cost"] is not None:
        cost = float(row["cost"])
    elif worked is not None:
        cost = worked / 60 * hour
    else:
        worked = times * minutes.get(name, 0.0)
        cost = assumed = worked / 60 * hour
    into.cost += cost
    into.low += cost - 0.25 * assumed
    into.high += cost + 0.5 * assumed
    into.fault += cost if row["our_fault"] else 0.0
    into.hours += (worked or 0.0) / 60
    into.contacts += 0 if name in NOT_MET else times


@dataclass(frozen=True)
class Invoice:
    """One that matters: days beyond its terms until paid or until now, None without terms."""

    amount: Decimal
    unpaid: bool
    credit: bool
    due: date | None
    days: int | None


@dataclass
class Paying:
    """How a customer pays; None where it is not known."""

    dbt: float | None = None
    at_least: bool = False
    trend: float | None = None
    open: float | None = None
    overdue_30: float | None = None
    chance: float | None = None
    watch: bool = False
    at_risk: float | None = None


def payers(
    facts: Facts, customers: Sequence[int], insolvent: Mapping[int, bool], clv: Mapping[int, float]
) -> dict[int, Paying]:
    """Each customer's payment, by number."""
    every = _invoices(facts)
    if not any(every.values()):
        return {one: Paying(chance=1.0 if insolvent[one] else None) for one in customers}
    lately = {one: [row for row in every[one] if _lately(row, facts)] for one in customers}
    days = [row.days or 0 for rows in lately.values() for row in rows]
    habit = sum(days) / max(len(days), 1)
    return {
        one: _paying(facts, every[one], habit, broke=insolvent[one], clv=clv[one])
        for one in customers
    }


def _invoices(facts: Facts) -> dict[int, list[Invoice]]:
    found: dict[int, list[Invoice]] = defaultdict(list)
    for row in facts.invoices():
        if row["invoice_date"] > facts.as_of:
            continue
        unpaid = row["paid_date"] is None or row["paid_date"] > facts.as_of
        credit, due = row["amount"] <= 0, row["due_date"]
        if credit and not unpaid:
            continue
        due = due and max(due, row["invoice_date"])
        until = facts.as_of if unpaid else row["paid_date"]
        days = max((until - due).days, 0) if due else None
        found[row["customer"]].append(Invoice(row["amount"], unpaid, credit, due, days))
    return found


def _lately(row: Invoice, facts: Facts) -> bool:
    """Whether it fell due in the last twelve months."""
    return not row.credit and bool(row.due) and facts.year_start < row.due < facts.as_of


def _paying(facts: Facts, every: list[Invoice], habit: float, *, broke: bool, clv: float) -> Paying:
    lately = [row for row in every if _lately(row, facts)]
    found = Paying(at_least=any(row.unpaid for row in lately))
    if lately:
        whole = sum(row.amount for row in lately)
        found.dbt = float(sum(row.amount * row.days for row in lately) / whole)
        drawn = (len(lately) * found.dbt + 5 * habit) / (len(lately) + 5)
        found.chance = _chance(drawn)
    found.chance = 1.0 if broke else found.chance
    found.trend = _trend(facts, lately)
    if every:
        found.open, found.overdue_30 = _open(every)
    later = (found.trend or 0) > 20 and (found.overdue_30 or 0) > 0.30
    found.watch = not broke and ((found.chance or 0) > 0.10 or later)
    if found.chance is not None and found.open is not None:
        found.at_risk = found.chance * (0.75 * found.open + max(clv, 0.0))
    return found


def _chance(days: float) -> float:
    for (low, less), (high, more) in pairwise(STEPS):
        if days <= high:
            return less + (more - less) * (max(days, low) - low) / (high - low)
    return STEPS[-1][1]


def _trend(facts: Facts, lately: list[Invoice]) -> float | None:
    start = facts.as_of - timedelta(days=90)
    before = facts.as_of - timedelta(days=270)
    recent = [row for row in lately if row.due > start]
    earlier = [row for row in lately if before < row.due <= start]
    if min(len(recent), len(earlier)) < 2:
        return None
    return _mean_days(recent) - _mean_days(earlier)


def _mean_days(rows: list[Invoice]) -> float:
    """The area under the share still unpaid. Source: Kaplan & Meier (1958)."""
    unpaid, total, before = 1.0, 0.0, 0
    for day in sorted({row.days for row in rows}):
        total += unpaid * (day - before)
        there = sum(row.amount for row in rows if row.days >= day)
        paid = sum(row.amount for row in rows if row.days == day and not row.unpaid)
        unpaid, before = unpaid * (1 - float(paid / there)), day
    return total


def _open(rows: list[Invoice]) -> tuple[float, float | None]:
    """Euros open, and the share of it more than a month late; credits settle the oldest."""
    credited = -sum(row.amount for row in rows if row.credit)
    owed = [row for row in rows if row.unpaid and not row.credit]
    termed = [row for row in owed if row.days is not None]
    late = [row for row in termed if row.days > 30]
    whole, known, overdue = (
        max(sum(row.amount for row in part) - credited, Decimal()) for part in (owed, termed, late)
    )
    return float(whole), float(overdue / known) if known else None


def present_years(years: float, rate: float) -> float:
    """A euro a year over so many years, today."""
    return (1 - (1 + rate) ** -years) / math.log(1 + rate) if rate else years
