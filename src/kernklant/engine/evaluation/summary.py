"""The figures of the whole base, as `evaluate --json` prints them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Text
from kernklant.engine.ledger.facts import table_sizes
from kernklant.engine.segments.assign import Division
from kernklant.engine.store import Snapshot
from kernklant.engine.value.concentration import concentrate
from kernklant.engine.value.lifetime import LifetimeRules, Lifetimes
from kernklant.engine.value.purchases import PurchaseFit

LETTERS = ("A", "B", "C")
NAMES = {
    "mbg": ("r", "alpha", "a", "b"),
    "bg": ("r", "alpha", "a", "b"),
    "pareto": ("r", "alpha", "s", "beta"),
}


def summarise(
    facts: Snapshot,
    customers: pa.Table,
    *,
    worth: Lifetimes,
    division: Division,
    rules: LifetimeRules,
    as_of: date,
) -> dict[str, Any]:
    """A JSON-ready dict: money as strings with two decimals, sentences as {nl, en}."""
    sizes = table_sizes(facts)
    return {
        "as_of": as_of.isoformat(),
        "customers": customers.num_rows,
        "fit": _fit(worth),
        "segments": _segments(customers),
        "rule": both(division.rule),
        "rules": asdict(rules),
        "provisional": True,
        "concentration": concentrate(customers),
        "methods": worth.methods,
        "holdout": worth.holdout,
        "spend": worth.spend,
        "clv": _range(customers, worth),
        "totals": _totals(customers, sizes),
        "data": sizes,
        "warnings": [both(warning) for warning in worth.warnings],
    }


def both(text: Text) -> dict[str, str]:
    """A sentence in both languages."""
    return {"nl": text.nl, "en": text.en}


def cents(amount: Decimal | float | None) -> str:
    """Money as JSON carries it: a string with two decimals."""
    return f"{Decimal(amount or 0):.2f}"


def _fit(worth: Lifetimes) -> dict[str, Any]:
    fit: PurchaseFit | None = worth.fit
    outcome = {"accepted": worth.accepted, "why": both(worth.why)}
    if fit is None:
        return {"model": None, "parameters": {}, "log_likelihood": None, **outcome}
    return {
        "model": fit.model,
        "parameters": dict(zip(NAMES[fit.model], map(float, fit.parameters), strict=True)),
        "log_likelihood": float(fit.log_likelihood),
        **outcome,
        "prior": fit.prior,
        "repeat_buyers": fit.repeat_buyers,
    }


def _segments(customers: pa.Table) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for letter in LETTERS:
        members = customers.filter(pc.equal(customers["segment"], letter))
        parts[letter] = {
            "customers": members.num_rows,
            "revenue_12m": cents(pc.sum(members["revenue_12m"]).as_py()),
            "contribution_12m": _known_sum(members["contribution_12m"]),
            "clv": cents(pc.sum(members["clv"]).as_py()),
        }
    return {**parts, "exit_proposed": pc.sum(customers["exit_proposed"]).as_py() or 0}


def _known_sum(amounts: pa.ChunkedArray) -> str | None:
    total = pc.sum(amounts).as_py()
    return None if total is None else cents(total)


def _range(customers: pa.Table, worth: Lifetimes) -> dict[str, Any]:
    low, high = worth.total_interval
    return {
        "total": cents(pc.sum(customers["clv"]).as_py()),
        "low": cents(low),
        "high": cents(high),
    }


def _totals(customers: pa.Table, sizes: dict[str, int]) -> dict[str, Any]:
    days = pc.min_max(customers["first_order_on"]).as_py(), customers["last_order_on"]
    first, last = days[0]["min"], pc.max(days[1]).as_py()
    known = sizes["customers"]
    return {
        "lines": sizes["sales"],
        "revenue": cents(pc.sum(customers["revenue"]).as_py()),
        "revenue_12m": cents(pc.sum(customers["revenue_12m"]).as_py()),
        "first_day": first.isoformat() if first else None,
        "last_day": last.isoformat() if last else None,
        "customers": customers.num_rows,
        "buyers": pc.sum(pc.greater(customers["orders"], 0)).as_py() or 0,
        "prospects": max(0, known - customers.num_rows),
    }
