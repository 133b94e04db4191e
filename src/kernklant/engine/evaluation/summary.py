"""The figures of the whole base, as `evaluate --json` prints them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.deciding import Decided
from kernklant.engine.evaluation.formats import in_both
from kernklant.engine.evaluation.knowing import Known, mothers
from kernklant.engine.evaluation.question import Question
from kernklant.engine.evaluation.weighing import unused_ratings
from kernklant.engine.evaluation.weights import Sway
from kernklant.engine.ledger.facts import table_sizes
from kernklant.engine.ledger.history import sales_after
from kernklant.engine.segments.migration import SEGMENTS, matrix
from kernklant.engine.segments.naming import named
from kernklant.engine.segments.policy import Policy
from kernklant.engine.segments.wording import listed
from kernklant.engine.store import Snapshot
from kernklant.engine.value.concentration import concentrate
from kernklant.engine.value.counts import exact_sum
from kernklant.engine.value.groups import circles, warned_of
from kernklant.engine.value.lifetime import Lifetimes
from kernklant.engine.value.purchases import PurchaseFit

# Columns that are added up per segment.
OF_SEGMENT = (
    "revenue_12m",
    "contribution_12m",
    "clv",
    "cost_to_serve_12m",
    "service_hours_12m",
    "contacts_12m",
)
AHEAD = Text(
    "De peildatum {day} ligt na vandaag: wat tot dan nog wordt verkocht, telt niet mee.",
    "The as-of date {day} lies after today: what is still sold until then does not count.",
)
LATER_LINE = Text(
    "Een verkoopregel heeft een datum na vandaag ({day}) en telt nog niet mee.",
    "One sales line is dated after today ({day}) and does not count yet.",
)
LATER_LINES = Text(
    "{many} verkoopregels hebben een datum na vandaag (tot en met {day}) en tellen nog niet mee.",
    "{many} sales lines are dated after today (until {day}) and do not count yet.",
)
DAMAGED = Text(
    "Beschadigd, en daarom overgeslagen bij het vergelijken met eerder: evaluatie {runs}. "
    "kernklant doctor zegt wat eraan scheelt.",
    "Damaged, so passed over in comparing with before: run {runs}. kernklant doctor says what is "
    "wrong with it.",
)
NAMES = {
    "mbg": ("r", "alpha", "a", "b"),
    "bg": ("r", "alpha", "a", "b"),
    "pareto": ("r", "alpha", "s", "beta"),
}


def summarise(
    facts: Snapshot,
    customers: pa.Table,
    *,
    known: Known,
    decided: Decided,
    swayed: Sway,
    question: Question,
) -> dict[str, Any]:
    """A JSON-ready dict: money as strings with two decimals, sentences as {nl, en}."""
    sizes, worth, policy = table_sizes(facts), known.worth, question.policy
    before = question.previous
    return {
        "as_of": known.past.as_of.isoformat(),
        "customers": customers.num_rows,
        "fit": _fit(worth),
        "segments": _segments(customers),
        "rule": both(decided.division.rule),
        "rules": asdict(policy.lifetime) | {"segment_on": policy.segments.segment_on},
        "score": _score(decided, customers),
        "sensitivity": swayed.figures,
        "service": _service(known),
        "potential": _potential(known),
        "solvency": _solvency(known, customers),
        "matrix": matrix(None if before is None else before.segments, customers),
        "concentration": concentrate(customers),
        "methods": worth.methods,
        "holdout": worth.holdout,
        "spend": worth.spend,
        "clv": _range(customers, worth),
        "totals": _totals(customers, known, sizes),
        "data": sizes,
        "warnings": [
            both(warning)
            for warning in (
                *_asked(facts, question, as_of=known.past.as_of),
                *_warnings(facts, known, decided, policy=policy, sizes=sizes),
            )
        ],
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
    told = customers.select([*OF_SEGMENT])
    for letter in SEGMENTS:
        members = told.filter(pc.equal(customers["segment"], letter))
        parts[letter] = {
            "customers": members.num_rows,
            "revenue_12m": cents(pc.sum(members["revenue_12m"]).as_py()),
            "contribution_12m": _known_sum(members["contribution_12m"]),
            "clv": cents(pc.sum(members["clv"]).as_py()),
            "cost_to_serve_12m": _known_sum(members["cost_to_serve_12m"]),
            "hours_12m": _rounded(pc.sum(members["service_hours_12m"]).as_py()),
            "contacts_12m": pc.sum(members["contacts_12m"]).as_py() or 0,
        }
    return {**parts, "exit_proposed": pc.sum(customers["exit_proposed"]).as_py() or 0}


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)


def _score(decided: Decided, customers: pa.Table) -> dict[str, Any]:
    """The criteria as they were used, and the cut-off that the chances are about."""
    score, used = decided.score, {one.name: one for one in decided.criteria}
    criteria = [
        {
            "name": name,
            "source": used[name].source,
            "weight": int(weight),
            "policy_weight": used[name].weight,
            "shape": used[name].shape,
            "low": used[name].low,
            "high": used[name].high,
            "steps": [list(step) for step in used[name].steps],
            "known": int((~np.isnan(score.share[:, at])).sum()),
        }
        for at, (name, weight) in enumerate(zip(score.names, score.weights, strict=True))
    ]
    return {
        "criteria": criteria,
        "left_out": list(score.left_out),
        "cut": decided.cut if np.isfinite(decided.cut) else None,
        "last_a": decided.division.cut if np.isfinite(decided.division.cut) else None,
        "expected_a": round(exact_sum(customers["p_a"].to_numpy()), 3),
        "evidence": _rounded(pc.mean(customers["evidence"]).as_py(), 4),
        "daughters": pc.sum(customers["daughter_of_a"]).as_py() or 0,
    }


def _service(known: Known) -> dict[str, Any] | None:
    """Cost to serve together, with its range and by activity; None where none is recorded."""
    service = known.service
    if np.isnan(service.cost).any() or len(service.cost) == 0:
        return None
    table = service.by_activity.to_pylist()
    return {
        "cost": cents(exact_sum(service.cost)),
        "low": cents(exact_sum(service.low)),
        "high": cents(exact_sum(service.high)),
        "own_fault": cents(exact_sum(service.fault)),
        "hours": round(exact_sum(service.hours), 1),
        "activities": [
            {
                **{name: row[name] for name in ("activity", "count", "uncharged")},
                "hours": round(row["hours"], 1),
                "assumed": round(row["assumed"], 4),
                **{name: cents(row[name]) for name in ("cost", "fault")},
            }
            for row in table
        ],
    }


def _potential(known: Known) -> dict[str, Any]:
    of, waiting = known.potential.headroom, known.headroom
    return {
        **known.potential.figures,
        "known": int((~np.isnan(of)).sum()),
        "headroom": cents(exact_sum(np.nan_to_num(of))),
        "prospects": len(waiting),
        "prospects_known": int((~np.isnan(waiting)).sum()),
        "prospects_headroom": cents(exact_sum(np.nan_to_num(waiting))),
    }


def _solvency(known: Known, customers: pa.Table) -> dict[str, Any]:
    pays = known.solvency
    return {
        "insolvent": int(pays.insolvent.sum()),
        "watch": int(pays.watch.sum()),
        "known": int((~np.isnan(pays.dbt)).sum()),
        "open": cents(exact_sum(np.nan_to_num(pays.open))),
        "value_at_risk": cents(pc.sum(customers["value_at_risk"]).as_py()),
    }


def _asked(facts: Snapshot, question: Question, *, as_of: date) -> Iterator[Text]:
    """What is odd about the day and about the run before, as told on the day of asking."""
    if as_of > question.today:
        yield in_both(AHEAD, day=lambda form: form.day(as_of))
    many, last = sales_after(facts, max(question.today, as_of))
    if many:
        later = LATER_LINE if many == 1 else LATER_LINES
        yield in_both(later, many=lambda form: form.number(many), day=lambda form: form.day(last))
    if question.damaged:
        yield in_both(DAMAGED, runs=lambda _form: ", ".join(map(str, question.damaged)))


def _warnings(
    facts: Snapshot,
    known: Known,
    decided: Decided,
    *,
    policy: Policy,
    sizes: dict[str, int],
) -> list[Text]:
    """What to know before believing a figure; that a whole table is absent the report says."""
    there = sizes["customers"] > 0, sizes["activities"] > 0, sizes["payments"] > 0
    costed = not known.worth.table["margin_assumed"].to_numpy(zero_copy_only=False).all()
    return [
        *known.worth.warnings,
        *(known.service.warnings if there[1] or costed else []),
        *(known.potential.warnings if there[0] else []),
        *(known.solvency.warnings if there[2] else []),
        *warned_of(circles(mothers(known.about), known.customer)),
        *_left_out(decided.score.left_out),
        *unused_ratings(policy.criteria, facts.table("ratings")),
    ]


def _left_out(criteria: tuple[str, ...]) -> list[Text]:
    if not criteria:
        return []
    names = listed([named(name) for name in criteria])
    return [
        Text(
            f"Niet meegewogen, omdat er nog niets over bekend is: {names.nl}.",
            f"Not weighed, because nothing is known of it yet: {names.en}.",
        )
    ]


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


def _totals(customers: pa.Table, known: Known, sizes: dict[str, int]) -> dict[str, Any]:
    """Of the sales until the day, and of how many customers are not among them."""
    days = pc.min_max(customers["first_order_on"]).as_py(), customers["last_order_on"]
    first, last = days[0]["min"], pc.max(days[1]).as_py()
    return {
        "lines": pc.sum(known.past.table["lines"]).as_py() or 0,
        "revenue": cents(pc.sum(customers["revenue"]).as_py()),
        "revenue_12m": cents(pc.sum(customers["revenue_12m"]).as_py()),
        "first_day": first.isoformat() if first else None,
        "last_day": last.isoformat() if last else None,
        "customers": customers.num_rows,
        "buyers": pc.sum(pc.greater(customers["orders"], 0)).as_py() or 0,
        "prospects": max(0, sizes["customers"] - customers.num_rows),
    }
