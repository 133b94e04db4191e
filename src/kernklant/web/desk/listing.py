"""A list of customers: from filters to rows, page by page without counting.

Paging goes by the last row of a page (keyset), so page 20,000 costs what page 1 does. Who has no
figure for the order asked comes after all who have, whichever end the order begins at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q

from kernklant.web.base.access import sight
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
    "potentie": ("potential", True),
    "score": ("score", True),
    "naam": ("name", False),
}
TURNED = "-"  # before the name of an order: from its other end
OF_CUSTOMERS = ("waarde", "bijdrage", "score", "naam")
OF_PROSPECTS = ("potentie", "score", "naam")
MOVED = {"omhoog": 1, "omlaag": -1, "nieuw": 2}
MIND = {
    "verlies": Q(contribution_12m__lt=0),
    "uitfaseren": Q(exit_proposed=True),
    "toezicht": Q(watch=True),
}
NPS: dict[str, int | None] = {"critici": -1, "passief": 0, "promotors": 1, "geen": None}
SATISFIED = "tevreden"


@dataclass(frozen=True, slots=True)
class Order:
    """By a field; ``turned``: the index of the order is read from its end, ties and all."""

    field: str
    falling: bool
    turned: bool

    @property
    def columns(self) -> tuple[str, str]:
        """What to order by; who has no figure is left out before."""
        return f"-{self.field}" if self.falling else self.field, self.tie

    @property
    def tie(self) -> str:
        """The order of equals, and of who has no figure."""
        return "-customer" if self.turned else "customer"

    def beyond(self, customer: int) -> Q:
        """Of equals those that follow a customer."""
        return Q(customer__lt=customer) if self.turned else Q(customer__gt=customer)


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
        least = asked["waarde_van"]  # from nothing on: who brings anything
        rows = rows.filter(clv__gte=least) if least else rows.filter(clv__gt=0)
    if asked.get("waarde_tot") is not None:
        most = asked["waarde_tot"]  # up to nothing: who brings nothing or less
        rows = rows.filter(clv__lt=most) if most else rows.filter(clv__lte=0)
    if asked.get("verschoven"):
        rows = rows.filter(**{f"moved{by}": MOVED[asked["verschoven"]]})
    if asked.get("waardevol"):
        valuable = Q(clv__gte=valuable_from())
        rows = rows.filter(valuable if asked["waardevol"] == "ja" else ~valuable)
    if asked.get("tevreden"):
        rows = rows.filter(_pleased(asked["tevreden"], by))
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
        see = sight(member, own=True)
        found = search(rows, asked["zoek"], number="customer", name="name", see=see)
        return Page(found, None, searched=True)
    order = ordering(order_of(asked))
    found = _after(rows, order, after=after)
    last = found[A_PAGE - 1] if len(found) > A_PAGE else None
    return Page(found[:A_PAGE], str(last.pk) if last else None, searched=False)


def order_of(asked: Mapping[str, Any]) -> str:
    """The order asked for, else the first there is; where no euros are shown, by name."""
    offered = OF_PROSPECTS if asked.get("soort") == "prospects" else OF_CUSTOMERS
    told = str(asked.get("volgorde") or (offered[0] if "volgorde" in asked else "naam"))
    return told if told.removeprefix(TURNED) in offered else offered[0]


def ordering(told: str) -> Order:
    """The order of a name."""
    field, falling = FIELDS[told.removeprefix(TURNED)]
    turned = told.startswith(TURNED)
    return Order(field, falling=falling != turned, turned=turned)


def whole_of(member: Member, asked: Mapping[str, Any]) -> Standings:
    """All rows of the list in a fixed order, for a file."""
    order = ordering(order_of(asked))
    told = F(order.field)
    by = told.desc(nulls_last=True) if order.falling else told.asc(nulls_last=True)
    rows = filtered(member, asked).select_related("customer", "manager")
    return rows.order_by(by, order.tie)


def _after(rows: Standings, order: Order, *, after: str) -> list[Standing]:
    """A page and one more: first who has the figure, then who lacks it."""
    value, customer = _last(after, order.field)
    found: list[Standing] = []
    if value is not None or not customer:
        found = list(having(rows, order, value, customer)[: A_PAGE + 1])
        customer = 0
    if order.field != "name" and len(found) <= A_PAGE:
        lacking = rows.filter(**{order.field: None}).order_by(order.tie)
        lacking = lacking.filter(order.beyond(customer)) if customer else lacking
        found += lacking[: A_PAGE + 1 - len(found)]
    return found


def having(rows: Standings, order: Order, value: Any, customer: int) -> Standings:
    """Who has the figure, in order; after a row with this value, if there is one."""
    field = order.field
    ordered = rows.exclude(**{field: None}).order_by(*order.columns)
    if value is None:
        return ordered
    edge, beyond = ("lte", "lt") if order.falling else ("gte", "gt")
    return ordered.filter(
        Q(**{f"{field}__{beyond}": value}) | order.beyond(customer), **{f"{field}__{edge}": value}
    )


def _last(after: str, field: str) -> tuple[Any, int]:
    """The last row's value and customer; who is not there means the first page.

    An address holds his number alone: addresses are kept by proxies and browsers, and a name or an
    amount is not for those.
    """
    number = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
    row = Standing.objects.filter(pk=number).values_list(field, "pk").first() if number else None
    return row or (None, 0)


def _pleased(what: str, by: str) -> Q:
    """Whose answers are of this kind; the satisfied are passives and promoters."""
    if what == SATISFIED:
        # They are many: found soonest in the order of the list, not by an index of their own.
        return Q(nps_class__plain__gte=0)
    wanted = NPS[what]
    return Q(nps_class=None) if wanted is None else Q(**{f"nps_class{by}": wanted})


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
    """The figures of the whole company, as they were counted last; empty before the first run."""
    return counted()[0]


def counted() -> tuple[dict[str, Any], bool]:
    """The same, and whether they are being counted again because somebody decided since."""
    made = Copies.objects.filter(pk=1).only("tallies", "decisions", "counted").first()
    return (made.tallies, made.counted != made.decisions) if made else ({}, False)
