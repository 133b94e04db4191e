"""The whole evaluation, customer by customer: chances, cut-off and segment."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tests.reference.dividing import Divided, Unit, best, divide
from tests.reference.facts import LONG_AGO, Row
from tests.reference.grouping import Group
from tests.reference.knowing import Known
from tests.reference.scoring import least

FARTHEST = 1e15  # euros that no lifetime value exceeds
PARTS_WON = (0.125, 0.375, 0.625, 0.875)
LEAST = 1e-6  # euros or points that A is worth at least
CLOSE = 1e-6  # of a cut-off at which many stand
SURE = 1e-3  # customers that the expected number at the cut-off may be off


def _whole_months(since: date, until: date) -> int:
    """How often the day, or the last of its month, has come round."""
    months = (until.year - since.year) * 12 + until.month - since.month
    there = min(since.day, monthrange(until.year, until.month)[1])
    return months if until.day >= there else months - 1


@dataclass
class Reference(Known):
    """One question, answered."""

    def stood(self, customer: int) -> Row | None:
        return self.before.segments.get(customer) if self.before else None

    def unit(self, group: Group, *, of_a: float = 0.0, towards_b: float = 0.0) -> Unit:
        """What decides about a group; the past is that of its largest member not apart."""
        stood = self.stood(self._spokesman(group))
        since = (stood and stood["segment_since"]) or LONG_AGO
        return Unit(
            number=group.number,
            value=self.value(group),
            of_a=of_a,
            towards_b=towards_b,
            barred=all(self.apart(one) for one in group.members),
            fixed=group.label(
                {one: self.flags[one].fixed for one in group.members},
                {one: self.worth[one].value for one in group.members},
            ),
            before=stood["segment"] if stood else "",
            months=_whole_months(since, self.facts.as_of),
        )

    def apart(self, one: int) -> str | None:
        """Why a customer is neither A nor B, whatever his group is; None where nothing is."""
        if self.flags[one].objected:
            return "objected"
        if self.flags[one].leaving:
            return "leaving"
        vetoed = self.insolvent[one] and "insolvent" in self.policy.segments.never_a
        return "insolvent" if vetoed else None

    def _spokesman(self, group: Group) -> int:
        def rank(one: int) -> tuple[bool, float, int]:
            return self.apart(one) is not None, -self.worth[one].value, one

        return min(group.members, key=rank)

    @cached_property
    def chances(self) -> dict[int, tuple[float, float]]:
        """To be A and to become A, of each group by number; the cut-off is the engine's, proven."""
        units = {group.number: self.unit(group) for group in self.groups}
        wanted = len(best(list(units.values()), self.policy))
        able = [group for group in self.groups if not units[group.number].barred]
        nobody = dict.fromkeys(units, (0.0, 0.0))
        if self.policy.segments.a_rule in ("at_least", "break_even"):
            assert self.engine.cut == max(self.policy.segments.a_value, LEAST)
        elif not wanted or not able:
            assert math.isinf(self.engine.cut)
            return nobody
        else:
            self._prove_cut(able, wanted)
        least = {group.number: self._least(group, self.engine.cut) for group in able}
        of_a = self._reached(able, least)
        grown = [
            self._reached(able, {g.number: least[g.number] - part * self._room(g) for g in able})
            for part in PARTS_WON
        ]
        won = self.policy.potential.won
        return nobody | {
            one: (a, a + won * max(sum(part[one] for part in grown) / len(PARTS_WON) - a, 0.0))
            for one, a in of_a.items()
        }

    def _least(self, group: Group, cut: float) -> float:
        return least(lambda value: self.turned(group, value), cut, FARTHEST)

    def _room(self, group: Group) -> float:
        """Lifetime value in what the group could still spend."""
        room = {
            one: (self.engine.headroom(one) or 0.0) * max(self.worth[one].share, 0.0) * self.years
            for one in group.members
        }
        return group.total(room) or 0.0

    def _reached(self, groups: Sequence[Group], least: Mapping[int, float]) -> dict[int, float]:
        """P(its lifetime value reaches so many euros): a group turns out as its largest does."""
        asked = {group.largest: least[group.number] / group.times for group in groups}
        above = self.engine.above(asked)
        return {group.number: above[group.largest] for group in groups}

    def _prove_cut(self, able: Sequence[Group], wanted: int) -> None:
        def many(cut: float) -> float:
            least = {group.number: self._least(group, cut) for group in able}
            return math.fsum(self._reached(able, least).values())

        cut = self.engine.cut
        found = many(cut)
        if abs(found - wanted) < SURE + 1e-5 * wanted or (cut == LEAST and found < wanted):
            return
        beyond = many(cut + CLOSE * max(abs(cut), 1.0))
        assert found > wanted > beyond - SURE, f"cut-off {cut}: {found}, {beyond} of {wanted}"

    @cached_property
    def divided(self) -> dict[int, Divided]:
        """The segment of each customer."""
        units = [
            self.unit(group, of_a=self.chances[group.number][0], towards_b=self._towards_b(group))
            for group in self.groups
        ]
        found = divide(units, self.policy)
        return {
            one: Divided("exit" if why == "leaving" else "C", "C", why)
            if (why := self.apart(one))
            else found[group.number]
            for group in self.groups
            for one in group.members
        }

    def _towards_b(self, group: Group) -> float:
        rules = self.policy.segments
        if rules.b_potential is not None:
            could = group.total({one: self.engine.headroom(one) for one in group.members})
            return (could or 0.0) / rules.b_potential * rules.b_chance
        if rules.b_rating is not None:
            mark = 4 * (self.values[group.number][rules.b_rating.criterion] or 0.0)
            return mark / rules.b_rating.mark * rules.b_chance
        return self.chances[group.number][1]

    @cached_property
    def exit_chances(self) -> dict[int, float]:
        """To buy on and cost more than he brings."""
        cost = {
            one: None if self.margin[one] is None else self.service[one].cost
            for one in self.customers
        }
        pays, nought = {}, dict.fromkeys(self.customers, 0.0)
        for one in self.customers:
            share = self._part(one)
            pays[one] = (cost[one] or 0.0) / share if share and share > 0 else math.inf
        at_all, enough = self.engine.above(nought), self.engine.above(pays)
        found = {}
        for one, worth in self.worth.items():
            buys = 1 - math.exp(-self.policy.segments.exit_months / 12 * worth.orders_12m)
            margin = (self._part(one) or 0.0) > 0 and worth.value > 0
            loses = at_all[one] - enough[one] if margin else buys
            costs = (cost[one] or 0.0) > 0 and not self.flags[one].objected
            found[one] = max(loses, 0.0) if costs else 0.0
        return found

    def _part(self, customer: int) -> float | None:
        """The part of a euro of lifetime value that is margin of the coming year."""
        alone = Group(customer, (customer,), customer, 1.0)
        coming, value = self._coming(alone, margin=True), self.worth[customer].value
        return coming / value if coming is not None and value > 0 else None
