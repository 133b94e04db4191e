"""Answers to report on, made from simulated customers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.evaluation.advice import ADVICE
from kernklant.engine.segments.migration import MOVES, SEGMENTS
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
    values: pa.Table
    groups: pa.Table
    prospects: pa.Table
    advice: pa.Table
    moves: pa.Table


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
            **division(a, clv, margin),
        }
    )


def division(a: np.ndarray, clv: np.ndarray, margin: np.ndarray) -> dict[str, Any]:
    """What is decided: some become A, some cost money, a few are watched or insolvent."""
    number = np.arange(len(a))
    insolvent, late = number % 400 == 3, number % 150 == 7
    reason = np.where(a, "A", np.where(insolvent, "insolvent", "C"))
    unknown = np.full(len(a), np.nan)
    return {
        "reason": pa.array(reason, pa.string()),
        "exit_proposed": pa.array((margin < -500) & ~a),
        "exit_chance": np.where(margin < -500, 0.93, 0.01),
        "watch": pa.array(late),
        "daughter_of_a": pa.array(number % 90 == 5),
        "p_becomes_a": np.where(a, 0.9, 0.05),
        "score": pa.array(np.where(a, 70, 20), pa.int32()),
        "score_exact": np.where(a, 70.2, 20.1),
        "by_rule": pa.array(np.where(a, "A", "C"), pa.string()),
        "clv_after_service": clv,
        "potential": pa.array(unknown, from_pandas=True),
        "days_late": np.where(late, 34.0, 2.0),
        "days_late_at_least": pa.array(np.zeros(len(a), dtype=bool)),
        "days_late_trend": np.where(late, 22.0, 0.0),
        "overdue_30": np.where(late, 0.41, 0.0),
        "open_amount": cents(np.where(late | insolvent, 12_300.0, 100.0)),
        "default_chance": np.where(insolvent, 1.0, 0.05),
        "value_at_risk": cents(np.where(late | insolvent, 9_225.0, 0.0)),
    }


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
    return Case(
        as_of=AS_OF,
        customers=table,
        summary={**summary_of(table), **changes},
        values=table.select(["customer"]),
        groups=GROUPS,
        prospects=PROSPECTS,
        advice=advice_of(table),
        moves=moves_of(table),
    )


def moves_of(table: pa.Table) -> pa.Table:
    """Every fiftieth customer came from the other side, because he bought."""
    rows = [
        {
            "customer": row["customer"],
            "from_segment": "C" if row["segment"] == "A" else "A",
            "to_segment": row["segment"],
            "kind": "moved",
            "cause": "bought",
            "criterion": "lifetime_value",
            "points": 5 if row["segment"] == "A" else -5,
        }
        for row in sorted(table.to_pylist(), key=lambda row: row["customer"])[::50]
    ]
    return pa.Table.from_pylist(rows, schema=MOVES)


def advice_of(table: pa.Table) -> pa.Table:
    """One remedy for everybody whom it is proposed to let go."""
    chosen = table.filter(table["exit_proposed"])["customer"].to_pylist()
    texts = {"text_nl": "Met prijzen die 5\u00a0% hoger zijn.", "text_en": "With prices 5% higher."}
    rows = [
        {"customer": number, "lever": "price", "gain": 1.0, "enough": True, **texts}
        for number in chosen
    ]
    return pa.Table.from_pylist(rows, schema=ADVICE)


def summary_of(table: pa.Table) -> dict[str, Any]:
    worth = _sum(table["clv"])
    first, last = pc.min(table["first_order_on"]).as_py(), pc.max(table["last_order_on"]).as_py()
    methods = table["clv_method"].value_counts().to_pylist()
    return {
        "run": 7,
        "as_of": AS_OF.isoformat(),
        "customers": table.num_rows,
        "fit": dict(ACCEPTED),
        "segments": {
            **{name: _segment(table, name) for name in SEGMENTS},
            "exit_proposed": pc.sum(table["exit_proposed"]).as_py() or 0,
        },
        "rule": {
            "nl": "A zijn de 15\u00a0% klanten met de hoogste klantwaarde; wie failliet is, nooit.",
            "en": "A are the 15% of customers of highest lifetime value; an insolvent one never.",
        },
        "rules": RULES,
        "score": SCORE,
        "sensitivity": {"draws": 1000, "surely": 90, "unsure": 10, "might": 12, "hangs_on": {}},
        "service": SERVICE,
        "matrix": {row: dict.fromkeys((*SEGMENTS, "gone"), 3) for row in (*SEGMENTS, "new")},
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
RULES = {
    "horizon_years": 3.0,
    "discount_per_year": 0.1,
    "default_margin": 0.3,
    "level": 0.9,
    "segment_on": "score",
}
CRITERION = {
    "name": "lifetime_value",
    "source": "clv",
    "weight": 100,
    "policy_weight": 100.0,
    "shape": "bounded",
    "low": 0.0,
    "high": 50_000.0,
    "steps": [],
    "known": 1204,
}
SCORE = {
    "criteria": [CRITERION],
    "left_out": ["potential"],
    "cut": 61.5,
    "last_a": 60.0,
    "expected_a": 100.0,
    "evidence": 0.8,
    "daughters": 3,
}
SERVICE = {
    "cost": "120000.00",
    "low": "110000.00",
    "high": "150000.00",
    "own_fault": "4000.00",
    "hours": 1800.0,
    "activities": [
        {
            "activity": "visit",
            "count": 700,
            "uncharged": 0,
            "hours": 1500.0,
            "assumed": 0.5,
            "cost": "97500.00",
            "fault": "0.00",
        }
    ],
}
GROUPS = pa.table(
    {
        "group": pa.array([1, 900_003], pa.int64()),
        "members": pa.array([3, 2], pa.int64()),
        **{
            name: pa.array([Decimal("9000.00"), None], MONEY)
            for name in ("revenue_12m", "contribution_12m", "cost_to_serve_12m", "clv")
        },
    }
)
PROSPECTS = pa.table(
    {
        "customer": pa.array([900_001, 900_002], pa.int64()),
        "potential": [40_000.0, None],
        "fit": pa.array([80, None], pa.int32()),
        "evidence": [0.4, 0.0],
    }
)


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
        "cost_to_serve_12m": f"{part.num_rows * 100}.00",
        "hours_12m": 1.5 * part.num_rows,
        "contacts_12m": 2 * part.num_rows,
    }


def _sum(column: pa.ChunkedArray) -> Decimal:
    return Decimal(pc.sum(column).as_py() or 0)
