"""history.sql in plain Python, one customer and one line at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

Line = dict[str, Any]
ZERO = Decimal("0.00")


def history_of(lines: Sequence[Line], *, as_of: date, cut: date, year_start: date) -> Line:
    """The row of one customer, from its lines until the as-of day."""
    now, then = state(lines, as_of), state([line for line in lines if line["date"] <= cut], cut)
    placed = [(booked_on(line, lines), line) for line in lines]
    costed = [(day, line) for day, line in placed if line["cost"] is not None]
    held = [amount for day, amount in now["bought"].items() if day > cut]
    return {
        "customer": lines[0]["customer"],
        "lines": len(lines),
        "orders": len(now["bought"]),
        "first_order_on": now["first"],
        "last_order_on": now["last"],
        "x": now["x"] or 0,
        "t_x": now["t_x"] or 0,
        "t_end": now["t_end"] or 0,
        "revenue": total(placed, "amount"),
        "revenue_12m": total(placed, "amount", after=year_start),
        "revenue_costed": total(costed, "amount"),
        "cost": total(costed, "cost"),
        "revenue_costed_12m": total(costed, "amount", after=year_start),
        "cost_12m": total(costed, "cost", after=year_start),
        "spend": now["spend"],
        "repeat_spend": now["repeat_spend"],
        "x_cal": then["x"],
        "t_x_cal": then["t_x"],
        "t_end_cal": then["t_end"],
        "spend_cal": then["spend"],
        "repeat_spend_cal": then["repeat_spend"],
        "orders_holdout": len(held),
        "spend_holdout": sum(held, ZERO),
    }


def state(lines: Sequence[Line], until: date) -> dict[str, Any]:
    """Purchase days as known on a day: those whose net amount is above zero."""
    days: dict[date, Decimal] = defaultdict(Decimal)
    for line in lines:
        days[counts_on(line, lines)] += line["amount"]
    bought = {day: amount for day, amount in sorted(days.items()) if amount > 0}
    first, last = min(bought, default=None), max(bought, default=None)
    spend = sum(bought.values(), ZERO)
    return {
        "bought": bought,
        "first": first,
        "last": last,
        "x": len(bought) - 1 if bought else None,
        "t_x": (last - first).days if bought else None,
        "t_end": (until - first).days if bought else None,
        "spend": spend,
        "repeat_spend": spend - bought[first] if bought else ZERO,
    }


def counts_on(line: Line, lines: Sequence[Line]) -> date:
    """The day whose purchase a line adds to or takes from."""
    return takes_from(line, lines) if is_loose(line) else booked_on(line, lines)


def booked_on(line: Line, lines: Sequence[Line]) -> date:
    """The first day of the document that a credit corrects, if it was there already."""
    if line["amount"] >= 0 or line["corrects"] is None:
        return line["date"]
    days = [other["date"] for other in lines if other["document"] == line["corrects"]]
    return min(*days, line["date"]) if days else line["date"]


def is_loose(line: Line) -> bool:
    return line["amount"] < 0 and line["corrects"] is None


def takes_from(credit: Line, lines: Sequence[Line]) -> date:
    """The newest day that brought just as much as was credited, else more, else its own."""
    day = credit["date"]
    back = -sum(line["amount"] for line in lines if is_loose(line) and line["date"] == day)
    brought: dict[date, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line["amount"] > 0 and line["date"] <= day:
            brought[line["date"]] += line["amount"]
    equal = [on for on, amount in brought.items() if amount == back]
    return max(equal or [on for on, amount in brought.items() if amount > back], default=day)


def total(placed: Sequence[tuple[date, Line]], column: str, *, after: date = date.min) -> Decimal:
    return sum((line[column] for day, line in placed if day > after), ZERO)
