"""A list of customers: from filters to rows, page by page without counting.

Paging goes by the last row of a page (keyset), so page 20,000 costs what page 1 does. Who has no
figure for the order asked comes after all who have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import F, Q

from kernklant.web.base.models import Member
from kernklant.web.base.rights import Reach, Right, reach
from kernklant.web.ledger.models import Copies
from kernklant.web.ledger.search import search
from kernklant.web.segments.figures import WELL_KNOWN
from kernklant.web.segments.models import Standing, Standings

A_PAGE = 50
TWICE = 2.0  # attention is much or little from twice or half of what the value asks
# The field of each order, and whether the highest comes first.
FIELDS = {
    "waarde": ("clv", True),
    "bijdrage": ("contribution_12m", True),
    "score": ("score", True),
    "naam": ("name", False),
}
MOVED = {"omhoog": 1, "omlaag": -1, "nieuw": 2}
MIND = {
    "verlies": Q(contribution_12m__lt=0),
    "uitfaseren": Q(exit_proposed=True),
    "toezicht": Q(watch=True),
}
NPS: dict[str, int | None] = {"critici": -1, "passief": 0, "promotors": 1, "geen": None}


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in order; ``after``: what asks for those that follow, None at the end."""

    rows: list[Standing]
    after: str | None
    searched: bool


def filtered(member: Member, asked: Mapping[str, Any]) -> Standings:
    """The standings within reach that answer to every filter."""
    rows = Standing.objects.within(member, Right.CUSTOMERS)
    by = "" if reach(member.role, Right.CUSTOMERS) is Reach.ALL else "__plain"
    rows = rows.filter(prospect=asked.get("soort") == "prospects")
    for name, field in {"branche": "sector", "regio": "region"}.items():
        if asked.get(name):
            rows = rows.filter(**{f"{field}{by}": asked[name]})
    if asked.get("segment"):
        rows = rows.filter(**{f"segment{by}__in": asked["segment"]})
    if asked.get("manager"):
        nobody = asked["manager"] == "geen"
        rows = rows.filter(manager=None if nobody else int(asked["manager"]))
    if asked.get("waarde_van") is not None:
        rows = rows.filter(clv__gte=asked["waarde_van"])
    if asked.get("waarde_tot") is not None:
        most = asked["waarde_tot"]  # up to nothing: who brings nothing or less
        rows = rows.filter(clv__lt=most) if most else rows.filter(clv__lte=0)
    if asked.get("verschoven"):
        rows = rows.filter(**{f"moved{by}": MOVED[asked["verschoven"]]})
    if asked.get("tevreden"):
        wanted = NPS[asked["tevreden"]]
        rows = rows.filter(
            **{f"nps_class{by}": wanted} if wanted is not None else {"nps_class": None}
        )
    if asked.get("bekend"):
        known = Q(evidence__gte=WELL_KNOWN)
        rows = rows.filter(known if asked["bekend"] == "goed" else ~known)
    if asked.get("cijfer") is not None:
        middle = asked["cijfer"]
        rows = rows.filter(satisfaction__gte=middle - 0.5, satisfaction__lt=middle + 0.5)
    return rows.filter(_minding(asked["let_op"])) if asked.get("let_op") else rows


def page_of(member: Member, asked: Mapping[str, Any], *, after: str) -> Page:
    """One page; a search gives its best finds at once, in the order of likeness."""
    rows = filtered(member, asked).select_related("customer", "manager")
    if asked.get("zoek"):
        found = search(rows, asked["zoek"], number="customer", name="name")
        return Page(found, None, searched=True)
    field, falling = FIELDS[order_of(asked)]
    found = _after(rows, field, falling=falling, after=after)
    last = found[A_PAGE - 1] if len(found) > A_PAGE else None
    return Page(found[:A_PAGE], _cursor(last, field) if last else None, searched=False)


def order_of(asked: Mapping[str, Any]) -> str:
    """The order asked for; of prospects and where no euros are shown, by name."""
    told = asked.get("volgorde") or ("waarde" if "volgorde" in asked else "naam")
    return "naam" if asked.get("soort") == "prospects" and told != "score" else str(told)


def whole_of(member: Member, asked: Mapping[str, Any]) -> Standings:
    """All rows of the list in a fixed order, for a file."""
    field, falling = FIELDS[order_of(asked)]
    order = F(field).desc(nulls_last=True) if falling else F(field).asc()
    return filtered(member, asked).select_related("customer", "manager").order_by(order, "customer")


def _after(rows: Standings, field: str, *, falling: bool, after: str) -> list[Standing]:
    """A page and one more: first who has the figure, then who lacks it."""
    value, customer = _read(after, field)
    with_it = rows.exclude(**{field: None}) if falling else rows
    found: list[Standing] = []
    if not after or value is not None:
        ordered = with_it.order_by(f"-{field}" if falling else field, "customer")
        if value is not None:
            edge, beyond = ("lte", "lt") if falling else ("gte", "gt")
            ordered = ordered.filter(
                Q(**{f"{field}__{beyond}": value}) | Q(customer__gt=customer),
                **{f"{field}__{edge}": value},
            )
        found = list(ordered[: A_PAGE + 1])
        customer = 0
    if falling and len(found) <= A_PAGE:
        lacking = rows.filter(**{field: None}, customer__gt=customer).order_by("customer")
        found += lacking[: A_PAGE + 1 - len(found)]
    return found


def _cursor(last: Standing, field: str) -> str:
    value = getattr(last, field)
    return f"{last.customer_id}" if value is None else f"{last.customer_id}~{value}"


def _read(after: str, field: str) -> tuple[Any, int]:
    """The last row's value and customer; what nobody wrote means the first page."""
    number, mark, told = after.partition("~")
    customer = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    if not mark:
        return None, customer
    if field == "name":
        return told, customer
    try:
        value = Decimal(told)
    except InvalidOperation:
        return None, 0
    return (value if value.is_finite() else None), customer


def _minding(what: str) -> Q:
    return MIND[what] if what in MIND else _attention(what)


def _attention(what: str) -> Q:
    """Who is valuable and unsatisfied; who gets twice, or half, of what he brings would ask."""
    if what == "ontevreden":
        return Q(clv__gte=valuable_from(), nps_class=-1)
    rate = euros_an_hour()
    if not rate:
        return Q(pk__in=())
    if what == "te-veel":
        return Q(hours_12m__gte=1, hours_12m__gt=F("contribution_12m") * (TWICE / rate))
    return Q(contribution_12m__gt=0, hours_12m__lt=F("contribution_12m") / (TWICE * rate))


def euros_an_hour() -> float:
    """What an hour of attention goes with in contribution, over all customers; 0 if unknown."""
    told = everybody().get("all", {})
    hours, euros = told.get("hours_12m") or 0, told.get("contribution_12m") or 0
    return euros / hours if hours > 0 and euros > 0 else 0.0


def valuable_from() -> Decimal:
    """The lifetime value from which a customer is valuable."""
    return Decimal(str(everybody().get("valuable_from", 0)))


def everybody() -> dict[str, Any]:
    """The figures of the whole company, as counted when the copies were made."""
    made = Copies.objects.filter(pk=1).values_list("tallies", flat=True).first()
    return made or {}
