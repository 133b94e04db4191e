"""What every page has around it: where one can go, the as-of date, who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from kernklant.engine.errors import Text
from kernklant.web.base import store
from kernklant.web.base.access import may
from kernklant.web.base.models import Member
from kernklant.web.base.rights import Right
from kernklant.web.base.words import said


@dataclass(frozen=True, slots=True)
class Place:
    """One place in the menu: ``name`` of its address, its word, who may go there."""

    name: str
    words: Text
    right: Right


# In the order of the loop.
PLACES: tuple[Place, ...] = (
    Place("portfolio", Text("Portefeuille", "Portfolio"), Right.PORTFOLIO),
    Place("customers", Text("Klanten", "Customers"), Right.CUSTOMERS),
    Place("policy", Text("Beleid", "Policy"), Right.DRAFT_POLICY),
    Place("moves", Text("Verschuivingen", "Moves"), Right.PROPOSE_MOVE),
    Place("evaluations", Text("Evaluaties", "Evaluations"), Right.EVALUATIONS),
    Place("imports", Text("Gegevens", "Data"), Right.IMPORT),
    Place("privacy", Text("Privacy", "Privacy"), Right.PRIVACY),
    # Who may read the log only finds just that there.
    Place("office", Text("Beheer", "Administration"), Right.LOG),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """For every template: the menu and the newest as-of date."""
    user = getattr(request, "user", None)  # an error can come before anybody is known
    member = user if isinstance(user, Member) else None
    if member is None:
        return {"places": [], "member": None, "searches": False, "as_of": None}
    newest = store.newest_run()
    return {
        "places": [_told(place, now=request.path) for place in PLACES if may(member, place.right)],
        "member": member,
        "searches": may(member, Right.CUSTOMERS),
        "as_of": store.as_of(newest) if newest else None,
    }


def _told(place: Place, *, now: str) -> dict[str, Any]:
    address = reverse(place.name)
    return {"address": address, "words": said(place.words), "now": now.startswith(address)}


def first_place(member: Member) -> str:
    """The name of the first address he may go to."""
    return next((place.name for place in PLACES if may(member, place.right)), "account")
