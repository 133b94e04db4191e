"""Answers to report on, made from simulated customers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.value.concentration import concentrate

MONEY = pa.decimal128(18, 2)
AS_OF = date(2026, 9, 30)
SURNAMES = ["Bakker", "De Groot", "Van Dijk", "Visser", "Jansen", "Smit", "Mulder", "Bos"]
TRADES = ["Installatie BV", "Techniek", "Sanitair", "Elektro BV", "& Zonen", "Klimaat BV"]


@dataclass(frozen=True)
class Case:
    """Quacks like an Answer."""

    as_of: date
    customers: pa.Table
    summary: dict[str, Any]


def cents(values: np.ndarray) -> pa.Array:
    return pa.array([None if np.isnan(v) else Decimal(f"{v:.2f}") for v in values], MONEY)


def customers(number: int = 1204, *, cost: bool = True, seed: int = 5) -> pa.Table:
    """Simulated wholesale customers: skewed, some of them loss-making, some brand new."""
    draw = np.random.default_rng(seed)
    revenue = np.exp(draw.normal(8.6, 1.6, number))
    margin = revenue * draw.normal(0.27, 0.17, number)
    clv = np.maximum(0, margin) * draw.gamma(4, 0.55, number)
    low, high = clv * draw.uniform(0.45, 0.7, number), clv * draw.uniform(1.3, 1.9, number)
    orders = draw.poisson(9, number) + 1
    last = [AS_OF - timedelta(days=int(d)) for d in draw.integers(1, 500, number)]
    a = clv >= np.sort(clv)[::-1][max(0, round(0.15 * number) - 1)] if number else clv > 0
    method = np.where(orders > 2, "mbg+gg", "none")
    return pa.table(
        {
            "customer": pa.array(np.arange(1, number + 1), pa.int64()),
            "segment": pa.array(np.where(a, "A", "C"), pa.string()),
            "clv": clv,
            "clv_low": low,
            "clv_high": high,
            "clv_method": pa.array(method, pa.string()),
            "orders": pa.array(orders, pa.int32()),
            "first_order_on": pa.array([day - timedelta(days=400) for day in last], pa.date32()),
            "last_order_on": pa.array(last, pa.date32()),
            "revenue": cents(revenue * 2.6),
            "revenue_12m": cents(revenue),
            "contribution_12m": cents(margin if cost else np.full(number, np.nan)),
        }
    )


def names_of(table: pa.Table) -> pa.Table:
    """Number and name of every customer."""
    numbers = table["customer"].to_pylist()
    return pa.table(
        {
            "customer": pa.array(numbers, pa.int64()),
            "source_no": pa.array([f"D{10_000 + n}" for n in numbers], pa.string()),
            "name": pa.array([f"{SURNAMES[n % 8]} {TRADES[n % 6]}" for n in numbers], pa.string()),
        }
    )


def case(table: pa.Table, **changes: Any) -> Case:
    """An answer about these customers, with the summary that belongs to it."""
    return Case(AS_OF, table, {**summary_of(table), **changes})


def summary_of(table: pa.Table) -> dict[str, Any]:
    worth = _sum(table["clv"])
    first, last = pc.min(table["first_order_on"]).as_py(), pc.max(table["last_order_on"]).as_py()
    methods = table["clv_method"].value_counts().to_pylist()
    return {
        "run": 7,
        "as_of": AS_OF.isoformat(),
        "customers": table.num_rows,
        "fit": dict(ACCEPTED),
        "segments": {**{letter: _segment(table, letter) for letter in "ABC"}, "exit_proposed": 0},
        "rule": {
            "nl": "A zijn de 15\u00a0% klanten met de hoogste klantwaarde; wie failliet is, nooit.",
            "en": "A are the 15% of customers of highest lifetime value; an insolvent one never.",
        },
        "provisional": True,
        "concentration": concentrate(table),
        "methods": {row["values"]: row["counts"] for row in methods},
        "holdout": HOLDOUT,
        "spend": SPEND,
        "clv": {
            "total": f"{worth:.2f}",
            "low": f"{worth * Decimal('0.88'):.2f}",
            "high": f"{worth * Decimal('1.13'):.2f}",
        },
        "totals": {
            "lines": 48_213,
            "revenue": f"{_sum(table['revenue']):.2f}",
            "revenue_12m": f"{_sum(table['revenue_12m']):.2f}",
            "first_day": first.isoformat() if first else None,
            "last_day": last.isoformat() if last else None,
            "customers": table.num_rows,
            "buyers": table.num_rows,
            "prospects": 31,
        },
        "data": {
            "customers": table.num_rows + 31,
            "sales": 48_213,
            "activities": 0,
            "payments": 9_120,
            "contracts": 0,
            "feedback": 412,
        },
        "warnings": [
            {
                "nl": "Van 12 klanten ligt de eerste order op de eerste dag van de gegevens.",
                "en": "Of 12 customers the first order is on the first day of the data.",
            }
        ],
        "seconds": {"history": 0.2, "lifetime": 0.6},
    }


ACCEPTED = {
    "model": "mbg",
    "parameters": {"r": 0.5248, "alpha": 6.183, "a": 0.8914, "b": 1.614},
    "log_likelihood": -9582.13,
    "accepted": True,
    "why": {
        "nl": "De parameters zijn aannemelijk en de nameting was beter dan doorgaan in hetzelfde "
        "tempo.",
        "en": "The parameters are plausible and the holdout beat going on at the same rate.",
    },
    "prior": False,
    "repeat_buyers": 946,
}
HOLDOUT = {
    "tested": True,
    "passed": True,
    "why": {"nl": "Getoetst: niet slechter.", "en": "Tested: no worse."},
    "weeks": 39.0,
    "customers": 1107,
    "orders": 1882,
    "model": {"orders": 1653.4, "mae": 0.7855, "bias": -0.1215},
    "run_rate": {"orders": 2930.1, "mae": 1.0241, "bias": 0.5569},
}
SPEND = {
    "method": "gg",
    "why": {
        "nl": "De bedragen passen bij het bestedingsmodel.",
        "en": "The amounts fit the spending model.",
    },
    "parameters": {"p": 6.2496, "q": 3.7442, "v": 15.4435},
    "log_likelihood": -4055.92,
    "customers": 946,
    "mean": 35.17,
}
REFUSED = {
    **ACCEPTED,
    "model": None,
    "parameters": {},
    "log_likelihood": None,
    "accepted": False,
    "why": {"nl": "Niemand kocht twee keer.", "en": "Nobody bought twice."},
}
RULES = {"horizon_years": 3.0, "discount_per_year": 0.1, "default_margin": 0.3, "level": 0.9}


def refused(answer: Case) -> Case:
    """The same without a purchase model that could be trusted."""
    return replace(answer, summary={**answer.summary, "fit": dict(REFUSED)})


def _segment(table: pa.Table, letter: str) -> dict[str, Any]:
    part = table.filter(pc.equal(table["segment"], letter))
    known = pc.sum(part["contribution_12m"]).as_py()
    return {
        "customers": part.num_rows,
        "revenue_12m": f"{_sum(part['revenue_12m']):.2f}",
        "contribution_12m": None if known is None else f"{known:.2f}",
        "clv": f"{_sum(part['clv']):.2f}",
    }


def _sum(column: pa.ChunkedArray) -> Decimal:
    return Decimal(pc.sum(column).as_py() or 0)
