"""All that is known of each customer, and what it is worth in points: worked out by need."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from kernklant.engine.segments.policy import Policy
from kernklant.engine.units import to_cents
from tests.reference.dividing import Flagged, flagged
from tests.reference.facts import Facts, Row
from tests.reference.grouping import ADDS_UP, Group, grouped, tops
from tests.reference.lifetime import Lifetimes, Worth, lifetimes
from tests.reference.moving import Before
from tests.reference.paying import Paying, Service, payers, present_years, services
from tests.reference.ratings import corrected_marks
from tests.reference.scoring import Scored, Values, Yardstick, fit, share_of, yardstick

TURNING = ("clv", "contribution_12m", "revenue_12m")
MARK = 1e-6  # of two searches for the same mark


class Engine(Protocol):
    """What is taken from the engine once proven: chances, cut-off, marks and potential."""

    cut: float

    def above(self, euros: Mapping[int, float]) -> dict[int, float]:
        """P(lifetime value > euros) of customers by number."""
        ...

    def marks(self, criterion: str) -> dict[int, float]:
        """Marks from 0 to 4 by customer."""
        ...

    def headroom(self, customer: int) -> float | None:
        """What a customer or prospect could still spend, euros a year."""
        ...


@dataclass
class Known:
    """One question; everything by customer number or by group number."""

    facts: Facts
    policy: Policy
    before: Before | None
    engine: Engine
    doubts: list[str] = field(default_factory=list)

    @cached_property
    def histories(self) -> dict[int, Row]:
        return {row["customer"]: row for row in self.facts.histories()}

    @cached_property
    def customers(self) -> list[int]:
        return list(self.histories)

    @cached_property
    def told(self) -> dict[int, Row]:
        return self.facts.told()

    @cached_property
    def prospects(self) -> list[int]:
        return [one for one in self.told if one not in self.histories]

    def about(self, customer: int) -> Row:
        return self.told.get(customer) or dict.fromkeys(self._columns)

    @cached_property
    def _columns(self) -> list[str]:
        named = "kind prospect sector employees revenue_known region city country language manager"
        return [*named.split(), "legal_form", "group_customer", "referred_by", "insolvent_on",
                "acquired_on"]  # fmt: skip

    @cached_property
    def lifetimes(self) -> Lifetimes:
        return lifetimes(self.facts, list(self.histories.values()), self.policy.lifetime)

    @cached_property
    def worth(self) -> dict[int, Worth]:
        return dict(zip(self.customers, self.lifetimes.worth, strict=True))

    @cached_property
    def revenue(self) -> dict[int, float]:
        return {one: float(row["revenue_12m"]) for one, row in self.histories.items()}

    @cached_property
    def margin(self) -> dict[int, float | None]:
        return {
            one: None if worth.assumed else self._earned(self.histories[one], worth.share)
            for one, worth in self.worth.items()
        }

    @staticmethod
    def _earned(history: Row, share: float) -> float:
        """What a customer left in twelve months, where every line has a cost; else estimated."""
        if history["revenue_costed_12m"] == history["revenue_12m"]:
            return float(history["revenue_12m"] - history["cost_12m"])
        return share * float(history["revenue_12m"])

    @cached_property
    def service(self) -> dict[int, Service]:
        return services(self.facts, self.customers, self.policy.rates)

    @cached_property
    def contribution(self) -> dict[int, float | None]:
        return {
            one: None if margin is None else margin - (self.service[one].cost or 0.0)
            for one, margin in self.margin.items()
        }

    @property
    def years(self) -> float:
        rules = self.policy.lifetime
        return present_years(rules.horizon_years, rules.discount_per_year)

    @cached_property
    def upkeep(self) -> dict[int, float]:
        return {
            one: (self.service[one].cost or 0.0)
            * (1.0 if worth.alive is None else worth.alive)
            * self.years
            for one, worth in self.worth.items()
        }

    @cached_property
    def lifetime(self) -> dict[int, float]:
        return {one: worth.value - self.upkeep[one] for one, worth in self.worth.items()}

    @cached_property
    def insolvent(self) -> dict[int, bool]:
        def is_so(one: int) -> bool:
            on = self.about(one)["insolvent_on"]
            return on is not None and on <= self.facts.as_of

        return {one: is_so(one) for one in self.customers}

    @cached_property
    def paying(self) -> dict[int, Paying]:
        value = {one: worth.value for one, worth in self.worth.items()}
        return payers(self.facts, self.customers, self.insolvent, value)

    @cached_property
    def top(self) -> dict[int, int]:
        return tops({one: self.about(one)["group_customer"] for one in self.customers})

    @cached_property
    def groups(self) -> list[Group]:
        value = {one: worth.value for one, worth in self.worth.items()}
        on = self.policy.segments.decide_on
        return grouped(self.customers, self.top, value, on=on)

    @cached_property
    def group_of(self) -> dict[int, Group]:
        return {one: group for group in self.groups for one in group.members}

    @cached_property
    def measured(self) -> dict[str, dict[int, float | None]]:
        """The value of each criterion by its name, of each customer."""
        return {one.name: self.values_of(one, self.customers) for one in self.policy.criteria}

    def values_of(self, criterion: Any, whom: Sequence[int]) -> dict[int, float | None]:
        """The values of a criterion, of customers or prospects."""
        if criterion.source in ("profile", "rating"):
            named = criterion.rated_as or criterion.name
            marks = self._marks(named)
            return {one: fit(criterion, self.about(one), marks.get(one)) for one in whom}
        sources = {
            "clv": lambda: self.lifetime,
            "contribution_12m": lambda: self.contribution,
            "revenue_12m": lambda: self.revenue,
            "potential": lambda: {one: self.engine.headroom(one) for one in whom},
            "referrals": self._referrals,
            "price_realised": self._prices,
        }
        return sources[criterion.source]()

    def _marks(self, criterion: str) -> dict[int, float]:
        """The engine's, once they agree: both searches end a hair apart."""
        mine = corrected_marks(self.facts.until_now("ratings"), criterion)
        theirs = self.engine.marks(criterion)
        assert mine.keys() == theirs.keys(), f"rated: {mine} but {theirs}"
        assert all(abs(mine[one] - theirs[one]) < MARK for one in mine), f"{mine} but {theirs}"
        return theirs

    def _referrals(self) -> dict[int, float | None]:
        everybody = [*self.customers, *self.prospects]
        by = [one for one in (self.about(other)["referred_by"] for other in everybody) if one]
        return {one: float(by.count(one)) if by else None for one in self.customers}

    def _prices(self) -> dict[int, float | None]:
        found: dict[int, float | None] = dict.fromkeys(self.customers)
        for one in self.customers:
            lines = [
                row
                for row in self.facts.last_year("sales")
                if row["customer"] == one and row["amount"] > 0
                and (row["list_price"] or 0) > 0 and (row["quantity"] or 0) > 0
            ]  # fmt: skip
            listed = sum(row["list_price"] * row["quantity"] for row in lines)
            if listed:
                paid = float(sum(row["amount"] for row in lines))
                found[one] = paid / float(to_cents(listed))
        return found

    @cached_property
    def flags(self) -> dict[int, Flagged]:
        return {one: flagged(self.facts, one) for one in [*self.customers, *self.prospects]}

    def unranked(self, group: Group) -> bool:
        """Whether all of a group object to being ranked."""
        return all(self.flags[one].objected for one in group.members)

    def _ranked(self, name: str) -> dict[int, float | None]:
        """What a criterion was measured at, of those who do not object."""
        return {
            one: None if self.flags[one].objected else value
            for one, value in self.measured[name].items()
        }

    @cached_property
    def values(self) -> dict[int, Values]:
        """The values of each group, by its number."""
        return {
            group.number: {
                one.name: group.total(self._ranked(one.name))
                if one.source in ADDS_UP
                else group.mean(self._ranked(one.name), self.revenue)
                for one in self.policy.criteria
            }
            for group in self.groups
        }

    @cached_property
    def yardstick(self) -> Yardstick:
        return yardstick(self.policy.criteria, list(self.values.values()))

    @cached_property
    def scores(self) -> dict[int, Scored]:
        return {
            group.number: self.yardstick.score(
                self.values[group.number],
                events=sum(self.histories[one]["orders"] for one in group.members),
            )
            for group in self.groups
        }

    def shares(self, number: int) -> list[float | None]:
        return [share_of(one, self.values[number][one.name]) for one in self.yardstick.chosen]

    def value(self, group: Group) -> float | None:
        """What the policy divides on, as it stands."""
        on = self.policy.segments.segment_on
        if self.unranked(group):
            return None
        if on == "score":
            return self.scores[group.number].exact
        return group.total(self.lifetime if on == "clv" else self.contribution)

    def turned(self, group: Group, value: float) -> float:
        """The same if the lifetime value of the group turns out so."""
        on, now = self.policy.segments.segment_on, self.value(group)
        if on != "score":
            becomes = self._becomes(group, on, value)
            becomes = now if becomes is None else becomes
            return -math.inf if becomes is None else becomes
        known = self.values[group.number]
        then = dict(known)
        for one in self.yardstick.chosen:
            if one.source in TURNING:
                becomes = self._becomes(group, one.source, value)
                then[one.name] = known[one.name] if becomes is None else becomes
        return self.yardstick.exact(then, known)

    def _becomes(self, group: Group, source: str, value: float) -> float | None:
        if source == "clv":
            return value - group.total(self.upkeep)
        amount = self._coming(group, margin=source != "revenue_12m")
        worth = group.total({one: self.worth[one].value for one in group.members})
        if amount is None or amount <= 0 or worth <= 0:
            return None
        served = group.total({one: self.service[one].cost for one in group.members}) or 0.0
        return amount / worth * value - (0.0 if source == "revenue_12m" else served)

    def _coming(self, group: Group, *, margin: bool) -> float | None:
        """Euros of revenue or margin expected in the coming year."""
        found = {}
        for one in group.members:
            worth = self.worth[one]
            revenue = worth.orders_12m * (worth.spend or 0.0)
            found[one] = revenue if not margin else None if worth.assumed else revenue * worth.share
        return group.total(found)
