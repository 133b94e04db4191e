"""Who is divided as one, and what mothers and daughters bring together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

ADDS_UP = ("clv", "contribution_12m", "revenue_12m", "potential", "referrals")
Of = Mapping[int, float | None]


def tops(mother: Mapping[int, int | None]) -> dict[int, int]:
    """The ultimate mother of each customer; of a circle the lowest number."""
    found = {}
    for customer in mother:
        passed, at = [customer], customer
        while mother.get(at) is not None and mother[at] not in passed:
            at = mother[at]
            passed.append(at)
        above = mother.get(at)
        found[customer] = at if above is None else min(passed[passed.index(above) :])
    return found


@dataclass(frozen=True)
class Group:
    """Customers divided as one: their numbers, who is largest, and how many times he is that."""

    number: int
    members: tuple[int, ...]
    largest: int
    times: float

    def total(self, of: Of) -> float | None:
        """The sum over whom it is known of."""
        known = [of[one] for one in self.members if of[one] is not None]
        return sum(known) if known else None

    def mean(self, of: Of, weight: Of) -> float | None:
        """The mean over whom it is known of, by weight."""
        known = [one for one in self.members if of[one] is not None]
        if len(self.members) == 1:
            return of[self.members[0]]
        weights = {one: max(weight[one] or 0.0, 1e-9) for one in known}
        return (
            sum(of[one] * weights[one] for one in known) / sum(weights.values()) if known else None
        )

    def label(self, of: Mapping[int, str], value: Of) -> str:
        """That of the largest member who has one."""
        largest = sorted(self.members, key=lambda one: (-(value[one] or 0.0), one))
        return next((of[one] for one in largest if of[one]), "")


def grouped(customers: Sequence[int], top: Mapping[int, int], value: Of, *, on: str) -> list[Group]:
    """The units that customers are divided as: each on his own, or a group together."""
    if on == "customer":
        return [Group(one, (one,), one, 1.0) for one in customers]
    found = []
    for number in sorted({top[one] for one in customers}):
        members = tuple(one for one in customers if top[one] == number)
        largest = min(members, key=lambda one: (-value[one], one))
        whole = sum(value[one] for one in members)
        times = whole / value[largest] if value[largest] > 0 else 1.0
        found.append(Group(number, members, largest, times))
    return found


def together(
    customers: Sequence[int], top: Mapping[int, int], values: Mapping[str, Of]
) -> list[dict[str, object]]:
    """What the customers of each group of at least two bring."""
    found = []
    for number in sorted({top[one] for one in customers}):
        members = [one for one in customers if top[one] == number]
        if len(members) < 2:
            continue
        sums = {
            name: Group(number, tuple(members), 0, 1.0).total(of) for name, of in values.items()
        }
        unknown = sum(any(of[one] is None for of in values.values()) for one in members)
        found.append({"group": number, "members": len(members), **sums, "unknown_members": unknown})
    return found


def each(groups: Sequence[Group], value: Callable[[Group], object]) -> dict[int, object]:
    """What holds of a group, for each of its members."""
    return {one: value(group) for group in groups for one in group.members}
