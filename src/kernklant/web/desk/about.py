"""All that the page of one customer shows, as far as its reader may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.facts_of_one import Events, customer_facts, events_of
from kernklant.engine.evaluation.stand_of_one import OneStand, Past, past_of, prospect_of, stand_of
from kernklant.engine.segments.naming import named
from kernklant.engine.value.criteria import Criterion
from kernklant.web.base import store
from kernklant.web.base.access import reaches, sees_all, sight, within
from kernklant.web.base.models import Member
from kernklant.web.base.rights import Right, Sight
from kernklant.web.evaluation.listing import last_day
from kernklant.web.ledger.models import Customer
from kernklant.web.segments.models import Standing
from kernklant.web.value.in_force import document_of_run
from kernklant.web.value.models import Rating

RUNS = 24  # evaluations that the history goes back


@dataclass(frozen=True, slots=True)
class Scale:
    """A criterion that people mark: its anchors, one's own mark, and those of others."""

    name: str
    words: Text
    anchors: tuple[str, ...]
    mine: int | None
    others: list[tuple[str, str, date]]


@dataclass(frozen=True, slots=True)
class Relative:
    """One of the same group; ``own``: the reader sees more of him than name, city and manager."""

    standing: Standing
    name: str
    own: bool


def stand(run: int | None, customer: int, *, euros: bool) -> OneStand | None:
    """How he stands in a run; ``euros``: the reader sees amounts."""
    return stand_of(store.run(run), customer, euros=euros) if run is not None else None


def past(customer: int) -> list[Past]:
    """How he stood by the last RUNS evaluations that did not look back, oldest first."""
    return past_of([store.run(number) for number in store.turns()[-RUNS:]], customer)


def prospect(run: int | None, customer: int) -> Any:
    """What is known of who bought nothing yet."""
    return prospect_of(store.run(run), customer) if run is not None else None


def facts(run: int, customer: int) -> Any:
    """His months and newest events, until the last day there is anything of."""
    minutes = document_of_run(run).rates.minutes
    return customer_facts(store.open_facts(), customer, as_of=_until(run), minutes=minutes)


def events_before(run: int, customer: int, day: date) -> Events:
    """What happened before a day."""
    return events_of(store.open_facts(), customer, as_of=_until(run), before=day)


def _until(run: int) -> date:
    return max(store.as_of(run), last_day() or store.as_of(run))


def goes_by_chance(stand: OneStand | None) -> bool:
    """Whether the rules alone placed him, by his chance to become A."""
    return stand is not None and stand.row["reason"] in {"B", "C"}


def group_of(customer: Customer, member: Member) -> list[Relative]:
    """The others of his group, the most valuable first."""
    if customer.group is None:
        return []
    rows = Standing.objects.filter(customer__group=customer.group).exclude(pk=customer.number)
    found = rows.select_related("manager", "customer").order_by(
        F("clv").desc(nulls_last=True), "pk"
    )[:20]
    return [_relative(one, member) for one in found]


def _relative(standing: Standing, member: Member) -> Relative:
    whose = {"manager": standing.manager_id, "stand_in": standing.stand_in_id}
    own = reaches(member, Right.CUSTOMERS, **whose)
    return Relative(standing, standing.customer.told(sight(member, own=own)), own)


def sees_whole_group(customer: Customer, member: Member) -> bool:
    """Whether all of his group is the member's to see: else its sums would tell of the others."""
    if sees_all(member, Right.CUSTOMERS):
        return True
    others = Customer.objects.filter(group=customer.group)
    return not others.exclude(within(member, Right.CUSTOMERS)).exists()


def rated_criteria(run: int | None) -> list[Criterion]:
    """The criteria of the policy that people mark."""
    if run is None:
        return []
    return [one for one in document_of_run(run).criteria if one.source == "rating"]


def scales(run: int | None, customer: int, member: Member) -> list[Scale]:
    """Each criterion to mark, with the marks there are; the newest first."""
    rows = Rating.objects.filter(customer=customer).select_related("by").order_by("-at")
    told = list(rows)
    return [_scale(one, told, member) for one in rated_criteria(run)]


def _scale(criterion: Criterion, told: list[Rating], member: Member) -> Scale:
    names = {criterion.name, criterion.rated_as}
    of = [row for row in told if row.criterion in names]
    anchors = criterion.anchors or tuple(str(mark) for mark in range(5))
    mine = next((row.score for row in of if row.by == member), None)
    others = [
        (row.by.name, anchors[min(row.score, len(anchors) - 1)], row.at.date())
        for row in of
        if row.by != member
    ]
    return Scale(criterion.name, named(criterion.name), anchors, mine, others)


def may_see_words(see: Sight) -> bool:
    """Whether notes and persons are his to see."""
    return see in {Sight.FULL, Sight.NO_EUROS}
