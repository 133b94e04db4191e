"""What a page shows of one customer's history: three years by month, and what happened last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from kernklant.engine.ledger.timeline import Event, Happened, happened, timeline
from kernklant.engine.store import Snapshot
from kernklant.engine.value.cost_to_serve import NO_CONTACT, tidy

MONTHS = 36
EVENTS = 15
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Month:
    """One calendar month, named by its first day.

    ``margin`` is None when the cost of a line is not known. ``minutes`` of ``activities`` hold
    the ``assumed`` ones; ``untimed`` activities have neither known nor assumed minutes.
    """

    month: date
    revenue: Decimal = ZERO
    margin: Decimal | None = ZERO
    documents: int = 0
    activities: int = 0
    minutes: float = 0.0
    assumed: float = 0.0
    untimed: int = 0


@dataclass(frozen=True, slots=True)
class Events:
    """Newest first; ``earlier``: ask for those before this day, None when there are none left."""

    events: tuple[Event, ...]
    earlier: date | None


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """All MONTHS, oldest first, the last one being that of the as-of day; and the newest events.

    ``last_contact``: the day somebody last met, called or wrote him; None when that never was.
    """

    months: tuple[Month, ...]
    timeline: Events
    last_contact: date | None


def customer_facts(
    facts: Snapshot, customer: int, *, as_of: date, minutes: Mapping[str, float] | None = None
) -> CustomerFacts:
    """What the ledger tells of one customer, by our own number, until the as-of day.

    ``minutes``: what an activity is assumed to take where that is not known (of the policy).
    """
    names = _months_until(as_of)
    since = names[0] - timedelta(days=1)
    told = happened(facts, customer, since=since, as_of=as_of, most=EVENTS)
    met = [day for activity, day in told.last.items() if tidy(activity) not in NO_CONTACT]
    return CustomerFacts(
        _months(names, told, minutes or {}),
        _events(told.events, EVENTS),
        max(met, default=None),
    )


def events_of(
    facts: Snapshot,
    customer: int,
    *,
    as_of: date,
    before: date | None = None,
    most: int = EVENTS,
) -> Events:
    """The newest events before a day: at least ``most`` where there are, and never half a day."""
    until = before or as_of + timedelta(days=1)
    return _events(timeline(facts, customer, as_of=as_of, before=until, most=most), most)


def _events(found: list[Event], most: int) -> Events:
    return Events(tuple(found), found[-1].date if len(found) >= most else None)


def _months(names: list[date], told: Happened, minutes: Mapping[str, float]) -> tuple[Month, ...]:
    """The calendar months of these names, those without anything included."""
    found: dict[date, dict[str, Any]] = {name: {} for name in names}
    for row in told.sales:
        found[row["month"]] |= {key: row[key] for key in ("revenue", "margin", "documents")}
    for row in told.activities:
        _add(found[row["month"]], row, assumed=minutes.get(row["activity"]))
    return tuple(Month(name, **values) for name, values in found.items())


def _add(month: dict[str, Any], row: Mapping[str, Any], *, assumed: float | None) -> None:
    """Count one kind of activity in its month."""
    guessed = row["untimed"] * (assumed or 0.0)
    more = {
        "activities": row["count"],
        "minutes": float(row["minutes"]) + guessed,
        "assumed": guessed,
        "untimed": row["untimed"] if assumed is None else 0,
    }
    for name, value in more.items():
        month[name] = month.get(name, 0) + value


def _months_until(day: date) -> list[date]:
    """The first days of the last MONTHS months, oldest first."""
    last = day.year * 12 + day.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(last - MONTHS + 1, last + 1)]
