"""The answer's table: one row per customer, every column of the export in its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.evaluation.deciding import Decided
from kernklant.engine.evaluation.knowing import Known
from kernklant.engine.evaluation.weights import Sway
from kernklant.engine.segments.assign import REASONS
from kernklant.engine.segments.migration import SEGMENTS, Stand, places
from kernklant.engine.units import euros, nulls
from kernklant.engine.value.groups import rolled_up
from kernklant.engine.value.potential import SOURCES_OF_POTENTIAL

# What a later run asks of how customers stood.
STANDS = ["customer", "segment", "segment_since", "orders", "reason"]
MONEY = pa.decimal128(18, 2)
# Sources of criteria whose value is a column of the answer.
IN_ANSWER = {
    "clv": "clv_after_service",
    "contribution_12m": "contribution_12m",
    "revenue_12m": "revenue_12m",
    "potential": "potential",
}
# What is estimated of a customer; of who objected to that nothing is told.
ESTIMATED = (
    "score", "score_exact", "score_low", "score_high", "a_when_weights_move", "clv", "clv_low",
    "clv_high", "clv_after_service", "potential", "wallet", "default_chance", "value_at_risk",
    "p_alive", "expected_orders_12m", "expected_spend",
)  # fmt: skip
NONE = {"p_a": 0.0, "p_becomes_a": 0.0, "evidence": 0.0, "exit_chance": 0.0, "watch": False}
Columns = dict[str, pa.Array | pa.ChunkedArray]


def standing(known: Known, decided: Decided, swayed: Sway, *, previous: Stand | None) -> pa.Table:
    """One row per customer of ``known``, in its order; columns in the order of the export.

    ``contribution_12m`` is the margin less the cost to serve where a cost price is known, else
    null: revenue is never shown as contribution. What is not known is null.
    """
    table, worth = known.past.table, known.worth.table
    margin = _margins(known)
    return pa.table(
        {
            "customer": table["customer"],
            **_segment(known, decided, previous),
            **_score(decided),
            "a_when_weights_move": _known(swayed.often),
            **{name: worth[name] for name in ("clv", "clv_low", "clv_high")},
            **{name: worth[name] for name in ("clv_method", "clv_reason_nl", "clv_reason_en")},
            **{name: table[name] for name in ("orders", "first_order_on", "last_order_on")},
            **{name: pc.cast(table[name], MONEY) for name in ("revenue", "revenue_12m")},
            **margin,
            **_service(known, margin["margin_12m"]),
            **_outlook(known),
            **{name: worth[name] for name in ("p_alive", "expected_orders_12m")},
            "expected_spend": worth["expected_spend"],
        }
    )


def points_table(known: Known, decided: Decided) -> pa.Table:
    """The whole points of each criterion, one row per customer; they add up to his score."""
    score, units = decided.score, decided.units
    columns = {name: units.each(score.points[:, at]) for at, name in enumerate(score.names)}
    table = pa.table({"customer": known.customer, **columns})
    return _with(table, score.names, 0, where=decided.objected)


def values_table(known: Known, decided: Decided) -> pa.Table:
    """What each criterion was measured at, of those that are no column of the answer.

    Where groups are divided as one, all of them: the columns hold the values of each member.
    """
    units = decided.units
    asked = {one.name for one in decided.criteria if one.source not in IN_ANSWER or not units.alone}
    columns = {
        name: _known(units.each(decided.values[name]))
        for name in decided.score.names
        if name in asked
    }
    table = pa.table({"customer": known.customer, **columns})
    return _with(table, columns, None, where=decided.objected)


def unranked(customers: pa.Table, objected: np.ndarray) -> pa.Table:
    """Rows of the answer without what is estimated of those who objected (n,)."""
    customers = _with(customers, ESTIMATED, None, where=objected)
    for name, nothing in NONE.items():
        customers = _with(customers, [name], nothing, where=objected)
    return customers


def _with(table: pa.Table, names: Iterable[str], value: Any, *, where: np.ndarray) -> pa.Table:
    """Columns with one value in some rows (n,)."""
    if not where.any():
        return table
    rows = pa.array(where)
    for name in names:
        at = table.column_names.index(name)
        kind = table[name].type
        told = pc.if_else(rows, pa.scalar(value, kind), table[name])
        table = table.set_column(at, name, told)
    return table


def groups_table(known: Known) -> pa.Table:
    """What mothers and daughters bring together, by the mother's number; see groups.rolled_up.

    Besides: ``revenue_12m``, ``margin_12m``, ``cost_to_serve_12m``, ``contribution_12m`` and
    ``clv`` in euros.
    """
    values = {
        "revenue_12m": euros(known.past.table["revenue_12m"]),
        "margin_12m": known.margin,
        "cost_to_serve_12m": known.service.cost,
        "contribution_12m": known.contribution,
        "clv": np.asarray(known.worth.table["clv"].to_numpy()),
    }
    table = rolled_up(values, known.top)
    for name in values:
        at = table.column_names.index(name)
        table = table.set_column(
            at, name, money(pc.if_else(pc.is_nan(table[name]), None, table[name]))
        )
    return table


def stand_of(customers: pa.Table, points: pa.Table, *, policy_changed: bool = False) -> Stand:
    """How the customers of an answer stand, for the next run to start from."""
    return Stand(customers.select(STANDS), points, policy_changed)


def _segment(known: Known, decided: Decided, previous: Stand | None) -> Columns:
    division = decided.division
    before = None if previous is None else previous.segments
    return {
        "segment": _named(np.searchsorted(SEGMENTS, division.segment), SEGMENTS),
        "exit_proposed": pa.array(decided.exit_proposed),
        "previous_segment": _previous(known.past.table["customer"], before),
        "segment_since": pa.array(decided.since.astype("datetime64[D]")),
        "reason": _named(division.reason, REASONS),
        "by_rule": _named(np.searchsorted(SEGMENTS, division.by_rule), SEGMENTS),
    }


def _score(decided: Decided) -> Columns:
    score, chances, each = decided.score, decided.chances, decided.units.each
    total = pa.array(each(score.total), mask=np.isnan(each(score.exact)))
    return {
        "p_a": pa.array(np.where(decided.apart, 0.0, each(chances.of_a))),
        "p_becomes_a": pa.array(np.where(decided.apart, 0.0, each(chances.becoming_a))),
        "score": total,
        "score_exact": _known(each(score.exact)),
        "score_low": _known(each(score.low)),
        "score_high": _known(each(score.high)),
        "evidence": pa.array(each(score.evidence)),
        "exit_chance": pa.array(decided.exit_chance),
        "daughter_of_a": pa.array(decided.daughter),
    }


def _margins(known: Known) -> Columns:
    """Margins to the cent where every line has a cost, else the estimate."""
    table, worth = known.past.table, known.worth.table
    share = worth["margin_share"]
    whole = {"margin": "revenue", "margin_12m": "revenue_12m"}
    found = {}
    for name, revenue in whole.items():
        suffix = revenue.removeprefix("revenue")
        costed, cost = table[f"revenue_costed{suffix}"], table[f"cost{suffix}"]
        estimate = money(pc.multiply(pc.cast(table[revenue], pa.float64()), share))
        exact = pc.cast(pc.subtract(costed, cost), MONEY)
        found[name] = pc.if_else(pc.equal(costed, table[revenue]), exact, estimate)
    assumed = worth["margin_assumed"]
    found["margin"] = pc.if_else(assumed, pa.scalar(None, MONEY), found["margin"])
    return {**found, "margin_share": share, "margin_assumed": assumed}


def _service(known: Known, margin: pa.ChunkedArray) -> Columns:
    """What serving costs, and what is left of the margin after it."""
    service = known.service
    cost = money(_known(service.cost))
    left = pc.subtract(margin, pc.fill_null(cost, 0))
    assumed = known.worth.table["margin_assumed"]
    return {
        "cost_to_serve_12m": cost,
        "cost_to_serve_low": money(_known(service.low)),
        "cost_to_serve_high": money(_known(service.high)),
        "own_fault_12m": money(_known(service.fault)),
        "service_hours_12m": _known(service.hours),
        "contacts_12m": pa.array(service.contacts),
        "clv_after_service": pa.array(known.lifetime),
        "contribution_12m": pc.if_else(assumed, pa.scalar(None, MONEY), pc.cast(left, MONEY)),
    }


def _outlook(known: Known) -> Columns:
    """What he could spend, and whether he pays."""
    could, pays = known.potential, known.solvency
    return {
        "potential": _known(could.headroom),
        "wallet": _known(could.wallet),
        "potential_source": _named(could.source, SOURCES_OF_POTENTIAL),
        "days_late": _known(pays.dbt),
        "days_late_at_least": pa.array(pays.at_least),
        "days_late_trend": _known(pays.trend),
        "open_amount": money(_known(pays.open)),
        "overdue_30": _known(pays.overdue_30),
        "default_chance": _known(pays.chance),
        "watch": pa.array(pays.watch),
        "value_at_risk": money(_known(pays.value_at_risk)),
        "group": pa.array(known.top, mask=known.top == known.customer),
    }


def _known(values: np.ndarray) -> pa.ChunkedArray:
    """NaN is what is not known: null."""
    if np.isnan(values).all():
        return nulls(len(values), pa.float64())
    return pa.chunked_array([pa.array(values, pa.float64(), from_pandas=True)])


def _named(which: np.ndarray, names: tuple[str, ...]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(which.astype(np.int8), pa.array(names))


def money(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Floats in euros as DECIMAL(18,2), rounded half away from zero; null stays null."""
    if values.null_count == len(values):
        return nulls(len(values), MONEY)
    rounded = pc.round(values, ndigits=2, round_mode="half_towards_infinity")
    return pc.cast(rounded, MONEY, safe=False)


def _previous(customer: pa.ChunkedArray, previous: pa.Table | None) -> pa.ChunkedArray:
    if previous is None:
        return nulls(len(customer), pa.string())
    place = places(previous["customer"], customer.to_numpy())
    return pc.take(previous["segment"], place)
