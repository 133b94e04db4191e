"""The answer's table: one row per customer, every column of the export in its place."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.ledger.history import History
from kernklant.engine.value.lifetime import Lifetimes

MONEY = pa.decimal128(18, 2)
# Filled by criteria, potential and cost to serve, which the next stones bring.
UNKNOWN = {
    "p_a": pa.float64(),
    "score": pa.float64(),
    "score_low": pa.float64(),
    "score_high": pa.float64(),
    "evidence": pa.float64(),
    "cost_to_serve_12m": MONEY,
    "potential": pa.float64(),
    "reasons": pa.string(),
}


def standing(
    past: History, worth: Lifetimes, segment: np.ndarray, *, previous: pa.Table | None
) -> pa.Table:
    """One row per customer of ``past``, in its order; columns in the order of the export.

    ``contribution_12m`` is the margin where a cost price is known, else null: revenue is never
    shown as contribution. Columns that nothing fills yet are null.
    """
    rows, table = past.table.num_rows, past.table
    margin = money(worth.table["margin_12m"])
    known = {
        "customer": table["customer"],
        "segment": pa.array(segment, pa.string()),
        "exit_proposed": pa.array(np.zeros(rows, dtype=bool)),
        "previous_segment": _previous(table["customer"], previous),
        **{name: worth.table[name] for name in ("clv", "clv_low", "clv_high")},
        **{name: worth.table[name] for name in ("clv_method", "clv_reason_nl", "clv_reason_en")},
        **{name: table[name] for name in ("orders", "first_order_on", "last_order_on")},
        **{name: pc.cast(table[name], MONEY) for name in ("revenue", "revenue_12m")},
        "margin_12m": margin,
        "margin_share": worth.table["margin_share"],
        "margin_assumed": worth.table["margin_assumed"],
        "contribution_12m": contribution(
            past.table["revenue_costed_12m"],
            past.table["cost_12m"],
            whole=table["revenue_12m"],
            estimate=margin,
            assumed=worth.table["margin_assumed"],
        ),
        "contribution": contribution(
            table["revenue_costed"],
            table["cost"],
            whole=table["revenue"],
            estimate=money(_share_of(table["revenue"], worth.table["margin_share"])),
            assumed=worth.table["margin_assumed"],
        ),
        **{name: worth.table[name] for name in ("p_alive", "expected_orders_12m")},
        "expected_spend": worth.table["expected_spend"],
    }
    empty = {name: pa.nulls(rows, kind) for name, kind in UNKNOWN.items()}
    return pa.table({**known, **empty})


def money(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Floats in euros as DECIMAL(18,2), rounded half away from zero; null stays null."""
    rounded = pc.round(values, ndigits=2, round_mode="half_towards_infinity")
    return pc.cast(rounded, MONEY, safe=False)


def contribution(
    costed: pa.ChunkedArray,
    cost: pa.ChunkedArray,
    *,
    whole: pa.ChunkedArray,
    estimate: pa.ChunkedArray,
    assumed: pa.ChunkedArray,
) -> pa.ChunkedArray:
    """Revenue minus cost, to the cent where every line has a cost, else the estimate.

    Null for a customer without any known cost (``assumed``): revenue is not contribution.
    """
    exact = pc.cast(pc.subtract(costed, cost), MONEY)
    complete = pc.equal(costed, whole)
    value = pc.if_else(complete, exact, estimate)
    return pc.if_else(assumed, pa.scalar(None, MONEY), value)


def insolvent_at(known: pa.Table, numbers: np.ndarray, *, as_of: date) -> np.ndarray:
    """For each customer number: is he bankrupt or under suspension of payments on that day?"""
    on = pc.fill_null(pc.less_equal(known["insolvent_on"], pa.scalar(as_of)), False)
    return np.isin(numbers, known["customer"].filter(on).to_numpy())


def _share_of(revenue: pa.ChunkedArray, share: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.multiply(pc.cast(revenue, pa.float64()), share)


def _previous(customer: pa.ChunkedArray, previous: pa.Table | None) -> pa.Array:
    if previous is None:
        return pa.nulls(len(customer), pa.string())
    place = pc.index_in(customer, value_set=previous["customer"])
    return pc.take(previous["segment"], place)
