"""What happened with one customer: per month, and as events.

His rows are few, so they are added up in memory: a text of SQL costs more to plan than to run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.store import Snapshot

READ = {
    "sales": ("date", "document", "amount", "cost"),
    "activities": ("date", "activity", "count", "minutes", "cost", "our_fault"),
    "payments": ("document", "amount", "invoice_date", "due_date", "paid_date"),
    "feedback": ("date", "question", "score", "comment"),
    "contracts": ("contract", "product", "amount", "reason", "started_on", "cancelled_on"),
}
Rows = dict[str, pa.Table]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: order, credit, activity, late, feedback, contract or cancelled.

    ``what``: document, activity, question or contract; ``told``: paid or open of what is late,
    our_fault of an activity, the comment, product or reason. ``times``: lines of a document, or
    how often an activity was done that day. ``days_late`` of an open invoice: until the as-of day.
    """

    date: date
    kind: str
    what: str | None
    told: str | None = None
    amount: Decimal | None = None
    times: int | None = None
    minutes: Decimal | None = None
    days_late: int | None = None
    score: Decimal | None = None


class Happened(NamedTuple):
    """Of one customer.

    ``sales``: month, revenue, margin (null when a line of the month has no cost), documents; a
    month without sales has no row. ``activities``: month, activity, count, minutes, and
    ``untimed``: of how many no minutes are known. ``events``: see :func:`timeline`. ``last``:
    the newest day of each kind of activity, also before the months.
    """

    sales: list[dict[str, Any]]
    activities: list[dict[str, Any]]
    events: list[Event]
    last: dict[str, date]


def happened(facts: Snapshot, customer: int, *, since: date, as_of: date, most: int) -> Happened:
    """The months of the days after ``since`` to ``as_of``, and the newest events."""
    rows = facts.of_customer(customer, READ)
    newest = _newest(rows, as_of=as_of, before=as_of + timedelta(days=1), most=most)
    sold, done = (_between(rows[name], since, as_of) for name in ("sales", "activities"))
    last = _last_by_kind(_between(rows["activities"], None, as_of))
    return Happened(_sold_by_month(sold), _done_by_month(done), newest, last)


def timeline(
    facts: Snapshot, customer: int, *, as_of: date, before: date, most: int
) -> list[Event]:
    """Newest first: whole days before ``before``, until there are ``most`` events.

    Only what was known on the as-of day counts. Lines of a document are one event, and so are
    equal activities of a day. An invoice is late on the day it was paid too late, or from the day
    after it was due when it is open still.
    """
    return _newest(facts.of_customer(customer, READ), as_of=as_of, before=before, most=most)


def _sold_by_month(sales: pa.Table) -> list[dict[str, Any]]:
    sums = _by(
        _with_month(sales), ["month"],
        ("amount", "sum"), ("cost", "sum"), ("cost", "count"), ("date", "count"),
        ("document", "count_distinct"),
    )  # fmt: skip
    return [
        {
            "month": row["month"],
            "revenue": row["amount_sum"],
            "margin": row["amount_sum"] - row["cost_sum"]
            if row["cost_count"] == row["date_count"]
            else None,
            "documents": row["document_count_distinct"],
        }
        for row in sums
    ]


def _done_by_month(activities: pa.Table) -> list[dict[str, Any]]:
    times, worked = _times(activities), _worked(activities)
    unknown = pc.and_(pc.is_null(worked), pc.is_null(activities["cost"]))
    rows = _with_month(activities).append_column("times", times).append_column("worked", worked)
    rows = rows.append_column("unknown", pc.if_else(unknown, times, 0))
    sums = _by(rows, ["month", "activity"], ("times", "sum"), ("unknown", "sum"), ("worked", "sum"))
    return [
        {
            "month": row["month"],
            "activity": row["activity"],
            "count": row["times_sum"],
            "untimed": row["unknown_sum"],
            "minutes": row["worked_sum"] or 0,
        }
        for row in sums
    ]


def _last_by_kind(activities: pa.Table) -> dict[str, date]:
    """Of those that were done at all."""
    done = activities.filter(pc.greater(_times(activities), 0))
    return {row["activity"]: row["date_max"] for row in _by(done, ["activity"], ("date", "max"))}


def _newest(rows: Rows, *, as_of: date, before: date, most: int) -> list[Event]:
    """Each kind gives the newest of its own; of all together the newest are kept."""
    last = min(as_of, before - timedelta(days=1))
    found = [event for kind in KINDS for event in kind(rows, as_of, last, most)]
    found.sort(key=_place)
    if len(found) > most:
        edge = found[most - 1].date
        found = [event for event in found if event.date >= edge]
    return found


def _place(event: Event) -> tuple[Any, ...]:
    """The newest first, and one order within a day; what is not known comes last."""
    day, *others = astuple(event)
    return (-day.toordinal(), *((value is None, value) for value in others))


def _documents(rows: Rows, _as_of: date, last: date, most: int) -> Iterator[Event]:
    sums = _by(
        _between(rows["sales"], None, last), ["date", "document"],
        ("amount", "sum"), ("amount", "count"), most=most,
    )  # fmt: skip
    for row in sums:
        kind = "credit" if row["amount_sum"] < 0 else "order"
        yield Event(
            row["date"], kind, row["document"], amount=row["amount_sum"], times=row["amount_count"]
        )


def _activities(rows: Rows, _as_of: date, last: date, most: int) -> Iterator[Event]:
    done = _between(rows["activities"], None, last)
    done = done.append_column("times", _times(done)).append_column("worked", _worked(done))
    done = done.append_column("fault", pc.fill_null(done["our_fault"], fill_value=False))
    sums = _by(
        done, ["date", "activity", "fault"],
        ("times", "sum"), ("worked", "sum"), ("cost", "sum"), most=most,
    )  # fmt: skip
    for row in sums:
        yield Event(
            row["date"], "activity", row["activity"], "our_fault" if row["fault"] else None,
            amount=row["cost_sum"], times=row["times_sum"], minutes=row["worked_sum"],
        )  # fmt: skip


def _paid_late(rows: Rows, _as_of: date, last: date, most: int) -> Iterator[Event]:
    invoices = _between(rows["payments"], None, last, day="paid_date")
    late = pc.and_(
        pc.greater(invoices["paid_date"], invoices["due_date"]), pc.greater(invoices["amount"], 0)
    )
    for row in _last_days(invoices.filter(late), most, day="paid_date"):
        days = (row["paid_date"] - row["due_date"]).days
        yield Event(
            row["paid_date"], "late", row["document"], "paid", row["amount"], days_late=days
        )


def _open_late(rows: Rows, as_of: date, last: date, most: int) -> Iterator[Event]:
    # Late begins the day after it was due, so what was due before the last day counts.
    invoices = _between(rows["payments"], None, last - timedelta(days=1), day="due_date")
    invoices = _between(invoices, None, as_of, day="invoice_date")
    unpaid = pc.fill_null(pc.greater(invoices["paid_date"], pa.scalar(as_of)), fill_value=True)
    owed = invoices.filter(pc.and_(unpaid, pc.greater(invoices["amount"], 0)))
    for row in _last_days(owed, most, day="due_date"):
        yield Event(
            row["due_date"] + timedelta(days=1), "late", row["document"], "open", row["amount"],
            days_late=(as_of - row["due_date"]).days,
        )  # fmt: skip


def _answers(rows: Rows, _as_of: date, last: date, most: int) -> Iterator[Event]:
    for row in _last_days(_between(rows["feedback"], None, last), most):
        yield Event(row["date"], "feedback", row["question"], row["comment"], score=row["score"])


def _contracts(rows: Rows, _as_of: date, last: date, most: int) -> Iterator[Event]:
    for kind, day, told in (
        ("contract", "started_on", "product"),
        ("cancelled", "cancelled_on", "reason"),
    ):
        for row in _last_days(_between(rows["contracts"], None, last, day=day), most, day=day):
            yield Event(row[day], kind, row["contract"], row[told], row["amount"])


KINDS: tuple[Callable[[Rows, date, date, int], Iterator[Event]], ...] = (
    _documents, _activities, _paid_late, _open_late, _answers, _contracts,
)  # fmt: skip


def _between(rows: pa.Table, since: date | None, until: date, *, day: str = "date") -> pa.Table:
    """The rows of the days after ``since`` to ``until``; those without a day fall away."""
    kept = pc.less_equal(rows[day], pa.scalar(until))
    if since is not None:
        kept = pc.and_(kept, pc.greater(rows[day], pa.scalar(since)))
    return rows.filter(kept)


def _last_days(rows: pa.Table, most: int, *, day: str = "date") -> list[dict[str, Any]]:
    """The rows of the newest days: as many whole days as hold ``most`` rows."""
    if rows.num_rows > most:
        edge = rows[day].take(pc.select_k_unstable(rows, most, [(day, "descending")])[-1:])[0]
        rows = rows.filter(pc.greater_equal(rows[day], edge))
    found: list[dict[str, Any]] = rows.to_pylist()
    return found


def _by(
    rows: pa.Table, keys: list[str], *sums: tuple[str, str], most: int | None = None
) -> list[dict[str, Any]]:
    """A row per group: its keys, and each sum as ``<column>_<what>``; ``most`` as above."""
    grouped = rows.group_by(keys, use_threads=False).aggregate(list(sums))
    if most is not None:
        return _last_days(grouped, most)
    found: list[dict[str, Any]] = grouped.to_pylist()
    return found


def _with_month(rows: pa.Table) -> pa.Table:
    months = pc.floor_temporal(rows["date"], unit="month").cast(pa.date32())
    return rows.append_column("month", months)


def _times(activities: pa.Table) -> pa.ChunkedArray:
    """How often it was done: once where that is not told; below zero is not at all."""
    return pc.max_element_wise(pc.fill_null(activities["count"], 1), 0)


def _worked(activities: pa.Table) -> pa.ChunkedArray:
    """Minutes; below zero they are not known."""
    minutes = activities["minutes"]
    return pc.if_else(pc.greater_equal(minutes, 0), minutes, pa.scalar(None, minutes.type))
