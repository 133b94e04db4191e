"""The answer's tables as plain rows, in the columns of the engine's."""

from __future__ import annotations

import math
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.reference.evaluation import Reference
from tests.reference.facts import Row
from tests.reference.grouping import together
from tests.reference.moving import in_the_top, moves
from tests.reference.scoring import yardstick

ABOUT_HIM = ("profile", "rating", "potential")


def customers(asked: Reference) -> list[Row]:
    """One row per customer; the range of his lifetime value is compared elsewhere."""
    often = _often(asked)
    rows = [
        {
            "customer": one,
            **_segment(asked, one),
            **_score(asked, one),
            "a_when_weights_move": often[one],
            **_lifetime(asked, one),
            **_margins(asked, one),
            **_service(asked, one),
            **_outlook(asked, one),
        }
        for one in asked.customers
    ]
    return [_told(asked, row) for row in rows]


ESTIMATED = (
    "score", "score_exact", "score_low", "score_high", "a_when_weights_move", "clv",
    "clv_after_service", "default_chance", "value_at_risk", "p_alive", "expected_orders_12m",
    "expected_spend",
)  # fmt: skip


def _told(asked: Reference, row: Row) -> Row:
    """A row, without what is estimated of who objects to that."""
    if not asked.flags[row["customer"]].objected:
        return row
    nothing = {"p_a": 0.0, "p_becomes_a": 0.0, "evidence": 0.0, "exit_chance": 0.0, "watch": False}
    return row | nothing | dict.fromkeys(ESTIMATED)


def _segment(asked: Reference, one: int) -> Row:
    divided, stood = asked.divided[one], asked.stood(one)
    before = stood and stood["segment"]
    long_ago = date(1800, 1, 1)
    stays = before == divided.segment
    proposed = asked.exit_chances[one] >= asked.policy.segments.exit_chance
    return {
        "segment": divided.segment,
        "exit_proposed": proposed
        and not asked.flags[one].vulnerable
        and not asked.flags[one].objected
        and divided.segment != "exit",
        "previous_segment": before,
        "segment_since": (stood["segment_since"] or long_ago) if stays else asked.facts.as_of,
        "reason": divided.reason,
        "by_rule": divided.by_rule,
    }


def _score(asked: Reference, one: int) -> Row:
    number = asked.group_of[one].number
    scored, (of_a, becomes) = asked.scores[number], asked.chances[number]
    if asked.apart(one):
        of_a = becomes = 0.0
    kin = [other for other in asked.customers if asked.top[other] == asked.top[one]]
    return {
        "p_a": of_a,
        "p_becomes_a": becomes,
        "score": None if scored.exact is None else scored.total,
        "score_exact": scored.exact,
        "score_low": scored.low,
        "score_high": scored.high,
        "evidence": scored.evidence,
        "exit_chance": asked.exit_chances[one],
        "daughter_of_a": asked.divided[one].segment == "C"
        and any(asked.divided[other].segment == "A" for other in kin),
    }


def _often(asked: Reference) -> dict[int, float | None]:
    rule = {g.number: min(asked.divided[one].by_rule for one in g.members) for g in asked.groups}
    many = sum(segment == "A" for segment in rule.values())
    if asked.policy.segments.segment_on != "score" or not many:
        return dict.fromkeys(asked.customers)
    names = [one.name for one in asked.yardstick.chosen]
    weights = [asked.yardstick.weights[name] for name in names]
    found = in_the_top([asked.shares(g.number) for g in asked.groups], weights, many)
    return {
        one: often
        for group, often in zip(asked.groups, found, strict=True)
        for one in group.members
    }


def _lifetime(asked: Reference, one: int) -> Row:
    worth, history, found = asked.worth[one], asked.histories[one], asked.lifetimes
    method = f"{found.chosen.name}+ln" if history["orders"] else "none"
    same = ("orders", "first_order_on", "last_order_on", "revenue", "revenue_12m")
    return {
        "clv": worth.value,
        "clv_method": method,
        **{name: history[name] for name in same},
        "p_alive": worth.alive,
        "expected_orders_12m": worth.orders_12m,
        "expected_spend": worth.spend,
        "clv_after_service": asked.lifetime[one],
    }


def _margins(asked: Reference, one: int) -> Row:
    worth, history = asked.worth[one], asked.histories[one]
    found: dict[str, Decimal | None] = {}
    for name, suffix in (("margin", ""), ("margin_12m", "_12m")):
        revenue, costed = history[f"revenue{suffix}"], history[f"revenue_costed{suffix}"]
        found[name] = cents(float(revenue) * worth.share)
        if costed == revenue:
            found[name] = costed - history[f"cost{suffix}"]
    left = found["margin_12m"] - (cents(asked.service[one].cost) or Decimal())
    return {
        "margin": None if worth.assumed else found["margin"],
        "margin_12m": found["margin_12m"],
        "margin_share": worth.share,
        "margin_assumed": worth.assumed,
        "contribution_12m": None if worth.assumed else left,
    }


def _service(asked: Reference, one: int) -> Row:
    served = asked.service[one]
    return {
        "cost_to_serve_12m": cents(served.cost),
        "cost_to_serve_low": cents(served.low),
        "cost_to_serve_high": cents(served.high),
        "own_fault_12m": cents(served.fault),
        "service_hours_12m": served.hours,
        "contacts_12m": served.contacts,
    }


def _outlook(asked: Reference, one: int) -> Row:
    pays, top = asked.paying[one], asked.top[one]
    return {
        "days_late": pays.dbt,
        "days_late_at_least": pays.at_least,
        "days_late_trend": pays.trend,
        "open_amount": cents(pays.open),
        "overdue_30": pays.overdue_30,
        "default_chance": pays.chance,
        "watch": pays.watch,
        "value_at_risk": cents(pays.at_risk),
        "group": None if top == one else top,
    }


def points(asked: Reference) -> list[Row]:
    """The whole points of each criterion that takes part."""
    return [
        {"customer": one, **(dict.fromkeys(found, 0) if asked.flags[one].objected else found)}
        for one in asked.customers
        for found in [asked.scores[asked.group_of[one].number].points]
    ]


def groups(asked: Reference) -> list[Row]:
    """What mothers and daughters bring together, in cents."""
    values: dict[str, Any] = {
        "revenue_12m": asked.revenue,
        "margin_12m": asked.margin,
        "cost_to_serve_12m": {one: served.cost for one, served in asked.service.items()},
        "contribution_12m": asked.contribution,
        "clv": {one: worth.value for one, worth in asked.worth.items()},
    }
    found = together(asked.customers, asked.top, values)
    return [row | {name: cents(row[name]) for name in values} for row in found]


def prospects(asked: Reference) -> list[Row]:
    """Who never bought: how well he fits, on the yardstick of the customers."""
    asks = [
        one
        for one in asked.yardstick.criteria
        if one.source in ABOUT_HIM and "auto" not in (one.low, one.high)
    ]
    measured = {one.name: asked.values_of(one, asked.prospects) for one in asks}
    values = {
        who: {name: None if asked.flags[who].objected else of[who] for name, of in measured.items()}
        for who in asked.prospects
    }
    scale = yardstick(asks, list(values.values()))
    found = []
    for who in asked.prospects:
        scored = scale.score(values[who], events=math.inf)
        found.append(
            {
                "customer": who,
                "fit": None if scored.exact is None else scored.total,
                "fit_low": scored.low,
                "fit_high": scored.high,
                "evidence": scored.evidence,
            }
        )
    return found


def moved(asked: Reference, rows: list[Row], parts: list[Row]) -> list[Row]:
    """Who moved since the run before."""
    now = {row["customer"]: row for row in rows}
    each = {row["customer"]: {k: v for k, v in row.items() if k != "customer"} for row in parts}
    return moves(asked.before, now, each)


def cents(euros: float | None) -> Decimal | None:
    """Euros to the cent, half away from zero."""
    return None if euros is None else Decimal(euros).quantize(Decimal("0.01"), ROUND_HALF_UP)
