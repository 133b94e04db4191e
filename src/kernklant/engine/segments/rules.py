"""The rules of a policy that make segments, as its document tells them."""

from __future__ import annotations

from dataclasses import dataclass

from kernklant.engine.errors import Text
from kernklant.engine.segments.document import Document
from kernklant.engine.units import present_years
from kernklant.engine.value.criteria import MOST_EUROS
from kernklant.engine.value.lifetime import LifetimeRules

A_RULES = ("top_share", "top_customers", "cumulative_share", "at_least", "break_even")
SEGMENT_ON = ("score", "clv", "contribution_12m")
VETOES = ("insolvent",)
EUROS_ONLY = ("cumulative_share", "break_even")
DECIDE_ON = ("customer", "group")


@dataclass(frozen=True, slots=True)
class BreakEven:
    """A's programme: euros a year it costs, and the part by which it lifts a customer's value."""

    cost_per_year: float
    lift: float


@dataclass(frozen=True, slots=True)
class Losses:
    """What it costs to take an A for a C, a C for an A, and to move a customer at all."""

    missed_a: float = 5
    false_a: float = 1
    move: float = 0


@dataclass(frozen=True, slots=True)
class RatedAtLeast:
    """A criterion that people rate, and the mark from 0 to 4 that it takes."""

    criterion: str
    mark: float


@dataclass(frozen=True, slots=True)
class SegmentRules:
    """Who is A (``a_rule`` with its ``a_value``), who can become A, whom to propose for exit.

    B goes by the chance of A, or by potential (euros a year) or a rating where there is one.
    ``break_even`` holds the programme that ``a_value`` was worked out from; ``losses``, where
    there are any, decide instead of the rules; ``decide_on``: customer or group.
    """

    segment_on: str = "score"
    a_rule: str = "top_share"
    a_value: float = 0.15
    b_chance: float = 0.30
    b_potential: float | None = None
    b_rating: RatedAtLeast | None = None
    exit_chance: float = 0.90
    exit_months: float = 24
    never_a: tuple[str, ...] = ("insolvent",)
    break_even: BreakEven | None = None
    losses: Losses | None = None
    decide_on: str = "customer"


def read_segments(document: Document, lifetime: LifetimeRules) -> SegmentRules:
    """The rules of a document; what it leaves out is as shipped."""
    document.take("segments.b.months")  # older policies say it; no chance ever went by it
    on = document.choice("segments.segment_on", SEGMENT_ON, default="score")
    programme = _programme(document, on)
    rule, value = _a_rule(document, on)
    if programme is not None:
        value = pays_from(programme, on, lifetime)
    return SegmentRules(
        segment_on=on,
        a_rule=rule,
        a_value=value,
        b_chance=document.number("segments.b.chance_of_a", default=0.30, low=0, high=1),
        b_potential=_b_potential(document),
        b_rating=_b_rating(document),
        exit_chance=document.number(
            "segments.exit_proposal.chance_contribution_negative", default=0.90, low=0.5, high=1
        ),
        exit_months=months(document, "segments.exit_proposal.months", default=24, low=1),
        never_a=tuple(document.words("segments.never_a", among=VETOES, default=("insolvent",))),
        break_even=programme,
        losses=_losses(document),
        decide_on=document.choice("segments.decide_on", DECIDE_ON, default="customer"),
    )


def _b_potential(document: Document) -> float | None:
    if document.peek("segments.b.potential") is None:
        return None
    _refuse_two(document, "potential", others=("chance_of_a", "rating"))
    return document.number("segments.b.potential", default=None, low=1, high=MOST_EUROS)


def _b_rating(document: Document) -> RatedAtLeast | None:
    criterion = document.text("segments.b.rating")
    if criterion is None:
        return None
    _refuse_two(document, "rating", others=("chance_of_a",))
    rated = [
        name
        for name in document.keys_of("criteria")
        if document.peek(f"criteria.{name}.source") in ("rating", "profile")
    ]
    if document.peek("criteria") is not None and criterion not in rated:
        document.fault(
            "segments.b.rating",
            Text(f"{criterion} wordt niet beoordeeld", f"{criterion} is not rated"),
            Text(
                f"kies een criterium met source rating of profile: {', '.join(rated)}",
                f"choose a criterion of source rating or profile: {', '.join(rated)}",
            ),
        )
    mark = document.number("segments.b.at_least", default=3, low=0.1, high=4)
    return RatedAtLeast(criterion, mark)


def _refuse_two(document: Document, rule: str, *, others: tuple[str, ...]) -> None:
    given = [name for name in others if document.peek(f"segments.b.{name}") is not None]
    if given:
        document.fault(
            "segments.b",
            Text(
                f"B heeft twee regels: {rule} en {given[0]}",
                f"B has two rules: {rule} and {given[0]}",
            ),
            Text("kies er een", "choose one"),
        )


def _programme(document: Document, on: str) -> BreakEven | None:
    """A's programme, where the rule for A is that it must pay for itself."""
    at = "segments.a.break_even"
    given = document.peek(at)
    if given is None:
        return None
    if not isinstance(given, dict):
        document.take(at)
        document.fault(
            at,
            Text(
                "break_even vraagt wat het A-programma kost en oplevert",
                "break_even asks what A's programme costs and brings",
            ),
            Text(
                "schrijf a = { break_even = { cost_per_year = 1200, lift = 0.10 } }",
                "write a = { break_even = { cost_per_year = 1200, lift = 0.10 } }",
            ),
        )
        return None
    return BreakEven(
        cost_per_year=document.number(f"{at}.cost_per_year", default=None, low=0, high=MOST_EUROS),
        lift=document.number(f"{at}.lift", default=None, low=0.001, high=10),
    )


def pays_from(programme: BreakEven, on: str, lifetime: LifetimeRules) -> float:
    """The value in euros from which the lift pays for the programme, both over the same years."""
    years = 1.0
    if on == "clv":
        years = present_years(lifetime.horizon_years, lifetime.discount_per_year)
    return round(programme.cost_per_year * years / programme.lift, 2)


def _losses(document: Document) -> Losses | None:
    if document.peek("segments.losses") is None:
        return None
    return Losses(
        missed_a=document.number("segments.losses.missed_a", default=5, low=0, high=1e6),
        false_a=document.number("segments.losses.false_a", default=1, low=0, high=1e6),
        move=document.number("segments.losses.move", default=0, low=0, high=1e6),
    )


def _a_rule(document: Document, on: str) -> tuple[str, float]:
    given = [name for name in document.keys_of("segments.a") if name in A_RULES]
    if len(given) > 1:
        document.fault(
            "segments.a",
            Text(
                f"A heeft {len(given)} regels: {', '.join(given)}",
                f"A has {len(given)} rules: {', '.join(given)}",
            ),
            Text("kies er een", "choose one"),
        )
    values = {name: _a_value(document, name, on) for name in given}
    if document.peek("segments.a") == {}:
        document.choice("segments.a", A_RULES, default=None)
    return next(iter(values.items()), ("top_share", 0.15))


def _a_value(document: Document, rule: str, on: str) -> float:
    at = f"segments.a.{rule}"
    if rule in EUROS_ONLY and on == "score":
        document.fault(
            at,
            Text("telt euro's, geen punten", "counts euros, not points"),
            Text('zet segment_on = "clv"', 'set segment_on = "clv"'),
        )
    if rule == "break_even":
        return 0.0  # worked out from the programme
    most_at_least = 100 if on == "score" else MOST_EUROS
    low, high = {"top_customers": (1, 1e9), "at_least": (0, most_at_least)}.get(rule, (0, 1))
    return document.number(at, default=None, low=low, high=high, whole=rule == "top_customers")


def months(document: Document, path: str, *, default: float, low: float) -> float:
    """A whole number of months, at most ten years."""
    return document.number(path, default=default, low=low, high=120, whole=True)
