"""Who is A, B, C or goes: the policy's rules, one unit at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kernklant.engine.segments.policy import Policy
from tests.reference.facts import LONG_AGO, Facts

FLAGS = {"a": "A", "b": "B", "c": "C", "uitfaseren": "exit", "kwetsbaar": "vulnerable"}
FLAGS |= {"bezwaar": "objected"}


@dataclass(frozen=True)
class Unit:
    """What decides about one customer or group: by value, chance, decision and past."""

    number: int
    value: float | None
    of_a: float
    towards_b: float
    barred: bool
    fixed: str
    before: str
    months: float


def best(units: Sequence[Unit], policy: Policy) -> list[int]:
    """The numbers of whom the rule makes A, the highest value first."""
    rule, wanted = policy.segments.a_rule, policy.segments.a_value
    worth = [one for one in units if one.value is not None and one.value > 0]
    able = [one for one in worth if not one.barred]
    able.sort(key=lambda one: (-one.value, one.number))
    if rule in ("at_least", "break_even"):
        return [one.number for one in able if one.value >= wanted]
    if rule == "cumulative_share":
        return _carrying(able, wanted)
    many = int(wanted) if rule == "top_customers" else math.ceil(round(wanted * len(worth), 9))
    return [one.number for one in able[:many]]


def _carrying(able: Sequence[Unit], share: float) -> list[int]:
    whole, running, found = math.fsum(one.value for one in able), 0.0, []
    for one in able:
        if share == 0 or running >= share * whole * (1 - 1e-12):
            break
        running += one.value
        found.append(one.number)
    return found


@dataclass(frozen=True)
class Divided:
    """A segment, what the rules alone say, and the reason."""

    segment: str
    by_rule: str
    reason: str


def divide(units: Sequence[Unit], policy: Policy) -> dict[int, Divided]:
    """The segment of each unit, by number."""
    chosen = set(best(units, policy))
    return {one.number: _divide(one, policy, a=one.number in chosen) for one in units}


def _divide(unit: Unit, policy: Policy, *, a: bool) -> Divided:
    no = unit.barred
    before = "" if unit.before == "exit" else unit.before
    rule = "A" if a else "B" if not no and unit.towards_b >= policy.segments.b_chance else "C"
    if policy.segments.losses:
        rule = _cheapest(unit, policy, before, barred=no)
    now = _damped(unit, policy, rule, before)
    reason, segment = ("held" if now != rule else rule), now
    if unit.fixed:
        reason, segment = "decided", unit.fixed
    elif unit.value is None and (no or now == "C"):
        reason = "unknown"
    if no:
        segment = "C"
    return Divided(segment, rule, reason)


def _still(unit: Unit, policy: Policy, segment: str) -> float:
    """How likely a segment is his."""
    of_b = min(0.5 * unit.towards_b / max(policy.segments.b_chance, 1e-9), 1.0)
    rest = 1 - unit.of_a
    return {"A": unit.of_a, "B": rest * of_b}.get(segment, rest * (1 - of_b))


def _damped(unit: Unit, policy: Policy, rule: str, before: str) -> str:
    if not before:
        return rule
    rules, chance = policy.hysteresis, _still(unit, policy, before)
    stayed = unit.months >= rules.minimum_stay_months
    goes = chance < rules.at_once_below or (chance < rules.move_below and stayed)
    return rule if goes else before


def _cheapest(unit: Unit, policy: Policy, before: str, *, barred: bool) -> str:
    """The segment of least expected loss; ties stay, else go up. Source: Berger (1985)."""
    losses, a = policy.segments.losses, unit.of_a
    b = _still(unit, policy, "B")
    c = max(1 - a - b, 0.0)
    cost = {
        "A": losses.false_a / 2 * b + losses.false_a * c,
        "B": losses.missed_a / 2 * a + losses.false_a / 2 * c,
        "C": losses.missed_a * a + losses.missed_a / 2 * b,
    }
    cost = {name: value + losses.move * (name != before) for name, value in cost.items()}
    able = {name: value for name, value in cost.items() if name == "C" or not barred}
    close = 1e-12 * max(losses.missed_a, losses.false_a, losses.move)
    tied = [name for name in able if able[name] <= min(able.values()) + close]
    return before if before in tied else tied[0]


@dataclass(frozen=True)
class Flagged:
    """What people decided about a customer."""

    fixed: str = ""
    leaving: bool = False
    vulnerable: bool = False
    objected: bool = False


def flagged(facts: Facts, customer: int) -> Flagged:
    """The decisions in force on the day; of segments the newest."""
    fixed, others = "", set()
    rows = [row for row in facts.rows["flags"] if row["customer"] == customer]
    for row in sorted(rows, key=lambda row: (row["date"] or LONG_AGO, row["import_no"])):
        begun = (row["date"] or LONG_AGO) <= facts.as_of
        if not begun or (row["until"] or date.max) < facts.as_of:
            continue
        word = row["flag"].strip().lower()
        word = FLAGS.get(word, word)
        if len(word) == 1:
            fixed = word
        else:
            others.add(word)
    return Flagged(fixed, "exit" in others, "vulnerable" in others, "objected" in others)
