"""What it costs to serve a customer: minutes and euros of what was done for him."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Text
from kernklant.engine.units import euros

MINUTES_PER_HOUR = 60
# How far the true minutes may lie from those the policy assumes: an assumption of ours, wider
# upwards because times that nobody measured are told too short. Measuring fifty cases of an
# activity and importing their minutes takes it away.
ASSUMED_LOW, ASSUMED_HIGH = 0.75, 1.5
# Goods are moved or keyed in; nobody meets the customer.
NO_CONTACT = ("delivery", "order_line", "return")
MOST_NAMED = 5
# Of a service table; a cost may be, as a refund is.
NEVER_BELOW_ZERO = ("count", "untimed", "minutes", "costed_minutes", "fault_count",
                    "fault_untimed", "fault_minutes")  # fmt: skip

NOTHING_RECORDED = Text(
    "Er zijn geen activiteiten ingelezen: wat het kost om klanten te bedienen is niet bekend en de "
    "bijdrage is de marge.",
    "No activities were imported: what it costs to serve customers is not known, and contribution "
    "is the margin.",
)


@dataclass(frozen=True, slots=True)
class Rates:
    """Euros per hour, and minutes per activity where the source has none."""

    hour: float
    minutes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Service:
    """What n customers cost to serve in twelve months, in euros (n,).

    ``cost`` lies between ``low`` and ``high`` where times are assumed; ``fault`` is the part our
    own errors caused; ``assumed`` the share of the cost that rests on assumed times. ``hours`` of
    work, also of what has a cost of its own. All NaN where no activity of anybody is recorded,
    0 for a customer without any. ``contacts``: int64 count, all but deliveries, returns and order
    lines. ``by_activity``, of these customers together: activity, count, hours, cost, fault,
    assumed (share), uncharged (count); most costly first. ``unknown_activities`` are those
    with times nobody knows; ``warnings`` say what is not in the cost.
    """

    cost: np.ndarray
    low: np.ndarray
    high: np.ndarray
    fault: np.ndarray
    assumed: np.ndarray
    hours: np.ndarray
    contacts: np.ndarray
    by_activity: pa.Table
    unknown_activities: tuple[str, ...]
    warnings: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Charges:
    """What each row of a service table costs, in order of customer and activity, (rows,).

    ``kind``: place of the activity in ``names``. ``assumed``: euros that rest on assumed times.
    ``uncharged``: times without a cost, minutes, or a time in the policy.
    """

    customer: np.ndarray
    kind: np.ndarray
    names: list[str]
    count: np.ndarray
    cost: np.ndarray
    assumed: np.ndarray
    fault_count: np.ndarray
    fault: np.ndarray
    hours: np.ndarray
    uncharged: np.ndarray


@dataclass(frozen=True, slots=True)
class Capacity:
    """Euros per minute of people at work; what customers are charged, and what stood idle."""

    rate: float
    charged: float
    unused: float


def serve(table: pa.Table, customer: np.ndarray, rates: Rates) -> Service:
    """The cost to serve each of ``customer`` (n,), sorted numbers, from ledger/service.py's table.

    Known cost, or else known minutes and assumed ones at the hour rate; unused capacity is not
    in it. An activity with neither cost, minutes nor a time in ``rates`` is named, not guessed.
    Rows of other customers are left out. Raises ValueError on counts or minutes below zero.
    Source: Kaplan & Anderson (2004), time-driven activity-based costing.
    """
    nothing = 0.0 if table.num_rows else np.nan
    done = charges(_of(table, customer), rates)
    of = np.searchsorted(customer, done.customer)
    cost, assumed, fault, hours = (
        nothing + np.bincount(of, weights=values, minlength=len(customer))
        for values in (done.cost, done.assumed, done.fault, done.hours)
    )
    by_activity = _by_activity(done)
    uncharged = _uncharged(by_activity)
    return Service(
        cost=cost,
        low=cost + (ASSUMED_LOW - 1) * assumed,
        high=cost + (ASSUMED_HIGH - 1) * assumed,
        fault=fault,
        assumed=nothing + _share(assumed, cost),
        hours=hours,
        contacts=_contacts(done, of, len(customer)),
        by_activity=by_activity,
        unknown_activities=tuple(uncharged["activity"].to_pylist()),
        warnings=_warnings(uncharged, recorded=table.num_rows > 0),
    )


def charges(table: pa.Table, rates: Rates) -> Charges:
    """What each row of ledger/service.py's table costs in euros; see ``serve``."""
    table, kind, names = _in_order(table)
    _refuse_below_zero(table)
    spent = {name: _floats(table[name]) for name in table.column_names if name != "activity"}
    known = {tidy(name): minutes for name, minutes in rates.minutes.items()}
    each = np.array([known.get(name, np.nan) for name in names])[kind]
    named, each = np.isfinite(each), np.nan_to_num(each)

    def at_rate(minutes: np.ndarray) -> np.ndarray:
        return minutes / MINUTES_PER_HOUR * rates.hour

    assumed, fault_assumed = spent["untimed"] * each, spent["fault_untimed"] * each
    return Charges(
        customer=table["customer"].to_numpy(),
        kind=kind,
        names=names,
        count=spent["count"],
        cost=spent["cost"] + at_rate(spent["minutes"] + assumed),
        assumed=at_rate(assumed),
        fault_count=spent["fault_count"],
        fault=spent["fault_cost"] + at_rate(spent["fault_minutes"] + fault_assumed),
        hours=(spent["minutes"] + spent["costed_minutes"] + assumed) / MINUTES_PER_HOUR,
        uncharged=np.where(named, 0, spent["untimed"]),
    )


def contribution_after_service(margin_12m: np.ndarray, service: Service) -> np.ndarray:
    """Margin less cost to serve, (n,) euros; NaN where the margin is not known.

    Where the cost to serve is not known it is the margin, and ``service.warnings`` says so.
    """
    return np.asarray(margin_12m - np.nan_to_num(service.cost))


def capacity(cost_supplied: float, practical_minutes: float, used_minutes: float) -> Capacity:
    """What an hour of people costs, charged for used minutes only.

    ``practical_minutes``: what they can work, 80 to 85 % of what they are paid for. ``unused`` is
    below zero when more was done than they can: then that estimate is too low. Raises ValueError
    without practical minutes.
    Source: Kaplan & Anderson (2004).
    """
    if practical_minutes <= 0:
        raise ValueError("practical_minutes must be above zero")
    rate = cost_supplied / practical_minutes
    return Capacity(rate, rate * used_minutes, rate * (practical_minutes - used_minutes))


def tidy(activity: str) -> str:
    """The name an activity goes by: " Order line" and "order-line" are order_line."""
    return "_".join(activity.casefold().replace("-", " ").replace("_", " ").split())


def _of(table: pa.Table, customer: np.ndarray) -> pa.Table:
    number = table["customer"].to_numpy()
    place = np.searchsorted(customer, number)
    theirs = place < len(customer)
    theirs[theirs] = customer[place[theirs]] == number[theirs]
    return table if theirs.all() else table.filter(pa.array(theirs))


def _in_order(table: pa.Table) -> tuple[pa.Table, np.ndarray, list[str]]:
    """Rows by customer and activity, so that sums never depend on the order they came in.

    With the place of each row's activity among the tidied names, and those names, sorted.
    """
    said = pc.unique(table["activity"]).sort()
    rank = pc.index_in(table["activity"], said).to_numpy()
    customer = table["customer"].to_numpy()
    order = np.lexsort((rank, customer))
    names, kind_of = np.unique([tidy(name) for name in said.to_pylist()], return_inverse=True)
    if len(order) and np.any(order[1:] < order[:-1]):
        table, rank = table.take(order), rank[order]
    return table, kind_of.reshape(-1)[rank], names.tolist()


def _refuse_below_zero(table: pa.Table) -> None:
    for name in NEVER_BELOW_ZERO:
        if np.any(_floats(table[name]) < 0):
            raise ValueError(f"{name} is below zero")


def _floats(column: pa.ChunkedArray) -> np.ndarray:
    return euros(column) if pa.types.is_decimal(column.type) else np.asarray(column)


def _contacts(done: Charges, of: np.ndarray, customers: int) -> np.ndarray:
    meets = np.array([name not in NO_CONTACT for name in done.names], dtype=np.bool_)[done.kind]
    counts = np.bincount(of[meets], weights=done.count[meets], minlength=customers)
    return np.asarray(counts, dtype=np.int64)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """At most 1: a refund can leave less cost than was assumed."""
    share = np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)
    return np.asarray(np.minimum(share, 1.0))


def _by_activity(done: Charges) -> pa.Table:
    columns = ("count", "hours", "cost", "fault", "assumed", "uncharged")
    total = {
        name: np.bincount(done.kind, weights=getattr(done, name), minlength=len(done.names))
        for name in columns
    }
    total["assumed"] = _share(total["assumed"], total["cost"])
    for name in ("count", "uncharged"):
        total[name] = total[name].astype(np.int64)
    table = pa.table({"activity": pa.array(done.names, pa.string()), **total})
    return table.sort_by([("cost", "descending"), ("activity", "ascending")])


def _uncharged(by_activity: pa.Table) -> pa.Table:
    left = by_activity.filter(pc.greater(by_activity["uncharged"], 0))
    return left.sort_by([("uncharged", "descending"), ("activity", "ascending")])


def _warnings(uncharged: pa.Table, *, recorded: bool) -> tuple[Text, ...]:
    if not recorded:
        return (NOTHING_RECORDED,)
    return (_left_out(uncharged),) if len(uncharged) else ()


def _left_out(left: pa.Table) -> Text:
    """Which activities are not in the cost, the most frequent first."""
    rows = left.slice(0, MOST_NAMED).to_pylist()
    listed = ", ".join(f"{row['activity']} ({row['uncharged']}×)" for row in rows)
    more = len(left) - len(rows)
    return Text(
        f"Niet in de kosten: {listed}{f' en {more} andere soorten' if more else ''}. Kosten en "
        "minuten ontbreken; zet in het beleid onder [rates] hoeveel minuten zo iets duurt.",
        f"Not in the cost: {listed}{f' and {more} other kinds' if more else ''}. Cost and minutes "
        "are absent; say in the policy under [rates] how many minutes such a thing takes.",
    )
